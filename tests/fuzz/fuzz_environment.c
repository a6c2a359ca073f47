/*
 * The environment that a child gets, of a base and edits over it, against a
 * plain list that is searched from its start.
 *
 * Input: the allocation that fails (0: none), how many of the texts are the
 * base, a bit for "it is ours", then the texts split at NULs; the edits are
 * "K=V", or "K" to unset it.
 *
 * proves: A12
 */
#include <stdlib.h>
#include <string.h>

#include "common/backend.h"
#include "common/environment.h"
#include "fuzz.h"

/* The part of a backend that is needed here: names by their upper case. */
bool
sprog__be_host_same_name(const char *a, size_t a_len, const char *b,
                         size_t b_len)
{
    size_t i;

    for (i = 0; i < a_len && i < b_len; i++) {
        const int upper_a = a[i] >= 'a' && a[i] <= 'z' ? a[i] - 32 : a[i];
        const int upper_b = b[i] >= 'a' && b[i] <= 'z' ? b[i] - 32 : b[i];

        if (upper_a != upper_b) {
            return false;
        }
    }
    return a_len == b_len;
}

/* And one for the texts of faults, which nobody asks for here. */
size_t
sprog__be_error_text(int64_t os_error, char *out_buf, size_t cap)
{
    (void)os_error;
    if (cap > 0) {
        out_buf[0] = '\0';
    }
    return 0;
}

typedef struct plain {
    const char *name;
    size_t name_len;
    const char *value; /* NULL: unset */
} plain;

typedef struct plain_list {
    plain items[FUZZ_TEXTS];
    size_t count;
} plain_list;

static void
put(plain_list *list, const char *name, size_t name_len, const char *value)
{
    size_t i = 0;

    while (i < list->count &&
           !sprog__be_host_same_name(list->items[i].name,
                                     list->items[i].name_len, name, name_len)) {
        i++;
    }
    list->items[i].name = name;
    list->items[i].name_len = name_len;
    list->items[i].value = value;
    list->count += i == list->count ? 1 : 0;
}

/* The same merge, slowly; false: it has to be refused. */
static bool
expect(char *const *base, bool is_ours, const sprog_env_edit *edits,
       size_t edit_count, plain_list *list)
{
    bool is_valid = true;
    size_t i;

    for (i = 0; base[i] != NULL; i++) {
        const char *equals =
            base[i][0] == '\0' ? NULL : strchr(base[i] + 1, '=');

        if (equals != NULL) {
            put(list, base[i], (size_t)(equals - base[i]), equals + 1);
        } else {
            is_valid = is_valid && is_ours;
        }
    }
    for (i = 0; i < edit_count; i++) {
        is_valid = is_valid && edits[i].name[0] != '\0';
        put(list, edits[i].name, strlen(edits[i].name), edits[i].value);
    }
    return is_valid;
}

static void
require_same(char *const *env, const plain_list *list)
{
    size_t at = 0;
    size_t i;

    for (i = 0; i < list->count; i++) {
        const plain *it = &list->items[i];

        if (it->value == NULL) {
            continue;
        }
        FUZZ_REQUIRE(env[at] != NULL);
        FUZZ_REQUIRE(strncmp(env[at], it->name, it->name_len) == 0);
        FUZZ_REQUIRE(env[at][it->name_len] == '=');
        FUZZ_REQUIRE(strcmp(env[at] + it->name_len + 1, it->value) == 0);
        at++;
    }
    FUZZ_REQUIRE(env[at] == NULL);
}

/* "K=V" to an edit, in place. */
static void
edit_of(char *text, sprog_env_edit *out)
{
    char *equals = strchr(text, '=');

    out->name = text;
    out->value = NULL;
    if (equals != NULL) {
        *equals = '\0';
        out->value = equals + 1;
    }
}

static void
try_merge(const sprog__mem *mem, fuzz_texts *texts, size_t base_count,
          bool is_ours)
{
    char *base[FUZZ_TEXTS + 1] = { NULL };
    const char *given[FUZZ_TEXTS + 1] = { NULL };
    sprog_env_edit edits[FUZZ_TEXTS];
    size_t edit_count = 0;
    plain_list list = { .count = 0 };
    sprog_fault fault = { 0 };
    char **env = NULL;
    bool is_valid;
    size_t i;
    sprog_err err;

    for (i = 0; i < texts->count; i++) {
        if (i < base_count) {
            base[i] = texts->texts[i];
            given[i] = base[i];
        } else {
            edit_of(texts->texts[i], &edits[edit_count++]);
        }
    }
    is_valid = expect(base, is_ours, edits, edit_count, &list);
    err = sprog__environment_merge(mem, given, is_ours, edits, edit_count, &env,
                                   &fault);
    if (err == SPROG_OK) {
        FUZZ_REQUIRE(is_valid);
        require_same(env, &list);
    } else {
        FUZZ_REQUIRE(env == NULL && fault.err == err);
        FUZZ_REQUIRE(err == SPROG_ENOMEM ? fuzz_memory_failed()
                                         : err == SPROG_EINVAL && !is_valid);
    }
    sprog__mem_free(mem, env);
    fuzz_memory_require_empty();
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    fuzz_texts texts;
    const sprog__mem *mem;

    if (size < 3) {
        return 0;
    }
    mem = fuzz_memory(data[0]);
    fuzz_texts_split(&texts, data + 3, size - 3);
    try_merge(mem, &texts, data[1], (data[2] & 1) != 0);
    fuzz_texts_free(&texts);
    return 0;
}
