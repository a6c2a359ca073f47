/*
 * The life of a process: what its owner is told, in which order, and what
 * comes of a destroy.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/journal.h"

static sprog_reactor *reactor;
static journal told;

static void
set_up(void)
{
    scripted_reset();
    journal_start(&told);
    reactor = journal_reactor();
}

static void
tear_down(void)
{
    if (told.process != NULL) {
        journal_destroy(&told);
    }
    if (reactor != NULL) {
        (void)journal_reactor_end(reactor);
    }
    journal_end(&told);
    scripted_finish();
}

/* A child with this map, on its way: connection_made has been told. */
static void
start_with(const sprog_child_fd *fds, size_t count)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = count };

    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
}

static void
start(void)
{
    journal_spawn(&told, reactor, NULL);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
}

static sprog__be_io *
io_of(int child_fd)
{
    return scripted_io(told.child, child_fd);
}

/* ---- spawn -------------------------------------------------------------- */

/* proves: A4 B1 B42 B46 */
START_TEST(no_callback_runs_inside_spawn_even_for_a_child_that_is_dead)
{
    journal_spawn(&told, reactor, NULL);
    scripted_prints_text(io_of(1), "x");
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_str_eq(told.text, "");
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_mem_eq(told.text, "made ", 5);
    ck_assert(told.has_ended);
}
END_TEST

/* proves: B2 B3 B8 B9 */
START_TEST(the_child_gets_what_was_asked_for)
{
    static const char *const argv[] = { "name", "a b", "", NULL };
    static const char *const env[] = { "PATH=/bin", "X=1", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .executable = "/bin/child",
                                          .env = env,
                                          .cwd = "/there",
                                          .flags = SPROG_SPAWN_NEW_GROUP };

    journal_spawn(&told, reactor, &options);
    ck_assert_str_eq(scripted_child_program(told.child), "/bin/child");
    ck_assert_str_eq(scripted_child_arg(told.child, 0), "name");
    ck_assert_str_eq(scripted_child_arg(told.child, 1), "a b");
    ck_assert_str_eq(scripted_child_arg(told.child, 2), "");
    ck_assert_ptr_null(scripted_child_arg(told.child, 3));
    ck_assert_str_eq(scripted_child_env(told.child, 1), "X=1");
    ck_assert_ptr_null(scripted_child_env(told.child, 2));
    ck_assert_str_eq(scripted_child_cwd(told.child), "/there");
    ck_assert_uint_eq(scripted_child_flags(told.child), SPROG_SPAWN_NEW_GROUP);
}
END_TEST

/* proves: B28 B29 */
START_TEST(the_default_map_is_write_read_read)
{
    journal_spawn(&told, reactor, NULL);
    ck_assert_uint_eq(scripted_child_fd_count(told.child), 3);
    ck_assert_int_eq(scripted_child_fd(told.child, 0)->entry.kind,
                     SPROG_FD_WRITE);
    ck_assert_int_eq(scripted_child_fd(told.child, 1)->entry.kind,
                     SPROG_FD_READ);
    ck_assert_int_eq(scripted_child_fd(told.child, 2)->entry.kind,
                     SPROG_FD_READ);
}
END_TEST

START_TEST(our_own_standard_streams_are_looked_up_by_the_system)
{
    static const sprog_child_fd fds[] = {
        SPROG_INHERIT(0, SPROG_OUR_STDIN), SPROG_INHERIT(1, SPROG_OUR_STDERR),
        SPROG_INHERIT(2, 9)
    };

    start_with(fds, 3);
    ck_assert_int_eq(scripted_child_fd(told.child, 0)->entry.ours, 700);
    ck_assert_int_eq(scripted_child_fd(told.child, 1)->entry.ours, 702);
    ck_assert_int_eq(scripted_child_fd(told.child, 2)->entry.ours, 9);
    scripted_exits(told.child, 0);
}
END_TEST

/* proves: A1 B22 B23 */
START_TEST(a_spawn_that_fails_says_why_calls_nothing_and_leaves_nothing)
{
    const size_t blocks = counted_world()->blocks;
    sprog_fault fault = { SPROG_OK, SPROG_STEP_NONE, 0, 0, "" };

    scripted_fail(SCRIPTED_SPAWN, 1, false, SPROG_EACCESS, 13);
    ck_assert_int_eq(journal_try_spawn(&told, reactor, NULL, &fault),
                     SPROG_EACCESS);
    ck_assert_int_eq(fault.err, SPROG_EACCESS);
    ck_assert_int_eq(fault.step, SPROG_STEP_EXEC);
    ck_assert_int_eq(fault.os_error, 13);
    ck_assert_int_eq(fault.child_fd, -1);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 13);
    ck_assert_ptr_null(told.process);
    ck_assert_uint_eq(counted_world()->blocks, blocks);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "");
}
END_TEST

