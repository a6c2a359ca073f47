/*
 * The spool. Its file is written to its end, closed for writing, gone back in
 * and read: one stream after the other on the same descriptor, which keeps
 * its place.
 */
#include "spool.h"

#include "os_files.h"
#include "report.h"

/* The stream's own high mark, after which it tells when it has drained. */
#define SPOOL_HIGH (64u * 1024u)

void
spool_start(struct spool *spool, sprog_reactor *reactor,
            const struct spool_events *events, void *owner)
{
    *spool =
        (struct spool){ .reactor = reactor, .events = events, .owner = owner };
}

static void
close_stream(struct spool *spool)
{
    sprog_stream_destroy(spool->stream);
    spool->stream = NULL;
    if (spool->is_full) {
        spool->is_full = false;
        spool->events->drained(spool->owner);
    }
}

void
spool_drop(struct spool *spool)
{
    close_stream(spool);
    if (spool->has_file) {
        os_file_close(spool->file);
        spool->has_file = false;
    }
    text_free(&spool->memory);
    spool->is_giving = false;
}

static void
finish(struct spool *spool)
{
    spool_drop(spool);
    spool->events->done(spool->owner);
}

/* Bytes are lost: say so once. */
static void
fail(struct spool *spool, const char *what, const sprog_fault *fault)
{
    if (!spool->has_failed) {
        report_fault(what, fault);
    }
    spool->has_failed = true;
}

static void
fail_lost(struct spool *spool, const sprog_lost *lost, sprog_step step)
{
    if (!spool->has_failed) {
        report_lost("the temporary file", step, lost);
    }
    spool->has_failed = true;
}

/* ---- Giving ------------------------------------------------------------- */

static void
on_read(sprog_stream *stream, const void *data, size_t len, void *user)
{
    struct spool *spool = user;

    (void)stream;
    spool->events->given(spool->owner, data, len);
}

static void
on_read_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct spool *spool = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        fail_lost(spool, lost, SPROG_STEP_READ);
    }
    finish(spool);
}

static const sprog_stream_protocol read_protocol = {
    .data_received = on_read,
    .connection_lost = on_read_lost,
};

/* All is in the file: read it from its beginning. */
static void
start_reading(struct spool *spool)
{
    if (!os_file_rewind(spool->file) ||
        sprog_stream_open(spool->reactor, spool->file, SPROG_STREAM_READ,
                          &read_protocol, spool, &spool->stream) != SPROG_OK) {
        fail(spool, "cannot read a temporary file",
             sprog_reactor_last_fault(spool->reactor));
        finish(spool);
    }
}

void
spool_give(struct spool *spool)
{
    spool->is_giving = true;
    if (spool->stream != NULL) {
        (void)sprog_stream_close(spool->stream); /* on_write_lost goes on */
        return;
    }
    if (spool->has_file) {
        start_reading(spool); /* as far as it was written */
        return;
    }
    if (spool->memory.len != 0) {
        spool->events->given(spool->owner, spool->memory.data,
                             spool->memory.len);
    }
    finish(spool);
}

void
spool_pause(struct spool *spool)
{
    if (spool->is_giving && spool->stream != NULL) {
        (void)sprog_stream_pause(spool->stream);
    }
}

void
spool_resume(struct spool *spool)
{
    /* If it fails the stream is lost, and tells that itself. */
    if (spool->is_giving && spool->stream != NULL) {
        (void)sprog_stream_resume(spool->stream);
    }
}

/* ---- Adding ------------------------------------------------------------- */

static void
on_write_drained(sprog_stream *stream, void *user)
{
    struct spool *spool = user;

    (void)stream;
    if (spool->is_full) {
        spool->is_full = false;
        spool->events->drained(spool->owner);
    }
}

static void
on_write_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct spool *spool = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        fail_lost(spool, lost, SPROG_STEP_WRITE);
    }
    close_stream(spool);
    if (spool->is_giving) {
        start_reading(spool);
    }
}

static const sprog_stream_protocol write_protocol = {
    .drained = on_write_drained,
    .connection_lost = on_write_lost,
};

static bool
open_file(struct spool *spool)
{
    int64_t os_error = 0;

    spool->file = os_file_temporary(&os_error);
    if (spool->file == -1) {
        if (!spool->has_failed) {
            report_file("cannot keep the output", "a temporary file", os_error);
        }
        spool->has_failed = true;
        return false;
    }
    spool->has_file = true;
    if (sprog_stream_open(spool->reactor, spool->file, SPROG_STREAM_WRITE,
                          &write_protocol, spool, &spool->stream) != SPROG_OK) {
        fail(spool, "cannot write a temporary file",
             sprog_reactor_last_fault(spool->reactor));
        return false;
    }
    return true;
}

static void
write_file(struct spool *spool, const void *data, size_t len)
{
    const sprog_err err = sprog_stream_write(spool->stream, data, len);

    if (err != SPROG_OK && err != SPROG_ECLOSED) {
        const sprog_fault fault = { .err = err, .step = SPROG_STEP_WRITE };

        fail(spool, "cannot write a temporary file", &fault);
    } else if (!spool->is_full &&
               sprog_stream_queued(spool->stream) > SPOOL_HIGH) {
        spool->is_full = true;
        spool->events->full(spool->owner);
    }
}

void
spool_add(struct spool *spool, const void *data, size_t len)
{
    if (spool->has_failed) {
        return;
    }
    if (!spool->has_file) {
        if (len <= SPOOL_MEMORY - spool->memory.len) {
            text_add(&spool->memory, data, len);
            spool->has_failed = spool->memory.has_failed;
            return;
        }
        if (!open_file(spool)) {
            return;
        }
        write_file(spool, spool->memory.data, spool->memory.len);
        text_free(&spool->memory);
    }
    if (spool->stream != NULL) {
        write_file(spool, data, len);
    }
}

bool
spool_is_empty(const struct spool *spool)
{
    return spool->memory.len == 0 && !spool->has_file;
}
