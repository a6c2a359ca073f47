/*
 * How a call of Windows is made to fail: it asks the injector, then calls the
 * system or the play, and keeps the book of what is open.
 *
 * Not made to fail, because they cannot with what they are given: clocks,
 * events set and reset, the pool's ends, waits without a limit, CancelIoEx,
 * whose only failure is that there was nothing to cancel.
 */
#ifndef WIN32_FAILING_H
#define WIN32_FAILING_H

#include "injector.h"
#include "win32/sys.h"
#include "win32_play.h"
#include "win32_play_io.h"
#include "win32_watch.h"

/* A call that gives `bad` when it fails; `real` is what is called. */
#define CALL(type, name, bad, real, params, args)                              \
    static inline type failing_##name params                                   \
    {                                                                          \
        return inject_strikes(#name, false) ? (bad) : real args;               \
    }

/* The same for what moves bytes. */
#define TRANSFER(type, name, bad, real, params, args)                          \
    static inline type failing_##name params                                   \
    {                                                                          \
        return inject_strikes(#name, true) ? (bad) : real args;                \
    }

/* The same for what gives a new HANDLE. */
#define MAKER(type, name, bad, real, params, args)                             \
    static inline type failing_##name params                                   \
    {                                                                          \
        type made;                                                             \
        if (inject_strikes(#name, false)) {                                    \
            return (bad);                                                      \
        }                                                                      \
        made = real args;                                                      \
        if (made != (bad)) {                                                   \
            watch_opened((void *)made, #name);                                 \
        }                                                                      \
        return made;                                                           \
    }

#endif
