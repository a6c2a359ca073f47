/* Running a program on a terminal; see terminal_posix.h. */
#define _XOPEN_SOURCE 700

#include "terminal_posix.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#define TEXT_SIZE (1u << 20)
#define MARK      "\034" /* what no program here writes */

static char text[TEXT_SIZE];
static size_t text_len;

static void
on_data(sprog_stream *stream, const void *data, size_t len, void *user)
{
    (void)stream;
    (void)user;
    ck_assert_uint_lt(text_len + len, TEXT_SIZE);
    memcpy(text + text_len, data, len);
    text_len += len;
}

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    (void)process;
    (void)exit;
    sprog_reactor_stop(user);
}

static const sprog_stream_protocol stream_protocol = { .data_received =
                                                           on_data };
static const sprog_protocol process_protocol = { .process_ended = on_ended };

/* Open both ends of a terminal that is so many columns wide. */
static int
open_terminal(unsigned short columns, int *out_slave)
{
    const struct winsize size = { .ws_row = 24, .ws_col = columns };
    const int master = posix_openpt(O_RDWR | O_NOCTTY);

    ck_assert_int_ne(master, -1);
    ck_assert_int_eq(grantpt(master), 0);
    ck_assert_int_eq(unlockpt(master), 0);
    ck_assert_int_eq(ioctl(master, TIOCSWINSZ, &size), 0);
    *out_slave = open(ptsname(master), O_RDWR | O_NOCTTY);
    ck_assert_int_ne(*out_slave, -1);
    return master;
}

char *
tool_run_on_terminal(const char *const *argv, const sprog_env_edit *edits,
                     size_t edit_count, unsigned short columns)
{
    int slave;
    const int master = open_terminal(columns, &slave);
    sprog_reactor *reactor;
    sprog_process *process;
    sprog_stream *stream;
    ssize_t n;
    const sprog_child_fd fds[] = { SPROG_NULL(0), SPROG_INHERIT(1, slave),
                                   SPROG_SAME(2, 1) };
    const sprog_spawn_options options = { .argv = argv,
                                          .edits = edits,
                                          .edit_count = edit_count,
                                          .fds = fds,
                                          .fd_count = 3 };

    text_len = 0;
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    ck_assert_int_eq(sprog_stream_open(reactor, master, SPROG_STREAM_READ,
                                       &stream_protocol, NULL, &stream),
                     SPROG_OK);
    ck_assert_int_eq(sprog_spawn(reactor, &options, &process_protocol, reactor,
                                 &process, NULL),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_run(reactor), SPROG_OK);
    sprog_stream_destroy(stream);
    sprog_process_destroy(process);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
    /* What was written is on its way for a while: read up to a mark. */
    ck_assert_int_eq(write(slave, MARK, 1), 1);
    while (memchr(text, MARK[0], text_len) == NULL) {
        n = read(master, text + text_len, TEXT_SIZE - text_len);
        ck_assert_int_gt(n, 0);
        text_len += (size_t)n;
    }
    *strchr(text, MARK[0]) = '\0';
    (void)close(slave);
    (void)close(master);
    return text;
}
