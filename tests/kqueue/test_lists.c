/*
 * Descriptors to be closed where there is no close_range(), by the list in
 * /proc: src/posix/child_close.c over lists that are played. On Linux a
 * position in the list is a number, and only a few entries are read; other
 * systems that run Linux programs may count by entry or in any other way,
 * refuse, or ignore where they were told to go on. Nothing may stay open.
 */
#include "posix/child.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "run_case.h"

static long
played_syscall(long number, ...);

#define syscall played_syscall
#include "posix/child_calls.h"

typedef enum way {
    WAY_NUMBERS, /* Linux */
    WAY_ENTRIES,
    WAY_COOKIES,
    WAY_NO_SEEK,
    WAY_IGNORED_SEEK,
    WAY_LARGE_READS,
    WAY_NO_READ,
    WAY_NO_LIST,
    WAY_COUNT
} way;

#define FDS      80000
#define NO_STATE 0
#define OPEN     1
#define MARKED   2 /* open, and exec will close it */

static struct {
    way way;
    unsigned char fds[FDS];
    long open[FDS]; /* all of them, when the list was opened */
    long open_count;
    long list; /* -1: not open */
    long at;
    long limit;
    size_t entries;
    size_t calls;
} play;

static long
refuse(int error)
{
    errno = error;
    return -1;
}

/* Check's own would write a message each time, for millions of calls. */
static void
must(bool is_so)
{
    if (!is_so) {
        ck_abort();
    }
}

/* ---- the list ----------------------------------------------------------- */

/* The number at a position, and the next position; -1: the end. */
static long
number_at(long position, long *out_next)
{
    long fd = position - 2;

    if (play.way == WAY_ENTRIES) {
        *out_next = position + 1;
        return fd < play.open_count ? play.open[fd] : -1;
    }
    if (play.way == WAY_COOKIES) {
        fd = fd == 0 ? 1 : fd; /* behind the dots */
        if (fd % 5 != 1) {
            return -1;
        }
        fd /= 5;
    }
    while (fd < FDS && play.fds[fd] == NO_STATE) {
        fd++;
    }
    *out_next = play.way == WAY_COOKIES ? 3 + 5 * (fd + 1) : fd + 3;
    return fd < FDS ? fd : -1;
}

static long
read_list(char *out_bytes, size_t cap)
{
    size_t len = 0;

    if (play.way == WAY_NO_READ || (play.way == WAY_LARGE_READS && cap < 256)) {
        return refuse(EINVAL);
    }
    for (;;) {
        char name[24] = ".";
        long next = play.at + 1;
        uint16_t size;

        if (play.at == 1) {
            (void)strcpy(name, "..");
        } else if (play.at > 1) {
            const long fd = number_at(play.at, &next);

            if (fd < 0) {
                return (long)len;
            }
            (void)snprintf(name, sizeof name, "%ld", fd);
        }
        size = (uint16_t)((19 + strlen(name) + 1 + 7) / 8 * 8);
        if (len + size > cap) {
            return len == 0 ? refuse(EINVAL) : (long)len;
        }
        memset(out_bytes + len, 0, size);
        memcpy(out_bytes + len + 16, &size, sizeof size);
        memcpy(out_bytes + len + 19, name, strlen(name));
        len += size;
        play.at = next;
        play.entries++;
    }
}

static long
open_played_list(void)
{
    if (play.way == WAY_NO_LIST) {
        return refuse(ENOENT);
    }
    must(play.list == -1);
    play.open_count = 0;
    for (long fd = 0; fd < FDS; fd++) {
        if (play.fds[fd] == NO_STATE && play.list < 0 && fd < play.limit) {
            play.fds[fd] = MARKED;
            play.list = fd;
            play.at = 0;
        }
        if (play.fds[fd] != NO_STATE) {
            play.open[play.open_count++] = fd;
        }
    }
    return play.list >= 0 ? play.list : refuse(EMFILE);
}

/* ---- the calls ---------------------------------------------------------- */

static long
played_fcntl(long fd, long what, long value)
{
    play.calls++;
    if (fd >= FDS || play.fds[fd] == NO_STATE) {
        return refuse(EBADF);
    }
    if (what == F_GETFD) {
        return play.fds[fd] == MARKED ? FD_CLOEXEC : 0;
    }
    must(what == F_SETFD);
    play.fds[fd] = value == FD_CLOEXEC ? MARKED : OPEN;
    return 0;
}

static long
played_seek(long fd, long to)
{
    must(fd == play.list);
    if (play.way == WAY_NO_SEEK) {
        return refuse(EINVAL);
    }
    if (play.way != WAY_IGNORED_SEEK) {
        play.at = to;
    }
    return 0;
}

