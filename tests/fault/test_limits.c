/*
 * The kernel's own limits, reached for real: descriptors, processes, and
 * descriptors with high numbers.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#include "life_parts.h"
#include "sweep.h"

/* The lowest number that is free for a descriptor. */
static int
lowest_free(void)
{
    const int fd = open("/", O_RDONLY | O_CLOEXEC);

    ck_assert_int_ge(fd, 0);
    (void)close(fd);
    return fd;
}

/* Set a limit of this process, which a fork will inherit. */
#define LIMIT(resource, to)                                                    \
    do {                                                                       \
        struct rlimit now_;                                                    \
        ck_assert_int_eq(getrlimit((resource), &now_), 0);                     \
        now_.rlim_cur = (to);                                                  \
        ck_assert_int_eq(setrlimit((resource), &now_), 0);                     \
    } while (0)

/* proves: S7 H10 H24 */
START_TEST(no_limit_of_descriptors_does_any_harm)
{
    static const life_fn lives[] = { life_of_pipes, life_of_entries,
                                     life_of_refusals, life_of_runs };
    const int free_from = lowest_free();
    unsigned refused = 0;

    for (int more = 0; more < 24; more++) {
        for (size_t i = 0; i < sizeof lives / sizeof *lives; i++) {
            sweep_under_limit(lives[i], free_from + more, &refused);
        }
    }
    /* The limit bit, and then it did not. */
    ck_assert_uint_gt(refused, 4);
    sweep_whole(life_of_pipes);
}
END_TEST

/* proves: H9 */
START_TEST(descriptors_over_1024_are_as_good_as_others)
{
    struct rlimit now;
    int fd;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &now), 0);
    if (now.rlim_max < 4096) {
        return;
    }
    LIMIT(RLIMIT_NOFILE, 4096);
    do {
        fd = fcntl(0, F_DUPFD_CLOEXEC, 3);
    } while (fd >= 0 && fd < 2000);
    ck_assert_int_ge(fd, 2000);
    sweep_whole(life_of_pipes);
    sweep_whole(life_of_entries);
    sweep_whole(life_of_streams);
    sweep_whole(life_of_runs);
    for (; fd > 2; fd--) {
        (void)close(fd);
    }
}
END_TEST

/* proves: H25 S7 */
START_TEST(a_limit_of_processes_is_a_clean_error)
{
    static const char *const argv[] = { "true", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_reactor *reactor = NULL;
    sprog_process *process = NULL;
    sprog_fault fault;
    struct rlimit usual;

    if (getuid() != 0) {
        return;
    }
    /* The limit does not hold for root: become somebody with no process. */
    ck_assert_int_eq(setgroups(0, NULL), 0);
    ck_assert_int_eq(setresgid(64901, 64901, 64901), 0);
    ck_assert_int_eq(setresuid(64901, 64901, 64901), 0);
    ck_assert_int_eq(getrlimit(RLIMIT_NPROC, &usual), 0);
    LIMIT(RLIMIT_NPROC, 1);
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    ck_assert_int_eq(
        sprog_spawn(reactor, &options, NULL, NULL, &process, &fault),
        SPROG_ESYSTEM);
    /* A leak checker wants a process at the end. */
    LIMIT(RLIMIT_NPROC, usual.rlim_cur);
    ck_assert_ptr_null(process);
    /* A thread that waits for a child counts, too, and is made first. */
    ck_assert(fault.step == SPROG_STEP_FORK || fault.step == SPROG_STEP_WATCH);
    ck_assert_int_eq(fault.os_error, EAGAIN);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("limits", 60);
    TCase *bare = tcase_create("processes");

    tcase_add_test(tcase, no_limit_of_descriptors_does_any_harm);
    tcase_add_test(tcase, descriptors_over_1024_are_as_good_as_others);
    tcase_add_test(bare, a_limit_of_processes_is_a_clean_error);
    tcase_set_timeout(bare, 20);
    return sweep_run("fault/limits", (TCase *[]){ tcase, bare }, 2);
}
