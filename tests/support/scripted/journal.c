/*
 * A protocol that writes down what it is told.
 */
#include "journal.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

size_t journal_callbacks;

static bool is_turning;
static size_t depth;

bool
journal_is_in_callback(void)
{
    return depth != 0;
}

/* ---- reactors and turns ------------------------------------------------- */

sprog_reactor *
journal_reactor(void)
{
    const sprog_reactor_options options = { counted_allocator() };
    sprog_reactor *reactor = NULL;

    is_turning = false;
    depth = 0;
    ck_assert_int_eq(sprog_reactor_create(&options, &reactor), SPROG_OK);
    return reactor;
}

size_t
journal_reactor_end(sprog_reactor *reactor)
{
    size_t left = 12345;

    is_turning = true;
    ck_assert_int_eq(sprog_reactor_destroy(reactor, &left), SPROG_OK);
    is_turning = false;
    return left;
}

sprog_err
journal_turn(sprog_reactor *reactor, int64_t timeout_ms)
{
    sprog_err err;

    is_turning = true;
    err = sprog_reactor_turn(reactor, timeout_ms);
    is_turning = false;
    return err;
}

sprog_err
journal_run(sprog_reactor *reactor)
{
    sprog_err err;

    is_turning = true;
    err = sprog_reactor_run(reactor);
    is_turning = false;
    return err;
}

/* ---- writing down ------------------------------------------------------- */

static void
add(journal *told, const char *text)
{
    const size_t len = strlen(text);

    if (told->len + len + 2 > sizeof told->text) {
        return; /* what is asked about is short */
    }
    if (told->len != 0) {
        told->text[told->len++] = ' ';
    }
    memcpy(told->text + told->len, text, len + 1);
    told->len += len;
}

static const char *
reason_word(sprog_lost_reason reason)
{
    switch (reason) {
    case SPROG_LOST_EOF:
        return "eof";
    case SPROG_LOST_CLOSED:
        return "closed";
    case SPROG_LOST_PEER:
        return "peer";
    case SPROG_LOST_ERROR:
        return "error";
    case SPROG_LOST_ABANDONED:
        return "abandoned";
    }
    return "?";
}

/* What holds of every callback. */
static journal *
begin(sprog_process *process, void *user, const char *word)
{
    journal *told = user;

    if (told->process == NULL) {
        scripted_broken("%s: after the destroy", word);
    }
    if (told->process != process) {
        scripted_broken("%s: of another process", word);
    }
    if (!is_turning || depth != 0) {
        scripted_broken("%s: inside a call or a callback", word);
    }
    if (told->has_ended) {
        scripted_broken("%s: after the end", word);
    }
    if (strcmp(word, "made") != 0 && !told->is_made) {
        scripted_broken("%s: before connection_made", word);
    }
    if ((sprog_process_pid(process) == 0) != (strcmp(word, "ended") == 0)) {
        scripted_broken("%s: the pid is %lld", word,
                        (long long)sprog_process_pid(process));
    }
    depth++;
    journal_callbacks++;
    return told;
}

static void
finish(journal *told, const char *word, int child_fd)
{
    if (told->hook != NULL) {
        told->hook(told, word, child_fd);
    }
    depth--;
}

static journal_fd *
open_fd(journal *told, int child_fd, const char *word)
{
    journal_fd *fd;

    if (child_fd < 0 || child_fd >= JOURNAL_FDS ||
        !told->fds[child_fd].is_mapped) {
        scripted_broken("%s: of child fd %d, which has no end", word, child_fd);
    }
    fd = &told->fds[child_fd];
    if (fd->is_lost) {
        scripted_broken("%s: of child fd %d, which was lost", word, child_fd);
    }
    return fd;
}

static void
on_made(sprog_process *process, void *user)
{
    journal *told = begin(process, user, "made");

    if (told->is_made) {
        scripted_broken("made: twice");
    }
    told->is_made = true;
    add(told, "made");
    finish(told, "made", -1);
}

static void
on_data(sprog_process *process, int child_fd, const void *data, size_t len,
        void *user)
{
    journal *told = begin(process, user, "data");
    journal_fd *fd = open_fd(told, child_fd, "data");
    char word[128];
    char *grown = realloc(fd->data, fd->len + len);

    if (len == 0 || grown == NULL) {
        scripted_broken("data: of no bytes, or no memory");
    }
    fd->data = grown;
    memcpy(fd->data + fd->len, data, len);
    fd->len += len;
    if (!told->is_terse) {
        (void)snprintf(word, sizeof word, "data%d=%.*s", child_fd,
                       len < 60 ? (int)len : 60, (const char *)data);
        add(told, word);
    }
    finish(told, "data", child_fd);
}

