/* --json: one function for each event. */
#include "events.h"

#include <string.h>

#include "json.h"
#include "os_files.h"
#include "report.h"
#include "stamp.h"

bool
events_open(struct events *events, sprog_reactor *reactor, const char *path,
            const struct outlet_events *outlet_events, void *owner)
{
    events->is_on = true;
    return strcmp(path, "-") == 0
               ? outlet_open_stdout(&events->outlet, reactor, outlet_events,
                                    owner)
               : outlet_open_file(&events->outlet, reactor, path, outlet_events,
                                  owner);
}

/* Begin a line; NULL: nobody wants it. */
static struct text *
begin(struct events *events, const char *event, const char *task)
{
    struct text *text = &events->text;
    char stamp[STAMP_SIZE];

    if (!events->is_on) {
        return NULL;
    }
    text->len = 0;
    stamp_utc(os_clock_ms(), stamp);
    json_open(text);
    json_string(text, "time", stamp);
    json_string(text, "event", event);
    if (task != NULL) {
        json_string(text, "task", task);
    }
    return text;
}

static void
end(struct events *events)
{
    json_close(&events->text);
    /* Half a line would be worse than none. */
    if (events->text.has_failed) {
        if (!events->outlet.has_failed) {
            report("no memory for the lines of --json");
        }
        events->outlet.has_failed = true;
        return;
    }
    outlet_add(&events->outlet, events->text.data, events->text.len);
}

void
events_start(struct events *events, const char *task, unsigned attempt,
             int64_t pid, const char *const *argv)
{
    struct text *text = begin(events, "start", task);

    if (text != NULL) {
        json_number(text, "try", attempt);
        json_number(text, "pid", pid);
        json_strings(text, "argv", argv);
        end(events);
    }
}

void
events_fault(struct events *events, const char *task, unsigned attempt,
             const sprog_fault *fault)
{
    struct text *text = begin(events, "fault", task);
    char words[REPORT_SIZE];

    if (text != NULL) {
        (void)sprog_fault_text(fault, words, sizeof words);
        json_number(text, "try", attempt);
        json_string(text, "error", sprog_err_name(fault->err));
        json_string(text, "step", sprog_step_text(fault->step));
        json_string(text, "what", fault->what);
        json_number(text, "os_error", fault->os_error);
        json_string(text, "text", words);
        end(events);
    }
}

void
events_line(struct events *events, const char *task, int fd,
            const struct line *line)
{
    struct text *text = begin(events, "line", task);

    if (text == NULL) {
        return;
    }
    json_number(text, "fd", fd);
    json_bytes(text, "text", line->text, line->len);
    if (line->goes_on) {
        json_bool(text, "goes_on", true);
    }
    if (line->is_unended) {
        json_bool(text, "unended", true);
    }
    end(events);
}

static void
add_usage(struct text *text, const sprog_usage *usage)
{
    json_number(text, "user_us", (int64_t)usage->user_us);
    json_number(text, "system_us", (int64_t)usage->system_us);
    if (usage->peak_memory != 0) {
        json_number(text, "peak_memory", (int64_t)usage->peak_memory);
    }
}

void
events_exit(struct events *events, const char *task, unsigned attempt,
            const sprog_exit *exit)
{
    struct text *text = begin(events, "exit", task);
    const char *name;

    if (text == NULL) {
        return;
    }
    json_number(text, "try", attempt);
    switch (exit->kind) {
    case SPROG_EXIT_CODE:
        json_number(text, "code", exit->code);
        break;
    case SPROG_EXIT_SIGNAL:
        name = sprog_signal_name(exit->signal_number);
        json_number(text, "signal", exit->signal_number);
        json_string(text, "signal_name", name != NULL ? name : "");
        json_bool(text, "core_dumped", exit->core_dumped);
        break;
    case SPROG_EXIT_UNKNOWN:
        break;
    }
    json_number(text, "wall_us", (int64_t)exit->wall_us);
    if (exit->has_usage) {
        add_usage(text, &exit->usage);
    }
    if (exit->abandoned) {
        json_bool(text, "cut_off", true);
    }
    end(events);
}

void
events_result(struct events *events, const char *task, const char *status,
              int code)
{
    struct text *text = begin(events, "result", task);

    if (text != NULL) {
        json_string(text, "status", status);
        json_number(text, "exit_code", code);
        end(events);
    }
}

void
events_retry(struct events *events, const char *task, uint64_t delay_ms)
{
    struct text *text = begin(events, "retry", task);

    if (text != NULL) {
        json_number(text, "after_ms", (int64_t)delay_ms);
        end(events);
    }
}

void
events_timeout(struct events *events, const char *task)
{
    if (begin(events, "timeout", task) != NULL) {
        end(events);
    }
}

void
events_signal(struct events *events, int signal_number)
{
    struct text *text = begin(events, "signal", NULL);
    const char *name = sprog_signal_name(signal_number);

    if (text != NULL) {
        json_number(text, "signal", signal_number);
        json_string(text, "signal_name", name != NULL ? name : "");
        end(events);
    }
}

void
events_end(struct events *events, int code)
{
    struct text *text = begin(events, "end", NULL);

    if (text != NULL) {
        json_number(text, "exit_code", code);
        end(events);
    }
}

void
events_close(struct events *events)
{
    outlet_close(&events->outlet);
    text_free(&events->text);
}
