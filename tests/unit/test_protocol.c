/*
 * The dispatch of the three standard child fds.
 */
#include <string.h>

#include "scripted/stage.h"

typedef struct dispatched {
    sprog_standard_protocol protocol; /* first */
    char text[256];
} dispatched;

static void
add_word(void *user, const char *word)
{
    strcat(((dispatched *)user)->text, word);
}

static void
std_made(sprog_process *p, void *user)
{
    (void)p;
    add_word(user, "m");
}

static void
std_out(sprog_process *p, const void *data, size_t len, void *user)
{
    (void)p;
    (void)data;
    (void)len;
    add_word(user, "o");
}

static void
std_err(sprog_process *p, const void *data, size_t len, void *user)
{
    (void)p;
    (void)data;
    (void)len;
    add_word(user, "e");
}

static void
std_lost_in(sprog_process *p, const sprog_lost *lost, void *user)
{
    (void)p;
    (void)lost;
    add_word(user, "0");
}

static void
std_lost_out(sprog_process *p, const sprog_lost *lost, void *user)
{
    (void)p;
    (void)lost;
    add_word(user, "1");
}

static void
std_lost_err(sprog_process *p, const sprog_lost *lost, void *user)
{
    (void)p;
    (void)lost;
    add_word(user, "2");
}

static void
std_exited(sprog_process *p, const sprog_exit *exit, void *user)
{
    (void)p;
    (void)exit;
    add_word(user, "x");
}

static void
std_ended(sprog_process *p, const sprog_exit *exit, void *user)
{
    (void)p;
    (void)exit;
    add_word(user, "E");
}

static void
dispatch_all(dispatched *to)
{
    static const char *const argv[] = { "child", NULL };
    static const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1),
                                          SPROG_READ(2), SPROG_READ(3) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 4 };
    sprog_process *process = NULL;
    sprog__be_child *child;
    int fd;

    ck_assert_int_eq(sprog_spawn(reactor, &options, sprog_standard_dispatch(),
                                 to, &process, NULL),
                     SPROG_OK);
    child = scripted_child(0);
    for (fd = 1; fd <= 3; fd++) {
        scripted_prints_text(scripted_io(child, fd), "x");
    }
    ck_assert_int_eq(journal_turn(reactor, 0), SPROG_OK);
    for (fd = 0; fd <= 3; fd++) {
        scripted_ends(scripted_io(child, fd));
    }
    scripted_exits(child, 0);
    ck_assert_int_eq(journal_run(reactor), SPROG_OK);
    sprog_process_destroy(process);
}

/* proves: B50 B55 */
START_TEST(the_standard_dispatch_tells_the_three_child_fds_apart)
{
    dispatched to = {
        { std_made, std_out, std_err, NULL, std_lost_in, std_lost_out,
          std_lost_err, std_exited, std_ended },
        "",
    };

    dispatch_all(&to);
    ck_assert_str_eq(to.text, "moe012xE");
}
END_TEST

/* proves: B50 B55 */
START_TEST(the_standard_dispatch_needs_no_callback_at_all)
{
    dispatched to;

    memset(&to, 0, sizeof to);
    dispatch_all(&to);
    ck_assert_str_eq(to.text, "");
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("protocol");
    TCase *tcase = stage_case(suite, "protocol");

    tcase_add_test(tcase,
                   the_standard_dispatch_tells_the_three_child_fds_apart);
    tcase_add_test(tcase, the_standard_dispatch_needs_no_callback_at_all);
    return scripted_main(suite);
}
