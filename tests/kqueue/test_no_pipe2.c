/*
 * Pipes and forks where a pipe is not close-on-exec from birth, as on macOS:
 * the lock of src/posix/sys_no_pipe2.c keeps them apart. The file is here
 * twice, over a pipe() that takes its time: as it is, and without its lock,
 * which shows that the test would notice.
 */
#include "posix/sys.h"

#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define ROUNDS 60
#define FDS    64

static int
slow_pipe(int fds[2])
{
    const struct timespec moment = { 0, 2000000 };
    const int result = pipe(fds);

    (void)nanosleep(&moment, NULL);
    return result;
}

#define pipe slow_pipe
#include "posix/sys_no_pipe2.c"

/* The same again under other names, broken. */
#define SPROG_BREAK_H1
#define sprog__posix_sys_pipe        bare_pipe
#define sprog__posix_sys_socket_pair bare_socket_pair
#define sprog__posix_sys_fork        bare_fork
#define births                       bare_births
#define close_on_exec                bare_close_on_exec
#define make_pair                    bare_make_pair
#define make_sockets                 bare_make_sockets
int
bare_pipe(int out_fds[2]);
int
bare_socket_pair(int out_fds[2]);
int
bare_fork(int (*fn)(void *arg), void *arg);
#include "posix/sys_no_pipe2.c"
#include "run_case.h"
#undef sprog__posix_sys_pipe
#undef sprog__posix_sys_socket_pair
#undef sprog__posix_sys_fork
#undef pipe

typedef struct way {
    int (*make)(int out_fds[2]);
    int (*fork)(int (*fn)(void *arg), void *arg);
} way;

static atomic_bool is_over;

/* Whether exec would keep a descriptor that it should not. */
static int
count_kept(void *arg)
{
    int kept = 0;

    (void)arg;
    for (int fd = 3; fd < FDS; fd++) {
        const int flags = fcntl(fd, F_GETFD);

        kept += flags >= 0 && (flags & FD_CLOEXEC) == 0;
    }
    return kept;
}

static void *
make_pipes(void *user)
{
    const way *used = user;
    int fds[2];

    while (!is_over) {
        if (used->make(fds) == 0) {
            (void)close(fds[0]);
            (void)close(fds[1]);
        }
    }
    return NULL;
}

/* How many children had something of the other thread's; of many, the first is
 * enough. */
static int
children_with_more(way used, int rounds)
{
    int with_more = 0;
    pthread_t thread;

    for (int fd = 3; fd < FDS; fd++) {
        (void)fcntl(fd, F_SETFD, FD_CLOEXEC);
    }
    is_over = false;
    ck_assert_int_eq(pthread_create(&thread, NULL, make_pipes, &used), 0);
    for (int i = 0; i < rounds && (with_more == 0 || rounds == ROUNDS); i++) {
        const int pid = used.fork(count_kept, NULL);
        int status = -1;

        ck_assert_int_gt(pid, 0);
        ck_assert_int_eq(waitpid(pid, &status, 0), pid);
        with_more += WEXITSTATUS(status) != 0;
    }
    is_over = true;
    ck_assert_int_eq(pthread_join(thread, NULL), 0);
    return with_more;
}

/* proves: H1 */
START_TEST(no_child_gets_a_pipe_that_is_being_made)
{
    const way locked = { sprog__posix_sys_pipe, sprog__posix_sys_fork };

    ck_assert_int_eq(children_with_more(locked, ROUNDS), 0);
}
END_TEST

/* proves: H1 */
START_TEST(without_the_lock_children_do_get_one)
{
    const way bare = { bare_pipe, bare_fork };

    /* The thread may begin long after the first forks. */
    ck_assert_int_gt(children_with_more(bare, 1000 * ROUNDS), 0);
}
END_TEST

/* proves: H1 */
START_TEST(pairs_are_close_on_exec)
{
    int fds[2];

    ck_assert_int_eq(sprog__posix_sys_pipe(fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
    (void)close(fds[0]);
    (void)close(fds[1]);
    ck_assert_int_eq(sprog__posix_sys_socket_pair(fds), 0);
    ck_assert_int_eq(fcntl(fds[0], F_GETFD), FD_CLOEXEC);
    ck_assert_int_eq(fcntl(fds[1], F_GETFD), FD_CLOEXEC);
    (void)close(fds[0]);
    (void)close(fds[1]);
    ck_assert_int_eq(bare_socket_pair(fds), 0);
    (void)close(fds[0]);
    (void)close(fds[1]);
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("no_pipe2");

    tcase_set_timeout(tc, 60);
    tcase_add_test(tc, no_child_gets_a_pipe_that_is_being_made);
    tcase_add_test(tc, without_the_lock_children_do_get_one);
    tcase_add_test(tc, pairs_are_close_on_exec);
    return run_case("kqueue/no_pipe2", tc);
}
