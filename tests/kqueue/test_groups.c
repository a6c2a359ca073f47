/*
 * Groups where the first of a process's groups is its gid, as on macOS and
 * FreeBSD: src/posix/child_fork.c, over credentials that are played so.
 */
#include "posix/child.h"

#include <check.h>
#include <errno.h>
#include <grp.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gid_t now[64];
static int now_count;
static bool has_rights;

static int
play_setgroups(size_t n, const gid_t *list)
{
    if (!has_rights) {
        errno = EPERM;
        return -1;
    }
    /* None leaves the gid. */
    if (n != 0) {
        memcpy(now, list, n * sizeof *list);
        now_count = (int)n;
    } else {
        now_count = 1;
    }
    return 0;
}

static int
play_getgroups(int cap, gid_t *out_list)
{
    ck_assert_int_le(now_count, cap);
    memcpy(out_list, now, (size_t)now_count * sizeof *now);
    return now_count;
}

static gid_t
play_getgid(void)
{
    return now[0];
}

static int
play_setregid(gid_t real, gid_t effective)
{
    (void)real;
    now[0] = effective;
    return 0;
}

#define FIRST_GROUP_IS_GID 1
#define setgroups          play_setgroups
#define getgroups          play_getgroups
#define setregid           play_setregid
#define getgid             play_getgid
#define getegid            play_getgid
#include "posix/child_fork.c"
#include "run_case.h"

/* What the rest of the child does. */
void
sprog__child_place_fds(sprog__orders *orders)
{
    (void)orders;
}

void
sprog__child_close_others(sprog__orders *orders)
{
    (void)orders;
}

void
sprog__child_close_now(const sprog__orders *orders)
{
    (void)orders;
}

void
sprog__posix_sys_set_mask(const sprog__posix_mask *mask)
{
    (void)mask;
}

static void
change(uint32_t set, uint32_t gid, uint32_t *wanted, size_t wanted_count)
{
    const sprog__ids ids = {
        .set = set, .gid = gid, .groups = wanted, .group_count = wanted_count
    };
    sprog__orders orders = { .ids = &ids, .report_fd = -1 };

    change_ids(&orders);
}

static void
set_up(void)
{
    const gid_t ours[] = { 1, 2, 3 };

    memcpy(now, ours, sizeof ours);
    now_count = 3;
    has_rights = true;
}

/* proves: A11 */
START_TEST(no_group_is_lost_to_the_gid)
{
    uint32_t wanted[] = { 5, 20, 1000 };

    change(SPROG_SET_GROUPS | SPROG_SET_GID, 1000, wanted, 3);
    ck_assert_int_eq(now_count, 3);
    ck_assert_uint_eq(now[0], 1000);
    ck_assert_uint_eq(now[1], 5);
    ck_assert_uint_eq(now[2], 20);
}
END_TEST

/* proves: A11 */
START_TEST(groups_alone_leave_the_gid)
{
    uint32_t wanted[] = { 5, 20 };

    change(SPROG_SET_GROUPS, 0, wanted, 2);
    ck_assert_int_eq(now_count, 3);
    ck_assert_uint_eq(now[0], 1);
    ck_assert_uint_eq(now[1], 5);
    ck_assert_uint_eq(now[2], 20);
}
END_TEST

/* proves: A11 */
START_TEST(no_groups_are_none_but_the_gid)
{
    change(SPROG_SET_GROUPS | SPROG_SET_GID, 1000, NULL, 0);
    ck_assert_int_eq(now_count, 1);
    ck_assert_uint_eq(now[0], 1000);
}
END_TEST

/* proves: A11 */
START_TEST(without_rights_the_groups_that_are_there_will_do)
{
    uint32_t wanted[] = { 2, 3 };

    has_rights = false;
    change(SPROG_SET_GROUPS | SPROG_SET_GID, 1, wanted, 2);
    ck_assert_int_eq(now_count, 3);
}
END_TEST

/* proves: A11 */
START_TEST(without_rights_other_groups_end_the_child)
{
    uint32_t more[] = { 2, 3, 4 };
    uint32_t fewer[] = { 2 };

    has_rights = false;
    change(SPROG_SET_GROUPS | SPROG_SET_GID, 1, _i != 0 ? more : fewer,
           _i != 0 ? 3 : 1);
}
END_TEST

int
main(void)
{
    TCase *tc = tcase_create("groups");

    tcase_add_checked_fixture(tc, set_up, NULL);
    tcase_add_test(tc, no_group_is_lost_to_the_gid);
    tcase_add_test(tc, groups_alone_leave_the_gid);
    tcase_add_test(tc, no_groups_are_none_but_the_gid);
    tcase_add_test(tc, without_rights_the_groups_that_are_there_will_do);
    tcase_add_loop_exit_test(tc, without_rights_other_groups_end_the_child, 127,
                             0, 2);
    return run_case("kqueue/groups", tc);
}
