/*
 * The map of child fds: every kind of entry, and what is refused.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))

#define MAP(entries)                                                           \
    {                                                                          \
        .fds = (entries), .fd_count = COUNT(entries)                           \
    }

/* All that comes out of our own pipe until its end; malloc'd. */
static char *
read_all(intptr_t end)
{
    record_bytes all = { 0 };
    char part[512];
    long n;

    record_append(&all, "", 0);
    while ((n = host_read(end, part, sizeof part)) > 0) {
        record_append(&all, part, (size_t)n);
    }
    host_close(end);
    return all.data;
}

/* proves: B28 B29 A19 W1 */
START_TEST(channels_beyond_the_standard_three_carry_bytes)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                   SPROG_WRITE(3), SPROG_READ(4) };
    const sprog_spawn_options options = MAP(fds);
    record *r = START(&options, "--copy", "3", "4", "--copy", "0", "1");

    OK(sprog_process_write_to_child(r->process, 3, "three", 5));
    OK(sprog_process_close_child_fd(r->process, 3));
    OK(sprog_process_write(r->process, "zero", 4));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_str_eq(record_text(r, 4), "three");
    ck_assert_str_eq(record_text(r, 1), "zero");
    ck_assert_uint_eq(r->lost_count[0], 1);
    ck_assert_uint_eq(r->lost_count[1], 1);
    ck_assert_uint_eq(r->lost_count[3], 1);
    ck_assert_uint_eq(r->lost_count[4], 1);
}
END_TEST

/* proves: B29 B30 A19 W1 */
START_TEST(inherit_gives_our_own_and_not_what_the_map_puts_there)
{
    intptr_t ends[2];
    record *r;
    char *text;

    ck_assert(host_pipe(ends));
    {
        /* Child fd 2 is *our* end, whatever child fd 1 becomes. */
        const sprog_child_fd fds[] = { SPROG_READ(1),
                                       SPROG_INHERIT(2, ends[1]) };
        const sprog_spawn_options options = MAP(fds);

        r = START(&options, "--write", "1", "one", "--write", "2", "two");
    }
    host_close(ends[1]);
    finish(r);
    text = read_all(ends[0]);
    ck_assert_str_eq(text, "two");
    ck_assert_str_eq(record_text(r, 1), "one");
    ck_assert_uint_eq(r->lost_count[2], 0);
    free(text);
}
END_TEST

/* proves: B29 B31 */
START_TEST(one_of_ours_may_be_at_two_child_fds)
{
    intptr_t ends[2];
    record *r;
    char *text;

    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_INHERIT(8, ends[1]),
                                       SPROG_INHERIT(7, ends[1]) };
        const sprog_spawn_options options = MAP(fds);

        r = START(&options, "--write", "7", "seven", "--write", "8", "eight");
    }
    host_close(ends[1]);
    finish(r);
    text = read_all(ends[0]);
    ck_assert_str_eq(text, "seveneight");
    free(text);
}
END_TEST

/* proves: B30 */
START_TEST(same_puts_two_child_fds_on_one_pipe_in_one_order)
{
    const sprog_child_fd fds[] = { SPROG_READ(1), SPROG_SAME(2, 1),
                                   SPROG_SAME(5, 2) };
    const sprog_spawn_options options = MAP(fds);
    record *r = START(&options, "--write", "1", "a", "--write", "2", "b",
                      "--write", "5", "c", "--write", "1", "d");

    finish(r);
    ck_assert_str_eq(record_text(r, 1), "abcd");
    ck_assert_uint_eq(r->lost_count[1], 1);
    ck_assert_uint_eq(r->lost_count[2] + r->lost_count[5], 0);
}
END_TEST

