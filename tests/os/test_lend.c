/*
 * Lent bytes: not copied, and given back exactly once, whatever happens.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

typedef struct loan {
    unsigned done;
    sprog_err err;
} loan;

static void
on_done(sprog_err err, void *user)
{
    loan *l = user;

    l->done++;
    l->err = err;
}

/* proves: A21 B63 */
START_TEST(lent_bytes_arrive_and_come_back_once_in_a_later_turn)
{
    const size_t len = 3u << 20;
    char *data = pattern(len);
    const sprog_bytes parts[] = { { data, 1000 },
                                  { data + 1000, 0 },
                                  { data + 1000, len - 1000 } };
    loan l = { 0 };
    record *r = START(NULL, "--count", "0", "1");

    OK(sprog_process_lend_to_child(r->process, 0, parts, 3, on_done, &l));
    OK(sprog_process_close_stdin(r->process));
    ck_assert_uint_eq(l.done, 0);
    ck_assert_uint_gt(sprog_process_queued(r->process, 0), 0);
    finish(r);
    ck_assert_uint_eq(l.done, 1);
    ck_assert_int_eq(l.err, SPROG_OK);
    ck_assert_str_eq(record_text(r, 1), "3145728 right\n");
    free(data);
}
END_TEST

/* proves: A7 A21 */
START_TEST(a_small_loan_and_an_empty_one_complete_too_and_not_at_once)
{
    const sprog_bytes part = { "abc", 3 };
    loan small = { 0 };
    loan empty = { 0 };
    record *r = START(NULL, "--cat");

    OK(sprog_process_lend_to_child(r->process, 0, &part, 1, on_done, &small));
    OK(sprog_process_lend_to_child(r->process, 0, NULL, 0, on_done, &empty));
    ck_assert_uint_eq(small.done + empty.done, 0);
    TURN_UNTIL(small.done == 1 && empty.done == 1);
    ck_assert_int_eq(small.err, SPROG_OK);
    ck_assert_int_eq(empty.err, SPROG_OK);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "abc");
    ck_assert_uint_eq(small.done + empty.done, 2);
}
END_TEST

/* proves: B60 B63 */
START_TEST(loans_and_copies_leave_in_the_order_of_the_calls)
{
    const size_t len = 1u << 20;
    char *data = pattern(len);
    loan loans[4] = { { 0 } };
    record *r = START(NULL, "--count", "0", "1");

    for (size_t i = 0; i < 4; i++) {
        const size_t at = i * (len / 4);
        const sprog_bytes part = { data + at, len / 8 };

        OK(sprog_process_lend_to_child(r->process, 0, &part, 1, on_done,
                                       &loans[i]));
        OK(sprog_process_write(r->process, data + at + len / 8, len / 8));
    }
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1048576 right\n");
    for (size_t i = 0; i < 4; i++) {
        ck_assert_uint_eq(loans[i].done, 1);
    }
    free(data);
}
END_TEST

/* proves: B70 */
START_TEST(a_loan_to_a_child_that_reads_no_more_comes_back_as_closed)
{
    const size_t len = 2u << 20;
    char *data = pattern(len);
    const sprog_bytes part = { data, len };
    loan l = { 0 };
    record *r = START(NULL, "--read", "0", "1", "--exit-code", "2");

    OK(sprog_process_lend_to_child(r->process, 0, &part, 1, on_done, &l));
    finish(r);
    ck_assert_uint_eq(l.done, 1);
    ck_assert_int_eq(l.err, SPROG_ECLOSED);
    ck_assert_uint_gt(r->lost[0].unsent, 0);
    free(data);
}
END_TEST

