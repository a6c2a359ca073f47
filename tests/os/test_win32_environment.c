/*
 * The environment block of Windows: every variable arrives as it was given,
 * each name once whatever its case, in the order that Windows wants, with what
 * no program can do without. Windows' own additions are not looked at.
 */
#include <windows.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fixture.h"
#include "win32.h"

/* The child's whole environment, a line for each variable, in its order. */
static const char *
environment_of(const sprog_spawn_options *options)
{
    record *r = START(options, "--print-env");

    finish(r);
    ck_assert_uint_eq(r->end.code, 0);
    return record_text(r, 1);
}

/* Where the line is in `all`; NULL: nowhere. */
static const char *
find_line(const char *all, const char *line)
{
    const size_t len = strlen(line);

    while (all != NULL && *all != '\0') {
        if (strncmp(all, line, len) == 0 && all[len] == '\n') {
            return all;
        }
        all = strchr(all, '\n');
        all = all == NULL ? NULL : all + 1;
    }
    return NULL;
}

static void
has_line(const char *all, const char *line)
{
    ck_assert_msg(find_line(all, line) != NULL, "no '%s' in\n%s", line, all);
}

/* How many lines begin with `name`, in whatever case of its ASCII letters. */
static size_t
count_names(const char *all, const char *name)
{
    const size_t len = strlen(name);
    size_t n = 0;

    while (all != NULL && *all != '\0') {
        n += _strnicmp(all, name, len) == 0;
        all = strchr(all, '\n');
        all = all == NULL ? NULL : all + 1;
    }
    return n;
}

#define VARIABLES 300

/* A random "K=V": the number makes its name the only one of its kind. */
static char *
random_entry(uint64_t *random, unsigned number)
{
    uint16_t units[64];
    size_t len = 0;
    char prefix[32];
    char *text = malloc(256);
    size_t equals;

    ck_assert_ptr_nonnull(text);
    (void)snprintf(prefix, sizeof prefix, "Sprog%uT", number);
    for (const char *at = prefix; *at != '\0'; at++) {
        units[len++] = (uint16_t)(unsigned char)*at;
    }
    equals = len + win32_random(random, 6);
    while (len < equals) {
        const uint16_t unit = win32_random_unit(random);

        units[len] = unit == '=' || unit == '\n' ? '_' : unit;
        len++;
    }
    units[len++] = '=';
    for (size_t n = win32_random(random, 30); n > 0; n--) {
        const uint16_t unit = win32_random_unit(random);

        units[len++] = unit == '\n' ? ' ' : unit;
    }
    (void)win32_narrow(units, len, text);
    return text;
}

/* proves: H62 H63 W3 */
START_TEST(random_environments_arrive_as_they_were)
{
    uint64_t random = win32_seed(__func__);

    for (int round = 0; round < 8; round++) {
        char *env[VARIABLES + 1] = { NULL };
        const sprog_spawn_options options = { .env = (const char *const *)env };
        const char *all;

        for (unsigned i = 0; i < VARIABLES; i++) {
            env[i] = random_entry(&random, i);
        }
        all = environment_of(&options);
        ck_assert_uint_eq(count_names(all, "Sprog"), VARIABLES);
        for (unsigned i = 0; i < VARIABLES; i++) {
            has_line(all, env[i]);
            free(env[i]);
        }
    }
}
END_TEST

/* proves: H62 W3 */
START_TEST(a_name_is_there_once_whatever_its_case_and_the_last_wins)
{
    const char *env[] = { "Sprog_Test=first",
                          "SPROG_TEST_B=b",
                          "SPROG_TEST=second",
                          "sprog_tEST=last",
                          "SPROG_\xc3\x84=big",
                          "sprog_\xc3\xa4=small",
                          NULL };
    const sprog_spawn_options options = { .env = env };
    const char *all = environment_of(&options);

    ck_assert_uint_eq(count_names(all, "sprog_test="), 1);
    ck_assert_ptr_nonnull(strstr(all, "=last\n"));
    ck_assert_ptr_null(strstr(all, "=first\n"));
    ck_assert_ptr_null(strstr(all, "=second\n"));
    ck_assert_ptr_null(strstr(all, "=big\n"));
    ck_assert_ptr_nonnull(strstr(all, "=small\n"));
}
END_TEST

/* proves: H62 W3 */
START_TEST(edits_find_a_variable_in_whatever_case_and_can_remove_it)
{
    const sprog_env_edit edits[] = { { "sprog_test_a", "new" },
                                     { "Sprog_Test_B", NULL },
                                     { "PATH", NULL } };
    const sprog_spawn_options options = { .edits = edits, .edit_count = 3 };
    const char *all;

    ck_assert(host_set_env("SPROG_TEST_A", "old"));
    ck_assert(host_set_env("SPROG_TEST_B", "old"));
    all = environment_of(&options);
    ck_assert_uint_eq(count_names(all, "SPROG_TEST_A="), 1);
    ck_assert_ptr_null(strstr(all, "=old\n"));
    ck_assert_ptr_nonnull(strstr(all, "=new\n"));
    ck_assert_uint_eq(count_names(all, "SPROG_TEST_B="), 0);
    ck_assert_uint_eq(count_names(all, "PATH="), 0);
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
    ck_assert(host_set_env("SPROG_TEST_B", NULL));
}
END_TEST