static void
on_drained(sprog_process *process, int child_fd, void *user)
{
    journal *told = begin(process, user, "drained");
    char word[32];

    open_fd(told, child_fd, "drained")->drained++;
    (void)snprintf(word, sizeof word, "drained%d", child_fd);
    add(told, word);
    finish(told, "drained", child_fd);
}

static void
on_lost(sprog_process *process, int child_fd, const sprog_lost *lost,
        void *user)
{
    journal *told = begin(process, user, "lost");
    journal_fd *fd = open_fd(told, child_fd, "lost");
    char word[64];

    if ((lost->err == SPROG_OK) != (lost->reason != SPROG_LOST_ERROR)) {
        scripted_broken("lost: reason %d with error %d", (int)lost->reason,
                        (int)lost->err);
    }
    fd->is_lost = true;
    fd->lost = *lost;
    (void)snprintf(word, sizeof word, "lost%d=%s", child_fd,
                   reason_word(lost->reason));
    add(told, word);
    finish(told, "lost", child_fd);
}

static void
on_exited(sprog_process *process, const sprog_exit *exit, void *user)
{
    journal *told = begin(process, user, "exited");

    if (told->has_exited) {
        scripted_broken("exited: twice");
    }
    told->has_exited = true;
    told->exited = *exit;
    add(told, "exited");
    finish(told, "exited", -1);
}

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    journal *told = begin(process, user, "ended");
    int i;

    if (!told->has_exited) {
        scripted_broken("ended: before the exit");
    }
    for (i = 0; i < JOURNAL_FDS; i++) {
        if (told->fds[i].is_mapped && !told->fds[i].is_lost) {
            scripted_broken("ended: child fd %d is open", i);
        }
    }
    told->has_ended = true;
    told->ended = *exit;
    add(told, "ended");
    finish(told, "ended", -1);
}

static const sprog_protocol journal_protocol = {
    on_made, on_data, on_drained, on_lost, on_exited, on_ended,
};

/* ---- processes ---------------------------------------------------------- */

void
journal_start(journal *told)
{
    memset(told, 0, sizeof *told);
}

static void
note_map(journal *told, const sprog_spawn_options *options)
{
    size_t i;

    if (options->fds == NULL) {
        told->fds[0].is_mapped = true;
        told->fds[1].is_mapped = true;
        told->fds[2].is_mapped = true;
        return;
    }
    for (i = 0; i < options->fd_count; i++) {
        const sprog_child_fd *fd = &options->fds[i];

        told->fds[fd->child_fd].is_mapped = fd->kind == SPROG_FD_WRITE ||
                                            fd->kind == SPROG_FD_READ ||
                                            fd->kind == SPROG_FD_DUPLEX;
    }
}

sprog_err
journal_try_spawn(journal *told, sprog_reactor *reactor,
                  const sprog_spawn_options *options, sprog_fault *out_fault)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options plain = { .argv = argv };
    const bool was_turning = is_turning;
    sprog_err err;

    if (options == NULL) {
        options = &plain;
    }
    is_turning = false;
    err = sprog_spawn(reactor, options, &journal_protocol, told, &told->process,
                      out_fault);
    is_turning = was_turning;
    if (err == SPROG_OK) {
        told->reactor = reactor;
        told->child = scripted_child(scripted_child_count() - 1);
        note_map(told, options);
    }
    return err;
}

void
journal_spawn(journal *told, sprog_reactor *reactor,
              const sprog_spawn_options *options)
{
    ck_assert_int_eq(journal_try_spawn(told, reactor, options, NULL), SPROG_OK);
}

void
journal_destroy(journal *told)
{
    sprog_process *process = told->process;

    told->process = NULL;
    sprog_process_destroy(process);
}

void
journal_end(journal *told)
{
    int i;

    for (i = 0; i < JOURNAL_FDS; i++) {
        free(told->fds[i].data);
        told->fds[i].data = NULL;
    }
}

/* ---- lent bytes --------------------------------------------------------- */

void
lent_done(sprog_err err, void *user)
{
    lent *given = user;

    if (!is_turning || depth != 0) {
        scripted_broken("a completion inside a call or a callback");
    }
    journal_callbacks++;
    given->times++;
    given->err = err;
    depth++;
    if (given->hook != NULL) {
        given->hook(given);
    }
    depth--;
}
