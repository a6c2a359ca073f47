/*
 * The table of a process's life: every cell of it.
 */
#include "common/process_state.h"

#include "scripted/holes.h"
#include "scripted/scripted.h"

/* The whole table, written once more, by hand: BUG is a hole. */
#define TO(name) SPROG__PS_##name

/* clang-format off */
static const enum sprog__ps expected[SPROG__PS_COUNT][SPROG__PE_COUNT] = {
    /*               ANNOUNCED  EXIT_SEEN   LAST_CHANNEL_CLOSED  DESTROYED  */
    [TO(BUG)]    = { TO(BUG),   TO(BUG),    TO(BUG),             TO(BUG)    },
    [TO(NEW)]    = { TO(LIVE),  TO(BUG),    TO(BUG),             TO(ORPHAN) },
    [TO(LIVE)]   = { TO(BUG),   TO(EXITED), TO(LIVE),            TO(ORPHAN) },
    [TO(EXITED)] = { TO(BUG),   TO(BUG),    TO(ENDED),           TO(GONE)   },
    [TO(ENDED)]  = { TO(BUG),   TO(BUG),    TO(BUG),             TO(GONE)   },
    [TO(ORPHAN)] = { TO(BUG),   TO(GONE),   TO(BUG),             TO(BUG)    },
    [TO(GONE)]   = { TO(BUG),   TO(BUG),    TO(BUG),             TO(BUG)    },
};
/* clang-format on */

/* proves: H77 */
START_TEST(every_event_leads_where_the_table_says)
{
    int from;
    int event;

    for (from = 0; from < SPROG__PS_COUNT; from++) {
        for (event = 0; event < SPROG__PE_COUNT; event++) {
            enum sprog__ps state = (enum sprog__ps)from;

            if (expected[from][event] == SPROG__PS_BUG) {
                continue;
            }
            ck_assert_int_eq(sprog__ps_step(&state, (enum sprog__pe)event),
                             SPROG_OK);
            ck_assert_msg(state == expected[from][event], "%s on %s led to %s",
                          sprog__ps_name((enum sprog__ps)from),
                          sprog__pe_name((enum sprog__pe)event),
                          sprog__ps_name(state));
        }
    }
}
END_TEST

static enum sprog__ps hole_state;
static enum sprog__pe hole_event;

static sprog_err
step_into_hole(void)
{
    return sprog__ps_step(&hole_state, hole_event);
}

/* proves: H77 H78 */
START_TEST(every_hole_refuses_the_event_and_changes_nothing)
{
    const int from = _i / SPROG__PE_COUNT;
    const int event = _i % SPROG__PE_COUNT;

    if (expected[from][event] != SPROG__PS_BUG) {
        return;
    }
    hole_state = (enum sprog__ps)from;
    hole_event = (enum sprog__pe)event;
    ck_assert_msg(holes_refuse(step_into_hole), "%s took %s",
                  sprog__ps_name((enum sprog__ps)from),
                  sprog__pe_name((enum sprog__pe)event));
    ck_assert_int_eq((int)hole_state, from);
}
END_TEST

/* proves: A21 */
START_TEST(a_process_destroyed_while_alive_waits_for_its_exit)
{
    enum sprog__ps state = SPROG__PS_LIVE;

    ck_assert_int_eq(sprog__ps_step(&state, SPROG__PE_DESTROYED), SPROG_OK);
    ck_assert_int_eq(state, SPROG__PS_ORPHAN); /* not reaped yet */

    ck_assert_int_eq(sprog__ps_step(&state, SPROG__PE_EXIT_SEEN), SPROG_OK);
    ck_assert_int_eq(state, SPROG__PS_GONE);
}
END_TEST

START_TEST(every_state_and_event_has_a_name_of_its_own)
{
    int a;
    int b;

    for (a = 0; a < SPROG__PS_COUNT; a++) {
        for (b = 0; b < a; b++) {
            ck_assert_str_ne(sprog__ps_name((enum sprog__ps)a),
                             sprog__ps_name((enum sprog__ps)b));
        }
    }
    for (a = 0; a < SPROG__PE_COUNT; a++) {
        for (b = 0; b < a; b++) {
            ck_assert_str_ne(sprog__pe_name((enum sprog__pe)a),
                             sprog__pe_name((enum sprog__pe)b));
        }
    }
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("process_state");
    TCase *tcase = scripted_case(suite, "table");

    tcase_add_test(tcase, every_event_leads_where_the_table_says);
    tcase_add_loop_test(tcase, every_hole_refuses_the_event_and_changes_nothing,
                        0, (int)SPROG__PS_COUNT * SPROG__PE_COUNT);
    tcase_add_test(tcase, a_process_destroyed_while_alive_waits_for_its_exit);
    tcase_add_test(tcase, every_state_and_event_has_a_name_of_its_own);
    return scripted_main(suite);
}
