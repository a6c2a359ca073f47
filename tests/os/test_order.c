/*
 * The order of the callbacks, the standard protocol, and calls of every kind
 * inside callbacks.
 */
#include <stdlib.h>
#include <string.h>

#include "fixture.h"

/* What a sprog_standard_protocol was told, in order. */
typedef struct standard {
    sprog_standard_protocol protocol; /* first: it is also the user */
    char told[256];
    char out[64];
    char err[64];
    unsigned ended;
} standard;

static void
tell(void *user, const char *word)
{
    standard *s = user;

    ck_assert_uint_lt(strlen(s->told) + strlen(word) + 1, sizeof s->told);
    strcat(s->told, word);
    strcat(s->told, " ");
}

static void
on_made(sprog_process *process, void *user)
{
    (void)process;
    tell(user, "made");
}

static void
on_out(sprog_process *process, const void *data, size_t len, void *user)
{
    standard *s = user;

    (void)process;
    strncat(s->out, data, len);
}

static void
on_err(sprog_process *process, const void *data, size_t len, void *user)
{
    standard *s = user;

    (void)process;
    strncat(s->err, data, len);
}

static void
on_in_lost(sprog_process *process, const sprog_lost *lost, void *user)
{
    (void)process;
    (void)lost;
    tell(user, "in-lost");
}

static void
on_out_lost(sprog_process *process, const sprog_lost *lost, void *user)
{
    (void)process;
    ck_assert_int_eq(lost->reason, SPROG_LOST_EOF);
    tell(user, "out-lost");
}

static void
on_err_lost(sprog_process *process, const sprog_lost *lost, void *user)
{
    (void)process;
    ck_assert_int_eq(lost->reason, SPROG_LOST_EOF);
    tell(user, "err-lost");
}

static void
on_exited(sprog_process *process, const sprog_exit *e, void *user)
{
    (void)process;
    ck_assert_uint_eq(e->code, 4);
    tell(user, "exited");
}

static void
on_ended(sprog_process *process, const sprog_exit *e, void *user)
{
    standard *s = user;

    (void)process;
    ck_assert_uint_eq(e->code, 4);
    tell(user, "ended");
    s->ended++;
}

/* proves: B50 B55 */
START_TEST(the_standard_protocol_tells_three_child_fds_apart_and_drops_others)
{
    const char *argv[] = { child_path(), "--write", "1",           "out",
                           "--write",    "2",       "err",         "--write",
                           "5",          "other",   "--exit-code", "4",
                           NULL };
    const sprog_child_fd fds[] = { SPROG_WRITE(0), SPROG_READ(1), SPROG_READ(2),
                                   SPROG_READ(5) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 4 };
    standard s = { .protocol = { .connection_made = on_made,
                                 .out_received = on_out,
                                 .err_received = on_err,
                                 .in_connection_lost = on_in_lost,
                                 .out_connection_lost = on_out_lost,
                                 .err_connection_lost = on_err_lost,
                                 .process_exited = on_exited,
                                 .process_ended = on_ended } };
    sprog_process *process = NULL;

    OK(sprog_spawn(fixture_reactor(), &options, sprog_standard_dispatch(), &s,
                   &process, NULL));
    TURN_UNTIL(s.ended == 1);
    ck_assert_str_eq(s.out, "out");
    ck_assert_str_eq(s.err, "err");
    ck_assert_int_eq(strncmp(s.told, "made ", 5), 0);
    ck_assert_ptr_nonnull(strstr(s.told, "in-lost "));
    ck_assert_ptr_nonnull(strstr(s.told, "out-lost "));
    ck_assert_ptr_nonnull(strstr(s.told, "err-lost "));
    ck_assert_ptr_nonnull(strstr(s.told, "exited "));
    ck_assert_str_eq(s.told + strlen(s.told) - 6, "ended ");
    sprog_process_destroy(process);
}
END_TEST

/* proves: B55 B94 */
START_TEST(a_standard_protocol_may_be_all_null)
{
    const char *argv[] = { child_path(), "--write", "1", "out", NULL };
    const sprog_spawn_options options = { .argv = argv };
    sprog_standard_protocol none = { 0 };
    sprog_process *process = NULL;

    OK(sprog_spawn(fixture_reactor(), &options, sprog_standard_dispatch(),
                   &none, &process, NULL));
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_int_eq(sprog_process_pid(process), 0);
    sprog_process_destroy(process);
}
END_TEST

static void
spawn_in_callback(record *r, record_kind kind, int child_fd)
{
    record **next = r->user;

    (void)child_fd;
    if (kind == RECORD_MADE && *next == NULL) {
        *next = START(NULL, "--write", "1", "second", "--exit-code", "2");
    }
}

/* proves: A4 H76 */
START_TEST(a_callback_may_spawn_and_the_new_one_is_told_later)
{
    record *second = NULL;
    record *first = START(NULL, "--write", "1", "first");

    first->user = &second;
    first->hook = spawn_in_callback;
    finish(first);
    ck_assert_ptr_nonnull(second);
    finish(second);
    ck_assert_str_eq(record_text(second, 1), "second");
    ck_assert_uint_eq(second->end.code, 2);
}
END_TEST

