# Match the numbers that tests say they prove with those that are wanted.
# Arguments: a mode, the wanted numbers, the file of notes, the tests. Modes:
# "list"; "quiet"; or "tests=H2,S1": only the files that prove one of these,
# without those that run on Windows alone.
use strict;
use warnings;

my ($mode, $wanted_text, $notes_file, @files) = @ARGV;

# "A1", "B60-B63" and "B60-63" to a list of numbers.
sub numbers_of {
    my ($text) = @_;
    my @numbers;

    while ($text =~ /\b([ABHSW])(\d+)(?:\s*(?:-|\.\.)\s*\1?(\d+))?\b/g) {
        push @numbers, map { "$1$_" } $2 .. ($3 // $2);
    }
    return @numbers;
}

sub content_of {
    my ($file) = @_;

    open my $in, '<', $file or die "$file: $!\n";
    local $/;
    my $text = <$in>;
    close $in;
    return $text // '';
}

# Whether a test runs on Windows alone: its name says so.
sub is_windows {
    my ($test) = @_;

    return $test =~ m{/(?:test_)?win32_|_win32\.c};
}

my @wanted = numbers_of($wanted_text);
my (%tests, %notes, %is_wanted);
@is_wanted{@wanted} = ();

# "proves:" reaches to the end of its comment: to "*/", or, in a script, over
# the comment lines that hold nothing but numbers. The test is named by what
# follows: START_TEST(name), a function, or else the file alone.
for my $file (@files) {
    my $text = content_of($file);

    while ($text =~ /\bproves:\s*((?:(?!\*\/)(?:\band\b|[ABHSW\d,;\s*#.\/-]))*)/g) {
        my @numbers = numbers_of($1);
        my $rest = substr $text, pos $text, 600;
        my $name = $rest =~ /START_TEST\((\w+)\)/ ? ":$1" : '';

        push @{ $tests{$_} }, "$file$name" for @numbers;
    }
}

if ($mode =~ /^tests=(.*)/) {
    my %files;

    for my $number (split /,/, $1) {
        s/:.*//, $files{$_} = 1
            for grep { !is_windows($_) } @{ $tests{$number} // [] };
    }
    print "$_\n" for sort keys %files;
    exit 0;
}

for my $line (split /\n/, content_of($notes_file)) {
    next if $line =~ /^\s*(#|$)/;
    my ($number, $reason) = $line =~ /^([ABHSW]\d+):\s*(\S.*)$/
        or die "$notes_file: not 'number: reason': $line\n";
    exists $is_wanted{$number}
        or die "$notes_file: $number is not asked for\n";
    $notes{$number} = $reason;
}

my ($proved, $noted, @missing, @on_windows) = (0, 0);
for my $number (@wanted) {
    if (my $by = $tests{$number}) {
        my %seen;
        my @unique = grep { !$seen{$_}++ } @$by;

        $proved++;
        unless (grep { !is_windows($_) } @unique) {
            my %files = map { s/:.*//r => 1 } @unique;
            my @names = map { s{^tests/}{}r } sort keys %files;

            push @on_windows, sprintf "%-5s %s\n", $number, "@names";
        }
        printf "%-5s %s\n", $number, join "\n      ", @unique
            if $mode eq 'list';
        print "note: $number has a test; its line in the notes is idle\n"
            if exists $notes{$number};
    } elsif (exists $notes{$number}) {
        $noted++;
        printf "%-5s not testable here: %s\n", $number, $notes{$number}
            if $mode eq 'list';
    } else {
        push @missing, $number;
    }
}

print "proved on Windows alone:\n", @on_windows if @on_windows;
print "NO TEST: @missing\n" if @missing;
printf "%d numbers: %d proved by tests, %d not testable here, %d missing\n",
    scalar @wanted, $proved, $noted, scalar @missing;
exit(@missing ? 1 : 0);
