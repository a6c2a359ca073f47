/*
 * What tests of the blocking facade begin with.
 */
#include "run_stage.h"

#include <string.h>

static const char *const argv[] = { "child", NULL };

run_plan run_script;
sprog_spawn_options spawn;
sprog_run_options options;
sprog_output output;
sprog_fault fault;

static void
set_up(void)
{
    scripted_reset();
    memset(&spawn, 0, sizeof spawn);
    memset(&options, 0, sizeof options);
    memset(&output, 0, sizeof output);
    memset(&fault, 0, sizeof fault);
    memset(&run_script, 0, sizeof run_script);
    spawn.argv = argv;
    options.spawn = &spawn;
    options.allocator = counted_allocator();
}

static void
tear_down(void)
{
    sprog_output_free(&output);
    scripted_finish();
}

TCase *
run_stage_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return tcase;
}

static void
end_child(void *user)
{
    sprog__be_child *child = user;

    scripted_exits(child, run_script.code);
    if (!run_script.keeps_open) {
        scripted_ends_all(child);
    }
}

void
run_play(sprog__be_child *child, void *user)
{
    (void)user;
    if (run_script.out != NULL) {
        scripted_prints_text(scripted_io(child, 1), run_script.out);
    }
    if (run_script.err != NULL) {
        scripted_prints_text(scripted_io(child, 2), run_script.err);
    }
    if (run_script.reads) {
        scripted_set_capacity(scripted_io(child, 0), SIZE_MAX / 2);
    }
    if (run_script.ignores != 0) {
        scripted_ignores(child, run_script.ignores);
    }
    if (!run_script.never_exits) {
        scripted_after(run_script.delay_ms, end_child, child);
    }
}

sprog_err
run_it(void)
{
    scripted_on_spawn(run_play, NULL);
    return sprog_run(&options, &output, &fault);
}
