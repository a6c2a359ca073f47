/* A model of cmd.exe; see cmd_model.h. */
#include "cmd_model.h"

#include <string.h>

#include "reference.h"

static bool
is_one_of(uint16_t unit, const char *set)
{
    return unit != 0 && unit < 0x80 && strchr(set, (int)unit) != NULL;
}

/* What separates the arguments of a batch file. */
static bool
is_delimiter(uint16_t unit)
{
    return is_one_of(unit, " \t,;=\v\f") || unit == 0xa0;
}

/* Whether the line goes on with `text`, in any case. */
static bool
starts_with(const uint16_t *line, const char *text)
{
    size_t i;

    for (i = 0; text[i] != '\0'; i++) {
        if (reference_upper(line[i]) !=
            reference_upper((unsigned char)text[i])) {
            return false;
        }
    }
    return true;
}

typedef struct switches {
    bool no_autorun;
    bool no_delayed;
    bool strips; /* /s */
    bool ends;   /* /c */
} switches;

/* Everything up to /c, which is the last one. */
static const uint16_t *
read_switches(const uint16_t *line, switches *out)
{
    memset(out, 0, sizeof *out);
    while (*line != 0 && !out->ends) {
        out->no_autorun = out->no_autorun || starts_with(line, "/d");
        out->no_delayed = out->no_delayed || starts_with(line, "/v:off");
        out->strips = out->strips || starts_with(line, "/s");
        out->ends = starts_with(line, "/c");
        while (*line != 0 && !is_delimiter(*line)) {
            line++;
        }
        while (is_delimiter(*line)) {
            line++;
        }
    }
    return line;
}

/* The command: the quote that it begins with and the last one are gone. */
static void
strip_quotes(const uint16_t *line, fuzz_units *out)
{
    size_t last = 0;
    size_t i;

    for (i = 0; line[i] != 0; i++) {
        last = line[i] == '"' ? i : last;
    }
    for (i = 0; line[i] != 0; i++) {
        if (line[0] != '"' || (i != 0 && i != last)) {
            fuzz_units_push(out, line[i]);
        }
    }
}

/* What acts, wherever it stands, or outside of quotes. */
static size_t
count_active(const fuzz_units *command, bool expands_delayed)
{
    bool quoted = false;
    size_t active = 0;
    size_t i;

    for (i = 0; i < command->len; i++) {
        const uint16_t unit = command->units[i];

        quoted = unit == '"' ? !quoted : quoted;
        if (unit == '%' || unit == '\n' || unit == '\r' || unit == 0x1a ||
            (unit == '!' && expands_delayed)) {
            active++;
        } else if (!quoted && is_one_of(unit, "&|<>()^@")) {
            active++;
        }
    }
    /* Left open, the quotes take in what the script adds. */
    return active + (quoted ? 1 : 0);
}

static void
split_words(const fuzz_units *command, fuzz_units *out)
{
    bool quoted = false;
    bool in_word = false;
    size_t i;

    for (i = 0; i < command->len; i++) {
        const uint16_t unit = command->units[i];

        if (!quoted && is_delimiter(unit)) {
            if (in_word) {
                fuzz_units_push(out, 0);
            }
            in_word = false;
            continue;
        }
        quoted = unit == '"' ? !quoted : quoted;
        in_word = true;
        fuzz_units_push(out, unit);
    }
    if (in_word) {
        fuzz_units_push(out, 0);
    }
}

void
cmd_read(const uint16_t *line, cmd_reading *out)
{
    fuzz_units command = { 0 };
    switches given;

    memset(out, 0, sizeof *out);
    line = read_switches(reference_skip_program(line), &given);
    out->is_plain =
        given.no_autorun && given.no_delayed && given.strips && given.ends;
    strip_quotes(line, &command);
    out->active = count_active(&command, !given.no_delayed);
    split_words(&command, &out->words);
    fuzz_units_free(&command);
}
