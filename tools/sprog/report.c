/*
 * Reports on stderr, and exit codes. Everything else that the program prints
 * goes through a stream of the reactor; a report is one short line, written
 * at once, because what it tells of may be the end of the reactor.
 */
#include "report.h"

#include <stdarg.h>
#include <stdio.h>

static report_erase_fn erase_first;
static const void *erase_user;

void
report_over(report_erase_fn erase, const void *user)
{
    erase_first = erase;
    erase_user = user;
}

void
report(const char *format, ...)
{
    char text[REPORT_SIZE];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(text, sizeof text, format, args);
    va_end(args);
    /* One call, so that the line is one write. Nobody is left to tell when
     * stderr itself fails. */
    (void)fprintf(stderr, "%ssprog: %s\n",
                  erase_first != NULL ? erase_first(erase_user) : "", text);
    (void)fflush(stderr);
}

void
report_fault(const char *what, const sprog_fault *fault)
{
    char text[REPORT_SIZE];

    (void)sprog_fault_text(fault, text, sizeof text);
    report("%s: %s", what, text);
}

void
report_lost(const char *what, sprog_step step, const sprog_lost *lost)
{
    sprog_fault fault = { .err = lost->err,
                          .step = step,
                          .os_error = lost->os_error,
                          .child_fd = -1 };

    (void)snprintf(fault.what, sizeof fault.what, "%s", what);
    report_fault("our own stream failed", &fault);
}

void
report_file(const char *tried, const char *path, int64_t os_error)
{
    sprog_fault fault = { .err = SPROG_ESYSTEM,
                          .step = SPROG_STEP_FILE,
                          .os_error = os_error,
                          .child_fd = -1 };

    (void)snprintf(fault.what, sizeof fault.what, "%s", path);
    report_fault(tried, &fault);
}

void
report_start_text(const char *program, const sprog_fault *fault, char *out_buf,
                  size_t cap)
{
    char text[REPORT_SIZE];

    (void)sprog_fault_text(fault, text, sizeof text);
    (void)snprintf(out_buf, cap, "cannot start '%s': %s", program, text);
}

int
code_of_fault(const sprog_fault *fault)
{
    /* A batch file that is there, with arguments that it cannot be given. */
    if (fault->err == SPROG_EBATCH) {
        return CODE_CANNOT_RUN;
    }
    /* A missing working directory is no missing program. */
    if (fault->step != SPROG_STEP_RESOLVE && fault->step != SPROG_STEP_EXEC) {
        return CODE_OWN;
    }
    /* An empty name is as good as one that is nowhere. */
    if (fault->err == SPROG_ENOTFOUND || fault->err == SPROG_EINVAL) {
        return CODE_NOT_FOUND;
    }
    if (fault->err == SPROG_ENOMEM) {
        return CODE_OWN;
    }
    return CODE_CANNOT_RUN;
}

int
code_of_exit(const sprog_exit *exit)
{
    switch (exit->kind) {
    case SPROG_EXIT_CODE:
        return (int)exit->code;
    case SPROG_EXIT_SIGNAL:
        return CODE_BY_SIGNAL + exit->signal_number;
    case SPROG_EXIT_UNKNOWN:
        break;
    }
    return CODE_OWN;
}
