/*
 * What a test does with a child: let it end, and look at what it was given.
 */
#include "internal.h"

size_t
scripted_child_count(void)
{
    return scripted_the.child_count;
}

sprog__be_child *
scripted_child(size_t index)
{
    sprog__link *link;

    for (link = scripted_the.children.next; link != &scripted_the.children;
         link = link->next) {
        if (index-- == 0) {
            return SPROG__ELEMENT(link, sprog__be_child, link);
        }
    }
    scripted_broken("no such child was started");
}

void
scripted_on_spawn(void (*fn)(sprog__be_child *child, void *user), void *user)
{
    scripted_the.on_spawn = fn;
    scripted_the.on_spawn_user = user;
}

static void
exits(sprog__be_child *child, sprog_exit_kind kind)
{
    if (child->has_exited) {
        return;
    }
    child->has_exited = true;
    child->exit.kind = kind;
    if (!child->is_released) {
        child->ready_at = ++scripted_the.stamp;
    }
}

void
scripted_exits(sprog__be_child *child, uint32_t code)
{
    exits(child, SPROG_EXIT_CODE);
    child->exit.code = code;
    child->exit.raw_status = (int64_t)code << 8;
    child->exit.has_usage = true;
    child->exit.usage.user_us = 11;
    child->exit.usage.system_us = 22;
}

void
scripted_dies(sprog__be_child *child, int signal_number)
{
    exits(child, SPROG_EXIT_SIGNAL);
    child->exit.signal_number = signal_number;
    child->exit.raw_status = signal_number;
}

void
scripted_vanishes(sprog__be_child *child)
{
    exits(child, SPROG_EXIT_UNKNOWN);
}

void
scripted_ends_all(sprog__be_child *child)
{
    size_t i;

    for (i = 0; i < child->fd_count; i++) {
        if (child->fds[i].io != NULL) {
            scripted_ends(child->fds[i].io);
        }
    }
}

void
scripted_ignores(sprog__be_child *child, int signal_number)
{
    child->ignores[signal_number] = true;
}

size_t
scripted_signal_count(const sprog__be_child *child)
{
    return child->signal_count;
}

int
scripted_last_signal(const sprog__be_child *child)
{
    return child->last_signal;
}

bool
scripted_last_signal_to_group(const sprog__be_child *child)
{
    return child->last_to_group;
}

bool
scripted_is_released(const sprog__be_child *child)
{
    return child->is_released;
}

void
scripted_hold_child(sprog__be_child *child, bool held)
{
    child->is_held = held;
}

void
scripted_rank_child(sprog__be_child *child, int rank)
{
    child->rank = rank;
}

sprog__be_io *
scripted_io(sprog__be_child *child, int child_fd)
{
    size_t i;

    for (i = 0; i < child->fd_count; i++) {
        if (child->fds[i].entry.child_fd == child_fd &&
            child->fds[i].io != NULL) {
            return child->fds[i].io;
        }
    }
    scripted_broken("child fd %d has no end of ours", child_fd);
}

const char *
scripted_child_program(const sprog__be_child *child)
{
    return child->program;
}

const char *
scripted_child_arg(const sprog__be_child *child, size_t index)
{
    return child->argv[index];
}

const char *
scripted_child_env(const sprog__be_child *child, size_t index)
{
    return child->env[index];
}

const char *
scripted_child_cwd(const sprog__be_child *child)
{
    return child->cwd;
}

uint32_t
scripted_child_flags(const sprog__be_child *child)
{
    return child->flags;
}

size_t
scripted_child_fd_count(const sprog__be_child *child)
{
    return child->fd_count;
}

const sprog__be_fd *
scripted_child_fd(const sprog__be_child *child, size_t index)
{
    return &child->fds[index];
}
