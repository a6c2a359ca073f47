/*
 * The thin functions of src/posix/sys.h that have nothing to play: memory is
 * the C library's, and there are no signals, users and other threads.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- memory ------------------------------------------------------------- */

size_t
sprog__posix_sys_page_size(void)
{
    return 64;
}

int
sprog__posix_sys_map(size_t size, void **out_pages)
{
    *out_pages = calloc(1, size);
    return *out_pages == NULL ? -ENOMEM : 0;
}

void
sprog__posix_sys_unmap(void *pages, size_t size)
{
    (void)size;
    free(pages);
}

int
sprog__posix_sys_guard(void *pages, size_t size)
{
    (void)pages;
    (void)size;
    return 0;
}

int
sprog__posix_sys_wipe_on_fork(void *pages, size_t size)
{
    (void)pages;
    (void)size;
    return -ENOTSUP;
}

/* ---- signals, threads, users, the program ------------------------------- */

void
sprog__posix_sys_clear_mask(sprog__posix_mask *out_mask)
{
    memset(out_mask, 0, sizeof *out_mask);
}

int
sprog__posix_sys_block_all(sprog__posix_mask *out_before)
{
    sprog__posix_sys_clear_mask(out_before);
    return 0;
}

void
sprog__posix_sys_set_mask(const sprog__posix_mask *mask)
{
    (void)mask;
}

int
sprog__posix_sys_hold_pipe_signal(sigset_t *out_before, bool *out_waits)
{
    (void)sigemptyset(out_before);
    *out_waits = false;
    play.holds_pipe_signal = true;
    return 0;
}

void
sprog__posix_sys_take_pipe_signal(void)
{
    PLAY_CHECK(play.holds_pipe_signal);
}

void
sprog__posix_sys_release_pipe_signal(const sigset_t *before)
{
    (void)before;
    play.holds_pipe_signal = false;
}

/* There is the reactor's thread and no other. */
int
sprog__posix_sys_thread(void *(*fn)(void *user), void *user)
{
    (void)fn;
    (void)user;
    return -EAGAIN;
}

int
sprog__posix_sys_condition_create(pthread_cond_t *condition)
{
    return -pthread_cond_init(condition, NULL);
}

bool
sprog__posix_sys_condition_wait(pthread_cond_t *condition,
                                pthread_mutex_t *lock, unsigned seconds)
{
    (void)condition;
    (void)lock;
    (void)seconds;
    return false;
}

int
sprog__posix_sys_user(uint32_t uid, char *buf, size_t cap,
                      const char **out_name, uint32_t *out_gid)
{
    (void)uid;
    (void)buf;
    (void)cap;
    (void)out_name;
    (void)out_gid;
    return -ENOENT;
}

int
sprog__posix_sys_user_groups(const char *name, uint32_t gid,
                             uint32_t *out_groups, size_t *count)
{
    (void)name;
    (void)gid;
    (void)out_groups;
    *count = 0;
    return 0;
}

char **
sprog__posix_sys_environment(void)
{
    static char *none[] = { NULL };

    return none;
}

ssize_t
sprog__posix_sys_own_executable(char *out_buf, size_t cap)
{
    (void)out_buf;
    (void)cap;
    return -ENOTSUP;
}

int
sprog__posix_sys_own_directory(char *out_buf, size_t cap)
{
    (void)snprintf(out_buf, cap, "/");
    return 0;
}
