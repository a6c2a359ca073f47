/*
 * sprog_child: what the tests start. It does the modes given as arguments, in
 * order, and then exits with code 0:
 *
 *     sprog_child --write 1 hello --wait-end 0 --exit-code 3
 *
 * FD is always a descriptor number as the child sees it. A mode that cannot do
 * its work ends the program with code 99.
 */
#include "child.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BUFFER_SIZE 65536

static char buffer[BUFFER_SIZE];
static int arguments_left;
static const char *own_name;

void
child_put(int fd, const void *data, size_t len)
{
    size_t put = 0;

    while (put < len) {
        const long n = child_os_write(fd, (const char *)data + put, len - put);

        if (n < 0) {
            child_os_exit(CHILD_FAILED);
        }
        put += (size_t)n;
    }
}

void
child_print(int fd, const char *format, ...)
{
    char text[8192];
    va_list args;
    int n;

    va_start(args, format);
    n = vsnprintf(text, sizeof text, format, args);
    va_end(args);
    if (n < 0 || (size_t)n >= sizeof text) {
        child_os_exit(CHILD_FAILED);
    }
    child_put(fd, text, (size_t)n);
}

static long
get(int fd, size_t cap)
{
    const long n = child_os_read(fd, buffer, cap);

    if (n < 0) {
        child_os_exit(CHILD_FAILED);
    }
    return n;
}

/* ---- ending ------------------------------------------------------------- */

static void
exit_code(char **args)
{
    child_os_exit(strtoul(args[0], NULL, 0));
}

static void
sleep_forever(char **args)
{
    (void)args;
    child_os_sleep_forever();
}

/* ---- reading and writing ------------------------------------------------ */

static void
write_text(char **args)
{
    child_put(atoi(args[0]), args[1], strlen(args[1]));
}

static void
write_line(char **args)
{
    child_print(atoi(args[0]), "%s\n", args[1]);
}

char
child_pattern(uint64_t at)
{
    return (char)(unsigned char)((at * 31 + at / 251) & 0xff);
}

/* The pattern of the tests, so that a lost or doubled byte shows. */
static void
write_bytes(char **args)
{
    const int fd = atoi(args[0]);
    const uint64_t total = strtoull(args[1], NULL, 0);

    for (uint64_t at = 0; at < total;) {
        size_t n = 0;

        for (; n < BUFFER_SIZE && at < total; n++, at++) {
            buffer[n] = child_pattern(at);
        }
        child_put(fd, buffer, n);
    }
}

/* Write until the other side reads no more, or for ever. */
static void
flood(char **args)
{
    const int fd = atoi(args[0]);

    memset(buffer, 'f', BUFFER_SIZE);
    while (child_os_write(fd, buffer, BUFFER_SIZE) >= 0) {
        continue;
    }
}

/* Exit with code 9 when a write fails; a system may do worse by itself. */
static void
write_until_it_fails(char **args)
{
    flood(args);
    child_os_exit(9);
}

static void
copy(char **args)
{
    long n;

    while ((n = get(atoi(args[0]), BUFFER_SIZE)) > 0) {
        child_put(atoi(args[1]), buffer, (size_t)n);
    }
}

static void
cat(char **args)
{
    static char in[] = "0";
    static char out[] = "1";
    char *fds[] = { in, out };

    (void)args;
    copy(fds);
}

static void
wait_end(char **args)
{
    while (get(atoi(args[0]), BUFFER_SIZE) > 0) {
        continue;
    }
}

static void
wait_for_stdin_end(char **args)
{
    static char in[] = "0";
    char *fds[] = { in };

    (void)args;
    wait_end(fds);
}

/* Read exactly N bytes and drop them: how a test says when to go on. */
static void
read_bytes(char **args)
{
    size_t left = strtoul(args[1], NULL, 0);

    while (left > 0) {
        const long n =
            get(atoi(args[0]), left < BUFFER_SIZE ? left : BUFFER_SIZE);

        if (n == 0) {
            child_os_exit(CHILD_FAILED);
        }
        left -= (size_t)n;
    }
}

