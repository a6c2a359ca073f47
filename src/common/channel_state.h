/*
 * The life of a channel, our end of one child fd or stream, as a table.
 *
 *   OPEN      bytes may flow
 *   FLUSHING  closing was asked for; the queue goes out first
 *   CLOSING   given back to the system, which may still hold bytes of ours
 *   CLOSED    the system holds nothing; the owner was not told yet
 *   TOLD      the owner knows
 */
#ifndef SPROG_COMMON_CHANNEL_STATE_H
#define SPROG_COMMON_CHANNEL_STATE_H

#include "sprog/error.h"

enum sprog__cs {
    SPROG__CS_BUG = 0,
    SPROG__CS_OPEN,
    SPROG__CS_FLUSHING,
    SPROG__CS_CLOSING,
    SPROG__CS_CLOSED,
    SPROG__CS_TOLD,
    SPROG__CS_COUNT
};

enum sprog__ce {
    SPROG__CE_CLOSE,    /* the owner asks for the end */
    SPROG__CE_GIVEN,    /* our end was given back to the system */
    SPROG__CE_RELEASED, /* the system holds nothing of ours any more */
    SPROG__CE_TOLD,     /* the owner was told */
    SPROG__CE_COUNT
};

/* Apply one event. An event that cannot happen here leaves *state alone. */
SPROG_MUST_CHECK sprog_err
sprog__cs_step(enum sprog__cs *state, enum sprog__ce event);

/* "OPEN", for pictures and failing tests. */
const char *
sprog__cs_name(enum sprog__cs state);
const char *
sprog__ce_name(enum sprog__ce event);

#endif
