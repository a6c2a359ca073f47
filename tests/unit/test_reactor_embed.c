/*
 * The one object that a foreign loop waits on: ready whenever there is work.
 */
#include <string.h>

#include "common/backend.h"
#include "scripted/stage.h"

#define MS UINT64_C(1000000)

static void
post_again(sprog_reactor *of, void *user)
{
    ck_assert_int_eq(sprog_reactor_post(of, post_again, user), SPROG_OK);
}

static void
embed(void)
{
    intptr_t waitable = 0;

    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_OK);
    ck_assert_int_eq(waitable, 77);
}

START_TEST(the_object_is_not_ready_with_nothing_to_do)
{
    embed();
    ck_assert(!scripted_embed_ready());
    ck_assert_uint_eq(scripted_embed_next_ns(), SPROG__FOREVER);
}
END_TEST

START_TEST(the_object_is_ready_when_a_timer_is_due)
{
    const uint64_t before = scripted_clock_ns();

    embed();
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 30, say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_b, NULL),
                     SPROG_OK);
    ck_assert(!scripted_embed_ready());
    ck_assert_uint_eq(scripted_embed_next_ns(), before + 10 * MS);
    scripted_clock_advance_ms(10);
    ck_assert(scripted_embed_ready());
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(said, "b");
    ck_assert(!scripted_embed_ready());
    ck_assert_uint_eq(scripted_embed_next_ns(), before + 30 * MS);
}
END_TEST

START_TEST(a_timer_made_before_the_embedding_makes_the_object_ready)
{
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, NULL),
                     SPROG_OK);
    embed();
    scripted_clock_advance_ms(10);
    ck_assert(scripted_embed_ready());
}
END_TEST

START_TEST(the_object_is_ready_when_a_call_was_posted)
{
    embed();
    ck_assert_int_eq(sprog_reactor_post(reactor, say, word_a), SPROG_OK);
    ck_assert(scripted_embed_ready());
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_str_eq(said, "a");
    ck_assert(!scripted_embed_ready());
}
END_TEST

START_TEST(a_call_that_posts_in_its_turn_leaves_the_object_ready)
{
    embed();
    ck_assert_int_eq(sprog_reactor_post(reactor, post_again, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert(scripted_embed_ready());
}
END_TEST

static void
embed_now(sprog_reactor *of, void *user)
{
    (void)of;
    (void)user;
    embed();
}

START_TEST(embedding_inside_a_callback_arms_the_object_for_the_next_timer)
{
    const uint64_t before = scripted_clock_ns();

    ck_assert_int_eq(sprog_reactor_call_later(reactor, 10, say, word_a, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_post(reactor, embed_now, NULL), SPROG_OK);
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    ck_assert_uint_eq(scripted_embed_next_ns(), before + 10 * MS);
}
END_TEST

START_TEST(a_completion_that_a_turn_puts_off_leaves_the_object_ready)
{
    lent given;

    embed();
    start_all(_i, 2);
    ck_assert_int_eq(lend_text("abc", &given), SPROG_OK);
    turn(2);
    scripted_reads(io_of(0), 100);
    while (given.times == 0) {
        ck_assert(scripted_embed_ready());
        turn(1);
    }
    ck_assert_int_eq(given.err, SPROG_OK);
}
END_TEST

START_TEST(what_a_timer_puts_off_leaves_the_object_ready)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv, .drain_ms = 10 };

    embed();
    journal_spawn(&told, reactor, &options);
    scripted_exits(told.child, 0);
    turn(2);
    scripted_clock_advance_ms(10);
    while (!told.has_ended) {
        ck_assert(scripted_embed_ready());
        turn(1);
    }
    ck_assert(told.ended.abandoned);
}
END_TEST

START_TEST(a_spawn_outside_of_a_turn_makes_the_object_ready)
{
    embed();
    journal_spawn(&told, reactor, NULL);
    ck_assert(scripted_embed_ready());
    /* A timer that is made after it does not put that off. */
    ck_assert_int_eq(sprog_reactor_call_later(reactor, 1000, say, word_a, NULL),
                     SPROG_OK);
    ck_assert(scripted_embed_ready());
    turn(1);
    ck_assert_str_eq(told.text, "made");
}
END_TEST

START_TEST(embedding_that_the_system_refuses_is_told)
{
    intptr_t waitable = 5;

    scripted_fail(SCRIPTED_EMBED, 1, false, SPROG_ENOTSUP, 0);
    ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_ENOTSUP);
    ck_assert_int_eq(waitable, 5);
    ck_assert_int_eq(sprog_reactor_last_fault(reactor)->err, SPROG_ENOTSUP);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("reactor_embed");
    TCase *tcase = stage_case(suite, "reactor_embed");

    tcase_add_test(tcase, the_object_is_not_ready_with_nothing_to_do);
    tcase_add_test(tcase, the_object_is_ready_when_a_timer_is_due);
    tcase_add_test(tcase,
                   a_timer_made_before_the_embedding_makes_the_object_ready);
    tcase_add_test(tcase, the_object_is_ready_when_a_call_was_posted);
    tcase_add_test(tcase,
                   a_call_that_posts_in_its_turn_leaves_the_object_ready);
    tcase_add_test(
        tcase, embedding_inside_a_callback_arms_the_object_for_the_next_timer);
    STAGE_ADD_WAYS(tcase,
                   a_completion_that_a_turn_puts_off_leaves_the_object_ready);
    tcase_add_test(tcase, what_a_timer_puts_off_leaves_the_object_ready);
    tcase_add_test(tcase, a_spawn_outside_of_a_turn_makes_the_object_ready);
    tcase_add_test(tcase, embedding_that_the_system_refuses_is_told);
    return scripted_main(suite);
}
