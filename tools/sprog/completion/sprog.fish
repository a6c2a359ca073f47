# Completion of sprog for fish; made by `sprog completion fish`.

# Whether the subcommand is the first argument, and only options with
# their values have come since; the other arguments take a value.
function __sprog_in_options
    set -l subcommand $argv[1]
    set -l valued $argv[2..-1]
    set -l words (commandline -opc)
    test (count $words) -ge 2; and test $words[2] = $subcommand
    or return 1
    set -l is_value 0
    for word in $words[3..-1]
        if test $is_value = 1
            set is_value 0
        else if test "$word" = --
            return 1
        else if contains -- "$word" $valued
            set is_value 1
        else if not string match -q -- '-*' "$word"
            return 1
        end
    end
    return 0
end

complete -c sprog -n __fish_use_subcommand -f -a run -d 'run one program'
complete -c sprog -n __fish_use_subcommand -f -a many -d 'run many programs at once'
complete -c sprog -n __fish_use_subcommand -f -a help -d 'show help'
complete -c sprog -n __fish_use_subcommand -f -a completion -d 'print a completion script'
complete -c sprog -n __fish_use_subcommand -l help -d 'show help'
complete -c sprog -n __fish_use_subcommand -l version -d 'show the version'

function __sprog_in_run
    __sprog_in_options run -t --timeout -s --signal -k --kill-after -C --cwd -e --env -u --unset --retries --backoff --max-output --keep --tee --json --drain
end
complete -c sprog -n __sprog_in_run -s t -l timeout -x -d 'stop the program after D (0.2, 500ms, 5s, 2m)'
complete -c sprog -n __sprog_in_run -s s -l signal -x -a 'TERM INT HUP QUIT KILL USR1 USR2' -d 'the signal sent at the timeout (TERM)'
complete -c sprog -n __sprog_in_run -s k -l kill-after -x -d 'kill it this long after that (2s; 0: never)'
complete -c sprog -n __sprog_in_run -l foreground -d 'with a timeout: leave it the terminal to read'
complete -c sprog -n __sprog_in_run -s C -l cwd -x -a '(__fish_complete_directories)' -d 'run it in DIR'
complete -c sprog -n __sprog_in_run -s e -l env -x -d 'set a variable; repeatable'
complete -c sprog -n __sprog_in_run -s u -l unset -x -d 'remove a variable; repeatable'
complete -c sprog -n __sprog_in_run -l clear-env -d 'start from an empty environment'
complete -c sprog -n __sprog_in_run -l retries -x -d 'run it again if it fails, after D, 2D ... (1s)'
complete -c sprog -n __sprog_in_run -l backoff -x -d 'wait so long before the first retry (1s)'
complete -c sprog -n __sprog_in_run -l quiet-success -d 'print nothing unless it fails'
complete -c sprog -n __sprog_in_run -l ts -d 'begin each line with the time of day'
complete -c sprog -n __sprog_in_run -l max-output -x -d 'print so much: head, tail, both (head)'
complete -c sprog -n __sprog_in_run -l keep -x -a 'head tail both' -d 'which part of the output: head (head), tail, both'
complete -c sprog -n __sprog_in_run -l tee -r -d 'write what it prints to FILE too'
complete -c sprog -n __sprog_in_run -l json -r -d 'write events to FILE as JSON lines'
complete -c sprog -n __sprog_in_run -s p -l pipe -d 'carry stdin, stdout and stderr through pipes'
complete -c sprog -n __sprog_in_run -l drain -x -d 'after its exit, wait for held pipes (200ms; 0: no limit)'
complete -c sprog -n __sprog_in_run -l help -d 'show help'
complete -c sprog -n __sprog_in_run -a '(__fish_complete_command)'

function __sprog_in_many
    __sprog_in_options many -c -f --file -j --jobs --stdin --success --retries --backoff --kill-after --drain --max-output --keep --tee --json
end
complete -c sprog -n __sprog_in_many -s c -x -d 'a task that is a line of shell; repeatable'
complete -c sprog -n __sprog_in_many -s f -l file -r -d 'tasks from a list (-: stdin), each LINE or NAME: LINE'
complete -c sprog -n __sprog_in_many -s j -l jobs -x -d 'run N at a time (all)'
complete -c sprog -n __sprog_in_many -l stdin -x -d 'our stdin goes to that task; the others have none'
complete -c sprog -n __sprog_in_many -l keep-going -d 'do not stop the others when one fails'
complete -c sprog -n __sprog_in_many -l success -x -a 'first last all' -d 'who decides the exit code: first, last, all (all), NAME'
complete -c sprog -n __sprog_in_many -l retries -x -d 'run a failed task again, after D, 2D ... (1s)'
complete -c sprog -n __sprog_in_many -l backoff -x -d 'wait so long before the first retry (1s)'
complete -c sprog -n __sprog_in_many -l kill-after -x -d 'kill what is stopped and goes on (5s; 0: never)'
complete -c sprog -n __sprog_in_many -l drain -x -d 'after an exit, wait for held pipes (200ms; 0: no limit)'
complete -c sprog -n __sprog_in_many -l group -d 'print each task\'s lines in one piece, when it ends'
complete -c sprog -n __sprog_in_many -l quiet-success -d 'print nothing of the tasks that succeed'
complete -c sprog -n __sprog_in_many -l ts -d 'begin each line with the time of day'
complete -c sprog -n __sprog_in_many -l max-output -x -d 'print so much of a task: head, tail, both'
complete -c sprog -n __sprog_in_many -l keep -x -a 'head tail both' -d 'which part of the output: head (head), tail, both'
complete -c sprog -n __sprog_in_many -l tee -r -d 'write all lines to FILE too'
complete -c sprog -n __sprog_in_many -l json -r -d 'write events to FILE as JSON lines (-: stdout, no log)'
complete -c sprog -n __sprog_in_many -l summary -d 'end with a table: status, times, memory, bytes'
complete -c sprog -n __sprog_in_many -l no-progress -d 'no line of progress on a terminal'
complete -c sprog -n __sprog_in_many -l help -d 'show help'
complete -c sprog -n __sprog_in_many -a '(__fish_complete_command)'

complete -c sprog -n '__fish_seen_subcommand_from help' -f -a 'run many'
complete -c sprog -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish powershell'
