/*
 * The thin functions of src/posix/sys_kqueue.c themselves, which the played
 * system is in the place of elsewhere. The file is included as NetBSD has it
 * (ci/bsd declares that system), over calls that are played where Linux has
 * none; children and what is told of their end are real.
 */
#include "posix/sys_kqueue.h"

#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t clock_ns;

/* Of the last kevent(). */
static struct kevent asked;
static bool has_timeout;
static struct timespec timeout;
static time_t longest; /* timeout, in seconds */
static unsigned kevents;
static unsigned interruptions; /* so many of them come yet */

/* Of a description. */
static bool is_quiet;
static bool saw_quiet; /* when it was written to */
static bool has_no_quiet;
static unsigned writes;

/* ---- played calls ------------------------------------------------------- */

uint64_t
sprog__posix_sys_now(void)
{
    return clock_ns;
}

int
sprog__posix_sys_open(const char *path, int flags, unsigned mode)
{
    (void)path;
    (void)flags;
    (void)mode;
    return -ENOENT;
}

ssize_t
sprog__posix_sys_writev(int fd, const struct iovec *runs, int count)
{
    (void)fd;
    (void)runs;
    (void)count;
    saw_quiet = is_quiet;
    writes++;
    return -EPIPE;
}

int
kqueue(void)
{
    return dup(0);
}

/* It ends early, and nothing has happened. */
int
kevent(int fd, const struct kevent *changes, size_t change_count,
       struct kevent *events, size_t event_count,
       const struct timespec *for_how_long)
{
    (void)fd;
    (void)events;
    kevents++;
    if (interruptions != 0) {
        interruptions--;
        errno = EINTR;
        return -1;
    }
    if (change_count != 0) {
        asked = changes[0];
    }
    has_timeout = for_how_long != NULL;
    if (has_timeout) {
        timeout = *for_how_long;
        longest = timeout.tv_sec > longest ? timeout.tv_sec : longest;
        clock_ns += (uint64_t)timeout.tv_sec * 1000000000u +
                    (uint64_t)timeout.tv_nsec / 2 + 1;
    }
    return has_timeout || event_count == 0 ? 0 : 1;
}

static int
play_fcntl(int fd, int what, int value)
{
    switch (what) {
    case F_GETNOSIGPIPE:
        return has_no_quiet ? -1 : is_quiet;
    case F_SETNOSIGPIPE:
        is_quiet = value != 0;
        return 0;
    default:
        return (fcntl)(fd, what, value);
    }
}

static int
play_fcntl_get(int fd, int what)
{
    return play_fcntl(fd, what, 0);
}

/* With two arguments, or with three. */
#define PLAY_FCNTL(fd, what, value, name, ...) name
#define fcntl(...)                                                             \
    PLAY_FCNTL(__VA_ARGS__, play_fcntl, play_fcntl_get, 0)(__VA_ARGS__)

#include "posix/sys_kqueue.c"
#include "run_case.h"

static void
set_up(void)
{
    clock_ns = 1000;
    kevents = 0;
    longest = 0;
    interruptions = 0;
    is_quiet = false;
    has_no_quiet = false;
    writes = 0;
}

/* ---- children ----------------------------------------------------------- */

/* One that ends with `code`, or, below 0, by a signal. */
static pid_t
child_of(int code)
{
    const pid_t pid = fork();

    ck_assert_int_ge(pid, 0);
    if (pid == 0) {
        if (code < 0) {
            (void)signal(-code, SIG_DFL); /* Check has handlers */
            (void)raise(-code);
        }
        _exit(code);
    }
    return pid;
}

static const int endings[] = { 0, 3, 255, -SIGKILL, -SIGTERM };

/* proves: H31 */
START_TEST(a_status_that_is_looked_at_is_the_one_that_is_waited_for)
{
    const pid_t pid = child_of(endings[_i]);
    sprog__posix_status seen;
    sprog__posix_status status;

    ck_assert_int_eq(sprog__posix_sys_wait_pid(pid, WEXITED | WNOWAIT, &seen),
                     0);
    ck_assert(seen.has_ended && seen.is_known && !seen.has_usage);
    ck_assert_int_eq(sprog__posix_sys_wait_pid(pid, WEXITED | WNOHANG, &status),
                     0);
    ck_assert(status.has_ended && status.is_known && status.has_usage);
    ck_assert_int_eq(seen.raw, status.raw);
    ck_assert_int_eq(WIFEXITED(seen.raw) ? WEXITSTATUS(seen.raw)
                                         : -WTERMSIG(seen.raw),
                     endings[_i]);
    ck_assert_int_eq(sprog__posix_sys_wait_pid(pid, WEXITED | WNOWAIT, &seen),
                     -ECHILD);
}
END_TEST

