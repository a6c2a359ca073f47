# Give Doxygen a public header as it wants it; the header itself is written to
# be read as text. Argument: the header. The result goes to standard output.
#
#   - the first comment of a file describes the file;
#   - each code of a list behind @return is a @retval of its own;
#   - a parameter whose name begins with out_ is an output;
#   - "Threads:", "Callbacks:" and so on begin paragraphs with a title;
#   - a comment before several macros belongs to each of them.
use strict;
use warnings;

my $labels = qr/Threads|Callbacks|Platforms|Mirrors|Source/;

# A list of codes: the first stands behind @return, the others in its column.
sub split_returns {
    my ($comment) = @_;
    my ($column, @out);

    for my $line (split /\n/, $comment, -1) {
        if ($line =~ /^( \* \@return )(SPROG_[A-Z]+ +\S.*|those of .*)$/) {
            $column = ' *' . ' ' x (length($1) - 2);
            $column = undef if $2 !~ /^SPROG_/;
            $line =~ s/\@return (?=SPROG_)/\@retval /;
        } elsif (defined $column && $line =~ /^ \*\s*$/) {
            $column = undef;
        } elsif (defined $column && $line =~ /^\Q$column\E(SPROG_[A-Z]+ +\S.*)$/) {
            $line = " * \@retval $1";
        } elsif (defined $column && $line =~ /^\Q$column\E(\S.*)$/) {
            $line = " * \@return $1";
        }
        push @out, $line;
    }
    return join "\n", @out;
}

sub title_paragraphs {
    my ($comment) = @_;

    $comment =~ s/\.  ($labels): /.\n * $1: /g;
    $comment =~ s/^ \* ($labels): /" * \@par $1\n * "/gem;
    return $comment;
}

# The comment of the first of several macros, for each of them.
sub share_with_macros {
    my ($text) = @_;

    $text =~ s{^(/\*\*(?:(?!\*/).)*\*/\n)((?:\#define\ [^\n]*\n){2,})}{
        my ($comment, $macros) = ($1, $2);
        $macros =~ s/^/$comment/gm;
        $macros
    }gesmx;
    return $text;
}

my $text = do { local $/; <> };

$text =~ s{\A/\*\n}{/** \@file\n};
$text =~ s/\@param (?=out_)/\@param[out] /g;
$text =~ s{(/\*\*.*?\*/)}{ title_paragraphs(split_returns($1)) }gse;
print share_with_macros($text);
