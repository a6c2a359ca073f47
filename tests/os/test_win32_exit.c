/*
 * How a process of Windows ends: all 32 bits of its code, what only looks like
 * "still active" or like a signal, and our own kills told apart from all that.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define INTERRUPT 2
#define KILL      9
#define TERM      15

/* The code that the helper gave is the code that is told. */
static void
ends_with_code(const record *r, uint32_t code)
{
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(r->end.code, code);
    ck_assert_int_eq(r->end.raw_status, (int64_t)code);
    ck_assert_int_eq(r->end.signal_number, 0);
    ck_assert(!r->end.killed_by_us);
    ck_assert(!r->end.core_dumped);
    ck_assert_uint_eq(r->exited, 1);
}

/* proves: W26 H45 */
START_TEST(all_32_bits_of_a_code_are_told)
{
    static const uint32_t codes[] = { 0,           1,           137,
                                      259,         0x7fffffffu, 0x80000000u,
                                      0x80000003u, 0xc0000005u, 0xc000013au,
                                      0xc0000409u, 0xfffffffeu, 0xffffffffu };

    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        static const char *const how[] = { "--exit-code", "--terminate" };

        for (size_t k = 0; k < 2; k++) {
            char text[16];
            record *r;

            (void)snprintf(text, sizeof text, "%lu", (unsigned long)codes[i]);
            r = START(NULL, how[k], text);
            finish(r);
            ends_with_code(r, codes[i]);
            let_go(r);
        }
    }
}
END_TEST

/* proves: W26 */
START_TEST(a_crash_is_the_code_that_the_system_gives_it)
{
    record *r = START(NULL, "--write", "1", "before", "--crash");
    char text[80];

    finish(r);
    ends_with_code(r, 0xc0000005u);
    ck_assert_str_eq(record_text(r, 1), "before");
    (void)sprog_exit_text(&r->end, text, sizeof text);
    ck_assert_str_eq(text, "exited with code 3221225477");
}
END_TEST

/* Kill it, and give the code that the system then tells. */
static uint32_t
kill_with(int signal_number)
{
    record *r = START(NULL, "--sleep-forever");

    OK(sprog_process_signal(r->process, signal_number));
    finish(r);
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, signal_number);
    ck_assert(r->end.killed_by_us);
    ck_assert_int_gt(r->end.raw_status, 0);
    return (uint32_t)r->end.raw_status;
}

/* proves: A9 W25 W26 */
START_TEST(our_kill_is_told_apart_from_an_exit_with_the_same_code)
{
    static const int signals[] = { KILL, TERM };

    for (size_t i = 0; i < 2; i++) {
        const uint32_t code = kill_with(signals[i]);
        char text[16];
        record *r;

        (void)snprintf(text, sizeof text, "%lu", (unsigned long)code);
        r = START(NULL, "--exit-code", text);
        finish(r);
        ends_with_code(r, code);
    }
}
END_TEST

/* proves: A9 */
START_TEST(a_kill_by_somebody_else_is_a_code_and_not_our_signal)
{
    record *r = START(NULL, "--sleep-forever");
    intptr_t native = 0;

    OK(sprog_process_native(r->process, &native));
    ck_assert(TerminateProcess((HANDLE)native, 77));
    finish(r);
    ends_with_code(r, 77);
}
END_TEST

/* Wait until the process is gone, without the reactor hearing of it. */
static void
wait_behind_the_reactor(const record *r)
{
    intptr_t native = 0;

    OK(sprog_process_native(r->process, &native));
    ck_assert_int_eq(WaitForSingleObject((HANDLE)native, 20000), WAIT_OBJECT_0);
}

/* proves: A8 W25 H70 */
START_TEST(what_has_exited_unnoticed_cannot_be_signalled_and_keeps_its_code)
{
    static const uint32_t codes[] = { 3, 259 };
    static const int signals[] = { 0, INTERRUPT, KILL, TERM };

    for (size_t i = 0; i < 2; i++) {
        char text[16];
        record *r;

        (void)snprintf(text, sizeof text, "%lu", (unsigned long)codes[i]);
        r = START(NULL, "--exit-code", text);
        wait_behind_the_reactor(r);
        for (size_t k = 0; k < 4; k++) {
            ck_assert_int_eq(sprog_process_signal(r->process, signals[k]),
                             SPROG_EEXITED);
        }
        finish(r);
        ends_with_code(r, codes[i]);
    }
}
END_TEST

/* proves: A8 A9 H70 */
START_TEST(a_second_kill_is_no_failure_until_the_child_is_gone)
{
    record *r = START(NULL, "--sleep-forever");
    sprog_err err;

    OK(sprog_process_signal(r->process, TERM));
    err = sprog_process_signal(r->process, KILL);
    ck_assert(err == SPROG_OK || err == SPROG_EEXITED);
    wait_behind_the_reactor(r);
    ck_assert_int_eq(sprog_process_signal(r->process, KILL), SPROG_EEXITED);
    finish(r);
    ck_assert_int_eq(r->end.signal_number, TERM);
}
END_TEST

