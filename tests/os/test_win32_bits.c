/*
 * Children of 32 bits under a host of 64: their HANDLEs and their C runtime's
 * block have other sizes. SPROG_TEST_CHILD32 names the helper, built so.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* The helper of 32 bits; NULL: there is none, and that was said. */
static const char *
small_child(const char *test)
{
    const char *path = getenv("SPROG_TEST_CHILD32");
    const char *reason = "SPROG_TEST_CHILD32 names no program of 32 bits";

    if (path != NULL && *path != '\0') {
        const char *argv[] = { path, "--print-bits", NULL };
        const sprog_spawn_options options = { .argv = argv };
        sprog_err err;
        record *r = try_start(&options, &err);

        if (r != NULL) {
            finish(r);
            ck_assert_str_eq(record_text(r, 1), "32\n");
            return path;
        }
        reason = "this system does not run programs of 32 bits";
    }
    suite_say_skipped(test, reason);
    return NULL;
}

static record *
start_small(const char *path, const sprog_spawn_options *options,
            const char *const *modes)
{
    const char *argv[64] = { path };
    sprog_spawn_options full = { 0 };

    for (size_t i = 0; modes[i] != NULL; i++) {
        ck_assert_uint_lt(i + 2, 64);
        argv[i + 1] = modes[i];
    }
    if (options != NULL) {
        full = *options;
    }
    full.argv = argv;
    return start(&full);
}

#define START_SMALL(path, options, ...)                                        \
    start_small((path), (options), (const char *const[]){ __VA_ARGS__, NULL })

/* proves: H58 W26 */
START_TEST(pipes_arguments_and_codes_are_the_same_with_32_bits)
{
    const char *path = small_child(__func__);
    record *r;

    if (path == NULL) {
        return;
    }
    r = START_SMALL(path, NULL, "--copy", "0", "1", "--write", "2", "err",
                    "--echo-args", "a b", "\\\"", "\xf0\x9f\x90\x9a");
    OK(sprog_process_write(r->process, "in\n", 3));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 1),
                     "in\n3:a b\n2:\\\"\n4:\xf0\x9f\x90\x9a\n");
    ck_assert_str_eq(record_text(r, 2), "err");
    r = START_SMALL(path, NULL, "--exit-code", "0xC0000005");
    finish(r);
    ck_assert_uint_eq(r->end.code, 0xc0000005u);
}
END_TEST

/* proves: A19 */
START_TEST(child_fds_above_2_reach_a_runtime_of_32_bits)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0),  SPROG_READ(1),
                                   SPROG_WRITE(3),  SPROG_READ(4),
                                   SPROG_DUPLEX(9), SPROG_NULL(12) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 6 };
    const char *path = small_child(__func__);
    record *r;

    if (path == NULL) {
        return;
    }
    r = START_SMALL(path, &options, "--list-fds", "1", "--copy", "3", "4",
                    "--read", "9", "2", "--write", "9", "nine", "--copy", "0",
                    "1");
    OK(sprog_process_write_to_child(r->process, 3, "three", 5));
    OK(sprog_process_close_child_fd(r->process, 3));
    OK(sprog_process_write_to_child(r->process, 9, "go", 2));
    OK(sprog_process_write(r->process, "zero", 4));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 1), "0 1 3 4 9 12 \nzero");
    ck_assert_str_eq(record_text(r, 4), "three");
    ck_assert_str_eq(record_text(r, 9), "nine");
}
END_TEST

/* proves: H7 */
START_TEST(a_child_of_32_bits_inherits_its_own_and_nothing_else)
{
    const char *path = small_child(__func__);
    record *r;

    if (path == NULL) {
        return;
    }
    r = START_SMALL(path, NULL, "--count-pipes", "--print-standard", "1");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "3\nyes yes yes\n");
}
END_TEST

/* proves: A9 */
START_TEST(a_child_of_32_bits_is_killed_as_any_other)
{
    const char *path = small_child(__func__);
    record *r;

    if (path == NULL) {
        return;
    }
    r = START_SMALL(path, NULL, "--write", "1", "up", "--sleep-forever");
    TURN_UNTIL(r->received[1] == 2);
    OK(sprog_process_signal_named(r->process, "KILL"));
    finish(r);
    ck_assert(r->end.killed_by_us);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("bits");

    tcase_add_test(tc, pipes_arguments_and_codes_are_the_same_with_32_bits);
    tcase_add_test(tc, child_fds_above_2_reach_a_runtime_of_32_bits);
    tcase_add_test(tc, a_child_of_32_bits_inherits_its_own_and_nothing_else);
    tcase_add_test(tc, a_child_of_32_bits_is_killed_as_any_other);
    return suite_run("win32_bits");
}
