/*
 * Spawning with much around it: bench_flat CHILD FILES CHILDREN SPAWNS
 *
 * Opens FILES descriptors, keeps CHILDREN idle children alive, and then spawns
 * SPAWNS children one after another, each to its end. bench/flat counts the
 * system calls of this with strace, and shows what they do not depend on.
 */
#define _GNU_SOURCE

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

#include <sprog/sprog.h>

struct flat {
    sprog_reactor *reactor;
    const char *child;
};

static void
check(sprog_err err, const char *what)
{
    if (err != SPROG_OK) {
        (void)fprintf(stderr, "bench_flat: %s: %s\n", what,
                      sprog_err_text(err));
        exit(1);
    }
}

static void
open_files(long count)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        (void)setrlimit(RLIMIT_NOFILE, &limit);
    }
    for (; count > 0; count--) {
        if (open("/dev/null", O_RDONLY | O_CLOEXEC) < 0) {
            perror("bench_flat: open");
            exit(1);
        }
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *how, void *user)
{
    const struct flat *flat = user;

    (void)how;
    sprog_process_destroy(process);
    sprog_reactor_stop(flat->reactor);
}

static void
spawn(struct flat *flat, const char *mode, const sprog_protocol *protocol,
      const sprog_child_fd *fds, size_t fd_count)
{
    const char *const argv[] = { flat->child, mode, NULL };
    const sprog_spawn_options options = {
        .argv = argv, .fds = fds, .fd_count = fd_count, .left = SPROG_KILL
    };
    sprog_process *process;

    check(sprog_spawn(flat->reactor, &options, protocol, flat, &process, NULL),
          "spawn");
}

int
main(int argc, char **argv)
{
    static const sprog_child_fd idle[] = { SPROG_WRITE(0) };
    static const sprog_protocol protocol = { .process_ended = on_ended };
    struct flat flat;
    long n;

    if (argc != 5) {
        return 2;
    }
    flat.child = argv[1];
    open_files(strtol(argv[2], NULL, 10));
    check(sprog_reactor_create(NULL, &flat.reactor), "create");
    for (n = strtol(argv[3], NULL, 10); n > 0; n--) {
        spawn(&flat, "cat", NULL, idle, 1);
    }
    for (n = strtol(argv[4], NULL, 10); n > 0; n--) {
        spawn(&flat, "exit", &protocol, NULL, 0);
        check(sprog_reactor_run(flat.reactor), "run");
    }
    check(sprog_reactor_destroy(flat.reactor, NULL), "destroy");
    return 0;
}
