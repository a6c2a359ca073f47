/*
 * The backend's half of a reactor: its life, its wait, its wake.
 *
 * A wait turns what the poller reports and what helper threads have noted into
 * events. It keeps nothing back that the kernel would not report again, but
 * for notes, and for those it wakes itself.
 */
#include "posix.h"

#include <errno.h>

#include "error_map.h"
#include "exit.h"
#include "fd.h"
#include "hub.h"

/* The child runs a few small functions on it, and nothing of the libc's. */
#define CHILD_STACK_SIZE ((size_t)64 * 1024)

#define LIMBO_NAP_MAX_NS 50000000u

/* ---- create and destroy ------------------------------------------------- */

/* Put a word where a fork wipes it. Older kernels cannot: then the pid must
 * do, which a fork of a fork may have by chance, but nothing better is there.
 */
static void
home_create(sprog__be *be)
{
    const size_t size = sprog__posix_sys_page_size();
    void *page;

    be->home = NULL;
    be->home_pid = sprog__posix_sys_pid();
    if (sprog__posix_sys_map(size, &page) < 0) {
        return;
    }
    if (sprog__posix_sys_wipe_on_fork(page, size) < 0) {
        sprog__posix_sys_unmap(page, size);
        return;
    }
    *(volatile uint32_t *)page = 1;
    be->home = page;
}

static int
stack_create(sprog__be *be)
{
    const size_t page = sprog__posix_sys_page_size();
    const size_t size = CHILD_STACK_SIZE + page;
    int result;

    if ((result = sprog__posix_sys_map(size, &be->stack)) < 0) {
        return result;
    }
    be->stack_size = size;
    return sprog__posix_sys_guard(be->stack, page);
}

/* Everything in `be` may be half-made. */
static void
be_free(sprog__be *be)
{
    const sprog__mem *mem = be->mem;

    if (be->home != NULL) {
        sprog__posix_sys_unmap(be->home, sprog__posix_sys_page_size());
    }
    if (be->stack != NULL) {
        sprog__posix_sys_unmap(be->stack, be->stack_size);
    }
    sprog__poller_destroy(be->poller);
    if (be->has_lock) {
        (void)pthread_mutex_destroy(&be->lock);
    }
    sprog__mem_free(mem, be);
}

sprog_err
sprog__be_wait_create(const sprog__mem *mem, sprog__be **out_be,
                      sprog_fault *fault)
{
    sprog__be *be;
    void *block;
    int result;
    sprog_err err;
    size_t i;

    if ((err = sprog__mem_zalloc(mem, sizeof *be, &block)) != SPROG_OK) {
        return sprog__posix_refuse(fault, err, SPROG_STEP_MEMORY, NULL);
    }
    be = (sprog__be *)block;
    be->mem = mem;
    sprog__list_reset(&be->notes);
    sprog__list_reset(&be->closing);
    for (i = 0; i < SPROG__KIN; i++) {
        sprog__list_reset(&be->kin[i]);
    }
    sprog__list_reset(&be->limbo);
    if ((result = -pthread_mutex_init(&be->lock, NULL)) < 0) {
        err = sprog__posix_fail(fault, SPROG_STEP_MEMORY, result, NULL);
        goto out;
    }
    be->has_lock = true;
    if ((result = stack_create(be)) < 0) {
        err = sprog__posix_fail(fault, SPROG_STEP_MEMORY, result, NULL);
        goto out;
    }
    if ((result = sprog__poller_create(mem, &be->poller)) < 0) {
        err = sprog__posix_fail(fault, SPROG_STEP_WATCH, result, NULL);
        goto out;
    }
    home_create(be);
    *out_be = be;
    be = NULL;
out:
    if (be != NULL) {
        be_free(be);
    }
    return err;
}

void
sprog__be_wait_destroy(sprog__be *be)
{
    sprog__link *link;

    /* Their bytes are the helper's own: only the names are left here. */
    while ((link = sprog__list_pop(&be->closing)) != NULL) {
        sprog__posix_io_free(SPROG__ELEMENT(link, sprog__be_io, link));
    }
    sprog__hub_leave(be);
    be_free(be);
}

bool
sprog__be_wait_is_copy(const sprog__be *be)
{
    if (be->home != NULL) {
        return *(const volatile uint32_t *)be->home == 0;
    }
    return sprog__posix_sys_pid() != be->home_pid;
}

/* ---- wait --------------------------------------------------------------- */

static sprog__be_io *
io_of(sprog__watch *watch)
{
    return SPROG__ELEMENT(watch, sprog__be_io, watch);
}

static sprog__be_child *
child_of(sprog__watch *watch)
{
    return SPROG__ELEMENT(watch, sprog__be_child, watch);
}

static size_t
exit_events(sprog__be_child *child, sprog__be_event *out_event)
{
    if (!sprog__exit_notice(child)) {
        return 0;
    }
    *out_event = (sprog__be_event){ 0 };
    out_event->kind = SPROG__BE_EXITED;
    out_event->owner = child->owner;
    return 1;
}

/* Each report has room for one event at least, since no more of them were
 * asked for; a child's may not be lost, for it does not come again. */
static size_t
report_events(const sprog__poll_report *reports, size_t count,
              sprog__be_event *out_events, size_t cap)
{
    size_t n = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        sprog__watch *watch = reports[i].watch;
        const size_t later = count - i - 1;

        switch (watch->kind) {
        case SPROG__WATCH_IO:
            n += sprog__posix_io_events(io_of(watch), reports[i].ready,
                                        &out_events[n], cap - n - later);
            break;
        case SPROG__WATCH_CHILD:
            if ((reports[i].ready & SPROG__POLL_GONE) != 0) {
                sprog__exit_expect(child_of(watch), reports[i].raw_status);
            }
            n += exit_events(child_of(watch), &out_events[n]);
            break;
        }
    }
    return n;
}

