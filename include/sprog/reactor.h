/*
 * The reactor: the one place where time passes. It waits for its children,
 * their pipes, its streams and its timers, and runs every callback.
 *
 * One turn does, in this order:
 *   1. the callbacks put off by earlier calls (connection_made, the end of a
 *      closed child fd, completions of lent bytes);
 *   2. one wait, which lasts no longer than the next timer, and not at all
 *      when step 1 had something to do;
 *   3. what the system reported: bytes, room to write, exits;
 *   4. the timers that are due, earliest first;
 *   5. the calls posted by other threads, in the order of their posting.
 *
 * What a callback puts off runs in a later turn, never inside the call that
 * caused it. A turn does a bounded amount of work for each child fd.
 *
 * A reactor belongs to one thread at a time; any number of them can live in
 * one program. In a forked copy of the program every call answers
 * SPROG_EFORKED (calls without a result do nothing) and touches nothing of
 * the original.
 */
#ifndef SPROG_REACTOR_H
#define SPROG_REACTOR_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "export.h"

SPROG_BEGIN_DECLS

/** A reactor; owns all that lives in it. */
typedef struct sprog_reactor sprog_reactor;
/** A call that is due later; gone once it was called. */
typedef struct sprog_timer sprog_timer;

/** A call put off: posted from a thread, or due at a time. */
typedef void (*sprog_call_fn)(sprog_reactor *reactor, void *user);

/**
 * Where a reactor's memory comes from.
 *
 * `resize` behaves as realloc: `block` NULL allocates, `size` 0 frees and
 * returns NULL, and a failure returns NULL and leaves `block` as it was. It
 * is called on the reactor's thread, and by sprog_reactor_post() on its
 * caller's.
 */
typedef struct sprog_allocator {
    /** As described above. */
    void *(*resize)(void *block, size_t size, void *user);
    void *user; /**< BORROWED until the reactor is destroyed */
} sprog_allocator;

/** All-zero is the documented default; grows at its end only. */
typedef struct sprog_reactor_options {
    const sprog_allocator *allocator; /**< COPIED; NULL: realloc and free */
} sprog_reactor_options;

/**
 * Create a reactor; with the size of the options that the caller knows.
 * Bindings call this; C calls sprog_reactor_create().
 *
 * @param options       COPIED; NULL is all-zero
 * @param options_size  sizeof *options as the caller compiled it
 * @param out_reactor   set on SPROG_OK, untouched otherwise; CALLER OWNS, ends
 *                      with sprog_reactor_destroy()
 *
 * @return SPROG_OK       the reactor is ready
 *         SPROG_EINVAL   a field that this version does not know is not zero,
 *                        the allocator has no function, or `out_reactor` is
 *                        NULL
 *         SPROG_ENOMEM   out of memory
 *         SPROG_ESYSTEM  the system has no descriptor or HANDLE to give
 *
 * Threads: any thread.  Callbacks: none run inside.
 * Source: epoll_create1 and eventfd, kqueue; CreateIoCompletionPort.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_create_sized(const sprog_reactor_options *options,
                           size_t options_size, sprog_reactor **out_reactor);

/**
 * Create a reactor.
 *
 * @param options      COPIED; NULL is all-zero
 * @param out_reactor  set on SPROG_OK, untouched otherwise; CALLER OWNS, ends
 *                     with sprog_reactor_destroy()
 *
 * @return those of sprog_reactor_create_sized()
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
static inline SPROG_MUST_CHECK sprog_err
sprog_reactor_create(const sprog_reactor_options *options,
                     sprog_reactor **out_reactor)
{
    return sprog_reactor_create_sized(options, sizeof(sprog_reactor_options),
                                      out_reactor);
}

/**
 * Destroy a reactor and every process, stream and timer that is left in it.
 *
 * The completions of lent bytes that are still owed run inside this call,
 * with SPROG_ECANCELED; no other callback runs. A child that has exited is
 * reaped. One that has not is treated as its options say (`left`): killed
 * and reaped, or left running. What is left running, or will not die within
 * a second of its kill, is counted; its reaping is the host's from now on.
 *
 * @param reactor   TAKEN on SPROG_OK; NULL is allowed and does nothing
 * @param out_left  set on SPROG_OK to the number of children left behind; NULL
 *                  allowed
 *
 * @return SPROG_OK       it is gone, and so is everything in it
 *         SPROG_EBUSY    inside a callback of this reactor; nothing was done
 *         SPROG_EFORKED  a forked copy of the owner; nothing was done
 *
 * Threads: reactor thread only; no other thread may post, wake or use the
 * reactor from here on.  Callbacks: completions of lent bytes.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_destroy(sprog_reactor *reactor, size_t *out_left);

/**
 * Turn until nothing is left to wait for, or until sprog_reactor_stop().
 *
 * What keeps it going: a process that has not ended, an open stream, a timer,
 * a posted call, a callback put off. A destroyed process does not, even while
 * its child still runs.
 *
 * @param reactor  BORROWED
 *
 * @return SPROG_OK       nothing is left, or it was stopped
 *         SPROG_EINVAL   `reactor` is NULL
 *         SPROG_EBUSY    inside a callback of this reactor
 *         SPROG_EFORKED  a forked copy of the owner
 *         SPROG_ESYSTEM  the wait itself failed
 *
 * Threads: reactor thread only.  Callbacks: all of them run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_run(sprog_reactor *reactor);

/**
 * Take one turn.
 *
 * @param reactor     BORROWED
 * @param timeout_ms  how long to wait at most; 0: not at all; -1: no limit.
 *                    With nothing to wait for, -1 lasts until a wake or a post
 *
 * @return those of sprog_reactor_run(); SPROG_EINVAL also for a timeout
 *         below -1
 *
 * Threads: reactor thread only.  Callbacks: all of them run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_turn(sprog_reactor *reactor, int64_t timeout_ms);

/**
 * Make sprog_reactor_run() return at the end of the turn it is in; outside of
 * it, make the next one return at once.
 *
 * @param reactor  BORROWED; NULL is allowed and does nothing
 *
 * Threads: reactor thread only (another thread posts a call that stops).
 * Callbacks: none run inside.
 */
