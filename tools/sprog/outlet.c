/*
 * The ways out. A read with a thousand lines in it is one write and not a
 * thousand; when the queue of the stream is over its high mark the owner is
 * told, and again when it has drained.
 */
#include "outlet.h"

#include <string.h>

#include "os.h"
#include "os_files.h"
#include "report.h"

/* The stream's own high mark, after which it tells when it has drained. */
#define OUTLET_HIGH (64u * 1024u)

static void
lose(struct outlet *outlet)
{
    outlet_close(outlet);
    outlet->events->lost(outlet->owner);
}

static void
on_drained(sprog_stream *stream, void *user)
{
    struct outlet *outlet = user;

    (void)stream;
    if (outlet->is_full) {
        outlet->is_full = false;
        outlet->events->drained(outlet->owner);
    }
}

static void
on_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct outlet *outlet = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        report_lost(outlet->what, SPROG_STEP_WRITE, lost);
        outlet->has_failed = true;
    } else if (lost->reason == SPROG_LOST_PEER) {
        outlet->is_unread = true;
    }
    lose(outlet);
}

static const sprog_stream_protocol outlet_protocol = {
    .drained = on_drained,
    .connection_lost = on_lost,
};

static bool
open_stream(struct outlet *outlet, sprog_reactor *reactor, intptr_t ours)
{
    if (sprog_stream_open(reactor, ours, SPROG_STREAM_WRITE, &outlet_protocol,
                          outlet, &outlet->stream) == SPROG_OK) {
        return true;
    }
    report_fault(outlet->is_file ? outlet->what : "cannot use our own stdout",
                 sprog_reactor_last_fault(reactor));
    return false;
}

bool
outlet_open_stdout(struct outlet *outlet, sprog_reactor *reactor,
                   const struct outlet_events *events, void *owner)
{
    const intptr_t ours = os_standard(1);

    outlet->events = events;
    outlet->owner = owner;
    outlet->what = "stdout";
    /* `>&-`: nobody wants to see it. */
    return ours == -1 || open_stream(outlet, reactor, ours);
}

bool
outlet_open_file(struct outlet *outlet, sprog_reactor *reactor,
                 const char *path, const struct outlet_events *events,
                 void *owner)
{
    int64_t os_error = 0;

    outlet->events = events;
    outlet->owner = owner;
    outlet->what = path;
    outlet->file = os_file_create(path, &os_error);
    if (outlet->file == -1) {
        report_file("cannot write", path, os_error);
        return false;
    }
    outlet->is_file = true;
    return open_stream(outlet, reactor, outlet->file);
}

void
outlet_flush(struct outlet *outlet)
{
    const size_t len = outlet->len;
    sprog_err err;

    outlet->len = 0;
    if (outlet->stream == NULL || len == 0) {
        return;
    }
    err = sprog_stream_write(outlet->stream, outlet->batch, len);
    if (err == SPROG_ECLOSED) {
        return; /* on_lost is on its way, and knows why */
    }
    if (err != SPROG_OK) {
        report("cannot write %s: %s", outlet->what, sprog_err_text(err));
        outlet->has_failed = true;
        lose(outlet);
    } else if (!outlet->is_full &&
               sprog_stream_queued(outlet->stream) > OUTLET_HIGH) {
        outlet->is_full = true;
        outlet->events->full(outlet->owner);
    }
}

void
outlet_add(struct outlet *outlet, const void *data, size_t len)
{
    const char *from = data;

    while (len > 0 && outlet->stream != NULL) {
        const size_t room = OUTLET_BATCH - outlet->len;
        const size_t n = len < room ? len : room;

        memcpy(outlet->batch + outlet->len, from, n);
        outlet->len += n;
        from += n;
        len -= n;
        if (outlet->len == OUTLET_BATCH) {
            outlet_flush(outlet);
        }
    }
}

void
outlet_finish(struct outlet *outlet)
{
    outlet_flush(outlet);
    if (outlet->stream != NULL) {
        (void)sprog_stream_close(outlet->stream);
    }
}

void
outlet_close(struct outlet *outlet)
{
    const bool was_full = outlet->is_full;

    sprog_stream_destroy(outlet->stream);
    outlet->stream = NULL;
    outlet->len = 0;
    outlet->is_full = false;
    if (outlet->is_file) {
        os_file_close(outlet->file);
        outlet->is_file = false;
    }
    if (was_full) {
        outlet->events->drained(outlet->owner);
    }
}