/* proves: B29 A19 W1 */
START_TEST(the_null_device_reads_as_empty_and_takes_all)
{
    const sprog_child_fd fds[] = { SPROG_NULL(0), SPROG_READ(1),
                                   SPROG_NULL(2) };
    const sprog_spawn_options options = MAP(fds);
    record *r =
        START(&options, "--write-bytes", "2", "100000", "--count", "0", "1");

    finish(r);
    ck_assert_str_eq(record_text(r, 1), "0 right\n");
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

/* proves: B29 A19 */
START_TEST(files_are_read_truncated_and_appended_to)
{
    const char *in = temp_path("in");
    const char *log = temp_path("log");
    const sprog_child_fd first[] = { SPROG_FILE(0, in, SPROG_READ_ONLY),
                                     SPROG_FILE(1, log, SPROG_TRUNCATE) };
    const sprog_child_fd second[] = { SPROG_FILE(1, log, SPROG_APPEND),
                                      SPROG_SAME(2, 1) };
    const sprog_spawn_options copying = MAP(first);
    const sprog_spawn_options adding = MAP(second);
    char *text;

    ck_assert(host_write_file(in, "from a file", 11));
    ck_assert(host_write_file(log, "what was there before", 21));
    finish(START(&copying, "--cat"));
    finish(START(&adding, "--write", "1", " and", "--write", "2", " more"));
    text = host_read_file(log, NULL);
    ck_assert_str_eq(text, "from a file and more");
    free(text);
}
END_TEST

/* proves: B29 */
START_TEST(files_for_writing_are_created)
{
    const char *one = temp_path("one");
    const char *two = temp_path("two");
    const sprog_child_fd fds[] = { SPROG_FILE(1, one, SPROG_TRUNCATE),
                                   SPROG_FILE(2, two, SPROG_APPEND) };
    const sprog_spawn_options options = MAP(fds);
    char *text;

    finish(START(&options, "--write", "1", "a", "--write", "2", "b"));
    text = host_read_file(one, NULL);
    ck_assert_str_eq(text, "a");
    free(text);
    text = host_read_file(two, NULL);
    ck_assert_str_eq(text, "b");
    free(text);
}
END_TEST

/* proves: A1 B22 */
START_TEST(a_file_that_cannot_be_opened_names_itself_and_its_child_fd)
{
    const char *argv[] = { child_path(), NULL };
    const char *missing = temp_path("no-such-file");
    const sprog_child_fd fds[] = { SPROG_READ(1),
                                   SPROG_FILE(5, missing, SPROG_READ_ONLY) };
    sprog_spawn_options options = MAP(fds);
    sprog_fault fault;

    options.argv = argv;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ENOTFOUND);
    ck_assert_int_eq(fault.step, SPROG_STEP_FILE);
    ck_assert_int_eq(fault.child_fd, 5);
    ck_assert_int_ne(fault.os_error, 0);
    ck_assert_ptr_nonnull(strstr(fault.what, "no-such-file"));
}
END_TEST

/* proves: B29 A19 */
START_TEST(a_duplex_child_fd_goes_both_ways)
{
    const sprog_child_fd fds[] = { SPROG_DUPLEX(3) };
    const sprog_spawn_options options = MAP(fds);
    record *r = START(&options, "--read", "3", "4", "--write", "3", "pong");

    OK(sprog_process_write_to_child(r->process, 3, "ping", 4));
    finish(r);
    ck_assert_str_eq(record_text(r, 3), "pong");
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_uint_eq(r->lost_count[3], 1);
}
END_TEST

/* proves: B32 B46 A19 W1 */
START_TEST(the_empty_map_leaves_only_the_life_of_the_process)
{
    static const sprog_child_fd none[] = { SPROG_NULL(0) };
    const sprog_spawn_options options = { .fds = none, .fd_count = 0 };
    record *r = START(&options, "--exit-code", "8");

    finish(r);
    ck_assert_str_eq(record_order(r), "M X E");
    ck_assert_uint_eq(r->end.code, 8);
}
END_TEST

