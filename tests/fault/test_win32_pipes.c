/*
 * Pipes on Windows as it is elsewhere: names that are taken, operations that
 * pend or end at once as the system likes, ends under all their names, reads
 * called back with bytes in them, packets in any order.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "win32_stage.h"

#define SEEDS 24

/* ---- names -------------------------------------------------------------- */

static void
live_shortly(void)
{
    record *r = stage_start(NULL, MODES("--cat"));

    OK(sprog_process_write(r->process, "hello", 5));
    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->ended == 1);
    ck_assert_str_eq(record_text(r, 1), "hello");
}

static const struct {
    unsigned times;
    DWORD error;
} taken[] = {
    { 1, ERROR_ACCESS_DENIED },
    { 1, ERROR_PIPE_BUSY },
    { 3, ERROR_ACCESS_DENIED },
    { 7, ERROR_PIPE_BUSY },
};

/* proves: H15 */
START_TEST(a_name_that_is_taken_is_tried_no_second_time)
{
    play.pipe_refusals = taken[_i].times;
    play.pipe_error = taken[_i].error;
    live_shortly();
    ck_assert_uint_eq(play.name_count, taken[_i].times + 3);
    for (size_t i = 0; i < play.name_count; i++) {
        for (size_t j = 0; j < i; j++) {
            ck_assert(wcscmp(play.names[i], play.names[j]) != 0);
        }
    }
}
END_TEST

/* proves: H15 */
START_TEST(a_name_that_somebody_guessed_is_passed_by)
{
    WCHAR name[PLAY_NAME_CAP];
    HANDLE squatter;

    play.random_repeats = 1;
    live_shortly();
    memcpy(name, play.names[0], sizeof name);
    squatter = CreateNamedPipeW(name, PIPE_ACCESS_DUPLEX, PIPE_WAIT, 1, 512,
                                512, 0, NULL);
    ck_assert(squatter != INVALID_HANDLE_VALUE);
    play_start(stage_seed());
    play.random_repeats = 1;
    live_shortly();
    ck_assert(wcscmp(play.names[0], name) == 0);
    ck_assert(wcscmp(play.names[1], name) != 0);
    ck_assert_uint_eq(play.name_count, 4);
    ck_assert(CloseHandle(squatter));
}
END_TEST

/* proves: H15 */
START_TEST(names_that_are_all_taken_are_an_error_and_no_hang)
{
    sprog_fault fault = { .err = SPROG_OK };
    record *r = NULL;

    play.random_repeats = 1000000;
    play.pipe_refusals = 1000000;
    play.pipe_error = ERROR_ACCESS_DENIED;
    ck_assert_int_eq(stage_try(NULL, MODES("--cat"), &r, &fault),
                     SPROG_ESYSTEM);
    ck_assert_int_eq(fault.step, SPROG_STEP_PIPE);
    ck_assert_int_eq(fault.os_error, ERROR_ACCESS_DENIED);
    ck_assert_uint_le(play.name_count, 8);
}
END_TEST

/* proves: H15 */
START_TEST(without_chance_there_is_no_name_and_no_pipe)
{
    sprog_fault fault = { .err = SPROG_OK };
    record *r = NULL;

    inject_lack("BCryptGenRandom", ERROR_GEN_FAILURE);
    ck_assert_int_eq(stage_try(NULL, MODES("--cat"), &r, &fault),
                     SPROG_ESYSTEM);
    ck_assert_int_eq(fault.step, SPROG_STEP_PIPE);
    ck_assert_uint_eq(play.name_count, 0);
}
END_TEST

/* ---- operations --------------------------------------------------------- */

/* So that no byte looks like its neighbour. */
static char *
pattern(size_t len)
{
    char *bytes = malloc(len);

    ck_assert_ptr_nonnull(bytes);
    for (size_t i = 0; i < len; i++) {
        bytes[i] = (char)(unsigned char)(i * 31 + i / 251);
    }
    return bytes;
}

static void
permute(void)
{
    play_io.permutes = true;
    play.mixes_packets = true;
}

static void
take_lent(sprog_err err, void *user)
{
    ck_assert(err == SPROG_OK || err == SPROG_ECANCELED ||
              err == SPROG_ECLOSED);
    ++*(unsigned *)user;
}

/* There and back, copied and lent, more than a pipe holds. */
static void
round_trip(void)
{
    const size_t len = 150000 + play_chance(100000);
    char *bytes = pattern(len);
    unsigned lent = 0;
    size_t at = 0;
    record *r = stage_start(NULL, MODES("--cat"));

    while (at < len) {
        const size_t rest = len - at;
        size_t n = 1 + play_chance(60000);
        sprog_bytes run;

        n = n < rest ? n : rest;
        run = (sprog_bytes){ bytes + at, n };
        if (play_chance(2) == 0) {
            OK(sprog_process_write(r->process, run.data, n));
            lent++;
        } else {
            OK(sprog_process_lend_to_child(r->process, 0, &run, 1, take_lent,
                                           &lent));
        }
        at += n;
    }
    OK(sprog_process_close_stdin(r->process));
    TURN_UNTIL(r->ended == 1);
    ck_assert_uint_eq(r->bytes[1].len, len);
    ck_assert(memcmp(r->bytes[1].data, bytes, len) == 0);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_uint_gt(lent, 0);
    free(bytes);
}