/* proves: A1 B24 */
START_TEST(a_program_that_is_not_found_never_reaches_the_system)
{
    static const char *const argv[] = { "missing", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_fault fault;

    ck_assert_int_eq(journal_try_spawn(&told, reactor, &options, &fault),
                     SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_RESOLVE);
    ck_assert_str_eq(fault.what, "missing");
    ck_assert_uint_eq(scripted_calls(SCRIPTED_SPAWN), 0);
}
END_TEST

START_TEST(spawn_arguments_that_make_no_sense_are_invalid)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *process = NULL;
    sprog_fault fault;

    ck_assert_int_eq(sprog_spawn(NULL, &options, NULL, NULL, &process, &fault),
                     SPROG_EINVAL);
    ck_assert_int_eq(fault.err, SPROG_EINVAL);
    ck_assert_int_eq(sprog_spawn(reactor, NULL, NULL, NULL, &process, NULL),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_spawn(reactor, &options, NULL, NULL, NULL, NULL),
                     SPROG_EINVAL);
    ck_assert_ptr_null(process);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_SPAWN), 0);
}
END_TEST

START_TEST(options_and_protocols_with_an_unknown_tail_are_refused)
{
    static const char *const argv[] = { "child", NULL };
    struct {
        sprog_spawn_options known;
        intptr_t unknown;
    } options = { { .argv = argv }, 1 };
    struct {
        sprog_protocol known;
        void (*unknown)(void);
    } protocol = { { NULL }, NULL };
    sprog_process *process = NULL;
    sprog_fault fault;

    ck_assert_int_eq(
        sprog_spawn_sized(reactor, &options.known, sizeof options,
                          &protocol.known, sizeof protocol.known, NULL,
                          &process, &fault),
        SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_OPTIONS);
    options.unknown = 0;
    protocol.unknown = set_up;
    ck_assert_int_eq(
        sprog_spawn_sized(reactor, &options.known, sizeof options,
                          &protocol.known, sizeof protocol, NULL, &process,
                          &fault),
        SPROG_EINVAL);
    ck_assert_ptr_null(process);
}
END_TEST

/* proves: B20 */
START_TEST(a_shorter_struct_and_no_protocol_at_all_are_valid)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_process *process = NULL;

    /* All that the first version of the struct may have had: argv. */
    ck_assert_int_eq(sprog_spawn_sized(reactor, &options, sizeof(char **),
                                       NULL, sizeof(sprog_protocol), NULL,
                                       &process, NULL),
                     SPROG_OK);
    scripted_prints_text(scripted_io(scripted_child(0), 1), "unheard");
    scripted_exits(scripted_child(0), 0);
    scripted_ends_all(scripted_child(0));
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_pid(process), 0);
    sprog_process_destroy(process);
}
END_TEST

/* proves: A6 B20 */
START_TEST(the_options_may_change_after_the_spawn)
{
    char name[] = "child";
    char value[] = "V=1";
    const char *argv[] = { name, NULL };
    const char *env[] = { "PATH=/bin", value, NULL };
    sprog_child_fd fds[] = { SPROG_READ(1) };
    const sprog_spawn_options options = {
        .argv = argv, .env = env, .fds = fds, .fd_count = 1
    };
    sprog_address address;

    journal_spawn(&told, reactor, &options);
    memset(name, 'z', 5);
    argv[0] = NULL;
    env[0] = NULL;
    fds[0].child_fd = 7;
    scripted_prints_text(io_of(1), "x");
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_peer(told.process, &address), SPROG_OK);
    ck_assert_str_eq(address.executable, "/bin/child");
    ck_assert_str_eq(told.text, "made data1=x");
}
END_TEST

/* ---- exit and end ------------------------------------------------------- */

/* proves: A4 B83 B86 */
START_TEST(an_exit_with_every_end_closed_ends_in_order)
{
    start();
    scripted_prints_text(io_of(1), "out");
    scripted_ends_all(told.child);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_ptr_nonnull(strstr(told.text, "data1=out"));
    ck_assert_int_eq(told.ended.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(told.ended.code, 0);
    ck_assert(!told.ended.abandoned);
    ck_assert(told.has_ended);
}
END_TEST

/* proves: A4 B59 H5 */
START_TEST(the_exit_is_told_at_once_although_a_grandchild_holds_the_pipes)
{
    start();
    scripted_exits(told.child, 7);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited");
    ck_assert_uint_eq(told.exited.code, 7);
    scripted_prints_text(io_of(1), "late");
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited data1=late");
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
}
END_TEST

/* proves: B85 */
START_TEST(ends_that_close_long_before_the_exit_wait_for_it)
{
    start();
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(!told.has_exited);
    ck_assert(told.fds[0].is_lost && told.fds[1].is_lost &&
              told.fds[2].is_lost);
    scripted_exits(told.child, 3);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_uint_eq(told.ended.code, 3);
}
END_TEST

/* proves: B32 B46 */
START_TEST(a_child_with_the_empty_map_ends_with_its_exit)
{
    static const sprog_child_fd none[] = { SPROG_READ(1) };

    start_with(none, 0);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited ended");
}
END_TEST

/* proves: B68 */
START_TEST(child_fds_without_an_end_of_ours_are_never_lost)
{
    static const sprog_child_fd fds[] = { SPROG_NULL(0), SPROG_READ(1),
                                          SPROG_SAME(2, 1) };

    start_with(fds, 3);
    scripted_ends(io_of(1));
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "made lost1=eof exited ended");
}
END_TEST

