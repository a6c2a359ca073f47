/*
 * Errors in words, and the record of a failure.
 */
#include "sprog/error.h"

#include "backend.h"
#include "fault.h"
#include "text.h"

/* Long enough for every system's words for one of its errors. */
#define OS_TEXT_SIZE 256

const char *
sprog_err_name(sprog_err err)
{
    switch (err) {
    case SPROG_OK:
        return "SPROG_OK";
    case SPROG_EINVAL:
        return "SPROG_EINVAL";
    case SPROG_ENOMEM:
        return "SPROG_ENOMEM";
    case SPROG_ENOTSUP:
        return "SPROG_ENOTSUP";
    case SPROG_ESYSTEM:
        return "SPROG_ESYSTEM";
    case SPROG_EBUSY:
        return "SPROG_EBUSY";
    case SPROG_EFORKED:
        return "SPROG_EFORKED";
    case SPROG_EBUG:
        return "SPROG_EBUG";
    case SPROG_ENOTFOUND:
        return "SPROG_ENOTFOUND";
    case SPROG_EACCESS:
        return "SPROG_EACCESS";
    case SPROG_EBATCH:
        return "SPROG_EBATCH";
    case SPROG_EENCODING:
        return "SPROG_EENCODING";
    case SPROG_ETOOLONG:
        return "SPROG_ETOOLONG";
    case SPROG_EEXITED:
        return "SPROG_EEXITED";
    case SPROG_ENOCHILDFD:
        return "SPROG_ENOCHILDFD";
    case SPROG_ENOTWRITABLE:
        return "SPROG_ENOTWRITABLE";
    case SPROG_ECLOSED:
        return "SPROG_ECLOSED";
    case SPROG_EQUEUEFULL:
        return "SPROG_EQUEUEFULL";
    case SPROG_ECANCELED:
        return "SPROG_ECANCELED";
    case SPROG_ETIMEDOUT:
        return "SPROG_ETIMEDOUT";
    }
    return "SPROG_E?";
}

const char *
sprog_err_text(sprog_err err)
{
    switch (err) {
    case SPROG_OK:
        return "success";
    case SPROG_EINVAL:
        return "invalid argument";
    case SPROG_ENOMEM:
        return "out of memory";
    case SPROG_ENOTSUP:
        return "not supported on this system";
    case SPROG_ESYSTEM:
        return "the system refused";
    case SPROG_EBUSY:
        return "not possible inside a callback of this reactor";
    case SPROG_EFORKED:
        return "not possible in a forked copy of the program";
    case SPROG_EBUG:
        return "a fault in the sprog library";
    case SPROG_ENOTFOUND:
        return "no such program, file or directory";
    case SPROG_EACCESS:
        return "not permitted";
    case SPROG_EBATCH:
        return "a batch file, not allowed or not with these arguments";
    case SPROG_EENCODING:
        return "not valid UTF-8";
    case SPROG_ETOOLONG:
        return "too long";
    case SPROG_EEXITED:
        return "the process has exited already";
    case SPROG_ENOCHILDFD:
        return "no such child fd";
    case SPROG_ENOTWRITABLE:
        return "this child fd is not for writing";
    case SPROG_ECLOSED:
        return "closed";
    case SPROG_EQUEUEFULL:
        return "the write queue is full";
    case SPROG_ECANCELED:
        return "canceled";
    case SPROG_ETIMEDOUT:
        return "timed out";
    }
    return "an unknown error";
}

const char *
sprog_step_text(sprog_step step)
{
    switch (step) {
    case SPROG_STEP_NONE:
        return "";
    case SPROG_STEP_OPTIONS:
        return "options";
    case SPROG_STEP_MEMORY:
        return "memory";
    case SPROG_STEP_ENVIRONMENT:
        return "environment";
    case SPROG_STEP_RESOLVE:
        return "find";
    case SPROG_STEP_COMMAND_LINE:
        return "command line";
    case SPROG_STEP_PIPE:
        return "pipe";
    case SPROG_STEP_FILE:
        return "open";
    case SPROG_STEP_CHDIR:
        return "chdir to";
    case SPROG_STEP_DUP:
        return "dup";
    case SPROG_STEP_SESSION:
        return "session";
    case SPROG_STEP_TERMINAL:
        return "terminal";
    case SPROG_STEP_CREDENTIALS:
        return "credentials";
    case SPROG_STEP_LIMITS:
        return "limits";
    case SPROG_STEP_SIGNALS:
        return "signal state";
    case SPROG_STEP_FORK:
        return "fork";
    case SPROG_STEP_EXEC:
        return "exec";
    case SPROG_STEP_WATCH:
        return "watch";
    case SPROG_STEP_READ:
        return "read";
    case SPROG_STEP_WRITE:
        return "write";
    case SPROG_STEP_SIGNAL:
        return "signal";
    case SPROG_STEP_WAIT:
        return "wait";
    }
    return "?";
}

size_t
sprog_fault_text(const sprog_fault *fault, char *out_buf, size_t cap)
{
    sprog__text text;
    char os_text[OS_TEXT_SIZE];

    sprog__text_start(&text, out_buf, cap);
    sprog__text_add(&text, sprog_step_text(fault->step));
    if (fault->what[0] != '\0') {
        sprog__text_add(&text, text.len != 0 ? " '" : "'");
        sprog__text_add(&text, fault->what);
        sprog__text_add(&text, "'");
    }
    if (fault->child_fd >= 0) {
        sprog__text_add(&text, text.len != 0 ? " (child fd " : "(child fd ");
        sprog__text_add_number(&text, fault->child_fd);
        sprog__text_add(&text, ")");
    }
    if (text.len != 0) {
        sprog__text_add(&text, ": ");
    }
    if (fault->os_error != 0) {
        (void)sprog__be_error_text(fault->os_error, os_text, sizeof os_text);
        sprog__text_add(&text, os_text);
    } else {
        sprog__text_add(&text, sprog_err_text(fault->err));
    }
    return text.len;
}

void
sprog__fault_clear(sprog_fault *fault)
{
    memset(fault, 0, sizeof *fault);
    fault->child_fd = -1;
}

sprog_err
sprog__fault_set(sprog_fault *fault, sprog_err err, sprog_step step,
                 int64_t os_error, const char *what)
{
    sprog__text text;

    fault->err = err;
    fault->step = step;
    fault->os_error = os_error;
    sprog__text_start(&text, fault->what, sizeof fault->what);
    sprog__text_add(&text, what != NULL ? what : "");
    return err;
}
