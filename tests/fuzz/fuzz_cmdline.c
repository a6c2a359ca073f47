/*
 * Arguments into a command line: whoever splits it gets them back.
 *
 * Input: the allocation that fails (0: none), a factor for the last text, a
 * bit for "verbatim", then argv split at NULs.
 *
 * proves: H58 H61 H63
 */
#include <stdlib.h>
#include <string.h>

#include "reference.h"
#include "win32/cmdline.h"

/* argv as UTF-16, a 0 behind each; false: something of it is no text. */
static bool
expect(const fuzz_texts *argv, fuzz_units *to)
{
    size_t i;

    for (i = 0; i < argv->count; i++) {
        if (!reference_to_16(argv->texts[i], strlen(argv->texts[i]), to)) {
            return false;
        }
        fuzz_units_push(to, 0);
    }
    return true;
}

/* All three readers say the same, and what was meant. */
static void
require_read_back(const uint16_t *line, const fuzz_units *expected)
{
    int reader;

    for (reader = 0; reader < REFERENCE_COUNT; reader++) {
        fuzz_units got = { 0 };

        reference_split((enum reference_reader)reader, line, &got);
        FUZZ_REQUIRE(fuzz_units_same(&got, expected));
        fuzz_units_free(&got);
    }
}

/* argv[0] in quotes, and argv[1] as it is. */
static void
require_verbatim(const uint16_t *line, size_t len, const fuzz_texts *argv,
                 const fuzz_units *expected)
{
    size_t program = 0;

    while (expected->units[program] != 0) {
        program++;
    }
    FUZZ_REQUIRE(len == expected->len + 1);
    FUZZ_REQUIRE(line[0] == '"' && line[program + 1] == '"');
    FUZZ_REQUIRE(memcmp(line + 1, expected->units, program * 2) == 0);
    if (argv->count > 1) {
        FUZZ_REQUIRE(line[program + 2] == ' ');
        FUZZ_REQUIRE(memcmp(line + program + 3, expected->units + program + 1,
                            (expected->len - program - 1) * 2) == 0);
    }
}

/* A failure has its reason in the input. */
static void
require_reason(sprog_err err, const fuzz_texts *argv, bool is_verbatim,
               bool is_text, const fuzz_units *expected)
{
    if (err == SPROG_ENOMEM) {
        FUZZ_REQUIRE(fuzz_memory_failed());
    } else if (err == SPROG_EINVAL) {
        FUZZ_REQUIRE(strchr(argv->texts[0], '"') != NULL ||
                     (is_verbatim && argv->count > 2));
    } else if (err == SPROG_EENCODING) {
        FUZZ_REQUIRE(!is_text);
    } else {
        /* No spelling has more than twice the units and two quotes. */
        FUZZ_REQUIRE(err == SPROG_ETOOLONG);
        FUZZ_REQUIRE(!is_text || expected->len * 2 + argv->count * 2 >
                                     (size_t)SPROG__CMDLINE_MAX);
    }
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_texts argv;
    fuzz_units expected = { 0 };
    uint16_t *line = NULL;
    const sprog__mem *mem;
    bool is_verbatim;
    bool is_text;
    sprog_err err;

    if (size < 3) {
        return 0;
    }
    mem = fuzz_memory(data[0]);
    is_verbatim = (data[2] & 1) != 0;
    fuzz_texts_split(&argv, data + 3, size - 3);
    fuzz_texts_stretch(&argv, data[1], 40000);
    is_text = expect(&argv, &expected);
    err = sprog__win32_cmdline(mem, argv.texts, is_verbatim, &line);
    if (err == SPROG_OK) {
        size_t len = 0;

        while (line[len] != 0) {
            len++;
        }
        FUZZ_REQUIRE(is_text && len < SPROG__CMDLINE_MAX);
        if (is_verbatim) {
            require_verbatim(line, len, &argv, &expected);
        } else {
            require_read_back(line, &expected);
        }
    } else {
        FUZZ_REQUIRE(line == NULL);
        require_reason(err, &argv, is_verbatim, is_text, &expected);
    }
    sprog__mem_free(mem, line);
    fuzz_memory_require_empty();
    fuzz_units_free(&expected);
    fuzz_texts_free(&argv);
    return 0;
}