/* Read to the end; print how many bytes came and whether they are right. */
static void
count(char **args)
{
    uint64_t total = 0;
    bool right = true;
    long n;

    while ((n = get(atoi(args[0]), BUFFER_SIZE)) > 0) {
        for (long i = 0; i < n; i++, total++) {
            right = right && (unsigned char)buffer[i] ==
                                 ((total * 31 + total / 251) & 0xff);
        }
    }
    child_print(atoi(args[1]), "%" PRIu64 " %s\n", total,
                right ? "right" : "wrong");
}

static void
close_fd(char **args)
{
    if (!child_os_close(atoi(args[0]))) {
        child_os_exit(CHILD_FAILED);
    }
}

/* ---- what it is told ---------------------------------------------------- */

/* Print the rest of the arguments, each with its length, and end. */
static void
echo_args(char **args)
{
    for (int i = 0; i < arguments_left; i++) {
        child_print(1, "%lu:", (unsigned long)strlen(args[i]));
        child_put(1, args[i], strlen(args[i]));
        child_put(1, "\n", 1);
    }
    child_os_exit(0);
}

static void
print_own_name(char **args)
{
    (void)args;
    child_print(1, "%s\n", own_name);
}

static void
print_env(char **args)
{
    (void)args;
    child_os_print_env(1);
}

static void
print_variable(char **args)
{
    const char *value = child_os_variable(args[0]);

    child_print(1, "%s\n", value == NULL ? "(unset)" : value);
}

static void
print_cwd(char **args)
{
    char path[4096];

    (void)args;
    if (!child_os_cwd(path, sizeof path)) {
        child_os_exit(CHILD_FAILED);
    }
    child_print(1, "%s\n", path);
}

static void
print_pid(char **args)
{
    (void)args;
    child_print(1, "%ld\n", child_os_pid());
}

static void
grandchild_holds_pipe(char **args)
{
    (void)args;
    if (!child_os_start_holder()) {
        child_os_exit(CHILD_FAILED);
    }
}

static const child_mode modes[] = {
    { "--exit-code", 1, exit_code },
    { "--sleep-forever", 0, sleep_forever },
    { "--write", 2, write_text },
    { "--write-line", 2, write_line },
    { "--write-bytes", 2, write_bytes },
    { "--flood", 1, flood },
    { "--write-until-it-fails", 1, write_until_it_fails },
    { "--copy", 2, copy },
    { "--cat", 0, cat },
    { "--wait-end", 1, wait_end },
    { "--wait-for-stdin-end", 0, wait_for_stdin_end },
    { "--read", 2, read_bytes },
    { "--count", 2, count },
    { "--close", 1, close_fd },
    { "--echo-args", 0, echo_args },
    { "--print-own-name", 0, print_own_name },
    { "--print-env", 0, print_env },
    { "--print-variable", 1, print_variable },
    { "--print-cwd", 0, print_cwd },
    { "--print-pid", 0, print_pid },
    { "--grandchild-holds-pipe", 0, grandchild_holds_pipe },
    { NULL, 0, NULL },
};

static const child_mode *
find(const child_mode *table, const char *name)
{
    for (; table->name != NULL; table++) {
        if (strcmp(table->name, name) == 0) {
            return table;
        }
    }
    return NULL;
}

int
main(int argc, char **argv)
{
    child_os_start(&argc, &argv);
    own_name = argv[0];
    for (int i = 1; i < argc;) {
        const child_mode *mode = find(modes, argv[i]);

        if (mode == NULL) {
            mode = find(child_os_modes, argv[i]);
        }
        i++;
        if (mode == NULL || argc - i < mode->arg_count) {
            child_os_exit(CHILD_FAILED);
            return CHILD_FAILED;
        }
        arguments_left = argc - i;
        mode->run(argv + i);
        i += mode->arg_count;
    }
    return 0;
}
