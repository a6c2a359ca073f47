/*
 * What the injector needs of POSIX.
 */
#include <errno.h>
#include <pthread.h>

#include "injector.h"

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

void
inject_lock(void)
{
    (void)pthread_mutex_lock(&lock);
}

void
inject_unlock(void)
{
    (void)pthread_mutex_unlock(&lock);
}

void
inject_set_error(int error)
{
    errno = error;
}

bool
inject_is_special(int error)
{
    return error == EINTR;
}

bool
inject_goes_on(const char *name, unsigned made)
{
    (void)name;
    (void)made;
    return true;
}
