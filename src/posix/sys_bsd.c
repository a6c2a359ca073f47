/*
 * The thin functions for what each of the BSDs has in a way of its own: see
 * sys.h.
 */
#include "sys_inside.h"

#include <string.h>
#include <sys/mman.h>
#include <sys/sysctl.h>
#include <unistd.h>

extern char **environ;

int
sprog__posix_sys_wipe_on_fork(void *pages, size_t size)
{
#if defined(INHERIT_ZERO)
    return sprog__posix_result(minherit(pages, size, INHERIT_ZERO));
#elif defined(MAP_INHERIT_ZERO)
    return sprog__posix_result(minherit(pages, size, MAP_INHERIT_ZERO));
#else
    (void)pages;
    (void)size;
    return -ENOTSUP;
#endif
}

char **
sprog__posix_sys_environment(void)
{
    return environ;
}

#if defined(KERN_PROC_PATHNAME)

ssize_t
sprog__posix_sys_own_executable(char *out_buf, size_t cap)
{
#    if defined(__NetBSD__)
    const int name[4] = { CTL_KERN, KERN_PROC_ARGS, -1, KERN_PROC_PATHNAME };
#    else
    const int name[4] = { CTL_KERN, KERN_PROC, KERN_PROC_PATHNAME, -1 };
#    endif
    size_t size = cap;

    if (sysctl(name, 4, out_buf, &size, NULL, 0) < 0) {
        /* Too little room is what a full buffer says to the caller. */
        return errno == ENOMEM ? (ssize_t)cap : (ssize_t)-errno;
    }
    return (ssize_t)strnlen(out_buf, size);
}

#else

/* This system does not know. */
ssize_t
sprog__posix_sys_own_executable(char *out_buf, size_t cap)
{
    (void)out_buf;
    (void)cap;
    return -ENOTSUP;
}

#endif
