/*
 * The table of a channel's life: every cell of it.
 */
#include "common/channel_state.h"

#include "scripted/holes.h"
#include "scripted/scripted.h"

/* The whole table, written once more, by hand: BUG is a hole. */
#define TO(name) SPROG__CS_##name

/* clang-format off */
static const enum sprog__cs expected[SPROG__CS_COUNT][SPROG__CE_COUNT] = {
    /*                 CLOSE         GIVEN        RELEASED    TOLD     */
    [TO(BUG)]      = { TO(BUG),      TO(BUG),     TO(BUG),    TO(BUG)  },
    [TO(OPEN)]     = { TO(FLUSHING), TO(CLOSING), TO(BUG),    TO(BUG)  },
    [TO(FLUSHING)] = { TO(FLUSHING), TO(CLOSING), TO(BUG),    TO(BUG)  },
    [TO(CLOSING)]  = { TO(CLOSING),  TO(BUG),     TO(CLOSED), TO(BUG)  },
    [TO(CLOSED)]   = { TO(CLOSED),   TO(BUG),     TO(BUG),    TO(TOLD) },
    [TO(TOLD)]     = { TO(TOLD),     TO(BUG),     TO(BUG),    TO(BUG)  },
};
/* clang-format on */

/* proves: H77 */
START_TEST(every_event_leads_where_the_table_says)
{
    int from;
    int event;

    for (from = 0; from < SPROG__CS_COUNT; from++) {
        for (event = 0; event < SPROG__CE_COUNT; event++) {
            enum sprog__cs state = (enum sprog__cs)from;

            if (expected[from][event] == SPROG__CS_BUG) {
                continue;
            }
            ck_assert_int_eq(sprog__cs_step(&state, (enum sprog__ce)event),
                             SPROG_OK);
            ck_assert_msg(state == expected[from][event], "%s on %s led to %s",
                          sprog__cs_name((enum sprog__cs)from),
                          sprog__ce_name((enum sprog__ce)event),
                          sprog__cs_name(state));
        }
    }
}
END_TEST

static enum sprog__cs hole_state;
static enum sprog__ce hole_event;

static sprog_err
step_into_hole(void)
{
    return sprog__cs_step(&hole_state, hole_event);
}

/* proves: H77 H78 */
START_TEST(every_hole_refuses_the_event_and_changes_nothing)
{
    const int from = _i / SPROG__CE_COUNT;
    const int event = _i % SPROG__CE_COUNT;

    if (expected[from][event] != SPROG__CS_BUG) {
        return;
    }
    hole_state = (enum sprog__cs)from;
    hole_event = (enum sprog__ce)event;
    ck_assert_msg(holes_refuse(step_into_hole), "%s took %s",
                  sprog__cs_name((enum sprog__cs)from),
                  sprog__ce_name((enum sprog__ce)event));
    ck_assert_int_eq((int)hole_state, from);
}
END_TEST

/* proves: B76 */
START_TEST(closing_again_changes_nothing)
{
    int from;

    for (from = SPROG__CS_FLUSHING; from < SPROG__CS_COUNT; from++) {
        enum sprog__cs state = (enum sprog__cs)from;

        ck_assert_int_eq(sprog__cs_step(&state, SPROG__CE_CLOSE), SPROG_OK);
        ck_assert_int_eq((int)state, from);
    }
}
END_TEST

/* proves: B74 */
START_TEST(a_closed_channel_is_flushed_given_back_released_and_told)
{
    enum sprog__cs state = SPROG__CS_OPEN;

    ck_assert_int_eq(sprog__cs_step(&state, SPROG__CE_CLOSE), SPROG_OK);
    ck_assert_int_eq(state, SPROG__CS_FLUSHING);
    ck_assert_int_eq(sprog__cs_step(&state, SPROG__CE_GIVEN), SPROG_OK);
    ck_assert_int_eq(state, SPROG__CS_CLOSING);
    ck_assert_int_eq(sprog__cs_step(&state, SPROG__CE_RELEASED), SPROG_OK);
    ck_assert_int_eq(state, SPROG__CS_CLOSED);
    ck_assert_int_eq(sprog__cs_step(&state, SPROG__CE_TOLD), SPROG_OK);
    ck_assert_int_eq(state, SPROG__CS_TOLD);
}
END_TEST

START_TEST(every_state_and_event_has_a_name_of_its_own)
{
    int a;
    int b;

    for (a = 0; a < SPROG__CS_COUNT; a++) {
        for (b = 0; b < a; b++) {
            ck_assert_str_ne(sprog__cs_name((enum sprog__cs)a),
                             sprog__cs_name((enum sprog__cs)b));
        }
    }
    for (a = 0; a < SPROG__CE_COUNT; a++) {
        for (b = 0; b < a; b++) {
            ck_assert_str_ne(sprog__ce_name((enum sprog__ce)a),
                             sprog__ce_name((enum sprog__ce)b));
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("channel_state");
    TCase *tcase = scripted_case(suite, "table");

    tcase_add_test(tcase, every_event_leads_where_the_table_says);
    tcase_add_loop_test(tcase, every_hole_refuses_the_event_and_changes_nothing,
                        0, (int)SPROG__CS_COUNT * SPROG__CE_COUNT);
    tcase_add_test(tcase, closing_again_changes_nothing);
    tcase_add_test(tcase,
                   a_closed_channel_is_flushed_given_back_released_and_told);
    tcase_add_test(tcase, every_state_and_event_has_a_name_of_its_own);
    return scripted_main(suite);
}
