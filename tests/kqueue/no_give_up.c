/*
 * For tests that use of child_place.c no more than the search for a place:
 * there, no child is made that could give up.
 */
#include "posix/child.h"

#include <stdlib.h>

_Noreturn void
sprog__child_give_up(sprog__orders *orders, sprog_step step, int os_error,
                     int which)
{
    (void)orders;
    (void)step;
    (void)os_error;
    (void)which;
    abort();
}
