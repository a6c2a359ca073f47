/*
 * The look around after a life: nothing open that was opened during it, no
 * block of memory, no child that nobody was told of, least of all one that
 * never ran, nothing closed twice, nothing sent to anybody who is no child.
 *
 * There is no fork: all tests of a program share one process, and the first
 * failure spoils those that follow.
 */
#include "scene.h"

#include <windows.h>

#include <stdio.h>
#include <string.h>
#include <time.h>

#include "win32_play.h"
#include "win32_watch.h"

/* For a thread that was told to end to have done so. */
#define SETTLE_MS 5000

/* clang-format off */
const struct sweep_kind sweep_kinds[] = {
    { INJECT_ONCE, ERROR_NO_SYSTEM_RESOURCES },
    { INJECT_FOREVER, ERROR_NO_SYSTEM_RESOURCES },
    { INJECT_ONCE, ERROR_NOT_ENOUGH_MEMORY },
    { INJECT_FOREVER, ERROR_NOT_ENOUGH_MEMORY },
    { INJECT_ONCE, ERROR_ACCESS_DENIED },
    { INJECT_FOREVER, ERROR_ACCESS_DENIED },
    { INJECT_ONCE, ERROR_NOT_SUPPORTED },
    { INJECT_FOREVER, ERROR_NOT_SUPPORTED },
    { INJECT_ONCE, ERROR_OPERATION_ABORTED },
    { INJECT_ONCE, ERROR_BROKEN_PIPE },
};
/* clang-format on */

const int sweep_kind_count = sizeof sweep_kinds / sizeof *sweep_kinds;

/* Only some calls have these errors: more of them get their turn. */
#define FIRST_SPECIAL 8

/* Of the calls of a life with children, one in so many fails in each sweep. */
#define USUAL_STEP 24

static unsigned long total_made;
static unsigned seed;
static unsigned step;

/*
 * Whether no library could see to its children: where nobody can be killed
 * ever again.
 */
static bool
is_beyond_help(const struct scene *scene)
{
    return scene->how == INJECT_FOREVER &&
           (strcmp(inject_struck(), "TerminateProcess") == 0 ||
            strcmp(inject_struck(), "WaitForSingleObject") == 0);
}

void
scene_take(struct scene *scene)
{
    play_start(seed);
    watch_start();
    scene->maps = inject_maps();
    scene->blocks = inject_blocks();
}

/* Threads that were told to end close what they have last of all. */
static void
settle(const struct scene *scene)
{
    const uint64_t until = host_now_ms() + SETTLE_MS;

    while ((watch_open(NULL) > 0 || inject_maps() > scene->maps) &&
           host_now_ms() < until) {
        Sleep(1);
    }
}

static void
look_at_children(const struct scene *scene, size_t left, const char *where)
{
    size_t suspended;
    const size_t alive = watch_alive(&suspended);

    if (!is_beyond_help(scene)) {
        ck_assert_msg(suspended == 0, "%s: a child is left that never ran",
                      where);
        ck_assert_msg(alive <= left, "%s: %lu children are left, %lu told of",
                      where, (unsigned long)alive, (unsigned long)left);
    }
    watch_end_children();
}

void
scene_look(struct scene *scene, const struct life *life)
{
    char where[128];

    (void)snprintf(where, sizeof where, "%s, call %u (%s)", scene->kind,
                   scene->nth, inject_struck());
    look_at_children(scene, life->left, where);
    settle(scene);
    ck_assert_msg(watch_open(NULL) == 0, "%s: left open: %s", where,
                  watch_first_open());
    ck_assert_msg(inject_blocks() == scene->blocks,
                  "%s: blocks of memory are left", where);
    ck_assert_msg(inject_maps() == scene->maps, "%s: a block is left", where);
    ck_assert_msg(watch_mistakes() == 0, "%s: closed twice", where);
    ck_assert_msg(play.bad_lists == 0, "%s: Windows refuses the list", where);
    ck_assert_msg(play.open_doors == 0, "%s: inherits all there is", where);
    ck_assert_msg(play.weak_pipes == 0, "%s: others may join a pipe", where);
    ck_assert_msg(!inject_signalled_wrongly(), "%s: a signal to a stranger",
                  where);
}

/* A life without a child costs next to nothing. */
static bool
is_cheap(life_fn life)
{
    return life == life_of_refusals || life == life_of_services ||
           life == life_of_streams;
}

unsigned
scene_next_call(life_fn life, const struct sweep_kind *kind, unsigned nth)
{
    const unsigned which = (unsigned)(kind - sweep_kinds);
    const unsigned stride = which < FIRST_SPECIAL ? step : (step + 7) / 8;

    return sweep_next(nth, is_cheap(life) ? 1 : stride, which * 2 + seed);
}

unsigned
scene_next_block(life_fn life, enum inject_how how, unsigned nth)
{
    const unsigned which = how == INJECT_ONCE ? 0 : step / 4;

    return sweep_next(nth, is_cheap(life) ? 1 : (step + 1) / 2, which + seed);
}

bool
scene_set_up(SRunner *runner)
{
    (void)runner;
    seed = sweep_number("SPROG_FAULT_SEED", (unsigned)time(NULL));
    step = sweep_number("SPROG_FAULT_STEP", USUAL_STEP);
    printf("SPROG_FAULT_SEED=%u SPROG_FAULT_STEP=%u\n", seed, step);
    return step > 0;
}

void
scene_count_made(void)
{
    total_made += inject_made();
}

unsigned long
scene_total_made(void)
{
    return total_made;
}