/* Look again at those that could not be waited for. It is a moment, and only
 * where a debugger has the child a long one. */
static size_t
limbo_events(sprog__be *be, sprog__be_event *out_events, size_t cap)
{
    sprog__link *link = be->limbo.next;
    uint64_t now_ns;
    size_t n = 0;

    if (sprog__list_is_empty(&be->limbo) ||
        (now_ns = sprog__posix_sys_now()) < be->limbo_ns) {
        return 0;
    }
    while (link != &be->limbo && n < cap) {
        sprog__be_child *child = SPROG__ELEMENT(link, sprog__be_child, link);

        link = link->next;
        n += exit_events(child, &out_events[n]);
    }
    be->limbo_ns = n < cap ? now_ns + be->limbo_nap_ns : 0;
    be->limbo_nap_ns = be->limbo_nap_ns < LIMBO_NAP_MAX_NS / 2
                           ? be->limbo_nap_ns * 2
                           : LIMBO_NAP_MAX_NS;
    return n;
}

/* The next time at which something is to be looked at. */
static uint64_t
limbo_limit(const sprog__be *be, uint64_t deadline_ns)
{
    return sprog__list_is_empty(&be->limbo) || deadline_ns < be->limbo_ns
               ? deadline_ns
               : be->limbo_ns;
}

/* Take the note that is first; false: there is no room for what it says. */
static bool
note_events(sprog__note *note, sprog__be_event *out_events, size_t room,
            size_t *out_n)
{
    sprog__be_child *child;

    *out_n = 0;
    switch (note->kind) {
    case SPROG__NOTE_CHILD:
        child = sprog__waiter_child(note);
        if (room == 0) {
            return false;
        }
        *out_n = child != NULL ? exit_events(child, out_events) : 0;
        return true;
    case SPROG__NOTE_FILE:
        return sprog__file_events(sprog__file_of(note), out_events, room,
                                  out_n);
    }
    return true;
}

static size_t
hub_events(sprog__be *be, sprog__be_event *out_events, size_t cap)
{
    sprog__hub *hub = be->hub;
    sprog__link *link;
    size_t n = 0;

    if (hub == NULL) {
        return 0;
    }
    (void)pthread_mutex_lock(&hub->lock);
    sprog__list_move_all(&be->notes, &hub->told);
    (void)pthread_mutex_unlock(&hub->lock);
    for (;;) {
        sprog__note *note;
        size_t more = 0;

        (void)pthread_mutex_lock(&hub->lock);
        link = sprog__list_pop(&be->notes);
        (void)pthread_mutex_unlock(&hub->lock);
        if (link == NULL) {
            break;
        }
        note = SPROG__ELEMENT(link, sprog__note, link);
        if (!note_events(note, &out_events[n], cap - n, &more)) {
            n += more;
            (void)pthread_mutex_lock(&hub->lock);
            sprog__hub_tell(hub, note);
            (void)pthread_mutex_unlock(&hub->lock);
            break;
        }
        n += more;
    }
    return n;
}

sprog_err
sprog__be_wait(sprog__be *be, uint64_t deadline_ns, sprog__be_event *out_events,
               size_t cap, size_t *out_n, sprog_fault *fault)
{
    sprog__poll_report reports[SPROG__POLL_CAP];
    size_t n;
    int count;

    *out_n = 0;
    deadline_ns = limbo_limit(be, deadline_ns);
    if (be->hub != NULL) {
        deadline_ns = sprog__hub_limit(be->hub, deadline_ns);
    }
    count = sprog__poller_wait(be->poller, deadline_ns, reports,
                               cap < SPROG__POLL_CAP ? cap : SPROG__POLL_CAP);
    if (count < 0) {
        return sprog__posix_fail(fault, SPROG_STEP_WAIT, count, NULL);
    }
    n = report_events(reports, (size_t)count, out_events, cap);
    n += limbo_events(be, &out_events[n], cap - n);
    /* Without a wake too: one that could not be written is made up for. */
    n += hub_events(be, &out_events[n], cap - n);
    *out_n = n;
    return SPROG_OK;
}

/* ---- wake, lock, embed -------------------------------------------------- */

void
sprog__be_wait_wake(sprog__be *be)
{
    sprog__poller_wake(be->poller);
}

void
sprog__be_wait_lock(sprog__be *be)
{
    (void)pthread_mutex_lock(&be->lock);
}

void
sprog__be_wait_unlock(sprog__be *be)
{
    (void)pthread_mutex_unlock(&be->lock);
}

sprog_err
sprog__be_wait_embed(sprog__be *be, intptr_t *out_waitable, sprog_fault *fault)
{
    int fd = SPROG__NO_FD;
    const int result = sprog__poller_embed(be->poller, &fd);

    if (result == -ENOTSUP) {
        return sprog__posix_refuse(fault, SPROG_ENOTSUP, SPROG_STEP_WATCH,
                                   NULL);
    }
    if (result < 0) {
        return sprog__posix_fail(fault, SPROG_STEP_WATCH, result, NULL);
    }
    *out_waitable = fd;
    return SPROG_OK;
}

void
sprog__be_wait_embed_arm(sprog__be *be, uint64_t deadline_ns)
{
    sprog__poller_set_timer(be->poller, limbo_limit(be, deadline_ns));
}
