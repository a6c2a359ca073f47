/*
 * The work on libuv.
 */
#define _GNU_SOURCE
#include "side.h"

#include <stdio.h>
#include <stdlib.h>
#include <uv.h>

/* One child of ours, and what is still to be done with it. */
struct job {
    uv_process_t process;
    uv_pipe_t pipes[3];
    uv_write_t request;
    uint64_t got;
    uint64_t unsent;
    int open_handles; /* it is over when none is left */
};

static uv_loop_t loop;
static char buffer[SIDE_BLOCK];
static struct job **held;
static unsigned held_count;

const char *
side_version(void)
{
    static char text[64];

    (void)snprintf(text, sizeof text, "libuv %s", uv_version_string());
    return text;
}

void
side_open(void)
{
    side_must(uv_loop_init(&loop) == 0, "uv_loop_init");
}

static void
take_close(uv_handle_t *handle)
{
    struct job *job = handle->data;

    job->open_handles--;
}

static void
close_handle(uv_handle_t *handle)
{
    if (!uv_is_closing(handle)) {
        uv_close(handle, take_close);
    }
}

static void
take_exit(uv_process_t *process, int64_t status, int term_signal)
{
    struct job *job = process->data;

    side_must(status == 0 && term_signal == 0, "child");
    close_handle((uv_handle_t *)process);
    close_handle((uv_handle_t *)&job->pipes[0]);
}

static void
give_buffer(uv_handle_t *handle, size_t suggested, uv_buf_t *out_buf)
{
    (void)handle;
    (void)suggested;
    *out_buf = uv_buf_init(buffer, sizeof buffer);
}

static void
take_data(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct job *job = stream->data;

    (void)buf;
    if (n < 0) {
        side_must(n == UV_EOF, "read");
        close_handle((uv_handle_t *)stream);
    } else {
        job->got += (uint64_t)n;
    }
}

static void
start(struct job *job, char **argv, int pipe_count)
{
    uv_stdio_container_t stdio[3];
    uv_process_options_t options = {
        .exit_cb = take_exit,
        .file = argv[0],
        .args = argv,
        .stdio_count = pipe_count,
        .stdio = stdio,
    };

    for (int i = 0; i < pipe_count; i++) {
        side_must(uv_pipe_init(&loop, &job->pipes[i], 0) == 0, "uv_pipe_init");
        job->pipes[i].data = job;
        stdio[i].flags = UV_CREATE_PIPE;
        stdio[i].flags |= i == 0 ? UV_READABLE_PIPE : UV_WRITABLE_PIPE;
        stdio[i].data.stream = (uv_stream_t *)&job->pipes[i];
    }
    job->process.data = job;
    side_must(uv_spawn(&loop, &job->process, &options) == 0, "uv_spawn");
    job->open_handles = 1 + pipe_count;
    for (int i = 1; i < pipe_count; i++) {
        side_must(uv_read_start((uv_stream_t *)&job->pipes[i], give_buffer,
                                take_data) == 0,
                  "uv_read_start");
    }
}

static void
finish(const struct job *job)
{
    while (job->open_handles != 0) {
        (void)uv_run(&loop, UV_RUN_ONCE);
    }
}

void
side_cycle(unsigned count)
{
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        struct job job = { 0 };

        start(&job, side_argv_exit, 3);
        finish(&job);
    }
    side_clock_stop();
}

static void
take_written(uv_write_t *request, int status)
{
    (void)request;
    side_must(status == 0, "uv_write");
}

/* Libuv promises not to write to what it only sends. */
static uv_buf_t
bytes_of(size_t len)
{
    static char block[SIDE_BLOCK];

    return uv_buf_init(block, (unsigned)len);
}

void
side_ping(size_t len, unsigned count)
{
    struct job job = { 0 };
    const uv_buf_t bytes = bytes_of(len);

    start(&job, side_argv_cat, 3);
    side_clock_start();
    for (unsigned i = 0; i < count; i++) {
        side_must(uv_write(&job.request, (uv_stream_t *)&job.pipes[0], &bytes,
                           1, take_written) == 0,
                  "uv_write");
        while (job.got < len) {
            (void)uv_run(&loop, UV_RUN_ONCE);
        }
        job.got = 0;
    }
    side_clock_stop();
    close_handle((uv_handle_t *)&job.pipes[0]);
    finish(&job);
}

void
side_pull(uint64_t bytes)
{
    struct job job = { 0 };

    side_clock_start();
    start(&job, side_argv_source, 3);
    finish(&job);
    side_must(job.got == bytes, "count");
    side_clock_stop();
}

/* The last block was sent: send the next. */
static void
send_next(uv_write_t *request, int status)
{
    struct job *job = request->handle->data;
    uv_buf_t bytes = bytes_of(SIDE_BLOCK);

    side_must(status == 0, "uv_write");
    if (job->unsent == 0) {
        close_handle((uv_handle_t *)&job->pipes[0]);
        return;
    }
    if (job->unsent < SIDE_BLOCK) {
        bytes.len = (size_t)job->unsent;
    }
    job->unsent -= bytes.len;
    side_must(uv_write(request, (uv_stream_t *)&job->pipes[0], &bytes, 1,
                       send_next) == 0,
              "uv_write");
}

void
side_through(uint64_t bytes)
{
    struct job job = { .unsent = bytes };

    side_clock_start();
    start(&job, side_argv_cat, 3);
    job.request.handle = (uv_stream_t *)&job.pipes[0];
    send_next(&job.request, 0);
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
        start(job, side_argv_cat, 1);
        held[held_count++] = job;
    }
    (void)uv_run(&loop, UV_RUN_NOWAIT);
}

void
side_let_go(unsigned count)
{
    const unsigned first = held_count - count;

    side_clock_start();
    while (held_count > first) {
        struct job *job = held[held_count - 1];

        close_handle((uv_handle_t *)&job->pipes[0]);
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
        close_handle((uv_handle_t *)&held[i]->pipes[0]);
    }
    (void)uv_run(&loop, UV_RUN_DEFAULT);
    for (unsigned i = 0; i < held_count; i++) {
        side_must(held[i]->open_handles == 0, "end");
        free(held[i]);
    }
    held_count = 0;
}
