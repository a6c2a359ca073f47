/*
 * The world of the scripted backend: its beginning and its end, the record of
 * calls, planned failures, and how a broken promise is told.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

scripted_world scripted_the;

static const char *const fn_names[SCRIPTED_FN_COUNT] = {
    [SCRIPTED_WAIT_CREATE] = "wait_create",
    [SCRIPTED_WAIT] = "wait",
    [SCRIPTED_EMBED] = "wait_embed",
    [SCRIPTED_ENVIRONMENT] = "host_environment",
    [SCRIPTED_EXECUTABLE] = "host_executable",
    [SCRIPTED_DIRECTORY] = "host_directory",
    [SCRIPTED_PROBE] = "search_probe",
    [SCRIPTED_SPAWN] = "spawn",
    [SCRIPTED_NATIVE] = "exit_native",
    [SCRIPTED_ADOPT] = "pipe_adopt",
    [SCRIPTED_ARM] = "pipe_arm",
    [SCRIPTED_READ] = "pipe_read",
    [SCRIPTED_WRITE] = "pipe_write",
    [SCRIPTED_SIGNAL] = "signal_send",
    [SCRIPTED_WAIT_DESTROY] = "wait_destroy",
    [SCRIPTED_WAKE] = "wait_wake",
    [SCRIPTED_EMBED_ARM] = "wait_embed_arm",
    [SCRIPTED_COLLECT] = "exit_collect",
    [SCRIPTED_RELEASE] = "exit_release",
    [SCRIPTED_DISARM] = "pipe_disarm",
    [SCRIPTED_CLOSE] = "pipe_close",
};

/* ---- beginning and end -------------------------------------------------- */

static void
free_everything(void)
{
    sprog__link *link;

    while ((link = sprog__list_pop(&scripted_the.ios)) != NULL) {
        scripted_io_free(SPROG__ELEMENT(link, sprog__be_io, link));
    }
    while ((link = sprog__list_pop(&scripted_the.children)) != NULL) {
        scripted_child_free(SPROG__ELEMENT(link, sprog__be_child, link));
    }
    while ((link = sprog__list_pop(&scripted_the.actions)) != NULL) {
        free(SPROG__ELEMENT(link, scripted_action, link));
    }
    while ((link = sprog__list_pop(&scripted_the.bes)) != NULL) {
        free(SPROG__ELEMENT(link, sprog__be, link));
    }
}

void
scripted_reset(void)
{
    static const char *const env[] = { "PATH=/bin", "HOME=/home/of", NULL };

    if (scripted_the.is_alive) {
        free_everything();
    }
    memset(&scripted_the, 0, sizeof scripted_the);
    memset(counted_world(), 0, sizeof *counted_world());
    scripted_the.is_alive = true;
    scripted_the.now_ns = UINT64_C(5000000000);
    scripted_the.new_capacity = 65536;
    sprog__list_reset(&scripted_the.bes);
    sprog__list_reset(&scripted_the.ios);
    sprog__list_reset(&scripted_the.children);
    sprog__list_reset(&scripted_the.actions);
    scripted_the.env = env;
    scripted_the.default_list = "/bin:/usr/bin";
    scripted_the.realtime_first = 34;
    scripted_the.realtime_last = 64;
    scripted_add_file("/bin/child", SPROG_OK);
}

static void
check_all_given_back(void)
{
    sprog__link *link;

    for (link = scripted_the.bes.next; link != &scripted_the.bes;
         link = link->next) {
        if (!SPROG__ELEMENT(link, sprog__be, link)->is_destroyed) {
            scripted_broken("a reactor was not destroyed");
        }
    }
    for (link = scripted_the.ios.next; link != &scripted_the.ios;
         link = link->next) {
        if (!SPROG__ELEMENT(link, sprog__be_io, link)->is_closed) {
            scripted_broken("an io was not closed");
        }
    }
    for (link = scripted_the.children.next; link != &scripted_the.children;
         link = link->next) {
        if (!SPROG__ELEMENT(link, sprog__be_child, link)->is_released) {
            scripted_broken("a child was not released");
        }
    }
    if (counted_world()->blocks != 0) {
        scripted_broken("%lu blocks of memory are left",
                        (unsigned long)counted_world()->blocks);
    }
}

void
scripted_finish(void)
{
    check_all_given_back();
    free_everything();
    scripted_the.is_alive = false;
}

void
scripted_set_way(scripted_way way)
{
    scripted_the.way = way;
}

const char *
scripted_way_name(scripted_way way)
{
    static const char *const names[SCRIPTED_WAY_COUNT] = { "posix", "win32",
                                                           "mixed" };

    return names[way];
}

void
scripted_set_copy(bool is_copy)
{
    scripted_the.is_copy = is_copy;
}

/* ---- chance ------------------------------------------------------------- */

void
scripted_seed(uint64_t seed)
{
    scripted_the.seed = seed;
    scripted_the.random = seed;
}

