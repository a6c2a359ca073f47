/*
 * Threads: reactors that know nothing of each other, reactors that move from
 * one thread to another, and hosts whose other threads are busy.
 */
#define _GNU_SOURCE

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fixture.h"

typedef struct worker {
    int rounds;
    int wrong;
} worker;

typedef struct answer {
    char text[32];
    size_t len;
    unsigned ended;
    unsigned code;
} answer;

static void
on_data(sprog_process *process, int child_fd, const void *data, size_t len,
        void *user)
{
    answer *a = user;

    (void)process;
    (void)child_fd;
    if (a->len + len < sizeof a->text) {
        memcpy(a->text + a->len, data, len);
        a->len += len;
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *e, void *user)
{
    answer *a = user;

    (void)process;
    a->ended++;
    a->code = e->kind == SPROG_EXIT_CODE ? e->code : 999;
}

static const sprog_protocol protocol = { .child_data_received = on_data,
                                         .process_ended = on_ended };

/* Lives on a reactor of this thread's own, three at a time. */
static void
live(void *user)
{
    worker *w = user;
    sprog_reactor *reactor = NULL;

    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK) {
        w->wrong = w->rounds;
        return;
    }
    for (int i = 0; i < w->rounds; i++) {
        answer answers[3] = { { "", 0, 0, 0 } };
        sprog_process *processes[3] = { NULL, NULL, NULL };

        for (int k = 0; k < 3; k++) {
            char word[32];
            const char *argv[] = { child_path(),  "--write", "1", word,
                                   "--exit-code", "5",       NULL };
            const sprog_spawn_options options = { .argv = argv };

            (void)snprintf(word, sizeof word, "%d-%d", i, k);
            if (sprog_spawn(reactor, &options, &protocol, &answers[k],
                            &processes[k], NULL) != SPROG_OK) {
                w->wrong++;
            }
        }
        w->wrong += sprog_reactor_run(reactor) != SPROG_OK;
        for (int k = 0; k < 3; k++) {
            char word[32];

            (void)snprintf(word, sizeof word, "%d-%d", i, k);
            w->wrong += answers[k].ended != 1 || answers[k].code != 5 ||
                        strcmp(answers[k].text, word) != 0;
            sprog_process_destroy(processes[k]);
        }
    }
    w->wrong += sprog_reactor_destroy(reactor, NULL) != SPROG_OK;
}

/* proves: H80 */
START_TEST(reactors_of_four_threads_do_not_disturb_each_other)
{
    worker workers[4];
    host_thread *threads[4];

    for (int i = 0; i < 4; i++) {
        workers[i] = (worker){ fixture_scale() > 1 ? 8 : 30, 0 };
        threads[i] = host_thread_start(live, &workers[i]);
    }
    for (int i = 0; i < 4; i++) {
        host_thread_join(threads[i]);
        ck_assert_int_eq(workers[i].wrong, 0);
    }
}
END_TEST