/* proves: A10 B88 */
START_TEST(the_status_is_told_as_the_system_told_it)
{
    start();
    scripted_dies(told.child, 11);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(told.ended.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(told.ended.signal_number, 11);
    ck_assert_int_eq(told.ended.raw_status, 11);
    ck_assert_int_eq(told.exited.kind, told.ended.kind);
}
END_TEST

/* proves: A10 B96 H29 */
START_TEST(a_lost_status_is_unknown_and_the_events_come_all_the_same)
{
    start();
    scripted_vanishes(told.child);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert_int_eq(told.exited.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(told.ended.kind, SPROG_EXIT_UNKNOWN);
    ck_assert_int_eq(told.ended.raw_status, -1);
    ck_assert(!told.ended.has_usage);
}
END_TEST

START_TEST(the_time_from_spawn_to_exit_is_measured)
{
    start();
    scripted_clock_advance_ms(1500);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(told.exited.wall_us, 1500000);
}
END_TEST

/* ---- every order -------------------------------------------------------- */

/* What happens to a child: its exit, two ends, and a lost stdin. */
static void
happen(int what)
{
    switch (what) {
    case 0:
        scripted_exits(told.child, 0);
        break;
    case 1:
        scripted_ends(io_of(1));
        break;
    case 2:
        scripted_ends(io_of(2));
        break;
    default:
        scripted_ends(io_of(0));
        break;
    }
}

/* The nth of the 24 orders of 0, 1, 2, 3. */
static void
permutation(int nth, int *out_order)
{
    int left[4] = { 0, 1, 2, 3 };
    int divisor = 6;
    int i;
    int j;

    for (i = 0; i < 4; i++) {
        const int at = nth / divisor;

        out_order[i] = left[at];
        for (j = at; j < 3 - i; j++) {
            left[j] = left[j + 1];
        }
        nth %= divisor;
        divisor = i < 2 ? divisor / (3 - i) : 1;
    }
}

static void
assert_all_told(void)
{
    ck_assert_msg(told.has_ended, "%s", told.text);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_PEER);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(told.fds[1].len, 3);
}

/* proves: A4 B51 B83 H77 */
START_TEST(whatever_comes_first_a_turn_apart_the_end_is_last)
{
    int order[4];
    int i;

    permutation(_i / SCRIPTED_WAY_COUNT, order);
    scripted_set_way((scripted_way)(_i % SCRIPTED_WAY_COUNT));
    start();
    scripted_prints_text(io_of(1), "abc");
    ck_assert_int_eq(sprog_process_write(told.process, "xyz", 3), SPROG_OK);
    for (i = 0; i < 4; i++) {
        ck_assert(!told.has_ended);
        happen(order[i]);
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    }
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    assert_all_told();
}
END_TEST

/* proves: A4 B51 B83 H77 */
START_TEST(whatever_comes_first_in_one_turn_the_end_is_last)
{
    int order[4];
    int i;

    permutation(_i / SCRIPTED_WAY_COUNT, order);
    scripted_set_way((scripted_way)(_i % SCRIPTED_WAY_COUNT));
    start();
    scripted_prints_text(io_of(1), "abc");
    ck_assert_int_eq(sprog_process_write(told.process, "xyz", 3), SPROG_OK);
    for (i = 0; i < 4; i++) {
        happen(i);
        if (order[i] == 0) {
            scripted_rank_child(told.child, i);
        } else {
            scripted_rank_io(io_of(order[i] % 3), i);
        }
    }
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    assert_all_told();
}
END_TEST

/* proves: H77 */
START_TEST(events_of_one_process_that_come_one_by_one_change_nothing)
{
    start();
    scripted_set_batch(1);
    scripted_prints_text(io_of(1), "abc");
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    assert_all_told();
}
END_TEST

/* ---- the drain limit ---------------------------------------------------- */

static void
start_with_drain(uint64_t drain_ms)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .drain_ms = drain_ms };

    journal_spawn(&told, reactor, &options);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
}

