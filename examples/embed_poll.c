/*
 * The reactor inside a loop of our own: one object to poll, and one turn
 * whenever it is ready. Nothing else is needed, not even for timers.
 */
#include <sprog/sprog.h>

#include <poll.h>
#include <stdbool.h>
#include <stdio.h>

static void
print_data(sprog_process *process, int child_fd, const void *data, size_t len,
           void *user)
{
    (void)process;
    (void)child_fd;
    (void)user;
    fwrite(data, 1, len, stdout);
}

static void
note_end(sprog_process *process, const sprog_exit *exit, void *user)
{
    bool *has_ended = user;

    (void)exit;
    *has_ended = true;
    sprog_process_destroy(process);
}

int
main(void)
{
    const char *const argv[] = { "sh", "-c", "sleep 0.1; echo from the child",
                                 NULL };
    const sprog_spawn_options options = { .argv = argv };
    const sprog_protocol protocol = {
        .child_data_received = print_data,
        .process_ended = note_end,
    };
    bool has_ended = false;
    int rounds = 0;
    sprog_reactor *reactor;
    sprog_process *process;
    intptr_t waitable;

    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK) {
        return 1;
    }
    if (sprog_reactor_embed(reactor, &waitable) == SPROG_ENOTSUP) {
        /* Built on plain poll(): such a reactor has nothing to wait on. */
        puts("this reactor cannot be embedded");
        return 0;
    }
    if (sprog_reactor_embed(reactor, &waitable) != SPROG_OK ||
        sprog_spawn(reactor, &options, &protocol, &has_ended, &process, NULL) !=
            SPROG_OK) {
        return 1;
    }
    while (!has_ended) {
        struct pollfd ready = { .fd = (int)waitable, .events = POLLIN };

        if (poll(&ready, 1, 10000) != 1 ||
            sprog_reactor_turn(reactor, 0) != SPROG_OK) {
            return 1;
        }
        rounds += 1;
    }
    printf("%d rounds of our own loop\n", rounds);
    return sprog_reactor_destroy(reactor, NULL) == SPROG_OK ? 0 : 1;
}
