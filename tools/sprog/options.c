/*
 * The option parser: a small table of our own instead of argtable.
 *
 * Why: argtable2 (Debian 12) and argtable3 (elsewhere) differ in header,
 * library and package name, and neither is packaged for MinGW or musl, where
 * this program is built too: it would have to be carried along. Both also
 * permute arguments through getopt_long, so that `sprog run ls -l` would read
 * -l as ours; here the first word that is no option ends the options. What is
 * left to do is small: long and short options, and values.
 */
#include "options.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "duration.h"
#include "report.h"
#include "size.h"

/* One option as it was found in argv. */
struct found {
    const struct option_row *row;
    const char *value; /* NULL: none given with it */
};

static bool
find_long(const struct command *command, const char *text, struct found *found)
{
    const size_t len = strcspn(text, "=");

    for (size_t i = 0; i < command->row_count; i++) {
        const struct option_row *row = &command->rows[i];

        if (row->name != NULL && strlen(row->name) == len &&
            memcmp(row->name, text, len) == 0) {
            found->row = row;
            found->value = text[len] == '=' ? text + len + 1 : NULL;
            return true;
        }
    }
    return false;
}

static bool
find_short(const struct command *command, const char *text, struct found *found)
{
    for (size_t i = 0; i < command->row_count; i++) {
        const struct option_row *row = &command->rows[i];

        /* -j4 and -j 4; flags are not joined (-ab), there are too few. */
        if (row->letter != 0 && row->letter == text[0] &&
            (row->value != NULL || text[1] == '\0')) {
            found->row = row;
            found->value = text[1] != '\0' ? text + 1 : NULL;
            return true;
        }
    }
    return false;
}

static const char *
store_count(size_t *out_count, const char *value)
{
    char *end = NULL;
    unsigned long count;

    /* A row of this kind has a value, which the analyser cannot know.
     * NOLINTNEXTLINE(clang-analyzer-core.NullDereference) */
    if (value[0] < '0' || value[0] > '9') {
        return "is not a number";
    }
    count = strtoul(value, &end, 10);
    if (*end != '\0' || count == 0 || count > 1000000) {
        return "is not a number from 1 to 1000000";
    }
    *out_count = (size_t)count;
    return NULL;
}

/* Returns NULL, or what is wrong with the value. */
static const char *
store(const struct option_row *row, const char *value, void *args)
{
    void *field = (unsigned char *)args + row->offset;

    switch (row->kind) {
    case OPTION_FLAG:
        *(bool *)field = true;
        return NULL;
    case OPTION_DURATION:
        return duration_read(value, (uint64_t *)field)
                   ? NULL
                   : "is not a duration such as 0.2, 500ms, 5s or 2m";
    case OPTION_COUNT:
        return store_count((size_t *)field, value);
    case OPTION_SIZE:
        return size_read(value, (size_t *)field)
                   ? NULL
                   : "is not a size from 1 to 1G, such as 4096, 64k or 1M";
    case OPTION_TEXT:
        *(const char **)field = value;
        return NULL;
    case OPTION_CALL:
        return row->take(args, value);
    }
    return "is not understood";
}

const char *
options_spell(const struct option_row *row, char out_buf[OPTIONS_SPELL_SIZE])
{
    if (row->name != NULL) {
        (void)snprintf(out_buf, OPTIONS_SPELL_SIZE, "--%s", row->name);
    } else {
        (void)snprintf(out_buf, OPTIONS_SPELL_SIZE, "-%c", row->letter);
    }
    return out_buf;
}

/* Check the value, from the next argument if need be, and store it. */
static bool
take_option(const struct command *command, struct found *found, char **argv,
            int *at, void *args)
{
    const struct option_row *row = found->row;
    const char *complaint;
    char name[OPTIONS_SPELL_SIZE];

    if (row->value == NULL && found->value != NULL) {
        report("%s takes no value", options_spell(row, name));
        return false;
    }
    if (row->value != NULL && found->value == NULL) {
        found->value = argv[*at + 1];
        if (found->value == NULL) {
            report("%s needs a value, %s (see 'sprog %s --help')",
                   options_spell(row, name), row->value, command->name);
            return false;
        }
        (*at)++;
    }
    complaint = store(row, found->value, args);
    if (complaint != NULL && complaint[0] != '\0') {
        report("%s: '%s' %s", options_spell(row, name), found->value,
               complaint);
    }
    return complaint == NULL;
}

enum options_outcome
options_read(const struct command *command, char **argv, int first, void *args,
             int *out_rest)
{
    int at = first;

    for (; argv[at] != NULL; at++) {
        const char *arg = argv[at];
        struct found found = { NULL, NULL };
        const bool is_long = arg[0] == '-' && arg[1] == '-';

        if (arg[0] != '-' || arg[1] == '\0') {
            break;
        }
        if (strcmp(arg, "--") == 0) {
            at++;
            break;
        }
        if (strcmp(arg, "--help") == 0 || strcmp(arg, "-h") == 0) {
            return OPTIONS_HELP;
        }
        if (!(is_long ? find_long(command, arg + 2, &found)
                      : find_short(command, arg + 1, &found))) {
            report("unknown option '%s' (see 'sprog %s --help')", arg,
                   command->name);
            return OPTIONS_WRONG;
        }
        if (!take_option(command, &found, argv, &at, args)) {
            return OPTIONS_WRONG;
        }
    }
    *out_rest = at;
    return OPTIONS_OK;
}
