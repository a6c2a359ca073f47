/* --success. A task that was stopped has nothing to say. */
#include "verdict.h"

#include <string.h>

struct verdict_by
verdict_read(const char *value)
{
    static const struct {
        const char *word;
        enum verdict_rule rule;
    } words[] = { { "all", VERDICT_ALL },
                  { "first", VERDICT_FIRST },
                  { "last", VERDICT_LAST } };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        if (strcmp(value, words[i].word) == 0) {
            return (struct verdict_by){ .rule = words[i].rule };
        }
    }
    return (struct verdict_by){ .rule = VERDICT_NAME, .name = value };
}

bool
verdict_hear(struct verdict *verdict, const struct verdict_by *by,
             const char *name, int code)
{
    if (verdict->is_final) {
        return false;
    }
    switch (by->rule) {
    case VERDICT_ALL:
        verdict->is_final = code != 0;
        break;
    case VERDICT_FIRST:
        verdict->is_final = true;
        break;
    case VERDICT_LAST:
        verdict->code = code;
        return false;
    case VERDICT_NAME:
        verdict->is_final = strcmp(name, by->name) == 0;
        break;
    }
    if (verdict->is_final) {
        verdict->code = code;
    }
    return verdict->is_final;
}
