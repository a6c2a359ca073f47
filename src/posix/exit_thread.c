/*
 * Nothing but a thread tells of a child's exit: every child has its waiter
 * (waiter.c), made before the child is.
 */
#include "exit.h"

#include <errno.h>

bool
sprog__exit_needs_waiter(const sprog__be *be)
{
    (void)be;
    return true;
}

int
sprog__exit_watch(sprog__be_child *child)
{
    sprog__exit_enter(child);
    return -ENOTSUP;
}
