/*
 * The frame of the tests that play Windows.
 */
#include "win32_stage.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "host.h"
#include "life_system.h"

#define MODES_MAX   32
#define RECORDS_MAX 16
#define PATIENCE_MS 20000
#define SETTLE_MS   5000

static struct {
    sprog_reactor *reactor;
    record *records[RECORDS_MAX];
    size_t record_count;
    size_t blocks;
    size_t maps;
    uint32_t seed;
} stage;

static void
begin(uint32_t seed)
{
    const sprog_reactor_options options = { .allocator = &play_allocator };

    play_start(seed);
    watch_start();
    inject_disarm();
    inject_lack_nothing();
    stage.seed = seed;
    stage.blocks = play_blocks();
    stage.maps = inject_maps();
    stage.record_count = 0;
    stage.reactor = NULL;
    OK(sprog_reactor_create(&options, &stage.reactor));
}

static void
set_up(void)
{
    begin(stage_seed());
}

size_t
stage_end_reactor(void)
{
    size_t left = 0;

    OK(sprog_reactor_destroy(stage.reactor, &left));
    stage.reactor = NULL;
    return left;
}

static void
free_records(void)
{
    while (stage.record_count > 0) {
        record *r = stage.records[--stage.record_count];

        record_clear(r);
        free(r);
    }
}

/* Threads that were told to end close what they have last of all. */
static void
settle(void)
{
    const uint64_t until = host_now_ms() + SETTLE_MS;

    while ((watch_open(NULL) > 0 || inject_maps() > stage.maps) &&
           host_now_ms() < until) {
        Sleep(1);
    }
}

static void
look(void)
{
    ck_assert_msg(watch_open(NULL) == 0, "seed %u: left open: %s", stage.seed,
                  watch_first_open());
    ck_assert_msg(watch_mistakes() == 0, "seed %u: closed twice", stage.seed);
    ck_assert_msg(play_blocks() == stage.blocks && inject_maps() == stage.maps,
                  "seed %u: memory is left", stage.seed);
    ck_assert_msg(play.bad_lists == 0 && play.open_doors == 0,
                  "seed %u: inherits what it may not", stage.seed);
    ck_assert_msg(play.weak_pipes == 0, "seed %u: others may join a pipe",
                  stage.seed);
    ck_assert_msg(!inject_signalled_wrongly(), "seed %u: wrong signal",
                  stage.seed);
    ck_assert_msg(play_io.changed == 0, "seed %u: bytes of a write changed",
                  stage.seed);
    ck_assert_msg(play_io.freed == 0 && play_io_outstanding() == 0,
                  "seed %u: freed while the system had it", stage.seed);
}

static void
tear_down(void)
{
    size_t left = 0;
    size_t suspended = 0;

    if (stage.reactor != NULL) {
        left = stage_end_reactor();
    }
    ck_assert_msg(watch_alive(&suspended) <= left && suspended == 0,
                  "seed %u: a child is left", stage.seed);
    watch_end_children();
    settle();
    look();
    free_records();
    play_io_end();
}

void
stage_again(uint32_t seed)
{
    tear_down();
    begin(seed);
}

TCase *
stage_case(const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_set_timeout(tcase, 120);
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    return tcase;
}

uint32_t
stage_seed(void)
{
    static uint32_t seed;
    const char *text = getenv("SPROG_FAULT_SEED");

    if (seed == 0) {
        seed = text != NULL ? (uint32_t)strtoul(text, NULL, 0)
                            : (uint32_t)time(NULL);
    }
    return seed;
}

int
stage_run(const char *name, TCase *tcase)
{
    Suite *suite = suite_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    suite_add_tcase(suite, tcase);
    printf("SPROG_FAULT_SEED=%u\n", stage_seed());
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

sprog_reactor *
stage_reactor(void)
{
    return stage.reactor;
}

/* ---- children ----------------------------------------------------------- */

static record *
add_record(void)
{
    record *r = calloc(1, sizeof *r);

    ck_assert_ptr_nonnull(r);
    ck_assert_uint_lt(stage.record_count, RECORDS_MAX);
    r->reactor = stage.reactor;
    stage.records[stage.record_count++] = r;
    return r;
}

sprog_err
stage_try(const sprog_spawn_options *options, const char *const *modes,
          record **out_record, sprog_fault *out_fault)
{
    const char *argv[MODES_MAX] = { life_argv(LIFE_CAT)[0] };
    sprog_spawn_options full = { .left = SPROG_KILL };
    record *r = add_record();

    for (size_t n = 0; modes[n] != NULL; n++) {
        ck_assert_uint_lt(n + 2, MODES_MAX);
        argv[n + 1] = modes[n];
    }
    if (options != NULL) {
        full = *options;
    }
    full.argv = argv;
    *out_record = r;
    return sprog_spawn(stage.reactor, &full, &record_protocol, r, &r->process,
                       out_fault);
}

record *
stage_start(const sprog_spawn_options *options, const char *const *modes)
{
    sprog_fault fault = { .err = SPROG_OK };
    record *r = NULL;
    const sprog_err err = stage_try(options, modes, &r, &fault);

    ck_assert_msg(err == SPROG_OK, "seed %u: %s at %d, error %ld", stage.seed,
                  sprog_err_name(err), (int)fault.step, (long)fault.os_error);
    return r;
}

void
stage_wait_dead(const record *r)
{
    intptr_t process = 0;

    OK(sprog_process_native(r->process, &process));
    ck_assert_int_eq((int)WaitForSingleObject((HANDLE)process, PATIENCE_MS),
                     WAIT_OBJECT_0);
}

/* ---- turns -------------------------------------------------------------- */

uint64_t
stage_deadline(void)
{
    return host_now_ms() + PATIENCE_MS;
}

void
stage_turn(uint64_t until_ms, const char *what)
{
    OK(sprog_reactor_turn(stage.reactor, 100));
    ck_assert_msg(host_now_ms() < until_ms, "seed %u: never came: %s",
                  stage.seed, what);
}
