/*
 * Signals by number and by name, and what is answered when there is nobody to
 * signal any more.
 */
#include <string.h>

#include "fixture.h"

#define KILL 9
#define TERM 15

static void
was_killed(const record *r, int signal_number)
{
    ck_assert(r->end.killed_by_us);
    if (*host_exe_suffix == '\0') {
        ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
        ck_assert_int_eq(r->end.signal_number, signal_number);
    }
}

/* proves: A8 B88 B97 A9 W25 W26 */
START_TEST(kill_and_term_end_the_child_and_the_exit_says_it_was_us)
{
    record *killed = START(NULL, "--sleep-forever");
    record *named = START(NULL, "--sleep-forever");
    record *full = START(NULL, "--sleep-forever");

    OK(sprog_process_signal(killed->process, KILL));
    OK(sprog_process_signal_named(named->process, "TERM"));
    OK(sprog_process_signal_named(full->process, "SIGKILL"));
    finish(killed);
    finish(named);
    finish(full);
    was_killed(killed, KILL);
    was_killed(named, TERM);
    was_killed(full, KILL);
}
END_TEST

/* proves: A8 B99 */
START_TEST(signal_0_only_asks_whether_it_lives)
{
    record *r = START(NULL, "--wait-end", "0");

    OK(sprog_process_signal(r->process, 0));
    TURN_UNTIL(r->made == 1);
    OK(sprog_process_signal(r->process, 0));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert(!r->end.killed_by_us);
    ck_assert_int_eq(sprog_process_signal(r->process, 0), SPROG_EEXITED);
}
END_TEST

static sprog_err answer_in_exited;
static sprog_err answer_in_ended;

static void
signal_in_callback(record *r, record_kind kind, int child_fd)
{
    (void)child_fd;
    if (kind == RECORD_EXITED) {
        answer_in_exited = sprog_process_signal(r->process, KILL);
    }
    if (kind == RECORD_ENDED) {
        answer_in_ended = sprog_process_signal_named(r->process, "TERM");
    }
}

/* proves: A8 B100 H32 H33 W25 */
START_TEST(what_has_exited_cannot_be_signalled)
{
    record *r = START(NULL, "--exit-code", "2");

    answer_in_exited = SPROG_OK;
    answer_in_ended = SPROG_OK;
    r->hook = signal_in_callback;
    finish(r);
    ck_assert_int_eq(answer_in_exited, SPROG_EEXITED);
    ck_assert_int_eq(answer_in_ended, SPROG_EEXITED);
    ck_assert_int_eq(sprog_process_signal(r->process, KILL), SPROG_EEXITED);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 2);
    ck_assert(!r->end.killed_by_us);
}
END_TEST

/* proves: A8 B97 B98 B99 W25 */
START_TEST(what_no_system_has_is_refused)
{
    record *r = START(NULL, "--wait-end", "0");
    sprog_err err;

    ck_assert_int_eq(sprog_process_signal_named(r->process, "NOSUCH"),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_signal_named(r->process, ""), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_signal_named(r->process, "kill"),
                     SPROG_EINVAL);
    err = sprog_process_signal(r->process, 9999);
    ck_assert(err == SPROG_ESYSTEM || err == SPROG_ENOTSUP);
    err = sprog_process_signal(r->process, -1);
    ck_assert(err == SPROG_ESYSTEM || err == SPROG_ENOTSUP);
    ck_assert_int_eq(sprog_process_signal(NULL, KILL), SPROG_EINVAL);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

/* proves: A8 B97 */
START_TEST(names_and_numbers_belong_together)
{
    int number = -7;
    const char *const seed[] = { "INT", "KILL", "TERM" };

    for (size_t i = 0; i < 3; i++) {
        OK(sprog_signal_number(seed[i], &number));
        ck_assert_str_eq(sprog_signal_name(number), seed[i]);
    }
    OK(sprog_signal_number("SIGTERM", &number));
    ck_assert_int_eq(number, TERM);
    number = -7;
    ck_assert_int_eq(sprog_signal_number("BOGUS", &number), SPROG_EINVAL);
    ck_assert_int_eq(sprog_signal_number("SIG", &number), SPROG_EINVAL);
    ck_assert_int_eq(sprog_signal_number(NULL, &number), SPROG_EINVAL);
    ck_assert_int_eq(number, -7);
    ck_assert_ptr_null(sprog_signal_name(0));
    ck_assert_ptr_null(sprog_signal_name(-1));
    ck_assert_ptr_null(sprog_signal_name(9999));
}
END_TEST

/* proves: A8 */
START_TEST(every_number_that_has_a_name_has_that_number_by_it)
{
    size_t named = 0;

    for (int i = 1; i < 128; i++) {
        const char *name = sprog_signal_name(i);
        int back = 0;

        if (name != NULL) {
            OK(sprog_signal_number(name, &back));
            ck_assert_int_eq(back, i);
            named++;
        }
    }
    ck_assert_uint_ge(named, 3);
}
END_TEST

/* proves: A8 W25 */
START_TEST(a_signal_that_only_others_have_is_not_supported)
{
    int number = 0;
    const sprog_err info = sprog_signal_number("INFO", &number);
    const sprog_err hup = sprog_signal_number("HUP", &number);

    ck_assert_int_ne(info, SPROG_EINVAL);
    ck_assert_int_ne(hup, SPROG_EINVAL);
    ck_assert(info == SPROG_ENOTSUP || hup == SPROG_OK);
}
END_TEST

/* proves: A8 B102 */
START_TEST(a_child_without_a_group_of_its_own_has_none_to_signal)
{
    record *r = START(NULL, "--wait-end", "0");
    const sprog_err err = sprog_process_signal_group(r->process, TERM);

    ck_assert(err == SPROG_EINVAL || err == SPROG_ENOTSUP);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("signal");

    tcase_add_test(tc, kill_and_term_end_the_child_and_the_exit_says_it_was_us);
    tcase_add_test(tc, signal_0_only_asks_whether_it_lives);
    tcase_add_test(tc, what_has_exited_cannot_be_signalled);
    tcase_add_test(tc, what_no_system_has_is_refused);
    tcase_add_test(tc, names_and_numbers_belong_together);
    tcase_add_test(tc, every_number_that_has_a_name_has_that_number_by_it);
    tcase_add_test(tc, a_signal_that_only_others_have_is_not_supported);
    tcase_add_test(tc, a_child_without_a_group_of_its_own_has_none_to_signal);
    return suite_run("signal");
}
