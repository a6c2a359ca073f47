/*
 * Writing, the way that the test has chosen: bytes that the system takes, and
 * bytes that it keeps, with a copy to compare them with.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void
scripted_bytes_add(scripted_bytes *bytes, const void *data, size_t len)
{
    if (len == 0) {
        return;
    }
    if (len > bytes->capacity - bytes->len) {
        const size_t capacity = (bytes->len + len) * 2;
        char *grown = realloc(bytes->data, capacity);

        if (grown == NULL) {
            scripted_broken("no memory for the bytes of a pipe");
        }
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
}

/* ---- bytes that the system keeps --------------------------------------- */

void
scripted_check_kept(sprog__be_io *io, const char *when)
{
    size_t done = 0;
    size_t i;

    for (i = 0; i < io->kept_count && done < io->kept_len; i++) {
        size_t len = io->kept[i].len;

        if (len > io->kept_len - done) {
            len = io->kept_len - done;
        }
        if (len != 0 &&
            memcmp(io->kept[i].data, io->kept_copy + done, len) != 0) {
            scripted_broken("bytes with the system were changed, seen %s",
                            when);
        }
        done += len;
    }
}

void
scripted_forget_kept(sprog__be_io *io)
{
    free(io->kept_copy);
    free(io->kept);
    io->kept_copy = NULL;
    io->kept = NULL;
    io->kept_count = 0;
    io->kept_len = 0;
    io->kept_taken = 0;
}

void
scripted_keep(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
              size_t skip)
{
    size_t i;

    io->kept = calloc(count, sizeof *io->kept);
    io->kept_copy = malloc(1);
    if (io->kept == NULL || io->kept_copy == NULL) {
        scripted_broken("no memory for bytes that are kept");
    }
    for (i = 0; i < count; i++) {
        const size_t passed = skip < bytes[i].len ? skip : bytes[i].len;
        const size_t len = bytes[i].len - passed;
        char *grown = realloc(io->kept_copy, io->kept_len + len + 1);

        if (grown == NULL) {
            scripted_broken("no memory for bytes that are kept");
        }
        io->kept_copy = grown;
        io->kept[i].data = (const char *)bytes[i].data + passed;
        io->kept[i].len = len;
        if (len != 0) {
            memcpy(grown + io->kept_len, io->kept[i].data, len);
        }
        io->kept_len += len;
        skip -= passed;
    }
    io->kept_count = count;
}

void
scripted_flow(sprog__be_io *io)
{
    const size_t room = io->capacity - io->in_pipe;
    size_t len = io->kept_len - io->kept_taken;

    if (len == 0 || room == 0 || io->is_closed || io->is_deaf) {
        return;
    }
    scripted_check_kept(io, "while they were written");
    len = len < room ? len : room;
    scripted_bytes_add(&io->taken, io->kept_copy + io->kept_taken, len);
    io->kept_taken += len;
    io->in_pipe += len;
}

/* ---- writing ----------------------------------------------------------- */

static size_t
sum_of(const sprog_bytes *bytes, size_t count)
{
    size_t sum = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        sum += bytes[i].len;
    }
    return sum;
}

/* Put the first `len` bytes into the pipe. */
static void
take(sprog__be_io *io, const sprog_bytes *bytes, size_t len)
{
    size_t i;

    io->in_pipe += len;
    for (i = 0; len != 0; i++) {
        const size_t part = bytes[i].len < len ? bytes[i].len : len;

        scripted_bytes_add(&io->taken, bytes[i].data, part);
        len -= part;
    }
}

/* The posix way, and the first half of the mixed one: a part is taken now. */
static size_t
take_part(sprog__be_io *io, const sprog_bytes *bytes, size_t sum)
{
    const size_t room = io->capacity - io->in_pipe;
    size_t len = sum < room ? sum : room;

    if (scripted_the.seed != 0 && scripted_random(2) == 0) {
        len = scripted_random(len + 1);
    }
    take(io, bytes, len);
    return len;
}

/* The win32 way: the first run of bytes that is not empty, all of it later. */
static void
keep_first(sprog__be_io *io, const sprog_bytes *bytes, size_t count)
{
    size_t i = 0;

    while (i < count && bytes[i].len == 0) {
        i++;
    }
    scripted_keep(io, &bytes[i], 1, 0);
}

static void
check_write(const sprog__be_io *io, size_t sum)
{
    scripted_check_io(io, "pipe_write");
    if (!io->can_write) {
        scripted_broken("pipe_write: on an io that is not written");
    }
    if (io->owes_written) {
        scripted_broken("pipe_write: a WRITTEN is outstanding");
    }
    if (sum == 0) {
        scripted_broken("pipe_write: no bytes");
    }
}

sprog_err
sprog__be_pipe_write(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
                     bool stay, size_t *out_n, sprog_fault *fault)
{
    const size_t sum = sum_of(bytes, count);
    size_t taken = 0;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_WRITE, io, sum, SPROG_STEP_WRITE,
                              fault)) != SPROG_OK) {
        return err;
    }
    check_write(io, sum);
    if (scripted_the.way != SCRIPTED_POSIX_WAY && !stay) {
        return SPROG__EAGAIN;
    }
    if (io->is_deaf || io->broken != 0) {
        fault->err = io->broken != 0 ? SPROG_ESYSTEM : SPROG_ECLOSED;
        fault->step = SPROG_STEP_WRITE;
        fault->os_error = io->broken;
        return fault->err;
    }
    if (scripted_the.way == SCRIPTED_WIN32_WAY) {
        keep_first(io, bytes, count);
    } else {
        taken = take_part(io, bytes, sum);
        if (taken < sum && scripted_the.way == SCRIPTED_MIXED_WAY) {
            scripted_keep(io, bytes, count, taken);
        }
    }
    io->owes_written = taken < sum;
    scripted_flow(io);
    scripted_update_io(io);
    *out_n = taken;
    return SPROG_OK;
}
