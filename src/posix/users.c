/*
 * Whom a child is to be, worked out before it exists: the user database may
 * take locks, memory and time, none of which there is between clone and exec.
 */
#include "users.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>

#include "error_map.h"

#define ENTRY_SIZE  1024
#define ENTRY_MAX   ((size_t)1024 * 1024)
#define GROUP_COUNT 32
#define GROUP_MAX   65536

/* An entry of the user database, and the block that its name is in. */
typedef struct user_entry {
    void *block;
    const char *name;
    uint32_t gid;
} user_entry;

static sprog_err
fail(sprog_fault *fault, int result, const char *what)
{
    return sprog__posix_fail(fault, SPROG_STEP_CREDENTIALS, result, what);
}

static sprog_err
out_of_memory(sprog_fault *fault)
{
    return sprog__posix_refuse(fault, SPROG_ENOMEM, SPROG_STEP_MEMORY, NULL);
}

static sprog_err
entry_find(const sprog__mem *mem, uint32_t uid, user_entry *out_entry,
           sprog_fault *fault)
{
    char what[80];
    size_t cap = ENTRY_SIZE;
    int result;

    do {
        if (sprog__mem_grow(mem, &out_entry->block, cap, 1) != SPROG_OK) {
            return out_of_memory(fault);
        }
        result = sprog__posix_sys_user(uid, (char *)out_entry->block, cap,
                                       &out_entry->name, &out_entry->gid);
        cap *= 2;
    } while (result == -ERANGE && cap <= ENTRY_MAX);
    if (result == -ENOENT) {
        (void)snprintf(what, sizeof what,
                       "uid %lu: not in the user database, give gid and groups",
                       (unsigned long)uid);
        return sprog__posix_refuse(fault, SPROG_EINVAL, SPROG_STEP_CREDENTIALS,
                                   what);
    }
    if (result < 0) {
        (void)snprintf(what, sizeof what, "uid %lu", (unsigned long)uid);
        return fail(fault, result, what);
    }
    return SPROG_OK;
}

static sprog_err
groups_find(const sprog__mem *mem, const user_entry *entry, sprog__ids *ids,
            sprog_fault *fault)
{
    size_t count = GROUP_COUNT;
    void *block = NULL;
    int result;

    do {
        const size_t room = count;

        if (sprog__mem_grow(mem, &block, room, sizeof *ids->groups) !=
            SPROG_OK) {
            sprog__mem_free(mem, block);
            return out_of_memory(fault);
        }
        result = sprog__posix_sys_user_groups(entry->name, ids->gid,
                                              (uint32_t *)block, &count);
    } while (result == -ERANGE && count <= GROUP_MAX);
    if (result < 0) {
        sprog__mem_free(mem, block);
        return fail(fault, result, "groups");
    }
    ids->groups = (uint32_t *)block;
    ids->group_count = count;
    return SPROG_OK;
}

/* Copy the groups that are given; the gid alone is a group, too. */
static sprog_err
groups_copy(const sprog__mem *mem, const uint32_t *groups, size_t count,
            sprog__ids *ids, sprog_fault *fault)
{
    void *block = NULL;
    size_t i;

    if (count > GROUP_MAX) {
        return fail(fault, -EINVAL, "groups");
    }
    if (sprog__mem_grow(mem, &block, count + 1, sizeof *groups) != SPROG_OK) {
        return out_of_memory(fault);
    }
    ids->groups = (uint32_t *)block;
    ids->group_count = count;
    for (i = 0; i < count; i++) {
        ids->groups[i] = groups[i];
    }
    return SPROG_OK;
}

static int
compare(const void *a, const void *b)
{
    const uint32_t left = *(const uint32_t *)a;
    const uint32_t right = *(const uint32_t *)b;

    return left < right ? -1 : left > right;
}

/* What the database has to say for a uid whose gid or groups are missing. */
static sprog_err
fill_from_user(const sprog__mem *mem, sprog__ids *ids, sprog_fault *fault)
{
    user_entry entry = { 0 };
    sprog_err err;

    if ((err = entry_find(mem, ids->uid, &entry, fault)) != SPROG_OK) {
        goto out;
    }
    if ((ids->set & SPROG_SET_GID) == 0) {
        ids->gid = entry.gid;
        ids->set |= SPROG_SET_GID;
    }
    if ((ids->set & SPROG_SET_GROUPS) == 0) {
        if ((err = groups_find(mem, &entry, ids, fault)) != SPROG_OK) {
            goto out;
        }
        ids->set |= SPROG_SET_GROUPS;
    }
out:
    sprog__mem_free(mem, entry.block);
    return err;
}

sprog_err
sprog__users_find(const sprog__mem *mem, const sprog_identity *identity,
                  sprog__ids *out_ids, sprog_fault *fault)
{
    const uint32_t all = SPROG_SET_UID | SPROG_SET_GID | SPROG_SET_GROUPS;
    sprog__ids ids = { 0 };
    sprog_err err = SPROG_OK;

    ids.set = identity->set & all;
    ids.uid = identity->uid;
    ids.gid = identity->gid;
    if ((ids.set & SPROG_SET_GROUPS) != 0 &&
        (err = groups_copy(mem, identity->groups, identity->group_count, &ids,
                           fault)) != SPROG_OK) {
        goto out;
    }
    if ((ids.set & SPROG_SET_UID) != 0 && ids.set != all &&
        (err = fill_from_user(mem, &ids, fault)) != SPROG_OK) {
        goto out;
    }
    if (ids.set == SPROG_SET_GID) {
        if ((err = groups_copy(mem, &ids.gid, 1, &ids, fault)) != SPROG_OK) {
            goto out;
        }
        ids.set |= SPROG_SET_GROUPS;
    }
    if (ids.group_count > 1) {
        qsort(ids.groups, ids.group_count, sizeof *ids.groups, compare);
    }
    *out_ids = ids;
    ids.groups = NULL;
out:
    sprog__mem_free(mem, ids.groups);
    return err;
}

void
sprog__users_free(const sprog__mem *mem, sprog__ids *ids)
{
    sprog__mem_free(mem, ids->groups);
    ids->groups = NULL;
    ids->group_count = 0;
}
