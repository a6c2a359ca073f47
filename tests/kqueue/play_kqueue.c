/*
 * The kqueue of the played system.
 *
 * A filter belongs to a descriptor's number, and goes when that is closed. One
 * that is added with EV_CLEAR is told when something has happened since it was
 * last told, any other as long as it is so. NOTE_EXIT is told once, when the
 * process begins to leave. What is ready is told in any order.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <string.h>

#include "posix/sys_kqueue.h"

#define RIGHT(note) ((note)->is_used && (note)->kqueue_fd == kqueue_fd)

/* ---- what happens ------------------------------------------------------- */

static play_pipe *
pipe_of(const play_note *note)
{
    const play_file *file = play_fd_file((int64_t)note->is.ident);

    if (file == NULL) {
        return NULL;
    }
    return note->is.filter == EVFILT_READ    ? file->in
           : note->is.filter == EVFILT_WRITE ? file->out
                                             : NULL;
}

void
play_note_pipe(const play_pipe *pipe)
{
    for (size_t i = 0; i < PLAY_NOTES; i++) {
        if (play.notes[i].is_used && pipe_of(&play.notes[i]) == pipe) {
            play.notes[i].is_active = true;
        }
    }
}

void
play_note_exit(play_proc *proc)
{
    for (size_t i = 0; i < PLAY_NOTES; i++) {
        play_note *note = &play.notes[i];

        if (note->is_used && note->is.filter == EVFILT_PROC &&
            note->proc == proc) {
            note->is_active = true;
            note->is.data = proc->raw_status;
        }
    }
}

void
play_note_close(int fd)
{
    for (size_t i = 0; i < PLAY_NOTES; i++) {
        play_note *note = &play.notes[i];

        if (note->kqueue_fd == fd || ((note->is.filter == EVFILT_READ ||
                                       note->is.filter == EVFILT_WRITE) &&
                                      note->is.ident == (uintptr_t)fd)) {
            note->is_used = false;
        }
    }
}

size_t
play_note_count(void)
{
    size_t count = 0;

    for (size_t i = 0; i < PLAY_NOTES; i++) {
        count += play.notes[i].is_used;
    }
    return count;
}

uint64_t
play_note_next_ns(void)
{
    uint64_t next_ns = UINT64_MAX;

    for (size_t i = 0; i < PLAY_NOTES; i++) {
        const play_note *note = &play.notes[i];

        if (note->is_used && note->is.filter == EVFILT_TIMER &&
            note->due_ns > play.now_ns && note->due_ns < next_ns) {
            next_ns = note->due_ns;
        }
    }
    return next_ns;
}

/* ---- changes ------------------------------------------------------------ */

static play_note *
find(int kqueue_fd, uintptr_t ident, int filter)
{
    for (size_t i = 0; i < PLAY_NOTES; i++) {
        play_note *note = &play.notes[i];

        if (RIGHT(note) && note->is.ident == ident &&
            note->is.filter == filter) {
            return note;
        }
    }
    return NULL;
}

static play_note *
make(void)
{
    size_t i = 0;

    while (i < PLAY_NOTES && play.notes[i].is_used) {
        i++;
    }
    PLAY_CHECK(i < PLAY_NOTES);
    memset(&play.notes[i], 0, sizeof play.notes[i]);
    return &play.notes[i];
}

/* Whether there is such a thing to be watched; 0 or -errno. */
static int
look_at(const struct kevent *change, play_proc **out_proc)
{
    const play_file *file = play_fd_file((int64_t)change->ident);
    play_proc *proc;

    if (file != NULL && file->in == NULL && file->out == NULL &&
        (change->filter == EVFILT_READ || change->filter == EVFILT_WRITE)) {
        return 0; /* a device: it is watched, and never ready */
    }
    switch (change->filter) {
    case EVFILT_READ:
        return file == NULL ? -EBADF : file->in == NULL ? -EINVAL : 0;
    case EVFILT_WRITE:
        if (file == NULL || file->out == NULL) {
            return file == NULL ? -EBADF : -EINVAL;
        }
        return play.refuses_broken && file->out->readers == 0
                   ? -play.broken_error
                   : 0;
    case EVFILT_PROC:
        proc = play_proc_find((int64_t)change->ident);
        if (proc == NULL ||
            (proc->state != PLAY_RUNNING && play.refuses_leaving)) {
            return -ESRCH;
        }
        *out_proc = proc;
        return 0;
    default:
        return 0;
    }
}

static uint64_t
due_of(const struct kevent *change)
{
#ifdef NOTE_NSECONDS
    const uint64_t unit = (change->fflags & NOTE_NSECONDS) != 0 ? 1u : 1000000u;
#else
    const uint64_t unit = 1000000u;
#endif

    return play.now_ns + (uint64_t)change->data * unit;
}

