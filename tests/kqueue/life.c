/*
 * What a life has to be like, whatever the order of things is: made first,
 * exited once, ended once and last; every byte as it was written; a status
 * that is right, or unknown where somebody else has taken it.
 */
#include "life.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

static void
on_made(sprog_process *process, void *user)
{
    life *l = user;

    (void)process;
    PLAY_CHECK(l->exited == 0 && l->ended == 0);
    l->made++;
    if (l->hook != NULL) {
        l->hook(l);
    }
}

static void
on_data(sprog_process *process, int child_fd, const void *data, size_t len,
        void *user)
{
    life *l = user;
    const play_pipe *pipe = l->proc->outs[child_fd];

    (void)process;
    PLAY_CHECK(l->made == 1 && l->ended == 0 && l->lost[child_fd] == 0);
    PLAY_CHECK(l->received[child_fd] + len <= pipe->log_len);
    PLAY_CHECK(memcmp(pipe->log + l->received[child_fd], data, len) == 0);
    l->received[child_fd] += len;
    if (l->hook != NULL) {
        l->hook(l);
    }
}

static void
on_lost(sprog_process *process, int child_fd, const sprog_lost *lost,
        void *user)
{
    life *l = user;

    (void)process;
    PLAY_CHECK(lost->reason != SPROG_LOST_ERROR);
    l->lost[child_fd]++;
    PLAY_CHECK(l->lost[child_fd] == 1 && l->ended == 0);
    if (l->hook != NULL) {
        l->hook(l);
    }
}

static void
on_exited(sprog_process *process, const sprog_exit *exit, void *user)
{
    life *l = user;

    (void)process;
    l->exited++;
    PLAY_CHECK(l->made == 1 && l->exited == 1 && l->ended == 0);
    PLAY_CHECK(l->proc->state != PLAY_RUNNING);
    l->exit = *exit;
    if (l->hook != NULL) {
        l->hook(l);
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    life *l = user;

    (void)process;
    l->ended++;
    PLAY_CHECK(l->exited == 1 && l->ended == 1);
    l->exit = *exit;
}

void
life_start(life *l, sprog_reactor *reactor, const char *const *ops,
           uint32_t flags, uint64_t drain_ms, sprog_left left)
{
    static const sprog_protocol protocol = { .connection_made = on_made,
                                             .child_data_received = on_data,
                                             .child_connection_lost = on_lost,
                                             .process_exited = on_exited,
                                             .process_ended = on_ended };
    static const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                          SPROG_READ(2), SPROG_DUPLEX(3) };
    const char *argv[PLAY_OPS + 2] = { "/played" };
    const char *const env[] = { NULL };
    sprog_spawn_options options = { .argv = argv,
                                    .env = env,
                                    .fds = fds,
                                    .fd_count = 4,
                                    .flags = flags,
                                    .drain_ms = drain_ms,
                                    .left = left };
    size_t before;

    for (size_t i = 0; ops[i] != NULL; i++) {
        argv[i + 1] = ops[i];
    }
    l->leads_group = (flags & SPROG_SPAWN_NEW_GROUP) != 0;
    before = play.proc_count;
    PLAY_CHECK(sprog_spawn(reactor, &options, &protocol, l, &l->process,
                           NULL) == SPROG_OK);
    /* The first that is ours and was not there before. */
    while (!play.procs[before].is_child) {
        before++;
    }
    l->proc = &play.procs[before];
}

sprog_err
life_write(life *l, size_t len)
{
    unsigned char data[512];
    sprog_err err;

    PLAY_CHECK(len <= sizeof data);
    for (size_t i = 0; i < len; i++) {
        data[i] = (unsigned char)((l->sent + i) * 11);
    }
    err = sprog_process_write(l->process, data, len);
    if (err == SPROG_OK) {
        l->sent += len;
    }
    return err;
}

static void
check_status(const life *l)
{
    const int raw = l->proc->raw_status;

    if (l->exit.kind == SPROG_EXIT_UNKNOWN) {
        PLAY_CHECK(l->proc->was_stolen);
        PLAY_CHECK(l->exit.raw_status == -1);
        return;
    }
    PLAY_CHECK(l->exit.raw_status == raw);
    if (l->exit.kind == SPROG_EXIT_SIGNAL) {
        PLAY_CHECK(WIFSIGNALED(raw));
        PLAY_CHECK(l->exit.signal_number == WTERMSIG(raw));
    } else {
        PLAY_CHECK(WIFEXITED(raw));
        PLAY_CHECK(l->exit.code == (uint32_t)WEXITSTATUS(raw));
    }
    if (!l->proc->was_stolen && !l->leads_group) {
        PLAY_CHECK(l->exit.has_usage && l->exit.usage.user_us == 7);
    }
}

void
life_check(const life *l)
{
    const play_pipe *in = l->proc->ins[0];

    PLAY_CHECK(l->made == 1 && l->exited == 1 && l->ended == 1);
    check_status(l);
    for (int fd = 0; fd < 4; fd++) {
        PLAY_CHECK(l->lost[fd] == 1);
        if (fd != 0 && !l->is_cut[fd] && !l->exit.abandoned) {
            PLAY_CHECK(l->received[fd] == l->proc->outs[fd]->log_len);
        }
    }
    PLAY_CHECK(in->log_len <= l->sent);
    for (size_t i = 0; i < in->log_len; i++) {
        PLAY_CHECK(in->log[i] == (unsigned char)(i * 11));
    }
}
