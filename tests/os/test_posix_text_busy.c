/*
 * A program that is still open for writing cannot be executed: another
 * thread's fork holds it for a moment. The spawn tries again for a short
 * while, unless it is told not to.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

/* proves: A1 B24 H22 S15 */
START_TEST(one_that_stays_open_for_writing_is_an_exec_error)
{
    const char *path = temp_path("busy");
    const char *argv[] = { path, NULL };
    sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;
    uint64_t before;
    uint64_t with_retries;
    int fd;

    ck_assert(host_copy_program(child_path(), path));
    fd = open(path, O_WRONLY | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    before = host_now_ms();
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ESYSTEM);
    with_retries = host_now_ms() - before;
    ck_assert_int_eq(fault.step, SPROG_STEP_EXEC);
    ck_assert_int_eq(fault.os_error, ETXTBSY);
    /* 1, 2, 4 and 8 milliseconds were waited. */
    ck_assert_uint_ge(with_retries + 1, 15);
    options.flags = SPROG_SPAWN_NO_TEXT_BUSY_RETRY;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ESYSTEM);
    ck_assert_int_eq(fault.os_error, ETXTBSY);
    (void)close(fd);
    {
        record *r = start(&options);

        finish(r);
        ck_assert_uint_eq(r->end.code, 0);
    }
}
END_TEST

typedef struct holding {
    pid_t holder;
    int delay_ms;
} holding;

/*
 * End the holder a little later. By a signal: the child on its way to exec has
 * a copy of every descriptor, the holder's pipe included.
 */
static void
end_soon(void *user)
{
    const holding *held = user;

    (void)poll(NULL, 0, held->delay_ms);
    (void)kill(held->holder, SIGKILL);
}

/* How long one child takes to its first exec and back. */
static int
one_exec_ms(const char *path)
{
    const char *argv[] = { path, NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags =
                                              SPROG_SPAWN_NO_TEXT_BUSY_RETRY };
    const int fd = open(path, O_WRONLY | O_CLOEXEC);
    const uint64_t before = host_now_ms();
    sprog_fault fault;

    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ESYSTEM);
    (void)close(fd);
    return (int)(host_now_ms() - before);
}

/*
 * How long at least: not all forks are fast, and the first are the slowest
 * where code is translated, or the machine is busy.
 */
static int
first_exec_ms(const char *path)
{
    int least = one_exec_ms(path);

    for (int i = 0; i < 10; i++) {
        const int once = one_exec_ms(path);

        least = once < least ? once : least;
    }
    return least;
}

/*
 * How often of `tries` a program could be started that another process had
 * open for writing when the spawn began: a copy of this one, as the child of
 * another thread's fork is for a moment.
 */
static int
successes(const char *path, uint32_t flags, int tries, int delay_ms)
{
    const char *argv[] = { path, NULL };
    const sprog_spawn_options options = { .argv = argv, .flags = flags };
    int done = 0;

    for (int i = 0; i < tries; i++) {
        const int fd = open(path, O_WRONLY | O_CLOEXEC);
        sprog_process *process = NULL;
        host_thread *thread;
        holding held = { .delay_ms = delay_ms };
        int release;

        ck_assert_int_ge(fd, 0);
        held.holder = posix_fork_holder(&release);
        (void)close(fd);
        thread = host_thread_start(end_soon, &held);
        if (sprog_spawn(fixture_reactor(), &options, NULL, NULL, &process,
                        NULL) == SPROG_OK) {
            done++;
            OK(sprog_reactor_run(fixture_reactor()));
            sprog_process_destroy(process);
        }
        host_thread_join(thread);
        (void)posix_reap(held.holder);
        (void)close(release);
    }
    return done;
}

/* proves: H22 S15 */
START_TEST(one_that_is_freed_within_the_retries_starts)
{
    const char *path = temp_path("busy");
    const uint64_t deadline = fixture_deadline();
    int patient = 0;
    int hasty = 0;

    ck_assert(host_copy_program(child_path(), path));
    /* A busy machine now and then does both later than it is freed. */
    while (patient <= hasty) {
        const int delay_ms = first_exec_ms(path) + 2;

        ck_assert_msg(host_now_ms() < deadline,
                      "%d of 20 with retries, %d without", patient, hasty);
        patient = successes(path, 0, 20, delay_ms);
        hasty = successes(path, SPROG_SPAWN_NO_TEXT_BUSY_RETRY, 20, delay_ms);
    }
}
END_TEST

#define THREADS 4

typedef struct writer {
    char path[64];
    int rounds;
    int failed;
} writer;

static char program[1u << 20];
static size_t program_len;

/* Another thread's child that does not run for longer than the retries take, on
 * its way to exec, has a copy of what was open for writing. */
static sprog_err
spawn_in_time(sprog_reactor *reactor, const sprog_spawn_options *options,
              sprog_process **out_process)
{
    const uint64_t deadline = fixture_deadline();
    sprog_fault fault;
    sprog_err err;

    do {
        err = sprog_spawn(reactor, options, NULL, NULL, out_process, &fault);
    } while (err == SPROG_ESYSTEM && fault.os_error == ETXTBSY &&
             host_now_ms() < deadline);
    return err;
}

/* Write a program and run it, as a compiler's driver does. */
static void
write_and_spawn(void *user)
{
    writer *w = user;
    const char *argv[] = { w->path, NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_reactor *reactor = NULL;

    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK) {
        w->failed = w->rounds;
        return;
    }
    for (int i = 0; i < w->rounds; i++) {
        sprog_process *process = NULL;
        int fd;

        (void)unlink(w->path);
        fd = open(w->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0755);
        if (fd < 0 || !host_write(fd, program, program_len) || close(fd) != 0 ||
            spawn_in_time(reactor, &options, &process) != SPROG_OK ||
            sprog_reactor_run(reactor) != SPROG_OK) {
            w->failed++;
        }
        sprog_process_destroy(process);
    }
    if (sprog_reactor_destroy(reactor, NULL) != SPROG_OK) {
        w->failed++;
    }
}

/* proves: H22 S15 */
START_TEST(threads_that_write_and_run_programs_do_not_disturb_each_other)
{
    writer writers[THREADS] = { { "", 0, 0 } };
    host_thread *threads[THREADS];
    char *copy = host_read_file(child_path(), &program_len);

    ck_assert_ptr_nonnull(copy);
    ck_assert_uint_le(program_len, sizeof program);
    memcpy(program, copy, program_len);
    free(copy);
    for (int i = 0; i < THREADS; i++) {
        char name[16];

        (void)snprintf(name, sizeof name, "p%d", i);
        ck_assert_uint_lt(strlen(temp_path(name)), sizeof writers[i].path);
        strcpy(writers[i].path, temp_path(name));
        writers[i].rounds = fixture_scale() > 1 ? 5 : 40;
        threads[i] = host_thread_start(write_and_spawn, &writers[i]);
    }
    for (int i = 0; i < THREADS; i++) {
        host_thread_join(threads[i]);
        ck_assert_int_eq(writers[i].failed, 0);
    }
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("text_busy");

    tcase_add_test(tc, one_that_stays_open_for_writing_is_an_exec_error);
    tcase_add_test(tc, one_that_is_freed_within_the_retries_starts);
    tcase_add_test(
        tc, threads_that_write_and_run_programs_do_not_disturb_each_other);
    return suite_run("posix_text_busy");
}
