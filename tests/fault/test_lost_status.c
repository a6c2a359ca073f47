/*
 * A status that others took, on a kernel that does not remember it: the exit
 * is told all the same, and its status is unknown, never invented.
 */
#define _GNU_SOURCE

#include <check.h>
#include <errno.h>
#include <signal.h>

#include "injector.h"
#include "sprog/sprog.h"
#include "sweep.h"

#define EXITS 10

static void
keep_end(sprog_process *process, const sprog_exit *exit, void *user)
{
    *(sprog_exit *)user = *exit;
    sprog_process_destroy(process);
}

/* Start a child that exits with 7, and turn until its end. */
static void
live_once(sprog_reactor *reactor, sprog_exit *out_end)
{
    const char *const argv[] = { "/bin/sh", "-c", "exit 7", NULL };
    const sprog_spawn_options options = { .argv = argv };
    const sprog_protocol protocol = { .process_ended = keep_end };
    sprog_process *process = NULL;

    out_end->raw_status = -7;
    ck_assert_int_eq(
        sprog_spawn(reactor, &options, &protocol, out_end, &process, NULL),
        SPROG_OK);
    ck_assert_int_eq(sprog_reactor_run(reactor), SPROG_OK);
}

/* proves: A10 B96 H29 S5 */
START_TEST(a_status_that_nobody_has_is_unknown)
{
    const struct sigaction ignore = { .sa_handler = SIG_IGN };
    sprog_reactor *reactor = NULL;
    sprog_exit end = { 0 };

    ck_assert_int_eq(sigaction(SIGCHLD, &ignore, NULL), 0);
    inject_lack("ioctl", ENOTTY);
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    for (int i = 0; i < EXITS; i++) {
        live_once(reactor, &end);
        ck_assert_int_eq(end.kind, SPROG_EXIT_UNKNOWN);
        ck_assert_int_eq(end.raw_status, -1);
        ck_assert_uint_eq(end.code, 0);
        ck_assert_int_eq(end.signal_number, 0);
    }
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
}
END_TEST

/* proves: H30 */
START_TEST(the_older_way_knows_a_status_that_nobody_took)
{
    sprog_reactor *reactor = NULL;
    sprog_exit end = { 0 };

    inject_lack("ioctl", ENOTTY);
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    live_once(reactor, &end);
    ck_assert_int_eq(end.kind, SPROG_EXIT_CODE);
    ck_assert_uint_eq(end.code, 7);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("lost status", 20);

    tcase_add_test(tcase, a_status_that_nobody_has_is_unknown);
    tcase_add_test(tcase, the_older_way_knows_a_status_that_nobody_took);
    return sweep_run("fault/lost_status", &tcase, 1);
}
