/*
 * Arguments for a batch file: nothing in the line acts, the script gets what
 * was meant, and a program to which it hands them on gets it too. And a name
 * that is a batch file's stays one however it is spelled.
 *
 * Input: the allocation that fails (0: none), a factor for the last text, then
 * the script and its arguments split at NULs.
 *
 * proves: H59 H61
 */
#include <stdlib.h>
#include <string.h>

#include "cmd_model.h"
#include "reference.h"
#include "win32/cmdline.h"

/* ---- arguments ---------------------------------------------------------- */

/* Whether there is something in it for which cmd.exe has no safe spelling. */
static bool
is_unsafe(const char *text)
{
    const size_t len = strlen(text);
    size_t i;

    for (i = 0; i < len; i++) {
        if (text[i] == '"' || text[i] == '%' || (unsigned char)text[i] < ' ') {
            return true;
        }
    }
    return len > 0 && text[len - 1] == '\\';
}

/* All texts as words of cmd.exe: in quotes, a 0 behind each. */
static bool
expect(const fuzz_texts *texts, fuzz_units *to)
{
    size_t i;

    for (i = 0; i < texts->count; i++) {
        fuzz_units_push(to, '"');
        if (!reference_to_16(texts->texts[i], strlen(texts->texts[i]), to)) {
            return false;
        }
        fuzz_units_push(to, '"');
        fuzz_units_push(to, 0);
    }
    return true;
}

/* A script that says `program %1 %2 ...` hands on the arguments themselves. */
static void
require_handed_on(const fuzz_units *words)
{
    static const uint16_t program[] = { 'p' };
    fuzz_units line = { 0 };
    fuzz_units expected = { 0 };
    int reader;
    size_t i;

    fuzz_units_append(&line, program, 1);
    fuzz_units_append(&expected, program, 1);
    fuzz_units_push(&line, ' ');
    fuzz_units_push(&expected, 0);
    for (i = 0; i < words->len; i++) {
        const uint16_t unit = words->units[i];

        fuzz_units_push(&line, unit == 0 ? ' ' : unit);
        if (unit != '"') {
            fuzz_units_push(&expected, unit);
        }
    }
    fuzz_units_push(&line, 0);
    for (reader = 0; reader < REFERENCE_COUNT; reader++) {
        fuzz_units got = { 0 };

        reference_split((enum reference_reader)reader, line.units, &got);
        FUZZ_REQUIRE(fuzz_units_same(&got, &expected));
        fuzz_units_free(&got);
    }
    fuzz_units_free(&line);
    fuzz_units_free(&expected);
}

static void
require_harmless(const uint16_t *line, const fuzz_units *expected)
{
    cmd_reading reading;
    size_t len = 0;

    while (line[len] != 0) {
        len++;
    }
    FUZZ_REQUIRE(len < SPROG__CMDLINE_BATCH_MAX);
    cmd_read(line, &reading);
    FUZZ_REQUIRE(reading.is_plain && reading.active == 0);
    FUZZ_REQUIRE(fuzz_units_same(&reading.words, expected));
    require_handed_on(&reading.words);
    fuzz_units_free(&reading.words);
}

static void
require_reason(sprog_err err, const fuzz_texts *texts, bool is_text,
               const fuzz_units *expected)
{
    bool unsafe = false;
    size_t i;

    for (i = 0; i < texts->count; i++) {
        unsafe = unsafe || is_unsafe(texts->texts[i]);
    }
    if (err == SPROG_ENOMEM) {
        FUZZ_REQUIRE(fuzz_memory_failed());
    } else if (err == SPROG_EBATCH) {
        FUZZ_REQUIRE(unsafe);
    } else if (err == SPROG_EENCODING) {
        FUZZ_REQUIRE(!is_text);
    } else {
        FUZZ_REQUIRE(err == SPROG_ETOOLONG);
        FUZZ_REQUIRE(!is_text ||
                     expected->len + 64 > (size_t)SPROG__CMDLINE_BATCH_MAX);
    }
}

static void
try_line(const sprog__mem *mem, const fuzz_texts *texts)
{
    fuzz_units expected = { 0 };
    const bool is_text = expect(texts, &expected);
    uint16_t *line = NULL;
    sprog_err err;

    /* argv[0] is no argument: the script takes its place. */
    err = sprog__win32_cmdline_batch(mem, texts->texts[0], texts->texts, &line);
    if (err == SPROG_OK) {
        FUZZ_REQUIRE(is_text);
        require_harmless(line, &expected);
    } else {
        FUZZ_REQUIRE(line == NULL);
        require_reason(err, texts, is_text, &expected);
    }
    sprog__mem_free(mem, line);
    fuzz_memory_require_empty();
    fuzz_units_free(&expected);
}

/* ---- names -------------------------------------------------------------- */

#define NAME_MOST 200

/* Whether `before` `name` `after` is taken for a batch file. */
static bool
is_batch(const char *before, const char *name, const char *after)
{
    char path[NAME_MOST + 64];

    strcpy(path, before);
    strcat(path, name);
    strcat(path, after);
    return sprog__win32_is_batch(path);
}

/* Other spellings of one name, by which Windows opens the same file. */
static void
try_name(const char *name)
{
    char upper[NAME_MOST + 1];
    const bool it_is = sprog__win32_is_batch(name);
    size_t i;

    for (i = 0; name[i] != '\0'; i++) {
        upper[i] = name[i] >= 'a' && name[i] <= 'z'
                       ? (char)(name[i] - 'a' + 'A')
                       : name[i];
    }
    upper[i] = '\0';
    FUZZ_REQUIRE(sprog__win32_is_batch(upper) == it_is);
    FUZZ_REQUIRE(is_batch("", name, ".") == it_is);
    FUZZ_REQUIRE(is_batch("", name, " ") == it_is);
    FUZZ_REQUIRE(is_batch("", name, ". .") == it_is);
    FUZZ_REQUIRE(is_batch("C:\\x.y/", name, "") == it_is);
    FUZZ_REQUIRE(is_batch("d.bat\\", name, "") == it_is);
    FUZZ_REQUIRE(!it_is || is_batch("", name, "::$DATA"));
    if (strpbrk(name, "\\/:") == NULL) {
        FUZZ_REQUIRE(is_batch("", name, ".bat"));
        FUZZ_REQUIRE(is_batch("", name, ".cMd ."));
        FUZZ_REQUIRE(!is_batch("", name, ".exe"));
        FUZZ_REQUIRE(!is_batch("", name, "x"));
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_texts texts;
    const sprog__mem *mem;

    if (size < 2) {
        return 0;
    }
    mem = fuzz_memory(data[0]);
    fuzz_texts_split(&texts, data + 2, size - 2);
    fuzz_texts_stretch(&texts, data[1], 10000);
    try_line(mem, &texts);
    if (strlen(texts.texts[0]) <= NAME_MOST) {
        try_name(texts.texts[0]);
    }
    fuzz_texts_free(&texts);
    return 0;
}
