/*
 * Hosts with descriptors 0, 1 or 2 closed, and maps that permute: everything
 * that the library opens then lands on the numbers that the child needs.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

#define HIGH 200

/* Close those of 0, 1, 2 whose bit is set, to be put back later. */
static void
close_standard(unsigned subset)
{
    for (int fd = 0; fd < 3; fd++) {
        ck_assert_int_eq(dup3(fd, HIGH + fd, O_CLOEXEC), HIGH + fd);
        if ((subset & (1u << fd)) != 0) {
            (void)close(fd);
        }
    }
}

static void
restore_standard(void)
{
    for (int fd = 0; fd < 3; fd++) {
        ck_assert_int_eq(dup2(HIGH + fd, fd), fd);
        (void)close(HIGH + fd);
    }
}

/* What the child's descriptor is, in a run of the matrix. */
enum kind { PIPE, NOTHING, OURS, KINDS };

typedef struct run {
    enum kind kinds[3];
    intptr_t ends[3][2]; /* for OURS: a pipe of the host */
    char out[3][64];
} run;

static sprog_child_fd
entry(run *m, int fd)
{
    switch (m->kinds[fd]) {
    case PIPE:
        return fd == 0 ? (sprog_child_fd)SPROG_WRITE(0)
                       : (sprog_child_fd)SPROG_READ(fd);
    case NOTHING:
        return (sprog_child_fd)SPROG_NULL(fd);
    case OURS:
    case KINDS:
        break;
    }
    ck_assert(host_pipe(m->ends[fd]));
    return (sprog_child_fd)SPROG_INHERIT(fd, m->ends[fd][fd == 0 ? 0 : 1]);
}

static void
drive(run *m, sprog_reactor *reactor)
{
    const char *argv[] = { child_path(), "--write", "2", "err", "--copy", "0",
                           "1",          "--write", "1", "out", NULL };
    const sprog_child_fd fds[] = { entry(m, 0), entry(m, 1), entry(m, 2) };
    const sprog_spawn_options options = { .argv = argv,
                                          .fds = fds,
                                          .fd_count = 3 };
    record *r = start_on(reactor, &options);

    if (m->kinds[0] == PIPE) {
        OK(sprog_process_write(r->process, "in", 2));
        OK(sprog_process_close_stdin(r->process));
    }
    if (m->kinds[0] == OURS) {
        ck_assert(host_write(m->ends[0][1], "in", 2));
        host_close(m->ends[0][1]);
        host_close(m->ends[0][0]);
    }
    TURN_ON_UNTIL(reactor, r->ended == 1);
    ck_assert_uint_eq(r->end.code, 0);
    for (int fd = 1; fd < 3; fd++) {
        if (m->kinds[fd] == PIPE) {
            (void)snprintf(m->out[fd], sizeof m->out[fd], "%s",
                           record_text(r, fd));
        }
        if (m->kinds[fd] == OURS) {
            host_close(m->ends[fd][1]);
            ck_assert_int_ge(host_read(m->ends[fd][0], m->out[fd], 60), 0);
            host_close(m->ends[fd][0]);
        }
    }
    let_go(r);
}

/* proves: B128 H4 S2 */
START_TEST(every_subset_of_closed_0_1_2_works_with_every_kind_of_map)
{
    const unsigned subset = (unsigned)_i;

    for (int mix = 0; mix < KINDS * KINDS * KINDS; mix++) {
        run m = { .kinds = { (enum kind)(mix % KINDS),
                             (enum kind)(mix / KINDS % KINDS),
                             (enum kind)(mix / KINDS / KINDS) } };
        sprog_reactor *reactor = NULL;

        close_standard(subset);
        /* Made with them closed, so that its own descriptors are low. */
        OK(sprog_reactor_create(NULL, &reactor));
        drive(&m, reactor);
        OK(sprog_reactor_destroy(reactor, NULL));
        restore_standard();
        ck_assert_str_eq(m.out[1], m.kinds[1] == NOTHING   ? ""
                                   : m.kinds[0] == NOTHING ? "out"
                                                           : "inout");
        ck_assert_str_eq(m.out[2], m.kinds[2] == NOTHING ? "" : "err");
    }
}
END_TEST

static const int permutations[6][3] = { { 0, 1, 2 }, { 0, 2, 1 }, { 1, 0, 2 },
                                        { 1, 2, 0 }, { 2, 0, 1 }, { 2, 1, 0 } };

/*
 * Child fds base, base + 1, base + 2 get ours, permuted; each end is at the
 * same number with us. The child writes its own number's letter to each.
 */
