/*
 * POSIX: the terminal, and the signals that ask the program to end.
 *
 * The handler does the two things a handler may: it counts, and it wakes the
 * reactor. SIGPIPE is left alone: the library sees to its own writes.
 */
#define _POSIX_C_SOURCE 200809L

#include "os.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

/* Each signal that is passed on, and what became of it. */
static struct watched {
    int number;
    bool is_ours; /* `before` is to be put back */
    struct sigaction before;
    volatile sig_atomic_t sent;  /* by a process, to us alone */
    volatile sig_atomic_t typed; /* by the terminal, to our group */
} watched[] = { { .number = SIGINT },
                { .number = SIGTERM },
                { .number = SIGHUP },
                { .number = SIGQUIT } };

#define WATCHED_COUNT (sizeof watched / sizeof watched[0])

/* Handlers have no argument of ours; set before the first is installed. */
static sprog_reactor *volatile notice_reactor;

bool
os_start(int *argc, char ***argv)
{
    (void)argc;
    (void)argv;
    return true;
}

void
os_finish(void)
{
}

intptr_t
os_standard(int fd)
{
    return fcntl(fd, F_GETFD) == -1 && errno == EBADF ? -1 : fd;
}

bool
os_takes_colour(int fd)
{
    const char *term = getenv("TERM");

    return isatty(fd) == 1 && term != NULL && strcmp(term, "dumb") != 0;
}

size_t
os_columns(int fd)
{
    struct winsize size = { 0 };

    return ioctl(fd, TIOCGWINSZ, &size) == 0 ? size.ws_col : 0;
}

int
os_stop_signal(void)
{
    return SIGTERM;
}

static void
notice(int number, siginfo_t *info, void *context)
{
    (void)context;
    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        if (watched[i].number == number) {
            /* kill() and its like reach one process or a group that the
             * sender chose; what the kernel sends for a terminal reaches the
             * whole foreground group, a child that shares ours included. */
            if (info->si_code <= 0 || info->si_code == SI_USER) {
                watched[i].sent = watched[i].sent + 1;
            } else {
                watched[i].typed = watched[i].typed + 1;
            }
        }
    }
    sprog_reactor_wake(notice_reactor);
}

void
os_notice_start(sprog_reactor *reactor)
{
    struct sigaction action;

    notice_reactor = reactor;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = notice;
    action.sa_flags = SA_SIGINFO | SA_RESTART;
    (void)sigemptyset(&action.sa_mask);
    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        struct watched *w = &watched[i];

        /* nohup, and a shell's background jobs: ignored stays ignored. */
        if (sigaction(w->number, NULL, &w->before) != 0 ||
            w->before.sa_handler == SIG_IGN) {
            continue;
        }
        w->is_ours = sigaction(w->number, &action, NULL) == 0;
    }
}

bool
os_notice_take(struct os_notice *out_notice)
{
    bool taken = false;
    sigset_t set;
    sigset_t before;

    /* Taking is read and write: a handler in between would be lost. */
    (void)sigemptyset(&set);
    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        (void)sigaddset(&set, watched[i].number);
    }
    (void)sigprocmask(SIG_BLOCK, &set, &before);
    for (size_t i = 0; i < WATCHED_COUNT && !taken; i++) {
        struct watched *w = &watched[i];

        if (w->sent > 0 || w->typed > 0) {
            out_notice->signal_number = w->number;
            out_notice->from_terminal = w->sent == 0;
            if (w->sent > 0) {
                w->sent = w->sent - 1;
            } else {
                w->typed = w->typed - 1;
            }
            taken = true;
        }
    }
    (void)sigprocmask(SIG_SETMASK, &before, NULL);
    return taken;
}

void
os_notice_end(void)
{
    for (size_t i = 0; i < WATCHED_COUNT; i++) {
        if (watched[i].is_ours) {
            (void)sigaction(watched[i].number, &watched[i].before, NULL);
            watched[i].is_ours = false;
        }
    }
    notice_reactor = NULL;
}

bool
os_shell_line(const char *line, struct os_shell *out_shell)
{
    /* By its path, as system(3) has it: PATH may be anything. */
    *out_shell = (struct os_shell){ .argv = { "/bin/sh", "-c", line, NULL } };
    return true;
}
