/*
 * The life of a child that is another user.
 */
#include "life.h"
#include "life_parts.h"

void
life_of_identity(struct life *life)
{
    static const char *const argv[] = { "/bin/sh", "-c", "exit 3", NULL };
    static const uint32_t groups[] = { 65534, 65533 };
    const sprog_identity identity = {
        .set = SPROG_SET_UID | SPROG_SET_GID | SPROG_SET_GROUPS,
        .uid = 65534,
        .gid = 65534,
        .groups = groups,
        .group_count = 2,
    };
    const sprog_spawn_options options = {
        .argv = argv,
        .cwd = "/",
        .identity = &identity,
        .flags = SPROG_SPAWN_NEW_SESSION,
        .left = SPROG_KILL,
    };
    struct witness w = { .enough = 0 };
    sprog_reactor *reactor = NULL;

    if (!life_create(life, &reactor)) {
        return;
    }
    if (life_spawn(life, reactor, &options, &w)) {
        life_turn_until(life, reactor, &w.is_ended);
        life_judge(life, &w, SPROG_EXIT_CODE, 3);
        sprog_process_destroy(w.process);
    }
    life_destroy(life, reactor);
}
