/*
 * The poller on poll(), which every system has. What is watched stands in an
 * array that each wait gives to the kernel, so a wait costs as much as there
 * are watches; and there is no one descriptor for a foreign loop to wait on.
 *
 * The first place of the array is the wake's: a pipe that is read empty.
 */
#include "poller.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>

#include "fd.h"

#define FIRST_CAP ((size_t)16)

struct sprog__poller {
    const sprog__mem *mem;
    int wake_fd;
    struct pollfd *fds;
    sprog__watch **watches; /* of each of `fds`; NULL: the wake's */
    size_t count;
    size_t cap;
    size_t next; /* where the next wait begins to look, so that it is fair */
};

/* ---- life --------------------------------------------------------------- */

static int
set_grow(sprog__poller *poller)
{
    const size_t cap = poller->cap == 0 ? FIRST_CAP : poller->cap * 2;
    void *block = poller->fds;

    if (sprog__mem_grow(poller->mem, &block, cap, sizeof *poller->fds) !=
        SPROG_OK) {
        return -ENOMEM;
    }
    poller->fds = (struct pollfd *)block;
    block = poller->watches;
    if (sprog__mem_grow(poller->mem, &block, cap, sizeof *poller->watches) !=
        SPROG_OK) {
        return -ENOMEM;
    }
    poller->watches = (sprog__watch **)block;
    poller->cap = cap;
    return 0;
}

static int
set_push(sprog__poller *poller, int fd, short events, sprog__watch *watch)
{
    struct pollfd *place;
    int result;

    if (poller->count == poller->cap && (result = set_grow(poller)) < 0) {
        return result;
    }
    place = &poller->fds[poller->count];
    place->fd = fd;
    place->events = events;
    place->revents = 0;
    poller->watches[poller->count] = watch;
    poller->count++;
    return 0;
}

/* The pipe of the wake; both ends are ours, and neither ever waits. */
static int
wake_create(sprog__poller *poller)
{
    int fds[2] = { SPROG__NO_FD, SPROG__NO_FD };
    int result;

    if ((result = sprog__posix_pipe(fds)) < 0 ||
        (result = sprog__posix_sys_set_flags(fds[0], O_NONBLOCK)) < 0 ||
        (result = sprog__posix_sys_set_flags(fds[1], O_NONBLOCK)) < 0 ||
        (result = set_push(poller, fds[0], POLLIN, NULL)) < 0) {
        goto out;
    }
    fds[0] = SPROG__NO_FD; /* the first place has it */
    poller->wake_fd = sprog__posix_take(&fds[1]);
out:
    sprog__posix_close(&fds[1]);
    sprog__posix_close(&fds[0]);
    return result;
}

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
    poller->wake_fd = SPROG__NO_FD;
    if ((result = wake_create(poller)) < 0) {
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
    if (poller->count != 0) {
        sprog__posix_close(&poller->fds[0].fd);
    }
    sprog__posix_close(&poller->wake_fd);
    sprog__mem_free(poller->mem, poller->watches);
    sprog__mem_free(poller->mem, poller->fds);
    sprog__mem_free(poller->mem, poller);
}

/* ---- the set ------------------------------------------------------------ */

static short
events_of(unsigned want)
{
    return (short)(((want & SPROG__POLL_IN) != 0 ? POLLIN : 0) |
                   ((want & SPROG__POLL_OUT) != 0 ? POLLOUT : 0));
}

static unsigned
ready_of(short events)
{
    return ((events & POLLIN) != 0 ? SPROG__POLL_IN : 0u) |
           ((events & POLLOUT) != 0 ? SPROG__POLL_OUT : 0u) |
           ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0 ? SPROG__POLL_BROKEN
                                                           : 0u);
}

/* poll() calls ready at any time what may well make a read wait, and of
 * devices only terminals are known to tell the truth everywhere. */
static bool
can_be_polled(int fd)
{
    struct stat found;

    return sprog__posix_sys_stat_fd(fd, &found) < 0 ||
           S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode) ||
           (S_ISCHR(found.st_mode) && sprog__posix_sys_is_terminal(fd));
}

int
sprog__poller_add(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    int result;

    if (!can_be_polled(watch->fd)) {
        return -EPERM;
    }
    if ((result = set_push(poller, watch->fd, events_of(want), watch)) < 0) {
        return result;
    }
    watch->slot = poller->count - 1;
    watch->want = want;
    watch->is_in_set = true;
    return 0;
}

int
sprog__poller_change(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    if (!watch->is_in_set) {
        return sprog__poller_add(poller, watch, want);
    }
    poller->fds[watch->slot].events = events_of(want);
    watch->want = want;
    return 0;
}

/* The last one takes the place that is free. */
void
sprog__poller_remove(sprog__poller *poller, sprog__watch *watch)
{
    const size_t slot = watch->slot;

    if (!watch->is_in_set) {
        return;
    }
    poller->count--;
    poller->fds[slot] = poller->fds[poller->count];
    poller->watches[slot] = poller->watches[poller->count];
    poller->watches[slot]->slot = slot;
    watch->is_in_set = false;
    watch->want = 0;
}

/* ---- wait --------------------------------------------------------------- */

static void
drain(int fd)
{
    char bytes[64];

    while (sprog__posix_sys_read(fd, bytes, sizeof bytes) > 0) {
    }
}

/* Gather what is ready, from where the last wait ended. */
static int
gather(sprog__poller *poller, int ready, sprog__poll_report *out_reports,
       size_t cap)
{
    size_t at = poller->next;
    size_t n = 0;
    size_t seen;

    for (seen = 0; seen < poller->count && ready > 0 && n < cap; seen++) {
        at = at < poller->count ? at : 0;
        if (poller->fds[at].revents != 0) {
            ready--;
            if (poller->watches[at] == NULL) {
                drain(poller->fds[at].fd);
            } else {
                out_reports[n].watch = poller->watches[at];
                out_reports[n].ready = ready_of(poller->fds[at].revents);
                out_reports[n].raw_status = -1;
                n++;
            }
        }
        at++;
    }
    poller->next = at;
    return (int)n;
}

int
sprog__poller_wait(sprog__poller *poller, uint64_t deadline_ns,
                   sprog__poll_report *out_reports, size_t cap)
{
    const int ready =
        sprog__posix_sys_poll(poller->fds, poller->count, deadline_ns);

    return ready <= 0 ? ready : gather(poller, ready, out_reports, cap);
}

void
sprog__poller_wake(const sprog__poller *poller)
{
    const int before = errno;
    int tries = 2;

    /* EAGAIN is its only failure: it is full, and so readable. For any other
     * there is a second try: a lost wake is a wait without an end. */
    while (tries-- != 0) {
        const ssize_t n = sprog__posix_sys_write(poller->wake_fd, "", 1);

        if (n >= 0 || n == -EAGAIN || n == -EWOULDBLOCK) {
            break;
        }
    }
    errno = before;
}

/* ---- embedding ---------------------------------------------------------- */

int
sprog__poller_embed(sprog__poller *poller, int *out_fd)
{
    (void)poller;
    (void)out_fd;
    return -ENOTSUP;
}

void
sprog__poller_set_timer(sprog__poller *poller, uint64_t due_ns)
{
    (void)poller;
    (void)due_ns;
}