static long
played_syscall(long number, ...)
{
    long a[4] = { 0 };
    va_list args;

    va_start(args, number);
    for (int i = 0; i < (number == SYS_close       ? 1
                         : number == SYS_prlimit64 ? 4
                                                   : 3);
         i++) {
        a[i] = va_arg(args, long);
    }
    va_end(args);
    switch (number) {
    case SYS_openat:
        return open_played_list();
    case SYS_getdents64:
        must(a[0] == play.list);
        return read_list((char *)a[1], (size_t)a[2]);
    case SYS_close:
        if (a[0] >= FDS || play.fds[a[0]] == NO_STATE) {
            return refuse(EBADF);
        }
        play.fds[a[0]] = NO_STATE;
        play.list = a[0] == play.list ? -1 : play.list;
        return 0;
    case SYS_prlimit64:
        ((uint64_t *)a[3])[1] = (uint64_t)play.limit;
        return 0;
#ifdef SPROG__CALL_LLSEEK
    case SPROG__CALL_LLSEEK:
        return played_seek(a[0], a[2]);
#else
    case SYS_lseek:
        return played_seek(a[0], a[1]);
#endif
    case SPROG__CALL_FCNTL:
        return played_fcntl(a[0], a[1], a[2]);
    default:
        return refuse(ENOSYS);
    }
}

#include "posix/child_close.c"
#include "posix/child_place.c"

/* ---- what is tried ------------------------------------------------------ */

static uint32_t
next_random(uint32_t *state, uint32_t limit)
{
    *state = *state * 1664525u + 1013904223u;
    return (*state >> 8) % limit;
}

/* Close what is not wanted, and look at what is left. */
static void
check_closing(sprog__move *moves, size_t count, unsigned seed)
{
    sprog__orders orders = { .directory_fd = SPROG__NO_FD,
                             .report_fd = SPROG__NO_FD,
                             .moves = moves,
                             .move_count = count };
    long fd;

    play.list = -1;
    play.entries = 0;
    play.calls = 0;
    sprog__child_close_others(&orders);
    for (fd = 0; fd < FDS; fd++) {
        const bool is_wanted = sprog__child_wants(&orders, fd);

        if (play.fds[fd] != NO_STATE &&
            play.fds[fd] != (is_wanted ? OPEN : MARKED)) {
            ck_abort_msg("way %d, seed %u: %ld is %s", (int)play.way, seed, fd,
                         is_wanted ? "closed" : "left open");
        }
    }
}

/* Some are open, here and there; three of them are wanted. */
static void
play_some(uint32_t seed)
{
    static const uint32_t ends[] = { 8, 64, 65, 300, 5000, 60000, FDS };
    static const uint32_t gaps[] = { 1, 2, 10, 1000 };
    uint32_t state = seed;
    const bool by_limit = play.way == WAY_NO_LIST || play.way == WAY_NO_READ;
    const uint32_t end = ends[next_random(&state, by_limit ? 6 : 7)];
    const uint32_t gap = gaps[next_random(&state, 4)];
    sprog__move moves[3];
    size_t count = 0;

    memset(play.fds, NO_STATE, sizeof play.fds);
    play.limit = by_limit ? (long)end : FDS;
    for (uint32_t fd = 0; fd < end; fd++) {
        if (next_random(&state, gap) == 0) {
            play.fds[fd] = OPEN;
            if (count < 3 && next_random(&state, 4) == 0) {
                moves[count++] = (sprog__move){ (int)fd, (int)fd };
            }
        }
    }
    play.fds[end - 1] = OPEN;
    check_closing(moves, count, seed);
}

/* proves: B32 B33 H2 H3 S1 */
START_TEST(nothing_stays_open_whatever_a_list_is_like)
{
    play.way = (way)_i;
    for (uint32_t seed = 1; seed <= 100; seed++) {
        play_some(seed);
    }
}
END_TEST

/* proves: B33 H3 S20 */
START_TEST(among_thousands_few_entries_are_read)
{
    sprog__move stdin_only = { 0, 0 };

    memset(play.fds, NO_STATE, sizeof play.fds);
    memset(play.fds, OPEN, 10000);
    play.limit = FDS;
    play.way = WAY_NUMBERS;
    check_closing(&stdin_only, 1, 0);
    ck_assert_uint_le(play.entries, 64);
    ck_assert_uint_le(play.calls, 16384 + 64);
}
END_TEST

/* proves: B33 H3 S20 */
START_TEST(one_far_above_the_others_is_no_reason_to_try_each_between)
{
    memset(play.fds, NO_STATE, sizeof play.fds);
    memset(play.fds, OPEN, 3);
    play.fds[FDS - 1] = OPEN;
    play.limit = FDS;
    play.way = WAY_NUMBERS;
    check_closing(NULL, 0, 0);
    ck_assert_uint_le(play.calls, 16);
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("lists");

    tcase_set_timeout(tc, 60);
    tcase_add_loop_test(tc, nothing_stays_open_whatever_a_list_is_like, 0,
                        WAY_COUNT);
    tcase_add_test(tc, among_thousands_few_entries_are_read);
    tcase_add_test(tc,
                   one_far_above_the_others_is_no_reason_to_try_each_between);
    return run_case("lists", tc);
}
