/*
 * Files: what no poller takes, read and written by one helper thread.
 *
 * A file has a buffer for each direction, and at most one job for each with
 * the thread. A read runs ahead into the buffer and waits there until it is
 * wanted; a write counts as taken once it is in the buffer, and the next one
 * waits for the buffer. The hub's lock guards it all, but for a buffer whose
 * job is with the thread: that is the thread's alone.
 *
 * A thread that is stuck in the system is left behind with its file.
 */
#include "pipe.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "fd.h"
#include "hub.h"

/* How often a descriptor that says "not now" is asked again. */
#define PATIENCE        100
#define PATIENCE_NAP_NS 10000000

/* One direction of a file. */
typedef struct half {
    char *buf; /* NULL: not opened for this direction */
    size_t at;
    size_t len;
    bool is_busy; /* its job is with the thread, or in its list */
    bool is_over; /* reading: the end was read; both: `failed` is set */
    int failed;   /* -errno */
} half;

struct sprog__file {
    sprog__note note; /* first: a note is its file */
    sprog__link job;  /* in hub->jobs */
    sprog__hub *hub;
    sprog__be_io *io; /* NULL: nobody asks any more */
    int fd;
    half in;
    half out;
    bool is_closing; /* CLOSED is owed when all is written */
    bool is_running; /* the thread is in the system with it */
};

sprog__file *
sprog__file_of(sprog__note *note)
{
    return SPROG__ELEMENT(note, sprog__file, note);
}

static void
file_free(sprog__file *file)
{
    sprog__posix_close(&file->fd);
    free(file->in.buf);
    free(file->out.buf);
    free(file);
}

/* ---- the thread; the lock is held but in the system --------------------- */

/*
 * Read or write once, outside of the lock. A descriptor that no poller takes,
 * and that does not wait by itself, is asked again for a second or so; then
 * that is an error like any other.
 */
static ssize_t
move_some(const sprog__file *file, const half *direction, size_t at, size_t len)
{
    int tries = PATIENCE;
    ssize_t n;

    for (;;) {
        n = direction == &file->in
                ? sprog__posix_sys_read(file->fd, direction->buf + at, len)
                : sprog__posix_sys_write(file->fd, direction->buf + at, len);
        if (n != -EAGAIN && n != -EWOULDBLOCK) {
            return n;
        }
        if (tries-- == 0) {
            return -EIO;
        }
        sprog__posix_sys_nap(PATIENCE_NAP_NS);
    }
}

static void
run_read(sprog__file *file)
{
    sprog__hub *hub = file->hub;
    half *in = &file->in;
    ssize_t n;

    (void)pthread_mutex_unlock(&hub->lock);
    n = move_some(file, in, 0, SPROG__FILE_SIZE);
    (void)pthread_mutex_lock(&hub->lock);
    in->at = 0;
    in->len = n > 0 ? (size_t)n : 0;
    in->is_over = n <= 0;
    in->failed = n < 0 ? (int)n : 0;
    in->is_busy = false;
}

static void
run_write(sprog__file *file)
{
    sprog__hub *hub = file->hub;
    half *out = &file->out;
    size_t at = 0;
    ssize_t n = 0;

    (void)pthread_mutex_unlock(&hub->lock);
    while (at < out->len) {
        n = move_some(file, out, at, out->len - at);
        if (n <= 0) {
            break;
        }
        at += (size_t)n;
    }
    (void)pthread_mutex_lock(&hub->lock);
    if (at < out->len) {
        out->is_over = true;
        out->failed = n < 0 ? (int)n : -EIO;
    }
    out->len = 0;
    out->is_busy = false;
}

static void
run_jobs(sprog__file *file)
{
    file->is_running = true;
    if (file->out.is_busy) {
        run_write(file);
    }
    if (file->in.is_busy && file->io != NULL && !file->is_closing) {
        run_read(file);
    }
    file->is_running = false;
    if (file->io != NULL) {
        sprog__hub_tell(file->hub, &file->note);
    } else {
        /* A job may have come in while the other was run. */
        sprog__list_remove(&file->job);
        file_free(file);
    }
}

