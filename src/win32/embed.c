/*
 * Embedding: one event that a foreign loop can wait on.
 *
 * A completion port is not documented to be waitable, so a helper thread,
 * started by the embedding only, takes packets from it, keeps them in `taken`,
 * sets the event, and goes on when the reactor has taken them over. The
 * reactor's own waits take from both.
 *
 * The event is set when, and only when, there is something in `taken` or in
 * the list `ready`, or the deadline has come; sprog__win32_embed_refresh()
 * brings it in line after each change on the reactor's side.
 */
#include <string.h>

#include "win32.h"

#define TAKEN_MAX 64

struct sprog__win32_embed {
    sprog__be *be;
    HANDLE event;   /* the host's to wait on */
    HANDLE arrived; /* the same for a wait of the reactor itself */
    HANDLE emptied; /* the thread may take more */
    HANDLE thread;
    SRWLOCK lock; /* of all below */
    OVERLAPPED_ENTRY taken[TAKEN_MAX];
    ULONG count;
    bool is_stopping;
    bool is_ready; /* be->ready is not empty */
    uint64_t deadline_ns;
};

static DWORD WINAPI
thread_run(LPVOID user)
{
    sprog__win32_embed *embed = user;
    OVERLAPPED_ENTRY packets[TAKEN_MAX];
    bool is_stopping = false;

    while (!is_stopping) {
        ULONG n = 0;
        ULONG i;
        DWORD error = sprog__win32_sys_port_take(embed->be->port, packets,
                                                 TAKEN_MAX, &n, INFINITE);

        if (error != ERROR_SUCCESS) {
            /* Out of the system's memory, at worst: ask again, slowly. */
            sprog__win32_sys_sleep(1);
            continue;
        }
        for (i = 0; i < n; i++) {
            is_stopping =
                is_stopping || packets[i].lpCompletionKey == SPROG__KEY_STOP;
        }
        AcquireSRWLockExclusive(&embed->lock);
        memcpy(embed->taken, packets, n * sizeof packets[0]);
        embed->count = n;
        sprog__win32_sys_event_set(embed->event);
        sprog__win32_sys_event_set(embed->arrived);
        ReleaseSRWLockExclusive(&embed->lock);
        if (!is_stopping) {
            (void)sprog__win32_sys_wait(embed->emptied, INFINITE);
            AcquireSRWLockExclusive(&embed->lock);
            is_stopping = embed->is_stopping;
            ReleaseSRWLockExclusive(&embed->lock);
        }
    }
    return 0;
}

/* Set or reset the event; the lock is held. */
static void
refresh(sprog__win32_embed *embed)
{
    const uint64_t now = sprog__be_clock_ns();

    if (embed->count > 0 || embed->is_ready || embed->deadline_ns <= now) {
        sprog__win32_sys_event_set(embed->event);
        return;
    }
    sprog__win32_sys_event_reset(embed->event);
    sprog__win32_timer_set(embed->be, embed->deadline_ns);
}

void
sprog__win32_embed_refresh(sprog__be *be)
{
    sprog__win32_embed *embed = be->embed;

    AcquireSRWLockExclusive(&embed->lock);
    embed->is_ready = !sprog__list_is_empty(&be->ready);
    refresh(embed);
    ReleaseSRWLockExclusive(&embed->lock);
}

void
sprog__be_wait_embed_arm(sprog__be *be, uint64_t deadline_ns)
{
    sprog__win32_embed *embed = be->embed;

    if (embed == NULL) {
        return;
    }
    AcquireSRWLockExclusive(&embed->lock);
    embed->deadline_ns = deadline_ns;
    refresh(embed);
    ReleaseSRWLockExclusive(&embed->lock);
}

