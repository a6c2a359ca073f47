/*
 * Running out of descriptors at every possible moment: success or EMFILE, and
 * nothing else changed.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fixture.h"

static int
highest_fd(void)
{
    int highest = 0;

    for (int fd = 0; fd < 4096; fd++) {
        if (fcntl(fd, F_GETFD) >= 0) {
            highest = fd;
        }
    }
    return highest;
}

static int fillers[4096];
static size_t filler_count;

/* Fill every number below the highest, so that `k` more are `k` more. */
static void
fill_gaps(void)
{
    const int highest = highest_fd();

    for (filler_count = 0;;) {
        const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

        ck_assert_int_ge(fd, 0);
        if (fd > highest) {
            (void)close(fd);
            return;
        }
        fillers[filler_count++] = fd;
    }
}

static void
limit_to(unsigned long files, struct rlimit *before)
{
    struct rlimit limit;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, before), 0);
    limit = (struct rlimit){ files, before->rlim_max };
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
}

static void
close_fillers(void)
{
    for (size_t i = 0; i < filler_count; i++) {
        (void)close(fillers[i]);
    }
}

/* proves: B22 B23 H10 H24 S7 */
START_TEST(a_spawn_with_k_descriptors_left_succeeds_or_says_emfile)
{
    const char *argv[] = { child_path(), "--exit-code", "3", NULL };
    const char *path = temp_path("log");
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                   SPROG_FILE(2, path, SPROG_TRUNCATE),
                                   SPROG_NULL(3), SPROG_DUPLEX(4) };
    const sprog_spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = 5, .cwd = "/"
    };
    bool succeeded = false;

    /* The first spawn of a reactor needs one pipe more; sweep a later one. */
    finish(START(NULL, "--exit-code", "0"));
    fill_gaps();
    for (unsigned k = 0; k <= 20; k++) {
        const size_t open_before = host_count_open();
        sprog_process *process = NULL;
        sprog_fault fault = { 0 };
        struct rlimit before;
        sprog_err err;

        limit_to((unsigned long)highest_fd() + 1 + k, &before);
        err = sprog_spawn(fixture_reactor(), &options, NULL, NULL, &process,
                          &fault);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        if (err == SPROG_OK) {
            OK(sprog_reactor_run(fixture_reactor()));
            sprog_process_destroy(process);
            succeeded = true;
        } else {
            ck_assert_int_eq(err, SPROG_ESYSTEM);
            ck_assert_int_eq(fault.os_error, EMFILE);
            ck_assert_ptr_null(process);
            ck_assert_msg(!succeeded, "it worked with fewer than %u", k);
        }
        ck_assert(!host_has_children());
        ck_assert_uint_eq(host_count_open(), open_before);
    }
    ck_assert(succeeded);
    /* And the next one works. */
    finish(START(NULL, "--exit-code", "0"));
    close_fillers();
}
END_TEST

/* proves: H10 S7 */
START_TEST(a_reactor_and_its_first_spawn_fail_as_cleanly)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv };
    bool succeeded = false;

    fill_gaps();
    for (unsigned k = 0; k <= 24; k++) {
        const size_t open_before = host_count_open();
        sprog_reactor *reactor = NULL;
        sprog_process *process = NULL;
        struct rlimit before;
        sprog_err err;

        limit_to((unsigned long)highest_fd() + 1 + k, &before);
        err = sprog_reactor_create(NULL, &reactor);
        if (err == SPROG_OK) {
            err = sprog_spawn(reactor, &options, NULL, NULL, &process, NULL);
        }
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
        ck_assert(err == SPROG_OK || err == SPROG_ESYSTEM);
        if (err == SPROG_OK) {
            OK(sprog_reactor_run(reactor));
            succeeded = true;
        }
        OK(sprog_reactor_destroy(reactor, NULL));
        ck_assert(!host_has_children());
        ck_assert_uint_eq(host_count_open(), open_before);
    }
    ck_assert(succeeded);
    close_fillers();
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("limits");

    tcase_add_test(tc, a_spawn_with_k_descriptors_left_succeeds_or_says_emfile);
    tcase_add_test(tc, a_reactor_and_its_first_spawn_fail_as_cleanly);
    return suite_run("posix_limits");
}