/* proves: B35 B53 */
START_TEST(we_hold_no_end_of_the_childs)
{
    record *r = START(NULL, "--close", "1", "--wait-end", "0");

    /* The child lives on, so the end can only come if we held none of it. */
    TURN_UNTIL(r->lost_count[1] == 1);
    ck_assert_int_eq(r->lost[1].reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

static void
refused(const sprog_child_fd *fds, size_t count, int child_fd)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = count };
    sprog_fault fault;

    ck_assert_int_eq(refuse(&options, &fault), SPROG_EINVAL);
    ck_assert_int_eq(fault.step, SPROG_STEP_OPTIONS);
    ck_assert_int_eq(fault.child_fd, child_fd);
}

/* proves: B19 B37 */
START_TEST(maps_that_make_no_sense_are_refused)
{
    const sprog_child_fd negative[] = { SPROG_READ(-1) };
    const sprog_child_fd twice[] = { SPROG_READ(1), SPROG_READ(1) };
    const sprog_child_fd nothing[] = { { 3, (sprog_fd_kind)0, 0, 0, NULL,
                                         SPROG_READ_ONLY, 0 } };
    const sprog_child_fd unknown[] = { { 3, (sprog_fd_kind)99, 0, 0, NULL,
                                         SPROG_READ_ONLY, 0 } };
    const sprog_child_fd itself[] = { SPROG_SAME(2, 2) };
    const sprog_child_fd missing[] = { SPROG_READ(1), SPROG_SAME(2, 7) };
    const sprog_child_fd no_path[] = { SPROG_FILE(4, NULL, SPROG_READ_ONLY) };
    const sprog_child_fd access[] = { SPROG_FILE(4, "x",
                                                 (sprog_file_access)9) };

    refused(negative, COUNT(negative), -1);
    refused(twice, COUNT(twice), 1);
    refused(nothing, COUNT(nothing), 3);
    refused(unknown, COUNT(unknown), 3);
    refused(itself, COUNT(itself), 2);
    refused(missing, COUNT(missing), 2);
    refused(no_path, COUNT(no_path), 4);
    refused(access, COUNT(access), 4);
}
END_TEST

/* proves: B19 */
START_TEST(a_circle_of_same_entries_is_refused)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_child_fd circle[] = { SPROG_SAME(1, 2), SPROG_SAME(2, 1) };
    sprog_spawn_options options = MAP(circle);

    options.argv = argv;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
}
END_TEST

/* proves: A1 B36 */
START_TEST(inheriting_what_is_not_open_is_an_error_of_the_spawn)
{
    const char *argv[] = { child_path(), NULL };
    const sprog_child_fd fds[] = { SPROG_INHERIT(5, 7777) };
    sprog_spawn_options options = MAP(fds);
    sprog_fault fault;

    options.argv = argv;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ESYSTEM);
    ck_assert_int_eq(fault.step, SPROG_STEP_DUP);
    ck_assert_int_eq(fault.child_fd, 5);
    ck_assert_int_ne(fault.os_error, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("fd_map");

    tcase_add_test(tc, channels_beyond_the_standard_three_carry_bytes);
    tcase_add_test(tc, inherit_gives_our_own_and_not_what_the_map_puts_there);
    tcase_add_test(tc, one_of_ours_may_be_at_two_child_fds);
    tcase_add_test(tc, same_puts_two_child_fds_on_one_pipe_in_one_order);
    tcase_add_test(tc, the_null_device_reads_as_empty_and_takes_all);
    tcase_add_test(tc, files_are_read_truncated_and_appended_to);
    tcase_add_test(tc, files_for_writing_are_created);
    tcase_add_test(tc,
                   a_file_that_cannot_be_opened_names_itself_and_its_child_fd);
    tcase_add_test(tc, a_duplex_child_fd_goes_both_ways);
    tcase_add_test(tc, the_empty_map_leaves_only_the_life_of_the_process);
    tcase_add_test(tc, we_hold_no_end_of_the_childs);
    tcase_add_test(tc, maps_that_make_no_sense_are_refused);
    tcase_add_test(tc, a_circle_of_same_entries_is_refused);
    tcase_add_test(tc, inheriting_what_is_not_open_is_an_error_of_the_spawn);
    return suite_run("fd_map");
}
