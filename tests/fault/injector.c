/*
 * The plan of what fails, and the memory that fails.
 *
 * One lock for all of it: waiter threads make system calls too. A child that
 * shares our memory makes none of them through here.
 */
#include "injector.h"

#include <stdlib.h>
#include <string.h>

#define LACK_MAX 8

static struct {
    unsigned nth;
    enum inject_how how;
    int error;
    unsigned calls;
    unsigned made;
    const char *struck;
    bool signalled_wrongly;
    struct {
        const char *name;
        int error;
    } lacks[LACK_MAX];
    size_t lack_count;
    unsigned memory_nth;
    enum inject_how memory_how;
    unsigned allocations;
    size_t blocks;
    size_t maps;
} plan = { .struck = "" };

static void
forget_made(void)
{
    plan.calls = 0;
    plan.allocations = 0;
    plan.made = 0;
    plan.struck = "";
}

void
inject_arm_calls(unsigned nth, enum inject_how how, int error)
{
    inject_lock();
    forget_made();
    plan.nth = nth;
    plan.how = how;
    plan.error = error;
    plan.memory_nth = 0;
    inject_unlock();
}

void
inject_arm_memory(unsigned nth, enum inject_how how)
{
    inject_lock();
    forget_made();
    plan.nth = 0;
    plan.memory_nth = nth;
    plan.memory_how = how;
    inject_unlock();
}

void
inject_disarm(void)
{
    inject_lock();
    plan.nth = 0;
    plan.memory_nth = 0;
    inject_unlock();
}

void
inject_lack(const char *name, int error)
{
    inject_lock();
    if (plan.lack_count < LACK_MAX) {
        plan.lacks[plan.lack_count].name = name;
        plan.lacks[plan.lack_count].error = error;
        plan.lack_count++;
    }
    inject_unlock();
}

void
inject_lack_nothing(void)
{
    inject_lock();
    plan.lack_count = 0;
    inject_unlock();
}

unsigned
inject_made(void)
{
    return plan.made;
}

const char *
inject_struck(void)
{
    return plan.struck;
}

bool
inject_signalled_wrongly(void)
{
    return plan.signalled_wrongly;
}

static void
count_made(const char *name)
{
    if (plan.made == 0) {
        plan.struck = name;
    }
    plan.made++;
}

static bool
is_due(const char *name)
{
    plan.calls++;
    if (plan.nth == 0 || plan.calls < plan.nth) {
        return false;
    }
    if (plan.calls == plan.nth) {
        return true;
    }
    return plan.how == INJECT_FOREVER && strcmp(name, plan.struck) == 0 &&
           inject_goes_on(name, plan.made);
}

static int
lack_of(const char *name)
{
    for (size_t i = 0; i < plan.lack_count; i++) {
        if (strcmp(plan.lacks[i].name, name) == 0) {
            return plan.lacks[i].error;
        }
    }
    return 0;
}

bool
inject_strikes(const char *name, bool can_break)
{
    int error;

    inject_lock();
    /* What is lacking is not counted: it fails without us. */
    if ((error = lack_of(name)) == 0 &&
        (can_break || !inject_is_special(plan.error)) && is_due(name)) {
        count_made(name);
        error = plan.error;
    }
    inject_unlock();
    if (error != 0) {
        inject_set_error(error);
    }
    return error != 0;
}

bool
inject_is_lacking(const char *name)
{
    bool is_lacking;

    inject_lock();
    is_lacking = lack_of(name) != 0;
    inject_unlock();
    return is_lacking;
}

void
inject_note_wrong_signal(void)
{
    inject_lock();
    plan.signalled_wrongly = true;
    inject_unlock();
}

void
inject_note_signal(long pid)
{
    if (pid >= -1 && pid <= 1) {
        inject_note_wrong_signal();
    }
}

void
inject_note_map(int change)
{
    inject_lock();
    plan.maps = (size_t)((long)plan.maps + change);
    inject_unlock();
}

size_t
inject_maps(void)
{
    return plan.maps;
}

static bool
memory_is_due(void)
{
    plan.allocations++;
    if (plan.memory_nth == 0 || plan.allocations < plan.memory_nth) {
        return false;
    }
    return plan.allocations == plan.memory_nth ||
           plan.memory_how == INJECT_FOREVER;
}

static void *
resize_locked(void *block, size_t size)
{
    void *resized;

    if (size == 0) {
        plan.blocks -= block != NULL;
        free(block);
        return NULL;
    }
    if (memory_is_due()) {
        count_made("allocation");
        return NULL;
    }
    if ((resized = realloc(block, size)) != NULL) {
        plan.blocks += block == NULL;
    }
    return resized;
}

static void *
resize(void *block, size_t size, void *user)
{
    void *resized;

    (void)user;
    inject_lock();
    resized = resize_locked(block, size);
    inject_unlock();
    return resized;
}

const sprog_allocator inject_allocator = { .resize = resize };

size_t
inject_blocks(void)
{
    return plan.blocks;
}
