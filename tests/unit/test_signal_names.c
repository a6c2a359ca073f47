/*
 * Names and numbers of signals, on a system whose signals are in a table.
 */
#include <string.h>

#include "scripted/scripted.h"

static int
number_of(const char *name)
{
    int number = -77;
    const sprog_err err = sprog_signal_number(name, &number);

    if (err != SPROG_OK) {
        ck_assert_int_eq(number, -77); /* untouched */
        return (int)err;
    }
    return number;
}

/* proves: A8 B97 */
START_TEST(a_name_is_found_with_and_without_SIG)
{
    ck_assert_int_eq(number_of("TERM"), 15);
    ck_assert_int_eq(number_of("SIGTERM"), 15);
    ck_assert_int_eq(number_of("HUP"), 1);
    ck_assert_int_eq(number_of("SIGKILL"), 9);
    ck_assert_int_eq(number_of("INT"), 2);
    ck_assert_int_eq(number_of("STOP"), 19);
    ck_assert_int_eq(number_of("USR1"), 10);
}
END_TEST

/* proves: A8 B98 */
START_TEST(a_name_that_no_system_has_is_invalid)
{
    static const char *const bad[] = {
        "",       "SIG",      "term",     "SIGSIGTERM", "TERMX",
        "9",      "RTMIN+",   "RTMIN-1",  "RTMAX+1",    "RTMIN+1x",
        "RTMINX", "RTMIN+-1", "RTMAX- 1",
    };
    size_t i;

    for (i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        ck_assert_msg(number_of(bad[i]) == SPROG_EINVAL, "%s", bad[i]);
    }
}
END_TEST

/* proves: A8 */
START_TEST(a_name_that_only_other_systems_have_is_not_supported)
{
    ck_assert_int_eq(number_of("INFO"), SPROG_ENOTSUP);
    ck_assert_int_eq(number_of("SIGBREAK"), SPROG_ENOTSUP);
}
END_TEST

/* proves: A8 */
START_TEST(real_time_signals_are_counted_from_both_ends)
{
    ck_assert_int_eq(number_of("RTMIN"), 34);
    ck_assert_int_eq(number_of("SIGRTMIN+3"), 37);
    ck_assert_int_eq(number_of("RTMAX"), 64);
    ck_assert_int_eq(number_of("RTMAX-30"), 34);
    ck_assert_int_eq(number_of("RTMIN+30"), 64);
    ck_assert_int_eq(number_of("RTMIN+31"), SPROG_ENOTSUP);
    ck_assert_int_eq(number_of("RTMAX-31"), SPROG_ENOTSUP);
    ck_assert_int_eq(number_of("RTMIN+99999999999"), SPROG_EINVAL);
}
END_TEST

/* proves: A8 */
START_TEST(a_system_without_real_time_signals_says_so)
{
    scripted_set_realtime(0, 0);
    ck_assert_int_eq(number_of("RTMIN"), SPROG_ENOTSUP);
    ck_assert_ptr_null(sprog_signal_name(34));
}
END_TEST

START_TEST(arguments_that_are_NULL_are_invalid)
{
    int number = 0;

    ck_assert_int_eq(sprog_signal_number(NULL, &number), SPROG_EINVAL);
    ck_assert_int_eq(sprog_signal_number("TERM", NULL), SPROG_EINVAL);
}
END_TEST

START_TEST(every_name_that_is_told_is_found_again)
{
    int number;

    for (number = 1; number <= 64; number++) {
        const char *name = sprog_signal_name(number);

        if (name != NULL) {
            ck_assert_int_eq(number_of(name), number);
        }
    }
    ck_assert_str_eq(sprog_signal_name(34), "RTMIN");
    ck_assert_str_eq(sprog_signal_name(46), "RTMIN+12");
    ck_assert_str_eq(sprog_signal_name(64), "RTMIN+30");
}
END_TEST

START_TEST(of_two_names_the_usual_one_is_told)
{
    ck_assert_str_eq(sprog_signal_name(6), "ABRT");
    ck_assert_str_eq(sprog_signal_name(17), "CHLD");
}
END_TEST

START_TEST(a_number_without_a_signal_has_no_name)
{
    ck_assert_ptr_null(sprog_signal_name(0));
    ck_assert_ptr_null(sprog_signal_name(-1));
    ck_assert_ptr_null(sprog_signal_name(33));
    ck_assert_ptr_null(sprog_signal_name(65));
    ck_assert_ptr_null(sprog_signal_name(2147483647));
}
END_TEST

/* ---- how a process ended, in words -------------------------------------- */

static const char *
exit_text(sprog_exit_kind kind, uint32_t code, int signal_number, bool core)
{
    static char text[128];
    const sprog_exit exit = { .kind = kind,
                              .code = code,
                              .signal_number = signal_number,
                              .core_dumped = core };

    ck_assert_uint_eq(sprog_exit_text(&exit, text, sizeof text),
                      sprog_exit_text(&exit, NULL, 0));
    return text;
}

/* proves: B89 */
START_TEST(an_end_is_told_in_words)
{
    ck_assert_str_eq(exit_text(SPROG_EXIT_CODE, 3, 0, false),
                     "exited with code 3");
    ck_assert_str_eq(exit_text(SPROG_EXIT_CODE, 0xC0000005u, 0, false),
                     "exited with code 3221225477");
    ck_assert_str_eq(exit_text(SPROG_EXIT_SIGNAL, 0, 11, true),
                     "killed by SIGSEGV (core dumped)");
    ck_assert_str_eq(exit_text(SPROG_EXIT_SIGNAL, 0, 33, false),
                     "killed by signal 33");
    ck_assert_str_eq(exit_text(SPROG_EXIT_UNKNOWN, 0, 0, false),
                     "exited with an unknown status");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("signal_names");
    TCase *tcase = scripted_case(suite, "names");

    tcase_add_test(tcase, a_name_is_found_with_and_without_SIG);
    tcase_add_test(tcase, a_name_that_no_system_has_is_invalid);
    tcase_add_test(tcase, a_name_that_only_other_systems_have_is_not_supported);
    tcase_add_test(tcase, real_time_signals_are_counted_from_both_ends);
    tcase_add_test(tcase, a_system_without_real_time_signals_says_so);
    tcase_add_test(tcase, arguments_that_are_NULL_are_invalid);
    tcase_add_test(tcase, every_name_that_is_told_is_found_again);
    tcase_add_test(tcase, of_two_names_the_usual_one_is_told);
    tcase_add_test(tcase, a_number_without_a_signal_has_no_name);
    tcase_add_test(tcase, an_end_is_told_in_words);
    return scripted_main(suite);
}