/* proves: A20 H5 */
START_TEST(after_the_drain_limit_the_end_comes_and_says_abandoned)
{
    uint64_t exit_ns;

    start_with_drain(200);
    scripted_prints_text(io_of(1), "abc");
    scripted_exits(told.child, 5);
    exit_ns = scripted_clock_ns();
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert_uint_eq(scripted_clock_ns() - exit_ns, 200000000);
    ck_assert(told.ended.abandoned);
    ck_assert(!told.exited.abandoned);
    ck_assert_uint_eq(told.ended.code, 5);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_ABANDONED);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_ABANDONED);
    ck_assert_uint_eq(told.fds[1].len, 3);
}
END_TEST

/* proves: A20 */
START_TEST(ends_that_close_within_the_drain_limit_are_not_abandoned)
{
    start_with_drain(200);
    scripted_exits(told.child, 5);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    scripted_clock_advance_ms(150);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.has_ended);
    ck_assert(!told.ended.abandoned);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_EOF);
}
END_TEST

/* proves: A20 */
START_TEST(the_drain_limit_begins_with_the_exit_not_with_the_spawn)
{
    start_with_drain(200);
    ck_assert_int_eq(journal_turn(reactor, 1000), SPROG_OK);
    ck_assert_str_eq(told.text, "made");
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 199), SPROG_OK);
    ck_assert(!told.has_ended);
}
END_TEST

/* proves: A20 */
START_TEST(the_drain_limit_cuts_paused_child_fds_too)
{
    start_with_drain(200);
    ck_assert_int_eq(sprog_process_pause(told.process, SPROG_ALL_FDS),
                     SPROG_OK);
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert(told.ended.abandoned);
    ck_assert_int_eq(told.fds[1].lost.reason, SPROG_LOST_ABANDONED);
}
END_TEST

/* proves: A20 */
START_TEST(queued_bytes_cut_off_by_the_drain_limit_are_counted)
{
    scripted_set_way((scripted_way)_i);
    scripted_set_new_capacity(10);
    start_with_drain(200);
    ck_assert_int_eq(
        sprog_process_write(told.process, "0123456789abcdef", 16), SPROG_OK);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(told.fds[0].lost.reason, SPROG_LOST_ABANDONED);
    ck_assert_uint_ge(told.fds[0].lost.unsent, 6);
    ck_assert_uint_le(told.fds[0].lost.unsent, 16);
}
END_TEST

/* proves: A20 */
START_TEST(without_a_drain_limit_the_wait_has_none)
{
    start();
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    sprog_reactor_wake(reactor);
    ck_assert_int_eq(journal_turn(reactor, -1), SPROG_OK);
    ck_assert_uint_eq(scripted_last_deadline(), SPROG__FOREVER);
}
END_TEST

/* ---- destroy ------------------------------------------------------------ */

/* proves: A21 H41 */
START_TEST(a_process_destroyed_while_it_runs_is_left_running_and_reaped)
{
    start();
    journal_destroy(&told);
    ck_assert(scripted_is_closed(io_of(0)));
    ck_assert(scripted_is_closed(io_of(1)));
    ck_assert(!scripted_is_released(told.child));
    ck_assert_uint_eq(scripted_signal_count(told.child), 0);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(scripted_is_released(told.child));
    ck_assert_str_eq(told.text, "made");
}
END_TEST

/* proves: A21 H41 */
START_TEST(a_process_destroyed_with_the_policy_to_kill_is_killed_and_reaped)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };

    journal_spawn(&told, reactor, &options);
    journal_destroy(&told);
    ck_assert_int_eq(scripted_last_signal(told.child), 9);
    ck_assert(!scripted_last_signal_to_group(told.child));
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(scripted_is_released(told.child));
    ck_assert_str_eq(told.text, "");
}
END_TEST

/* proves: A21 */
START_TEST(a_destroyed_process_does_not_keep_the_reactor_going)
{
    start();
    journal_destroy(&told);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
}
END_TEST

/* proves: A21 */
START_TEST(destroying_nothing_does_nothing)
{
    sprog_process_destroy(NULL);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_CLOSE), 0);
}
END_TEST

/* proves: A21 */
START_TEST(a_process_that_has_exited_is_let_go_at_once)
{
    start();
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    journal_destroy(&told);
    ck_assert(scripted_is_released(told.child));
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited");
}
END_TEST

/* proves: H41 */
START_TEST(the_reactors_end_reaps_what_has_exited_and_counts_what_runs)
{
    journal others[3];
    size_t i;

    for (i = 0; i < 3; i++) {
        journal_start(&others[i]);
        journal_spawn(&others[i], reactor, NULL);
    }
    scripted_exits(others[1].child, 0);
    ck_assert_uint_eq(journal_reactor_end(reactor), 2);
    reactor = NULL;
    for (i = 0; i < 3; i++) {
        ck_assert(scripted_is_released(others[i].child));
        ck_assert_str_eq(others[i].text, "");
    }
}
END_TEST

