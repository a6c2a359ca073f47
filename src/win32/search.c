/*
 * What makes a path a program here. CreateProcessW's own search looks into
 * the current directory, and into others that nobody asked for, so it never
 * gets anything but an absolute path with a file at its end.
 */
#include <string.h>

#include "cmdline.h"
#include "utf.h"
#include "win32.h"

/* Tried behind the path, in this order. */
static const WCHAR *const extensions[] = { L".com", L".exe", L".bat", L".cmd" };
#define EXTENSION_COUNT (sizeof extensions / sizeof extensions[0])
#define EXTENSION_LEN   4u

const char *
sprog__be_search_element_end(const char *list)
{
    bool is_quoted = false;

    while (*list != '\0' && (is_quoted || *list != ';')) {
        is_quoted = is_quoted != (*list == '"');
        list++;
    }
    return list;
}

const char *
sprog__be_search_default_list(void)
{
    return "";
}

static bool
is_slash(char c)
{
    return c == '/' || c == '\\';
}

static bool
has_drive(const char *path)
{
    const char c = path[0];

    return ((c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z')) && path[1] == ':';
}

bool
sprog__be_search_is_path(const char *program)
{
    return has_drive(program) || strpbrk(program, "/\\") != NULL;
}

bool
sprog__be_search_is_absolute(const char *path)
{
    path += strspn(path, "\""); /* an element of PATH may begin with one */
    if (has_drive(path)) {
        return is_slash(path[2]); /* "C:x" depends on C:'s own directory */
    }
    /* "\\host\share", and "\x", which depends on the drive alone. */
    return is_slash(path[0]);
}

/* Elements of PATH may be in quotes, which are no part of any path. */
static sprog_err
copy_unquoted(const sprog__mem *mem, const char *path, char **out_copy)
{
    char *to;
    sprog_err err;

    err = sprog__mem_copy_text(mem, path, strlen(path), out_copy);
    if (err != SPROG_OK) {
        return err;
    }
    for (to = *out_copy; *path != '\0'; path++) {
        if (*path != '"') {
            *to++ = *path;
        }
    }
    *to = '\0';
    return SPROG_OK;
}

/*
 * Whether something may be put behind the path. Windows drops dots and spaces
 * from the end of a name, so that "..", say, would become another name.
 */
static bool
takes_extension(const char *path)
{
    const size_t len = strlen(path);

    return len > 0 && strchr(". /\\:", path[len - 1]) == NULL;
}

/* Whether the last component has an extension of its own. */
static bool
has_extension(const WCHAR *path)
{
    const WCHAR *dot = wcsrchr(path, L'.');
    const WCHAR *slash = wcsrchr(path, L'\\');

    return dot != NULL && (slash == NULL || dot > slash);
}

/* Look at one file. */
static sprog_err
candidate_check(const WCHAR *path, DWORD *out_error)
{
    DWORD bits = 0;

    *out_error = sprog__win32_sys_file_attributes(path, &bits);
    if (*out_error != ERROR_SUCCESS) {
        return sprog__win32_err(*out_error);
    }
    if ((bits & FILE_ATTRIBUTE_DIRECTORY) != 0) {
        *out_error = ERROR_ACCESS_DENIED;
        return SPROG_EACCESS;
    }
    return SPROG_OK;
}

/*
 * Find the first of the spellings that is there; `path` has room for an
 * extension, and becomes what was found. Something that we may not look at is
 * remembered, and searched past.
 */
static sprog_err
candidates_try(WCHAR *path, bool may_extend, DWORD *out_error)
{
    const size_t len = wcslen(path);
    const bool is_first = has_extension(path) || !may_extend;
    sprog_err worst = SPROG_ENOTFOUND;
    DWORD worst_error = ERROR_FILE_NOT_FOUND;
    size_t i;

    /* A name with an extension is tried as it is before all others, one
     * without after them: beside "tool.exe" lies many a script "tool". */
    for (i = 0; i < EXTENSION_COUNT + 2; i++) {
        const bool as_it_is = i == 0 || i == EXTENSION_COUNT + 1;
        sprog_err err;

        if (as_it_is ? (i == 0) != is_first : !may_extend) {
            continue;
        }
        path[len] = 0;
        if (!as_it_is) {
            memcpy(path + len, extensions[i - 1],
                   (EXTENSION_LEN + 1) * sizeof path[0]);
        }
        if ((err = candidate_check(path, out_error)) == SPROG_OK) {
            return SPROG_OK;
        }
        if (err != SPROG_ENOTFOUND) {
            worst = err;
            worst_error = *out_error;
        }
    }
    *out_error = worst_error;
    return worst;
}

/* Names such as "NUL" are devices in every directory. */
static bool
is_device(const WCHAR *path)
{
    return wcsncmp(path, L"\\\\.\\", 4) == 0;
}

/* Find `path`, which has no quotes; the answer is UTF-8. */
static sprog_err
probe(const sprog__mem *mem, const char *path, char **out_found,
      DWORD *out_error)
{
    WCHAR *given = NULL;
    WCHAR *full = NULL;
    void *block = NULL;
    size_t len = 0;
    sprog_err err;

    if ((err = sprog__win32_widen(mem, path, &given)) != SPROG_OK) {
        goto out;
    }
    if (given[0] == 0) {
        err = SPROG_ENOTFOUND;
        goto out;
    }
    err = sprog__win32_full_path(mem, given, &full, out_error);
    if (err != SPROG_OK) {
        goto out;
    }
    if (is_device(full)) {
        err = SPROG_ENOTFOUND;
        goto out;
    }
    len = wcslen(full);
    err = sprog__mem_grow(mem, &block, len + EXTENSION_LEN + 1, sizeof *full);
    if (err != SPROG_OK) {
        goto out;
    }
    memcpy(block, full, (len + 1) * sizeof *full);
    err = candidates_try(block, takes_extension(path), out_error);
    if (err == SPROG_OK) {
        err = sprog__win32_utf_to_8(mem, block, wcslen(block), out_found, &len);
    }
out:
    sprog__mem_free(mem, block);
    sprog__mem_free(mem, full);
    sprog__mem_free(mem, given);
    return err;
}

sprog_err
sprog__be_search_probe(const sprog__mem *mem, const char *path, uint32_t flags,
                       char **out_found, sprog_fault *fault)
{
    char *unquoted = NULL;
    char *found = NULL;
    DWORD error = 0;
    sprog_err err;

    err = copy_unquoted(mem, path, &unquoted);
    if (err == SPROG_OK) {
        err = probe(mem, unquoted, &found, &error);
    }
    if (err == SPROG_OK && (flags & SPROG_SPAWN_ALLOW_BATCH) == 0 &&
        sprog__win32_is_batch(found)) {
        sprog__mem_free(mem, found);
        err = SPROG_EBATCH;
    }
    sprog__mem_free(mem, unquoted);
    if (err != SPROG_OK) {
        (void)sprog__win32_refuse(fault, SPROG_STEP_RESOLVE, err, path);
        fault->os_error = (int64_t)error;
        return err;
    }
    *out_found = found;
    return SPROG_OK;
}
