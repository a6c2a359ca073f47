/*
 * The working directory and the environment of what is run. Edits keep the
 * order of the command line, so the last word on a name wins.
 */
#include "setting.h"

#include <stdlib.h>
#include <string.h>

static const char *
add_edit(struct setting *setting, const char *name, size_t name_len,
         const char *value)
{
    sprog_env_edit *grown;
    char *copy;

    grown = realloc(setting->edits,
                    (setting->edit_count + 1) * sizeof *setting->edits);
    if (grown == NULL) {
        return "does not fit into memory";
    }
    setting->edits = grown;
    copy = malloc(name_len + 1);
    if (copy == NULL) {
        return "does not fit into memory";
    }
    memcpy(copy, name, name_len);
    copy[name_len] = '\0';
    grown[setting->edit_count].name = copy;
    grown[setting->edit_count].value = value;
    setting->edit_count++;
    return NULL;
}

const char *
setting_env(struct setting *setting, const char *pair)
{
    const char *sign = strchr(pair, '=');

    if (sign == NULL || sign == pair) {
        return "is not NAME=VALUE";
    }
    return add_edit(setting, pair, (size_t)(sign - pair), sign + 1);
}

const char *
setting_unset(struct setting *setting, const char *name)
{
    if (name[0] == '\0' || strchr(name, '=') != NULL) {
        return "is not the name of a variable";
    }
    return add_edit(setting, name, strlen(name), NULL);
}

/* Whether the child will have a PATH, as far as the options tell. */
static bool
has_path(const struct setting *setting)
{
    bool has = !setting->clear_env;

    for (size_t i = 0; i < setting->edit_count; i++) {
        if (strcmp(setting->edits[i].name, "PATH") == 0) {
            has = setting->edits[i].value != NULL;
        }
    }
    return has;
}

void
setting_apply(const struct setting *setting, sprog_spawn_options *options)
{
    static const char *const nothing[] = { NULL };
    static const sprog_search ours = { .in = SPROG_SEARCH_PARENT };

    options->cwd = setting->cwd;
    options->env = setting->clear_env ? nothing : NULL;
    options->edits = setting->edits;
    options->edit_count = setting->edit_count;
    /* `--clear-env -- ls`: who names no PATH means ours. */
    options->search = has_path(setting) ? NULL : &ours;
    /* As env(1) and timeout(1): who runs us under nohup means the program. */
    options->flags |=
        SPROG_SPAWN_KEEP_SIGNAL_MASK | SPROG_SPAWN_KEEP_DISPOSITIONS;
    options->flags |= SPROG_SPAWN_ALLOW_BATCH;
    options->left = SPROG_KILL;
}

void
setting_free(struct setting *setting)
{
    for (size_t i = 0; i < setting->edit_count; i++) {
        /* The name was copied by us; only the library wants it const. */
        free((void *)(uintptr_t)setting->edits[i].name);
    }
    free(setting->edits);
    *setting = (struct setting){ 0 };
}
