# Write the graph of the layers: which folder includes files of which. It is
# read from the #include lines of the sources; run in the project's root. What
# src/posix/ can be put together from is read from CMakeLists.txt.
#
# src/common/ has three parts in the picture: the code, the contract
# (backend.h), and the headers of helpers that a backend includes too.
use strict;
use warnings;
use File::Basename qw(dirname);
use File::Find;

my $contract = 'src/common/backend.h';
my (%edge, %shared, %defines, @files);

find({
    no_chdir => 1,
    wanted => sub { push @files, $_ if /\.[ch]$/ },
}, qw(include src tools examples tests bench));

sub slurp {
    open my $in, '<', $_[0] or die "$_[0]: $!\n";
    local $/;
    my $text = <$in>;

    $text =~ s{/\*.*?\*/}{}gs;
    return $text;
}

# What a line includes, as a file of ours; else its name in angle brackets.
sub resolved {
    my ($file, $name) = @_;

    for my $try (dirname($file) . "/$name", "src/$name", "include/$name") {
        1 while $try =~ s{(^|/)(?!\.\./)[^/]+/\.\./}{$1};
        return $try if -f $try;
    }
    return "<$name>";
}

sub includes {
    my ($file) = @_;

    return map { resolved($file, $_) }
        slurp($file) =~ /^\s*#\s*include\s+[<"]([^>"]+)[>"]/gm;
}

# Helpers that both the common code and a backend include.
for my $file (grep { m{^src/(posix|win32)/} } @files) {
    $shared{$_} = 1 for grep { m{^src/common/} && $_ ne $contract } includes($file);
}

sub node {
    my ($file) = @_;

    return 'public' if $file =~ m{^include/};
    return 'contract' if $file eq $contract;
    return 'helpers' if $shared{$file};
    return $1 if $file =~ m{^src/(common|posix|win32)/};
    return 'tool' if $file =~ m{^tools/};
    return 'scripted' if $file =~ m{^tests/support/scripted};
    # Tests of the inside know what they test: they are no layer.
    return 'users' if $file =~ m{^(examples|bench|tests/(os|child|tool|headers))/};
    return undef;
}

for my $file (@files) {
    my $from = node($file) or next;

    for my $to (includes($file)) {
        my $layer = $to =~ /^</ ? system_of($from) : node($to);

        $edge{"$from $layer"} = 1 if defined $layer && $layer ne $from;
    }
    $defines{$from} = 1
        if $file =~ /\.c$/ && slurp($file) =~ /^sprog__be_\w+\(/m;
}

# Only the backends have a system beneath them in the picture.
sub system_of {
    return { posix => 'kernel', win32 => 'windows' }->{ $_[0] };
}

# The files of which one is linked, as CMakeLists.txt lists them.
sub ways {
    my ($what) = @_;
    my @names = slurp('CMakeLists.txt') =~ /^set\(SPROG_${what}_(\w+)_SOURCES/gm;

    die "CMakeLists.txt has no SPROG_${what}_..._SOURCES\n" unless @names;
    return lc($what) . ': ' . join(', ', @names);
}

my %label = (
    tool => '<b>tools/sprog/</b><br/>the program',
    users => '<b>examples/, bench/, tests/os/</b><br/>whoever uses the library',
    public => '<b>include/sprog/</b><br/>the public headers',
    common => '<b>src/common/</b><br/>all that means the same everywhere:'
        . '<br/>ISO C, no system in it',
    contract => '<b>src/common/backend.h</b><br/>the contract',
    helpers => '<b>src/common/</b><br/>'
        . join(', ', map { s{.*/}{}r } sort keys %shared),
    posix => '<b>src/posix/</b><br/>a backend, with one of each:<br/>'
        . join('<br/>', map { ways($_) } qw(POLLER EXIT SPAWN)),
    win32 => '<b>src/win32/</b><br/>a backend',
    scripted => '<b>tests/support/scripted/</b><br/>a backend for tests:<br/>'
        . 'a clock of its own, no process',
    kernel => 'the headers of POSIX, of Linux,<br/>macOS and the BSDs',
    windows => 'windows.h',
);

print <<'EOT';
// Made by ci/lib/docs_diagrams.sh from the sources' #include lines.
digraph layers {
    rankdir = TB;
    nodesep = 0.5;
    ranksep = 0.6;
    node [shape = box, style = filled, fillcolor = "#eef3f8",
          color = "#44607c", fontname = "DejaVu Sans", fontsize = 11,
          margin = "0.16,0.09"];
    edge [color = "#44607c", fontname = "DejaVu Sans", fontsize = 9];
EOT
my %used = map { map { ($_ => 1) } split / / } keys %edge;
for my $name (sort keys %used) {
    printf "    %s [label = <%s>%s];\n", $name, $label{$name},
        $name =~ /^(kernel|windows)$/ ? ', fillcolor = "#f4f0e6"'
        : $name eq 'contract' ? ', fillcolor = "#dbe8d4"' : '';
}
# The higher layer stands above, whichever of the two includes the other.
my %height = (tool => 5, users => 5, public => 4, common => 3, contract => 3,
    helpers => 3, posix => 2, win32 => 2, scripted => 2, kernel => 1,
    windows => 1);
for my $pair (sort keys %edge) {
    my ($from, $to) = split / /, $pair;
    my $is_up = $height{$from} < $height{$to};
    my @how;

    # The contract brings the public headers with it; the two boxes of
    # src/common/ are one folder.
    next if $to eq 'public' && $defines{$from};
    next if $from eq 'common' && $to eq 'helpers';

    # A backend includes the contract because it keeps it.
    push @how, 'style = dashed', ($is_up ? 'arrowtail' : 'arrowhead') . ' = empty'
        if $to eq 'contract' && $defines{$from};
    push @how, 'dir = back' if $is_up;
    printf "    %s -> %s%s;\n", $is_up ? ($to, $from) : ($from, $to),
        @how ? ' [' . join(', ', @how) . ']' : '';
}
for my $height (1 .. 5) {
    my @row = grep { ($height{$_} // 0) == $height } sort keys %used;

    printf "    { rank = same; %s; }\n", join '; ', @row;
}
print "}\n";
