/*
 * Random use against a reference model: several processes, timers and posted
 * calls at once, random calls inside every callback, events in random order,
 * batches and parts, in every way that a system treats bytes. A failure
 * prints its seed; SPROG_TEST_SEED=n runs that one alone.
 */
#include <stdlib.h>
#include <string.h>

#include "common/backend.h"
#include "scripted/actor.h"

#define ACTORS         8
#define STEPS          250
#define TIMERS         16
#define SEEDS_A_TEST   40
#define TESTS          25
#define MOST_END_TURNS 20000

typedef struct timed_call {
    sprog_timer *timer; /* NULL: not running */
    uint64_t due_ns;
} timed_call;

static sprog_reactor *reactor;
static actor actors[ACTORS];
static size_t actor_count;
static timed_call timers[TIMERS];
static size_t posts_owed;
static size_t posts_made;
static bool may_spawn;
static bool is_embedded;

/* ---- timers and posts --------------------------------------------------- */

static void
on_timer(sprog_reactor *of, void *user)
{
    timed_call *call = user;

    (void)of;
    if (call->timer == NULL) {
        scripted_broken("a timer ran that was cancelled, or ran twice");
    }
    if (scripted_clock_ns() < call->due_ns) {
        scripted_broken("a timer ran early");
    }
    call->timer = NULL;
    journal_callbacks++;
}

static void
use_timer(void)
{
    timed_call *call = &timers[scripted_random(TIMERS)];
    const uint64_t delay_ms = scripted_random(40);

    if (call->timer != NULL) {
        sprog_timer_cancel(call->timer);
        call->timer = NULL;
        return;
    }
    call->due_ns = scripted_clock_ns() + delay_ms * UINT64_C(1000000);
    ck_assert_int_eq(sprog_reactor_call_later(reactor, delay_ms, on_timer, call,
                                              &call->timer),
                     SPROG_OK);
}

static void
on_post(sprog_reactor *of, void *user)
{
    (void)of;
    if ((size_t)(uintptr_t)user != posts_made - posts_owed + 1) {
        scripted_broken("posted calls ran out of order");
    }
    posts_owed--;
    journal_callbacks++;
}

static void
use_post(void)
{
    posts_made++;
    posts_owed++;
    ck_assert_int_eq(
        sprog_reactor_post(reactor, on_post, (void *)(uintptr_t)posts_made),
        SPROG_OK);
}

/* ---- random calls ------------------------------------------------------- */

static void
random_call(journal_hook hook)
{
    switch (scripted_random(16)) {
    case 0:
        use_timer();
        break;
    case 1:
        use_post();
        break;
    case 2:
        if (may_spawn && actor_count < ACTORS) {
            actor_spawn(&actors[actor_count++], reactor, hook);
        }
        break;
    case 3:
        if (journal_is_in_callback()) {
            ck_assert_int_eq(sprog_reactor_turn(reactor, 0), SPROG_EBUSY);
            ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_EBUSY);
        }
        break;
    default:
        if (actor_count != 0) {
            actor_call(&actors[scripted_random(actor_count)]);
        }
        break;
    }
}

static void
on_any_callback(journal *told, const char *word, int child_fd)
{
    size_t calls = scripted_random(3);

    (void)told;
    (void)word;
    (void)child_fd;
    while (calls-- != 0) {
        random_call(on_any_callback);
    }
}

static void
check_all(void)
{
    size_t i;

    for (i = 0; i < actor_count; i++) {
        actor_check(&actors[i]);
    }
}

/*
 * A turn as a foreign loop takes it: when the object is ready. When it is not,
 * a turn must find nothing to do.
 */
static void
turn_as_guest(void)
{
    const bool is_ready = scripted_embed_ready();
    const size_t before = journal_callbacks;

    if (!is_ready && scripted_random(2) == 0) {
        scripted_clock_advance_ms(scripted_random(20));
        return;
    }
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    if (!is_ready && journal_callbacks != before) {
        scripted_broken("the object was not ready, and there was work");
    }
}