static void
permute(int base, const int order[3], bool cloexec)
{
    char numbers[3][8];
    int ends[3][2];
    record *r;

    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(pipe2(ends[i], O_CLOEXEC), 0);
        (void)snprintf(numbers[i], sizeof numbers[i], "%d", base + i);
    }
    /* The read sides out of the way, then the write sides in their place. */
    for (int i = 0; i < 3; i++) {
        const int apart = fcntl(ends[i][0], F_DUPFD_CLOEXEC, 100);
        const int write_apart = fcntl(ends[i][1], F_DUPFD_CLOEXEC, 100);

        (void)close(ends[i][0]);
        (void)close(ends[i][1]);
        ends[i][0] = apart;
        ends[i][1] = write_apart;
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(dup3(ends[i][1], base + i, cloexec ? O_CLOEXEC : 0),
                         base + i);
        (void)close(ends[i][1]);
    }
    {
        const sprog_child_fd fds[] = { SPROG_INHERIT(base, base + order[0]),
                                       SPROG_INHERIT(base + 1, base + order[1]),
                                       SPROG_INHERIT(base + 2,
                                                     base + order[2]) };
        const sprog_spawn_options options = { .fds = fds, .fd_count = 3 };

        r = START(&options, "--write", numbers[0], "a", "--write", numbers[1],
                  "b", "--write", numbers[2], "c");
    }
    finish(r);
    for (int i = 0; i < 3; i++) {
        (void)close(base + i);
    }
    for (int i = 0; i < 3; i++) {
        char got[4] = "";
        const char expected[2] = { (char)('a' + i), '\0' };

        ck_assert_int_eq(host_read(ends[order[i]][0], got, 3), 1);
        ck_assert_str_eq(got, expected);
    }
    for (int i = 0; i < 3; i++) {
        (void)close(ends[i][0]);
    }
    ck_assert_uint_eq(r->end.code, 0);
    let_go(r);
}

/* proves: B31 H4 S2 */
START_TEST(every_permutation_of_three_child_fds_works_high_up)
{
    permute(20, permutations[_i], true);
    permute(20, permutations[_i], false);
}
END_TEST

/* proves: B31 H4 S2 */
START_TEST(every_permutation_of_0_1_2_works)
{
    close_standard(7);
    permute(0, permutations[_i], true);
    permute(0, permutations[_i], false);
    restore_standard();
}
END_TEST

/* proves: B31 H4 */
START_TEST(a_swap_of_two_and_an_identity_work)
{
    const sprog_child_fd fds[] = { SPROG_INHERIT(8, 9), SPROG_INHERIT(9, 8),
                                   SPROG_INHERIT(7, 7), SPROG_READ(1) };
    const sprog_spawn_options options = { .fds = fds, .fd_count = 4 };
    int ends[3][2];
    char got[3];
    record *r;

    if (posix_is_emulated()) {
        SKIP("the emulator holds a descriptor of its own");
    }
    for (int i = 0; i < 3; i++) {
        int made[2];

        ck_assert_int_eq(pipe2(made, O_CLOEXEC), 0);
        ends[i][0] = fcntl(made[0], F_DUPFD_CLOEXEC, 100);
        ends[i][1] = fcntl(made[1], F_DUPFD_CLOEXEC, 100);
        (void)close(made[0]);
        (void)close(made[1]);
    }
    for (int i = 0; i < 3; i++) {
        ck_assert_int_eq(dup3(ends[i][1], 7 + i, O_CLOEXEC), 7 + i);
        (void)close(ends[i][1]);
    }
    r = START(&options, "--write", "7", "s", "--write", "8", "e", "--write",
              "9", "n", "--list-fds", "1");
    finish(r);
    ck_assert_str_eq(record_text(r, 1), "1 7 8 9 \n");
    for (int i = 0; i < 3; i++) {
        (void)close(7 + i);
        ck_assert_int_eq(host_read(ends[i][0], &got[i], 1), 1);
        (void)close(ends[i][0]);
    }
    ck_assert_int_eq(got[0], 's');
    ck_assert_int_eq(got[1], 'n');
    ck_assert_int_eq(got[2], 'e');
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("closed_stdio");

    tcase_add_loop_test(
        tc, every_subset_of_closed_0_1_2_works_with_every_kind_of_map, 0, 8);
    tcase_add_loop_test(tc, every_permutation_of_three_child_fds_works_high_up,
                        0, 6);
    tcase_add_loop_test(tc, every_permutation_of_0_1_2_works, 0, 6);
    tcase_add_test(tc, a_swap_of_two_and_an_identity_work);
    return suite_run("posix_closed_stdio");
}
