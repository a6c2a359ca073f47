/*
 * What the injector needs of Windows.
 */
#include <windows.h>

#include <string.h>

#include "injector.h"

/* Longer than the system is ever short of what a packet needs. */
#define PORT_FAILURES 100

static SRWLOCK lock = SRWLOCK_INIT;

void
inject_lock(void)
{
    AcquireSRWLockExclusive(&lock);
}

void
inject_unlock(void)
{
    ReleaseSRWLockExclusive(&lock);
}

void
inject_set_error(int error)
{
    SetLastError((DWORD)error);
}

bool
inject_is_special(int error)
{
    return error == ERROR_OPERATION_ABORTED || error == ERROR_BROKEN_PIPE;
}

bool
inject_goes_on(const char *name, unsigned made)
{
    /* Whose packets never come has no end to wait for, and no memory that he
     * may free: a port fails for a while only. */
    if (strcmp(name, "PostQueuedCompletionStatus") == 0 ||
        strcmp(name, "GetQueuedCompletionStatusEx") == 0) {
        return made < PORT_FAILURES;
    }
    return true;
}
