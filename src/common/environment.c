/*
 * The environment that a child gets.
 *
 * Names are found by a hash, so that a large environment costs what its bytes
 * cost. Only the system can say whether two names are the same; the hash is
 * one that the same names always share.
 */
#include "environment.h"

#include <stdbool.h>
#include <string.h>

#include "backend.h"
#include "fault.h"

/* One variable of the result: where its text comes from. */
typedef struct variable {
    const char *name;
    size_t name_len;
    const char *value; /* behind the '='; NULL: unset */
    size_t value_len;
    size_t next; /* 1 more than the index of another with this hash; or 0 */
} variable;

typedef struct variable_list {
    variable *variables;
    size_t count;
    size_t *slots; /* 1 more than an index; 0: none */
    size_t slot_count;
} variable_list;

/* The length of the name in "K=V"; 0: it has none. Windows' "=C:=C:\dir" has
 * a name that begins with '='. */
static size_t
name_length(const char *entry)
{
    const char *equals = entry[0] != '\0' ? strchr(entry + 1, '=') : NULL;

    return equals != NULL ? (size_t)(equals - entry) : 0;
}

/* Case does not count, nor do bytes that are not ASCII: they are the system's
 * to compare, and may be the same in different lengths. */
static size_t
slot_of(const variable_list *list, const char *name, size_t name_len)
{
    uint32_t hash = 2166136261u; /* FNV-1a */
    size_t i;

    for (i = 0; i < name_len; i++) {
        const unsigned char byte = (unsigned char)name[i];
        const bool is_small = byte >= 'a' && byte <= 'z';

        if (byte < 0x80) {
            hash = (hash ^ (is_small ? byte - 0x20u : byte)) * 16777619u;
        }
    }
    return hash % list->slot_count;
}

static void
set_variable(variable_list *list, const char *name, size_t name_len,
             const char *value)
{
    size_t *slot = &list->slots[slot_of(list, name, name_len)];
    size_t at = *slot;
    variable *it;

    while (at != 0 && !sprog__be_host_same_name(
                          list->variables[at - 1].name,
                          list->variables[at - 1].name_len, name, name_len)) {
        at = list->variables[at - 1].next;
    }
    if (at != 0) {
        it = &list->variables[at - 1];
    } else {
        it = &list->variables[list->count++];
        it->next = *slot;
        *slot = list->count;
    }
    it->name = name;
    it->name_len = name_len;
    it->value = value;
    it->value_len = value != NULL ? strlen(value) : 0;
}

static sprog_err
invalid(const char *what, sprog_fault *fault)
{
    return sprog__fault_set(fault, SPROG_EINVAL, SPROG_STEP_ENVIRONMENT, 0,
                            what);
}

static sprog_err
take_base(variable_list *list, const char *const *base, bool is_ours,
          sprog_fault *fault)
{
    size_t i;

    for (i = 0; base[i] != NULL; i++) {
        const size_t len = name_length(base[i]);

        if (len != 0) {
            set_variable(list, base[i], len, base[i] + len + 1);
        } else if (!is_ours) {
            /* All of it: what has no '=' has no value to keep secret. */
            return invalid(base[i][0] == '=' ? "" : base[i], fault);
        }
    }
    return SPROG_OK;
}

static sprog_err
take_edits(variable_list *list, const sprog_env_edit *edits, size_t count,
           sprog_fault *fault)
{
    size_t i;

    for (i = 0; i < count; i++) {
        const char *name = edits[i].name;

        if (name == NULL || name[0] == '\0' || strchr(name, '=') != NULL) {
            return invalid(name, fault);
        }
        set_variable(list, name, strlen(name), edits[i].value);
    }
    return SPROG_OK;
}

/* Write the list as one block: the pointers, then the texts. */
static sprog_err
list_to_block(const sprog__mem *mem, const variable_list *list, char ***out_env)
{
    size_t size = sizeof(char *);
    size_t i;
    void *block;
    char **entry;
    char *text;
    sprog_err err;

    for (i = 0; i < list->count; i++) {
        size += sizeof(char *) + list->variables[i].name_len +
                list->variables[i].value_len + 2;
    }
    if ((err = sprog__mem_alloc(mem, size, &block)) != SPROG_OK) {
        return err;
    }
    entry = (char **)block;
    text = (char *)(entry + list->count + 1);
    for (i = 0; i < list->count; i++) {
        const variable *it = &list->variables[i];

        if (it->value == NULL) {
            continue;
        }
        *entry++ = text;
        memcpy(text, it->name, it->name_len);
        text[it->name_len] = '=';
        memcpy(text + it->name_len + 1, it->value, it->value_len + 1);
        text += it->name_len + it->value_len + 2;
    }
    *entry = NULL;
    *out_env = (char **)block;
    return SPROG_OK;
}

sprog_err
sprog__environment_merge(const sprog__mem *mem, const char *const *base,
                         int is_ours, const sprog_env_edit *edits,
                         size_t edit_count, char ***out_env, sprog_fault *fault)
{
    variable_list list = { NULL, 0, NULL, 0 };
    void *block = NULL;
    size_t count = edit_count;
    size_t i;
    sprog_err err;

    for (i = 0; base[i] != NULL; i++) {
        count++;
    }
    list.slot_count = count + 1;
    if ((err = sprog__mem_grow(mem, &block, list.slot_count,
                               sizeof(variable) + sizeof(size_t))) !=
        SPROG_OK) {
        (void)sprog__fault_set(fault, err, SPROG_STEP_MEMORY, 0, NULL);
        goto out;
    }
    list.variables = (variable *)block;
    list.slots = (size_t *)(void *)(list.variables + list.slot_count);
    memset(list.slots, 0, list.slot_count * sizeof *list.slots);
    if ((err = take_base(&list, base, is_ours != 0, fault)) != SPROG_OK ||
        (err = take_edits(&list, edits, edit_count, fault)) != SPROG_OK) {
        goto out;
    }
    if ((err = list_to_block(mem, &list, out_env)) != SPROG_OK) {
        (void)sprog__fault_set(fault, err, SPROG_STEP_MEMORY, 0, NULL);
    }
out:
    sprog__mem_free(mem, block);
    return err;
}

const char *
sprog__environment_get(char *const *env, const char *name)
{
    const size_t len = strlen(name);
    size_t i;

    for (i = 0; env[i] != NULL; i++) {
        const size_t entry_len = name_length(env[i]);

        if (entry_len != 0 &&
            sprog__be_host_same_name(env[i], entry_len, name, len)) {
            return env[i] + entry_len + 1;
        }
    }
    return NULL;
}
