/*
 * The inside of a process, for the files of src/common only.
 */
#ifndef SPROG_COMMON_PROCESS_H
#define SPROG_COMMON_PROCESS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backend.h"
#include "channel.h"
#include "list.h"
#include "process_state.h"
#include "reactor.h"
#include "sprog/process.h"
#include "timer.h"

struct sprog_process {
    sprog__grave grave; /* first: what is buried begins with it */
    sprog__link link;   /* in the reactor's processes, or orphans */
    sprog_reactor *reactor;
    sprog__be_child *child; /* NULL: released */
    enum sprog__ps state;
    sprog_protocol protocol;
    void *user;
    sprog_exit exit;
    uint64_t started_ns;
    int64_t pid; /* 0: ended */
    char *executable;
    uint64_t drain_ms; /* 0: no limit, and no timer reserved */
    sprog__timer drain;
    sprog__task announcement;
    sprog_left left;
    bool leads_group;
    bool has_received;         /* bytes, since the last look below */
    unsigned char drain_looks; /* turns after the drain limit */
    bool was_killed;           /* as an orphan, by its options */
    size_t open_count;         /* channels whose end was not told */
    size_t channel_count;
    sprog__channel channels[]; /* one for each entry of the map */
};

/* The process that a link of the reactor's lists belongs to. */
sprog_process *
sprog__process_of(sprog__link *link);

/* For process_spawn.c: what its channels tell, and its drain limit. */
extern const sprog__channel_events sprog__process_channel_events;
void
sprog__process_drain_fire(sprog__timer *timer);

/* What the system reported. */
void
sprog__process_on_exited(sprog_process *process);

/* Whether a killed orphan has not been reaped yet. */
bool
sprog__process_any_killed(const sprog_reactor *reactor);

/* At the reactor's end: let all orphans go; returns how many run on. */
size_t
sprog__process_release_orphans(sprog_reactor *reactor);

/*
 * Find the channel of a child fd.
 *
 * SPROG_EINVAL, SPROG_EFORKED: the process cannot be used at all.
 * SPROG_ENOCHILDFD: it was never mapped.
 */
SPROG_MUST_CHECK sprog_err
sprog__process_channel(sprog_process *process, int child_fd,
                       sprog__channel **out_channel);

#endif
