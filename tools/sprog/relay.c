/*
 * The joint between two queues. Whoever writes faster than the other side
 * reads is not read from until the queue is down to its low mark; whoever
 * stops reading has his writer's pipe closed, so that the news goes up and
 * down a pipeline exactly as it would without us in between.
 */
#include "relay.h"

#include "os.h"
#include "report.h"

/* What is queued each way at most, but for one read: the high mark that every
 * queue starts with, and so the one after which `drained` comes. */
#define QUEUE_HIGH (64u * 1024u)

static void
let_go(struct relay_end *end)
{
    sprog_stream_destroy(end->stream);
    end->stream = NULL;
}

/* Our own stream cannot go on: say so, and let the child know. */
static void
give_up(struct relay_end *end, const sprog_lost *lost)
{
    report_lost(end->fd == 1 ? "stdout" : "stderr", SPROG_STEP_WRITE, lost);
    end->relay->has_failed = true;
    let_go(end);
    child_close(end->relay->child, end->fd);
}

static void
refused(struct relay_end *end, sprog_err err)
{
    const sprog_lost lost = { .reason = SPROG_LOST_ERROR, .err = err };

    give_up(end, &lost);
}

/* ---- Our stdout and stderr ---------------------------------------------- */

void
relay_received(struct relay *relay, int fd, const void *data, size_t len)
{
    struct relay_end *end = &relay->ends[fd];
    sprog_err err;

    if (end->stream == NULL) {
        return;
    }
    err = sprog_stream_write(end->stream, data, len);
    if (err == SPROG_ECLOSED) {
        child_close(relay->child, fd);
    } else if (err != SPROG_OK) {
        refused(end, err);
    } else if (sprog_stream_queued(end->stream) > QUEUE_HIGH) {
        child_hold(relay->child, fd, HOLD_OUTPUT);
    }
}

static void
out_drained(sprog_stream *stream, void *user)
{
    struct relay_end *end = user;

    (void)stream;
    child_let_go(end->relay->child, end->fd, HOLD_OUTPUT);
    if (end->relay->drained != NULL) {
        end->relay->drained(end->relay->owner, end->fd);
    }
}

static void
out_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct relay_end *end = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        give_up(end, lost);
        return;
    }
    /* `| head -1`: the child learns it as it would without us. */
    let_go(end);
    child_close(end->relay->child, end->fd);
}

/* ---- All three ---------------------------------------------------------- */

static const sprog_stream_protocol out_protocol = {
    .drained = out_drained,
    .connection_lost = out_lost,
};

static bool
open_end(struct relay_end *end, sprog_reactor *reactor)
{
    const intptr_t ours = os_standard(end->fd);

    if (ours == -1 ||
        sprog_stream_open(reactor, ours, SPROG_STREAM_WRITE, &out_protocol, end,
                          &end->stream) == SPROG_OK) {
        return true;
    }
    report_fault(end->fd == 1 ? "cannot use our own stdout"
                              : "cannot use our own stderr",
                 sprog_reactor_last_fault(reactor));
    return false;
}

bool
relay_open(struct relay *relay, sprog_reactor *reactor, struct child *child,
           enum relay_in in)
{
    relay->child = child;
    relay->in = in;
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        relay->ends[fd] = (struct relay_end){ .relay = relay, .fd = fd };
        if (!open_end(&relay->ends[fd], reactor)) {
            return false;
        }
    }
    return in == RELAY_SHARED || feed_open(&relay->feed, reactor, child);
}

size_t
relay_map(const struct relay *relay, sprog_child_fd out_fds[RELAY_FDS])
{
    const intptr_t ours = os_standard(0);
    size_t count = 0;

    if (relay->in == RELAY_FED && relay->feed.stream != NULL) {
        out_fds[count++] = (sprog_child_fd)SPROG_WRITE(0);
    } else if (relay->in == RELAY_SHARED && ours != -1) {
        out_fds[count++] = (sprog_child_fd)SPROG_INHERIT(0, ours);
    }
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        if (relay->ends[fd].stream != NULL) {
            out_fds[count++] = (sprog_child_fd)SPROG_READ(fd);
        }
    }
    return count;
}

void
relay_drained(struct relay *relay)
{
    feed_drained(&relay->feed);
}

void
relay_lost(struct relay *relay, int fd)
{
    /* What the child does not read any more is not ours to take away from
     * whoever reads our stdin next. */
    if (fd == 0) {
        feed_close(&relay->feed);
    }
}

void
relay_finish(struct relay *relay)
{
    feed_close(&relay->feed);
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        if (relay->ends[fd].stream != NULL) {
            (void)sprog_stream_close(relay->ends[fd].stream);
        }
    }
}

bool
relay_is_done(const struct relay *relay)
{
    return relay->ends[1].stream == NULL && relay->ends[2].stream == NULL;
}

bool
relay_is_full(const struct relay *relay, int fd)
{
    const sprog_stream *stream = relay->ends[fd].stream;

    return stream != NULL && sprog_stream_queued(stream) > QUEUE_HIGH;
}

bool
relay_is_held_up(const struct relay *relay)
{
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        if (relay->ends[fd].stream != NULL &&
            sprog_stream_queued(relay->ends[fd].stream) != 0) {
            return true;
        }
    }
    return false;
}

void
relay_close(struct relay *relay)
{
    feed_close(&relay->feed);
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        let_go(&relay->ends[fd]);
    }
}
