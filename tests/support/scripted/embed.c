/*
 * Section "wait" of the contract: the lock, and the embedded object.
 */
#include "internal.h"

void
sprog__be_wait_lock(sprog__be *be)
{
    scripted_check_be(be, "wait_lock");
    if (be->is_locked) {
        scripted_broken("wait_lock: locked already");
    }
    be->is_locked = true;
}

void
sprog__be_wait_unlock(sprog__be *be)
{
    scripted_check_be(be, "wait_unlock");
    if (!be->is_locked) {
        scripted_broken("wait_unlock: not locked");
    }
    be->is_locked = false;
}

/* ---- embedding --------------------------------------------------------- */

sprog_err
sprog__be_wait_embed(sprog__be *be, intptr_t *out_waitable, sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_EMBED, be, 0, SPROG_STEP_WATCH,
                              fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_be(be, "wait_embed");
    be->is_embedded = true;
    *out_waitable = 77;
    return SPROG_OK;
}

void
sprog__be_wait_embed_arm(sprog__be *be, uint64_t deadline_ns)
{
    scripted_record(SCRIPTED_EMBED_ARM, be, deadline_ns);
    scripted_check_be(be, "wait_embed_arm");
    if (be->is_embedded) {
        be->embed_deadline_ns = deadline_ns;
    }
}

static sprog__be *
first_embedded(void)
{
    sprog__link *link;

    for (link = scripted_the.bes.next; link != &scripted_the.bes;
         link = link->next) {
        sprog__be *be = SPROG__ELEMENT(link, sprog__be, link);

        if (be->is_embedded && !be->is_destroyed) {
            return be;
        }
    }
    scripted_broken("no reactor is embedded");
}

bool
scripted_embed_ready(void)
{
    const sprog__be *be = first_embedded();

    scripted_run_actions();
    return be->is_woken || be->embed_deadline_ns <= scripted_the.now_ns ||
           scripted_has_events(be);
}

uint64_t
scripted_embed_next_ns(void)
{
    const uint64_t by_time = first_embedded()->embed_deadline_ns;
    const uint64_t by_action = scripted_next_action_ns();

    return by_time < by_action ? by_time : by_action;
}
