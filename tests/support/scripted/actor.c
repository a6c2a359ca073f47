/*
 * A process under random use. Whatever is written or lent is in memory of its
 * own, which is freed as soon as the library may not look at it any more: a
 * sanitizer sees whoever does.
 */
#include "actor.h"

#include <stdlib.h>
#include <string.h>

#define MOST_BYTES 300

typedef struct loan {
    actor *of;
    int child_fd;
    size_t number;
    size_t end; /* in the accepted bytes */
    char *data;
} loan;

static size_t open_loans;

size_t
actor_loans(void)
{
    return open_loans;
}

void
actor_reset(void)
{
    open_loans = 0;
}

static void *
checked(void *block)
{
    if (block == NULL) {
        scripted_broken("no memory for the model");
    }
    return block;
}

/* Random bytes in a block of exactly their size. */
static char *
random_bytes(size_t *out_len)
{
    const size_t len = scripted_random(MOST_BYTES);
    char *data = checked(malloc(len != 0 ? len : 1));
    size_t i;

    for (i = 0; i < len; i++) {
        data[i] = (char)scripted_random(256);
    }
    *out_len = len;
    return data;
}

static void
append(char **to, size_t *to_len, const char *data, size_t len)
{
    *to = checked(realloc(*to, *to_len + len + 1));
    memcpy(*to + *to_len, data, len);
    *to_len += len;
}

/* ---- spawn -------------------------------------------------------------- */

static void
random_map(actor *it)
{
    static const sprog_fd_kind kinds[] = { SPROG_FD_WRITE, SPROG_FD_READ,
                                           SPROG_FD_DUPLEX, SPROG_FD_NULL };
    size_t i;

    it->fd_count = scripted_random(ACTOR_FDS + 1);
    for (i = 0; i < it->fd_count; i++) {
        it->fds[i].kind = kinds[scripted_random(4)];
        it->map[i].child_fd = (int)i;
        it->map[i].kind = it->fds[i].kind;
    }
}

void
actor_spawn(actor *it, sprog_reactor *reactor, journal_hook hook)
{
    static const char *const argv[] = { "child", NULL };
    sprog_spawn_options options = { .argv = argv };

    memset(it, 0, sizeof *it);
    journal_start(&it->told);
    it->told.is_terse = true;
    it->told.hook = hook;
    random_map(it);
    it->drain_ms = scripted_random(3) == 0 ? 1 + scripted_random(100) : 0;
    options.fds = it->map;
    options.fd_count = it->fd_count;
    options.drain_ms = it->drain_ms;
    options.left = scripted_random(2) == 0 ? SPROG_LEAVE : SPROG_KILL;
    scripted_set_new_capacity(1 + scripted_random(400));
    it->was_spawned =
        journal_try_spawn(&it->told, reactor, &options, NULL) == SPROG_OK;
}

/* ---- what its owner does ------------------------------------------------ */

bool
actor_can_write(const actor_fd *fd)
{
    return fd->kind == SPROG_FD_WRITE || fd->kind == SPROG_FD_DUPLEX;
}

bool
actor_can_read(const actor_fd *fd)
{
    return fd->kind == SPROG_FD_READ || fd->kind == SPROG_FD_DUPLEX;
}

/* Whether this answer to a write is one that can be right. */
static void
check_answer(const actor *it, size_t at, sprog_err err)
{
    const actor_fd *fd = &it->fds[at];

    if (!actor_can_write(fd)) {
        if (err != SPROG_ENOTWRITABLE) {
            scripted_broken("a write to child fd %d, not for writing: %s",
                            (int)at, sprog_err_name(err));
        }
        return;
    }
    if ((fd->close_asked || it->told.fds[at].is_lost) && err != SPROG_ECLOSED) {
        scripted_broken("a write to child fd %d, closed: %s", (int)at,
                        sprog_err_name(err));
    }
    if (err != SPROG_OK && err != SPROG_ECLOSED && err != SPROG_EQUEUEFULL) {
        scripted_broken("a write to child fd %d: %s", (int)at,
                        sprog_err_name(err));
    }
}

static void
write_random(actor *it, size_t at)
{
    size_t len;
    char *data = random_bytes(&len);
    const sprog_err err =
        sprog_process_write_to_child(it->told.process, (int)at, data, len);

    check_answer(it, at, err);
    if (err == SPROG_OK) {
        append(&it->fds[at].accepted, &it->fds[at].accepted_len, data, len);
    }
    memset(data, 0x55, len);
    free(data);
}

static void
loan_done(sprog_err err, void *user)
{
    loan *given = user;
    actor_fd *fd = &given->of->fds[given->child_fd];
    size_t taken;

    (void)scripted_taken(scripted_io(given->of->told.child, given->child_fd),
                         &taken);
    if (given->number != fd->next_loan) {
        scripted_broken("loan %lu came back, not %lu",
                        (unsigned long)given->number,
                        (unsigned long)fd->next_loan);
    }
    if (err == SPROG_OK && taken < given->end) {
        scripted_broken("a loan came back before it was sent");
    }
    if (err == SPROG_ECANCELED && given->of->told.process != NULL) {
        scripted_broken("a loan was cancelled without a destroy");
    }
    if (err != SPROG_OK && err != SPROG_ECANCELED && err != SPROG_ECLOSED) {
        scripted_broken("a loan came back with %s", sprog_err_name(err));
    }
    journal_callbacks++;
    fd->next_loan++;
    open_loans--;
    free(given->data);
    free(given);
}

