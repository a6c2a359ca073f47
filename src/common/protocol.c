/*
 * What protocols need besides callbacks: the end in words, and the dispatch of
 * the three standard child fds.
 */
#include "sprog/protocol.h"

#include "sprog/process.h"
#include "text.h"

size_t
sprog_exit_text(const sprog_exit *exit, char *out_buf, size_t cap)
{
    sprog__text text;
    const char *name;

    sprog__text_start(&text, out_buf, cap);
    switch (exit->kind) {
    case SPROG_EXIT_UNKNOWN:
        sprog__text_add(&text, "exited with an unknown status");
        break;
    case SPROG_EXIT_CODE:
        sprog__text_add(&text, "exited with code ");
        sprog__text_add_number(&text, (int64_t)exit->code);
        break;
    case SPROG_EXIT_SIGNAL:
        name = sprog_signal_name(exit->signal_number);
        sprog__text_add(&text, "killed by ");
        if (name != NULL) {
            sprog__text_add(&text, "SIG");
            sprog__text_add(&text, name);
        } else {
            sprog__text_add(&text, "signal ");
            sprog__text_add_number(&text, exit->signal_number);
        }
        if (exit->core_dumped) {
            sprog__text_add(&text, " (core dumped)");
        }
        break;
    }
    return text.len;
}

static const sprog_standard_protocol *
standard_of(void *user)
{
    return (const sprog_standard_protocol *)user;
}

static void
made(sprog_process *process, void *user)
{
    if (standard_of(user)->connection_made != NULL) {
        standard_of(user)->connection_made(process, user);
    }
}

static void
received(sprog_process *process, int child_fd, const void *data, size_t len,
         void *user)
{
    const sprog_standard_protocol *standard = standard_of(user);

    if (child_fd == 1 && standard->out_received != NULL) {
        standard->out_received(process, data, len, user);
    } else if (child_fd == 2 && standard->err_received != NULL) {
        standard->err_received(process, data, len, user);
    }
}

static void
drained(sprog_process *process, int child_fd, void *user)
{
    if (child_fd == 0 && standard_of(user)->in_drained != NULL) {
        standard_of(user)->in_drained(process, user);
    }
}

static void
lost(sprog_process *process, int child_fd, const sprog_lost *how, void *user)
{
    const sprog_standard_protocol *standard = standard_of(user);

    if (child_fd == 0 && standard->in_connection_lost != NULL) {
        standard->in_connection_lost(process, how, user);
    } else if (child_fd == 1 && standard->out_connection_lost != NULL) {
        standard->out_connection_lost(process, how, user);
    } else if (child_fd == 2 && standard->err_connection_lost != NULL) {
        standard->err_connection_lost(process, how, user);
    }
}

static void
exited(sprog_process *process, const sprog_exit *exit, void *user)
{
    if (standard_of(user)->process_exited != NULL) {
        standard_of(user)->process_exited(process, exit, user);
    }
}

static void
ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    if (standard_of(user)->process_ended != NULL) {
        standard_of(user)->process_ended(process, exit, user);
    }
}

const sprog_protocol *
sprog_standard_dispatch(void)
{
    static const sprog_protocol dispatch = {
        made, received, drained, lost, exited, ended,
    };

    return &dispatch;
}
