/*
 * The log. Lines gather in a batch, so that a read with a thousand lines in
 * it is one write and not a thousand; whoever adds lines flushes before he
 * returns to the reactor.
 */
#include "log.h"

#include <string.h>

#include "os.h"
#include "report.h"

/* The stream's own high mark, after which it tells when it has drained. */
#define LOG_HIGH (64u * 1024u)

static const char goes_on_mark[] = "[...]";
static const char unended_mark[] = "[no newline]";

static void
lose(struct log *log)
{
    sprog_stream_destroy(log->stream);
    log->stream = NULL;
    log->len = 0;
    log->is_full = false;
    log->events->lost(log->owner);
}

static void
on_drained(sprog_stream *stream, void *user)
{
    struct log *log = user;

    (void)stream;
    if (log->is_full) {
        log->is_full = false;
        log->events->drained(log->owner);
    }
}

static void
on_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    struct log *log = user;

    (void)stream;
    if (lost->reason == SPROG_LOST_ERROR) {
        report_lost(1, lost);
        log->has_failed = true;
    } else if (lost->reason == SPROG_LOST_PEER) {
        log->is_unread = true;
    }
    lose(log);
}

static const sprog_stream_protocol log_protocol = {
    .drained = on_drained,
    .connection_lost = on_lost,
};

bool
log_open(struct log *log, sprog_reactor *reactor,
         const struct log_events *events, void *owner)
{
    const intptr_t ours = os_standard(1);

    log->events = events;
    log->owner = owner;
    log->has_colours = ours != -1 && paint_is_wanted(1);
    if (ours == -1) {
        return true; /* `>&-`: nobody wants to see it */
    }
    if (sprog_stream_open(reactor, ours, SPROG_STREAM_WRITE, &log_protocol, log,
                          &log->stream) != SPROG_OK) {
        report_fault("cannot use our own stdout",
                     sprog_reactor_last_fault(reactor));
        return false;
    }
    return true;
}

void
log_flush(struct log *log)
{
    const size_t len = log->len;
    sprog_err err;

    log->len = 0;
    if (log->stream == NULL || len == 0) {
        return;
    }
    err = sprog_stream_write(log->stream, log->batch, len);
    if (err == SPROG_ECLOSED) {
        return; /* on_lost is on its way, and knows why */
    }
    if (err != SPROG_OK) {
        report("cannot write stdout: %s", sprog_err_text(err));
        log->has_failed = true;
        lose(log);
    } else if (!log->is_full && sprog_stream_queued(log->stream) > LOG_HIGH) {
        log->is_full = true;
        log->events->full(log->owner);
    }
}

void
log_add(struct log *log, const void *data, size_t len)
{
    const char *from = data;

    while (len > 0) {
        const size_t room = LOG_BATCH - log->len;
        const size_t n = len < room ? len : room;

        memcpy(log->batch + log->len, from, n);
        log->len += n;
        from += n;
        len -= n;
        if (log->len == LOG_BATCH) {
            log_flush(log);
        }
    }
}

void
log_add_text(struct log *log, const char *text)
{
    log_add(log, text, strlen(text));
}

void
log_add_padded(struct log *log, const char *text, size_t width, bool right)
{
    size_t spaces = paint_width(text);

    spaces = spaces < width ? width - spaces : 0;
    if (!right) {
        log_add_text(log, text);
    }
    while (spaces-- > 0) {
        log_add(log, " ", 1);
    }
    if (right) {
        log_add_text(log, text);
    }
}

static void
add_painted(struct log *log, enum hue hue, const char *text)
{
    log_add_text(log, paint_begin(log->has_colours, hue));
    log_add_text(log, text);
    log_add_text(log, paint_end(log->has_colours, hue));
}

void
log_add_line(struct log *log, const char *name, enum hue hue,
             enum log_kind kind, const struct line *line)
{
    static const struct {
        const char *sign;
        enum hue hue;
    } kinds[] = { [LOG_OUT] = { " | ", HUE_DIM },
                  [LOG_ERR] = { " ! ", HUE_RED },
                  [LOG_NOTE] = { " * ", HUE_BOLD } };

    log_add_text(log, paint_begin(log->has_colours, hue));
    log_add_padded(log, name, log->name_width, false);
    log_add_text(log, paint_end(log->has_colours, hue));
    add_painted(log, kinds[kind].hue, kinds[kind].sign);
    if (line->is_rest) {
        add_painted(log, HUE_DIM, goes_on_mark);
    }
    log_add(log, line->text, line->len);
    /* A program that forgets to switch its colour off keeps it to itself. */
    if (log->has_colours && line->len != 0 &&
        memchr(line->text, '\033', line->len) != NULL) {
        log_add_text(log, paint_end(true, HUE_RED));
    }
    if (line->goes_on) {
        add_painted(log, HUE_DIM, goes_on_mark);
    } else if (line->is_unended) {
        log_add_text(log, " ");
        add_painted(log, HUE_DIM, unended_mark);
    }
    log_add(log, "\n", 1);
}

void
log_finish(struct log *log)
{
    log_flush(log);
    if (log->stream != NULL) {
        (void)sprog_stream_close(log->stream);
    }
}

void
log_close(struct log *log)
{
    sprog_stream_destroy(log->stream);
    log->stream = NULL;
}
