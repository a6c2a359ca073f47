/*
 * The programs and files of the lives on Windows: the helper of the tests, in
 * one mode or another.
 */
#include <windows.h>

#include <stdlib.h>

#include "life_system.h"

const char life_name_of_plain[] = "plain";
const char life_name_of_script[] = "script.bat";
const sprog_err life_err_of_plain = SPROG_ESYSTEM; /* no image of a program */
const sprog_err life_err_of_script = SPROG_EBATCH;

static const char *
helper(void)
{
    const char *path = getenv("SPROG_TEST_CHILD");

    return path != NULL ? path : SPROG_TEST_CHILD;
}

const char *const *
life_argv(enum life_program program)
{
    static const char *cat[] = { NULL, "--cat", NULL };
    static const char *talk[] = {
        NULL,  "--copy",       "0", "1",   "--write-line", "2",
        "err", "--read",       "3", "3",   "--write-line", "3",
        "hi",  "--write-line", "6", "log", "--exit-code",  "7",
        NULL
    };
    static const char *sleeping[] = { NULL, "--sleep-forever", NULL };
    const char **argv = NULL;

    switch (program) {
    case LIFE_CAT:
        argv = cat;
        break;
    case LIFE_TALK:
        argv = talk;
        break;
    case LIFE_SLEEP:
        argv = sleeping;
        break;
    }
    if (argv != NULL) {
        argv[0] = helper();
    }
    return argv;
}

intptr_t
life_inherited(void)
{
    return (intptr_t)GetStdHandle(STD_INPUT_HANDLE);
}

bool
life_make_runnable(const char *path)
{
    (void)path; /* its name says enough */
    return true;
}

intptr_t
life_open_file(const char *path)
{
    const HANDLE file = CreateFileA(path, GENERIC_READ, FILE_SHARE_READ, NULL,
                                    OPEN_EXISTING, 0, NULL);

    return file == INVALID_HANDLE_VALUE ? -1 : (intptr_t)file;
}

bool
life_is_untouched(intptr_t end)
{
    DWORD state = PIPE_NOWAIT;

    return GetNamedPipeHandleStateW((HANDLE)end, &state, NULL, NULL, NULL, NULL,
                                    0) != 0 &&
           (state & PIPE_NOWAIT) == 0;
}
