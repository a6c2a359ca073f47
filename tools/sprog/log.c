/*
 * The log. Taking the progress away, the lines and the new progress are one
 * write: nothing flickers. A progress that has not changed is not drawn.
 */
#include "log.h"

#include <string.h>

#include "os.h"
#include "report.h"

/* To the first column, and all behind it away. */
static const char erase[] = "\r\033[K";

bool
log_open(struct log *log, sprog_reactor *reactor,
         const struct outlet_events *events, void *owner)
{
    return outlet_open_stdout(&log->outlet, reactor, events, owner);
}

/* A slow terminal may show no more than the begin of a line by now. */
static const char *
erase_drawn(const void *user)
{
    const struct log *log = user;
    const bool is_shown = log->is_drawn && log->outlet.stream != NULL &&
                          sprog_stream_queued(log->outlet.stream) == 0;

    return is_shown ? erase : "";
}

void
log_start_progress(struct log *log, log_progress_fn write_progress)
{
    log->write_progress = write_progress;
    if (os_takes_colour(2)) {
        report_over(erase_drawn, log);
    }
}

static void
take_away(struct log *log)
{
    if (log->is_drawn) {
        outlet_add(&log->outlet, erase, sizeof erase - 1);
        log->is_drawn = false;
    }
}

void
log_add(struct log *log, const void *data, size_t len)
{
    take_away(log);
    outlet_add(&log->outlet, data, len);
}

void
log_redraw(struct log *log)
{
    if (log->write_progress == NULL || log->outlet.stream == NULL) {
        return;
    }
    take_away(log);
    log->progress.len = 0;
    log->write_progress(log->outlet.owner, &log->progress);
    outlet_add(&log->outlet, log->progress.data, log->progress.len);
    log->is_drawn = log->progress.len != 0;
    outlet_flush(&log->outlet);
}

void
log_flush(struct log *log)
{
    if (log->outlet.len == 0) {
        return;
    }
    if (log->write_progress != NULL && !log->is_drawn) {
        log_redraw(log);
    } else {
        outlet_flush(&log->outlet);
    }
}

void
log_finish(struct log *log)
{
    take_away(log);
    log->write_progress = NULL;
    outlet_finish(&log->outlet);
}

void
log_close(struct log *log)
{
    outlet_close(&log->outlet);
    report_over(NULL, NULL);
    text_free(&log->progress);
}
