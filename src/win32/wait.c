/*
 * The completion port: every event of the system comes out of it as a packet.
 * What is known without a packet (a read that completes at once) waits in the
 * list `ready`, which is looked at first.
 */
#include "win32.h"

/* Packets taken by one call. */
#define PACKETS_MAX 64

/* The longest single wait; INFINITE is the next number. */
#define WAIT_MS_MAX 0x7FFFFFFFu

sprog_err
sprog__be_wait_create(const sprog__mem *mem, sprog__be **out_be,
                      sprog_fault *fault)
{
    void *block = NULL;
    sprog__be *be;
    DWORD error;
    sprog_err err;

    if ((err = sprog__mem_zalloc(mem, sizeof *be, &block)) != SPROG_OK) {
        return sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
    }
    be = block;
    be->mem = *mem;
    InitializeSRWLock(&be->posted_lock);
    sprog__list_reset(&be->ready);
    sprog__list_reset(&be->leftovers);
    sprog__list_reset(&be->flushing);
    error = sprog__win32_sys_port_create(&be->port);
    if (error == ERROR_SUCCESS) {
        error = sprog__win32_sys_event_create(true, &be->read_event);
        if (error != ERROR_SUCCESS) {
            sprog__win32_sys_close(be->port);
        }
    }
    if (error != ERROR_SUCCESS) {
        sprog__mem_free(mem, be);
        return sprog__win32_fail(fault, SPROG_STEP_WAIT, error, NULL);
    }
    *out_be = be;
    return SPROG_OK;
}

/*
 * Take one packet in the end of it all, and forget its event. A port that
 * fails is asked again: nobody else would take what is in it.
 */
static bool
drain_one(sprog__be *be, DWORD ms)
{
    OVERLAPPED_ENTRY packet;
    sprog__be_event event;
    bool is_woken = false;
    ULONG n = 0;
    DWORD error;

    for (;;) {
        if (be->embed != NULL) {
            error = sprog__win32_embed_take(be, &packet, 1, &n, ms);
        } else {
            error = sprog__win32_sys_port_take(be->port, &packet, 1, &n, ms);
        }
        if (error == ERROR_SUCCESS || error == WAIT_TIMEOUT) {
            break;
        }
        sprog__win32_sys_sleep(1);
    }
    if (error == ERROR_SUCCESS && n > 0) {
        (void)sprog__win32_wait_packet(be, &packet, &event, &is_woken);
    }
    return error == ERROR_SUCCESS;
}

void
sprog__be_wait_destroy(sprog__be *be)
{
    sprog__link *link;
    sprog__mem mem = be->mem;

    sprog__win32_timer_end(be);
    if (be->embed != NULL) {
        sprog__win32_embed_stop(be);
    }
    sprog__win32_helper_give_up(be);
    /* Cancelled operations still own their memory: wait for their packets. */
    while (be->pending > 0) {
        (void)drain_one(be, INFINITE);
    }
    /* Those of helpers and of released children hold memory, too. */
    while (drain_one(be, 0)) {
    }
    if (be->embed != NULL) {
        sprog__win32_embed_free(be);
    }
    while ((link = sprog__list_pop(&be->leftovers)) != NULL) {
        sprog__mem_free(&mem, SPROG__ELEMENT(link, sprog__be_child, link));
    }
    sprog__win32_sys_close(be->read_event);
    sprog__win32_sys_close(be->port);
    sprog__mem_free(&mem, be);
}

bool
sprog__be_wait_is_copy(const sprog__be *be)
{
    (void)be; /* there is no fork */
    return false;
}

/* Milliseconds until a deadline, rounded up: it is never answered early. */
static DWORD
ms_until(uint64_t deadline_ns)
{
    uint64_t now;
    uint64_t ms;

    if (deadline_ns == SPROG__FOREVER) {
        return INFINITE;
    }
    if (deadline_ns == 0 || deadline_ns <= (now = sprog__be_clock_ns())) {
        return 0;
    }
    ms = (deadline_ns - now - 1) / 1000000 + 1;
    return ms < WAIT_MS_MAX ? (DWORD)ms : WAIT_MS_MAX;
}

void
sprog__win32_wait_ready(sprog__be *be, sprog__be_io *io)
{
    if (sprog__list_is_empty(&io->link)) {
        sprog__list_push(&be->ready, &io->link);
    }
    if (be->embed != NULL) {
        sprog__win32_embed_refresh(be);
    }
}