/* proves: H83 */
START_TEST(the_reactors_end_kills_as_the_policy_says)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    journal others[3];
    size_t i;

    for (i = 0; i < 3; i++) {
        journal_start(&others[i]);
        journal_spawn(&others[i], reactor, i != 0 ? &options : NULL);
    }
    ck_assert_uint_eq(journal_reactor_end(reactor), 1);
    reactor = NULL;
    ck_assert_uint_eq(scripted_signal_count(others[0].child), 0);
    ck_assert_int_eq(scripted_last_signal(others[1].child), 9);
    ck_assert_int_eq(scripted_last_signal(others[2].child), 9);
}
END_TEST

/* proves: H83 */
START_TEST(a_killed_child_that_will_not_die_is_waited_for_a_second_at_most)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    const uint64_t before = scripted_clock_ns();

    journal_spawn(&told, reactor, &options);
    scripted_ignores(told.child, 9);
    told.process = NULL;
    ck_assert_uint_eq(journal_reactor_end(reactor), 1);
    reactor = NULL;
    ck_assert_uint_eq(scripted_clock_ns() - before, 1000000000);
}
END_TEST

/* proves: H83 */
START_TEST(the_reactors_end_takes_more_exits_than_fit_in_one_wait)
{
    static journal others[300];
    static const sprog_child_fd none[] = { SPROG_READ(1) };
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = {
        .argv = argv, .fds = none, .left = SPROG_KILL
    };
    size_t i;

    for (i = 0; i < 300; i++) {
        journal_start(&others[i]);
        journal_spawn(&others[i], reactor, &options);
    }
    ck_assert_uint_eq(journal_reactor_end(reactor), 0);
    reactor = NULL;
}
END_TEST

/* ---- inside callbacks --------------------------------------------------- */

static const char *destroy_at;

static void
destroy_there(journal *of, const char *word, int child_fd)
{
    (void)child_fd;
    if (of->process != NULL && strcmp(word, destroy_at) == 0) {
        journal_destroy(of);
    }
}

/* proves: A21 H76 */
START_TEST(a_process_may_be_destroyed_inside_each_of_its_callbacks)
{
    static const char *const words[] = { "made", "data",   "drained",
                                         "lost", "exited", "ended" };

    scripted_set_way((scripted_way)(_i / 6));
    destroy_at = words[_i % 6];
    told.hook = destroy_there;
    journal_spawn(&told, reactor, NULL);
    ck_assert_int_eq(sprog_process_set_marks(told.process, 0, 2, 1, 0),
                     SPROG_OK);
    scripted_set_capacity(io_of(0), 2);
    ck_assert_int_eq(sprog_process_write(told.process, "01234", 5), SPROG_OK);
    scripted_reads(io_of(0), 4);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    if (told.process != NULL) {
        scripted_reads(io_of(0), 4);
        scripted_prints_text(io_of(1), "a");
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        scripted_ends_all(told.child);
    }
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_ptr_null(told.process);
    ck_assert_ptr_nonnull(strstr(told.text, destroy_at));
}
END_TEST

static journal second;

static void
spawn_second(journal *of, const char *word, int child_fd)
{
    (void)of;
    (void)child_fd;
    if (strcmp(word, destroy_at) == 0 && second.process == NULL) {
        journal_spawn(&second, reactor, NULL);
        scripted_prints_text(scripted_io(second.child, 1), "now");
        scripted_exits(second.child, 0);
        scripted_ends_all(second.child);
    }
}

/* proves: A4 B42 B43 H76 */
START_TEST(a_child_spawned_inside_a_callback_is_announced_before_all_else)
{
    static const char *const words[] = { "made", "lost", "exited", "ended" };

    destroy_at = words[_i];
    journal_start(&second);
    told.hook = spawn_second;
    start();
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_msg(second.has_ended, "%s", second.text);
    ck_assert_mem_eq(second.text, "made ", 5);
    journal_destroy(&second);
    journal_end(&second);
}
END_TEST

/* ---- signals ------------------------------------------------------------ */

/* proves: A8 B97 B99 */
START_TEST(signals_go_to_the_process_alone)
{
    start();
    ck_assert_int_eq(sprog_process_signal(told.process, 0), SPROG_OK);
    ck_assert_int_eq(sprog_process_signal_named(told.process, "USR1"),
                     SPROG_OK);
    ck_assert_int_eq(scripted_last_signal(told.child), 10);
    ck_assert(!scripted_last_signal_to_group(told.child));
    ck_assert_uint_eq(scripted_signal_count(told.child), 2);
}
END_TEST