/* proves: H31 */
START_TEST(a_child_that_runs_has_not_ended)
{
    const pid_t pid = fork();
    sprog__posix_status status;

    if (pid == 0) {
        for (;;) {
            (void)pause();
        }
    }
    ck_assert_int_eq(
        sprog__posix_sys_wait_pid(pid, WEXITED | WNOHANG | WNOWAIT, &status),
        0);
    ck_assert(!status.has_ended);
    ck_assert_int_eq(sprog__posix_sys_wait_pid(pid, WEXITED | WNOHANG, &status),
                     0);
    ck_assert(!status.has_ended);
    ck_assert_int_eq(kill(pid, SIGKILL), 0);
    ck_assert_int_eq(sprog__posix_sys_wait_pid(pid, WEXITED, &status), 0);
    ck_assert_int_eq(WTERMSIG(status.raw), SIGKILL);
}
END_TEST

/* ---- writes ------------------------------------------------------------- */

/* proves: H71 */
START_TEST(a_write_is_quiet_and_what_it_found_is_put_back)
{
    is_quiet = _i != 0;
    ck_assert_int_eq(sprog__posix_sys_writev_quietly(1, NULL, 0), -EPIPE);
    ck_assert(saw_quiet);
    ck_assert(is_quiet == (_i != 0));
}
END_TEST

/* proves: H71 */
START_TEST(a_description_that_cannot_be_quiet_is_not_written_to)
{
    has_no_quiet = true;
    ck_assert_int_eq(sprog__posix_sys_writev_quietly(1, NULL, 0), -ENOSYS);
    ck_assert_uint_eq(writes, 0);
}
END_TEST

/* proves: H71 */
START_TEST(a_description_of_our_own_stays_quiet)
{
    ck_assert_int_eq(sprog__posix_sys_set_quiet(1), 0);
    ck_assert(is_quiet);
}
END_TEST

/* ---- kqueue ------------------------------------------------------------- */

/* proves: H79 */
START_TEST(a_wait_is_no_shorter_than_its_deadline)
{
    const uint64_t due_ns = clock_ns + 500000000;
    struct kevent event;

    ck_assert_int_eq(sprog__posix_sys_kqueue_wait(9, &event, 1, due_ns), 0);
    ck_assert_uint_ge(clock_ns, due_ns);
    ck_assert_uint_gt(kevents, 1);
}
END_TEST

/* proves: H79 */
START_TEST(a_wait_without_end_has_no_timeout_and_one_for_nothing_is_one_look)
{
    struct kevent event;

    ck_assert_int_eq(sprog__posix_sys_kqueue_wait(9, &event, 1, UINT64_MAX), 1);
    ck_assert(!has_timeout);
    ck_assert_int_eq(sprog__posix_sys_kqueue_wait(9, &event, 1, 0), 0);
    ck_assert(has_timeout && timeout.tv_sec == 0 && timeout.tv_nsec == 0);
    ck_assert_uint_eq(kevents, 2);
    /* No kernel is asked for more than a day. */
    (void)sprog__posix_sys_kqueue_wait(9, &event, 1, UINT64_MAX / 100000);
    ck_assert_int_eq(longest, 86400);
}
END_TEST

/* proves: H78 */
START_TEST(a_change_is_made_whole_and_again_after_a_signal)
{
    int tag;

    interruptions = 2;
    ck_assert_int_eq(sprog__posix_sys_kqueue_change(9, 7, EVFILT_PROC,
                                                    EV_ADD | EV_ONESHOT,
                                                    NOTE_EXIT, 5, &tag),
                     0);
    ck_assert_uint_eq(kevents, 3);
    ck_assert_uint_eq(asked.ident, 7);
    ck_assert_uint_eq(asked.filter, EVFILT_PROC);
    ck_assert_uint_eq(asked.flags, EV_ADD | EV_ONESHOT);
    ck_assert_uint_eq(asked.fflags, NOTE_EXIT);
    ck_assert_int_eq(asked.data, 5);
    ck_assert_ptr_eq((void *)asked.udata, &tag);
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("sys");

    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_loop_test(
        tc, a_status_that_is_looked_at_is_the_one_that_is_waited_for, 0,
        sizeof endings / sizeof endings[0]);
    tcase_add_test(tc, a_child_that_runs_has_not_ended);
    tcase_add_loop_test(tc, a_write_is_quiet_and_what_it_found_is_put_back, 0,
                        2);
    tcase_add_test(tc, a_description_that_cannot_be_quiet_is_not_written_to);
    tcase_add_test(tc, a_description_of_our_own_stays_quiet);
    tcase_add_test(tc, a_wait_is_no_shorter_than_its_deadline);
    tcase_add_test(
        tc, a_wait_without_end_has_no_timeout_and_one_for_nothing_is_one_look);
    tcase_add_test(tc, a_change_is_made_whole_and_again_after_a_signal);
    return run_case("kqueue/sys", tc);
}
