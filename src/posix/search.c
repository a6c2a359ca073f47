/*
 * What a path to a program is here, and whether it can be run. The order of a
 * search is common/resolve.c's.
 */
#include "sys.h"

#include <errno.h>
#include <string.h>

#include "common/backend.h"
#include "error_map.h"

const char *
sprog__be_search_element_end(const char *list)
{
    return list + strcspn(list, ":");
}

const char *
sprog__be_search_default_list(void)
{
    return "/bin:/usr/bin";
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

/* 0: it can be run; else what the system says, or would say, as -errno. */
static int
look_at(const char *path)
{
    struct stat found;
    int result;

    if ((result = sprog__posix_sys_stat(path, &found)) < 0) {
        return result;
    }
    /* Directories too: what exec would say, without a child to say it. */
    if (!S_ISREG(found.st_mode)) {
        return -EACCES;
    }
    return sprog__posix_sys_can_execute(path);
}

sprog_err
sprog__be_search_probe(const sprog__mem *mem, const char *path, uint32_t flags,
                       char **out_found, sprog_fault *fault)
{
    int result;
    sprog_err err;

    (void)flags; /* batch files are Windows' */
    if ((result = look_at(path)) < 0) {
        return sprog__posix_fail(fault, SPROG_STEP_RESOLVE, result, path);
    }
    if ((err = sprog__mem_copy_text(mem, path, strlen(path), out_found)) !=
        SPROG_OK) {
        return sprog__posix_refuse(fault, err, SPROG_STEP_MEMORY, NULL);
    }
    return SPROG_OK;
}
