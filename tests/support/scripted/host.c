/*
 * Sections "error_map", "host", "search" and the names of section "signal":
 * a small host that is all in tables.
 */
#include <stdio.h>
#include <string.h>

#include "internal.h"

/* ---- error_map ---------------------------------------------------------- */

size_t
sprog__be_error_text(int64_t os_error, char *out_buf, size_t cap)
{
    const int len =
        snprintf(out_buf, cap, "system error %lld", (long long)os_error);

    return len < 0 ? 0 : (size_t)len;
}

/* ---- host --------------------------------------------------------------- */

sprog_err
sprog__be_host_environment(const sprog__mem *mem, char ***out_env,
                           sprog_fault *fault)
{
    size_t count = 0;
    size_t bytes = 0;
    void *block;
    char **list;
    char *text;
    sprog_err err;
    size_t i;

    if ((err = scripted_enter(SCRIPTED_ENVIRONMENT, mem, 0,
                              SPROG_STEP_ENVIRONMENT, fault)) != SPROG_OK) {
        return err;
    }
    for (; scripted_the.env[count] != NULL; count++) {
        bytes += strlen(scripted_the.env[count]) + 1;
    }
    if (sprog__mem_alloc(mem, (count + 1) * sizeof(char *) + bytes, &block) !=
        SPROG_OK) {
        return scripted_no_memory(fault);
    }
    list = block;
    text = (char *)(list + count + 1);
    for (i = 0; i < count; i++) {
        list[i] = strcpy(text, scripted_the.env[i]);
        text += strlen(text) + 1;
    }
    list[count] = NULL;
    *out_env = list;
    return SPROG_OK;
}

static int
fold(char c)
{
    return c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c;
}

bool
sprog__be_host_same_name(const char *a, size_t a_len, const char *b,
                         size_t b_len)
{
    size_t i;

    if (a_len != b_len) {
        return false;
    }
    for (i = 0; i < a_len; i++) {
        if (scripted_the.has_windows_names ? fold(a[i]) != fold(b[i])
                                           : a[i] != b[i]) {
            return false;
        }
    }
    return true;
}

int64_t
sprog__be_host_pid(void)
{
    return 4242;
}

/* Not the number itself, so that whoever takes it for that is found out. */
intptr_t
sprog__be_host_standard(int number)
{
    return 700 + number;
}

static sprog_err
give_text(scripted_fn fn, const char *text, const sprog__mem *mem,
          char **out_text, sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(fn, mem, 0, SPROG_STEP_NONE, fault)) !=
        SPROG_OK) {
        return err;
    }
    if (sprog__mem_copy_text(mem, text, strlen(text), out_text) != SPROG_OK) {
        return scripted_no_memory(fault);
    }
    return SPROG_OK;
}

sprog_err
sprog__be_host_executable(const sprog__mem *mem, char **out_path,
                          sprog_fault *fault)
{
    return give_text(SCRIPTED_EXECUTABLE, "/bin/host", mem, out_path, fault);
}

sprog_err
sprog__be_host_directory(const sprog__mem *mem, char **out_path,
                         sprog_fault *fault)
{
    return give_text(SCRIPTED_DIRECTORY, "/here", mem, out_path, fault);
}

void
scripted_set_environment(const char *const *env)
{
    scripted_the.env = env;
}

void
scripted_set_windows_names(bool yes)
{
    scripted_the.has_windows_names = yes;
}

/* ---- search ------------------------------------------------------------- */

const char *
sprog__be_search_element_end(const char *list)
{
    return list + strcspn(list, scripted_the.has_windows_names ? ";" : ":");
}

const char *
sprog__be_search_default_list(void)
{
    return scripted_the.default_list;
}

bool
sprog__be_search_is_path(const char *program)
{
    return strchr(program, '/') != NULL;
}

bool
sprog__be_search_is_absolute(const char *path)
{
    return path[0] == '/';
}

sprog_err
sprog__be_search_probe(const sprog__mem *mem, const char *path, uint32_t flags,
                       char **out_found, sprog_fault *fault)
{
    sprog_err err;
    size_t i;

    if ((err = scripted_enter(SCRIPTED_PROBE, path, flags, SPROG_STEP_RESOLVE,
                              fault)) != SPROG_OK) {
        return err;
    }
    err = SPROG_ENOTFOUND;
    for (i = 0; i < scripted_the.file_count; i++) {
        if (strcmp(scripted_the.files[i].path, path) == 0) {
            err = scripted_the.files[i].err;
        }
    }
    if (err == SPROG_EBATCH && (flags & SPROG_SPAWN_ALLOW_BATCH) != 0) {
        err = SPROG_OK;
    }
    if (err != SPROG_OK) {
        fault->err = err;
        fault->step = SPROG_STEP_RESOLVE;
        fault->os_error = err == SPROG_ENOTFOUND ? 2 : 13;
        return err;
    }
    if (sprog__mem_copy_text(mem, path, strlen(path), out_found) != SPROG_OK) {
        return scripted_no_memory(fault);
    }
    return SPROG_OK;
}

void
scripted_add_file(const char *path, sprog_err err)
{
    if (scripted_the.file_count == SCRIPTED_MOST_FILES) {
        scripted_broken("too many files");
    }
    scripted_the.files[scripted_the.file_count].path = path;
    scripted_the.files[scripted_the.file_count].err = err;
    scripted_the.file_count++;
}

void
scripted_set_default_list(const char *list)
{
    scripted_the.default_list = list;
}

/* ---- signal ------------------------------------------------------------- */

int
sprog__be_signal_number(const char *name)
{
    static const struct {
        const char *name;
        int number;
    } known[] = {
        { "HUP", 1 },   { "INT", 2 },   { "QUIT", 3 },  { "ILL", 4 },
        { "TRAP", 5 },  { "ABRT", 6 },  { "IOT", 6 },   { "BUS", 7 },
        { "FPE", 8 },   { "KILL", 9 },  { "USR1", 10 }, { "SEGV", 11 },
        { "USR2", 12 }, { "PIPE", 13 }, { "ALRM", 14 }, { "TERM", 15 },
        { "CHLD", 17 }, { "CLD", 17 },  { "CONT", 18 }, { "STOP", 19 },
        { "TSTP", 20 }, { "TTIN", 21 }, { "TTOU", 22 },
    };
    size_t i;

    for (i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (strcmp(known[i].name, name) == 0) {
            return known[i].number;
        }
    }
    return 0;
}

void
sprog__be_signal_realtime(int *out_first, int *out_last)
{
    *out_first = scripted_the.realtime_first;
    *out_last = scripted_the.realtime_last;
}

void
scripted_set_realtime(int first, int last)
{
    scripted_the.realtime_first = first;
    scripted_the.realtime_last = last;
}
