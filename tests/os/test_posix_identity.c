/*
 * Whom the child runs as: uid, gid and groups exactly as asked for, and a
 * clean error before anything exists where that cannot be.
 */
#define _GNU_SOURCE

#include <errno.h>
#include <grp.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "fixture.h"
#include "posix.h"

#define NO_USER 54321u /* in no user database */

/*
 * The helper where every user can run it: build folders are often private.
 */
static const char *
public_child(void)
{
    static char path[1100];

    (void)snprintf(path, sizeof path, "%s", temp_path("sprog_child"));
    ck_assert_int_eq(chmod(temp_path(""), 0755), 0);
    ck_assert(host_copy_program(child_path(), path));
    return path;
}

static record *
start_as(const sprog_identity *identity, const char *cwd)
{
    const char *argv[] = { public_child(), "--print-ids", NULL };
    const sprog_spawn_options options = { .argv = argv,
                                          .identity = identity,
                                          .cwd = cwd };
    record *r = start(&options);

    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    ck_assert_str_eq(record_text(r, 2), "");
    return r;
}

#define NEED_ROOT()                                                            \
    do {                                                                       \
        if (!posix_is_root()) {                                                \
            SKIP("needs root, to become somebody else");                       \
        }                                                                      \
    } while (0)

/* proves: A11 B13 H18 */
START_TEST(all_three_given_are_taken_exactly_and_no_groups_means_none)
{
    const sprog_identity nobody = { .set = SPROG_SET_UID | SPROG_SET_GID |
                                           SPROG_SET_GROUPS,
                                    .uid = POSIX_NOBODY,
                                    .gid = 1234 };
    const gid_t ours[] = { 4, 24 };

    NEED_ROOT();
    ck_assert_int_eq(setgroups(2, ours), 0);
    ck_assert_str_eq(record_text(start_as(&nobody, NULL), 1),
                     "uid 65534 65534 65534 gid 1234 1234 1234 groups\n");
}
END_TEST

/* proves: A11 H18 */
START_TEST(given_groups_are_the_groups)
{
    const uint32_t groups[] = { 7, 70000 };
    const sprog_identity nobody = { .set = SPROG_SET_UID | SPROG_SET_GID |
                                           SPROG_SET_GROUPS,
                                    .uid = POSIX_NOBODY,
                                    .gid = 9,
                                    .groups = groups,
                                    .group_count = 2 };

    NEED_ROOT();
    ck_assert_str_eq(record_text(start_as(&nobody, NULL), 1),
                     "uid 65534 65534 65534 gid 9 9 9 groups 7 70000\n");
}
END_TEST

/* proves: A11 B14 */
START_TEST(a_uid_alone_brings_its_gid_and_groups_from_the_user_database)
{
    const struct passwd *user = getpwnam("daemon");
    const gid_t ours[] = { 4, 24 };
    gid_t groups[64];
    int count = 64;
    char expected[512];
    size_t at;

    NEED_ROOT();
    if (user == NULL) {
        SKIP("no user named daemon here");
    }
    {
        const sprog_identity identity = { .set = SPROG_SET_UID,
                                          .uid = user->pw_uid };

        ck_assert_int_ge(getgrouplist("daemon", user->pw_gid, groups, &count),
                         0);
        at = (size_t)snprintf(expected, sizeof expected,
                              "uid %u %u %u gid %u %u %u groups", user->pw_uid,
                              user->pw_uid, user->pw_uid, user->pw_gid,
                              user->pw_gid, user->pw_gid);
        for (int i = 0; i < count; i++) {
            at += (size_t)snprintf(expected + at, sizeof expected - at, " %u",
                                   groups[i]);
        }
        (void)snprintf(expected + at, sizeof expected - at, "\n");
        ck_assert_int_eq(setgroups(2, ours), 0);
        ck_assert_str_eq(record_text(start_as(&identity, NULL), 1), expected);
    }
}
END_TEST

/* proves: A11 B17 */
START_TEST(a_uid_without_an_entry_needs_gid_and_groups_given)
{
    const char *argv[] = { child_path(), NULL };
    sprog_identity stranger = { .set = SPROG_SET_UID, .uid = NO_USER };
    const sprog_spawn_options options = { .argv = argv, .identity = &stranger };
    sprog_fault fault;

    NEED_ROOT();
    ck_assert_ptr_null(getpwuid(NO_USER));
    ck_assert_int_ne(refuse(&options, &fault), SPROG_OK);
    ck_assert_int_eq(fault.step, SPROG_STEP_CREDENTIALS);
    ck_assert(!host_has_children());
    stranger.set = SPROG_SET_UID | SPROG_SET_GID | SPROG_SET_GROUPS;
    stranger.gid = NO_USER;
    ck_assert_str_eq(record_text(start_as(&stranger, NULL), 1),
                     "uid 54321 54321 54321 gid 54321 54321 54321 groups\n");
}
END_TEST

