/*
 * One sweep: which calls fail, one after the other, and what must be so after
 * each life. How the system is looked at: scene_posix.c, scene_win32.c.
 */
#include "sweep.h"

#include <stdio.h>
#include <stdlib.h>

#include "scene.h"

/* A life has some hundred calls; more than this is a sweep that never ends. */
#define SWEEP_MOST 5000

static void
live(struct scene *scene, life_fn life, struct life *out_life)
{
    out_life->is_whole = false;
    out_life->is_stuck = false;
    out_life->left = 0;
    life(out_life);
    inject_disarm();
    scene_look(scene, out_life);
}

void
sweep_whole_in(life_fn life, void (*begin)(void), void (*end)(void))
{
    struct scene scene = { .kind = "nothing" };
    struct life lived = { .patience_ms = 5000 };

    scene_take(&scene);
    inject_arm_calls(0, INJECT_ONCE, 0);
    begin();
    life(&lived);
    end();
    scene_look(&scene, &lived);
    ck_assert_msg(lived.is_whole, "nothing failed, but not all was done");
}

static void
change_nothing(void)
{
}

void
sweep_whole(life_fn life)
{
    sweep_whole_in(life, change_nothing, change_nothing);
}

void
sweep_calls(life_fn life, const struct sweep_kind *kind)
{
    struct scene scene = { .how = kind->how };
    struct life lived;
    char error[32];
    unsigned nth = 0;

    (void)snprintf(error, sizeof error, "error %d", kind->error);
    scene.kind = error;
    do {
        lived.patience_ms = kind->how == INJECT_ONCE ? 5000 : 400;
        nth = scene_next_call(life, kind, nth);
        scene.nth = nth;
        scene_take(&scene);
        ck_assert_uint_lt(nth, SWEEP_MOST);
        inject_arm_calls(nth, kind->how, kind->error);
        live(&scene, life, &lived);
        ck_assert_msg(!lived.is_stuck || kind->how == INJECT_FOREVER,
                      "%s once, call %u (%s): a wait without an end",
                      scene.kind, nth, inject_struck());
        scene_count_made();
    } while (inject_made() != 0);
    if (kind->how == INJECT_FOREVER) {
        sweep_whole(life); /* with more patience */
    } else {
        ck_assert_msg(lived.is_whole, "nothing failed, but not all was done");
    }
}

void
sweep_memory(life_fn life, enum inject_how how)
{
    struct scene scene = { .kind = "memory" };
    struct life lived;
    unsigned nth = 0;

    do {
        lived.patience_ms = 5000;
        nth = scene_next_block(life, how, nth);
        scene.nth = nth;
        scene_take(&scene);
        ck_assert_uint_lt(nth, SWEEP_MOST);
        inject_arm_memory(nth, how);
        live(&scene, life, &lived);
        ck_assert_msg(!lived.is_stuck, "allocation %u: a wait without an end",
                      nth);
        scene_count_made();
    } while (inject_made() != 0);
    ck_assert_msg(lived.is_whole, "nothing failed, but not all was done");
}

unsigned
sweep_next(unsigned nth, unsigned stride, unsigned phase)
{
    return nth == 0 ? 1 + phase % stride : nth + stride;
}

unsigned
sweep_number(const char *name, unsigned usual)
{
    const char *text = getenv(name);

    return text != NULL ? (unsigned)strtoul(text, NULL, 0) : usual;
}

TCase *
sweep_case(const char *name, double seconds)
{
    TCase *tcase = tcase_create(name);

    tcase_set_timeout(tcase, seconds);
    tcase_add_checked_fixture(tcase, life_make_files, life_remove_files);
    return tcase;
}

int
sweep_run(const char *name, TCase *const *cases, size_t count)
{
    Suite *suite = suite_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    for (size_t i = 0; i < count; i++) {
        suite_add_tcase(suite, cases[i]);
    }
    if (!scene_set_up(runner)) {
        return EXIT_FAILURE;
    }
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    printf("%s: %lu failures were made\n", name, scene_total_made());
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