/* proves: A8 W25 */
START_TEST(what_windows_lacks_is_not_supported_and_never_a_kill)
{
    static const char *const names[] = { "HUP",  "STOP", "CONT",  "USR1",
                                         "QUIT", "PIPE", "SIGHUP" };
    static const int numbers[] = { 1, 3, 11, 19, -1, 64 };
    record *r = START(NULL, "--cat");

    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        ck_assert_int_eq(sprog_process_signal_named(r->process, names[i]),
                         SPROG_ENOTSUP);
    }
    for (size_t i = 0; i < sizeof numbers / sizeof *numbers; i++) {
        ck_assert_int_eq(sprog_process_signal(r->process, numbers[i]),
                         SPROG_ENOTSUP);
    }
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ends_with_code(r, 0);
}
END_TEST

/* proves: A9 W25 */
START_TEST(int_to_a_child_without_a_group_is_refused_and_never_a_kill)
{
    static const sprog_spawn_options all[] = {
        { 0 },
        { .flags = SPROG_SPAWN_NEW_GROUP, .console = SPROG_CONSOLE_NONE },
        { .flags = SPROG_SPAWN_NEW_GROUP, .console = SPROG_CONSOLE_DETACHED },
        { .flags = SPROG_SPAWN_NEW_SESSION },
    };

    for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
        record *r = START(&all[i], "--cat");

        ck_assert_int_eq(sprog_process_signal(r->process, INTERRUPT),
                         SPROG_ENOTSUP);
        ck_assert_int_eq(sprog_process_signal_named(r->process, "INT"),
                         SPROG_ENOTSUP);
        OK(sprog_process_write(r->process, "alive", 5));
        OK(sprog_process_close_stdin(r->process));
        finish(r);
        ck_assert_str_eq(record_text(r, 1), "alive");
        ends_with_code(r, 0);
    }
}
END_TEST

static volatile LONG controls;

static BOOL WINAPI
count_control(DWORD what)
{
    (void)what;
    (void)InterlockedIncrement(&controls);
    return TRUE;
}

/* proves: A9 W25 H64 */
START_TEST(int_to_a_group_on_our_console_ends_it_and_not_us)
{
    const sprog_spawn_options options = { .flags = SPROG_SPAWN_NEW_GROUP };
    record *r = START(&options, "--write", "1", "up", "--cat");
    int64_t os_error;
    sprog_err err;

    controls = 0;
    ck_assert(SetConsoleCtrlHandler(count_control, TRUE));
    TURN_UNTIL(r->received[1] == 2);
    err = sprog_process_signal(r->process, INTERRUPT);
    os_error = sprog_reactor_last_fault(fixture_reactor())->os_error;
    if (err != SPROG_OK) {
        ck_assert_int_eq(err, SPROG_ENOTSUP);
        OK(sprog_process_close_stdin(r->process));
    }
    finish(r);
    ck_assert(SetConsoleCtrlHandler(count_control, FALSE));
    ck_assert_int_eq(controls, 0);
    if (err != SPROG_OK) {
        char reason[96];

        ends_with_code(r, 0);
        (void)snprintf(reason, sizeof reason,
                       "the system makes no Ctrl-Break here (error %d)",
                       (int)os_error);
        SKIP(reason);
    }
    ck_assert_int_eq(r->end.kind, SPROG_EXIT_SIGNAL);
    ck_assert_int_eq(r->end.signal_number, INTERRUPT);
    ck_assert(r->end.killed_by_us);
}
END_TEST

/* proves: W26 */
START_TEST(usage_is_told_as_far_as_the_system_counts_it)
{
    record *r = START(NULL, "--write-bytes", "1", "3000000");

    r->drop_bytes = true;
    finish(r);
    ck_assert(r->end.has_usage);
    /* Some systems count nonsense: but never a negative time, which would be
     * a huge one here. */
    ck_assert_uint_lt(r->end.usage.user_us, UINT64_C(3600000000));
    ck_assert_uint_lt(r->end.usage.system_us, UINT64_C(3600000000));
    ck_assert_uint_lt(r->end.usage.peak_memory, UINT64_C(1) << 32);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("exit");

    tcase_add_test(tc, all_32_bits_of_a_code_are_told);
    tcase_add_test(tc, a_crash_is_the_code_that_the_system_gives_it);
    tcase_add_test(tc, our_kill_is_told_apart_from_an_exit_with_the_same_code);
    tcase_add_test(tc, a_kill_by_somebody_else_is_a_code_and_not_our_signal);
    tcase_add_test(
        tc, what_has_exited_unnoticed_cannot_be_signalled_and_keeps_its_code);
    tcase_add_test(tc, a_second_kill_is_no_failure_until_the_child_is_gone);
    tcase_add_test(tc, what_windows_lacks_is_not_supported_and_never_a_kill);
    tcase_add_test(tc,
                   int_to_a_child_without_a_group_is_refused_and_never_a_kill);
    tcase_add_test(tc, int_to_a_group_on_our_console_ends_it_and_not_us);
    tcase_add_test(tc, usage_is_told_as_far_as_the_system_counts_it);
    return suite_run("win32_exit");
}
