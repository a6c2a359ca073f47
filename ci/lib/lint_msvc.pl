# What MSVC does not take and clang, asked to be MSVC, takes without a word.
#
#   perl ci/lib/lint_msvc.pl FILE…    C files that MSVC is to compile
#
# Comments and strings do not count, nor what stands under #if for a compiler
# of GNU's kind or for a system that is not Windows. Each rule carries an
# example, which is tried first: a rule that matches nothing is no rule.
use strict;
use warnings;

my @headers = qw(alloca complex dirent getopt grp poll pthread pwd spawn
    stdatomic strings termios threads unistd sys/ioctl sys/mman sys/select
    sys/socket sys/time sys/types sys/uio sys/wait);
my $headers = join '|', map { quotemeta } @headers;

# Names of POSIX that MSVC has with an underscore or not at all.
my $names = join '|', qw(asprintf dup2 fdopen fileno getopt getpid gettimeofday
    gmtime_r isatty localtime_r nanosleep setmode stpcpy strcasecmp strdup
    strerror_r strncasecmp strndup strtok_r unlink usleep vasprintf);

# What it is, how it looks, an example.
my @rules = (
    ['a minimal length of an array parameter', qr/\[\s*static\b/,
        'int f(int a[static 3]);'],
    ['_Thread_local', qr/\b_Thread_local\b/, 'static _Thread_local int a;'],
    ['a thread variable of gcc', qr/\b__thread\b/, 'static __thread int a;'],
    ['_Atomic', qr/\b_Atomic\b/, '_Atomic int a;'],
    ['_Complex', qr/\b_Complex\b/, 'double _Complex a;'],
    ['typeof', qr/\b(__)?typeof(__)?\b/, '__typeof__(a) b;'],
    ['__auto_type', qr/\b__auto_type\b/, '__auto_type a = b;'],
    ['__attribute__', qr/\b__attribute(__)?\b/, '__attribute__((unused)) int a;'],
    ['a builtin of gcc', qr/\b__(builtin|sync|atomic)_\w+/,
        'a = __builtin_clz(b);'],
    ['__extension__', qr/\b__extension__\b/, '__extension__ long long a;'],
    ['assembly', qr/\b(__)?asm(__)?\b/, '__asm__("nop");'],
    ['a 128-bit integer', qr/\b__u?int128(_t)?\b/, 'unsigned __int128 a;'],
    ['max_align_t', qr/\bmax_align_t\b/, 'max_align_t a;'],
    ['aligned_alloc', qr/\baligned_alloc\b/, 'a = aligned_alloc(8, 8);'],
    ['a type of POSIX', qr/\b(ssize_t|pid_t|uid_t|gid_t|mode_t|off_t)\b/,
        'ssize_t n;'],
    ['a header that it lacks', qr/^\s*#\s*include\s*<($headers)\.h>/,
        '#include <unistd.h>'],
    ['a function of POSIX', qr/(?<![\w.>])($names)\s*\(/, 'a = strdup(b);'],
);

# What none of the rules may find anything in.
my @innocent = (
    '/* __attribute__ and strdup() */', 'puts("typeof(a) [static 3]");',
    'a = _strdup(b);', 'a->unlink(b);', '#include <stdint.h>',
    'static int a[3];', 'the_asmodeus(1);',
    "#if defined(__GNUC__)\n__attribute__((unused))\n#endif",
    "#if A\n#elif defined(__GNUC__)\n__attribute__((unused))\n#endif",
    "#ifdef _WIN32\nint a;\n#else\n#include <unistd.h>\n#endif",
    "#ifndef _WIN32\nssize_t a;\n#else\nint a;\n#endif",
);

# Comments and strings go, the ends of lines stay.
sub bare {
    my ($text) = @_;

    $text =~ s{(/\*.*?\*/|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*')}
              { my $t = $1; $t =~ tr/\n//cd; $t }gsex;
    return $text;
}

# What an #if says of us: 'other' is a branch that MSVC does not see, 'not'
# one whose #else it does not see.
sub kind_of {
    my ($condition) = @_;

    return 'other' if $condition =~ /\b(__GNUC__|__clang__)\b/;
    return 'other' if $condition =~ /^ifndef\s+_WIN32\b|!\s*defined\s*\(\s*_WIN32/;
    return 'not' if $condition =~ /\b_WIN32\b/;
    return 'plain';
}

# The complaints about a text, each with its line.
sub complaints {
    my ($text) = @_;
    my (@found, @branches);
    my $line = 0;

    for (split /\n/, bare($text)) {
        $line++;
        if (/^\s*#\s*(if.*)/) {
            push @branches, kind_of($1);
        } elsif (/^\s*#\s*el(if.*)/ && @branches) {
            $branches[-1] = kind_of($1);
        } elsif (/^\s*#\s*else\b/ && @branches) {
            $branches[-1] = $branches[-1] eq 'not' ? 'other' : 'plain';
        } elsif (/^\s*#\s*endif\b/) {
            pop @branches;
        }
        next if grep { $_ eq 'other' } @branches;
        for my $rule (@rules) {
            push @found, [$line, $rule->[0]] if $_ =~ $rule->[1];
        }
    }
    return @found;
}

for my $rule (@rules) {
    grep { $_->[1] eq $rule->[0] } complaints($rule->[2])
        or die "lint_msvc: the rule '$rule->[0]' does not find '$rule->[2]'\n";
}
for my $text (@innocent) {
    my @found = complaints($text);

    die "lint_msvc: '$found[0][1]' is found in '$text'\n" if @found;
}

die "lint_msvc: no files\n" unless @ARGV;
my $bad = 0;
for my $file (@ARGV) {
    open my $in, '<', $file or die "$file: $!\n";
    my $text = do { local $/; <$in> };
    close $in;
    for (complaints($text)) {
        print "$file:$_->[0]: MSVC does not take: $_->[1]\n";
        $bad++;
    }
}
exit($bad ? 1 : 0);
