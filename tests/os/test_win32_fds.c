/*
 * Child fds above 2 on Windows: the C runtime's descriptors of the same
 * numbers, for every kind of entry, with gaps, up to what the runtime knows.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

#define FIRST 3
#define LAST  20

/* proves: A19 W1 W21 */
START_TEST(child_fds_3_to_20_are_each_read_by_us)
{
    sprog_child_fd fds[LAST + 1];
    const char *modes[(LAST - FIRST + 1) * 3 + 3] = { NULL };
    char numbers[LAST + 1][8];
    sprog_spawn_options options = { .fds = fds, .fd_count = 0 };
    size_t n = 0;
    record *r;

    for (int fd = FIRST; fd <= LAST; fd++) {
        fds[options.fd_count++] = (sprog_child_fd)SPROG_READ(fd);
        (void)snprintf(numbers[fd], sizeof numbers[fd], "%d", fd);
        modes[n++] = "--write";
        modes[n++] = numbers[fd];
        modes[n++] = numbers[fd];
    }
    r = start_modes(&options, modes);
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    for (int fd = FIRST; fd <= LAST; fd++) {
        ck_assert_str_eq(record_text(r, fd), numbers[fd]);
        ck_assert_uint_eq(r->lost_count[fd], 1);
    }
}
END_TEST

/* proves: A19 W1 W21 */
START_TEST(child_fds_3_to_20_are_each_written_by_us)
{
    sprog_child_fd fds[LAST + 2] = { SPROG_READ(1) };
    const char *modes[(LAST - FIRST + 1) * 3 + 1] = { NULL };
    char numbers[LAST + 1][8];
    sprog_spawn_options options = { .fds = fds, .fd_count = 1 };
    char expected[200] = "";
    size_t n = 0;
    record *r;

    for (int fd = FIRST; fd <= LAST; fd++) {
        fds[options.fd_count++] = (sprog_child_fd)SPROG_WRITE(fd);
        (void)snprintf(numbers[fd], sizeof numbers[fd], "%d", fd);
        modes[n++] = "--copy";
        modes[n++] = numbers[fd];
        modes[n++] = "1";
        (void)strcat(expected, numbers[fd]);
    }
    r = start_modes(&options, modes);
    for (int fd = LAST; fd >= FIRST; fd--) {
        OK(sprog_process_write_to_child(r->process, fd, numbers[fd],
                                        strlen(numbers[fd])));
        OK(sprog_process_close_child_fd(r->process, fd));
    }
    finish(r);
    ck_assert_str_eq(record_text(r, 1), expected);
}
END_TEST

/* proves: A19 W22 */
START_TEST(a_duplex_child_fd_goes_both_ways_and_can_be_closed)
{
    const sprog_child_fd fds[] = { SPROG_DUPLEX(4), SPROG_DUPLEX(19) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    record *r = START(&options, "--read", "4", "2", "--write", "4", "four",
                      "--read", "19", "2", "--write", "19", "nineteen",
                      "--wait-end", "4", "--exit-code", "3");

    OK(sprog_process_write_to_child(r->process, 4, "go", 2));
    TURN_UNTIL(r->received[4] == 4);
    OK(sprog_process_write_to_child(r->process, 19, "go", 2));
    TURN_UNTIL(r->received[19] == 8);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_close_child_fd(r->process, 4));
    finish(r);
    ck_assert_str_eq(record_text(r, 4), "four");
    ck_assert_str_eq(record_text(r, 19), "nineteen");
    ck_assert_uint_eq(r->end.code, 3);
}
END_TEST

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

/* proves: A19 W1 */
START_TEST(null_file_same_and_inherit_work_at_high_numbers)
{
    const char *in = temp_path("in");
    const char *log = temp_path("log");
    intptr_t ends[2];
    char *text;
    record *r;

    ck_assert(host_write_file(in, "from a file", 11));
    ck_assert(host_write_file(log, "before ", 7));
    ck_assert(host_pipe(ends));
    {
        const sprog_child_fd fds[] = { SPROG_READ(1),
                                       SPROG_NULL(6),
                                       SPROG_FILE(8, in, SPROG_READ_ONLY),
                                       SPROG_FILE(9, log, SPROG_APPEND),
                                       SPROG_SAME(12, 1),
                                       SPROG_SAME(13, 9),
                                       SPROG_INHERIT(17, ends[1]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 7 };

        r = START(&options, "--list-fds", "1", "--copy", "8", "12", "--copy",
                  "6", "1", "--write-bytes", "6", "10000", "--write", "9",
                  "nine ", "--write", "13", "thirteen", "--write", "17",
                  "ours");
    }
    host_close(ends[1]);
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 1), "1 6 8 9 12 13 17 \nfrom a file");
    text = read_all(ends[0]);
    ck_assert_str_eq(text, "ours");
    free(text);
    text = host_read_file(log, NULL);
    ck_assert_str_eq(text, "before nine thirteen");
    free(text);
}
END_TEST

