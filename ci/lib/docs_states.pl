# Write the graph of one state machine. Standard input: what docs_states.c
# prints. Arguments: the name of the machine, and the header that says in its
# first comment what each state means.
#
# The first state is where it begins; a state that nothing leaves is its end.
use strict;
use warnings;

my ($machine, $header) = @ARGV;
my (@states, %label, %event, @pairs, %leaves, %text);

open my $in, '<', $header or die "$header: $!\n";
while (<$in>) {
    last if m{^ \*/};
    $text{$1} = $2 if /^ \*   ([A-Z]+) +(\S.*)$/;
}
close $in;

while (<STDIN>) {
    my ($kind, $of, @rest) = split;

    next unless $of eq $machine;
    if ($kind eq 'state') {
        push @states, $rest[0];
        next;
    }
    my ($from, $to, $name) = @rest;

    push @pairs, "$from $to" unless $event{"$from $to"};
    push @{ $event{"$from $to"} }, $name;
    $leaves{$from} = 1 if $from ne $to;
}
die "no machine named $machine\n" unless @states;

# The words in lines of no more than `$limit` characters.
sub broken {
    my ($limit, @words) = @_;
    my @lines = (shift @words);

    for my $word (@words) {
        if (length("$lines[-1] $word") > $limit) {
            push @lines, $word;
        } else {
            $lines[-1] .= " $word";
        }
    }
    return @lines;
}

# As few lines as there can be, and none of them much longer than the others.
sub wrapped {
    my @words = split / /, shift;
    my $limit = 24;
    my $count = broken($limit, @words);

    $limit-- while $limit > 1 && broken($limit - 1, @words) == $count;
    return join '<br/>', broken($limit, @words);
}

print <<"EOT";
// Made by ci/lib/docs_diagrams.sh from $header and its .c file.
digraph $machine {
    rankdir = TB;
    nodesep = 0.6;
    ranksep = 0.55;
    node [shape = box, style = "rounded,filled", fillcolor = "#eef3f8",
          color = "#44607c", fontname = "DejaVu Sans", fontsize = 11,
          margin = "0.16,0.09"];
    edge [color = "#44607c", fontname = "DejaVu Sans Mono", fontsize = 9];
    start [shape = circle, style = filled, fillcolor = "#44607c", label = "",
           width = 0.16];
EOT
for my $state (@states) {
    die "$header does not say what $state is\n" unless $text{$state};
    printf "    %s [label = <<b>%s</b><br/>%s>%s];\n", $state, $state,
        wrapped($text{$state}), $leaves{$state} ? '' : ', peripheries = 2';
}
print "    start -> $states[0];\n";
for my $pair (@pairs) {
    my ($from, $to) = split / /, $pair;

    printf "    %s -> %s [label = \" %s \"];\n", $from, $to,
        join ' \n ', @{ $event{$pair} };
}
print "}\n";
