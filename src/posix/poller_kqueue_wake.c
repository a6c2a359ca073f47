/*
 * The poller on kqueue: what the kqueue is told by ourselves. The wake is an
 * event of our own (EVFILT_USER), where there is such a thing, else a pipe; a
 * deadline is a timer. The kqueue's descriptor is ready whenever there is
 * something to do: so it is what a foreign loop waits on.
 */
#include "poller_kqueue.h"

#include <errno.h>
#include <fcntl.h>

#include "fd.h"

/* Numbers of our own: of the wake's event, and of the timer. */
#define WAKE_IDENT  1
#define TIMER_IDENT 1

#if defined(NOTE_NSECONDS)
#    define TIMER_UNIT    NOTE_NSECONDS
#    define TIMER_UNIT_NS 1u
#else
#    define TIMER_UNIT    0u
#    define TIMER_UNIT_NS 1000000u
#endif

/* An hour: some systems refuse more, and it is set again then. */
#define TIMER_MOST_NS 3600000000000u

/* ---- the wake ----------------------------------------------------------- */

#if defined(EVFILT_USER)

int
sprog__kqueue_wake_create(sprog__poller *poller)
{
    return sprog__kqueue_change(poller, WAKE_IDENT, EVFILT_USER,
                                EV_ADD | EV_CLEAR, &poller->set_fd);
}

void
sprog__kqueue_wake_drain(const sprog__poller *poller)
{
    (void)poller; /* EV_CLEAR has done it */
}

static int
wake_once(const sprog__poller *poller)
{
    return sprog__posix_sys_kqueue_change(poller->set_fd, WAKE_IDENT,
                                          EVFILT_USER, 0, NOTE_TRIGGER, 0,
                                          (void *)(uintptr_t)&poller->set_fd);
}

#else

int
sprog__kqueue_wake_create(sprog__poller *poller)
{
    int *fds = poller->wake_fds;
    int result;

    if ((result = sprog__posix_pipe(fds)) < 0 ||
        (result = sprog__posix_sys_set_flags(fds[0], O_NONBLOCK)) < 0 ||
        (result = sprog__posix_sys_set_flags(fds[1], O_NONBLOCK)) < 0) {
        return result;
    }
    return sprog__kqueue_change(poller, (uintptr_t)fds[0], EVFILT_READ, EV_ADD,
                                &poller->set_fd);
}

void
sprog__kqueue_wake_drain(const sprog__poller *poller)
{
    char bytes[64];

    while (sprog__posix_sys_read(poller->wake_fds[0], bytes, sizeof bytes) >
           0) {
    }
}

/* A full pipe is a readable one. */
static int
wake_once(const sprog__poller *poller)
{
    const ssize_t n = sprog__posix_sys_write(poller->wake_fds[1], "", 1);

    return n >= 0 || n == -EAGAIN || n == -EWOULDBLOCK ? 0 : (int)n;
}

#endif

void
sprog__poller_wake(const sprog__poller *poller)
{
    const int before = errno;
    int tries = 2;

    /* It does not fail; but a lost wake would be a wait without an end. */
    while (tries-- != 0 && wake_once(poller) < 0) {
    }
    errno = before;
}

/* ---- embedding ---------------------------------------------------------- */

int
sprog__poller_embed(sprog__poller *poller, int *out_fd)
{
    poller->is_embedded = true;
    *out_fd = poller->set_fd;
    return 0;
}

static int
timer_start(const sprog__poller *poller, uint64_t due_ns)
{
    const uint64_t now_ns = sprog__posix_sys_now();
    uint64_t left_ns = due_ns > now_ns ? due_ns - now_ns : 0;

    left_ns = left_ns < TIMER_MOST_NS ? left_ns : TIMER_MOST_NS;
    /* Rounded up: early is for nothing, and 0 means never on some systems. */
    return sprog__posix_sys_kqueue_change(
        poller->set_fd, TIMER_IDENT, EVFILT_TIMER, EV_ADD | EV_ONESHOT,
        TIMER_UNIT, (int64_t)(left_ns / TIMER_UNIT_NS + 1),
        (void *)(uintptr_t)&poller->timer_ns);
}

void
sprog__poller_set_timer(sprog__poller *poller, uint64_t due_ns)
{
    int result;

    if (!poller->is_embedded || poller->timer_ns == due_ns) {
        return;
    }
    if (poller->timer_ns != UINT64_MAX) {
        (void)sprog__kqueue_change(poller, TIMER_IDENT, EVFILT_TIMER, EV_DELETE,
                                   &poller->timer_ns);
    }
    result = due_ns == UINT64_MAX ? 0 : timer_start(poller, due_ns);
    if (result == 0) {
        poller->timer_ns = due_ns;
    } else {
        /* Better too early than never: the foreign loop looks at once. */
        poller->timer_ns = UINT64_MAX;
        sprog__poller_wake(poller);
    }
}
