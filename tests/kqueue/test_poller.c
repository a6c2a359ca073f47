/*
 * The rules of kqueue that the poller is built on, one by one: what is told
 * once and what again and again, what is refused, and what goes by itself.
 */
#include "play.h"

#include "run_case.h"
#include <check.h>
#include <errno.h>
#include <stdlib.h>

static sprog__mem mem;
static sprog__poller *poller;
static sprog__poll_report reports[SPROG__POLL_CAP];

static void
set_up(void)
{
    play_begin(1);
    sprog__mem_from(&mem, NULL);
    ck_assert_int_eq(sprog__poller_create(&mem, &poller), 0);
}

static void
tear_down(void)
{
    sprog__poller_destroy(poller);
    play_end();
}

/* Look, without waiting; what is told of `watch`. */
static unsigned
told(const sprog__watch *watch)
{
    unsigned ready = 0;
    int n;

    /* The order is any, and not all may be told at once. */
    for (int i = 0; i < 3; i++) {
        n = sprog__poller_wait(poller, 0, reports, SPROG__POLL_CAP);
        ck_assert_int_ge(n, 0);
        while (n-- != 0) {
            ready |= reports[n].watch == watch ? reports[n].ready : 0;
        }
    }
    return ready;
}

static void
fill(int fd)
{
    while (sprog__posix_sys_write(fd, "x", 1) == 1) {
    }
}

static void
empty(int fd)
{
    char byte;

    while (sprog__posix_sys_read(fd, &byte, 1) == 1) {
    }
}

/* proves: H69 */
START_TEST(a_writer_that_waits_for_nothing_hears_that_its_reader_has_gone)
{
    sprog__watch watch;
    int fds[2];

    play.readd_keeps = _i != 0;
    ck_assert_int_eq(sprog__posix_sys_pipe(fds), 0);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fds[1]);
    ck_assert_int_eq(sprog__poller_add(poller, &watch, SPROG__POLL_LOSS), 0);
    ck_assert_uint_eq(told(&watch), 0);
    fill(fds[1]);
    empty(fds[0]);
    /* Room is no news to it. */
    ck_assert_uint_eq(told(&watch), 0);
    sprog__posix_sys_close(fds[0]);
    ck_assert_uint_eq(told(&watch), SPROG__POLL_LOSS);
    sprog__poller_remove(poller, &watch);
    sprog__posix_sys_close(fds[1]);
}
END_TEST

/* proves: H75 */
START_TEST(room_is_told_as_long_as_somebody_waits_for_it)
{
    sprog__watch watch;
    int fds[2];

    play.readd_keeps = _i != 0;
    ck_assert_int_eq(sprog__posix_sys_pipe(fds), 0);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fds[1]);
    ck_assert_int_eq(sprog__poller_add(poller, &watch, SPROG__POLL_LOSS), 0);
    ck_assert_uint_eq(told(&watch), 0);
    fill(fds[1]);
    ck_assert_int_eq(sprog__poller_change(poller, &watch,
                                          SPROG__POLL_LOSS | SPROG__POLL_OUT),
                     0);
    ck_assert_uint_eq(told(&watch), 0);
    empty(fds[0]);
    ck_assert_uint_eq(told(&watch), SPROG__POLL_OUT);
    ck_assert_uint_eq(told(&watch), SPROG__POLL_OUT);
    ck_assert_int_eq(sprog__poller_change(poller, &watch, SPROG__POLL_LOSS), 0);
    ck_assert_uint_eq(told(&watch), 0);
    sprog__poller_remove(poller, &watch);
    sprog__posix_sys_close(fds[0]);
    sprog__posix_sys_close(fds[1]);
}
END_TEST

/* proves: H69 H78 */
START_TEST(a_reader_that_has_gone_before_is_told_until_nobody_asks)
{
    sprog__watch watch;
    int fds[2];

    play.refuses_broken = true;
    play.broken_error = _i != 0 ? EBADF : EPIPE;
    ck_assert_int_eq(sprog__posix_sys_pipe(fds), 0);
    sprog__posix_sys_close(fds[0]);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fds[1]);
    ck_assert_int_eq(sprog__poller_add(poller, &watch, SPROG__POLL_LOSS), 0);
    ck_assert(play_note_is_ready(3)); /* the kqueue, for a foreign loop */
    ck_assert_uint_eq(told(&watch), SPROG__POLL_LOSS);
    ck_assert(play_note_is_ready(3));
    ck_assert_uint_eq(told(&watch), SPROG__POLL_LOSS);
    ck_assert_int_eq(sprog__poller_change(poller, &watch, 0), 0);
    ck_assert_uint_eq(told(&watch), 0);
    ck_assert(!play_note_is_ready(3));
    sprog__poller_remove(poller, &watch);
    sprog__posix_sys_close(fds[1]);
}
END_TEST

