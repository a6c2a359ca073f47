/*
 * What a child has open: what the map names, and nothing else, whatever the
 * host, its other threads and its limits are like.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

/* proves: B32 B33 H2 S1 */
START_TEST(what_the_host_leaks_does_not_reach_the_child)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2),
                                   SPROG_NULL(7) };
    const sprog_spawn_options mapped = { .fds = fds, .fd_count = 4 };
    const bool high = posix_raise_files(5200) > 5000;
    struct rlimit limit;
    record *r;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    for (int fd = 50; fd < 54; fd++) {
        posix_leak_at(fd);
    }
    if (high) {
        const struct rlimit low = { 1000, limit.rlim_max };

        /* Above the limit from now on: a loop to the limit would miss it. */
        posix_leak_at(5000);
        ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    } else {
        suite_say_skipped("descriptor 5000", "the hard limit is lower");
    }
    r = START(NULL, "--list-fds", "1");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "0 1 2 \n");
    r = START(&mapped, "--list-fds", "1");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "0 1 2 7 \n");
    for (int fd = 50; fd < 54; fd++) {
        (void)close(fd);
    }
    (void)close(5000);
}
END_TEST

/* proves: B32 H2 S1 */
START_TEST(with_the_empty_map_the_child_has_nothing_at_all)
{
    static const sprog_child_fd none[] = { SPROG_NULL(0) };
    const sprog_spawn_options options = { .fds = none, .fd_count = 0 };
    record *r;

    if (posix_is_emulated()) {
        SKIP("the emulator holds a descriptor of its own");
    }
    posix_leak_at(60);
    r = START(&options, "--exit-fd-count");
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    (void)close(60);
}
END_TEST

/* proves: B31 B32 H2 H9 */
START_TEST(a_high_child_fd_arrives_alone)
{
    const sprog_child_fd fds[] = { SPROG_NULL(900), SPROG_READ(1) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r;

    if (posix_is_emulated()) {
        SKIP("the emulator holds a descriptor of its own");
    }
    posix_leak_at(899);
    posix_leak_at(901);
    r = START(&options, "--list-fds", "1", "--exit-fd-count");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1 900 \n");
    ck_assert_uint_eq(r->end.code, 2);
    (void)close(899);
    (void)close(901);
}
END_TEST

/* ---- many threads ------------------------------------------------------- */

#define THREADS 8

typedef struct worker {
    int rounds;
    int wrong; /* children with more than their own, or that failed */
    char example[128];
} worker;

typedef struct listing {
    char text[128];
    size_t len;
    bool ended;
} listing;

static void
on_data(sprog_process *process, int child_fd, const void *data, size_t len,
        void *user)
{
    listing *l = user;

    (void)process;
    (void)child_fd;
    if (l->len + len < sizeof l->text) {
        memcpy(l->text + l->len, data, len);
        l->len += len;
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *e, void *user)
{
    listing *l = user;

    (void)process;
    (void)e;
    l->ended = true;
}

/* Assertions of Check belong to the main thread: count instead. */
static void
spawn_and_list(void *user)
{
    static const sprog_protocol protocol = { .child_data_received = on_data,
                                             .process_ended = on_ended };
    const char *argv[] = { child_path(), "--list-fds", "1", NULL };
    const sprog_spawn_options options = { .argv = argv };
    worker *w = user;
    sprog_reactor *reactor = NULL;

    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK) {
        w->wrong = w->rounds;
        return;
    }
    for (int i = 0; i < w->rounds; i++) {
        listing l = { .len = 0 };
        sprog_process *process = NULL;

        if (sprog_spawn(reactor, &options, &protocol, &l, &process, NULL) !=
                SPROG_OK ||
            sprog_reactor_run(reactor) != SPROG_OK || !l.ended ||
            strcmp(l.text, "0 1 2 \n") != 0) {
            w->wrong++;
            memcpy(w->example, l.text, sizeof l.text);
        }
        sprog_process_destroy(process);
    }
    if (sprog_reactor_destroy(reactor, NULL) != SPROG_OK) {
        w->wrong++;
    }
}

/* proves: B35 H1 H80 S1 */
START_TEST(spawns_of_eight_threads_at_once_do_not_leak_into_each_other)
{
    worker workers[THREADS] = { { 0 } };
    host_thread *threads[THREADS];

    posix_leak_at(70);
    posix_leak_at(71);
    for (int i = 0; i < THREADS; i++) {
        workers[i].rounds = fixture_scale() > 1 ? 10 : 50;
        threads[i] = host_thread_start(spawn_and_list, &workers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        host_thread_join(threads[i]);
        ck_assert_msg(workers[i].wrong == 0, "%d wrong, as in '%s'",
                      workers[i].wrong, workers[i].example);
    }
    (void)close(70);
    (void)close(71);
}
END_TEST

/* ---- limits ------------------------------------------------------------- */

/* proves: H9 */
START_TEST(with_three_thousand_files_open_a_life_goes_as_usual)
{
    record *r;
    int last = 0;
    int fds[3000];

    if (posix_raise_files(3300) < 3300) {
        SKIP("the hard limit of open files is below 3300");
    }
    for (int i = 0; i < 3000; i++) {
        fds[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        ck_assert_int_ge(fds[i], 0);
        last = fds[i];
    }
    ck_assert_int_gt(last, 2900);
    r = START(NULL, "--copy", "0", "1", "--list-fds", "2");
    OK(sprog_process_write(r->process, "high up", 7));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "high up");
    ck_assert_str_eq(record_text(r, 2), "0 1 2 \n");
    for (int i = 0; i < 3000; i++) {
        (void)close(fds[i]);
    }
}
END_TEST

/* proves: H12 B35 */
START_TEST(closing_never_closes_what_belongs_to_others)
{
    int guards[64];

    for (int i = 0; i < 64; i++) {
        record *r = START(NULL, "--write", "1", "x", "--exit-code", "0");

        OK(sprog_process_close_stdin(r->process));
        OK(sprog_process_close_stdin(r->process));
        finish(r);
        /* It takes a number that was just given back. */
        guards[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
        OK(sprog_process_lose_connection(r->process));
        let_go(r);
        OK(sprog_reactor_turn(fixture_reactor(), 0));
    }
    for (int i = 0; i < 64; i++) {
        ck_assert_int_ge(fcntl(guards[i], F_GETFD), 0);
        ck_assert_int_eq(close(guards[i]), 0);
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("leaks");

    tcase_add_test(tc, what_the_host_leaks_does_not_reach_the_child);
    tcase_add_test(tc, with_the_empty_map_the_child_has_nothing_at_all);
    tcase_add_test(tc, a_high_child_fd_arrives_alone);
    tcase_add_test(tc,
                   spawns_of_eight_threads_at_once_do_not_leak_into_each_other);
    tcase_add_test(tc, with_three_thousand_files_open_a_life_goes_as_usual);
    tcase_add_test(tc, closing_never_closes_what_belongs_to_others);
    return suite_run("posix_leaks");
}
