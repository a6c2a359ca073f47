/*
 * The map of child fds: checked, sorted, and every SAME led back to what it is
 * the same as.
 */
#include "fd_map.h"

#include <stdlib.h>

#include "fault.h"

static const sprog_child_fd default_map[] = {
    SPROG_WRITE(0),
    SPROG_READ(1),
    SPROG_READ(2),
};

bool
sprog__fd_kind_has_end(sprog_fd_kind kind)
{
    return kind == SPROG_FD_WRITE || kind == SPROG_FD_READ ||
           kind == SPROG_FD_DUPLEX;
}

intptr_t
sprog__fd_map_ours(intptr_t ours)
{
    if (ours == SPROG_OUR_STDIN) {
        return sprog__be_host_standard(0);
    }
    if (ours == SPROG_OUR_STDOUT) {
        return sprog__be_host_standard(1);
    }
    if (ours == SPROG_OUR_STDERR) {
        return sprog__be_host_standard(2);
    }
    return ours;
}

static int
compare_fds(const void *a, const void *b)
{
    const sprog__be_fd *x = (const sprog__be_fd *)a;
    const sprog__be_fd *y = (const sprog__be_fd *)b;

    return (x->entry.child_fd > y->entry.child_fd) -
           (x->entry.child_fd < y->entry.child_fd);
}

static sprog_err
invalid_fd(const sprog_child_fd *entry, sprog_fault *fault, const char *what)
{
    fault->child_fd = entry->child_fd;
    return sprog__fault_set(fault, SPROG_EINVAL, SPROG_STEP_OPTIONS, 0, what);
}

static sprog_err
check_fd(const sprog_child_fd *entry, sprog_fault *fault)
{
    if (entry->child_fd < 0) {
        return invalid_fd(entry, fault, "fds.child_fd");
    }
    switch (entry->kind) {
    case SPROG_FD_WRITE:
    case SPROG_FD_READ:
    case SPROG_FD_DUPLEX:
    case SPROG_FD_INHERIT:
    case SPROG_FD_SAME:
    case SPROG_FD_NULL:
        return SPROG_OK;
    case SPROG_FD_FILE:
        if (entry->path == NULL || entry->path[0] == '\0') {
            return invalid_fd(entry, fault, "fds.path");
        }
        if ((unsigned)entry->access > (unsigned)SPROG_APPEND) {
            return invalid_fd(entry, fault, "fds.access");
        }
        return SPROG_OK;
    }
    return invalid_fd(entry, fault, "fds.kind");
}

/* Find the index of a child fd in the sorted map; fd_count: it has none. */
static size_t
find_fd(const sprog__be_plan *plan, int child_fd)
{
    size_t i;

    for (i = 0; i < plan->fd_count; i++) {
        if (plan->fds[i].entry.child_fd == child_fd) {
            break;
        }
    }
    return i;
}

/* Make every SAME name, by index, the entry that it is the same as at last. */
static sprog_err
resolve_same(sprog__be_plan *plan, sprog_fault *fault)
{
    size_t i;

    for (i = 0; i < plan->fd_count; i++) {
        sprog_child_fd *entry = &plan->fds[i].entry;
        size_t target = i;
        size_t hops = 0;

        /* By child fd here: indices are set only for entries before i. */
        while (plan->fds[target].entry.kind == SPROG_FD_SAME) {
            const sprog_child_fd *same = &plan->fds[target].entry;

            target = target < i ? (size_t)same->same_as
                                : find_fd(plan, same->same_as);
            if (target == plan->fd_count || ++hops > plan->fd_count) {
                return invalid_fd(entry, fault, "fds.same_as");
            }
        }
        if (entry->kind == SPROG_FD_SAME) {
            entry->same_as = (int)target;
        }
    }
    return SPROG_OK;
}

sprog_err
sprog__fd_map_create(const sprog__mem *mem, const sprog_spawn_options *options,
                     sprog__be_plan *plan, sprog_fault *fault)
{
    const sprog_child_fd *fds = options->fds;
    size_t count = options->fd_count;
    void *block;
    size_t i;
    sprog_err err;

    if (fds == NULL) {
        fds = default_map;
        count = sizeof default_map / sizeof default_map[0];
    }
    if (count > SIZE_MAX / sizeof *plan->fds ||
        sprog__mem_zalloc(mem, count * sizeof *plan->fds, &block) != SPROG_OK) {
        return sprog__fault_set(fault, SPROG_ENOMEM, SPROG_STEP_MEMORY, 0,
                                NULL);
    }
    plan->fds = (sprog__be_fd *)block;
    plan->fd_count = count;
    for (i = 0; i < count; i++) {
        if ((err = check_fd(&fds[i], fault)) != SPROG_OK) {
            return err;
        }
        plan->fds[i].entry = fds[i];
        plan->fds[i].entry.ours = sprog__fd_map_ours(fds[i].ours);
    }
    if (count != 0) {
        qsort(plan->fds, count, sizeof *plan->fds, compare_fds);
    }
    for (i = 1; i < count; i++) {
        if (plan->fds[i].entry.child_fd == plan->fds[i - 1].entry.child_fd) {
            return invalid_fd(&plan->fds[i].entry, fault, "fds.child_fd");
        }
    }
    return resolve_same(plan, fault);
}