/* proves: H69 */
START_TEST(the_end_of_what_is_read_is_no_loss_of_what_is_written)
{
    sprog__watch watch;
    play_file *ours;
    int fds[2];

    ck_assert_int_eq(sprog__posix_sys_socket_pair(fds), 0);
    ours = play_fd_file(fds[0]);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fds[0]);
    ck_assert_int_eq(
        sprog__poller_add(poller, &watch, SPROG__POLL_IN | SPROG__POLL_LOSS),
        0);
    ck_assert_uint_eq(told(&watch), 0);
    ours->in->writers--; /* the other side is shut for writing */
    play_note_pipe(ours->in);
    ck_assert_uint_eq(told(&watch), SPROG__POLL_IN);
    ours->in->writers++;
    ck_assert_uint_eq(told(&watch), 0);
    ours->out->readers--; /* and then for reading */
    play_note_pipe(ours->out);
    ck_assert_uint_eq(told(&watch), SPROG__POLL_LOSS);
    ours->out->readers++;
    sprog__poller_remove(poller, &watch);
    sprog__posix_sys_close(fds[0]);
    sprog__posix_sys_close(fds[1]);
}
END_TEST

/* proves: H11 H77 */
START_TEST(a_descriptor_that_is_given_back_is_told_of_no_more)
{
    const size_t before = play_note_count();
    sprog__watch watch;
    int fds[2];

    ck_assert_int_eq(sprog__posix_sys_socket_pair(fds), 0);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fds[0]);
    ck_assert_int_eq(
        sprog__poller_add(poller, &watch,
                          SPROG__POLL_IN | SPROG__POLL_OUT | SPROG__POLL_LOSS),
        0);
    fill(fds[1]);
    sprog__poller_remove(poller, &watch);
    ck_assert_uint_eq(play_note_count(), before);
    ck_assert_uint_eq(told(&watch), 0);
    sprog__posix_sys_close(fds[0]);
    sprog__posix_sys_close(fds[1]);
}
END_TEST

/* proves: H11 H77 */
START_TEST(a_number_used_again_tells_nothing_of_who_had_it)
{
    sprog__watch first;
    sprog__watch second;
    int fds[2];
    int again[2];

    ck_assert_int_eq(sprog__posix_sys_pipe(fds), 0);
    sprog__watch_reset(&first, SPROG__WATCH_IO, fds[0]);
    ck_assert_int_eq(sprog__poller_add(poller, &first, SPROG__POLL_IN), 0);
    fill(fds[1]);
    sprog__poller_remove(poller, &first);
    sprog__posix_sys_close(fds[0]);
    sprog__posix_sys_close(fds[1]);
    ck_assert_int_eq(sprog__posix_sys_pipe(again), 0);
    ck_assert_int_eq(again[0], fds[0]);
    sprog__watch_reset(&second, SPROG__WATCH_IO, again[0]);
    ck_assert_int_eq(sprog__poller_add(poller, &second, SPROG__POLL_IN), 0);
    fill(again[1]);
    ck_assert_uint_eq(told(&first), 0);
    ck_assert_uint_eq(told(&second), SPROG__POLL_IN);
    sprog__poller_remove(poller, &second);
    sprog__posix_sys_close(again[0]);
    sprog__posix_sys_close(again[1]);
}
END_TEST

/* proves: H11 */
START_TEST(closing_a_descriptor_drops_its_filters)
{
    const size_t before = play_note_count();
    sprog__watch watch;
    int fds[2];
    int again[2];

    ck_assert_int_eq(sprog__posix_sys_socket_pair(fds), 0);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fds[0]);
    ck_assert_int_eq(
        sprog__poller_add(poller, &watch, SPROG__POLL_IN | SPROG__POLL_LOSS),
        0);
    ck_assert_uint_eq(play_note_count(), before + 2);
    sprog__posix_sys_close(fds[0]);
    ck_assert_uint_eq(play_note_count(), before);
    /* Whoever has the number next is not taken for it. */
    ck_assert_int_eq(sprog__posix_sys_pipe(again), 0);
    ck_assert_int_eq(again[0], fds[0]);
    fill(again[1]);
    ck_assert_uint_eq(told(&watch), 0);
    sprog__poller_remove(poller, &watch);
    sprog__posix_sys_close(fds[1]);
    sprog__posix_sys_close(again[0]);
    sprog__posix_sys_close(again[1]);
}
END_TEST

