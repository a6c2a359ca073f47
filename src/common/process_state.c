/*
 * The life of a process, as a table. A hole (BUG) refuses the event.
 */
#include "process_state.h"

#include <assert.h>

#define TO(name) SPROG__PS_##name
#define ON(name) SPROG__PE_##name

/*
 * A process destroyed after its exit was seen has nothing to wait for; one
 * destroyed before is an orphan until its exit comes. Child fds may all be
 * closed long before the exit, and again nothing changes in an orphan.
 */
/* clang-format off */
static const enum sprog__ps next_state[SPROG__PS_COUNT][SPROG__PE_COUNT] = {
    /*               ANNOUNCED  EXIT_SEEN   LAST_CHANNEL_CLOSED  DESTROYED  */
    [TO(NEW)]    = { TO(LIVE),  TO(BUG),    TO(BUG),             TO(ORPHAN) },
    [TO(LIVE)]   = { TO(BUG),   TO(EXITED), TO(LIVE),            TO(ORPHAN) },
    [TO(EXITED)] = { TO(BUG),   TO(BUG),    TO(ENDED),           TO(GONE)   },
    [TO(ENDED)]  = { TO(BUG),   TO(BUG),    TO(BUG),             TO(GONE)   },
    [TO(ORPHAN)] = { TO(BUG),   TO(GONE),   TO(BUG),             TO(BUG)    },
    [TO(GONE)]   = { TO(BUG),   TO(BUG),    TO(BUG),             TO(BUG)    },
};
/* clang-format on */

sprog_err
sprog__ps_step(enum sprog__ps *state, enum sprog__pe event)
{
    const enum sprog__ps to = next_state[*state][event];

    assert(to != SPROG__PS_BUG && "an event that cannot happen here");
    if (to == SPROG__PS_BUG) {
        return SPROG_EBUG;
    }
    *state = to;
    return SPROG_OK;
}

const char *
sprog__ps_name(enum sprog__ps state)
{
    static const char *const names[SPROG__PS_COUNT] = {
        [TO(BUG)] = "BUG",       [TO(NEW)] = "NEW",     [TO(LIVE)] = "LIVE",
        [TO(EXITED)] = "EXITED", [TO(ENDED)] = "ENDED", [TO(ORPHAN)] = "ORPHAN",
        [TO(GONE)] = "GONE",
    };

    return names[state];
}

const char *
sprog__pe_name(enum sprog__pe event)
{
    static const char *const names[SPROG__PE_COUNT] = {
        [ON(ANNOUNCED)] = "ANNOUNCED",
        [ON(EXIT_SEEN)] = "EXIT_SEEN",
        [ON(LAST_CHANNEL_CLOSED)] = "LAST_CHANNEL_CLOSED",
        [ON(DESTROYED)] = "DESTROYED",
    };

    return names[event];
}
