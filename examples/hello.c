/* Start sort, feed it three lines, print what it says and how it ended. */
#include <sprog/sprog.h>
#include <stdio.h>

static void
print_data(sprog_process *process, int child_fd, const void *data, size_t len,
           void *user)
{
    (void)process;
    (void)user;
    fwrite(data, 1, len, child_fd == 1 ? stdout : stderr);
}

static void
print_end(sprog_process *process, const sprog_exit *exit, void *user)
{
    char text[128];

    (void)user;
    sprog_exit_text(exit, text, sizeof(text));
    printf("sort %s\n", text);
    sprog_process_destroy(process);
}

int
main(void)
{
    const char *const argv[] = { "sort", "-n", NULL };
    const sprog_spawn_options options = { .argv = argv };
    const sprog_protocol protocol = { .child_data_received = print_data,
                                      .process_ended = print_end };
    sprog_reactor *reactor;
    sprog_process *sort;

    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK ||
        sprog_spawn(reactor, &options, &protocol, NULL, &sort, NULL) !=
            SPROG_OK ||
        sprog_process_write(sort, "10\n9\n8\n", 7) != SPROG_OK ||
        sprog_process_close_stdin(sort) != SPROG_OK ||
        sprog_reactor_run(reactor) != SPROG_OK) {
        return 1;
    }
    return sprog_reactor_destroy(reactor, NULL) == SPROG_OK ? 0 : 1;
}
