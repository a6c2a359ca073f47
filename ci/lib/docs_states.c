/*
 * Print the two state machines of the library by asking them: every event in
 * every state. ci/lib/docs_diagrams.sh draws what this prints.
 *
 *   state MACHINE STATE
 *   edge MACHINE FROM TO EVENT
 *
 * To be compiled with NDEBUG: a refused event is no fault here.
 */
#include <stdio.h>

#include "common/channel_state.h"
#include "common/process_state.h"

static void
print_process(void)
{
    for (int from = SPROG__PS_BUG + 1; from < SPROG__PS_COUNT; from++) {
        printf("state process %s\n", sprog__ps_name((enum sprog__ps)from));
        for (int event = 0; event < SPROG__PE_COUNT; event++) {
            enum sprog__ps state = (enum sprog__ps)from;

            if (sprog__ps_step(&state, (enum sprog__pe)event) == SPROG_OK) {
                printf("edge process %s %s %s\n",
                       sprog__ps_name((enum sprog__ps)from),
                       sprog__ps_name(state),
                       sprog__pe_name((enum sprog__pe)event));
            }
        }
    }
}

static void
print_channel(void)
{
    for (int from = SPROG__CS_BUG + 1; from < SPROG__CS_COUNT; from++) {
        printf("state channel %s\n", sprog__cs_name((enum sprog__cs)from));
        for (int event = 0; event < SPROG__CE_COUNT; event++) {
            enum sprog__cs state = (enum sprog__cs)from;

            if (sprog__cs_step(&state, (enum sprog__ce)event) == SPROG_OK) {
                printf("edge channel %s %s %s\n",
                       sprog__cs_name((enum sprog__cs)from),
                       sprog__cs_name(state),
                       sprog__ce_name((enum sprog__ce)event));
            }
        }
    }
}

int
main(void)
{
    print_process();
    print_channel();
    return 0;
}
