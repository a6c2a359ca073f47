/*
 * What macOS's posix_spawn is asked for, on a played one: it does the moves one
 * after the other, closes all the rest, and tells of a failure by one number.
 * The file is included here, over a fork that is only counted.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "posix/spawn_posix_spawn.c"
#include "run_case.h"

#define SEEDS 3000
#define MOVES 6
#define LIMIT 16 /* sources and places are below it */
#define PID   123

static sprog__mem be_mem;
static sprog__be be;
static sprog__be_plan plan;
static sprog_fault fault;
static sprog__move moves[MOVES];
static sprog__spawn spawn;
static sprog__ids ids;

static play_file *childs[PLAY_FDS]; /* what the last one was given */
static int results[8];              /* of one start after the other */
static size_t starts;
static unsigned forks;

/* ---- the played system -------------------------------------------------- */

int
sprog__posix_sys_start(const sprog__orders *orders)
{
    play_file *files[PLAY_FDS];
    const int result = results[starts++];

    memcpy(files, play.fds, sizeof files);
    memset(childs, 0, sizeof childs);
    for (size_t i = 0; i < orders->move_count; i++) {
        const sprog__move *move = &orders->moves[i];

        if (files[move->from] == NULL) {
            return -EBADF;
        }
        files[move->to] = files[move->from];
        childs[move->to] = files[move->from];
    }
    return result;
}

sprog_err
sprog__fork_child(sprog__spawn *forking)
{
    forks++;
    forking->pid = PID;
    return SPROG_OK;
}

static void
begin(uint64_t seed)
{
    play_begin(seed);
    memset(results, 0, sizeof results);
    results[0] = PID;
    starts = 0;
    forks = 0;
    sprog__mem_from(&be_mem, NULL);
    be = (sprog__be){ .mem = &be_mem };
    plan = (sprog__be_plan){ 0 };
    fault = (sprog_fault){ 0 };
    spawn = (sprog__spawn){ .be = &be, .plan = &plan, .fault = &fault };
    spawn.orders.program = "/played";
    spawn.orders.moves = moves;
    spawn.orders.directory_fd = SPROG__NO_FD;
    spawn.orders.retries_busy = true;
}

static void
set_up(void)
{
    begin(1);
}

/* Open descriptors up to LIMIT, but for a few. */
static void
open_some(void)
{
    for (int fd = 3; fd < LIMIT; fd++) {
        ck_assert_int_eq(play_fd_give(play_file_make(NULL, NULL), fd), fd);
    }
    for (int i = 0; i < 4; i++) {
        sprog__posix_sys_close(3 + (int)play_random(LIMIT - 3));
    }
}

static void
close_all(void)
{
    for (int fd = 3; fd < PLAY_FDS; fd++) {
        sprog__posix_sys_close(fd);
    }
    play_end();
}

static int
random_open(void)
{
    int fd;

    do {
        fd = (int)play_random(LIMIT);
    } while (play_fd_file(fd) == NULL);
    return fd;
}

/* ---- tests -------------------------------------------------------------- */

/* proves: H4 */
START_TEST(every_map_comes_out_right_though_it_is_done_in_turn)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        play_file *wanted[PLAY_FDS] = { NULL };
        size_t count = 0;
        size_t open;

        close_all();
        begin(seed);
        open_some();
        for (int to = 0; to < LIMIT && count < MOVES; to++) {
            if (play_chance(40)) {
                moves[count] = (sprog__move){ random_open(), to };
                wanted[to] = play_fd_file(moves[count++].from);
            }
        }
        spawn.orders.move_count = count;
        open = play_fd_count();
        PLAY_CHECK(sprog__clone_child(&spawn) == SPROG_OK);
        PLAY_CHECK(spawn.pid == PID && forks == 0);
        PLAY_CHECK(memcmp(childs, wanted, sizeof childs) == 0);
        PLAY_CHECK(play_fd_count() == open);
    }
    close_all();
}
END_TEST

/* proves: A11 */
START_TEST(another_identity_is_left_to_the_fork)
{
    spawn.orders.ids = &ids;
    ck_assert_int_eq(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_uint_eq(forks, 1);
    ck_assert_uint_eq(starts, 0);
    close_all();
}
END_TEST

/* proves: H4 */
START_TEST(a_map_up_to_the_last_descriptor_is_left_to_the_fork)
{
    moves[0] = (sprog__move){ PLAY_FDS - 1, 0 };
    moves[1] = (sprog__move){ 0, PLAY_FDS - 1 };
    spawn.orders.move_count = 2;
    ck_assert_int_eq(play_fd_give(play_file_make(NULL, NULL), PLAY_FDS - 1),
                     PLAY_FDS - 1);
    ck_assert_int_eq(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_uint_eq(forks, 1);
    ck_assert_uint_eq(starts, 0);
    ck_assert_uint_eq(play_fd_count(), 4);
    close_all();
}
END_TEST

/* proves: H21 */
START_TEST(a_failure_is_told_with_its_step_and_the_program)
{
    results[0] = -ENOENT;
    ck_assert_int_ne(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_int_eq(fault.step, SPROG_STEP_EXEC);
    ck_assert_int_eq(fault.os_error, ENOENT);
    ck_assert_str_eq(fault.what, "/played");
    ck_assert_int_eq(spawn.pid, 0);
    results[1] = -EAGAIN;
    ck_assert_int_ne(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_int_eq(fault.step, SPROG_STEP_FORK);
    ck_assert_uint_eq(forks, 0);
    close_all();
}
END_TEST

/* proves: H21 */
START_TEST(a_failure_that_may_be_the_directorys_is_left_to_the_fork_to_tell)
{
    results[0] = -EACCES;
    spawn.orders.directory_fd = 0;
    ck_assert_int_eq(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_uint_eq(forks, 1);
    close_all();
}
END_TEST

/* proves: H22 */
START_TEST(a_busy_program_is_tried_again_and_then_told)
{
    const uint64_t before_ns = play.now_ns;

    for (size_t i = 0; i < 5; i++) {
        results[i] = -ETXTBSY;
    }
    results[5] = PID;
    ck_assert_int_ne(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_uint_eq(starts, 5);
    ck_assert_int_eq(fault.os_error, ETXTBSY);
    ck_assert_uint_ge(play.now_ns - before_ns, 15000000);
    ck_assert_int_eq(sprog__clone_child(&spawn), SPROG_OK);
    starts = 0;
    spawn.orders.retries_busy = false;
    ck_assert_int_ne(sprog__clone_child(&spawn), SPROG_OK);
    ck_assert_uint_eq(starts, 1);
    close_all();
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("posix_spawn");

    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, every_map_comes_out_right_though_it_is_done_in_turn);
    tcase_add_test(tc, another_identity_is_left_to_the_fork);
    tcase_add_test(tc, a_map_up_to_the_last_descriptor_is_left_to_the_fork);
    tcase_add_test(tc, a_failure_is_told_with_its_step_and_the_program);
    tcase_add_test(
        tc, a_failure_that_may_be_the_directorys_is_left_to_the_fork_to_tell);
    tcase_add_test(tc, a_busy_program_is_tried_again_and_then_told);
    return run_case("kqueue/posix_spawn", tc);
}
