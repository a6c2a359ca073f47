/* The output of `sprog run`, step by step; see tap.h. */
#include "tap.h"

#include <inttypes.h>
#include <string.h>

#include "os_files.h"
#include "report.h"
#include "stamp.h"

/* ---- The steps, the last one first -------------------------------------- */

static void
put(void *to, const void *data, size_t len)
{
    struct tap_end *end = to;

    end->is_cut = ((const char *)data)[len - 1] != '\n';
    if (end->tap->args->quiet_success) {
        spool_add(&end->spool, data, len);
    } else {
        relay_received(end->tap->relay, end->fd, data, len);
    }
}

/* Put the time in front of each line. */
static void
add_times(struct tap_end *end, struct text *text, const char *data, size_t len)
{
    char stamp[STAMP_SIZE];

    stamp_day(os_clock_ms(), stamp);
    while (len > 0) {
        const char *newline = memchr(data, '\n', len);
        const size_t n = newline != NULL ? (size_t)(newline - data) + 1 : len;

        if (!end->is_in_line) {
            text_add_string(text, stamp);
            text_add(text, " ", 1);
        }
        text_add(text, data, n);
        end->is_in_line = newline == NULL;
        data += n;
        len -= n;
    }
}

void
tap_received(struct tap *tap, int fd, const void *data, size_t len)
{
    struct tap_end *end = &tap->ends[fd];

    outlet_add(&tap->tee, data, len);
    outlet_flush(&tap->tee);
    if (!tap->args->times) {
        trim_add(&end->trim, data, len, put, end);
        return;
    }
    tap->text.len = 0;
    add_times(end, &tap->text, data, len);
    if (tap->text.has_failed) {
        if (!tap->has_failed) {
            report("no memory for the output");
        }
        tap->has_failed = true;
        tap->text.has_failed = false;
        return;
    }
    trim_add(&end->trim, tap->text.data, tap->text.len, put, end);
}

/* Print what --max-output has kept for the end, after a mark. */
static void
put_rest(struct tap_end *end)
{
    struct text *text = &end->tap->text;
    const uint64_t left_out = trim_settle(&end->trim);

    if (left_out != 0) {
        text->len = 0;
        text_format(text, "%s[... %" PRIu64 " bytes left out ...]\n",
                    end->is_cut ? "\n" : "", left_out);
        put(end, text->data, text->len);
    }
    trim_give(&end->trim, put, end);
    trim_free(&end->trim);
}

/* ---- The end ------------------------------------------------------------ */

/* Give the spools one after the other; then all is said. */
static void
give_next(struct tap *tap)
{
    tap->giving++;
    if (tap->giving < RELAY_FDS) {
        spool_give(&tap->ends[tap->giving].spool);
        return;
    }
    tap->giving = 0;
    relay_finish(tap->relay);
}

void
tap_finish(struct tap *tap, bool is_success)
{
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        put_rest(&tap->ends[fd]);
        tap->has_failed = tap->has_failed || tap->ends[fd].spool.has_failed;
        if (is_success) {
            spool_drop(&tap->ends[fd].spool);
        }
    }
    outlet_finish(&tap->tee);
    give_next(tap);
}

bool
tap_is_done(const struct tap *tap)
{
    return tap->giving == 0 && tap->tee.stream == NULL &&
           relay_is_done(tap->relay);
}

void
tap_close(struct tap *tap)
{
    tap->giving = 0;
    outlet_close(&tap->tee);
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        spool_drop(&tap->ends[fd].spool);
        trim_free(&tap->ends[fd].trim);
    }
    text_free(&tap->text);
}

/* ---- Full and empty ----------------------------------------------------- */

static void
on_tee_full(void *owner)
{
    struct tap *tap = owner;

    child_hold(tap->child, 1, HOLD_FILES);
    child_hold(tap->child, 2, HOLD_FILES);
}

static void
on_tee_drained(void *owner)
{
    struct tap *tap = owner;

    child_let_go(tap->child, 1, HOLD_FILES);
    child_let_go(tap->child, 2, HOLD_FILES);
}

static void
on_tee_lost(void *owner)
{
    struct tap *tap = owner;

    tap->has_failed = tap->has_failed || tap->tee.has_failed;
}

static const struct outlet_events tee_events = {
    .full = on_tee_full,
    .drained = on_tee_drained,
    .lost = on_tee_lost,
};

static void
on_spool_full(void *owner)
{
    const struct tap_end *end = owner;

    child_hold(end->tap->child, end->fd, HOLD_SPOOL);
}

static void
on_spool_drained(void *owner)
{
    const struct tap_end *end = owner;

    child_let_go(end->tap->child, end->fd, HOLD_SPOOL);
}

static void
on_given(void *owner, const void *data, size_t len)
{
    struct tap_end *end = owner;

    relay_received(end->tap->relay, end->fd, data, len);
    if (relay_is_full(end->tap->relay, end->fd)) {
        spool_pause(&end->spool);
    }
}

static void
on_done(void *owner)
{
    struct tap_end *end = owner;

    end->tap->has_failed = end->tap->has_failed || end->spool.has_failed;
    give_next(end->tap);
}

static const struct spool_events spool_events = {
    .full = on_spool_full,
    .drained = on_spool_drained,
    .given = on_given,
    .done = on_done,
};

static void
on_relay_drained(void *owner, int fd)
{
    struct tap *tap = owner;

    spool_resume(&tap->ends[fd].spool);
}

bool
tap_open(struct tap *tap, const struct tap_args *args, sprog_reactor *reactor,
         struct relay *relay, struct child *child)
{
    *tap = (struct tap){ .args = args, .relay = relay, .child = child };
    relay->drained = on_relay_drained;
    relay->owner = tap;
    for (int fd = 1; fd < RELAY_FDS; fd++) {
        struct tap_end *end = &tap->ends[fd];

        end->tap = tap;
        end->fd = fd;
        trim_start(&end->trim, &args->limit, false);
        spool_start(&end->spool, reactor, &spool_events, end);
    }
    return args->tee == NULL ||
           outlet_open_file(&tap->tee, reactor, args->tee, &tee_events, tap);
}