/* Give the events that owe no packet, at most `cap`. */
static size_t
take_ready(sprog__be *be, sprog__be_event *out_events, size_t cap)
{
    sprog__link *link;
    sprog__link again;
    size_t n = 0;

    sprog__list_reset(&again);
    while (n < cap && (link = sprog__list_pop(&be->ready)) != NULL) {
        sprog__be_io *io = SPROG__ELEMENT(link, sprog__be_io, link);

        if (sprog__win32_io_event(io, &out_events[n])) {
            n++;
            sprog__list_push(&again, link); /* there may be one more */
        }
    }
    sprog__list_move_all(&be->ready, &again);
    return n;
}

size_t
sprog__win32_wait_packet(sprog__be *be, const OVERLAPPED_ENTRY *packet,
                         sprog__be_event *out_event, bool *out_is_woken)
{
    void *subject = packet->lpOverlapped;

    switch ((enum sprog__win32_key)packet->lpCompletionKey) {
    case SPROG__KEY_WAKE:
        /* Before the caller looks at what was posted: a later post must
         * bring a packet of its own. */
        (void)InterlockedExchange(&be->is_waking, 0);
        *out_is_woken = true;
        return 0;
    case SPROG__KEY_IO:
        return sprog__win32_io_completed(subject, out_event);
    case SPROG__KEY_EXIT:
        return sprog__win32_child_exited(subject, out_event);
    case SPROG__KEY_HELPER:
        return sprog__win32_helper_done(subject, out_event);
    case SPROG__KEY_TIMER:
        be->timer_deadline_ns = SPROG__FOREVER; /* to be set anew, if early */
        return 0;
    case SPROG__KEY_STOP:
        return 0;
    }
    return 0;
}

/* Take packets for at most `ms`, and give their events. */
static DWORD
take_packets(sprog__be *be, DWORD ms, sprog__be_event *out_events, size_t cap,
             size_t *out_n, bool *out_is_woken)
{
    OVERLAPPED_ENTRY packets[PACKETS_MAX];
    const ULONG room = cap < PACKETS_MAX ? (ULONG)cap : PACKETS_MAX;
    ULONG taken = 0;
    ULONG i;
    DWORD error;

    *out_n = 0;
    if (be->embed != NULL) {
        error = sprog__win32_embed_take(be, packets, room, &taken, ms);
    } else {
        error = sprog__win32_sys_port_take(be->port, packets, room, &taken, ms);
    }
    if (error != ERROR_SUCCESS) {
        return error == WAIT_TIMEOUT ? ERROR_SUCCESS : error;
    }
    for (i = 0; i < taken; i++) {
        *out_n += sprog__win32_wait_packet(be, &packets[i], &out_events[*out_n],
                                           out_is_woken);
    }
    return ERROR_SUCCESS;
}

sprog_err
sprog__be_wait(sprog__be *be, uint64_t deadline_ns, sprog__be_event *out_events,
               size_t cap, size_t *out_n, sprog_fault *fault)
{
    bool is_woken = false;
    size_t n;
    DWORD ms;

    do {
        size_t more = 0;
        DWORD error;

        /* Half of the room only: the port must get its turn. */
        n = take_ready(be, out_events, (cap + 1) / 2);
        ms = n > 0 ? 0 : ms_until(deadline_ns);
        if (ms != 0) {
            sprog__win32_timer_set(be, deadline_ns);
        }
        if (n < cap) {
            error =
                take_packets(be, ms, out_events + n, cap - n, &more, &is_woken);
            if (error != ERROR_SUCCESS && n == 0) {
                return sprog__win32_fail(fault, SPROG_STEP_WAIT, error, NULL);
            }
        }
        n += more;
        /* Once more after a packet without an event, and when the system's
         * coarse clock has let us go before the deadline. */
    } while (n == 0 && !is_woken && ms != 0);
    if (be->embed != NULL) {
        sprog__win32_embed_refresh(be);
    }
    *out_n = n;
    return SPROG_OK;
}

void
sprog__be_wait_wake(sprog__be *be)
{
    const DWORD error = GetLastError();

    /* One packet is enough for any number of wakes. */
    if (InterlockedExchange(&be->is_waking, 1) == 0 &&
        sprog__win32_sys_port_post(be->port, SPROG__KEY_WAKE, NULL) !=
            ERROR_SUCCESS) {
        (void)InterlockedExchange(&be->is_waking, 0);
    }
    SetLastError(error);
}

void
sprog__be_wait_lock(sprog__be *be)
{
    AcquireSRWLockExclusive(&be->posted_lock);
}

void
sprog__be_wait_unlock(sprog__be *be)
{
    ReleaseSRWLockExclusive(&be->posted_lock);
}