static void
stop_in_callback(record *r, record_kind kind, int child_fd)
{
    (void)child_fd;
    if (kind == RECORD_EXITED) {
        sprog_reactor_stop(r->reactor);
    }
}

/* proves: H76 */
START_TEST(a_callback_may_stop_the_run_and_it_can_go_on_later)
{
    const sprog_spawn_options options = { 0 };
    record *r = START(&options, "--grandchild-holds-pipe");

    r->hook = stop_in_callback;
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(r->exited, 1);
    ck_assert_uint_eq(r->ended, 0);
    OK(sprog_process_close_stdin(r->process));
    OK(sprog_reactor_run(fixture_reactor()));
    ck_assert_uint_eq(r->ended, 1);
}
END_TEST

/* ---- calls of every kind inside callbacks ------------------------------- */

static uint32_t seed;

static uint32_t
random_below(uint32_t n)
{
    seed = seed * 1664525u + 1013904223u;
    return (seed >> 16) % n;
}

/* One call, whichever; its answer plays no part, only what follows it. */
static void
call_something(record *r, record_kind kind, int child_fd)
{
    sprog_process *p = r->process;
    sprog_err err = SPROG_OK;

    (void)kind;
    (void)child_fd;
    if (p == NULL) {
        ck_abort_msg("a callback after the destroy");
    }
    switch (random_below(12)) {
    case 0:
        err = sprog_process_write(p, "abc", 3);
        break;
    case 1:
        err = sprog_process_close_stdin(p);
        break;
    case 2:
        err = sprog_process_close_stdout(p);
        break;
    case 3:
        err = sprog_process_pause(p, SPROG_ALL_FDS);
        break;
    case 4:
        err = sprog_process_resume(p, SPROG_ALL_FDS);
        break;
    case 5:
        err = sprog_process_lose_connection(p);
        break;
    case 6:
        err = sprog_process_signal(p, 0);
        break;
    case 7:
        err = sprog_process_set_marks(p, 0, random_below(100), 0, 0);
        break;
    case 8:
        if (random_below(4) == 0) {
            let_go(r);
        }
        break;
    case 9:
        err = sprog_process_close_stderr(p);
        break;
    case 10:
        sprog_reactor_wake(r->reactor);
        break;
    default:
        err = sprog_process_write_to_child(p, 7, "x", 1);
        break;
    }
    ck_assert_int_ne(err, SPROG_EBUG);
}

/* M first, X at most once, E last and once, each child fd lost once. */
static void
order_is_right(const record *r)
{
    ck_assert_uint_eq(r->made, 1);
    ck_assert_uint_le(r->exited, 1);
    ck_assert_uint_le(r->ended, r->exited);
    ck_assert_int_eq(record_order(r)[0], 'M');
    for (int fd = 0; fd < 3; fd++) {
        ck_assert_uint_le(r->lost_count[fd], 1);
        if (r->ended == 1) {
            ck_assert_uint_eq(r->lost_count[fd], 1);
        }
    }
    if (r->ended == 1) {
        const char *order = record_order(r);

        ck_assert_int_eq(order[strlen(order) - 1], 'E');
    }
}

/* proves: B83 H76 H77 W28 */
START_TEST(random_calls_in_callbacks_never_break_the_order)
{
    static const sprog_spawn_options options = { .left = SPROG_KILL };

    for (uint32_t round = 0; round < 60; round++) {
        record *r = START(&options, "--write", "1", "a", "--write", "2", "b",
                          "--copy", "0", "1", "--exit-code", "1");
        const uint64_t until = fixture_deadline();

        seed = round * 7919u + 1;
        OK(sprog_process_write(r->process, "start", 5));
        TURN_UNTIL(r->made == 1);
        r->hook = call_something;
        while (r->process != NULL && r->ended == 0) {
            /* What the calls left waiting is what ends it. */
            if (r->callbacks > 40 || random_below(8) == 0) {
                r->hook = NULL;
                OK(sprog_process_resume(r->process, SPROG_ALL_FDS));
                OK(sprog_process_close_stdin(r->process));
            }
            ck_assert_msg(host_now_ms() < until, "a round never ends");
            OK(sprog_reactor_turn(fixture_reactor(), 2));
        }
        order_is_right(r);
        let_go(r);
    }
    TURN_UNTIL(!host_has_children());
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("order");

    tcase_add_test(
        tc, the_standard_protocol_tells_three_child_fds_apart_and_drops_others);
    tcase_add_test(tc, a_standard_protocol_may_be_all_null);
    tcase_add_test(tc, a_callback_may_spawn_and_the_new_one_is_told_later);
    tcase_add_test(tc, a_callback_may_stop_the_run_and_it_can_go_on_later);
    tcase_add_test(tc, random_calls_in_callbacks_never_break_the_order);
    return suite_run("order");
}
