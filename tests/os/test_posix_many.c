/*
 * Thousands of children under one reactor, what an exit costs then, and what a
 * spawn costs where thousands of files are allowed.
 */
#define _GNU_SOURCE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

#define MANY 5000

typedef struct one {
    sprog_process *process;
    unsigned exited;
    unsigned ended;
    unsigned code;
} one;

static size_t ended_count;

static void
on_exited(sprog_process *process, const sprog_exit *e, void *user)
{
    one *o = user;

    (void)process;
    o->exited++;
    o->code = e->kind == SPROG_EXIT_CODE ? e->code : 9999;
}

static void
on_ended(sprog_process *process, const sprog_exit *e, void *user)
{
    one *o = user;

    (void)process;
    (void)e;
    o->ended++;
    ended_count++;
}

static const sprog_protocol protocol = { .process_exited = on_exited,
                                         .process_ended = on_ended };
static const sprog_child_fd stdin_only[] = { SPROG_WRITE(0) };

static void
start_one(one *o, const char *code)
{
    const char *argv[] = { child_path(),  "--wait-end", "0",
                           "--exit-code", code,         NULL };
    const sprog_spawn_options options = {
        .argv = argv, .fds = stdin_only, .fd_count = 1, .left = SPROG_KILL
    };

    *o = (one){ 0 };
    OK(sprog_spawn(fixture_reactor(), &options, &protocol, o, &o->process,
                   NULL));
}

/* Each is a whole emulator where these programs are emulated. */
static size_t
how_many(void)
{
    if (posix_is_emulated()) {
        return MANY / 50;
    }
    return fixture_scale() > 1 ? MANY / 10 : MANY;
}

/* proves: H37 H77 H83 S17 B83 */
START_TEST(five_thousand_told_to_end_report_once_each_and_leave_nothing)
{
    static one all[MANY];
    const size_t many = how_many();
    const unsigned long need = (unsigned long)many * 2 + 200;
    const unsigned long have = posix_raise_files(need);
    const size_t open_before = host_count_open();

    if (have < need) {
        (void)fprintf(stderr, "%lu open files allowed, %lu needed\n", have,
                      need);
        SKIP("the hard limit of open files is lower");
    }
    ended_count = 0;
    for (size_t i = 0; i < many; i++) {
        char code[16];

        (void)snprintf(code, sizeof code, "%u", (unsigned)(i % 251));
        start_one(&all[i], code);
    }
    for (size_t i = 0; i < many; i++) {
        OK(sprog_process_close_stdin(all[i].process));
    }
    for (size_t next = 500; next < many; next += 500) {
        TURN_UNTIL(ended_count >= next);
    }
    TURN_UNTIL(ended_count == many);
    for (size_t i = 0; i < many; i++) {
        ck_assert_uint_eq(all[i].exited, 1);
        ck_assert_uint_eq(all[i].ended, 1);
        ck_assert_uint_eq(all[i].code, i % 251);
        sprog_process_destroy(all[i].process);
    }
    ck_assert(!host_has_children());
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    ck_assert_uint_eq(host_count_open(), open_before);
}
END_TEST

/* Our own processor time for the lives of 200 children, one by one. */
static uint64_t
cost_of_lives(void)
{
    const uint64_t before = host_cpu_us();

    for (int i = 0; i < 200; i++) {
        one o;

        start_one(&o, "0");
        OK(sprog_process_close_stdin(o.process));
        TURN_UNTIL(o.ended == 1);
        sprog_process_destroy(o.process);
    }
    return host_cpu_us() - before;
}

/* Whatever else the machine does comes on top. */
static uint64_t
least_cost_of_lives(void)
{
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < 3; i++) {
        const uint64_t cost = cost_of_lives();

        least = cost < least ? cost : least;
    }
    return least;
}

/* Whether a thread waits for each exit, where there are no pidfds. */
static bool
has_waiters(void)
{
#ifdef __linux__
    intptr_t native;
    sprog_err err;
    one o;

    start_one(&o, "0");
    err = sprog_process_native(o.process, &native);
    OK(sprog_process_close_stdin(o.process));
    TURN_UNTIL(o.ended == 1);
    sprog_process_destroy(o.process);
    return err == SPROG_ENOTSUP;
#else
    return false;
#endif
}

/* proves: H37 S4 */
START_TEST(an_exit_costs_the_same_with_a_thousand_others_alive)
{
    static one idle[1000];
    intptr_t waitable;
    uint64_t alone;
    uint64_t among;

    if (sprog_reactor_embed(fixture_reactor(), &waitable) == SPROG_ENOTSUP) {
        SKIP("this poller looks at all that there is");
    }
    if (has_waiters()) {
        SKIP("at each exit the kernel asks each thread that waits for one");
    }
    if (posix_is_emulated()) {
        SKIP("what a thousand emulators cost is not ours to measure");
    }
    if (posix_raise_files(2300) < 2300) {
        SKIP("the hard limit of open files is lower than 2300");
    }
    (void)cost_of_lives();
    alone = least_cost_of_lives();
    for (int i = 0; i < 1000; i++) {
        start_one(&idle[i], "0");
    }
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    among = least_cost_of_lives();
    /* A scan of all would be tens of times as much. */
    ck_assert_msg(among < 3 * alone + 20000, "%d us alone, %d us among them",
                  (int)alone, (int)among);
    for (int i = 0; i < 1000; i++) {
        sprog_process_destroy(idle[i].process);
    }
    TURN_UNTIL(!host_has_children());
}
END_TEST

/* The least processor time that one of forty children had, in microseconds:
 * what else the machine does counts for the clock, not for this. */
static uint64_t
least_cost_of_a_child(void)
{
    uint64_t least = UINT64_MAX;

    for (int i = 0; i < 40; i++) {
        record *r = START(NULL, "--exit-code", "0");
        uint64_t cost;

        finish(r);
        ck_assert(r->end.has_usage);
        cost = r->end.usage.user_us + r->end.usage.system_us;
        least = cost < least ? cost : least;
        let_go(r);
    }
    return least;
}

/* proves: B33 H3 S20 */
START_TEST(a_spawn_does_not_cost_more_where_more_files_are_allowed)
{
    const struct rlimit few_files = { 256, 256 };
    const unsigned long most = posix_raise_files(1048576);
    uint64_t few;
    uint64_t many;

    if (posix_is_emulated()) {
        SKIP("what an emulator costs is not ours to measure");
    }
    if (most < 15000) {
        SKIP("the hard limit of open files is below 15000");
    }
    many = least_cost_of_a_child();
    /* For ever: a loop would go to the hard limit. */
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &few_files), 0);
    few = least_cost_of_a_child();
    /* A loop over all of them takes a microsecond for each ten or so. */
    ck_assert_msg(many <= 2 * few + most / 50, "%d us at 256, %d us at %lu",
                  (int)few, (int)many, most);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("many");

    tcase_set_timeout(tc, 200);
    tcase_add_test(
        tc, five_thousand_told_to_end_report_once_each_and_leave_nothing);
    tcase_add_test(tc, an_exit_costs_the_same_with_a_thousand_others_alive);
    tcase_add_test(tc, a_spawn_does_not_cost_more_where_more_files_are_allowed);
    return suite_run("posix_many");
}
