/*
 * The way in. We read no faster than the child does: while the queue is over
 * its mark nothing is read, and what nobody reads is left where it was.
 */
#include "feed.h"

#include "os.h"
#include "report.h"

/* What is queued at most, but for one read: the high mark that every queue
 * starts with, and so the one after which `drained` comes. */
#define QUEUE_HIGH (64u * 1024u)

void
feed_close(struct feed *feed)
{
    sprog_stream_destroy(feed->stream);
    feed->stream = NULL;
}

static void
end(struct feed *feed)
{
    feed_close(feed);
    feed->is_ended = true;
    child_close(feed->child, 0);
}

/* Our stdin cannot go on: say so, and let the child know. */
static void
give_up(struct feed *feed, const sprog_lost *lost)
{
    report_lost("stdin", SPROG_STEP_READ, lost);
    feed->has_failed = true;
    end(feed);
}

static void
refused(struct feed *feed, sprog_err err)
{
    const sprog_lost lost = { .reason = SPROG_LOST_ERROR, .err = err };

    give_up(feed, &lost);
}

static void
on_received(sprog_stream *stream, const void *data, size_t len, void *user)
{
    struct feed *feed = user;
    sprog_process *process = feed->child->process;
    sprog_err err;

    if (process == NULL) {
        return;
    }
    err = sprog_process_write(process, data, len);
    if (err == SPROG_ECLOSED) {
        feed_close(feed); /* the child reads no more, and neither do we */
    } else if (err != SPROG_OK) {
        refused(feed, err);
    } else if (sprog_process_queued(process, 0) > QUEUE_HIGH) {
        (void)sprog_stream_pause(stream);
    }
}

static void
on_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct feed *feed = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        give_up(feed, lost);
    } else {
        end(feed);
    }
}

static const sprog_stream_protocol feed_protocol = {
    .data_received = on_received,
    .connection_lost = on_lost,
};

bool
feed_open(struct feed *feed, sprog_reactor *reactor, struct child *child)
{
    const intptr_t ours = os_standard(0);

    *feed = (struct feed){ .child = child };
    if (ours == -1) {
        feed->is_ended = true;
        return true;
    }
    if (sprog_stream_open(reactor, ours, SPROG_STREAM_READ, &feed_protocol,
                          feed, &feed->stream) != SPROG_OK) {
        report_fault("cannot use our own stdin",
                     sprog_reactor_last_fault(reactor));
        return false;
    }
    return true;
}

void
feed_drained(struct feed *feed)
{
    if (feed->stream != NULL && sprog_stream_resume(feed->stream) != SPROG_OK) {
        refused(feed, SPROG_ESYSTEM);
    }
}

void
feed_hold(struct feed *feed)
{
    if (feed->stream != NULL) {
        (void)sprog_stream_pause(feed->stream);
    }
}

void
feed_go_on(struct feed *feed)
{
    if (feed->is_ended || feed->stream == NULL) {
        child_close(feed->child, 0);
    } else {
        feed_drained(feed);
    }
}
