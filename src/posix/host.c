/*
 * What the program itself is: its environment, its pid, its executable, its
 * directory.
 */
#include "sys.h"

#include <errno.h>
#include <string.h>

#include "common/backend.h"
#include "error_map.h"

#define PATH_START ((size_t)256)
#define PATH_LIMIT ((size_t)1024 * 1024)

static sprog_err
out_of_memory(sprog_fault *fault, sprog_err err)
{
    return sprog__posix_refuse(fault, err, SPROG_STEP_MEMORY, NULL);
}

/* ---- environment -------------------------------------------------------- */

sprog_err
sprog__be_host_environment(const sprog__mem *mem, char ***out_env,
                           sprog_fault *fault)
{
    char *const *own = sprog__posix_sys_environment();
    void *block = NULL;
    size_t count = 0;
    size_t text = 0;
    char **env;
    char *at;
    size_t i;
    sprog_err err;

    /* NULL after clearenv() */
    for (; own != NULL && own[count] != NULL; count++) {
        text += strlen(own[count]) + 1;
    }
    if ((err = sprog__mem_alloc(mem, (count + 1) * sizeof *env + text,
                                &block)) != SPROG_OK) {
        return out_of_memory(fault, err);
    }
    env = (char **)block;
    at = (char *)block + (count + 1) * sizeof *env;
    for (i = 0; i < count; i++) {
        const size_t size = strlen(own[i]) + 1;

        memcpy(at, own[i], size);
        env[i] = at;
        at += size;
    }
    env[count] = NULL;
    *out_env = env;
    return SPROG_OK;
}

bool
sprog__be_host_same_name(const char *a, size_t a_len, const char *b,
                         size_t b_len)
{
    return a_len == b_len && memcmp(a, b, a_len) == 0;
}

/* ---- pid, executable, directory ----------------------------------------- */

int64_t
sprog__be_host_pid(void)
{
    return sprog__posix_sys_pid();
}

/* Fill `buf` with a text and its NUL; -ERANGE: it needs more room. */
typedef int (*text_getter)(char *buf, size_t cap);

static int
get_executable(char *buf, size_t cap)
{
    const ssize_t n = sprog__posix_sys_own_executable(buf, cap);

    if (n < 0) {
        return (int)n;
    }
    if ((size_t)n == cap) {
        return -ERANGE;
    }
    buf[n] = '\0';
    return 0;
}

static int
get_directory(char *buf, size_t cap)
{
    return sprog__posix_sys_own_directory(buf, cap);
}

static sprog_err
get_text(const sprog__mem *mem, text_getter getter, char **out_text,
         sprog_fault *fault)
{
    void *block = NULL;
    size_t cap = PATH_START;
    int result;
    sprog_err err;

    do {
        if ((err = sprog__mem_grow(mem, &block, cap, 1)) != SPROG_OK) {
            sprog__mem_free(mem, block);
            return out_of_memory(fault, err);
        }
        result = getter((char *)block, cap);
        cap *= 2;
    } while (result == -ERANGE && cap <= PATH_LIMIT);
    if (result < 0) {
        sprog__mem_free(mem, block);
        return sprog__posix_fail(fault, SPROG_STEP_RESOLVE, result, NULL);
    }
    *out_text = (char *)block;
    return SPROG_OK;
}

sprog_err
sprog__be_host_executable(const sprog__mem *mem, char **out_path,
                          sprog_fault *fault)
{
    return get_text(mem, get_executable, out_path, fault);
}

sprog_err
sprog__be_host_directory(const sprog__mem *mem, char **out_path,
                         sprog_fault *fault)
{
    return get_text(mem, get_directory, out_path, fault);
}

intptr_t
sprog__be_host_standard(int number)
{
    return number;
}
