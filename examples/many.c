/*
 * Many programs at once under one reactor: a job for each, its output kept
 * apart by the pointer that every callback is given.
 */
#include <sprog/sprog.h>

#include <stdio.h>
#include <string.h>

#define JOBS 20

struct job {
    int number;
    char said[64];
    size_t len;
    int *left;
};

static void
keep_data(sprog_process *process, int child_fd, const void *data, size_t len,
          void *user)
{
    struct job *job = user;
    const size_t room = sizeof(job->said) - 1 - job->len;

    (void)process;
    (void)child_fd;
    if (len > room) {
        len = room;
    }
    memcpy(job->said + job->len, data, len);
    job->len += len;
}

static void
report(sprog_process *process, const sprog_exit *exit, void *user)
{
    struct job *job = user;

    job->said[job->len] = '\0';
    printf("job %2d, code %u: %s", job->number, (unsigned)exit->code,
           job->said);
    *job->left -= 1;
    sprog_process_destroy(process);
}

int
main(void)
{
    static const sprog_protocol protocol = {
        .child_data_received = keep_data,
        .process_ended = report,
    };
    static struct job jobs[JOBS];
    int left = 0;
    sprog_reactor *reactor;

    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK) {
        return 1;
    }
    for (int i = 0; i < JOBS; i++) {
        const char *const argv[] = { "sh", "-c", "echo I am $$", NULL };
        const sprog_spawn_options options = { .argv = argv };
        sprog_process *process;
        sprog_fault fault;
        char text[512];

        jobs[i].number = i;
        jobs[i].left = &left;
        if (sprog_spawn(reactor, &options, &protocol, &jobs[i], &process,
                        &fault) != SPROG_OK) {
            sprog_fault_text(&fault, text, sizeof(text));
            fprintf(stderr, "%s\n", text);
            return 1;
        }
        left += 1;
    }
    if (sprog_reactor_run(reactor) != SPROG_OK || left != 0) {
        return 1;
    }
    printf("%d programs ended\n", JOBS);
    return sprog_reactor_destroy(reactor, NULL) == SPROG_OK ? 0 : 1;
}