/* proves: H62 */
START_TEST(the_block_is_sorted_by_upper_case_letters)
{
    /* As the child must see them: '_' is behind 'Z', and before 'a'. */
    static const char *const sorted[] = {
        "SPROG_TEST1=", "sprog_test2=", "SPROG_TESTA=",
        "sprog_testb=", "SPROG_TESTC=", "SPROG_TESTZ=",
        "SPROG_TEST[=", "SPROG_TEST_=", "SPROG_TEST_A="
    };
    const size_t count = sizeof sorted / sizeof *sorted;
    const char *env[10] = { NULL };
    const sprog_spawn_options options = { .env = env };
    const char *all;
    const char *before = NULL;

    for (size_t i = 0; i < count; i++) {
        env[(i * 4) % count] = sorted[i];
    }
    all = environment_of(&options);
    for (size_t i = 0; i < count; i++) {
        const char *at = find_line(all, sorted[i]);

        ck_assert_msg(at != NULL, "no %s in\n%s", sorted[i], all);
        ck_assert_msg(at > before, "%s is too early in\n%s", sorted[i], all);
        before = at;
    }
}
END_TEST

/* proves: H62 W3 */
START_TEST(the_directories_of_drives_are_kept)
{
    const char *env[] = { "SPROG_TEST_A=x", "=Q:=Q:\\dir", "=::=::\\", NULL };
    const sprog_spawn_options exact = { .env = env };
    const sprog_env_edit edit = { "SPROG_TEST_A", "edited" };
    const sprog_spawn_options edited = { .edits = &edit, .edit_count = 1 };
    const char *all = environment_of(&exact);

    has_line(all, "=Q:=Q:\\dir");
    has_line(all, "=::=::\\");
    has_line(all, "SPROG_TEST_A=x");
    ck_assert(SetEnvironmentVariableW(L"=R:", L"R:\\ours"));
    has_line(environment_of(NULL), "=R:=R:\\ours");
    all = environment_of(&edited);
    has_line(all, "=R:=R:\\ours");
    has_line(all, "SPROG_TEST_A=edited");
    ck_assert(SetEnvironmentVariableW(L"=R:", NULL));
}
END_TEST

/* Our own SystemRoot, as "SystemRoot=C:\windows". */
static const char *
our_system_root(void)
{
    static char entry[600];
    const char *root = getenv("SystemRoot");

    ck_assert_msg(root != NULL, "this program has no SystemRoot itself");
    (void)snprintf(entry, sizeof entry, "SystemRoot=%s", root);
    return entry;
}

/* proves: H62 W3 */
START_TEST(system_root_joins_an_exact_environment)
{
    const char *env[] = { "SPROG_TEST_A=x", NULL };
    const sprog_spawn_options options = { .env = env };
    const char *all = environment_of(&options);

    has_line(all, our_system_root());
    has_line(all, "SPROG_TEST_A=x");
}
END_TEST

/* proves: H62 */
START_TEST(a_system_root_of_ones_own_is_not_doubled)
{
    char own[600];
    const char *env[] = { own, "SPROG_TEST_A=x", NULL };
    const sprog_spawn_options options = { .env = env };
    const char *all;

    (void)snprintf(own, sizeof own, "SYSTEMROOT=%s",
                   strchr(our_system_root(), '=') + 1);
    all = environment_of(&options);
    ck_assert_uint_eq(count_names(all, "SystemRoot="), 1);
    has_line(all, "SPROG_TEST_A=x");
}
END_TEST

/* proves: H62 W3 */
START_TEST(the_exact_empty_environment_has_nothing_of_ours)
{
    const char *env[] = { NULL };
    const sprog_spawn_options options = { .env = env };
    const char *all;

    ck_assert(host_set_env("SPROG_TEST_A", "ours"));
    all = environment_of(&options);
    has_line(all, our_system_root());
    ck_assert_uint_eq(count_names(all, "SPROG_TEST_A="), 0);
    ck_assert_uint_eq(count_names(all, "PATH="), 0);
    ck_assert(host_set_env("SPROG_TEST_A", NULL));
}
END_TEST

/* proves: H62 */
START_TEST(a_value_of_thirty_thousand_units_arrives)
{
    char *entry = calloc(1, 31000);
    const char *env[] = { entry, NULL };
    const sprog_spawn_options options = { .env = env };

    ck_assert_ptr_nonnull(entry);
    (void)snprintf(entry, 31000, "SPROG_TEST_A=");
    memset(entry + strlen(entry), 'v', 30000);
    ck_assert_ptr_nonnull(find_line(environment_of(&options), entry));
    free(entry);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("environment");

    tcase_add_test(tc, random_environments_arrive_as_they_were);
    tcase_add_test(tc,
                   a_name_is_there_once_whatever_its_case_and_the_last_wins);
    tcase_add_test(tc,
                   edits_find_a_variable_in_whatever_case_and_can_remove_it);
    tcase_add_test(tc, the_block_is_sorted_by_upper_case_letters);
    tcase_add_test(tc, the_directories_of_drives_are_kept);
    tcase_add_test(tc, system_root_joins_an_exact_environment);
    tcase_add_test(tc, a_system_root_of_ones_own_is_not_doubled);
    tcase_add_test(tc, the_exact_empty_environment_has_nothing_of_ours);
    tcase_add_test(tc, a_value_of_thirty_thousand_units_arrives);
    return suite_run("win32_environment");
}
