/* POSIX: files and clocks. Everything is close-on-exec from its birth. */
#define _POSIX_C_SOURCE 200809L

#include "os_files.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define PATH_SIZE 4096

intptr_t
os_file_create(const char *path, int64_t *out_error)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

    if (fd == -1) {
        *out_error = errno;
    }
    return fd;
}

intptr_t
os_file_temporary(int64_t *out_error)
{
    const char *folder = getenv("TMPDIR");
    char path[PATH_SIZE];
    int fd;

    if (folder == NULL || folder[0] == '\0') {
        folder = "/tmp";
    }
    if ((size_t)snprintf(path, sizeof path, "%s/sprog-XXXXXX", folder) >=
        sizeof path) {
        *out_error = ENAMETOOLONG;
        return -1;
    }
    /* No thread of ours forks but through the library, which passes on only
     * what it is asked to: setting the flag afterwards is early enough. */
    fd = mkstemp(path);
    if (fd == -1 || unlink(path) != 0 || fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
        *out_error = errno;
        os_file_close(fd);
        return -1;
    }
    return fd;
}

bool
os_file_rewind(intptr_t file)
{
    return lseek((int)file, 0, SEEK_SET) == 0;
}

void
os_file_close(intptr_t file)
{
    if (file != -1) {
        (void)close((int)file);
    }
}

FILE *
os_file_read(const char *path, int64_t *out_error)
{
    FILE *file = fopen(path, "rb");

    if (file == NULL) {
        *out_error = errno;
    }
    return file;
}

static uint64_t
read_clock(clockid_t id)
{
    struct timespec now = { 0 };

    (void)clock_gettime(id, &now);
    return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}

uint64_t
os_clock_ms(void)
{
    return read_clock(CLOCK_REALTIME);
}

uint64_t
os_ticks_ms(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

unsigned
os_day_seconds(uint64_t clock_ms)
{
    const time_t seconds = (time_t)(clock_ms / 1000);
    struct tm tm = { 0 };

    (void)localtime_r(&seconds, &tm);
    return (unsigned)(tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec);
}
