/*
 * The poller on kqueue: what is watched, and what is told. A stream has a
 * filter for each side: reading is told of again and again, as long as it would
 * not wait; so is writing, while somebody waits for room. A writer that waits
 * for nothing has its filter too, told of at changes only, which is how it
 * learns that its reader has gone.
 */
#include "poller.h"

#include <errno.h>

#include "fd.h"
#include "poller_kqueue.h"

#if defined(NOTE_EXITSTATUS)
#    define EXIT_NOTES (NOTE_EXIT | NOTE_EXITSTATUS)
#else
#    define EXIT_NOTES NOTE_EXIT
#endif

/* ---- life --------------------------------------------------------------- */

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
    poller->wake_fds[0] = SPROG__NO_FD;
    poller->wake_fds[1] = SPROG__NO_FD;
    poller->timer_ns = UINT64_MAX;
    sprog__list_reset(&poller->broken);
    poller->set_fd = sprog__posix_lift(sprog__posix_sys_kqueue_create());
    if ((result = poller->set_fd) < 0 ||
        (result = sprog__kqueue_wake_create(poller)) < 0) {
        goto out;
    }
    *out_poller = poller;
    poller = NULL;
out:
    sprog__poller_destroy(poller);
    return result;
}

/* What is in the kqueue goes with it. */
void
sprog__poller_destroy(sprog__poller *poller)
{
    if (poller == NULL) {
        return;
    }
    sprog__posix_close(&poller->set_fd);
    sprog__posix_close(&poller->wake_fds[0]);
    sprog__posix_close(&poller->wake_fds[1]);
    sprog__mem_free(poller->mem, poller);
}

/* ---- the set ------------------------------------------------------------ */

/* A regular file is never ready at its end, and of devices only terminals are
 * known to tell the truth everywhere. */
static bool
can_be_polled(int fd)
{
    struct stat found;

    return sprog__posix_sys_stat_fd(fd, &found) < 0 ||
           S_ISFIFO(found.st_mode) || S_ISSOCK(found.st_mode) ||
           (S_ISCHR(found.st_mode) && sprog__posix_sys_is_terminal(fd));
}

/* How the filter of the writing side is set for what is wanted; 0: not. */
static unsigned
writing_of(unsigned want)
{
    if ((want & SPROG__POLL_OUT) != 0) {
        return EV_ADD;
    }
    return (want & SPROG__POLL_LOSS) != 0 ? EV_ADD | EV_CLEAR : 0u;
}

static int
set_reading(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    const unsigned had = watch->want & SPROG__POLL_IN;
    int result = 0;

    if ((want & SPROG__POLL_IN) == had) {
        return 0;
    }
    if (had != 0) {
        (void)sprog__kqueue_change(poller, (uintptr_t)watch->fd, EVFILT_READ,
                                   EV_DELETE, watch);
    } else {
        result = sprog__kqueue_change(poller, (uintptr_t)watch->fd, EVFILT_READ,
                                      EV_ADD, watch);
    }
    if (result == 0) {
        watch->want ^= SPROG__POLL_IN;
    }
    return result;
}

/* Deleted first in any case: to add a filter again does not change on every
 * system whether changes only are told. */
static int
set_writing(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    const unsigned both = SPROG__POLL_OUT | SPROG__POLL_LOSS;
    const unsigned had = writing_of(watch->want);
    const unsigned wants = writing_of(want);
    int result;

    if (had != wants) {
        if (had != 0 && sprog__list_is_empty(&watch->link)) {
            (void)sprog__kqueue_change(poller, (uintptr_t)watch->fd,
                                       EVFILT_WRITE, EV_DELETE, watch);
        }
        sprog__list_remove(&watch->link);
        watch->want &= ~both;
        if (wants != 0) {
            result = sprog__kqueue_change(poller, (uintptr_t)watch->fd,
                                          EVFILT_WRITE, wants, watch);
            /* The kernel will not tell what it has just told; on NetBSD it
             * tells it by EBADF. */
            if (result == -EPIPE || result == -EBADF) {
                sprog__list_push(&poller->broken, &watch->link);
                sprog__poller_wake(poller);
            } else if (result < 0) {
                return result;
            }
        }
    }
    watch->want = (watch->want & ~both) | (want & both);
    return 0;
}

int
sprog__poller_add(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    int result;

    if (!can_be_polled(watch->fd)) {
        return -EPERM;
    }
    watch->want = 0;
    watch->is_in_set = true;
    result = sprog__poller_change(poller, watch, want);
    if (result < 0) {
        sprog__poller_remove(poller, watch);
    }
    /* What some systems say of terminals and of other things. */
    return result == -EINVAL || result == -ENODEV || result == -ENOTSUP
               ? -EPERM
               : result;
}

