/*
 * The life of a process, as a table. Facts such as "no child fd is open" are
 * data of the process; only what changes what may happen next is a state.
 *
 *   NEW     started, and nobody was told
 *   LIVE    announced by connection_made
 *   EXITED  the system said that it is gone; child fds are open
 *   ENDED   process_ended has been told, or is being told
 *   ORPHAN  destroyed by its owner, and to be reaped
 *   GONE    reaped and destroyed: the memory may go
 */
#ifndef SPROG_COMMON_PROCESS_STATE_H
#define SPROG_COMMON_PROCESS_STATE_H

#include "sprog/error.h"

enum sprog__ps {
    SPROG__PS_BUG = 0,
    SPROG__PS_NEW,
    SPROG__PS_LIVE,
    SPROG__PS_EXITED,
    SPROG__PS_ENDED,
    SPROG__PS_ORPHAN,
    SPROG__PS_GONE,
    SPROG__PS_COUNT
};

enum sprog__pe {
    SPROG__PE_ANNOUNCED,
    SPROG__PE_EXIT_SEEN,
    SPROG__PE_LAST_CHANNEL_CLOSED, /* told of, and none is left */
    SPROG__PE_DESTROYED,
    SPROG__PE_COUNT
};

/* Apply one event. An event that cannot happen here leaves *state alone. */
SPROG_MUST_CHECK sprog_err
sprog__ps_step(enum sprog__ps *state, enum sprog__pe event);

/* "LIVE", for pictures and failing tests. */
const char *
sprog__ps_name(enum sprog__ps state);
const char *
sprog__pe_name(enum sprog__pe event);

#endif
