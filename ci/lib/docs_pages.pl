# Give Doxygen a page of docs/ as it wants it. Argument: the page. A link that
# leaves docs/ has no target in the reference: headers are linked by their
# names, other files are only named.
use strict;
use warnings;

while (<>) {
    s{\[`?([\w./-]+)`?\]\((?:\.\./)+include/sprog/(\w+\.h)\)}{$2}g;
    s{\[([^]]+)\]\((?:\.\./)+(?!include/)([^)#]+)\)}{`$2`}g;
    print;
}
