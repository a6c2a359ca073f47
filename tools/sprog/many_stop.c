/*
 * `sprog many` told to end: by a task that decides, by Ctrl-C, or because
 * nobody reads what it prints.
 */
#include <stdio.h>

#include "crew.h"
#include "os.h"
#include "report.h"

/* How long the killed are waited for, after the second interrupt. */
#define AT_ONCE_MS 300

void
many_hurry(struct many *many)
{
    for (size_t i = 0; i < many->next; i++) {
        child_hurry(&many->tasks->list[i].child);
    }
}

void
many_stop(struct many *many)
{
    many->is_stopping = true;
    for (size_t i = 0; i < many->next; i++) {
        crew_stop(&many->tasks->list[i]);
    }
}

static void
give_up(sprog_reactor *reactor, void *user)
{
    struct many *many = user;

    (void)reactor;
    many->flush_timer = NULL;
    many->is_over = true;
}

void
many_give_up_after(struct many *many, uint64_t delay_ms)
{
    sprog_timer_cancel(many->flush_timer);
    many->flush_timer = NULL;
    if (sprog_reactor_call_later(many->reactor, delay_ms, give_up, many,
                                 &many->flush_timer) != SPROG_OK) {
        many->is_over = true;
    }
}

void
many_interrupt(struct many *many, const struct os_notice *notice)
{
    char words[96];

    many->interrupts++;
    events_signal(&many->events, notice->signal_number);
    if (!many->verdict.is_final) {
        many->verdict.is_final = true;
        many->verdict.code = CODE_BY_SIGNAL + notice->signal_number;
    }
    many_hurry(many);
    if (many->interrupts > 1) {
        for (size_t i = 0; i < many->next; i++) {
            child_kill(&many->tasks->list[i].child);
        }
        many->is_stopping = true;
        many_give_up_after(many, AT_ONCE_MS);
        return;
    }
    if (many->is_finished) {
        many_give_up_after(many, AT_ONCE_MS);
        return;
    }
    /* The terminal has shown "^C", which goes with the progress. */
    if (notice->from_terminal && many->style.has_colours &&
        !many->log.is_drawn) {
        log_add(&many->log, "\n", 1);
    }
    (void)snprintf(words, sizeof words,
                   "interrupted: stopping %zu (once more to kill)",
                   many->counts.running);
    print_note(many, NULL, words);
    many_stop(many);
    many_go_on(many);
    print_flush(many);
}