int
sprog__poller_change(sprog__poller *poller, sprog__watch *watch, unsigned want)
{
    int result;

    if (!watch->is_in_set) {
        return sprog__poller_add(poller, watch, want);
    }
    if ((result = set_reading(poller, watch, want)) < 0) {
        return result;
    }
    return set_writing(poller, watch, want);
}

int
sprog__poller_add_child(sprog__poller *poller, sprog__watch *watch)
{
    const int result = sprog__posix_sys_kqueue_change(
        poller->set_fd, (uintptr_t)watch->pid, EVFILT_PROC, EV_ADD | EV_ONESHOT,
        EXIT_NOTES, 0, watch);

    watch->is_in_set = result == 0;
    return result;
}

void
sprog__poller_remove(sprog__poller *poller, sprog__watch *watch)
{
    if (!watch->is_in_set) {
        return;
    }
    switch (watch->kind) {
    case SPROG__WATCH_IO:
        (void)set_reading(poller, watch, 0);
        (void)set_writing(poller, watch, 0);
        break;
    case SPROG__WATCH_CHILD:
        (void)sprog__kqueue_change(poller, (uintptr_t)watch->pid, EVFILT_PROC,
                                   EV_DELETE, watch);
        break;
    }
    watch->is_in_set = false;
}

/* ---- wait --------------------------------------------------------------- */

/* Turn an event into what it says of its watch; 0: nothing. */
static unsigned
ready_of(const struct kevent *event, sprog__watch *watch)
{
    switch (event->filter) {
    case EVFILT_PROC:
        /* It was told, and is in the set no more. */
        watch->is_in_set = false;
        return SPROG__POLL_GONE;
    case EVFILT_READ:
        /* The end is something to be read, too. */
        return SPROG__POLL_IN;
    default:
        return (watch->want & SPROG__POLL_OUT) |
               ((event->flags & EV_EOF) != 0 ? SPROG__POLL_LOSS : 0u);
    }
}

static int
status_of(const struct kevent *event)
{
#if defined(NOTE_EXITSTATUS)
    return (event->fflags & NOTE_EXITSTATUS) != 0 ? (int)event->data : -1;
#else
    return (int)event->data;
#endif
}

static bool
report_set(sprog__poller *poller, const struct kevent *event,
           sprog__poll_report *out_report)
{
    void *tag = (void *)event->udata;

    if (tag == &poller->set_fd) {
        sprog__kqueue_wake_drain(poller);
        return false;
    }
    if (tag == &poller->timer_ns) {
        poller->timer_ns = UINT64_MAX;
        return false;
    }
    out_report->watch = (sprog__watch *)tag;
    out_report->ready = ready_of(event, out_report->watch);
    out_report->raw_status =
        event->filter == EVFILT_PROC ? status_of(event) : -1;
    return out_report->ready != 0;
}

/* Told again and again, until nobody wants to hear of it. */
static size_t
gather_broken(sprog__poller *poller, sprog__poll_report *out_reports,
              size_t cap)
{
    sprog__link *link;
    size_t n = 0;

    for (link = poller->broken.next; link != &poller->broken && n < cap;
         link = link->next) {
        sprog__watch *watch = SPROG__ELEMENT(link, sprog__watch, link);

        out_reports[n].watch = watch;
        out_reports[n].ready =
            SPROG__POLL_LOSS | (watch->want & SPROG__POLL_OUT);
        out_reports[n].raw_status = -1;
        n++;
    }
    if (n != 0) {
        sprog__poller_wake(poller);
    }
    return n;
}

int
sprog__poller_wait(sprog__poller *poller, uint64_t deadline_ns,
                   sprog__poll_report *out_reports, size_t cap)
{
    struct kevent events[SPROG__POLL_CAP];
    const int limit = cap < SPROG__POLL_CAP ? (int)cap : SPROG__POLL_CAP;
    size_t reports = 0;
    int n;
    int i;

    n = sprog__posix_sys_kqueue_wait(poller->set_fd, events, limit,
                                     deadline_ns);
    if (n < 0) {
        return n;
    }
    for (i = 0; i < n; i++) {
        if (report_set(poller, &events[i], &out_reports[reports])) {
            reports++;
        }
    }
    reports += gather_broken(poller, &out_reports[reports], cap - reports);
    return (int)reports;
}
