/*
 * Descriptors and pipes of the played system.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

play_pipe *
play_pipe_make(void)
{
    play_pipe *pipe = calloc(1, sizeof *pipe);

    PLAY_CHECK(pipe != NULL && play.pipe_count < PLAY_PIPES);
    pipe->cap = 1 + play_random(64);
    play.pipes[play.pipe_count++] = pipe;
    return pipe;
}

play_file *
play_file_make(play_pipe *in, play_pipe *out)
{
    play_file *file = calloc(1, sizeof *file);

    PLAY_CHECK(file != NULL);
    file->holders = 1;
    file->in = in;
    file->out = out;
    if (in != NULL) {
        in->readers++;
    }
    if (out != NULL) {
        out->writers++;
    }
    return file;
}

play_file *
play_file_hold(play_file *file)
{
    if (file != NULL) {
        file->holders++;
    }
    return file;
}

void
play_file_let_go(play_file *file)
{
    if (file == NULL || --file->holders != 0) {
        return;
    }
    if (file->in != NULL) {
        file->in->readers--;
        play_note_pipe(file->in);
    }
    if (file->out != NULL) {
        file->out->writers--;
        play_note_pipe(file->out);
    }
    free(file);
}

int
play_fd_give(play_file *file, int lowest)
{
    for (int fd = lowest; fd < PLAY_FDS; fd++) {
        if (play.fds[fd] == NULL) {
            play.fds[fd] = file;
            return fd;
        }
    }
    play_file_let_go(file);
    return -EMFILE;
}

play_file *
play_fd_file(int64_t fd)
{
    return fd >= 0 && fd < PLAY_FDS ? play.fds[fd] : NULL;
}

size_t
play_fd_count(void)
{
    size_t count = 0;

    for (int fd = 0; fd < PLAY_FDS; fd++) {
        count += play.fds[fd] != NULL;
    }
    return count;
}

ssize_t
play_read(play_file *file, void *buf, size_t cap)
{
    play_pipe *pipe = file->in;
    size_t n;

    if (pipe == NULL) {
        return -EBADF;
    }
    if (pipe->len == 0) {
        return pipe->writers == 0 ? 0 : -EAGAIN;
    }
    n = pipe->len < cap ? pipe->len : cap;
    /* Less than there is, sometimes. */
    n = play_chance(20) ? 1 + play_random((unsigned)n) : n;
    memcpy(buf, pipe->log + pipe->taken, n);
    pipe->taken += n;
    pipe->len -= n;
    play_note_pipe(pipe);
    return (ssize_t)n;
}

ssize_t
play_write(play_file *file, const void *data, size_t len)
{
    play_pipe *pipe = file->out;
    size_t n;

    if (pipe == NULL) {
        return -EBADF;
    }
    if (pipe->readers == 0) {
        return -EPIPE;
    }
    if (pipe->len == pipe->cap) {
        return -EAGAIN;
    }
    n = pipe->cap - pipe->len < len ? pipe->cap - pipe->len : len;
    if (pipe->log_len + n > pipe->log_cap) {
        pipe->log_cap = 2 * (pipe->log_len + n);
        pipe->log = realloc(pipe->log, pipe->log_cap);
        PLAY_CHECK(pipe->log != NULL);
    }
    memcpy(pipe->log + pipe->log_len, data, n);
    pipe->log_len += n;
    pipe->len += n;
    play_note_pipe(pipe);
    return (ssize_t)n;
}
