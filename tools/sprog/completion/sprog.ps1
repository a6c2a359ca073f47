# Completion of sprog for PowerShell; made by
# `sprog completion powershell`.

Register-ArgumentCompleter -Native -CommandName sprog -ScriptBlock {
    param($wordToComplete, $commandAst, $cursorPosition)
    $options = @{}
    $values = @{}
    $first = @(
        , @('run', 'run one program')
        , @('many', 'run many programs at once')
        , @('help', 'show help')
        , @('completion', 'print a completion script')
        , @('--help', 'show help')
        , @('--version', 'show the version')
    )
    $shells = @(
        , @('bash', 'bash')
        , @('zsh', 'zsh')
        , @('fish', 'fish')
        , @('powershell', 'powershell')
    )
    $options['run'] = @(
        , @('--timeout', 'stop the program after D (0.2, 500ms, 5s, 2m)')
        , @('--signal', 'the signal sent at the timeout (TERM)')
        , @('--kill-after', 'kill it this long after that (2s; 0: never)')
        , @('--foreground', 'with a timeout: leave it the terminal to read')
        , @('--cwd', 'run it in DIR')
        , @('--env', 'set a variable; repeatable')
        , @('--unset', 'remove a variable; repeatable')
        , @('--clear-env', 'start from an empty environment')
        , @('--retries', 'run it again if it fails, after D, 2D ... (1s)')
        , @('--backoff', 'wait so long before the first retry (1s)')
        , @('--quiet-success', 'print nothing unless it fails')
        , @('--ts', 'begin each line with the time of day')
        , @('--max-output', 'print so much: head, tail, both (head)')
        , @('--keep', 'which part of the output: head (head), tail, both')
        , @('--tee', 'write what it prints to FILE too')
        , @('--json', 'write events to FILE as JSON lines')
        , @('--pipe', 'carry stdin, stdout and stderr through pipes')
        , @('--drain', 'after its exit, wait for held pipes (200ms; 0: no limit)')
        , @('--help', 'show help')
    )
    $values['--signal'] = @(
        , @('TERM', 'TERM')
        , @('INT', 'INT')
        , @('HUP', 'HUP')
        , @('QUIT', 'QUIT')
        , @('KILL', 'KILL')
        , @('USR1', 'USR1')
        , @('USR2', 'USR2')
    )
    $values['--keep'] = @(
        , @('head', 'head')
        , @('tail', 'tail')
        , @('both', 'both')
    )
    $options['many'] = @(
        , @('-c', 'a task that is a line of shell; repeatable')
        , @('--file', 'tasks from a list (-: stdin), each LINE or NAME: LINE')
        , @('--jobs', 'run N at a time (all)')
        , @('--stdin', 'our stdin goes to that task; the others have none')
        , @('--keep-going', 'do not stop the others when one fails')
        , @('--success', 'who decides the exit code: first, last, all (all), NAME')
        , @('--retries', 'run a failed task again, after D, 2D ... (1s)')
        , @('--backoff', 'wait so long before the first retry (1s)')
        , @('--kill-after', 'kill what is stopped and goes on (5s; 0: never)')
        , @('--drain', 'after an exit, wait for held pipes (200ms; 0: no limit)')
        , @('--group', 'print each task''s lines in one piece, when it ends')
        , @('--quiet-success', 'print nothing of the tasks that succeed')
        , @('--ts', 'begin each line with the time of day')
        , @('--max-output', 'print so much of a task: head, tail, both')
        , @('--keep', 'which part of the output: head (head), tail, both')
        , @('--tee', 'write all lines to FILE too')
        , @('--json', 'write events to FILE as JSON lines (-: stdout, no log)')
        , @('--summary', 'end with a table: status, times, memory, bytes')
        , @('--no-progress', 'no line of progress on a terminal')
        , @('--help', 'show help')
    )
    $values['--success'] = @(
        , @('first', 'first')
        , @('last', 'last')
        , @('all', 'all')
    )
    $values['--keep'] = @(
        , @('head', 'head')
        , @('tail', 'tail')
        , @('both', 'both')
    )
    $words = @($commandAst.CommandElements | ForEach-Object { "$_" })
    $at = $words.Count - 1
    if ($wordToComplete -eq '') { $at++ }
    $found = @()
    if ($at -le 1) {
        $found = $first
    } elseif ($words[1] -eq 'completion') {
        $found = $shells
    } elseif ($options.ContainsKey($words[1])) {
        $previous = $words[$at - 1]
        if ($values.ContainsKey($previous)) {
            $found = $values[$previous]
        } elseif ($wordToComplete -like '-*') {
            $found = $options[$words[1]]
        }
    }
    $found | Where-Object { $_[0] -like "$wordToComplete*" } |
        ForEach-Object {
            [System.Management.Automation.CompletionResult]::new(
                $_[0], $_[0], 'ParameterValue', $_[1])
        }
}