/* proves: A8 B99 */
START_TEST(a_signal_that_the_system_refuses_is_told_as_it_said)
{
    start();
    ck_assert_int_eq(sprog_process_signal(told.process, 9999), SPROG_ESYSTEM);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->os_error, 22);
    ck_assert_int_eq(sprog_process_signal_named(told.process, "NOPE"),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_signal_named(told.process, "INFO"),
                     SPROG_ENOTSUP);
    ck_assert_int_eq(sprog_process_signal_named(told.process, NULL),
                     SPROG_EINVAL);
}
END_TEST

/* proves: A3 A8 B91 B100 H32 */
START_TEST(after_the_exit_no_signal_is_sent)
{
    start();
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(told.has_exited);
    ck_assert_int_eq(sprog_process_signal(told.process, 9), SPROG_EEXITED);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_signal(told.process, 0), SPROG_EEXITED);
    ck_assert_uint_eq(scripted_signal_count(told.child), 0);
}
END_TEST

/* proves: B102 */
START_TEST(a_group_is_signalled_only_if_the_process_leads_one)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .flags = SPROG_SPAWN_NEW_SESSION };
    journal leader;

    start();
    ck_assert_int_eq(sprog_process_signal_group(told.process, 15),
                     SPROG_EINVAL);
    journal_start(&leader);
    journal_spawn(&leader, reactor, &options);
    ck_assert_int_eq(sprog_process_signal_group(leader.process, 15), SPROG_OK);
    ck_assert(scripted_last_signal_to_group(leader.child));
    journal_destroy(&leader);
}
END_TEST

/* ---- what there is to know ---------------------------------------------- */

/* proves: A3 B44 B91 */
START_TEST(the_pid_is_known_from_the_spawn_until_the_end)
{
    journal_spawn(&told, reactor, NULL);
    ck_assert_int_eq(sprog_process_pid(told.process), 1000);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(told.has_exited);
    ck_assert_int_eq(sprog_process_pid(told.process), 1000);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_pid(told.process), 0);
    ck_assert_int_eq(sprog_process_pid(NULL), 0);
}
END_TEST

START_TEST(the_native_handle_is_valid_until_the_end)
{
    intptr_t native = -5;

    start();
    ck_assert_int_eq(sprog_process_native(told.process, &native), SPROG_OK);
    ck_assert_int_eq(native, 51000);
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    native = -5;
    ck_assert_int_eq(sprog_process_native(told.process, &native),
                     SPROG_EEXITED);
    ck_assert_int_eq(native, -5);
    ck_assert_int_eq(sprog_process_native(told.process, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_native(NULL, &native), SPROG_EINVAL);
}
END_TEST

/* proves: A14 B82 */
START_TEST(both_sides_have_an_address)
{
    sprog_address address;

    start();
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_OK);
    ck_assert_str_eq(address.kind, "process");
    ck_assert_int_eq(address.pid, 4242);
    ck_assert_str_eq(address.executable, "/bin/host");
    ck_assert_int_eq(sprog_process_peer(told.process, &address), SPROG_OK);
    ck_assert_str_eq(address.kind, "process");
    ck_assert_int_eq(address.pid, 1000);
    ck_assert_str_eq(address.executable, "/bin/child");
    scripted_exits(told.child, 0);
    scripted_ends_all(told.child);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    ck_assert_int_eq(sprog_process_peer(told.process, &address), SPROG_OK);
    ck_assert_int_eq(address.pid, 0);
}
END_TEST

/* proves: A14 */
START_TEST(our_own_address_is_asked_for_once_and_its_failure_told)
{
    sprog_address address = { "x", 1, NULL };

    start();
    scripted_fail(SCRIPTED_EXECUTABLE, 1, false, SPROG_ESYSTEM, 2);
    ck_assert_int_eq(sprog_process_host(told.process, &address),
                     SPROG_ESYSTEM);
    ck_assert_str_eq(address.kind, "x");
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_OK);
    ck_assert_int_eq(sprog_process_host(told.process, &address), SPROG_OK);
    ck_assert_uint_eq(scripted_calls(SCRIPTED_EXECUTABLE), 2);
    ck_assert_int_eq(sprog_process_host(NULL, &address), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_peer(told.process, NULL), SPROG_EINVAL);
}
END_TEST

/* ---- a forked copy ------------------------------------------------------ */

static void
on_done_never(sprog_err err, void *user)
{
    (void)err;
    (void)user;
    scripted_broken("a completion in a forked copy");
}