static void
lend_random(actor *it, size_t at)
{
    loan *given = checked(calloc(1, sizeof *given));
    sprog_bytes bytes[3];
    size_t len;
    size_t cut;
    sprog_err err;

    given->data = random_bytes(&len);
    cut = scripted_random(len + 1);
    bytes[0].data = given->data;
    bytes[0].len = cut;
    bytes[1].data = NULL;
    bytes[1].len = 0;
    bytes[2].data = given->data + cut;
    bytes[2].len = len - cut;
    given->of = it;
    given->child_fd = (int)at;
    err = sprog_process_lend_to_child(it->told.process, (int)at, bytes, 3,
                                      loan_done, given);
    check_answer(it, at, err);
    if (err != SPROG_OK) {
        free(given->data);
        free(given);
        return;
    }
    given->number = it->fds[at].loans++;
    append(&it->fds[at].accepted, &it->fds[at].accepted_len, given->data, len);
    given->end = it->fds[at].accepted_len;
    open_loans++;
}

static void
close_random(actor *it, size_t at)
{
    const bool has_end =
        actor_can_read(&it->fds[at]) || actor_can_write(&it->fds[at]);
    const sprog_err err =
        sprog_process_close_child_fd(it->told.process, (int)at);

    if ((err == SPROG_OK) != has_end) {
        scripted_broken("closing child fd %d: %s", (int)at,
                        sprog_err_name(err));
    }
    it->fds[at].close_asked = it->fds[at].close_asked || has_end;
}

static void
lose_connection(actor *it)
{
    size_t i;

    if (sprog_process_lose_connection(it->told.process) != SPROG_OK) {
        scripted_broken("lose_connection was refused");
    }
    for (i = 0; i < it->fd_count && i < 3; i++) {
        it->fds[i].close_asked = true;
    }
}

static void
signal_random(actor *it)
{
    static const int signals[] = { 0, 10, 15, 9 };
    const sprog_err err =
        sprog_process_signal(it->told.process, signals[scripted_random(4)]);

    if (err != SPROG_OK && err != SPROG_EEXITED) {
        scripted_broken("a signal: %s", sprog_err_name(err));
    }
    if (err == SPROG_OK && it->told.has_exited) {
        scripted_broken("a signal was sent after the exit was told");
    }
}

static void
call_on_fd(actor *it, size_t at)
{
    switch (scripted_random(8)) {
    case 0:
    case 1:
    case 2:
        write_random(it, at);
        break;
    case 3:
    case 4:
        lend_random(it, at);
        break;
    case 5:
        close_random(it, at);
        break;
    case 6:
        (void)sprog_process_pause(it->told.process, (int)at);
        break;
    default:
        (void)sprog_process_resume(it->told.process, (int)at);
        break;
    }
}

void
actor_call(actor *it)
{
    if (it->told.process == NULL) {
        return;
    }
    switch (scripted_random(24)) {
    case 0:
        journal_destroy(&it->told);
        break;
    case 1:
        lose_connection(it);
        break;
    case 2:
    case 3:
        signal_random(it);
        break;
    case 4:
        (void)sprog_process_pause(it->told.process, SPROG_ALL_FDS);
        break;
    case 5:
    case 6:
        (void)sprog_process_resume(it->told.process, SPROG_ALL_FDS);
        break;
    default:
        if (it->fd_count != 0) {
            call_on_fd(it, scripted_random(it->fd_count));
        }
        break;
    }
}

/* ---- what its child does ------------------------------------------------ */

static void
live_on_fd(actor *it, size_t at)
{
    actor_fd *fd = &it->fds[at];
    sprog__be_io *io;
    char *data;
    size_t len;

    if (!actor_can_read(fd) && !actor_can_write(fd)) {
        return;
    }
    io = scripted_io(it->told.child, (int)at);
    switch (scripted_random(8)) {
    case 0:
    case 1:
    case 2:
        if (actor_can_read(fd) && !fd->has_ended) {
            data = random_bytes(&len);
            scripted_prints(io, data, len);
            append(&fd->printed, &fd->printed_len, data, len);
            free(data);
        }
        break;
    case 3:
        scripted_teases(io);
        break;
    case 4:
        scripted_ends(io);
        fd->has_ended = true;
        break;
    default:
        scripted_reads(io, scripted_random(600));
        break;
    }
}

void
actor_live(actor *it)
{
    if (!it->was_spawned) {
        return;
    }
    if (scripted_random(12) == 0) {
        scripted_exits(it->told.child, 7);
        it->has_exited = true;
        return;
    }
    if (it->fd_count != 0) {
        live_on_fd(it, scripted_random(it->fd_count));
    }
}

void
actor_die(actor *it)
{
    if (it->was_spawned) {
        scripted_exits(it->told.child, 7);
        scripted_ends_all(it->told.child);
        it->has_exited = true;
    }
}
