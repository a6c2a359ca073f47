/*
 * The work on sprog, through its public headers.
 */
#include "side.h"

#include <stdio.h>
#include <stdlib.h>

#include "sprog/sprog.h"

/* One child of ours, and what is still to be done with it. */
struct job {
    sprog_process *process;
    uint64_t got;
    uint64_t unsent;
    bool is_over;
};

static sprog_reactor *reactor;
static struct job **held;
static unsigned held_count;

const char *
side_version(void)
{
    static char text[64];

    (void)snprintf(text, sizeof text, "sprog %s", sprog_version());
    return text;
}

void
side_open(void)
{
    side_must(sprog_reactor_create(NULL, &reactor) == SPROG_OK, "reactor");
}

static void
take_data(sprog_process *process, int child_fd, const void *data, size_t len,
          void *user)
{
    struct job *job = user;

    (void)process;
    (void)child_fd;
    (void)data;
    job->got += len;
}

static void
take_end(sprog_process *process, const sprog_exit *how, void *user)
{
    struct job *job = user;

    side_must(how->kind == SPROG_EXIT_CODE && how->code == 0, "child");
    job->is_over = true;
    sprog_process_destroy(process);
}

static const sprog_protocol protocol = {
    .child_data_received = take_data,
    .process_ended = take_end,
};

static const sprog_child_fd only_stdin[] = { SPROG_WRITE(0) };

static void
start(struct job *job, char *const *argv, bool three_pipes)
{
    const sprog_spawn_options options = {
        .argv = (const char *const *)argv,
        .fds = three_pipes ? NULL : only_stdin,
        .fd_count = three_pipes ? 0 : 1,
    };

    side_must(sprog_spawn(reactor, &options, &protocol, job, &job->process,
                          NULL) == SPROG_OK,
              "sprog_spawn");
}

static void
turn(void)
{
    side_must(sprog_reactor_turn(reactor, -1) == SPROG_OK, "turn");
}

static void
finish(const struct job *job)
{
    while (!job->is_over) {
        turn();
    }
}

void
side_cycle(unsigned count)
{
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        struct job job = { 0 };

        start(&job, side_argv_exit, true);
        finish(&job);
    }
    side_clock_stop();
}

void
side_ping(size_t len, unsigned count)
{
    struct job job = { 0 };

    start(&job, side_argv_cat, true);
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        side_must(sprog_process_write(job.process, side_bytes, len) == SPROG_OK,
                  "write");
        while (job.got < len) {
            turn();
        }
        job.got = 0;
    }
    side_clock_stop();
    (void)sprog_process_close_stdin(job.process);
    finish(&job);
}

void
side_pull(uint64_t bytes)
{
    struct job job = { 0 };

    side_clock_start();
    start(&job, side_argv_source, true);
    finish(&job);
    side_must(job.got == bytes, "count");
    side_clock_stop();
}

/* The last block was sent: lend the next, as uv_write() is used too. */
static void
lend_next(sprog_err err, void *user)
{
    struct job *job = user;
    sprog_bytes block = { side_bytes, SIDE_BLOCK };

    side_must(err == SPROG_OK, "lent block");
    if (job->unsent == 0) {
        (void)sprog_process_close_stdin(job->process);
        return;
    }
    if (job->unsent < block.len) {
        block.len = (size_t)job->unsent;
    }
    job->unsent -= block.len;
    side_must(sprog_process_lend_to_child(job->process, 0, &block, 1, lend_next,
                                          job) == SPROG_OK,
              "lend");
}

void
side_through(uint64_t bytes)
{
    struct job job = { .unsent = bytes };

    side_clock_start();
    start(&job, side_argv_cat, true);
    lend_next(SPROG_OK, &job);
    finish(&job);
    side_must(job.got == bytes, "count");
    side_clock_stop();
}

void
side_hold(unsigned count)
{
    struct job **more = realloc(held, (held_count + count + 1) * sizeof *more);

    side_must(more != NULL, "realloc");
    held = more;
    for (unsigned i = 0; i < count; i++) {
        struct job *job = calloc(1, sizeof *job);

        side_must(job != NULL, "calloc");
        start(job, side_argv_cat, false);
        held[held_count++] = job;
    }
    /* connection_made of each is not part of any exit. */
    side_must(sprog_reactor_turn(reactor, 0) == SPROG_OK, "turn");
}

void
side_let_go(unsigned count)
{
    const unsigned first = held_count - count;

    side_clock_start();
    while (held_count > first) {
        struct job *job = held[held_count - 1];

        (void)sprog_process_close_stdin(job->process);
        finish(job);
        held_count--;
    }
    side_clock_stop();
    for (unsigned i = first; i < first + count; i++) {
        free(held[i]);
    }
}

void
side_drop(void)
{
    for (unsigned i = 0; i < held_count; i++) {
        (void)sprog_process_close_stdin(held[i]->process);
    }
    side_must(sprog_reactor_run(reactor) == SPROG_OK, "run");
    for (unsigned i = 0; i < held_count; i++) {
        side_must(held[i]->is_over, "end");
        free(held[i]);
    }
    held_count = 0;
}
