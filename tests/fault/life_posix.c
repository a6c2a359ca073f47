/*
 * The programs and files of the lives on POSIX.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>

#include "life_system.h"

const char life_name_of_plain[] = "plain";
const char life_name_of_script[] = "script";
const sprog_err life_err_of_plain = SPROG_EACCESS;
const sprog_err life_err_of_script = SPROG_ESYSTEM;

const char *const *
life_argv(enum life_program program)
{
    static const char *const cat[] = { "cat", NULL };
    static const char *const talk[] = {
        "sh", "-c",
        "read a; echo \"$a\"; echo err >&2; read b <&3; echo \"$b\" >&3;"
        "echo log >&6; exit 7",
        NULL
    };
    static const char *const sleep[] = { "sleep", "100", NULL };

    switch (program) {
    case LIFE_CAT:
        return cat;
    case LIFE_TALK:
        return talk;
    case LIFE_SLEEP:
        return sleep;
    }
    return NULL;
}

intptr_t
life_inherited(void)
{
    return 0;
}

bool
life_make_runnable(const char *path)
{
    return chmod(path, 0755) == 0;
}

intptr_t
life_open_file(const char *path)
{
    return open(path, O_RDONLY | O_CLOEXEC);
}

bool
life_is_untouched(intptr_t end)
{
    return (fcntl((int)end, F_GETFL) & O_NONBLOCK) == 0;
}
