/*
 * The main() of a test of this folder: one case, without the fixture of
 * tests/support, whose system is the real one.
 */
#ifndef RUN_CASE_H
#define RUN_CASE_H

#include <check.h>
#include <stdlib.h>

static inline int
run_case(const char *name, TCase *tc)
{
    Suite *suite = suite_create(name);
    SRunner *runner;
    int failed;

    suite_add_tcase(suite, tc);
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

#endif
