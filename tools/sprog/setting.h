/*
 * Where a program runs: the options that `sprog run` and `sprog many` share,
 * as they come from the command line and as sprog_spawn() wants them.
 */
#ifndef TOOL_SETTING_H
#define TOOL_SETTING_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

/* All-zero: as we are. */
struct setting {
    const char *cwd;
    bool clear_env;
    sprog_env_edit *edits; /* the names are ours, the values argv's */
    size_t edit_count;
};

/* Add "K=V". Returns NULL, or what is wrong with it. */
const char *
setting_env(struct setting *setting, const char *pair);

/* Remove a name. Returns NULL, or what is wrong with it. */
const char *
setting_unset(struct setting *setting, const char *name);

/* Put all of it into spawn options; `setting` is BORROWED by them. */
void
setting_apply(const struct setting *setting, sprog_spawn_options *options);

void
setting_free(struct setting *setting);

#endif
