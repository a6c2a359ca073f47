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
    report_lost(end->fd, lost);
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

/* ---- Our stdin ---------------------------------------------------------- */

static void
in_received(sprog_stream *stream, const void *data, size_t len, void *user)
{
    struct relay_end *end = user;
    sprog_process *process = end->relay->child->process;
    sprog_err err;

    if (process == NULL) {
        return;
    }
    err = sprog_process_write(process, data, len);
    if (err == SPROG_ECLOSED) {
        let_go(end); /* the child reads no more, and neither do we */
    } else if (err != SPROG_OK) {
        refused(end, err);
    } else if (sprog_process_queued(process, 0) > QUEUE_HIGH) {
        (void)sprog_stream_pause(stream);
    }
}

static void
in_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct relay_end *end = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        give_up(end, lost);
        return;
    }
    let_go(end);
    child_close(end->relay->child, 0);
}

void
relay_drained(struct relay *relay)
{
    struct relay_end *end = &relay->ends[0];

    if (end->stream != NULL && sprog_stream_resume(end->stream) != SPROG_OK) {
        refused(end, SPROG_ESYSTEM);
    }
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
        child_pause(relay->child, fd);
    }
}

static void
out_drained(sprog_stream *stream, void *user)
{
    struct relay_end *end = user;

    (void)stream;
    child_resume(end->relay->child, end->fd);
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

static const sprog_stream_protocol in_protocol = {
    .data_received = in_received,
    .connection_lost = in_lost,
};

static const sprog_stream_protocol out_protocol = {
    .drained = out_drained,
    .connection_lost = out_lost,
};

static sprog_err
open_end(struct relay_end *end, sprog_reactor *reactor, intptr_t ours)
{
    const bool is_in = end->fd == 0;

    return sprog_stream_open(
        reactor, ours, is_in ? SPROG_STREAM_READ : SPROG_STREAM_WRITE,
        is_in ? &in_protocol : &out_protocol, end, &end->stream);
}

bool
relay_open(struct relay *relay, sprog_reactor *reactor, struct child *child)
{
    static const char *const names[] = { "cannot use our own stdin",
                                         "cannot use our own stdout",
                                         "cannot use our own stderr" };

    relay->child = child;
    for (int fd = 0; fd < RELAY_FDS; fd++) {
        struct relay_end *end = &relay->ends[fd];
        const intptr_t ours = os_standard(fd);

        *end = (struct relay_end){ .relay = relay, .fd = fd };
        if (ours != -1 && open_end(end, reactor, ours) != SPROG_OK) {
            report_fault(names[fd], sprog_reactor_last_fault(reactor));
            return false;
        }
    }
    return true;
}

size_t
relay_map(const struct relay *relay, sprog_child_fd out_fds[RELAY_FDS])
{
    size_t count = 0;

    for (int fd = 0; fd < RELAY_FDS; fd++) {
        if (relay->ends[fd].stream != NULL) {
            out_fds[count++] = (sprog_child_fd){
                .child_fd = fd,
                .kind = fd == 0 ? SPROG_FD_WRITE : SPROG_FD_READ,
            };
        }
    }
    return count;
}

void
relay_lost(struct relay *relay, int fd)
{
    /* What the child does not read any more is not ours to take away from
     * whoever reads our stdin next. */
    if (fd == 0) {
        let_go(&relay->ends[0]);
    }
}

void
relay_finish(struct relay *relay)
{
    let_go(&relay->ends[0]);
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
    for (int fd = 0; fd < RELAY_FDS; fd++) {
        let_go(&relay->ends[fd]);
    }
}
