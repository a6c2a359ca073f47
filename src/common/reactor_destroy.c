/*
 * The end of a reactor: everything in it is destroyed, what the system still
 * holds is waited for, and the children that are left are counted.
 */
#include "calls.h"
#include "channel.h"
#include "process.h"
#include "reactor.h"
#include "stream.h"

/* How long a destroyed reactor waits for those it killed. */
#define LAST_WAIT_MS 1000

static void
destroy_contents(sprog_reactor *reactor)
{
    while (!sprog__list_is_empty(&reactor->processes)) {
        sprog_process_destroy(sprog__process_of(reactor->processes.next));
    }
    while (!sprog__list_is_empty(&reactor->streams)) {
        sprog_stream_destroy(sprog__stream_of(reactor->streams.next));
    }
    sprog__calls_cancel_all(reactor);
}

/*
 * Wait for killed orphans, and for the system to give bytes back; see what has
 * exited meanwhile. Callbacks other than completions cannot come: everything
 * in the reactor is destroyed.
 */
static void
settle(sprog_reactor *reactor)
{
    const uint64_t last_ns =
        sprog__timer_due_after(sprog__be_clock_ns(), LAST_WAIT_MS);
    bool waits = true;

    while (sprog__reactor_run_tasks(reactor) || waits) {
        waits = (reactor->held != 0 || sprog__process_any_killed(reactor)) &&
                sprog__be_clock_ns() < last_ns;
        if (sprog__reactor_wait(reactor, waits ? last_ns : 0) != SPROG_OK) {
            waits = false;
        }
    }
}

sprog_err
sprog_reactor_destroy(sprog_reactor *reactor, size_t *out_left)
{
    size_t left;
    sprog_err err;

    if (reactor == NULL) {
        return SPROG_OK;
    }
    if ((err = sprog__reactor_check_turn(reactor)) != SPROG_OK) {
        return err;
    }
    reactor->is_ending = true;
    reactor->in_turn = true;
    destroy_contents(reactor);
    settle(reactor);
    left = sprog__process_release_orphans(reactor);
    sprog__calls_drop_posted(reactor);
    sprog__be_wait_destroy(reactor->be);
    reactor->be = NULL;
    sprog__channel_release_held(reactor);
    sprog__reactor_free_graves(reactor);
    sprog__reactor_free(reactor);
    if (out_left != NULL) {
        *out_left = left;
    }
    return SPROG_OK;
}
