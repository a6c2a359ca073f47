/*
 * What most tests of the common code begin with.
 */
#include "stage.h"

#include <string.h>

sprog_reactor *reactor;
journal told;
char said[4096];
char word_a[] = "a";
char word_b[] = "b";
char word_c[] = "c";

void
say(sprog_reactor *of, void *user)
{
    const char *word = user;

    ck_assert_ptr_eq(of, reactor);
    ck_assert_uint_lt(strlen(said) + strlen(word), sizeof said);
    strcat(said, word);
}

void
stage_set_up(void)
{
    scripted_reset();
    said[0] = '\0';
    journal_start(&told);
    reactor = journal_reactor();
}

void
stage_tear_down(void)
{
    if (told.process != NULL) {
        journal_destroy(&told);
    }
    if (reactor != NULL) {
        (void)journal_reactor_end(reactor);
        reactor = NULL;
    }
    journal_end(&told);
    scripted_finish();
}

TCase *
stage_case(Suite *suite, const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_add_checked_fixture(tcase, stage_set_up, stage_tear_down);
    tcase_set_timeout(tcase, 60);
    suite_add_tcase(suite, tcase);
    return tcase;
}

void
start_with(const sprog_child_fd *fds, size_t count)
{
    static const char *const argv[] = { "child", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = count };

    journal_spawn(&told, reactor, &options);
    turn(1);
}

void
start_plain(void)
{
    start_with(NULL, 0);
}

void
start_all(int way, size_t capacity)
{
    static const sprog_child_fd fds[] = {
        SPROG_WRITE(0),  SPROG_READ(1), SPROG_READ(2),
        SPROG_DUPLEX(3), SPROG_NULL(4), SPROG_WRITE(5),
    };

    scripted_set_way((scripted_way)way);
    scripted_set_new_capacity(capacity);
    start_with(fds, sizeof fds / sizeof fds[0]);
}

sprog__be_io *
io_of(int child_fd)
{
    return scripted_io(told.child, child_fd);
}

void
turn(int times)
{
    while (times-- > 0) {
        ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    }
}

const char *
taken(int child_fd)
{
    static char text[512];
    size_t len;
    const char *data = scripted_taken(io_of(child_fd), &len);

    ck_assert_uint_lt(len, sizeof text);
    memcpy(text, data, len);
    text[len] = '\0';
    return text;
}

sprog_err
write_text(int child_fd, const char *text)
{
    return sprog_process_write_to_child(told.process, child_fd, text,
                                        strlen(text));
}

sprog_err
lend_text(const char *text, lent *given)
{
    const sprog_bytes bytes = { text, strlen(text) };

    memset(given, 0, sizeof *given);
    return sprog_process_lend_to_child(told.process, 0, &bytes, 1, lent_done,
                                       given);
}