/* proves: H80 */
START_TEST(two_reactors_in_one_thread_keep_their_children_apart)
{
    const char *argv[] = { child_path(), "--cat", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_reactor *second = NULL;
    record *a;
    record *b;

    OK(sprog_reactor_create(NULL, &second));
    a = start(&options);
    b = start_on(second, &options);
    OK(sprog_process_write(a->process, "a", 1));
    OK(sprog_process_write(b->process, "b", 1));
    TURN_UNTIL(a->received[1] == 1);
    ck_assert_uint_eq(b->callbacks, 0);
    TURN_ON_UNTIL(second, b->received[1] == 1);
    OK(sprog_process_close_stdin(a->process));
    OK(sprog_process_close_stdin(b->process));
    TURN_ON_UNTIL(second, b->ended == 1);
    ck_assert_uint_eq(a->ended, 0);
    finish(a);
    let_go(b);
    OK(sprog_reactor_destroy(second, NULL));
}
END_TEST

typedef struct handover {
    sprog_reactor *reactor;
    sprog_process *process;
    answer got;
    sprog_err err;
} handover;

static void
spawn_and_leave(void *user)
{
    const char *argv[] = { child_path(), "--cat", NULL };
    const sprog_spawn_options options = { .argv = argv };
    handover *h = user;

    h->err = sprog_reactor_create(NULL, &h->reactor);
    if (h->err == SPROG_OK) {
        h->err = sprog_spawn(h->reactor, &options, &protocol, &h->got,
                             &h->process, NULL);
    }
}

/* proves: H44 H80 */
START_TEST(a_child_outlives_the_thread_that_spawned_it)
{
    handover h = { .err = SPROG_OK };

    host_thread_join(host_thread_start(spawn_and_leave, &h));
    OK(h.err);
    OK(sprog_process_write(h.process, "alive", 5));
    TURN_ON_UNTIL(h.reactor, h.got.len == 5);
    OK(sprog_process_close_stdin(h.process));
    TURN_ON_UNTIL(h.reactor, h.got.ended == 1);
    ck_assert_uint_eq(h.got.code, 0);
    sprog_process_destroy(h.process);
    OK(sprog_reactor_destroy(h.reactor, NULL));
}
END_TEST

static atomic_bool busy;

/* Takes and gives the locks of malloc and stdio without pause. */
static void
hold_locks(void *user)
{
    FILE *file = user;

    while (atomic_load(&busy)) {
        void *block = malloc(100);

        free(block);
        if (fputc('x', file) == EOF) {
            abort();
        }
    }
}

/* proves: H16 H18 */
START_TEST(locks_that_others_hold_do_not_stop_a_child_on_its_way)
{
    const char *argv[] = { "/bin/true", NULL };
    const sprog_identity same = { .set = SPROG_SET_UID | SPROG_SET_GID |
                                         SPROG_SET_GROUPS,
                                  .uid = 65534,
                                  .gid = 65534 };
    sprog_spawn_options options = { .argv = argv };
    FILE *file = fopen("/dev/null", "we");
    host_thread *threads[3];

    ck_assert_ptr_nonnull(file);
    atomic_store(&busy, true);
    for (int i = 0; i < 3; i++) {
        threads[i] = host_thread_start(hold_locks, file);
    }
    for (int i = 0; i < (fixture_scale() > 1 ? 20 : 100); i++) {
        record *r;

        /* Every second one by the way of credentials: a real fork. */
        options.identity = geteuid() == 0 && i % 2 == 1 ? &same : NULL;
        r = start(&options);
        finish(r);
        ck_assert_uint_eq(r->end.code, 0);
        let_go(r);
    }
    atomic_store(&busy, false);
    for (int i = 0; i < 3; i++) {
        host_thread_join(threads[i]);
    }
    (void)fclose(file);
}
END_TEST

static pid_t own_pid;
static atomic_int strangers;
static atomic_int forks_seen;

static void *
suspicious_resize(void *block, size_t size, void *user)
{
    (void)user;
    if (getpid() != own_pid) {
        atomic_fetch_add(&strangers, 1);
    }
    if (size == 0) {
        free(block);
        return NULL;
    }
    return realloc(block, size);
}

static void
at_fork(void)
{
    atomic_fetch_add(&forks_seen, 1);
}

/* proves: H16 */
START_TEST(no_code_of_the_host_runs_between_clone_and_exec)
{
    const sprog_allocator allocator = { suspicious_resize, NULL };
    const sprog_reactor_options options = { .allocator = &allocator };
    const char *argv[] = { child_path(), "--exit-code", "0", NULL };
    const sprog_spawn_options spawn = { .argv = argv, .cwd = "/" };
    sprog_reactor *reactor = NULL;

    own_pid = getpid();
    ck_assert_int_eq(pthread_atfork(at_fork, at_fork, at_fork), 0);
    OK(sprog_reactor_create(&options, &reactor));
    for (int i = 0; i < 20; i++) {
        sprog_process *process = NULL;

        OK(sprog_spawn(reactor, &spawn, NULL, NULL, &process, NULL));
        OK(sprog_reactor_run(reactor));
        sprog_process_destroy(process);
    }
    OK(sprog_reactor_destroy(reactor, NULL));
    ck_assert_int_eq(atomic_load(&strangers), 0);
    ck_assert_int_eq(atomic_load(&forks_seen), 0);
}
END_TEST

/* Changes the host's own environment without pause. */
static void
change_environment(void *user)
{
    int n = 0;

    (void)user;
    while (atomic_load(&busy)) {
        char value[64];

        (void)snprintf(value, sizeof value, "%d%s", n,
                       n % 2 == 0 ? "" : " and a longer value");
        (void)setenv("SPROG_TEST_CHANGING", value, 1);
        if (++n % 7 == 0) {
            (void)unsetenv("SPROG_TEST_CHANGING");
        }
    }
}

/* proves: H84 */
START_TEST(an_explicit_environment_is_safe_from_a_thread_that_changes_ours)
{
    const char *env[] = { "FIXED=1", NULL };
    const char *argv[] = { child_path(), "--print-env", NULL };
    const sprog_search nowhere = { .in = SPROG_SEARCH_NONE };
    const sprog_spawn_options spawn = { .argv = argv,
                                        .env = env,
                                        .search = &nowhere };
    const sprog_run_options options = { .spawn = &spawn };
    host_thread *thread;
    int wrong = 0;

    atomic_store(&busy, true);
    thread = host_thread_start(change_environment, NULL);
    /* Check itself reads the environment: no assertion in here. */
    for (int i = 0; i < 50; i++) {
        sprog_output out = { 0 };

        if (sprog_run(&options, &out, NULL) != SPROG_OK ||
            strcmp(out.output.data, "FIXED=1\n") != 0) {
            wrong++;
        }
        sprog_output_free(&out);
    }
    atomic_store(&busy, false);
    host_thread_join(thread);
    (void)unsetenv("SPROG_TEST_CHANGING");
    ck_assert_int_eq(wrong, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("threads");

    tcase_add_test(tc, reactors_of_four_threads_do_not_disturb_each_other);
    tcase_add_test(tc, two_reactors_in_one_thread_keep_their_children_apart);
    tcase_add_test(tc, a_child_outlives_the_thread_that_spawned_it);
    tcase_add_test(tc, locks_that_others_hold_do_not_stop_a_child_on_its_way);
    tcase_add_test(tc, no_code_of_the_host_runs_between_clone_and_exec);
    tcase_add_test(
        tc, an_explicit_environment_is_safe_from_a_thread_that_changes_ours);
    return suite_run("posix_threads");
}