static void *
file_thread(void *user)
{
    sprog__hub *hub = (sprog__hub *)user;

    (void)pthread_mutex_lock(&hub->lock);
    for (;;) {
        sprog__link *link = sprog__list_pop(&hub->jobs);

        if (link != NULL) {
            run_jobs(SPROG__ELEMENT(link, sprog__file, job));
        } else if (hub->be == NULL) {
            break;
        } else {
            (void)pthread_cond_wait(&hub->work, &hub->lock);
        }
    }
    hub->has_file_thread = false;
    (void)pthread_cond_broadcast(&hub->idle);
    sprog__hub_unlock_and_let_go(hub);
    return NULL;
}

/* ---- the reactor's side ------------------------------------------------- */

static int
need_thread(sprog__be *be)
{
    int result;

    if ((result = sprog__hub_need(be)) < 0) {
        return result;
    }
    (void)pthread_mutex_lock(&be->hub->lock);
    if (!be->hub->has_file_thread) {
        sprog__hub_hold(be->hub);
        result = sprog__posix_sys_thread(file_thread, be->hub);
        be->hub->has_file_thread = result == 0;
        if (result < 0) {
            be->hub->holders--;
        }
    }
    (void)pthread_mutex_unlock(&be->hub->lock);
    return result;
}

int
sprog__file_create(sprog__be_io *io)
{
    sprog__file *file;
    int result;

    if ((result = need_thread(io->be)) < 0) {
        return result;
    }
    file = (sprog__file *)calloc(1, sizeof *file);
    if (file == NULL) {
        return -ENOMEM;
    }
    file->note.kind = SPROG__NOTE_FILE;
    sprog__list_reset(&file->note.link);
    sprog__list_reset(&file->job);
    file->hub = io->be->hub;
    file->io = io;
    file->fd = SPROG__NO_FD;
    file->in.buf = io->can_read ? (char *)malloc(SPROG__FILE_SIZE) : NULL;
    file->out.buf = io->can_write ? (char *)malloc(SPROG__FILE_SIZE) : NULL;
    if ((io->can_read && file->in.buf == NULL) ||
        (io->can_write && file->out.buf == NULL)) {
        file_free(file);
        return -ENOMEM;
    }
    file->fd = sprog__posix_take(&io->watch.fd);
    io->file = file;
    return 0;
}

/* Hand the thread what is to do; the lock is held. */
static void
start_job(sprog__file *file, half *direction)
{
    direction->is_busy = true;
    if (sprog__list_is_empty(&file->job)) {
        sprog__list_push(&file->hub->jobs, &file->job);
        (void)pthread_cond_signal(&file->hub->work);
    }
}

/* Whether a read would give something, the end included. */
static bool
has_input(const half *in)
{
    return !in->is_busy && (in->at < in->len || in->is_over);
}

void
sprog__file_arm(sprog__be_io *io)
{
    sprog__file *file = io->file;

    (void)pthread_mutex_lock(&file->hub->lock);
    if (has_input(&file->in)) {
        sprog__hub_tell(file->hub, &file->note);
    } else if (!file->in.is_busy) {
        start_job(file, &file->in);
    }
    (void)pthread_mutex_unlock(&file->hub->lock);
}

ssize_t
sprog__file_read(sprog__file *file, void *buf, size_t cap)
{
    half *in = &file->in;
    ssize_t n = -EAGAIN;

    (void)pthread_mutex_lock(&file->hub->lock);
    if (!in->is_busy && in->at < in->len) {
        const size_t has = in->len - in->at;

        n = (ssize_t)(has < cap ? has : cap);
        memcpy(buf, in->buf + in->at, (size_t)n);
        in->at += (size_t)n;
    } else if (has_input(in)) {
        n = in->failed;
    }
    (void)pthread_mutex_unlock(&file->hub->lock);
    return n;
}