/* proves: H38 */
START_TEST(an_exit_is_told_once_and_with_its_status)
{
    play_proc *proc = play_proc_make(true);
    sprog__watch watch;
    int n;

    proc->refusals = 0;
    proc->ops[0].what = PLAY_SLEEP;
    proc->ops[0].n = 10;
    proc->ops[1].n = 5; /* its code */
    sprog__watch_reset(&watch, SPROG__WATCH_CHILD, SPROG__NO_FD);
    watch.pid = proc->pid;
    ck_assert_int_eq(sprog__poller_add_child(poller, &watch), 0);
    n = sprog__poller_wait(poller, UINT64_MAX, reports, SPROG__POLL_CAP);
    ck_assert_int_eq(n, 1);
    ck_assert_ptr_eq(reports[0].watch, &watch);
    ck_assert_uint_eq(reports[0].ready, SPROG__POLL_GONE);
    ck_assert_int_eq(reports[0].raw_status, 5 << 8);
    ck_assert(!watch.is_in_set);
    ck_assert_uint_eq(told(&watch), 0);
}
END_TEST

/* proves: H79 H80 */
START_TEST(the_one_object_is_ready_by_a_wake_and_by_a_deadline)
{
    const uint64_t due_ns = play.now_ns + 5000000;
    int fd = -1;

    ck_assert_int_eq(sprog__poller_embed(poller, &fd), 0);
    ck_assert(!play_note_is_ready(fd));
    sprog__poller_wake(poller);
    ck_assert(play_note_is_ready(fd));
    ck_assert_uint_eq(told(NULL), 0);
    ck_assert(!play_note_is_ready(fd));
    sprog__poller_set_timer(poller, due_ns);
    ck_assert(!play_note_is_ready(fd));
    play.now_ns = due_ns - 1;
    ck_assert(!play_note_is_ready(fd));
    play.now_ns = due_ns + 1000000;
    ck_assert(play_note_is_ready(fd));
    ck_assert_uint_eq(told(NULL), 0);
    ck_assert(!play_note_is_ready(fd));
    /* One that was taken back never comes. */
    sprog__poller_set_timer(poller, play.now_ns + 5000000);
    sprog__poller_set_timer(poller, UINT64_MAX);
    play.now_ns += 10000000;
    ck_assert(!play_note_is_ready(fd));
}
END_TEST

/* proves: H79 */
START_TEST(a_deadline_beyond_what_a_timer_takes_is_asked_for_again)
{
    const uint64_t hour_ns = 3600 * (uint64_t)1000000000;
    const uint64_t due_ns = play.now_ns + 3 * hour_ns / 2;
    int fd = -1;

    ck_assert_int_eq(sprog__poller_embed(poller, &fd), 0);
    sprog__poller_set_timer(poller, due_ns);
    play.now_ns += hour_ns + 2000000;
    ck_assert(play_note_is_ready(fd));
    ck_assert_uint_eq(told(NULL), 0);
    sprog__poller_set_timer(poller, due_ns);
    ck_assert(!play_note_is_ready(fd));
    play.now_ns = due_ns + 2000000;
    ck_assert(play_note_is_ready(fd));
}
END_TEST

/* proves: H9 */
START_TEST(what_is_never_ready_is_refused)
{
    sprog__watch watch;
    const int fd = sprog__posix_sys_open("/dev/null", 0, 0);

    ck_assert_int_ge(fd, 0);
    sprog__watch_reset(&watch, SPROG__WATCH_IO, fd);
    ck_assert_int_eq(sprog__poller_add(poller, &watch, SPROG__POLL_IN), -EPERM);
    ck_assert(!watch.is_in_set);
    sprog__posix_sys_close(fd);
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("poller");

    tcase_add_checked_fixture(tc, set_up, tear_down);
    tcase_add_loop_test(
        tc, a_writer_that_waits_for_nothing_hears_that_its_reader_has_gone, 0,
        2);
    tcase_add_loop_test(tc, room_is_told_as_long_as_somebody_waits_for_it, 0,
                        2);
    tcase_add_loop_test(
        tc, a_reader_that_has_gone_before_is_told_until_nobody_asks, 0, 2);
    tcase_add_test(tc, the_end_of_what_is_read_is_no_loss_of_what_is_written);
    tcase_add_test(tc, a_descriptor_that_is_given_back_is_told_of_no_more);
    tcase_add_test(tc, a_number_used_again_tells_nothing_of_who_had_it);
    tcase_add_test(tc, closing_a_descriptor_drops_its_filters);
    tcase_add_test(tc, an_exit_is_told_once_and_with_its_status);
    tcase_add_test(tc, the_one_object_is_ready_by_a_wake_and_by_a_deadline);
    tcase_add_test(tc, a_deadline_beyond_what_a_timer_takes_is_asked_for_again);
    tcase_add_test(tc, what_is_never_ready_is_refused);
    return run_case("kqueue/poller", tc);
}
