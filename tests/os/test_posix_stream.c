/*
 * Streams over what a program has of its own: terminals, pipes shared with
 * others, files. The flags of the descriptor never change, and the reactor
 * never blocks on it.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <termios.h>
#include <unistd.h>

#include "fixture.h"

typedef struct watch {
    record_bytes data;
    sprog_lost lost;
    unsigned lost_count;
} watch;

static void
on_data(sprog_stream *stream, const void *data, size_t len, void *user)
{
    watch *w = user;

    (void)stream;
    record_append(&w->data, data, len);
}

static void
on_lost(sprog_stream *stream, const sprog_lost *lost, void *user)
{
    watch *w = user;

    (void)stream;
    w->lost = *lost;
    w->lost_count++;
}

static const sprog_stream_protocol protocol = { .data_received = on_data,
                                                .connection_lost = on_lost };

static sprog_stream *
open_stream(int fd, sprog_stream_mode mode, watch *w)
{
    sprog_stream *stream = NULL;

    OK(sprog_stream_open(fixture_reactor(), fd, mode, &protocol, w, &stream));
    return stream;
}

/* A terminal that does not change what goes through it. */
static void
open_terminal(int *out_master, int *out_slave)
{
    struct termios raw;

    *out_master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
    ck_assert_int_ge(*out_master, 0);
    ck_assert_int_eq(grantpt(*out_master), 0);
    ck_assert_int_eq(unlockpt(*out_master), 0);
    *out_slave = open(ptsname(*out_master), O_RDWR | O_NOCTTY | O_CLOEXEC);
    ck_assert_int_ge(*out_slave, 0);
    ck_assert_int_eq(tcgetattr(*out_slave, &raw), 0);
    cfmakeraw(&raw);
    ck_assert_int_eq(tcsetattr(*out_slave, TCSANOW, &raw), 0);
}

/* proves: H14 */
START_TEST(a_terminal_is_read_and_written_with_its_flags_untouched)
{
    watch in = { 0 };
    watch out = { 0 };
    char got[6] = "";
    int master;
    int slave;
    int flags;
    sprog_stream *reader;
    sprog_stream *writer;

    open_terminal(&master, &slave);
    flags = fcntl(slave, F_GETFL);
    reader = open_stream(slave, SPROG_STREAM_READ, &in);
    writer = open_stream(slave, SPROG_STREAM_WRITE, &out);
    ck_assert_int_eq(fcntl(slave, F_GETFL), flags);
    ck_assert_int_eq(write(master, "typed", 5), 5);
    TURN_UNTIL(in.data.len == 5);
    ck_assert_str_eq(in.data.data, "typed");
    OK(sprog_stream_write(writer, "shown", 5));
    OK(sprog_stream_close(writer));
    TURN_UNTIL(out.lost_count == 1);
    ck_assert_int_eq(read(master, got, 5), 5);
    ck_assert_str_eq(got, "shown");
    ck_assert_int_eq(fcntl(slave, F_GETFL), flags);
    sprog_stream_destroy(reader);
    sprog_stream_destroy(writer);
    ck_assert_int_eq(fcntl(slave, F_GETFL), flags);
    (void)close(slave);
    (void)close(master);
    free(in.data.data);
}
END_TEST

/* proves: H14 */
START_TEST(a_full_pipe_shared_with_others_neither_blocks_nor_changes)
{
    const size_t len = 500000;
    char *data = pattern(len);
    char *got = calloc(1, len);
    watch w = { 0 };
    int ends[2];
    int flags;
    sprog_stream *stream;
    uint64_t before;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    flags = fcntl(ends[1], F_GETFL);
    stream = open_stream(ends[1], SPROG_STREAM_WRITE, &w);
    /* Nobody reads: a blocking write of it all would stand still for ever. */
    before = host_now_ms();
    OK(sprog_stream_write(stream, data, len));
    (void)fixture_turn_for(60);
    ck_assert_uint_lt(host_now_ms() - before, 10000);
    ck_assert_uint_gt(sprog_stream_queued(stream), 0);
    ck_assert_int_eq(fcntl(ends[1], F_GETFL), flags);
    OK(sprog_stream_close(stream));
    for (size_t at = 0; at < len;) {
        size_t part = len - at < 4096 ? len - at : 4096;

        OK(sprog_reactor_turn(fixture_reactor(), 0));
        if (!host_wait_ready(ends[0], 0)) {
            OK(sprog_reactor_turn(fixture_reactor(), 100));
            continue;
        }
        {
            const ssize_t n = read(ends[0], got + at, part);

            ck_assert_int_gt(n, 0);
            at += (size_t)n;
        }
    }
    TURN_UNTIL(w.lost_count == 1);
    ck_assert(memcmp(got, data, len) == 0);
    ck_assert_int_eq(fcntl(ends[1], F_GETFL), flags);
    sprog_stream_destroy(stream);
    (void)close(ends[0]);
    (void)close(ends[1]);
    free(data);
    free(got);
}
END_TEST

