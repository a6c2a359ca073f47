/*
 * Which file is run.
 */
#include "resolve.h"

#include <string.h>

#include "backend.h"
#include "fault.h"

static sprog_err
fail(sprog_fault *fault, sprog_err err, const char *program)
{
    return sprog__fault_set(fault, err,
                            err == SPROG_ENOMEM ? SPROG_STEP_MEMORY
                                                : SPROG_STEP_RESOLVE,
                            0, program);
}

/* "dir/name"; an empty dir is the current one. */
static sprog_err
join(const sprog__mem *mem, const char *dir, size_t dir_len, const char *name,
     char **out_path)
{
    const size_t name_len = strlen(name);
    const bool has_slash = dir_len == 0 || dir[dir_len - 1] == '/';
    void *block;
    char *path;
    sprog_err err;

    if ((err = sprog__mem_alloc(mem, dir_len + name_len + 2, &block)) !=
        SPROG_OK) {
        return err;
    }
    path = (char *)block;
    memcpy(path, dir, dir_len);
    if (!has_slash) {
        path[dir_len++] = '/';
    }
    memcpy(path + dir_len, name, name_len + 1);
    *out_path = path;
    return SPROG_OK;
}

/* Make a path absolute, from the base that the caller chose or from our cwd. */
static sprog_err
make_absolute(const sprog__mem *mem, const char *base, const char *path,
              char **out_path, sprog_fault *fault)
{
    char *directory = NULL;
    char *from_base = NULL;
    sprog_err err;

    if (sprog__be_search_is_absolute(path)) {
        if ((err = sprog__mem_copy_text(mem, path, strlen(path), out_path)) !=
            SPROG_OK) {
            return fail(fault, err, path);
        }
        return SPROG_OK;
    }
    if (base != NULL && sprog__be_search_is_absolute(base)) {
        if ((err = join(mem, base, strlen(base), path, out_path)) != SPROG_OK) {
            return fail(fault, err, path);
        }
        return SPROG_OK;
    }
    if ((err = sprog__be_host_directory(mem, &directory, fault)) != SPROG_OK) {
        return err;
    }
    if (base == NULL) {
        err = join(mem, directory, strlen(directory), path, out_path);
    } else if ((err = join(mem, directory, strlen(directory), base,
                           &from_base)) == SPROG_OK) {
        err = join(mem, from_base, strlen(from_base), path, out_path);
    }
    sprog__mem_free(mem, from_base);
    sprog__mem_free(mem, directory);
    return err != SPROG_OK ? fail(fault, err, path) : SPROG_OK;
}

/* Look at one place; `path` is freed. */
static sprog_err
probe(const sprog__mem *mem, const char *base, char *path, uint32_t flags,
      char **out_program, sprog_fault *fault)
{
    char *absolute = NULL;
    sprog_err err;

    if ((err = make_absolute(mem, base, path, &absolute, fault)) == SPROG_OK) {
        err = sprog__be_search_probe(mem, absolute, flags, out_program, fault);
    }
    sprog__mem_free(mem, absolute);
    sprog__mem_free(mem, path);
    return err;
}

/* Look for a name in one element of the list. */
static sprog_err
probe_element(const sprog__mem *mem, const char *element, size_t len,
              const char *name, const sprog_search *search, uint32_t flags,
              char **out_program, sprog_fault *fault)
{
    const char *base = search != NULL ? search->base : NULL;
    const bool takes_relative =
        search != NULL && (search->flags & SPROG_SEARCH_RELATIVE) != 0;
    char *path = NULL;
    sprog_err err;

    if ((err = join(mem, element, len, name, &path)) != SPROG_OK) {
        return fail(fault, err, name);
    }
    /* Relative elements are how a planted program gets run. */
    if (!takes_relative && (len == 0 || !sprog__be_search_is_absolute(path))) {
        sprog__mem_free(mem, path);
        return SPROG_ENOTFOUND;
    }
    return probe(mem, base, path, flags, out_program, fault);
}

static sprog_err
search_list(const sprog__mem *mem, const char *list, const char *name,
            const sprog_search *search, uint32_t flags, char **out_program,
            sprog_fault *fault)
{
    sprog_err result = SPROG_ENOTFOUND;

    for (;;) {
        const char *end = sprog__be_search_element_end(list);
        const sprog_err err =
            probe_element(mem, list, (size_t)(end - list), name, search, flags,
                          out_program, fault);

        /* The first thing found and refused is the answer, if there is no
         * better one; what is no directory at all is as good as missing. */
        if (err == SPROG_EACCESS || err == SPROG_EBATCH) {
            result = result == SPROG_ENOTFOUND ? err : result;
        } else if (err == SPROG_OK || err == SPROG_ENOMEM ||
                   err == SPROG_EENCODING) {
            return err;
        }
        if (*end == '\0') {
            break;
        }
        list = end + 1;
    }
    return fail(fault, result, name);
}

static const char *
choose_list(const sprog_search *search, const char *child_list,
            const char *parent_list)
{
    const sprog_search_in in = search != NULL ? search->in : SPROG_SEARCH_CHILD;
    const char *list = NULL;

    switch (in) {
    case SPROG_SEARCH_CHILD:
        list = child_list;
        break;
    case SPROG_SEARCH_PARENT:
        list = parent_list;
        break;
    case SPROG_SEARCH_NONE:
        return NULL;
    case SPROG_SEARCH_LIST:
        list = search->list;
        break;
    }
    return list != NULL ? list : sprog__be_search_default_list();
}

sprog_err
sprog__resolve(const sprog__mem *mem, const char *program,
               const sprog_search *search, const char *child_list,
               const char *parent_list, uint32_t flags, char **out_program,
               sprog_fault *fault)
{
    const char *base = search != NULL ? search->base : NULL;
    const char *list;
    char *path = NULL;
    sprog_err err;

    if (program[0] == '\0') {
        return fail(fault, SPROG_EINVAL, program);
    }
    if (sprog__be_search_is_path(program)) {
        if ((err = sprog__mem_copy_text(mem, program, strlen(program),
                                        &path)) != SPROG_OK) {
            return fail(fault, err, program);
        }
        err = probe(mem, base, path, flags, out_program, fault);
        return err != SPROG_OK && fault->os_error == 0
                   ? fail(fault, err, program)
                   : err;
    }
    list = choose_list(search, child_list, parent_list);
    if (list == NULL || strcmp(program, ".") == 0 ||
        strcmp(program, "..") == 0) {
        return fail(fault, SPROG_ENOTFOUND, program);
    }
    return search_list(mem, list, program, search, flags, out_program, fault);
}
