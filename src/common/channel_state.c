/*
 * The life of a channel, as a table. A hole (BUG) refuses the event.
 */
#include "channel_state.h"

#include <assert.h>

#define TO(name) SPROG__CS_##name
#define ON(name) SPROG__CE_##name

/* Closing again what is closing, or closed, is harmless and changes nothing. */
/* clang-format off */
static const enum sprog__cs next_state[SPROG__CS_COUNT][SPROG__CE_COUNT] = {
    /*                 CLOSE         GIVEN        RELEASED    TOLD     */
    [TO(OPEN)]     = { TO(FLUSHING), TO(CLOSING), TO(BUG),    TO(BUG)  },
    [TO(FLUSHING)] = { TO(FLUSHING), TO(CLOSING), TO(BUG),    TO(BUG)  },
    [TO(CLOSING)]  = { TO(CLOSING),  TO(BUG),     TO(CLOSED), TO(BUG)  },
    [TO(CLOSED)]   = { TO(CLOSED),   TO(BUG),     TO(BUG),    TO(TOLD) },
    [TO(TOLD)]     = { TO(TOLD),     TO(BUG),     TO(BUG),    TO(BUG)  },
};
/* clang-format on */

sprog_err
sprog__cs_step(enum sprog__cs *state, enum sprog__ce event)
{
    const enum sprog__cs to = next_state[*state][event];

    assert(to != SPROG__CS_BUG && "an event that cannot happen here");
    if (to == SPROG__CS_BUG) {
        return SPROG_EBUG;
    }
    *state = to;
    return SPROG_OK;
}

const char *
sprog__cs_name(enum sprog__cs state)
{
    static const char *const names[SPROG__CS_COUNT] = {
        [TO(BUG)] = "BUG",           [TO(OPEN)] = "OPEN",
        [TO(FLUSHING)] = "FLUSHING", [TO(CLOSING)] = "CLOSING",
        [TO(CLOSED)] = "CLOSED",     [TO(TOLD)] = "TOLD",
    };

    return names[state];
}

const char *
sprog__ce_name(enum sprog__ce event)
{
    static const char *const names[SPROG__CE_COUNT] = {
        [ON(CLOSE)] = "CLOSE",
        [ON(GIVEN)] = "GIVEN",
        [ON(RELEASED)] = "RELEASED",
        [ON(TOLD)] = "TOLD",
    };

    return names[event];
}
