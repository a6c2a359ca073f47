/*
 * What must hold of a process under random use.
 */
#include <stdlib.h>
#include <string.h>

#include "actor.h"

/* ---- what must hold ----------------------------------------------------- */

static void
check_read(const actor *it, size_t at)
{
    const actor_fd *fd = &it->fds[at];
    const journal_fd *told = &it->told.fds[at];

    if (told->len > fd->printed_len ||
        (told->len != 0 && memcmp(told->data, fd->printed, told->len) != 0)) {
        scripted_broken("child fd %d told what was not printed", (int)at);
    }
    if (told->is_lost && told->lost.reason == SPROG_LOST_EOF &&
        told->len != fd->printed_len) {
        scripted_broken("child fd %d: the end before all was told", (int)at);
    }
}

static void
check_written(const actor *it, size_t at)
{
    const actor_fd *fd = &it->fds[at];
    const journal_fd *told = &it->told.fds[at];
    size_t taken_len;
    const char *taken =
        scripted_taken(scripted_io(it->told.child, (int)at), &taken_len);
    const size_t rest = fd->accepted_len - taken_len;

    if (taken_len > fd->accepted_len ||
        (taken_len != 0 && memcmp(taken, fd->accepted, taken_len) != 0)) {
        scripted_broken("child fd %d got what was not written", (int)at);
    }
    if (!told->is_lost) {
        return;
    }
    if (told->lost.unsent < rest ||
        (told->lost.reason == SPROG_LOST_CLOSED && told->lost.unsent != 0)) {
        scripted_broken("child fd %d: %lu of %lu unsent bytes told", (int)at,
                        (unsigned long)told->lost.unsent, (unsigned long)rest);
    }
}

void
actor_check(const actor *it)
{
    size_t i;

    for (i = 0; it->was_spawned && i < it->fd_count; i++) {
        if (actor_can_read(&it->fds[i])) {
            check_read(it, i);
        }
        if (actor_can_write(&it->fds[i])) {
            check_written(it, i);
        }
    }
}

void
actor_check_end(const actor *it)
{
    size_t i;

    actor_check(it);
    if (it->was_spawned && it->told.process != NULL && !it->told.has_ended) {
        scripted_broken("a process never ended: %s", it->told.text);
    }
    for (i = 0; i < it->fd_count; i++) {
        if (it->fds[i].next_loan != it->fds[i].loans) {
            scripted_broken("loans of child fd %d did not come back", (int)i);
        }
    }
}

void
actor_free(actor *it)
{
    size_t i;

    for (i = 0; i < ACTOR_FDS; i++) {
        free(it->fds[i].accepted);
        free(it->fds[i].printed);
        it->fds[i].accepted = NULL;
        it->fds[i].printed = NULL;
    }
    journal_end(&it->told);
}