/* Move what the thread has taken. Returns the packets. */
static ULONG
take_over(sprog__win32_embed *embed, OVERLAPPED_ENTRY *out_packets, ULONG cap)
{
    ULONG n;

    AcquireSRWLockExclusive(&embed->lock);
    n = embed->count < cap ? embed->count : cap;
    memcpy(out_packets, embed->taken, n * sizeof out_packets[0]);
    memmove(embed->taken, embed->taken + n,
            (embed->count - n) * sizeof out_packets[0]);
    embed->count -= n;
    if (n > 0 && embed->count == 0) {
        sprog__win32_sys_event_set(embed->emptied);
    }
    ReleaseSRWLockExclusive(&embed->lock);
    return n;
}

DWORD
sprog__win32_embed_take(sprog__be *be, OVERLAPPED_ENTRY *out_packets, ULONG cap,
                        ULONG *out_n, DWORD ms)
{
    sprog__win32_embed *embed = be->embed;
    DWORD error;

    *out_n = take_over(embed, out_packets, cap);
    if (*out_n > 0) {
        return ERROR_SUCCESS;
    }
    /* When the thread has ended, the port is ours alone again. */
    error = sprog__win32_sys_port_take(be->port, out_packets, cap, out_n,
                                       embed->thread == NULL ? ms : 0);
    if (error != WAIT_TIMEOUT || ms == 0 || embed->thread == NULL) {
        return error;
    }
    *out_n = 0;
    (void)sprog__win32_sys_wait(embed->arrived, ms);
    *out_n = take_over(embed, out_packets, cap);
    return ERROR_SUCCESS; /* with none: the caller looks at its clock */
}

/* Free what there is of an embedding, which has no thread. */
static void
embed_free(const sprog__mem *mem, sprog__win32_embed *embed)
{
    HANDLE handles[3];
    size_t i;

    handles[0] = embed->event;
    handles[1] = embed->arrived;
    handles[2] = embed->emptied;
    for (i = 0; i < 3; i++) {
        if (handles[i] != NULL) {
            sprog__win32_sys_close(handles[i]);
        }
    }
    sprog__mem_free(mem, embed);
}

sprog_err
sprog__be_wait_embed(sprog__be *be, intptr_t *out_waitable, sprog_fault *fault)
{
    void *block = NULL;
    sprog__win32_embed *embed = be->embed;
    DWORD error;
    sprog_err err;

    if (embed != NULL) {
        *out_waitable = (intptr_t)embed->event;
        return SPROG_OK;
    }
    err = sprog__mem_zalloc(&be->mem, sizeof *embed, &block);
    if (err != SPROG_OK) {
        return sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
    }
    embed = block;
    embed->be = be;
    embed->deadline_ns = SPROG__FOREVER;
    InitializeSRWLock(&embed->lock);
    if ((error = sprog__win32_sys_event_create(true, &embed->event)) ||
        (error = sprog__win32_sys_event_create(false, &embed->arrived)) ||
        (error = sprog__win32_sys_event_create(false, &embed->emptied)) ||
        (error = sprog__win32_timer_need(be)) ||
        (error = sprog__win32_sys_thread_create(thread_run, embed,
                                                &embed->thread))) {
        embed_free(&be->mem, embed);
        return sprog__win32_fail(fault, SPROG_STEP_WAIT, error, NULL);
    }
    be->embed = embed;
    sprog__win32_embed_refresh(be);
    *out_waitable = (intptr_t)embed->event;
    return SPROG_OK;
}

void
sprog__win32_embed_stop(sprog__be *be)
{
    sprog__win32_embed *embed = be->embed;

    AcquireSRWLockExclusive(&embed->lock);
    embed->is_stopping = true;
    sprog__win32_sys_event_set(embed->emptied);
    ReleaseSRWLockExclusive(&embed->lock);
    /* It may be waiting for either; a packet that it leaves is ignored. */
    while (sprog__win32_sys_port_post(be->port, SPROG__KEY_STOP, NULL) !=
           ERROR_SUCCESS) {
        sprog__win32_sys_sleep(1);
    }
    (void)sprog__win32_sys_wait(embed->thread, INFINITE);
    sprog__win32_sys_close(embed->thread);
    embed->thread = NULL;
}

void
sprog__win32_embed_free(sprog__be *be)
{
    embed_free(&be->mem, be->embed);
    be->embed = NULL;
}