static int
add(int kqueue_fd, const struct kevent *change)
{
    play_note *note = find(kqueue_fd, change->ident, change->filter);
    play_proc *proc = NULL;
    int result;

    if ((result = look_at(change, &proc)) < 0) {
        return result;
    }
    if (note == NULL) {
        note = make();
        note->is_used = true;
        note->kqueue_fd = kqueue_fd;
        note->is = *change;
        /* As it is now counts as having happened. */
        note->is_active =
            change->filter == EVFILT_READ || change->filter == EVFILT_WRITE;
    } else {
        note->is.udata = change->udata;
        if (!play.readd_keeps) {
            note->is.flags = change->flags;
            note->is_active = true;
        }
    }
    note->proc = proc;
    if (proc != NULL && proc->state != PLAY_RUNNING) {
        note->is_active = true;
        note->is.data = proc->raw_status;
    }
    note->due_ns = change->filter == EVFILT_TIMER ? due_of(change) : 0;
    return 0;
}

int
sprog__posix_sys_kqueue_change(int kqueue_fd, uintptr_t ident, int filter,
                               unsigned flags, unsigned fflags, int64_t data,
                               void *tag)
{
    const struct kevent change = { ident,  (int16_t)filter, (uint16_t)flags,
                                   fflags, (intptr_t)data,  tag };
    const play_file *set = play_fd_file(kqueue_fd);
    play_note *note;

    PLAY_CHECK(set != NULL && set->is_kqueue);
    play_preempt();
    if ((flags & EV_ADD) != 0) {
        return add(kqueue_fd, &change);
    }
    if ((note = find(kqueue_fd, ident, filter)) == NULL) {
        return -ENOENT;
    }
    if ((flags & EV_DELETE) != 0) {
        note->is_used = false;
    }
#ifdef EVFILT_USER
    if ((fflags & NOTE_TRIGGER) != 0) {
        note->is_active = true;
    }
#endif
    return 0;
}

/* ---- what is told ------------------------------------------------------- */

static bool
is_pipe_ready(const play_note *note)
{
    const play_pipe *pipe = pipe_of(note);

    if (pipe == NULL ||
        ((note->is.flags & EV_CLEAR) != 0 && !note->is_active)) {
        return false;
    }
    if (note->is.filter == EVFILT_READ) {
        return pipe->len > 0 || pipe->writers == 0;
    }
    return pipe->len < pipe->cap || pipe->readers == 0;
}

static bool
is_ready(const play_note *note)
{
    switch (note->is.filter) {
    case EVFILT_READ:
    case EVFILT_WRITE:
        return is_pipe_ready(note);
    case EVFILT_TIMER:
        return note->due_ns <= play.now_ns;
    default:
        return note->is_active;
    }
}

static void
tell(play_note *note, struct kevent *out_event)
{
    const play_pipe *pipe = pipe_of(note);

    *out_event = note->is;
    out_event->flags = 0;
    out_event->fflags = 0;
    switch (note->is.filter) {
    case EVFILT_READ:
        out_event->data = (intptr_t)pipe->len;
        out_event->flags = pipe->writers == 0 ? EV_EOF : 0;
        break;
    case EVFILT_WRITE:
        out_event->data = (intptr_t)(pipe->cap - pipe->len);
        out_event->flags = pipe->readers == 0 ? EV_EOF : 0;
        break;
    case EVFILT_PROC:
        out_event->flags = EV_EOF | EV_ONESHOT;
        out_event->fflags = note->is.fflags;
        break;
    default:
        break;
    }
    note->is_active = (note->is.flags & EV_CLEAR) == 0;
    /* NOTE_EXIT is told once, whatever was asked for. */
    if ((note->is.flags & EV_ONESHOT) != 0 || note->is.filter == EVFILT_PROC) {
        note->is_used = false;
    }
}

bool
play_note_is_ready(int kqueue_fd)
{
    for (size_t i = 0; i < PLAY_NOTES; i++) {
        if (RIGHT(&play.notes[i]) && is_ready(&play.notes[i])) {
            return true;
        }
    }
    return false;
}

/* From anywhere on, and one or another not this time. */
static int
gather(int kqueue_fd, struct kevent *out_events, int cap)
{
    const size_t first = play_random(PLAY_NOTES);
    int n = 0;

    for (size_t i = 0; i < PLAY_NOTES && n < cap; i++) {
        play_note *note = &play.notes[(first + i) % PLAY_NOTES];

        if (RIGHT(note) && is_ready(note) && (n == 0 || play_chance(80))) {
            tell(note, &out_events[n++]);
        }
    }
    return n;
}

int
sprog__posix_sys_kqueue_wait(int kqueue_fd, struct kevent *out_events, int cap,
                             uint64_t deadline_ns)
{
    play.looks++;
    play_preempt();
    for (;;) {
        const int n = gather(kqueue_fd, out_events, cap);

        if (n != 0 || deadline_ns <= play.now_ns) {
            return n;
        }
        PLAY_CHECK_MSG(play_go_on(deadline_ns), "a wait without an end");
    }
}

int
sprog__posix_sys_kqueue_create(void)
{
    play_file *file = play_file_make(NULL, NULL);

    file->is_kqueue = true;
    return play_fd_give(file, 0);
}
