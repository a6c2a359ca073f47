/*
 * What the system's errors mean here, and the records made of them. An error
 * that is not in the table is SPROG_ESYSTEM; its number is kept always.
 */
#include <string.h>

#include "utf.h"
#include "win32.h"

static const struct {
    DWORD error;
    sprog_err err;
} meanings[] = {
    { ERROR_FILE_NOT_FOUND, SPROG_ENOTFOUND },
    { ERROR_PATH_NOT_FOUND, SPROG_ENOTFOUND },
    { ERROR_INVALID_DRIVE, SPROG_ENOTFOUND },
    { ERROR_NOT_READY, SPROG_ENOTFOUND },
    { ERROR_BAD_NETPATH, SPROG_ENOTFOUND },
    { ERROR_BAD_NET_NAME, SPROG_ENOTFOUND },
    { ERROR_INVALID_NAME, SPROG_ENOTFOUND },
    { ERROR_BAD_PATHNAME, SPROG_ENOTFOUND },
    { ERROR_DIRECTORY, SPROG_ENOTFOUND },
    { ERROR_ACCESS_DENIED, SPROG_EACCESS },
    { ERROR_ELEVATION_REQUIRED, SPROG_EACCESS },
    { ERROR_NOT_ENOUGH_MEMORY, SPROG_ENOMEM },
    { ERROR_OUTOFMEMORY, SPROG_ENOMEM },
    { ERROR_FILENAME_EXCED_RANGE, SPROG_ETOOLONG },
    { ERROR_BROKEN_PIPE, SPROG_ECLOSED },
    { ERROR_NO_DATA, SPROG_ECLOSED },
    { ERROR_PIPE_NOT_CONNECTED, SPROG_ECLOSED },
    { ERROR_NOT_SUPPORTED, SPROG_ENOTSUP },
};

sprog_err
sprog__win32_err(DWORD error)
{
    size_t i;

    for (i = 0; i < sizeof meanings / sizeof meanings[0]; i++) {
        if (meanings[i].error == error) {
            return meanings[i].err;
        }
    }
    return SPROG_ESYSTEM;
}

bool
sprog__win32_is_end(DWORD error)
{
    /* Which of them comes depends on who closed first, and on what was in
     * the pipe then. */
    return error == ERROR_BROKEN_PIPE || error == ERROR_NO_DATA ||
           error == ERROR_PIPE_NOT_CONNECTED || error == ERROR_HANDLE_EOF;
}

/* Keep of `what` as much as fits, without a piece of a character. */
static void
what_copy(sprog_fault *fault, const char *what)
{
    size_t len = what == NULL ? 0 : strlen(what);

    if (len >= sizeof fault->what) {
        len = sizeof fault->what - 1;
        while (len > 0 && ((unsigned char)what[len] & 0xC0) == 0x80) {
            len--;
        }
    }
    if (len > 0) {
        memcpy(fault->what, what, len);
    }
    fault->what[len] = '\0';
}

/*
 * What an error means at a step. That something is not there, or not allowed,
 * says more than that the system refused only where a path was given.
 */
static sprog_err
err_at(sprog_step step, DWORD error)
{
    const sprog_err err = sprog__win32_err(error);

    if (err == SPROG_ENOMEM || step == SPROG_STEP_EXEC ||
        step == SPROG_STEP_FILE || step == SPROG_STEP_CHDIR ||
        step == SPROG_STEP_RESOLVE) {
        return err;
    }
    return SPROG_ESYSTEM;
}

sprog_err
sprog__win32_lost_err(DWORD error)
{
    return sprog__win32_is_end(error) ? SPROG_ECLOSED
                                      : err_at(SPROG_STEP_NONE, error);
}

sprog_err
sprog__win32_fail(sprog_fault *fault, sprog_step step, DWORD error,
                  const char *what)
{
    fault->err = err_at(step, error);
    fault->step = step;
    fault->os_error = (int64_t)error;
    what_copy(fault, what);
    return fault->err;
}

sprog_err
sprog__win32_refuse(sprog_fault *fault, sprog_step step, sprog_err err,
                    const char *what)
{
    fault->err = err;
    fault->step = step;
    fault->os_error = 0;
    what_copy(fault, what);
    return err;
}

size_t
sprog__be_error_text(int64_t os_error, char *out_buf, size_t cap)
{
    WCHAR units[512];
    DWORD len = sprog__win32_sys_error_text((DWORD)os_error, units,
                                            sizeof units / sizeof units[0]);

    while (len > 0 && (units[len - 1] <= ' ' || units[len - 1] == '.')) {
        len--;
    }
    if (len == 0) {
        static const WCHAR unknown[] = L"unknown error";

        return sprog__win32_utf_put_8(
            unknown, sizeof unknown / sizeof unknown[0] - 1, out_buf, cap);
    }
    return sprog__win32_utf_put_8(units, len, out_buf, cap);
}
