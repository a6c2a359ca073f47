/*
 * The frame of fixture.h. The teardown destroys what the test left, and then
 * fails it when anything differs from before: also after a failed assertion
 * where Check does not fork, and there kills what still runs.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define WAIT_MS      20000u
#define MODES_MAX    64
#define PATH_SIZE    1024
#define TEST_SECONDS 40

static struct {
    Suite *suite;
    sprog_reactor *reactor;
    host_mark *before;
    record *records;
    char temp_dir[PATH_SIZE];
} fixture;

/* ---- suites ------------------------------------------------------------- */

uint64_t
fixture_scale(void)
{
    const char *text = getenv("CK_TIMEOUT_MULTIPLIER");
    const double times = text == NULL ? 1.0 : strtod(text, NULL);

    return times < 1.0 ? 1u : (uint64_t)times;
}

static void
set_up(void)
{
    fixture.before = host_mark_take();
    fixture.records = NULL;
    fixture.temp_dir[0] = '\0';
    OK(sprog_reactor_create(NULL, &fixture.reactor));
}

static void
tear_down(void)
{
    host_mark *before = fixture.before;
    size_t left = 0;
    char text[1024] = "";
    bool same;
    sprog_err err;

    while (fixture.records != NULL) {
        record *r = fixture.records;

        fixture.records = r->next;
        sprog_process_destroy(r->process);
        record_clear(r);
        free(r);
    }
    err = sprog_reactor_destroy(fixture.reactor, &left);
    fixture.reactor = NULL;
    if (fixture.temp_dir[0] != '\0') {
        host_remove_tree(fixture.temp_dir);
    }
    same = host_mark_same(before, text, sizeof text);
    host_clean_up(before);
    host_mark_free(before);
    ck_assert_int_eq(err, SPROG_OK);
    ck_assert_msg(left == 0, "children left behind: %d", (int)left);
    ck_assert_msg(same, "not as before: %s", text);
}

TCase *
suite_case(const char *name)
{
    TCase *tc = tcase_create(name);

    if (fixture.suite == NULL) {
        fixture.suite = suite_create("sprog");
    }
    tcase_set_timeout(tc, TEST_SECONDS);
    tcase_add_checked_fixture(tc, set_up, tear_down);
    suite_add_tcase(fixture.suite, tc);
    return tc;
}

static bool
check_forks(void)
{
    SRunner *runner = srunner_create(NULL);
    const bool forks = srunner_fork_status(runner) == CK_FORK;

    srunner_free(runner);
    return forks;
}

TCase *
suite_isolated_case(const char *name)
{
    TCase *tc = suite_case(name);

    if (!check_forks()) {
        suite_say_skipped(name, "these tests need a program of their own");
        tcase_set_tags(tc, "isolated");
    }
    return tc;
}

