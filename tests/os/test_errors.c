/*
 * Errors as values: numbers, names, texts, the last fault, and memory that
 * runs out.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

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

/* proves: B134 */
START_TEST(every_error_has_its_number_its_name_and_a_text)
{
    for (size_t i = 0; i < sizeof errors / sizeof *errors; i++) {
        ck_assert_int_eq(errors[i].err, errors[i].number);
        ck_assert_str_eq(sprog_err_name(errors[i].err), errors[i].name);
        ck_assert_uint_gt(strlen(sprog_err_text(errors[i].err)), 0);
        for (size_t k = 0; k < i; k++) {
            ck_assert_str_ne(sprog_err_text(errors[i].err),
                             sprog_err_text(errors[k].err));
        }
    }
    ck_assert_str_eq(sprog_err_name((sprog_err)-99), "SPROG_E?");
    ck_assert_ptr_nonnull(sprog_err_text((sprog_err)-99));
    for (int step = 0; step <= (int)SPROG_STEP_WAIT; step++) {
        ck_assert_ptr_nonnull(sprog_step_text((sprog_step)step));
    }
    ck_assert_ptr_nonnull(sprog_step_text((sprog_step)999));
    ck_assert_str_eq(sprog_version(), SPROG_VERSION_TEXT);
}
END_TEST

/* proves: A1 H86 */
START_TEST(a_faults_text_names_step_and_thing_but_no_argument_or_variable)
{
    const char *argv[] = { "./no-such-program-here", "--password=hunter2",
                           NULL };
    const char *env[] = { "SPROG_TEST_SECRET=hunter3", NULL };
    const sprog_spawn_options options = { .argv = argv, .env = env };
    sprog_fault fault;
    char text[400];
    char cut[10];
    size_t need;

    ck_assert_int_eq(refuse(&options, &fault), SPROG_ENOTFOUND);
    need = sprog_fault_text(&fault, text, sizeof text);
    ck_assert_uint_eq(need, strlen(text));
    ck_assert_ptr_nonnull(strstr(text, "no-such-program-here"));
    ck_assert_ptr_nonnull(strstr(text, sprog_step_text(fault.step)));
    ck_assert_ptr_null(strstr(text, "hunter"));
    ck_assert_uint_eq(sprog_fault_text(&fault, cut, sizeof cut), need);
    ck_assert_uint_eq(strlen(cut), sizeof cut - 1);
    ck_assert_int_eq(strncmp(cut, text, sizeof cut - 1), 0);
    ck_assert_uint_eq(sprog_fault_text(&fault, NULL, 0), need);
}
END_TEST

/* proves: A6 */
START_TEST(the_last_fault_is_that_of_the_last_failure)
{
    record *r = START(NULL, "--wait-end", "0");

    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->err, SPROG_OK);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 1, "x", 1),
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->err,
                     SPROG_ENOTWRITABLE);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->child_fd, 1);
    ck_assert_int_eq(sprog_process_signal_named(r->process, "NOSUCH"),
                     SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_last_fault(r->reactor)->err, SPROG_EINVAL);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* ---- memory ------------------------------------------------------------- */

static size_t allowed; /* allocations that still succeed */
static size_t blocks;

static void *
failing_resize(void *block, size_t size, void *user)
{
    void *grown;

    (void)user;
    if (size == 0) {
        blocks -= block != NULL;
        free(block);
        return NULL;
    }
    if (allowed == 0) {
        return NULL;
    }
    allowed--;
    grown = realloc(block, size);
    blocks += block == NULL && grown != NULL;
    return grown;
}

/* A life with every kind of allocation in it; the first error it met. */
static sprog_err
live(sprog_reactor *reactor, record *r)
{
    const char *argv[] = { child_path(), "--cat", NULL };
    const sprog_env_edit edit = { "SPROG_TEST_A", "x" };
    const sprog_spawn_options options = {
        .argv = argv, .edits = &edit, .edit_count = 1, .left = SPROG_KILL
    };
    static char large[300000];
    const uint64_t until = fixture_deadline();
    sprog_err err;

    if ((err = sprog_reactor_call_later(reactor, 0, NULL, NULL, NULL)) !=
        SPROG_EINVAL) {
        return err;
    }
    err =
        sprog_spawn(reactor, &options, &record_protocol, r, &r->process, NULL);
    if (err == SPROG_OK) {
        err = sprog_process_write(r->process, large, sizeof large);
    }
    if (err == SPROG_OK) {
        err = sprog_process_close_stdin(r->process);
    }
    while (err == SPROG_OK && r->ended == 0) {
        ck_assert_uint_lt(host_now_ms(), until);
        err = sprog_reactor_turn(reactor, 200);
    }
    return err;
}

/* proves: H33 H81 H78 */
START_TEST(each_allocation_that_fails_is_an_error_and_leaves_nothing)
{
    const sprog_allocator allocator = { failing_resize, NULL };
    const sprog_reactor_options options = { .allocator = &allocator };
    sprog_err err = SPROG_ENOMEM;

    for (size_t n = 0; err != SPROG_OK; n++) {
        sprog_reactor *reactor = NULL;
        record r = { 0 };
        size_t left = 0;

        ck_assert_msg(n < 500, "it never succeeds");
        allowed = n;
        blocks = 0;
        err = sprog_reactor_create(&options, &reactor);
        if (err == SPROG_OK) {
            r.reactor = reactor;
            err = live(reactor, &r);
            if (err == SPROG_OK) {
                ck_assert_uint_eq(r.received[1], 300000);
            }
            sprog_process_destroy(r.process);
            OK(sprog_reactor_destroy(reactor, &left));
        } else {
            ck_assert_ptr_null(reactor);
        }
        ck_assert(err == SPROG_OK || err == SPROG_ENOMEM);
        ck_assert_uint_eq(left, 0);
        ck_assert_uint_eq(blocks, 0);
        ck_assert(!host_has_children());
        record_clear(&r);
    }
}
END_TEST

/* proves: H81 */
START_TEST(an_allocator_without_a_function_is_refused)
{
    const sprog_allocator none = { 0 };
    const sprog_reactor_options options = { .allocator = &none };
    sprog_reactor *reactor = NULL;

    ck_assert_int_eq(sprog_reactor_create(&options, &reactor), SPROG_EINVAL);
    ck_assert_int_eq(sprog_reactor_create(NULL, NULL), SPROG_EINVAL);
    ck_assert_ptr_null(reactor);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("errors");

    tcase_add_test(tc, every_error_has_its_number_its_name_and_a_text);
    tcase_add_test(
        tc, a_faults_text_names_step_and_thing_but_no_argument_or_variable);
    tcase_add_test(tc, the_last_fault_is_that_of_the_last_failure);
    tcase_add_test(tc,
                   each_allocation_that_fails_is_an_error_and_leaves_nothing);
    tcase_add_test(tc, an_allocator_without_a_function_is_refused);
    return suite_run("errors");
}