/* proves: H14 H74 */
START_TEST(files_are_read_and_written_too)
{
    const size_t len = 1000000;
    char *data = pattern(len);
    watch in = { 0 };
    watch out = { 0 };
    char *copied;
    size_t copied_len = 0;
    sprog_stream *reader;
    sprog_stream *writer;
    int from;
    int to;
    int flags;

    ck_assert(host_write_file(temp_path("from"), data, len));
    from = open(temp_path("from"), O_RDONLY | O_CLOEXEC);
    to = open(temp_path("to"), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
    ck_assert_int_ge(from, 0);
    ck_assert_int_ge(to, 0);
    flags = fcntl(to, F_GETFL);
    reader = open_stream(from, SPROG_STREAM_READ, &in);
    TURN_UNTIL(in.lost_count == 1);
    ck_assert_int_eq(in.lost.reason, SPROG_LOST_EOF);
    ck_assert_uint_eq(in.data.len, len);
    ck_assert(memcmp(in.data.data, data, len) == 0);
    writer = open_stream(to, SPROG_STREAM_WRITE, &out);
    OK(sprog_stream_write(writer, data, len));
    OK(sprog_stream_close(writer));
    TURN_UNTIL(out.lost_count == 1);
    ck_assert_int_eq(out.lost.reason, SPROG_LOST_CLOSED);
    ck_assert_int_eq(fcntl(to, F_GETFL), flags);
    copied = host_read_file(temp_path("to"), &copied_len);
    ck_assert_uint_eq(copied_len, len);
    ck_assert(memcmp(copied, data, len) == 0);
    sprog_stream_destroy(reader);
    sprog_stream_destroy(writer);
    (void)close(from);
    (void)close(to);
    free(copied);
    free(data);
    free(in.data.data);
}
END_TEST

/* proves: H6 H14 */
START_TEST(what_a_full_device_did_not_take_is_told_at_the_close)
{
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);
    watch w = { 0 };
    sprog_stream *stream;

    if (full < 0) {
        SKIP("there is no /dev/full");
    }
    stream = open_stream(full, SPROG_STREAM_WRITE, &w);
    OK(sprog_stream_write(stream, "lost", 4));
    OK(sprog_stream_close(stream));
    TURN_UNTIL(w.lost_count == 1);
    ck_assert_int_eq(w.lost.reason, SPROG_LOST_ERROR);
    ck_assert_int_eq(w.lost.os_error, ENOSPC);
    sprog_stream_destroy(stream);
    (void)close(full);
}
END_TEST

static void
close_the_other(sprog_stream *stream, const void *data, size_t len, void *user)
{
    (void)stream;
    (void)data;
    (void)len;
    OK(sprog_stream_close(user));
}

/* proves: H6 H14 */
START_TEST(what_a_full_device_did_not_take_is_told_whenever_it_is_closed)
{
    static const sprog_stream_protocol reading = { .data_received =
                                                       close_the_other };
    const int full = open("/dev/full", O_WRONLY | O_CLOEXEC);

    if (full < 0) {
        SKIP("there is no /dev/full");
    }
    /* The error and the callback that closes come in one turn, mostly. */
    for (int i = 0; i < 50; i++) {
        watch w = { 0 };
        sprog_stream *stream = open_stream(full, SPROG_STREAM_WRITE, &w);
        sprog_stream *reader = NULL;
        int ends[2];

        ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
        OK(sprog_stream_open(fixture_reactor(), ends[0], SPROG_STREAM_READ,
                             &reading, stream, &reader));
        ck_assert_int_eq(write(ends[1], "x", 1), 1);
        OK(sprog_stream_write(stream, "lost", 4));
        (void)poll(NULL, 0, i % 5);
        TURN_UNTIL(w.lost_count == 1);
        ck_assert_int_eq(w.lost.reason, SPROG_LOST_ERROR);
        ck_assert_int_eq(w.lost.os_error, ENOSPC);
        sprog_stream_destroy(reader);
        sprog_stream_destroy(stream);
        (void)close(ends[0]);
        (void)close(ends[1]);
    }
    (void)close(full);
}
END_TEST

