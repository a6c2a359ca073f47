/*
 * The play of chance, names, timers and packets.
 */
#include "win32_play.h"

#include <bcrypt.h>
#include <string.h>

#include "injector.h"
#include "win32_play_io.h"
#include "win32_watch.h"

#ifndef CREATE_WAITABLE_TIMER_HIGH_RESOLUTION
#    define CREATE_WAITABLE_TIMER_HIGH_RESOLUTION 0x00000002
#endif

#ifndef PIPE_REJECT_REMOTE_CLIENTS
#    define PIPE_REJECT_REMOTE_CLIENTS 0x00000008
#endif

#define KEY_EXIT   3 /* SPROG__KEY_EXIT; see win32.h */
#define KEY_NOBODY 9999

struct play play;

static SRWLOCK chance_lock = SRWLOCK_INIT;
static uint64_t chance_state = 1;
static LONG posts_refused;

void
play_start(uint32_t seed)
{
    memset(&play, 0, sizeof play);
    play_process_start();
    chance_state = seed * UINT64_C(0x9E3779B97F4A7C15) + 1;
    posts_refused = 0;
    play_io_start();
}

unsigned
play_chance(unsigned limit)
{
    uint64_t bits;

    AcquireSRWLockExclusive(&chance_lock);
    chance_state = chance_state * UINT64_C(6364136223846793005) +
                   UINT64_C(1442695040888963407);
    bits = chance_state >> 33;
    ReleaseSRWLockExclusive(&chance_lock);
    return (unsigned)(bits % limit);
}

static BOOL
refuse(DWORD error)
{
    SetLastError(error);
    return FALSE;
}

LONG WINAPI
play_random(void *algorithm, UCHAR *out_bytes, ULONG len, ULONG flags)
{
    if (play.random_repeats > 0) {
        play.random_repeats--;
        memset(out_bytes, 0x5A, len);
        return 0;
    }
    return BCryptGenRandom(algorithm, out_bytes, len, flags);
}

/* ---- names and timers --------------------------------------------------- */

HANDLE WINAPI
play_pipe_create(const WCHAR *name, DWORD access, DWORD mode, DWORD instances,
                 DWORD out_size, DWORD in_size, DWORD time,
                 SECURITY_ATTRIBUTES *security)
{
    if (play.name_count < PLAY_NAMES && wcslen(name) < PLAY_NAME_CAP) {
        memcpy(play.names[play.name_count++], name,
               (wcslen(name) + 1) * sizeof *name);
    }
    play.weak_pipes += (access & FILE_FLAG_FIRST_PIPE_INSTANCE) == 0 ||
                       (mode & PIPE_REJECT_REMOTE_CLIENTS) == 0 ||
                       instances != 1;
    if (play.pipe_refusals > 0) {
        play.pipe_refusals--;
        SetLastError(play.pipe_error);
        return INVALID_HANDLE_VALUE;
    }
    return CreateNamedPipeW(name, access, mode, instances, out_size, in_size,
                            time, security);
}

HANDLE WINAPI
play_timer_create(SECURITY_ATTRIBUTES *security, const WCHAR *name, DWORD flags,
                  DWORD access)
{
    const bool is_fine = (flags & CREATE_WAITABLE_TIMER_HIGH_RESOLUTION) != 0;

    if (is_fine && play.has_no_fine_timer) {
        SetLastError(ERROR_INVALID_PARAMETER);
        return NULL;
    }
    play.fine_timers += is_fine;
    play.plain_timers += !is_fine;
    return CreateWaitableTimerExW(security, name, flags, access);
}

/* ---- the port ----------------------------------------------------------- */

BOOL WINAPI
play_post(HANDLE port, DWORD n, ULONG_PTR key, OVERLAPPED *overlapped)
{
    if (key == KEY_EXIT &&
        InterlockedIncrement(&posts_refused) <= (LONG)play.post_refusals) {
        return refuse(ERROR_NO_SYSTEM_RESOURCES);
    }
    return PostQueuedCompletionStatus(port, n, key, overlapped);
}

/* Give them in another order, and now and then one of nobody among them. */
static void
mix(OVERLAPPED_ENTRY *packets, ULONG cap, ULONG *io_n)
{
    if (*io_n < cap && play_chance(4) == 0) {
        memset(&packets[*io_n], 0, sizeof packets[*io_n]);
        packets[*io_n].lpCompletionKey = KEY_NOBODY;
        ++*io_n;
        play.strange_packets++;
    }
    for (ULONG i = *io_n; i > 1; i--) {
        const ULONG j = play_chance(i);
        const OVERLAPPED_ENTRY packet = packets[i - 1];

        packets[i - 1] = packets[j];
        packets[j] = packet;
    }
}

BOOL WINAPI
play_take(HANDLE port, OVERLAPPED_ENTRY *out_packets, ULONG cap, ULONG *out_n,
          DWORD ms, BOOL is_alertable)
{
    ULONG room = cap;
    BOOL is_done;

    play_io_release(ms != 0);
    if (play.mixes_packets && cap > 1 && play_chance(2) == 0) {
        room = 1 + play_chance(cap);
    }
    is_done = GetQueuedCompletionStatusEx(port, out_packets, room, out_n, ms,
                                          is_alertable);
    if (is_done && play.mixes_packets) {
        mix(out_packets, cap, out_n);
    }
    if (is_done) {
        play_io_taken(out_packets, *out_n);
    }
    return is_done;
}
