# Check the layers: which file may include which. Arguments: C files.
use strict;
use warnings;

my $iso = qr{^<(assert|ctype|inttypes|limits|stdarg|stdbool|stddef|stdint
    |stdio|stdlib|string)\.h>$}x;
my $bad = 0;

sub complain {
    my ($file, $line, $what) = @_;

    print "$file:$line: $what\n";
    $bad++;
}

# What a file of one folder may include, as a test of the whole "…" or <…>.
sub allowed {
    my ($file, $include) = @_;

    if ($file =~ m{^include/}) {
        return $include =~ /^<std(def|int|bool)\.h>$/
            || $include =~ /^"(error|export|process|protocol|reactor|run|stream)\.h"$/;
    }
    if ($file =~ m{^src/common/}) {
        return $include =~ $iso
            || $include =~ m{^"sprog/[a-z]+\.h"$}
            || $include =~ m{^"(common/)?[a-z_]+\.h"$};
    }
    if ($file =~ m{^src/(posix|win32)/}) {
        my $other = $1 eq 'posix' ? 'win32' : 'posix';

        return 0 if $include =~ m{\b$other/};
        return 1 if $include =~ m{^<};
        return 1 if $include =~ m{^"sprog/[a-z]+\.h"$};
        return 1 if $include =~ m{^"common/(backend|memory|list|fault)\.h"$};
        return $include =~ m{^"($1/)?[a-z_0-9]+\.h"$};
    }
    # Users of the library know its public headers alone.
    if ($file =~ m{^(tools|examples|bench|tests/(os|child|tool|headers))/}) {
        return $include !~ m{\b(common|posix|win32)/};
    }
    return 1;
}

for my $file (@ARGV) {
    open my $in, '<', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };
    close $in;
    my $line = 0;

    # Comments go, line ends stay.
    $text =~ s{(/\*.*?\*/)}{ my $c = $1; $c =~ tr/\n//cd; $c }gse;
    for (split /\n/, $text) {
        $line++;
        if (/^\s*#\s*include\s+(["<][^">]+[">])/) {
            complain($file, $line, "may not include $1")
                unless allowed($file, $1);
        }
        next unless $file =~ m{^src/common/};
        complain($file, $line, "names a system: $1")
            if /\b(_WIN32|_MSC_VER|__linux__|__APPLE__|__unix__|__FreeBSD__)\b/;
        complain($file, $line, "threads or atomics: $1")
            if /\b(_Atomic|_Thread_local|atomic_\w+|pthread_\w+)\b/;
    }
}
exit($bad ? 1 : 0);
