/*
 * The poller on epoll. An eventfd in the set is the wake, and from the
 * embedding on a timerfd the deadline, so that the epoll descriptor alone is
 * ready whenever there is something to do.
 */
#include "poller.h"

#include <errno.h>
#include <sys/epoll.h>

#include "fd.h"

struct sprog__poller {
    const sprog__mem *mem;
    int set_fd;
    int wake_fd;
    int timer_fd;      /* none before the embedding */
    uint64_t timer_ns; /* what it is set to; UINT64_MAX: never */
};

int
sprog__poller_create(const sprog__mem *mem, sprog__poller **out_poller)
{
    sprog__poller *poller;
    void *block;
    int result;

    if (sprog__mem_zalloc(mem, sizeof *poller, &block) != SPROG_OK) {
        return -ENOMEM;
    }
    poller = (sprog__poller *)block;
    poller->mem = mem;
    poller->set_fd = SPROG__NO_FD;
    poller->wake_fd = SPROG__NO_FD;
    poller->timer_fd = SPROG__NO_FD;
    poller->timer_ns = UINT64_MAX;
    result = sprog__posix_lift(sprog__posix_sys_epoll_create());
    if (result < 0) {
        goto out;
    }
    poller->set_fd = result;
    result = sprog__posix_lift(sprog__posix_sys_eventfd_create());
    if (result < 0) {
        goto out;
    }
    poller->wake_fd = result;
    /* Its own descriptor's address is a tag that no watch has. */
    result = sprog__posix_sys_epoll_add(poller->set_fd, poller->wake_fd,
                                        EPOLLIN, &poller->wake_fd);
    if (result < 0) {
        goto out;
    }
    *out_poller = poller;
    poller = NULL;
out:
    sprog__poller_destroy(poller);
    return result;
}

void
sprog__poller_destroy(sprog__poller *poller)
{
    if (poller == NULL) {
        return;
    }
    if (poller->timer_fd >= 0) {
        (void)sprog__posix_sys_epoll_remove(poller->set_fd, poller->timer_fd);
    }
    if (poller->wake_fd >= 0) {
        (void)sprog__posix_sys_epoll_remove(poller->set_fd, poller->wake_fd);
    }
    sprog__posix_close(&poller->timer_fd);
    sprog__posix_close(&poller->wake_fd);
    sprog__posix_close(&poller->set_fd);
    sprog__mem_free(poller->mem, poller);
}

static uint32_t
events_of(unsigned want)
{
    return ((want & SPROG__POLL_IN) != 0 ? (uint32_t)EPOLLIN : 0u) |
           ((want & SPROG__POLL_OUT) != 0 ? (uint32_t)EPOLLOUT : 0u) |
           ((want & SPROG__POLL_EDGE) != 0 ? (uint32_t)EPOLLET : 0u);
}

static unsigned
ready_of(uint32_t events)
{
    return ((events & EPOLLIN) != 0 ? SPROG__POLL_IN : 0u) |
           ((events & EPOLLOUT) != 0 ? SPROG__POLL_OUT : 0u) |
           ((events & (EPOLLERR | EPOLLHUP)) != 0 ? SPROG__POLL_BROKEN : 0u);
}

int
sprog__poller_add(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    const int result = sprog__posix_sys_epoll_add(poller->set_fd, watch->fd,
                                                  events_of(want), watch);

    if (result == 0) {
        watch->want = want;
        watch->is_in_set = true;
    }
    return result;
}

int
sprog__poller_change(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    int result;

    if (!watch->is_in_set) {
        return sprog__poller_add(poller, watch, want);
    }
    if (watch->want == want) {
        return 0;
    }
    result = sprog__posix_sys_epoll_change(poller->set_fd, watch->fd,
                                           events_of(want), watch);
    if (result == 0) {
        watch->want = want;
    }
    return result;
}

void
sprog__poller_remove(sprog__poller *poller, sprog__watch *watch)
{
    if (watch->is_in_set) {
        (void)sprog__posix_sys_epoll_remove(poller->set_fd, watch->fd);
        watch->is_in_set = false;
        watch->want = 0;
    }
}

/* Make an eventfd or a timerfd say nothing until it is set again. */
static void
drain(int fd)
{
    uint64_t count;

    (void)sprog__posix_sys_read(fd, &count, sizeof count);
}

int
sprog__poller_wait(sprog__poller *poller, uint64_t deadline_ns,
                   sprog__poll_report *out_reports, size_t cap)
{
    struct epoll_event events[SPROG__POLL_CAP];
    const int limit = cap < SPROG__POLL_CAP ? (int)cap : SPROG__POLL_CAP;
    int reports = 0;
    int n;
    int i;

    n = sprog__posix_sys_epoll_wait(poller->set_fd, events, limit, deadline_ns);
    for (i = 0; i < n; i++) {
        if (events[i].data.ptr == &poller->wake_fd) {
            drain(poller->wake_fd);
        } else if (events[i].data.ptr == &poller->timer_fd) {
            drain(poller->timer_fd);
            poller->timer_ns = UINT64_MAX;
        } else {
            sprog__poll_report *report = &out_reports[reports++];

            report->watch = (sprog__watch *)events[i].data.ptr;
            report->ready = ready_of(events[i].events);
            report->raw_status = -1;
        }
    }
    return n < 0 ? n : reports;
}

void
sprog__poller_wake(const sprog__poller *poller)
{
    const uint64_t one = 1;
    const int before = errno;
    int tries = 2;

    /* EAGAIN is its only failure: it is at its limit, and so readable. For
     * any other there is a second try: a lost wake is a wait without an end. */
    while (tries-- != 0) {
        const ssize_t n =
            sprog__posix_sys_write(poller->wake_fd, &one, sizeof one);

        if (n >= 0 || n == -EAGAIN) {
            break;
        }
    }
    errno = before;
}

int
sprog__poller_embed(sprog__poller *poller, int *out_fd)
{
    int result = 0;

    if (poller->timer_fd < 0) {
        result = sprog__posix_lift(sprog__posix_sys_timerfd_create());
        if (result < 0) {
            return result;
        }
        poller->timer_fd = result;
        result = sprog__posix_sys_epoll_add(poller->set_fd, poller->timer_fd,
                                            EPOLLIN, &poller->timer_fd);
        if (result < 0) {
            sprog__posix_close(&poller->timer_fd);
            return result;
        }
    }
    *out_fd = poller->set_fd;
    return 0;
}

void
sprog__poller_set_timer(sprog__poller *poller, uint64_t due_ns)
{
    if (poller->timer_fd < 0 || poller->timer_ns == due_ns) {
        return;
    }
    if (sprog__posix_sys_timerfd_set(poller->timer_fd, due_ns) == 0) {
        poller->timer_ns = due_ns;
    } else {
        /* Better too early than never: the foreign loop looks at once. */
        sprog__poller_wake(poller);
    }
}