/* splitmix64: every seed gives a good sequence. */
size_t
scripted_random(size_t bound)
{
    uint64_t z = (scripted_the.random += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    z ^= z >> 31;
    return bound == 0 ? 0 : (size_t)(z % bound);
}

/* ---- promises ----------------------------------------------------------- */

static size_t
write_records(char *text, size_t cap)
{
    const size_t count = scripted_the.record_count;
    size_t at = count > 24 ? count - 24 : 0;
    size_t len = 0;

    text[0] = '\0';
    for (; at < count && len + 64 < cap; at++) {
        const size_t slot = at % SCRIPTED_RECORDS;

        len += (size_t)snprintf(text + len, cap - len, "  %s(%p) %lld\n",
                                fn_names[scripted_the.records[slot].fn],
                                scripted_the.records[slot].subject,
                                (long long)scripted_the.records[slot].number);
    }
    return len;
}

_Noreturn void
scripted_broken(const char *format, ...)
{
    static char what[512];
    static char calls[4096];
    va_list args;

    va_start(args, format);
    (void)vsnprintf(what, sizeof what, format, args);
    va_end(args);
    (void)write_records(calls, sizeof calls);
    ck_abort_msg("%s (seed %llu, %s way); last calls:\n%s", what,
                 (unsigned long long)scripted_the.seed,
                 scripted_way_name(scripted_the.way), calls);
    exit(EXIT_FAILURE); /* not reached: ck_abort_msg() does not return */
}

void
scripted_check_be(const sprog__be *be, const char *what)
{
    if (be == NULL || be->is_destroyed) {
        scripted_broken("%s: on a reactor's half that is gone", what);
    }
}

void
scripted_check_io(const sprog__be_io *io, const char *what)
{
    if (io == NULL) {
        scripted_broken("%s: without an io", what);
    }
    if (io->is_closed) {
        scripted_broken("%s: on an io that was closed", what);
    }
    scripted_check_be(io->be, what);
}

void
scripted_check_child(const sprog__be_child *child, const char *what)
{
    if (child == NULL) {
        scripted_broken("%s: without a child", what);
    }
    if (child->is_released) {
        scripted_broken("%s: on a child that was released", what);
    }
    scripted_check_be(child->be, what);
}

/* ---- calls and failures ------------------------------------------------- */

void
scripted_record(scripted_fn fn, const void *subject, uint64_t number)
{
    const size_t slot = scripted_the.record_count % SCRIPTED_RECORDS;

    scripted_the.records[slot].fn = fn;
    scripted_the.records[slot].subject = subject;
    scripted_the.records[slot].number = number;
    scripted_the.record_count++;
    scripted_the.calls[fn]++;
    if (scripted_the.is_copy) {
        scripted_broken("%s: in a forked copy", fn_names[fn]);
    }
}

static bool
is_due(scripted_failure *failure)
{
    if (failure->nth == 0) {
        return false;
    }
    if (failure->nth > 1) {
        failure->nth--;
        return false;
    }
    if (!failure->for_ever) {
        failure->nth = 0;
    }
    return true;
}

sprog_err
scripted_enter(scripted_fn fn, const void *subject, uint64_t number,
               sprog_step step, sprog_fault *fault)
{
    const scripted_failure *failure = NULL;

    scripted_record(fn, subject, number);
    scripted_the.fallible_calls++;
    if (fault == NULL) {
        scripted_broken("%s: no fault to fill", fn_names[fn]);
    }
    if (fault->child_fd != -1) {
        scripted_broken("%s: the fault's child fd is %d before the call",
                        fn_names[fn], fault->child_fd);
    }
    /* Both are asked, so that both count this call. */
    if (is_due(&scripted_the.any_failure)) {
        failure = &scripted_the.any_failure;
    }
    if (is_due(&scripted_the.failures[fn])) {
        failure = &scripted_the.failures[fn];
    }
    if (failure == NULL) {
        return SPROG_OK;
    }
    fault->err = failure->err;
    fault->step = step;
    fault->os_error = failure->os_error;
    return failure->err;
}

sprog_err
scripted_no_memory(sprog_fault *fault)
{
    fault->err = SPROG_ENOMEM;
    fault->step = SPROG_STEP_MEMORY;
    return SPROG_ENOMEM;
}

size_t
scripted_calls(scripted_fn fn)
{
    return scripted_the.calls[fn];
}

size_t
scripted_fallible_calls(void)
{
    return scripted_the.fallible_calls;
}

void
scripted_fail(scripted_fn fn, size_t nth, bool for_ever, sprog_err err,
              int64_t os_error)
{
    const scripted_failure failure = { nth, for_ever, err, os_error };

    scripted_the.failures[fn] = failure;
}

void
scripted_fail_any(size_t nth, bool for_ever)
{
    const scripted_failure failure = { nth, for_ever, SPROG_ESYSTEM, 71 };

    scripted_the.any_failure = failure;
}

void
scripted_fail_nothing(void)
{
    memset(scripted_the.failures, 0, sizeof scripted_the.failures);
    memset(&scripted_the.any_failure, 0, sizeof scripted_the.any_failure);
}

/* ---- running ------------------------------------------------------------ */

TCase *
scripted_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, scripted_reset, scripted_finish);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return tcase;
}

int
scripted_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
