/*
 * What there is to know about this program itself, and the conversions of
 * text that the other files share.
 */
#include <string.h>

#include "utf.h"
#include "win32.h"

/* Paths are no longer than this. */
#define LONGEST_PATH 32768

sprog_err
sprog__win32_widen(const sprog__mem *mem, const char *text, WCHAR **out_units)
{
    size_t len = 0;

    return sprog__win32_utf_to_16(mem, text, strlen(text), out_units, &len);
}

/* What sprog__win32_get() asks: a getter, or the full form of `path`. */
typedef struct question {
    sprog__win32_getter getter; /* NULL: the full form */
    const WCHAR *path;
} question;

static DWORD
ask(const question *of, WCHAR *units, DWORD cap, DWORD *out_n)
{
    if (of->getter != NULL) {
        return of->getter(units, cap, out_n);
    }
    return sprog__win32_sys_full_path(of->path, units, cap, out_n);
}

/* Ask with more and more room: the answer may grow between two calls. */
static sprog_err
ask_until_it_fits(const sprog__mem *mem, const question *of, WCHAR **out_units,
                  DWORD *out_error)
{
    void *block = NULL;
    DWORD cap = 256;
    DWORD n = 0;
    sprog_err err;

    for (;;) {
        if ((err = sprog__mem_grow(mem, &block, cap, sizeof(WCHAR))) !=
            SPROG_OK) {
            *out_error = ERROR_NOT_ENOUGH_MEMORY;
            break;
        }
        if ((*out_error = ask(of, block, cap, &n)) != ERROR_SUCCESS) {
            err = sprog__win32_err(*out_error);
            break;
        }
        if (n < cap) {
            *out_units = block;
            return SPROG_OK;
        }
        if (cap >= LONGEST_PATH) {
            *out_error = ERROR_FILENAME_EXCED_RANGE;
            err = SPROG_ETOOLONG;
            break;
        }
        cap *= 2;
    }
    sprog__mem_free(mem, block);
    return err;
}

sprog_err
sprog__win32_get(const sprog__mem *mem, sprog__win32_getter getter,
                 WCHAR **out_units, DWORD *out_error)
{
    const question of = { getter, NULL };

    return ask_until_it_fits(mem, &of, out_units, out_error);
}

sprog_err
sprog__win32_full_path(const sprog__mem *mem, const WCHAR *path,
                       WCHAR **out_units, DWORD *out_error)
{
    const question of = { NULL, path };

    return ask_until_it_fits(mem, &of, out_units, out_error);
}

/* Give what a getter says as UTF-8. */
static sprog_err
get_text(const sprog__mem *mem, sprog__win32_getter getter, char **out_text,
         sprog_fault *fault)
{
    WCHAR *units = NULL;
    DWORD error = 0;
    size_t len = 0;
    sprog_err err;

    err = sprog__win32_get(mem, getter, &units, &error);
    if (units == NULL) {
        (void)sprog__win32_fail(fault, SPROG_STEP_RESOLVE, error, NULL);
        return err;
    }
    err = sprog__win32_utf_to_8(mem, units, wcslen(units), out_text, &len);
    sprog__mem_free(mem, units);
    if (err != SPROG_OK) {
        return sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
    }
    return SPROG_OK;
}

sprog_err
sprog__be_host_executable(const sprog__mem *mem, char **out_path,
                          sprog_fault *fault)
{
    return get_text(mem, sprog__win32_sys_module, out_path, fault);
}

sprog_err
sprog__be_host_directory(const sprog__mem *mem, char **out_path,
                         sprog_fault *fault)
{
    return get_text(mem, sprog__win32_sys_directory, out_path, fault);
}

int64_t
sprog__be_host_pid(void)
{
    return (int64_t)sprog__win32_sys_pid();
}

intptr_t
sprog__be_host_standard(int number)
{
    static const DWORD names[] = { STD_INPUT_HANDLE, STD_OUTPUT_HANDLE,
                                   STD_ERROR_HANDLE };

    return (intptr_t)sprog__win32_sys_standard(names[number]);
}

/* Count the strings of a block, and the bytes that they need in UTF-8. */
static void
environment_measure(const WCHAR *block, size_t *out_count, size_t *out_bytes)
{
    size_t count = 0;
    size_t bytes = 0;

    while (*block != 0) {
        const size_t len = wcslen(block);

        bytes += sprog__win32_utf_put_8(block, len, NULL, 0) + 1;
        block += len + 1;
        count++;
    }
    *out_count = count;
    *out_bytes = bytes;
}

sprog_err
sprog__be_host_environment(const sprog__mem *mem, char ***out_env,
                           sprog_fault *fault)
{
    WCHAR *block = NULL;
    const WCHAR *from;
    void *copy = NULL;
    char **env;
    char *text;
    size_t count = 0;
    size_t bytes = 0;
    size_t i;
    DWORD error;
    sprog_err err;

    error = sprog__win32_sys_environment(&block);
    if (error != ERROR_SUCCESS) {
        return sprog__win32_fail(fault, SPROG_STEP_ENVIRONMENT, error, NULL);
    }
    environment_measure(block, &count, &bytes);
    err = sprog__mem_alloc(mem, (count + 1) * sizeof *env + bytes, &copy);
    if (err != SPROG_OK) {
        err = sprog__win32_refuse(fault, SPROG_STEP_MEMORY, err, NULL);
        goto out;
    }
    env = copy;
    text = (char *)copy + (count + 1) * sizeof *env;
    from = block;
    for (i = 0; i < count; i++) {
        const size_t len = wcslen(from);

        env[i] = text;
        /* All bytes were counted: nothing can be cut. */
        text += sprog__win32_utf_put_8(from, len, text, bytes + 1) + 1;
        from += len + 1;
    }
    env[count] = NULL;
    *out_env = env;
out:
    sprog__win32_sys_environment_free(block);
    return err;
}

/*
 * Step one UTF-16 unit: of a pair, the second one is kept in *io_rest. Bytes
 * that are not well formed stand for themselves.
 */
static WCHAR
name_unit(const char *name, size_t len, size_t *io_at, WCHAR *io_rest)
{
    uint32_t cp = 0;
    WCHAR unit = *io_rest;

    if (unit != 0) {
        *io_rest = 0;
        return unit;
    }
    if (sprog__win32_utf_next(name, len, io_at, &cp) != SPROG_OK) {
        return (WCHAR)(unsigned char)name[(*io_at)++];
    }
    if (cp < 0x10000) {
        return (WCHAR)cp;
    }
    *io_rest = (WCHAR)(0xDC00 + (cp & 0x3FF));
    return (WCHAR)(0xD800 + ((cp - 0x10000) >> 10));
}

bool
sprog__be_host_same_name(const char *a, size_t a_len, const char *b,
                         size_t b_len)
{
    size_t a_at = 0;
    size_t b_at = 0;
    WCHAR a_rest = 0;
    WCHAR b_rest = 0;

    /* The system compares unit by unit, too: no memory is needed. */
    while ((a_at < a_len || a_rest != 0) && (b_at < b_len || b_rest != 0)) {
        const WCHAR x = name_unit(a, a_len, &a_at, &a_rest);
        const WCHAR y = name_unit(b, b_len, &b_at, &b_rest);

        if (x != y && sprog__win32_sys_compare(&x, 1, &y, 1) != 0) {
            return false;
        }
    }
    return a_at == a_len && b_at == b_len && a_rest == 0 && b_rest == 0;
}
