/*
 * The one object for a foreign loop: ready whenever a turn of no length has
 * something to do, and not ready otherwise.
 * A loop that waits on it alone must never hang and never spin.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

static size_t called;

static void
count_call(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    called++;
}

/* The object, or -1 where this poller has none. */
static intptr_t
embed(void)
{
    intptr_t object = -1;
    intptr_t again = -1;
    const sprog_err err = sprog_reactor_embed(fixture_reactor(), &object);

    called = 0;
    if (err == SPROG_ENOTSUP) {
        suite_say_skipped("embed", "this poller has no such object");
        return -1;
    }
    OK(err);
    OK(sprog_reactor_embed(fixture_reactor(), &again));
    ck_assert_int_eq(again, object);
    return object;
}

/*
 * Turns until it is not ready any more: a loop that goes on would spin. What
 * ended may still have something to say a little later, on a busy system.
 */
static void
drain(intptr_t object)
{
    for (int i = 0; host_wait_ready(object, 50); i++) {
        ck_assert_msg(i < 1000, "ready for ever");
        OK(sprog_reactor_turn(fixture_reactor(), 0));
    }
}

/* Wait on the object alone until something is so. */
#define FOREIGN_UNTIL(object, condition)                                       \
    do {                                                                       \
        const uint64_t until_ = fixture_deadline();                            \
        while (!(condition)) {                                                 \
            ck_assert_msg(host_wait_ready((object), 10000),                    \
                          "not ready, but not %s", #condition);                \
            ck_assert_msg(host_now_ms() < until_, "never %s", #condition);     \
            OK(sprog_reactor_turn(fixture_reactor(), 0));                      \
        }                                                                      \
    } while (0)

/* proves: H75 W11 */
START_TEST(with_nothing_to_do_it_is_not_ready)
{
    const intptr_t object = embed();

    if (object == -1) {
        return;
    }
    drain(object);
    ck_assert(!host_wait_ready(object, 20));
}
END_TEST

/* proves: A21 */
START_TEST(a_post_and_a_timer_make_it_ready)
{
    const intptr_t object = embed();
    uint64_t before;

    if (object == -1) {
        return;
    }
    OK(sprog_reactor_post(fixture_reactor(), count_call, NULL));
    FOREIGN_UNTIL(object, called == 1);
    drain(object);
    before = host_now_ms();
    OK(sprog_reactor_call_later(fixture_reactor(), 50, count_call, NULL, NULL));
    FOREIGN_UNTIL(object, called == 2);
    ck_assert_uint_ge(host_now_ms() - before + 17, 50);
    OK(sprog_reactor_call_later(fixture_reactor(), 0, count_call, NULL, NULL));
    FOREIGN_UNTIL(object, called == 3);
    drain(object);
    ck_assert(!host_wait_ready(object, 20));
}
END_TEST

/* proves: H79 */
START_TEST(a_timer_made_before_the_embedding_counts_too)
{
    intptr_t object;

    OK(sprog_reactor_call_later(fixture_reactor(), 30, count_call, NULL, NULL));
    object = embed();
    if (object == -1) {
        return;
    }
    FOREIGN_UNTIL(object, called == 1);
}
END_TEST

/* proves: A4 A21 B43 W32 */
START_TEST(a_whole_life_can_be_led_by_a_foreign_loop)
{
    const intptr_t object = embed();
    record *r;

    if (object == -1) {
        return;
    }
    drain(object);
    r = START(NULL, "--cat");
    /* connection_made alone makes it ready. */
    FOREIGN_UNTIL(object, r->made == 1);
    OK(sprog_process_write(r->process, "hello", 5));
    FOREIGN_UNTIL(object, r->received[1] == 5);
    OK(sprog_process_close_stderr(r->process));
    FOREIGN_UNTIL(object, r->lost_count[2] == 1);
    OK(sprog_process_close_stdin(r->process));
    FOREIGN_UNTIL(object, r->ended == 1);
    drain(object);
    ck_assert(!host_wait_ready(object, 20));
}
END_TEST

/* proves: B49 H74 W12 */
START_TEST(the_rest_of_a_bounded_turn_keeps_it_ready)
{
    const intptr_t object = embed();
    record *r;

    if (object == -1) {
        return;
    }
    r = START(NULL, "--write-bytes", "1", "3000000");
    FOREIGN_UNTIL(object, r->ended == 1);
    ck_assert_uint_eq(r->received[1], 3000000);
}
END_TEST

/* proves: H75 */
START_TEST(a_paused_child_does_not_keep_it_ready)
{
    const intptr_t object = embed();
    record *r;

    if (object == -1) {
        return;
    }
    r = START(NULL, "--write", "1", "held", "--exit-code", "1");
    OK(sprog_process_pause(r->process, SPROG_ALL_FDS));
    FOREIGN_UNTIL(object, r->exited == 1);
    drain(object);
    ck_assert(!host_wait_ready(object, 50));
    OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
    FOREIGN_UNTIL(object, r->ended == 1);
}
END_TEST

static void
wake_thread(void *user)
{
    if (sprog_reactor_post(user, count_call, NULL) != SPROG_OK) {
        abort();
    }
}

/* proves: H80 */
START_TEST(another_threads_post_makes_it_ready)
{
    const intptr_t object = embed();
    host_thread *thread;

    if (object == -1) {
        return;
    }
    drain(object);
    thread = host_thread_start(wake_thread, fixture_reactor());
    FOREIGN_UNTIL(object, called == 1);
    host_thread_join(thread);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("embed");

    tcase_add_test(tc, with_nothing_to_do_it_is_not_ready);
    tcase_add_test(tc, a_post_and_a_timer_make_it_ready);
    tcase_add_test(tc, a_timer_made_before_the_embedding_counts_too);
    tcase_add_test(tc, a_whole_life_can_be_led_by_a_foreign_loop);
    tcase_add_test(tc, the_rest_of_a_bounded_turn_keeps_it_ready);
    tcase_add_test(tc, a_paused_child_does_not_keep_it_ready);
    tcase_add_test(tc, another_threads_post_makes_it_ready);
    return suite_run("embed");
}