int
suite_run(const char *name)
{
    SRunner *runner = srunner_create(fixture.suite);
    int failed;

    (void)name;
    if (check_forks()) {
        srunner_run_all(runner, CK_ENV);
    } else {
        srunner_run_tagged(runner, NULL, NULL, NULL, "isolated", CK_ENV);
    }
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

void
suite_say_skipped(const char *test, const char *reason)
{
    (void)fprintf(stderr, "skipped: %s: %s\n", test, reason);
    (void)fflush(stderr);
}

/* ---- the reactor of the test -------------------------------------------- */

sprog_reactor *
fixture_reactor(void)
{
    return fixture.reactor;
}

uint64_t
fixture_deadline(void)
{
    return host_now_ms() + WAIT_MS * fixture_scale();
}

void
fixture_turn(sprog_reactor *reactor, uint64_t deadline, const char *what)
{
    ck_assert_msg(host_now_ms() < deadline, "never came: %s", what);
    OK(sprog_reactor_turn(reactor, 200));
}

size_t
fixture_turn_for(uint64_t ms)
{
    const uint64_t until = host_now_ms() + ms;
    size_t turns = 0;
    uint64_t now;

    while ((now = host_now_ms()) < until) {
        OK(sprog_reactor_turn(fixture.reactor, (int64_t)(until - now)));
        turns++;
    }
    return turns;
}

/* ---- children ----------------------------------------------------------- */

const char *
child_path(void)
{
    const char *path = getenv("SPROG_TEST_CHILD");

#ifdef SPROG_TEST_CHILD
    if (path == NULL) {
        path = SPROG_TEST_CHILD;
    }
#endif
    ck_assert_msg(path != NULL, "SPROG_TEST_CHILD names no helper program");
    return path;
}

static record *
add_record(void)
{
    record *r = calloc(1, sizeof *r);

    ck_assert_ptr_nonnull(r);
    r->reactor = fixture.reactor;
    r->next = fixture.records;
    fixture.records = r;
    return r;
}

record *
start_on(sprog_reactor *reactor, const sprog_spawn_options *options)
{
    record *r = add_record();
    sprog_fault fault = { 0 };
    char text[400] = "";
    const sprog_err err =
        sprog_spawn(reactor, options, &record_protocol, r, &r->process, &fault);

    r->reactor = reactor;
    if (err != SPROG_OK) {
        (void)sprog_fault_text(&fault, text, sizeof text);
    }
    ck_assert_msg(err == SPROG_OK, "%s: %s", sprog_err_name(err), text);
    ck_assert_ptr_nonnull(r->process);
    ck_assert_msg(r->callbacks == 0, "a callback ran inside the spawn");
    return r;
}

record *
start(const sprog_spawn_options *options)
{
    return start_on(fixture.reactor, options);
}

record *
try_start(const sprog_spawn_options *options, sprog_err *out_err)
{
    record *r = add_record();

    *out_err = sprog_spawn(fixture.reactor, options, &record_protocol, r,
                           &r->process, NULL);
    return *out_err == SPROG_OK ? r : NULL;
}

record *
start_modes(const sprog_spawn_options *options, const char *const *modes)
{
    const char *argv[MODES_MAX] = { child_path() };
    sprog_spawn_options full = { 0 };
    size_t n = 0;

    while (modes[n] != NULL) {
        ck_assert_uint_lt(n + 2, MODES_MAX);
        argv[n + 1] = modes[n];
        n++;
    }
    if (options != NULL) {
        full = *options;
    }
    full.argv = argv;
    return start(&full);
}

sprog_err
refuse(const sprog_spawn_options *options, sprog_fault *out_fault)
{
    record *r = add_record();
    sprog_fault fault = { 0 };
    const sprog_err err = sprog_spawn(fixture.reactor, options,
                                      &record_protocol, r, &r->process, &fault);

    ck_assert_int_ne(err, SPROG_OK);
    ck_assert_ptr_null(r->process);
    ck_assert_int_eq(fault.err, err);
    ck_assert_int_eq(sprog_reactor_last_fault(fixture.reactor)->err, err);
    OK(sprog_reactor_turn(fixture.reactor, 0));
    ck_assert_msg(r->callbacks == 0, "a callback of what never started ran");
    if (out_fault != NULL) {
        *out_fault = fault;
    }
    return err;
}

void
finish(record *r)
{
    TURN_UNTIL(r->ended == 1);
}

void
let_go(record *r)
{
    sprog_process_destroy(r->process);
    r->process = NULL;
}

/* ---- files -------------------------------------------------------------- */

const char *
temp_path(const char *name)
{
    static char paths[8][PATH_SIZE + 256];
    static size_t next;
    char *path = paths[next++ % 8];

    if (fixture.temp_dir[0] == '\0') {
        ck_assert(host_make_temp_dir(fixture.temp_dir, PATH_SIZE));
    }
    (void)snprintf(path, sizeof paths[0], "%s%s%s", fixture.temp_dir,
                   *name == '\0' ? "" : "/", name);
    return path;
}

char *
pattern(size_t len)
{
    char *data = malloc(len + 1);

    ck_assert_ptr_nonnull(data);
    for (size_t i = 0; i < len; i++) {
        data[i] = (char)(unsigned char)((i * 31 + i / 251) & 0xff);
    }
    data[len] = '\0';
    return data;
}
