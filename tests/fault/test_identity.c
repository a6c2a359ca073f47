/*
 * A child that is another user survives every failure, too.
 */
#include <unistd.h>

#include "sweep.h"

static const enum inject_how hows[] = { INJECT_ONCE, INJECT_FOREVER };

/* proves: S8 H10 H24 H33 H40 H78 */
START_TEST(another_user_survives_every_failed_call)
{
    if (getuid() != 0) {
        return;
    }
    sweep_calls(life_of_identity, &sweep_kinds[_i]);
}
END_TEST

/* proves: S9 H33 H81 */
START_TEST(another_user_survives_every_failed_allocation)
{
    if (getuid() != 0) {
        return;
    }
    sweep_memory(life_of_identity, hows[_i]);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("identity", 60);

    tcase_add_loop_test(tcase, another_user_survives_every_failed_call, 0,
                        sweep_kind_count);
    tcase_add_loop_test(tcase, another_user_survives_every_failed_allocation, 0,
                        2);
    return sweep_run("fault/identity", &tcase, 1);
}