/* proves: A19 */
START_TEST(the_runtime_is_told_what_each_child_fd_is)
{
    const char *file = temp_path("file");
    const sprog_child_fd fds[] = { SPROG_READ(1), SPROG_READ(3), SPROG_NULL(4),
                                   SPROG_FILE(5, file, SPROG_TRUNCATE) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };
    record *r =
        START(&options, "--print-type", "3", "--print-type", "4",
              "--print-type", "5", "--print-type", "2", "--print-type", "9");

    finish(r);
    ck_assert_str_eq(record_text(r, 1), "pipe\ndevice\ndisk\nclosed\nclosed\n");
}
END_TEST

/* proves: A19 W22 */
START_TEST(numbers_that_are_not_mapped_are_closed_in_the_child)
{
    const sprog_child_fd gaps[] = { SPROG_READ(2), SPROG_WRITE(7),
                                    SPROG_NULL(20) };
    const sprog_child_fd three[] = { SPROG_READ(1) };
    const sprog_spawn_options gapped = { .fds = gaps, .fd_count = 3 };
    const sprog_spawn_options only_1 = { .fds = three, .fd_count = 1 };
    record *r = START(&gapped, "--list-fds", "2");

    finish(r);
    ck_assert_str_eq(record_text(r, 2), "2 7 20 \n");
    r = START(&only_1, "--list-fds", "1", "--print-standard", "1");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1 \nno yes no\n");
}
END_TEST

/* proves: A19 W22 */
START_TEST(the_child_may_close_any_child_fd_and_we_see_it)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(11),
                                   SPROG_WRITE(15) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 3 };
    record *r = START(&options, "--close", "11", "--read", "0", "1", "--close",
                      "15", "--wait-end", "0");

    TURN_UNTIL(r->lost_count[11] == 1);
    ck_assert_int_eq(r->lost[11].reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(r->lost_count[15], 0);
    OK(sprog_process_write(r->process, "g", 1));
    TURN_UNTIL(r->lost_count[15] == 1);
    ck_assert_int_eq(r->lost[15].reason, SPROG_LOST_PEER);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 15, "x", 1),
                     SPROG_ECLOSED);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 14, "x", 1),
                     SPROG_ENOCHILDFD);
    ck_assert_int_eq(sprog_process_write_to_child(r->process, 11, "x", 1),
                     SPROG_ENOTWRITABLE);
    ck_assert_uint_eq(r->exited, 0);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
}
END_TEST

/* proves: A19 */
START_TEST(bytes_of_a_high_child_fd_are_not_translated)
{
    const sprog_child_fd fds[] = { SPROG_WRITE(18), SPROG_READ(20) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 2 };
    const size_t len = 300000;
    char *data = pattern(len);
    record *r = START(&options, "--copy", "18", "20");

    OK(sprog_process_write_to_child(r->process, 18, "\r\n\x1a\n\0\r", 6));
    OK(sprog_process_write_to_child(r->process, 18, data, len));
    OK(sprog_process_close_child_fd(r->process, 18));
    finish(r);
    ck_assert_uint_eq(r->bytes[20].len, len + 6);
    ck_assert(memcmp(r->bytes[20].data, "\r\n\x1a\n\0\r", 6) == 0);
    ck_assert(memcmp(r->bytes[20].data + 6, data, len) == 0);
    free(data);
}
END_TEST

/* proves: A19 */
START_TEST(the_last_number_that_a_runtime_knows_works_and_the_next_does_not)
{
    const char *argv[] = { child_path(), NULL };
    sprog_child_fd fds[] = { SPROG_READ(1), SPROG_NULL(2047) };
    sprog_spawn_options options = { .argv = argv, .fds = fds, .fd_count = 2 };
    sprog_fault fault;
    record *r = START(&options, "--print-type", "2047");

    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 1), "device\n");
    fds[1].child_fd = 2048;
    ck_assert_int_eq(refuse(&options, &fault), SPROG_ENOTSUP);
    ck_assert_int_eq(fault.child_fd, 2048);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("fds");

    tcase_add_test(tc, child_fds_3_to_20_are_each_read_by_us);
    tcase_add_test(tc, child_fds_3_to_20_are_each_written_by_us);
    tcase_add_test(tc, a_duplex_child_fd_goes_both_ways_and_can_be_closed);
    tcase_add_test(tc, null_file_same_and_inherit_work_at_high_numbers);
    tcase_add_test(tc, the_runtime_is_told_what_each_child_fd_is);
    tcase_add_test(tc, numbers_that_are_not_mapped_are_closed_in_the_child);
    tcase_add_test(tc, the_child_may_close_any_child_fd_and_we_see_it);
    tcase_add_test(tc, bytes_of_a_high_child_fd_are_not_translated);
    tcase_add_test(
        tc, the_last_number_that_a_runtime_knows_works_and_the_next_does_not);
    return suite_run("win32_fds");
}