START_TEST(in_a_forked_copy_every_call_says_so)
{
    const sprog_bytes bytes = { "x", 1 };
    sprog_process *p;
    sprog_process *other = NULL;
    sprog_address address;
    intptr_t native;
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv };

    start();
    p = told.process;
    scripted_set_copy(true);
    ck_assert_int_eq(sprog_spawn(reactor, &options, NULL, NULL, &other, NULL),
                     SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_write(p, "x", 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_write_sequence(p, &bytes, 1),
                     SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_write_to_child(p, 0, "x", 1),
                     SPROG_EFORKED);
    ck_assert_int_eq(
        sprog_process_lend_to_child(p, 0, &bytes, 1, on_done_never, NULL),
        SPROG_EFORKED);
    ck_assert_uint_eq(sprog_process_queued(p, 0), 0);
    ck_assert_int_eq(sprog_process_set_marks(p, 0, 2, 1, 0), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_child_fd(p, 0), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_stdin(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_stdout(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_close_stderr(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_lose_connection(p), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_pause(p, 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_resume(p, 1), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_signal(p, 9), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_signal_named(p, "KILL"), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_signal_group(p, 9), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_pid(p), 0);
    ck_assert_int_eq(sprog_process_native(p, &native), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_host(p, &address), SPROG_EFORKED);
    ck_assert_int_eq(sprog_process_peer(p, &address), SPROG_EFORKED);
    sprog_process_destroy(p);
    scripted_set_copy(false);
    scripted_exits(told.child, 0);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(told.text, "made exited");
}
END_TEST

/* ---- the standard dispatch ---------------------------------------------- */

typedef struct dispatched {
    sprog_standard_protocol protocol; /* first */
    char text[256];
} dispatched;

static void
add_word(void *user, const char *word)
{
    strcat(((dispatched *)user)->text, word);
}

static void
std_made(sprog_process *p, void *user)
{
    (void)p;
    add_word(user, "m");
}

static void
std_out(sprog_process *p, const void *data, size_t len, void *user)
{
    (void)p;
    (void)data;
    (void)len;
    add_word(user, "o");
}

static void
std_err(sprog_process *p, const void *data, size_t len, void *user)
{
    (void)p;
    (void)data;
    (void)len;
    add_word(user, "e");
}

static void
std_lost_in(sprog_process *p, const sprog_lost *lost, void *user)
{
    (void)p;
    (void)lost;
    add_word(user, "0");
}

static void
std_lost_out(sprog_process *p, const sprog_lost *lost, void *user)
{
    (void)p;
    (void)lost;
    add_word(user, "1");
}

static void
std_lost_err(sprog_process *p, const sprog_lost *lost, void *user)
{
    (void)p;
    (void)lost;
    add_word(user, "2");
}

static void
std_exited(sprog_process *p, const sprog_exit *exit, void *user)
{
    (void)p;
    (void)exit;
    add_word(user, "x");
}

static void
std_ended(sprog_process *p, const sprog_exit *exit, void *user)
{
    (void)p;
    (void)exit;
    add_word(user, "E");
}

static void
dispatch_all(dispatched *to)
{
    static const char *const argv[] = { "child", NULL };
    static const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                          SPROG_READ(2), SPROG_READ(3) };
    const sprog_spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = 4
    };
    sprog_process *process = NULL;
    sprog__be_child *child;
    int fd;

    ck_assert_int_eq(sprog_spawn(reactor, &options, sprog_standard_dispatch(),
                                 to, &process, NULL),
                     SPROG_OK);
    child = scripted_child(0);
    for (fd = 1; fd <= 3; fd++) {
        scripted_prints_text(scripted_io(child, fd), "x");
    }
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    for (fd = 0; fd <= 3; fd++) {
        scripted_ends(scripted_io(child, fd));
    }
    scripted_exits(child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    sprog_process_destroy(process);
}

/* proves: B50 B55 */
START_TEST(the_standard_dispatch_tells_the_three_child_fds_apart)
{
    dispatched to = {
        { std_made, std_out, std_err, NULL, std_lost_in, std_lost_out,
          std_lost_err, std_exited, std_ended },
        "",
    };

    dispatch_all(&to);
    ck_assert_str_eq(to.text, "moe012xE");
}
END_TEST

/* proves: B50 B55 */
START_TEST(the_standard_dispatch_needs_no_callback_at_all)
{
    dispatched to;

    memset(&to, 0, sizeof to);
    dispatch_all(&to);
    ck_assert_str_eq(to.text, "");
}
END_TEST

static TCase *
add_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    return tcase;
}

static void
add_spawn_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "spawn");

    tcase_add_test(tcase,
                   no_callback_runs_inside_spawn_even_for_a_child_that_is_dead);
    tcase_add_test(tcase, the_child_gets_what_was_asked_for);
    tcase_add_test(tcase, the_default_map_is_write_read_read);
    tcase_add_test(tcase, our_own_standard_streams_are_looked_up_by_the_system);
    tcase_add_test(
        tcase, a_spawn_that_fails_says_why_calls_nothing_and_leaves_nothing);
    tcase_add_test(tcase, a_program_that_is_not_found_never_reaches_the_system);
    tcase_add_test(tcase, spawn_arguments_that_make_no_sense_are_invalid);
    tcase_add_test(tcase,
                   options_and_protocols_with_an_unknown_tail_are_refused);
    tcase_add_test(tcase, a_shorter_struct_and_no_protocol_at_all_are_valid);
    tcase_add_test(tcase, the_options_may_change_after_the_spawn);
}

