# Give Doxygen a page of docs/ as it wants it. Argument: the page. Run in the
# project's root.
#
# A link that leaves docs/ has no target in the reference: headers are linked by
# their names, other files are only named. A function that is named in the text
# has its parentheses, by which Doxygen links it.
use strict;
use warnings;

my (%is_function, $inside);
my $page = $ARGV[0];
# Out of docs/ from the folder of the page.
my $out = '../' x ($page =~ m{docs/(.*)$} ? 1 + ($1 =~ tr{/}{}) : 1);

for my $header (glob 'include/sprog/*.h') {
    open my $in, '<', $header or die "$header: $!\n";
    while (<$in>) {
        $is_function{$1} = 1 if /^(sprog_\w+)\(/;
    }
    close $in;
}
die "include/sprog declares no function\n" unless %is_function;

while (<>) {
    $inside = !$inside if /^```/;
    if (!$inside) {
        s{\[`?([\w./-]+)`?\]\(\Q$out\Einclude/sprog/(\w+\.h)\)}{$2}g;
        s{\[([^]]+)\]\(\Q$out\E([^)#]+)\)}{`$2`}g;
        s{`(sprog_\w+)`}{$is_function{$1} ? "`$1()`" : "`$1`"}ge;
    }
    print;
}
