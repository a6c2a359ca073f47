/*
 * Errors in words: every one has a name, a text and a fixed number.
 */
#include "sprog/error.h"

#include <string.h>

#include "common/fault.h"
#include "common/text.h"
#include "scripted/scripted.h"

static const struct {
    sprog_err err;
    int number;
    const char *name;
} errors[] = {
    { SPROG_OK, 0, "SPROG_OK" },
    { SPROG_EINVAL, -1, "SPROG_EINVAL" },
    { SPROG_ENOMEM, -2, "SPROG_ENOMEM" },
    { SPROG_ENOTSUP, -3, "SPROG_ENOTSUP" },
    { SPROG_ESYSTEM, -4, "SPROG_ESYSTEM" },
    { SPROG_EBUSY, -5, "SPROG_EBUSY" },
    { SPROG_EFORKED, -6, "SPROG_EFORKED" },
    { SPROG_EBUG, -7, "SPROG_EBUG" },
    { SPROG_ENOTFOUND, -8, "SPROG_ENOTFOUND" },
    { SPROG_EACCESS, -9, "SPROG_EACCESS" },
    { SPROG_EBATCH, -10, "SPROG_EBATCH" },
    { SPROG_EENCODING, -11, "SPROG_EENCODING" },
    { SPROG_ETOOLONG, -12, "SPROG_ETOOLONG" },
    { SPROG_EEXITED, -20, "SPROG_EEXITED" },
    { SPROG_ENOCHILDFD, -21, "SPROG_ENOCHILDFD" },
    { SPROG_ENOTWRITABLE, -22, "SPROG_ENOTWRITABLE" },
    { SPROG_ECLOSED, -23, "SPROG_ECLOSED" },
    { SPROG_EQUEUEFULL, -24, "SPROG_EQUEUEFULL" },
    { SPROG_ECANCELED, -25, "SPROG_ECANCELED" },
    { SPROG_ETIMEDOUT, -26, "SPROG_ETIMEDOUT" },
};

#define ERROR_COUNT (sizeof errors / sizeof errors[0])

static sprog_fault fault;

static void
set_up(void)
{
    scripted_reset();
    sprog__fault_clear(&fault);
}

/* proves: B134 */
START_TEST(every_error_has_its_number_and_its_name)
{
    size_t i;

    for (i = 0; i < ERROR_COUNT; i++) {
        ck_assert_int_eq((int)errors[i].err, errors[i].number);
        ck_assert_str_eq(sprog_err_name(errors[i].err), errors[i].name);
    }
}
END_TEST

START_TEST(every_error_has_a_text_of_its_own)
{
    size_t i;
    size_t j;

    for (i = 0; i < ERROR_COUNT; i++) {
        ck_assert_uint_gt(strlen(sprog_err_text(errors[i].err)), 3);
        for (j = 0; j < i; j++) {
            ck_assert_str_ne(sprog_err_text(errors[i].err),
                             sprog_err_text(errors[j].err));
        }
    }
}
END_TEST

START_TEST(a_number_that_is_no_error_says_so)
{
    ck_assert_str_eq(sprog_err_name((sprog_err)-19), "SPROG_E?");
    ck_assert_str_eq(sprog_err_name((sprog_err)1), "SPROG_E?");
    ck_assert_str_eq(sprog_err_text((sprog_err)-19), "an unknown error");
    ck_assert_str_eq(sprog_step_text((sprog_step)99), "?");
}
END_TEST

START_TEST(every_step_but_none_has_a_text_of_its_own)
{
    int i;
    int j;

    ck_assert_str_eq(sprog_step_text(SPROG_STEP_NONE), "");
    for (i = SPROG_STEP_OPTIONS; i <= SPROG_STEP_WAIT; i++) {
        ck_assert_str_ne(sprog_step_text((sprog_step)i), "");
        ck_assert_str_ne(sprog_step_text((sprog_step)i), "?");
        for (j = SPROG_STEP_OPTIONS; j < i; j++) {
            ck_assert_str_ne(sprog_step_text((sprog_step)i),
                             sprog_step_text((sprog_step)j));
        }
    }
}
END_TEST

static const char *
text_of_fault(void)
{
    static char text[512];
    const size_t need = sprog_fault_text(&fault, text, sizeof text);

    ck_assert_uint_eq(need, strlen(text));
    return text;
}