/* proves: H6 H14 */
START_TEST(what_a_full_disk_did_not_take_is_told_when_the_end_was_read)
{
    struct rlimit before;
    struct rlimit none;
    int told = 0;
    int fd;

    ck_assert_int_eq(getrlimit(RLIMIT_FSIZE, &before), 0);
    none = (struct rlimit){ 0, before.rlim_max };
    (void)signal(SIGXFSZ, SIG_IGN);
    ck_assert(host_write_file(temp_path("f"), "", 0));
    fd = open(temp_path("f"), O_RDWR | O_CLOEXEC);
    ck_assert_int_ge(fd, 0);
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    for (int i = 0; i < 20; i++) {
        watch w = { 0 };
        sprog_stream *stream = open_stream(fd, SPROG_STREAM_DUPLEX, &w);

        /* The end is read ahead by now, mostly, and not told. */
        (void)poll(NULL, 0, i % 5);
        OK(sprog_stream_write(stream, "lost", 4));
        TURN_UNTIL(w.lost_count == 1);
        sprog_stream_destroy(stream);
        told += w.lost.reason == SPROG_LOST_ERROR && w.lost.os_error == EFBIG;
    }
    /* Before any assertion: the tests' own messages are in a file. */
    ck_assert_int_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    ck_assert_int_eq(told, 20);
    (void)signal(SIGXFSZ, SIG_DFL);
    (void)close(fd);
}
END_TEST

/* proves: H14 */
START_TEST(an_offset_shared_with_others_goes_on_from_where_it_is)
{
    watch in = { 0 };
    watch out = { 0 };
    sprog_stream *stream;
    char *text;
    int fd;

    ck_assert(host_write_file(temp_path("f"), "0123456789", 10));
    fd = open(temp_path("f"), O_RDWR | O_CLOEXEC);
    ck_assert_int_eq(lseek(fd, 4, SEEK_SET), 4);
    stream = open_stream(fd, SPROG_STREAM_READ, &in);
    TURN_UNTIL(in.lost_count == 1);
    ck_assert_str_eq(in.data.data, "456789");
    sprog_stream_destroy(stream);
    ck_assert_int_eq(lseek(fd, 0, SEEK_CUR), 10);
    stream = open_stream(fd, SPROG_STREAM_WRITE, &out);
    OK(sprog_stream_write(stream, "ab", 2));
    OK(sprog_stream_close(stream));
    TURN_UNTIL(out.lost_count == 1);
    sprog_stream_destroy(stream);
    (void)close(fd);
    text = host_read_file(temp_path("f"), NULL);
    ck_assert_str_eq(text, "0123456789ab");
    free(text);
    free(in.data.data);
}
END_TEST

/* proves: B54 H82 */
START_TEST(a_descriptor_closed_behind_its_back_harms_nobody_else)
{
    watch w = { 0 };
    int ends[2];
    int other;
    sprog_stream *stream;

    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    stream = open_stream(ends[0], SPROG_STREAM_READ, &w);
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    (void)close(ends[0]);
    /* Somebody else gets the number, and keeps what is in it. */
    other = open("/dev/null", O_RDONLY | O_CLOEXEC);
    (void)close(ends[1]);
    (void)fixture_turn_for(30);
    sprog_stream_destroy(stream);
    OK(sprog_reactor_turn(fixture_reactor(), 0));
    ck_assert_int_ge(fcntl(other, F_GETFD), 0);
    ck_assert_int_eq(close(other), 0);
    ck_assert_uint_eq(w.data.len, 0);
}
END_TEST

/* proves: B29 H14 */
START_TEST(a_socket_pair_goes_both_ways)
{
    const sprog_child_fd fds[] = { SPROG_DUPLEX(3) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 1 };
    record *r = START(&options, "--copy", "3", "3");

    for (size_t i = 1; i <= 20; i++) {
        OK(sprog_process_write_to_child(r->process, 3, "ball", 4));
        TURN_UNTIL(r->received[3] == i * 4);
    }
    OK(sprog_process_close_child_fd(r->process, 3));
    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("stream");

    tcase_add_test(tc, a_terminal_is_read_and_written_with_its_flags_untouched);
    tcase_add_test(tc,
                   a_full_pipe_shared_with_others_neither_blocks_nor_changes);
    tcase_add_test(tc, files_are_read_and_written_too);
    tcase_add_test(tc, what_a_full_device_did_not_take_is_told_at_the_close);
    tcase_add_test(
        tc, what_a_full_device_did_not_take_is_told_whenever_it_is_closed);
    tcase_add_test(tc,
                   what_a_full_disk_did_not_take_is_told_when_the_end_was_read);
    tcase_add_test(tc, an_offset_shared_with_others_goes_on_from_where_it_is);
    tcase_add_test(tc, a_descriptor_closed_behind_its_back_harms_nobody_else);
    tcase_add_test(tc, a_socket_pair_goes_both_ways);
    return suite_run("posix_stream");
}