/* proves: A21 */
START_TEST(of_a_destroyed_process_only_the_loans_come_back_as_canceled)
{
    const sprog_spawn_options options = { .left = SPROG_KILL };
    const size_t len = 2u << 20;
    char *data = pattern(len);
    const sprog_bytes part = { data, len };
    loan loans[2] = { { 0 } };
    record *r = START(&options, "--sleep-forever");
    size_t callbacks;

    TURN_UNTIL(r->made == 1);
    OK(sprog_process_lend_to_child(r->process, 0, &part, 1, on_done,
                                   &loans[0]));
    OK(sprog_process_lend_to_child(r->process, 0, &part, 1, on_done,
                                   &loans[1]));
    callbacks = r->callbacks;
    let_go(r);
    ck_assert_uint_eq(loans[0].done + loans[1].done, 0);
    TURN_UNTIL(loans[0].done == 1 && loans[1].done == 1);
    ck_assert_int_eq(loans[0].err, SPROG_ECANCELED);
    ck_assert_int_eq(loans[1].err, SPROG_ECANCELED);
    TURN_UNTIL(!host_has_children());
    ck_assert_uint_eq(r->callbacks, callbacks);
    ck_assert_uint_eq(loans[0].done + loans[1].done, 2);
    free(data);
}
END_TEST

/* proves: A21 H83 */
START_TEST(destroying_the_reactor_gives_loans_back_inside_the_call)
{
    const char *argv[] = { child_path(), "--sleep-forever", NULL };
    const sprog_spawn_options options = { .argv = argv, .left = SPROG_KILL };
    const size_t len = 2u << 20;
    char *data = pattern(len);
    const sprog_bytes part = { data, len };
    loan l = { 0 };
    sprog_reactor *reactor = NULL;
    sprog_process *process = NULL;
    size_t left = 9;

    OK(sprog_reactor_create(NULL, &reactor));
    OK(sprog_spawn(reactor, &options, NULL, NULL, &process, NULL));
    OK(sprog_process_lend_to_child(process, 0, &part, 1, on_done, &l));
    OK(sprog_reactor_destroy(reactor, &left));
    ck_assert_uint_eq(l.done, 1);
    ck_assert_int_eq(l.err, SPROG_ECANCELED);
    ck_assert_uint_eq(left, 0);
    free(data);
}
END_TEST

/* proves: A6 */
START_TEST(a_refused_loan_is_never_given_back)
{
    const sprog_bytes part = { "abc", 3 };
    const sprog_bytes wrong = { NULL, 3 };
    loan l = { 0 };
    record *r = START(NULL, "--wait-end", "0");

    ck_assert_int_eq(
        sprog_process_lend_to_child(r->process, 0, &part, 1, NULL, &l),
        SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_process_lend_to_child(r->process, 0, &wrong, 1, on_done, &l),
        SPROG_EINVAL);
    ck_assert_int_eq(
        sprog_process_lend_to_child(r->process, 9, &part, 1, on_done, &l),
        SPROG_ENOCHILDFD);
    ck_assert_int_eq(
        sprog_process_lend_to_child(r->process, 1, &part, 1, on_done, &l),
        SPROG_ENOTWRITABLE);
    OK(sprog_process_close_stdin(r->process));
    ck_assert_int_eq(
        sprog_process_lend_to_child(r->process, 0, &part, 1, on_done, &l),
        SPROG_ECLOSED);
    finish(r);
    ck_assert_uint_eq(l.done, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("lend");

    tcase_add_test(tc, lent_bytes_arrive_and_come_back_once_in_a_later_turn);
    tcase_add_test(tc,
                   a_small_loan_and_an_empty_one_complete_too_and_not_at_once);
    tcase_add_test(tc, loans_and_copies_leave_in_the_order_of_the_calls);
    tcase_add_test(tc,
                   a_loan_to_a_child_that_reads_no_more_comes_back_as_closed);
    tcase_add_test(tc,
                   of_a_destroyed_process_only_the_loans_come_back_as_canceled);
    tcase_add_test(tc, destroying_the_reactor_gives_loans_back_inside_the_call);
    tcase_add_test(tc, a_refused_loan_is_never_given_back);
    return suite_run("lend");
}