/* proves: A11 B15 */
START_TEST(a_gid_alone_replaces_the_groups)
{
    const sprog_identity identity = { .set = SPROG_SET_GID, .gid = 1 };
    const gid_t ours[] = { 4, 24 };

    NEED_ROOT();
    ck_assert_int_eq(setgroups(2, ours), 0);
    ck_assert_str_eq(record_text(start_as(&identity, NULL), 1),
                     "uid 0 0 0 gid 1 1 1 groups 1\n");
}
END_TEST

/* proves: A11 B16 */
START_TEST(our_own_uid_changes_nothing_and_prints_nothing)
{
    const sprog_identity identity = { .set = SPROG_SET_UID | SPROG_SET_GID,
                                      .uid = (uint32_t)getuid(),
                                      .gid = (uint32_t)getgid() };
    const char *argv[] = { child_path(), "--print-ids", NULL };
    const sprog_spawn_options options = { .argv = argv, .identity = &identity };
    char expected[64];
    record *r;

    NEED_ROOT();
    r = start(&options);
    finish(r);
    (void)snprintf(expected, sizeof expected, "uid %u %u %u ", getuid(),
                   getuid(), getuid());
    ck_assert_int_eq(strncmp(record_text(r, 1), expected, strlen(expected)), 0);
    ck_assert_str_eq(record_text(r, 2), "");
}
END_TEST

/* proves: A11 B11 H85 */
START_TEST(the_directory_is_entered_with_our_own_rights)
{
    const sprog_identity nobody = { .set = SPROG_SET_UID | SPROG_SET_GID |
                                           SPROG_SET_GROUPS,
                                    .uid = POSIX_NOBODY,
                                    .gid = POSIX_NOBODY };

    NEED_ROOT();
    ck_assert(host_make_dir(temp_path("private")));
    ck_assert_int_eq(chmod(temp_path("private"), 0700), 0);
    (void)start_as(&nobody, temp_path("private"));
}
END_TEST

/* proves: A1 A11 B13 B27 H18 H21 */
START_TEST(who_may_not_become_another_gets_a_credentials_error)
{
    const char *argv[] = { NULL, NULL };
    const sprog_identity daemon = { .set = SPROG_SET_UID | SPROG_SET_GID |
                                           SPROG_SET_GROUPS,
                                    .uid = 1,
                                    .gid = 1 };
    const sprog_spawn_options options = { .argv = argv, .identity = &daemon };
    const bool is_root = posix_is_root();
    sprog_fault fault;

    argv[0] = public_child();
    if (is_root) {
        ck_assert_int_eq(setresuid(POSIX_NOBODY, POSIX_NOBODY, 0), 0);
    }
    ck_assert_int_ne(refuse(&options, &fault), SPROG_OK);
    if (is_root) {
        ck_assert_int_eq(setresuid(0, 0, 0), 0);
    }
    ck_assert_int_eq(fault.step, SPROG_STEP_CREDENTIALS);
    ck_assert_int_eq(fault.os_error, EPERM);
    ck_assert(!host_has_children());
}
END_TEST

/* proves: A11 B21 */
START_TEST(an_identity_that_makes_no_sense_is_refused)
{
    const char *argv[] = { child_path(), NULL };
    sprog_identity identity = { .set = 1u << 20 };
    const sprog_spawn_options options = { .argv = argv, .identity = &identity };

    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
    identity.set = SPROG_SET_GROUPS;
    identity.group_count = 3;
    ck_assert_int_eq(refuse(&options, NULL), SPROG_EINVAL);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_isolated_case("identity");

    tcase_add_test(tc,
                   all_three_given_are_taken_exactly_and_no_groups_means_none);
    tcase_add_test(tc, given_groups_are_the_groups);
    tcase_add_test(
        tc, a_uid_alone_brings_its_gid_and_groups_from_the_user_database);
    tcase_add_test(tc, a_uid_without_an_entry_needs_gid_and_groups_given);
    tcase_add_test(tc, a_gid_alone_replaces_the_groups);
    tcase_add_test(tc, our_own_uid_changes_nothing_and_prints_nothing);
    tcase_add_test(tc, the_directory_is_entered_with_our_own_rights);
    tcase_add_test(tc, who_may_not_become_another_gets_a_credentials_error);
    tcase_add_test(tc, an_identity_that_makes_no_sense_is_refused);
    return suite_run("posix_identity");
}
