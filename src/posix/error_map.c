/*
 * What the system's errors mean in the library's words, and in its own.
 *
 * The one file here that does not ask for GNU's declarations: with them,
 * strerror_r() is another function on some systems.
 */
#undef _GNU_SOURCE
#ifndef _POSIX_C_SOURCE
#    define _POSIX_C_SOURCE 200809L
#endif

#include "error_map.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "common/backend.h"

/* Long enough for any message of a libc. */
#define TEXT_SIZE 512

size_t
sprog__be_error_text(int64_t os_error, char *out_buf, size_t cap)
{
    char text[TEXT_SIZE];
    size_t len;

    if (os_error < 0 || os_error > 0xffff ||
        strerror_r((int)os_error, text, sizeof text) != 0) {
        (void)snprintf(text, sizeof text, "error %lld", (long long)os_error);
    }
    len = strlen(text);
    if (cap != 0) {
        const size_t fits = len < cap ? len : cap - 1;

        memcpy(out_buf, text, fits);
        out_buf[fits] = '\0';
    }
    return len;
}

/* Steps whose errors are about a path. */
static bool
has_path(sprog_step step)
{
    return step == SPROG_STEP_EXEC || step == SPROG_STEP_FILE ||
           step == SPROG_STEP_CHDIR || step == SPROG_STEP_RESOLVE;
}

static sprog_err
meaning_of(sprog_step step, int64_t os_error)
{
    if (os_error == ENOMEM) {
        return SPROG_ENOMEM;
    }
    if (!has_path(step)) {
        return SPROG_ESYSTEM;
    }
    switch (os_error) {
    case ENOENT:
    case ENOTDIR:
        return SPROG_ENOTFOUND;
    case EACCES:
    case EPERM:
        return SPROG_EACCESS;
    case E2BIG:
    case ENAMETOOLONG:
        return SPROG_ETOOLONG;
    default:
        return SPROG_ESYSTEM;
    }
}

sprog_err
sprog__posix_fail(sprog_fault *fault, sprog_step step, int64_t negative_errno,
                  const char *what)
{
    const int64_t os_error = -negative_errno;

    return sprog__fault_set(fault, meaning_of(step, os_error), step, os_error,
                            what);
}

sprog_err
sprog__posix_fail_fd(sprog_fault *fault, sprog_step step,
                     int64_t negative_errno, const char *what, int child_fd)
{
    fault->child_fd = child_fd;
    return sprog__posix_fail(fault, step, negative_errno, what);
}

sprog_err
sprog__posix_refuse(sprog_fault *fault, sprog_err err, sprog_step step,
                    const char *what)
{
    return sprog__fault_set(fault, err, step, 0, what);
}