SPROG_API void
sprog_reactor_stop(sprog_reactor *reactor);

/**
 * Make the reactor's wait return, now or the next time it waits.
 *
 * @param reactor  BORROWED
 *
 * Threads: any thread, and any signal handler; errno is kept.
 * Callbacks: none run inside.
 * Source: write to an eventfd, EVFILT_USER; PostQueuedCompletionStatus.
 */
SPROG_API void
sprog_reactor_wake(sprog_reactor *reactor);

/**
 * Have the reactor's thread call `fn` in one of its next turns.
 *
 * @param reactor  BORROWED
 * @param fn       called once, unless the reactor is destroyed first
 * @param user     BORROWED until then
 *
 * @return SPROG_OK       it will be called
 *         SPROG_EINVAL   `reactor` or `fn` is NULL
 *         SPROG_ENOMEM   out of memory
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: any thread; not a signal handler.  Callbacks: none run inside.
 * Mirrors: reactor.callFromThread.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_post(sprog_reactor *reactor, sprog_call_fn fn, void *user);

/**
 * Have `fn` called once, `delay_ms` from now, on the monotonic clock.
 *
 * Timers with the same due time run in the order of their creation.
 *
 * @param reactor    BORROWED
 * @param delay_ms   milliseconds; 0: in a later turn
 * @param fn         called once, unless cancelled first
 * @param user       BORROWED until then
 * @param out_timer  set on SPROG_OK, untouched otherwise; NULL allowed. It is
 *                   good for sprog_timer_cancel() until `fn` is called
 *
 * @return SPROG_OK       the timer runs
 *         SPROG_EINVAL   `reactor` or `fn` is NULL
 *         SPROG_EBUSY    the reactor is being destroyed
 *         SPROG_ENOMEM   out of memory
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Mirrors: reactor.callLater.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_call_later(sprog_reactor *reactor, uint64_t delay_ms,
                         sprog_call_fn fn, void *user, sprog_timer **out_timer);

/**
 * Cancel a timer that has not been called.
 *
 * @param timer  TAKEN; NULL is allowed and does nothing. A timer that was
 *               called is gone, and may not be given here
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API void
sprog_timer_cancel(sprog_timer *timer);

/**
 * Get one object that a foreign loop can wait on.
 *
 * It is ready whenever sprog_reactor_turn(reactor, 0) has something to do:
 * timers, posted calls, callbacks put off and the rest of a bounded turn
 * included. It may be unregistered and registered again at any time.
 *
 * @param reactor       BORROWED
 * @param out_waitable  set on SPROG_OK: a descriptor to poll for reading, or a
 *                      HANDLE for WaitForMultipleObjects; BORROWED until the
 *                      reactor is destroyed
 *
 * @return SPROG_OK       it is valid; a second call gives the same
 *         SPROG_EINVAL   an argument is NULL
 *         SPROG_ENOMEM   out of memory
 *         SPROG_ENOTSUP  this poller has no such object (poll)
 *         SPROG_EFORKED  a forked copy of the owner
 *         SPROG_ESYSTEM  the system refused
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Platforms: Linux: the epoll descriptor, with a timerfd in it. macOS and the
 * BSDs: the kqueue. Windows: an event, set by one helper thread that this call
 * starts.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_reactor_embed(sprog_reactor *reactor, intptr_t *out_waitable);

/**
 * Look at the last failure of any call on this reactor, or on anything in it.
 *
 * @param reactor  BORROWED
 *
 * @return the record, BORROWED until the next failure or the reactor's end;
 *         `err` is SPROG_OK while nothing has failed
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API const sprog_fault *
sprog_reactor_last_fault(const sprog_reactor *reactor);

SPROG_END_DECLS

#endif