/* proves: H6 H69 */
START_TEST(every_byte_arrives_however_operations_end)
{
    unsigned held = 0;
    unsigned kept = 0;
    unsigned ends = 0;

    for (uint32_t i = 0; i < SEEDS; i++) {
        stage_again(stage_seed() + i);
        permute();
        round_trip();
        held += play_io.held;
        kept += play_io.kept;
        ends += play_io.ends;
    }
    /* All that is played has been. */
    ck_assert_uint_gt(held, SEEDS);
    ck_assert_uint_gt(kept, 0);
    ck_assert_uint_gt(ends, SEEDS);
}
END_TEST

/* proves: H6 */
START_TEST(what_a_child_wrote_before_its_exit_arrives_after_it)
{
    for (uint32_t i = 0; i < SEEDS; i++) {
        record *r;

        stage_again(stage_seed() + i);
        permute();
        r = stage_start(NULL, MODES("--write-bytes", "1", "65537"));
        TURN_UNTIL(r->ended == 1);
        ck_assert_uint_eq(r->bytes[1].len, 65537);
    }
}
END_TEST

/* proves: H69 */
START_TEST(bytes_live_until_the_system_has_done_with_them)
{
    char *bytes = pattern(300000);

    for (uint32_t i = 0; i < SEEDS; i++) {
        const sprog_bytes run = { bytes, 300000 };
        unsigned lent = 0;
        record *r;

        stage_again(stage_seed() + i);
        permute();
        /* It reads nothing, so most of it stays with the system. */
        r = stage_start(NULL, MODES("--sleep-forever"));
        OK(sprog_process_write(r->process, bytes, 1 + play_chance(200000)));
        OK(sprog_process_lend_to_child(r->process, 0, &run, 1, take_lent,
                                       &lent));
        for (unsigned turns = play_chance(4); turns > 0; turns--) {
            OK(sprog_reactor_turn(stage_reactor(), 0));
        }
        if (play_chance(2) == 0) {
            sprog_process_destroy(r->process);
            r->process = NULL;
        }
        ck_assert_uint_eq(stage_end_reactor(), 0);
        ck_assert_uint_eq(lent, 1);
    }
    free(bytes);
}
END_TEST

static const char *const closers[] = { "0", "1", "2" };

/* proves: H69 */
START_TEST(an_end_is_told_under_every_name_and_once)
{
    for (uint32_t i = 0; i < SEEDS; i++) {
        const int fd = (int)(i % 3);
        record *r;

        stage_again(stage_seed() + i);
        permute();
        r = stage_start(NULL, MODES("--close", closers[fd], "--sleep-forever"));
        TURN_UNTIL(r->lost_count[fd] > 0);
        ck_assert_int_eq(r->lost[fd].reason,
                         fd == 0 ? SPROG_LOST_PEER : SPROG_LOST_EOF);
        OK(sprog_process_signal_named(r->process, "KILL"));
        TURN_UNTIL(r->ended == 1);
        ck_assert_uint_eq(
            r->lost_count[0] + r->lost_count[1] + r->lost_count[2], 3);
    }
}
END_TEST

/* proves: H68 H69 */
START_TEST(packets_in_any_order_and_of_nobody_lose_no_event)
{
    unsigned strange = 0;

    for (uint32_t i = 0; i < SEEDS / 4; i++) {
        record *r[6];

        stage_again(stage_seed() + i);
        play.mixes_packets = true;
        for (size_t j = 0; j < 6; j++) {
            r[j] = stage_start(NULL, MODES("--cat", "--exit-code", "2"));
            OK(sprog_process_write(r[j]->process, "hello", 5));
            OK(sprog_process_close_stdin(r[j]->process));
        }
        for (size_t j = 0; j < 6; j++) {
            TURN_UNTIL(r[j]->ended == 1);
            ck_assert_str_eq(record_text(r[j], 1), "hello");
            ck_assert_uint_eq(r[j]->end.code, 2);
        }
        strange += play.strange_packets;
    }
    ck_assert_uint_gt(strange, 0);
}
END_TEST

int
main(void)
{
    TCase *tcase = stage_case("pipes");

    tcase_add_loop_test(tcase, a_name_that_is_taken_is_tried_no_second_time, 0,
                        4);
    tcase_add_test(tcase, a_name_that_somebody_guessed_is_passed_by);
    tcase_add_test(tcase, names_that_are_all_taken_are_an_error_and_no_hang);
    tcase_add_test(tcase, without_chance_there_is_no_name_and_no_pipe);
    tcase_add_test(tcase, every_byte_arrives_however_operations_end);
    tcase_add_test(tcase, what_a_child_wrote_before_its_exit_arrives_after_it);
    tcase_add_test(tcase, bytes_live_until_the_system_has_done_with_them);
    tcase_add_test(tcase, an_end_is_told_under_every_name_and_once);
    tcase_add_test(tcase, packets_in_any_order_and_of_nobody_lose_no_event);
    return stage_run("fault/win32_pipes", tcase);
}
