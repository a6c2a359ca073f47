/*
 * The three signals that can be made here. KILL and TERM end the process, as
 * nothing gentler reaches every program, or its job; INT is a Ctrl-Break to the
 * group that the child leads on our console, and is refused otherwise: it is
 * never turned into a kill.
 */
#include <string.h>

#include "win32.h"

#define SIGNAL_INT  2
#define SIGNAL_KILL 9
#define SIGNAL_TERM 15

static const struct {
    const char *name;
    int number;
} signals[] = {
    { "INT", SIGNAL_INT },
    { "KILL", SIGNAL_KILL },
    { "TERM", SIGNAL_TERM },
};

int
sprog__be_signal_number(const char *name)
{
    size_t i;

    for (i = 0; i < sizeof signals / sizeof signals[0]; i++) {
        if (strcmp(signals[i].name, name) == 0) {
            return signals[i].number;
        }
    }
    return 0;
}

void
sprog__be_signal_realtime(int *out_first, int *out_last)
{
    *out_first = 0;
    *out_last = 0;
}

/*
 * After the process has begun to end, TerminateProcess is denied on Windows
 * and succeeds under Wine: neither says anything by itself.
 */
static sprog_err
terminate(sprog__be_child *child, int signal_number, sprog_fault *fault)
{
    DWORD code = STILL_ACTIVE;
    DWORD error;

    if (child->killed_by != 0) {
        return SPROG_OK; /* it is dying of the first one */
    }
    error = sprog__win32_sys_terminate(child->process,
                                       SPROG__KILL_CODE(signal_number));
    if (error == ERROR_SUCCESS) {
        child->killed_by = signal_number;
        return SPROG_OK;
    }
    /* A process that is ending has its code before its HANDLE tells. */
    if (sprog__win32_child_is_gone(child) ||
        (error == ERROR_ACCESS_DENIED &&
         sprog__win32_sys_exit_code(child->process, &code) == ERROR_SUCCESS &&
         code != STILL_ACTIVE)) {
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_EEXITED,
                                   NULL);
    }
    (void)sprog__win32_fail(fault, SPROG_STEP_SIGNAL, error, NULL);
    fault->err = SPROG_ESYSTEM;
    return SPROG_ESYSTEM;
}

static sprog_err
interrupt(sprog__be_child *child, sprog_fault *fault)
{
    DWORD error;

    if (!child->leads_group) {
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_ENOTSUP,
                                   "INT");
    }
    /* The child's HANDLE is open: the group's number is nobody else's. */
    error = sprog__win32_sys_break((DWORD)child->pid);
    if (error != ERROR_SUCCESS) {
        (void)sprog__win32_fail(fault, SPROG_STEP_SIGNAL, error, "INT");
        fault->err = SPROG_ENOTSUP;
        return SPROG_ENOTSUP;
    }
    child->interrupted_by = SIGNAL_INT;
    return SPROG_OK;
}

/*
 * The group that a child leads is its job: it, and all that it started. The
 * job outlives the child, and its HANDLE is ours alone.
 */
static sprog_err
group_signal(sprog__be_child *child, int signal_number, sprog_fault *fault)
{
    const bool is_gone = sprog__win32_child_is_gone(child);
    sprog_err err;

    if (child->job == NULL) {
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_ENOTSUP,
                                   NULL);
    }
    switch (signal_number) {
    case 0:
        return sprog__win32_job_end(child, 0, fault);
    case SIGNAL_INT:
        err = sprog__win32_job_end(child, 0, fault);
        return err == SPROG_OK ? interrupt(child, fault) : err;
    case SIGNAL_KILL:
    case SIGNAL_TERM:
        err =
            sprog__win32_job_end(child, SPROG__KILL_CODE(signal_number), fault);
        if (err == SPROG_OK && !is_gone && child->killed_by == 0) {
            child->killed_by = signal_number;
        }
        return err;
    default:
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_ENOTSUP,
                                   NULL);
    }
}

sprog_err
sprog__be_signal_send(sprog__be_child *child, int signal_number, bool to_group,
                      sprog_fault *fault)
{
    if (to_group) {
        return group_signal(child, signal_number, fault);
    }
    if (sprog__win32_child_is_gone(child)) {
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_EEXITED,
                                   NULL);
    }
    switch (signal_number) {
    case 0:
        return SPROG_OK;
    case SIGNAL_INT:
        return interrupt(child, fault);
    case SIGNAL_KILL:
    case SIGNAL_TERM:
        return terminate(child, signal_number, fault);
    default:
        return sprog__win32_refuse(fault, SPROG_STEP_SIGNAL, SPROG_ENOTSUP,
                                   NULL);
    }
}