static void
add_end_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "end");

    tcase_add_test(tcase, an_exit_with_every_end_closed_ends_in_order);
    tcase_add_test(
        tcase, the_exit_is_told_at_once_although_a_grandchild_holds_the_pipes);
    tcase_add_test(tcase, ends_that_close_long_before_the_exit_wait_for_it);
    tcase_add_test(tcase, a_child_with_the_empty_map_ends_with_its_exit);
    tcase_add_test(tcase, child_fds_without_an_end_of_ours_are_never_lost);
    tcase_add_test(tcase, the_status_is_told_as_the_system_told_it);
    tcase_add_test(tcase,
                   a_lost_status_is_unknown_and_the_events_come_all_the_same);
    tcase_add_test(tcase, the_time_from_spawn_to_exit_is_measured);
    tcase_add_loop_test(tcase,
                        whatever_comes_first_a_turn_apart_the_end_is_last, 0,
                        24 * SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(tcase,
                        whatever_comes_first_in_one_turn_the_end_is_last, 0,
                        24 * SCRIPTED_WAY_COUNT);
    tcase_add_test(tcase,
                   events_of_one_process_that_come_one_by_one_change_nothing);
    tcase_add_test(tcase,
                   after_the_drain_limit_the_end_comes_and_says_abandoned);
    tcase_add_test(tcase,
                   ends_that_close_within_the_drain_limit_are_not_abandoned);
    tcase_add_test(tcase,
                   the_drain_limit_begins_with_the_exit_not_with_the_spawn);
    tcase_add_test(tcase, the_drain_limit_cuts_paused_child_fds_too);
    tcase_add_loop_test(tcase,
                        queued_bytes_cut_off_by_the_drain_limit_are_counted, 0,
                        SCRIPTED_WAY_COUNT);
    tcase_add_test(tcase, without_a_drain_limit_the_wait_has_none);
}

static void
add_destroy_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "destroy");

    tcase_add_test(
        tcase, a_process_destroyed_while_it_runs_is_left_running_and_reaped);
    tcase_add_test(
        tcase,
        a_process_destroyed_with_the_policy_to_kill_is_killed_and_reaped);
    tcase_add_test(tcase, a_destroyed_process_does_not_keep_the_reactor_going);
    tcase_add_test(tcase, destroying_nothing_does_nothing);
    tcase_add_test(tcase, a_process_that_has_exited_is_let_go_at_once);
    tcase_add_test(
        tcase, the_reactors_end_reaps_what_has_exited_and_counts_what_runs);
    tcase_add_test(tcase, the_reactors_end_kills_as_the_policy_says);
    tcase_add_test(
        tcase, a_killed_child_that_will_not_die_is_waited_for_a_second_at_most);
    tcase_add_test(tcase,
                   the_reactors_end_takes_more_exits_than_fit_in_one_wait);
    tcase_add_loop_test(
        tcase, a_process_may_be_destroyed_inside_each_of_its_callbacks, 0,
        6 * SCRIPTED_WAY_COUNT);
    tcase_add_loop_test(
        tcase, a_child_spawned_inside_a_callback_is_announced_before_all_else,
        0, 4);
}

static void
add_call_tests(Suite *suite)
{
    TCase *tcase = add_case(suite, "calls");

    tcase_add_test(tcase, signals_go_to_the_process_alone);
    tcase_add_test(tcase, a_signal_that_the_system_refuses_is_told_as_it_said);
    tcase_add_test(tcase, after_the_exit_no_signal_is_sent);
    tcase_add_test(tcase, a_group_is_signalled_only_if_the_process_leads_one);
    tcase_add_test(tcase, the_pid_is_known_from_the_spawn_until_the_end);
    tcase_add_test(tcase, the_native_handle_is_valid_until_the_end);
    tcase_add_test(tcase, both_sides_have_an_address);
    tcase_add_test(tcase, our_own_address_is_asked_for_once_and_its_failure_told);
    tcase_add_test(tcase, in_a_forked_copy_every_call_says_so);
    tcase_add_test(tcase,
                   the_standard_dispatch_tells_the_three_child_fds_apart);
    tcase_add_test(tcase, the_standard_dispatch_needs_no_callback_at_all);
}

int
main(void)
{
    Suite *suite = suite_create("process");

    add_spawn_tests(suite);
    add_end_tests(suite);
    add_destroy_tests(suite);
    add_call_tests(suite);
    return scripted_main(suite);
}