/* proves: A1 */
START_TEST(a_fault_says_what_was_tried_on_what_and_what_came_of_it)
{
    (void)sprog__fault_set(&fault, SPROG_ENOTFOUND, SPROG_STEP_CHDIR, 2,
                           "/nowhere");
    ck_assert_str_eq(text_of_fault(), "chdir to '/nowhere': system error 2");
    fault.os_error = 0;
    ck_assert_str_eq(text_of_fault(),
                     "chdir to '/nowhere': no such program, file or directory");
    fault.child_fd = 5;
    fault.what[0] = '\0';
    ck_assert_str_eq(
        text_of_fault(),
        "chdir to (child fd 5): no such program, file or directory");
}
END_TEST

START_TEST(a_fault_with_nothing_but_its_error_is_that_text)
{
    (void)sprog__fault_set(&fault, SPROG_ENOMEM, SPROG_STEP_NONE, 0, NULL);
    ck_assert_str_eq(text_of_fault(), "out of memory");
}
END_TEST

START_TEST(a_text_that_does_not_fit_is_cut_and_its_length_told)
{
    char whole[256];
    char cut[256];
    size_t cap;
    size_t need;

    (void)sprog__fault_set(&fault, SPROG_ENOTFOUND, SPROG_STEP_EXEC, 0, "x");
    need = sprog_fault_text(&fault, whole, sizeof whole);
    ck_assert_uint_eq(sprog_fault_text(&fault, NULL, 0), need);
    for (cap = 1; cap <= need + 1; cap++) {
        memset(cut, '#', sizeof cut);
        ck_assert_uint_eq(sprog_fault_text(&fault, cut, cap), need);
        ck_assert_uint_eq(strlen(cut), cap - 1);
        ck_assert_mem_eq(cut, whole, cap - 1);
        ck_assert_int_eq(cut[cap], '#');
    }
}
END_TEST

START_TEST(setting_a_fault_cuts_a_long_name_and_keeps_the_child_fd)
{
    char name[600];

    memset(name, 'n', sizeof name);
    name[sizeof name - 1] = '\0';
    fault.child_fd = 3;
    ck_assert_int_eq(
        sprog__fault_set(&fault, SPROG_EACCESS, SPROG_STEP_FILE, 13, name),
        SPROG_EACCESS);
    ck_assert_uint_eq(strlen(fault.what), SPROG_FAULT_WHAT_SIZE - 1);
    ck_assert_int_eq(fault.child_fd, 3);
    ck_assert_int_eq(fault.os_error, 13);
    sprog__fault_clear(&fault);
    ck_assert_int_eq(fault.child_fd, -1);
    ck_assert_int_eq(fault.err, SPROG_OK);
}
END_TEST

START_TEST(numbers_are_written_whole_at_both_ends)
{
    char buf[32];
    sprog__text text;

    sprog__text_start(&text, buf, sizeof buf);
    sprog__text_add_number(&text, INT64_MIN);
    ck_assert_str_eq(buf, "-9223372036854775808");
    sprog__text_start(&text, buf, sizeof buf);
    sprog__text_add_number(&text, INT64_MAX);
    ck_assert_str_eq(buf, "9223372036854775807");
    sprog__text_start(&text, buf, sizeof buf);
    sprog__text_add_number(&text, 0);
    ck_assert_str_eq(buf, "0");
}
END_TEST

START_TEST(the_version_of_the_library_is_the_headers)
{
    ck_assert_str_eq(sprog_version(), SPROG_VERSION_TEXT);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("error");
    TCase *tcase = tcase_create("words");

    tcase_add_checked_fixture(tcase, set_up, scripted_finish);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, every_error_has_its_number_and_its_name);
    tcase_add_test(tcase, every_error_has_a_text_of_its_own);
    tcase_add_test(tcase, a_number_that_is_no_error_says_so);
    tcase_add_test(tcase, every_step_but_none_has_a_text_of_its_own);
    tcase_add_test(tcase,
                   a_fault_says_what_was_tried_on_what_and_what_came_of_it);
    tcase_add_test(tcase, a_fault_with_nothing_but_its_error_is_that_text);
    tcase_add_test(tcase, a_text_that_does_not_fit_is_cut_and_its_length_told);
    tcase_add_test(tcase,
                   setting_a_fault_cuts_a_long_name_and_keeps_the_child_fd);
    tcase_add_test(tcase, numbers_are_written_whole_at_both_ends);
    tcase_add_test(tcase, the_version_of_the_library_is_the_headers);
    return scripted_main(suite);
}