static void
random_step(void)
{
    const size_t what = scripted_random(10);

    if (what < 3) {
        random_call(on_any_callback);
    } else if (what < 6 && actor_count != 0) {
        actor_live(&actors[scripted_random(actor_count)]);
    } else {
        if (is_embedded) {
            turn_as_guest();
        } else {
            ck_assert_int_eq(
                journal_turn(reactor, (int64_t)scripted_random(3) * 7),
                SPROG_OK);
        }
        check_all();
    }
}

/* ---- the end ------------------------------------------------------------ */

/* Every child dies, and what would hold its end back is let go. */
static void
end_children(void)
{
    size_t i;

    may_spawn = false;
    for (i = 0; i < actor_count; i++) {
        actor_die(&actors[i]);
        actors[i].told.hook = NULL;
        if (actors[i].told.process != NULL) {
            ck_assert_int_eq(
                sprog_process_resume(actors[i].told.process, SPROG_ALL_FDS),
                SPROG_OK);
        }
    }
}

static bool
is_all_over(void)
{
    size_t i;

    for (i = 0; i < actor_count; i++) {
        const actor *it = &actors[i];

        if (it->was_spawned && it->told.process != NULL &&
            !it->told.has_ended) {
            return false;
        }
    }
    for (i = 0; i < TIMERS; i++) {
        if (timers[i].timer != NULL) {
            return false;
        }
    }
    return posts_owed == 0 && actor_loans() == 0;
}

/* Turn only when the embedded object says so. */
static void
turn_by_object(void)
{
    int turns = 0;

    while (!is_all_over()) {
        if (scripted_embed_ready()) {
            ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
        } else if (scripted_embed_next_ns() != SPROG__FOREVER) {
            scripted_clock_set(scripted_embed_next_ns());
        } else {
            scripted_broken("the object is silent, and not all is over");
        }
        if (++turns > MOST_END_TURNS) {
            scripted_broken("the end does not come");
        }
    }
}

static void
start_world(uint64_t seed)
{
    scripted_seed(seed);
    scripted_set_way((scripted_way)(seed % SCRIPTED_WAY_COUNT));
    actor_count = 0;
    actor_reset();
    memset(timers, 0, sizeof timers);
    posts_owed = 0;
    posts_made = 0;
    may_spawn = true;
    reactor = journal_reactor();
}

static void
end_world(bool abruptly)
{
    size_t i;

    if (!abruptly) {
        for (i = 0; i < actor_count; i++) {
            actor_check_end(&actors[i]);
            journal_destroy(&actors[i].told);
        }
    }
    for (i = 0; i < actor_count; i++) {
        actors[i].told.process = NULL;
    }
    (void)journal_reactor_end(reactor);
    if (actor_loans() != 0) {
        scripted_broken("loans did not come back");
    }
    for (i = 0; i < actor_count; i++) {
        actor_check(&actors[i]);
        actor_free(&actors[i]);
    }
}

static void
play(uint64_t seed)
{
    const size_t steps = 20 + (size_t)(seed % STEPS);
    const bool abruptly = seed % 5 == 0;
    intptr_t waitable;
    size_t i;

    start_world(seed);
    is_embedded = seed % 2 == 0;
    if (is_embedded) {
        ck_assert_int_eq(sprog_reactor_embed(reactor, &waitable), SPROG_OK);
    }
    for (i = 0; i < steps; i++) {
        random_step();
    }
    if (!abruptly) {
        end_children();
        if (is_embedded) {
            turn_by_object();
        } else {
            ck_assert_int_eq(journal_run(reactor), SPROG_OK);
        }
    }
    end_world(abruptly);
}

/* proves: A4 A21 B51 B52 B83 H69 H76 H77 */
START_TEST(random_use_keeps_every_promise)
{
    const char *only = getenv("SPROG_TEST_SEED");
    uint64_t seed;

    if (only != NULL) {
        if (_i == 0) {
            play(strtoull(only, NULL, 10));
        }
        return;
    }
    for (seed = 1; seed <= SEEDS_A_TEST; seed++) {
        play((uint64_t)_i * SEEDS_A_TEST + seed);
        scripted_finish();
        scripted_reset();
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("model");
    TCase *tcase = scripted_case(suite, "model");

    tcase_add_loop_test(tcase, random_use_keeps_every_promise, 0, TESTS);
    return scripted_main(suite);
}