ssize_t
sprog__file_write(sprog__file *file, const struct iovec *runs, int count)
{
    half *out = &file->out;
    ssize_t n = 0;
    int i;

    (void)pthread_mutex_lock(&file->hub->lock);
    if (out->is_over) {
        n = out->failed;
    } else if (!out->is_busy) {
        for (i = 0; i < count && out->len < SPROG__FILE_SIZE; i++) {
            const size_t room = SPROG__FILE_SIZE - out->len;
            const size_t has = runs[i].iov_len;
            const size_t fits = has < room ? has : room;

            memcpy(out->buf + out->len, runs[i].iov_base, fits);
            out->len += fits;
        }
        n = (ssize_t)out->len;
        start_job(file, out);
    }
    (void)pthread_mutex_unlock(&file->hub->lock);
    return n;
}

/* Why writing is over. */
static sprog_err
out_error(const sprog__file *file)
{
    return file->out.failed == -EPIPE ? SPROG_ECLOSED : SPROG_ESYSTEM;
}

/* What the file has to tell its io, one thing at a time; the lock is held. */
static bool
next_event(sprog__file *file, sprog__be_event *out_event)
{
    sprog__be_io *io = file->io;

    *out_event = (sprog__be_event){ 0 };
    out_event->owner = io->owner;
    if (file->is_closing) {
        out_event->kind = SPROG__BE_CLOSED;
        out_event->err = file->out.is_over ? out_error(file) : SPROG_OK;
        out_event->os_error = -file->out.failed;
        return !file->out.is_busy;
    }
    if (io->can_write && !file->out.is_busy) {
        if (file->out.is_over && !io->is_lost) {
            io->is_lost = true;
            io->owes_written = false;
            out_event->kind = SPROG__BE_LOST;
            out_event->err = out_error(file);
            out_event->os_error = -file->out.failed;
            return true;
        }
        if (io->owes_written) {
            io->owes_written = false;
            out_event->kind = SPROG__BE_WRITTEN;
            return true;
        }
    }
    if (io->is_armed && has_input(&file->in)) {
        io->is_armed = false;
        out_event->kind = SPROG__BE_READABLE;
        return true;
    }
    return false;
}

bool
sprog__file_events(sprog__file *file, sprog__be_event *out_events, size_t room,
                   size_t *out_n)
{
    sprog__hub *hub = file->hub;
    sprog__be_io *closed = NULL;
    bool has_more = true;
    size_t n = 0;

    (void)pthread_mutex_lock(&hub->lock);
    while (n < room && has_more) {
        has_more = next_event(file, &out_events[n]);
        if (has_more && out_events[n++].kind == SPROG__BE_CLOSED) {
            closed = file->io;
            has_more = false;
        }
    }
    (void)pthread_mutex_unlock(&hub->lock);
    if (closed != NULL) {
        sprog__list_remove(&closed->link);
        sprog__posix_io_free(closed);
    }
    *out_n = n;
    return !has_more;
}

bool
sprog__file_close(sprog__file *file)
{
    bool is_owed;

    (void)pthread_mutex_lock(&file->hub->lock);
    /* A write that failed since the last look was told to nobody yet. */
    is_owed = file->out.is_busy || (file->out.is_over && !file->io->is_lost);
    file->is_closing = is_owed;
    if (is_owed && !file->out.is_busy) {
        sprog__hub_tell(file->hub, &file->note);
    }
    (void)pthread_mutex_unlock(&file->hub->lock);
    return is_owed;
}

void
sprog__file_abandon(sprog__file *file)
{
    sprog__hub *hub = file->hub;
    bool is_thread_s;

    (void)pthread_mutex_lock(&hub->lock);
    file->io->file = NULL;
    file->io = NULL;
    sprog__list_remove(&file->note.link);
    if (!file->out.is_busy) {
        /* A read that has not begun is not wanted any more. */
        sprog__list_remove(&file->job);
    }
    is_thread_s = file->is_running || !sprog__list_is_empty(&file->job);
    (void)pthread_mutex_unlock(&hub->lock);
    if (!is_thread_s) {
        file_free(file);
    }
}
