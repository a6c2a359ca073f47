/*
 * The files and variables of host.h for POSIX.
 */
#define _GNU_SOURCE

#include "host.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

bool
host_make_temp_dir(char *out, size_t cap)
{
    const char *base = getenv("TMPDIR");
    const int n = snprintf(out, cap, "%s/sprog-test-XXXXXX",
                           base == NULL || *base == '\0' ? "/tmp" : base);

    return n > 0 && (size_t)n < cap && mkdtemp(out) != NULL;
}

bool
host_make_dir(const char *path)
{
    return mkdir(path, 0777) == 0;
}

static int
remove_one(const char *path, const struct stat *info, int kind,
           struct FTW *where)
{
    (void)info;
    (void)kind;
    (void)where;
    (void)remove(path);
    return 0;
}

void
host_remove_tree(const char *path)
{
    (void)nftw(path, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

bool
host_write_file(const char *path, const void *data, size_t len)
{
    const int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
    const bool ok = fd >= 0 && host_write(fd, data, len);

    return fd >= 0 && close(fd) == 0 && ok;
}

char *
host_read_file(const char *path, size_t *out_len)
{
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    char *data = NULL;
    long n = -1;

    if (fd >= 0 && fstat(fd, &info) == 0 &&
        (data = malloc((size_t)info.st_size + 1)) != NULL &&
        (n = host_read(fd, data, (size_t)info.st_size)) >= 0) {
        data[n] = '\0';
        if (out_len != NULL) {
            *out_len = (size_t)n;
        }
    }
    if (fd >= 0) {
        (void)close(fd);
    }
    if (n < 0) {
        free(data);
        return NULL;
    }
    return data;
}

bool
host_copy_program(const char *from, const char *to)
{
    size_t len = 0;
    char *data = host_read_file(from, &len);
    const bool ok =
        data != NULL && host_write_file(to, data, len) && chmod(to, 0755) == 0;

    free(data);
    return ok;
}

bool
host_change_dir(const char *path)
{
    return chdir(path) == 0;
}

bool
host_current_dir(char *out, size_t cap)
{
    return getcwd(out, cap) != NULL;
}

bool
host_set_env(const char *name, const char *value)
{
    return value == NULL ? unsetenv(name) == 0 : setenv(name, value, 1) == 0;
}
