/*
 * Section "pipe" of the contract: bytes that the other side prints, and bytes
 * that the system takes or keeps, the way that the test has chosen.
 */
#include <stdlib.h>
#include <string.h>

#include "internal.h"

void
scripted_bytes_add(scripted_bytes *bytes, const void *data, size_t len)
{
    if (len == 0) {
        return;
    }
    if (len > bytes->capacity - bytes->len) {
        const size_t capacity = (bytes->len + len) * 2;
        char *grown = realloc(bytes->data, capacity);

        if (grown == NULL) {
            scripted_broken("no memory for the bytes of a pipe");
        }
        bytes->data = grown;
        bytes->capacity = capacity;
    }
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
}

/* ---- what is ready ------------------------------------------------------ */

static bool
has_something_to_read(const sprog__be_io *io)
{
    return io->teases != 0 || io->printed_read < io->printed.len ||
           io->has_ended || io->broken != 0;
}

static bool
is_written(const sprog__be_io *io)
{
    if (!io->owes_written || io->is_deaf || io->broken != 0) {
        return false;
    }
    if (io->kept_len == 0) {
        return io->in_pipe < io->capacity; /* room now */
    }
    if (scripted_the.way == SCRIPTED_MIXED_WAY) {
        return io->kept_taken != 0;
    }
    return io->kept_taken == io->kept_len;
}

static bool
is_ready(const sprog__be_io *io, int kind)
{
    if (io->is_closed) {
        return kind == SPROG__BE_CLOSED && io->is_closing;
    }
    switch (kind) {
    case SPROG__BE_READABLE:
        return (io->is_armed && has_something_to_read(io)) || io->is_stale;
    case SPROG__BE_WRITTEN:
        return is_written(io);
    case SPROG__BE_LOST:
        return io->can_write && !io->lost_told &&
               (io->is_deaf || io->broken != 0);
    default:
        return false;
    }
}

void
scripted_update_io(sprog__be_io *io)
{
    int kind;

    for (kind = SPROG__BE_READABLE; kind <= SPROG__BE_CLOSED; kind++) {
        if (!is_ready(io, kind)) {
            io->ready_at[kind] = 0;
        } else if (io->ready_at[kind] == 0) {
            io->ready_at[kind] = ++scripted_the.stamp;
        }
    }
}

/* ---- bytes that the system keeps ---------------------------------------- */

void
scripted_check_kept(sprog__be_io *io, const char *when)
{
    size_t done = 0;
    size_t i;

    for (i = 0; i < io->kept_count && done < io->kept_len; i++) {
        size_t len = io->kept[i].len;

        if (len > io->kept_len - done) {
            len = io->kept_len - done;
        }
        if (len != 0 &&
            memcmp(io->kept[i].data, io->kept_copy + done, len) != 0) {
            scripted_broken("bytes with the system were changed, seen %s",
                            when);
        }
        done += len;
    }
}

void
scripted_forget_kept(sprog__be_io *io)
{
    free(io->kept_copy);
    free(io->kept);
    io->kept_copy = NULL;
    io->kept = NULL;
    io->kept_count = 0;
    io->kept_len = 0;
    io->kept_taken = 0;
}

/* Keep all of the bytes: where they are, and what they are now. */
static void
keep(sprog__be_io *io, const sprog_bytes *bytes, size_t count, size_t skip)
{
    size_t i;

    io->kept = calloc(count, sizeof *io->kept);
    io->kept_copy = malloc(1);
    if (io->kept == NULL || io->kept_copy == NULL) {
        scripted_broken("no memory for bytes that are kept");
    }
    for (i = 0; i < count; i++) {
        const size_t passed = skip < bytes[i].len ? skip : bytes[i].len;
        const size_t len = bytes[i].len - passed;
        char *grown = realloc(io->kept_copy, io->kept_len + len + 1);

        if (grown == NULL) {
            scripted_broken("no memory for bytes that are kept");
        }
        io->kept_copy = grown;
        io->kept[i].data = (const char *)bytes[i].data + passed;
        io->kept[i].len = len;
        if (len != 0) {
            memcpy(grown + io->kept_len, io->kept[i].data, len);
        }
        io->kept_len += len;
        skip -= passed;
    }
    io->kept_count = count;
}

/* What is kept goes into the pipe as far as there is room. */
static void
flow(sprog__be_io *io)
{
    const size_t room = io->capacity - io->in_pipe;
    size_t len = io->kept_len - io->kept_taken;

    if (len == 0 || room == 0 || io->is_closed || io->is_deaf) {
        return;
    }
    scripted_check_kept(io, "while they were written");
    len = len < room ? len : room;
    scripted_bytes_add(&io->taken, io->kept_copy + io->kept_taken, len);
    io->kept_taken += len;
    io->in_pipe += len;
}

void
scripted_deliver_io(sprog__be_io *io, sprog__be_event_kind kind,
                    sprog__be_event *out_event)
{
    switch (kind) {
    case SPROG__BE_READABLE:
        io->is_armed = false;
        io->is_stale = false;
        io->may_read = true;
        io->read_wait = scripted_the.wait_count;
        break;
    case SPROG__BE_WRITTEN:
        scripted_check_kept(io, "at WRITTEN");
        out_event->n = io->kept_taken;
        io->owes_written = false;
        scripted_forget_kept(io);
        break;
    case SPROG__BE_LOST:
        out_event->err = io->broken != 0 ? SPROG_ESYSTEM : SPROG_ECLOSED;
        out_event->os_error = io->broken;
        io->lost_told = true;
        /* It comes instead of a WRITTEN that was owed. */
        scripted_check_kept(io, "at LOST");
        scripted_forget_kept(io);
        io->owes_written = false;
        break;
    case SPROG__BE_CLOSED:
        scripted_check_kept(io, "at CLOSED");
        scripted_forget_kept(io);
        io->is_closing = false;
        sprog__mem_free(io->be->mem, io->token);
        io->token = NULL;
        break;
    case SPROG__BE_EXITED:
        break;
    }
    scripted_update_io(io);
}

/* ---- making and ending -------------------------------------------------- */

sprog__be_io *
scripted_io_create(sprog__be *be, void *owner, bool can_read, bool can_write)
{
    sprog__be_io *io = calloc(1, sizeof *io);

    if (io == NULL) {
        scripted_broken("no memory for an io");
    }
    if (sprog__mem_alloc(be->mem, 32, &io->token) != SPROG_OK) {
        free(io);
        return NULL;
    }
    io->be = be;
    io->owner = owner;
    io->can_read = can_read;
    io->can_write = can_write;
    io->capacity = scripted_the.new_capacity;
    sprog__list_reset(&io->link);
    sprog__list_push(&scripted_the.ios, &io->link);
    return io;
}

void
scripted_io_free(sprog__be_io *io)
{
    scripted_forget_kept(io);
    free(io->printed.data);
    free(io->taken.data);
    free(io);
}

sprog_err
sprog__be_pipe_adopt(sprog__be *be, intptr_t ours, sprog_stream_mode mode,
                     void *owner, sprog__be_io **out_io, sprog_fault *fault)
{
    sprog__be_io *io;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_ADOPT, owner, (uint64_t)ours,
                              SPROG_STEP_WATCH, fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_be(be, "pipe_adopt");
    io = scripted_io_create(be, owner, mode != SPROG_STREAM_WRITE,
                            mode != SPROG_STREAM_READ);
    if (io == NULL) {
        return scripted_no_memory(fault);
    }
    io->child_fd = (int)ours;
    *out_io = io;
    return SPROG_OK;
}

bool
sprog__be_pipe_close(sprog__be_io *io)
{
    scripted_record(SCRIPTED_CLOSE, io, 0);
    scripted_check_io(io, "pipe_close");
    io->is_closed = true;
    io->is_armed = false;
    io->is_stale = false;
    io->owes_written = false;
    /* A write that has failed, or is through, is not with the system. */
    io->is_closing = io->kept_len != 0 && io->kept_taken < io->kept_len &&
                     !io->is_deaf && io->broken == 0;
    if (!io->is_closing) {
        scripted_check_kept(io, "at the close");
        scripted_forget_kept(io);
        sprog__mem_free(io->be->mem, io->token);
        io->token = NULL;
    }
    scripted_update_io(io);
    return io->is_closing;
}

/* ---- reading ------------------------------------------------------------ */

sprog_err
sprog__be_pipe_arm(sprog__be_io *io, sprog_fault *fault)
{
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_ARM, io, 0, SPROG_STEP_WATCH, fault)) !=
        SPROG_OK) {
        return err;
    }
    scripted_check_io(io, "pipe_arm");
    if (!io->can_read) {
        scripted_broken("pipe_arm: on an io that is not read");
    }
    io->is_armed = true;
    /* One that is in the array now may be dispatched after this. */
    io->may_read = io->may_read && io->read_wait == scripted_the.wait_count;
    scripted_update_io(io);
    return SPROG_OK;
}

void
sprog__be_pipe_disarm(sprog__be_io *io)
{
    scripted_record(SCRIPTED_DISARM, io, 0);
    scripted_check_io(io, "pipe_disarm");
    if (!io->can_read) {
        scripted_broken("pipe_disarm: on an io that is not read");
    }
    if (io->is_armed && scripted_the.seed != 0 && scripted_random(4) == 0) {
        io->is_stale = true; /* on its way already */
    }
    io->is_armed = false;
    scripted_update_io(io);
}

static size_t
read_len(const sprog__be_io *io, size_t cap)
{
    size_t len = io->printed.len - io->printed_read;

    if (io->read_most != 0 && len > io->read_most) {
        len = io->read_most;
    }
    if (len > cap) {
        len = cap;
    }
    if (scripted_the.seed != 0 && len > 1 && scripted_random(2) == 0) {
        len = 1 + scripted_random(len);
    }
    return len;
}

sprog_err
sprog__be_pipe_read(sprog__be_io *io, void *buf, size_t cap, size_t *out_n,
                    sprog_fault *fault)
{
    size_t len;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_READ, io, cap, SPROG_STEP_READ,
                              fault)) != SPROG_OK) {
        return err;
    }
    scripted_check_io(io, "pipe_read");
    if (!io->can_read || !io->may_read || cap == 0) {
        scripted_broken("pipe_read: no READABLE since the arm, or no room");
    }
    if (io->teases != 0) {
        io->teases--;
        scripted_update_io(io);
        return SPROG__EAGAIN;
    }
    /* Whoever looks behind the bytes that came sees rubbish. */
    memset(buf, 0xee, cap);
    len = read_len(io, cap);
    if (len != 0) {
        memcpy(buf, io->printed.data + io->printed_read, len);
        io->printed_read += len;
        *out_n = len;
    } else if (io->broken != 0) {
        fault->err = SPROG_ESYSTEM;
        fault->step = SPROG_STEP_READ;
        fault->os_error = io->broken;
        err = SPROG_ESYSTEM;
    } else if (io->has_ended) {
        *out_n = 0;
    } else {
        err = SPROG__EAGAIN;
    }
    scripted_update_io(io);
    return err;
}

/* ---- writing ------------------------------------------------------------ */

static size_t
sum_of(const sprog_bytes *bytes, size_t count)
{
    size_t sum = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        sum += bytes[i].len;
    }
    return sum;
}

/* Put the first `len` bytes into the pipe. */
static void
take(sprog__be_io *io, const sprog_bytes *bytes, size_t len)
{
    size_t i;

    io->in_pipe += len;
    for (i = 0; len != 0; i++) {
        const size_t part = bytes[i].len < len ? bytes[i].len : len;

        scripted_bytes_add(&io->taken, bytes[i].data, part);
        len -= part;
    }
}

/* The posix way, and the first half of the mixed one: a part is taken now. */
static size_t
take_part(sprog__be_io *io, const sprog_bytes *bytes, size_t sum)
{
    const size_t room = io->capacity - io->in_pipe;
    size_t len = sum < room ? sum : room;

    if (scripted_the.seed != 0 && scripted_random(2) == 0) {
        len = scripted_random(len + 1);
    }
    take(io, bytes, len);
    return len;
}

/* The win32 way: the first run of bytes that is not empty, all of it later. */
static void
keep_first(sprog__be_io *io, const sprog_bytes *bytes, size_t count)
{
    size_t i = 0;

    while (i < count && bytes[i].len == 0) {
        i++;
    }
    keep(io, &bytes[i], 1, 0);
}

static void
check_write(const sprog__be_io *io, size_t sum)
{
    scripted_check_io(io, "pipe_write");
    if (!io->can_write) {
        scripted_broken("pipe_write: on an io that is not written");
    }
    if (io->owes_written) {
        scripted_broken("pipe_write: a WRITTEN is outstanding");
    }
    if (sum == 0) {
        scripted_broken("pipe_write: no bytes");
    }
}

sprog_err
sprog__be_pipe_write(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
                     bool stay, size_t *out_n, sprog_fault *fault)
{
    const size_t sum = sum_of(bytes, count);
    size_t taken = 0;
    sprog_err err;

    if ((err = scripted_enter(SCRIPTED_WRITE, io, sum, SPROG_STEP_WRITE,
                              fault)) != SPROG_OK) {
        return err;
    }
    check_write(io, sum);
    if (scripted_the.way != SCRIPTED_POSIX_WAY && !stay) {
        return SPROG__EAGAIN;
    }
    if (io->is_deaf || io->broken != 0) {
        fault->err = io->broken != 0 ? SPROG_ESYSTEM : SPROG_ECLOSED;
        fault->step = SPROG_STEP_WRITE;
        fault->os_error = io->broken;
        return fault->err;
    }
    if (scripted_the.way == SCRIPTED_WIN32_WAY) {
        keep_first(io, bytes, count);
    } else {
        taken = take_part(io, bytes, sum);
        if (taken < sum && scripted_the.way == SCRIPTED_MIXED_WAY) {
            keep(io, bytes, count, taken);
        }
    }
    io->owes_written = taken < sum;
    flow(io);
    scripted_update_io(io);
    *out_n = taken;
    return SPROG_OK;
}

/* ---- what the other side does ------------------------------------------- */

void
scripted_prints(sprog__be_io *io, const void *data, size_t len)
{
    scripted_bytes_add(&io->printed, data, len);
    scripted_update_io(io);
}

void
scripted_prints_text(sprog__be_io *io, const char *text)
{
    scripted_prints(io, text, strlen(text));
}

void
scripted_ends(sprog__be_io *io)
{
    io->has_ended = true;
    io->is_deaf = true;
    scripted_update_io(io);
}

void
scripted_stops_printing(sprog__be_io *io)
{
    io->has_ended = true;
    scripted_update_io(io);
}

void
scripted_stops_reading(sprog__be_io *io)
{
    io->is_deaf = true;
    scripted_update_io(io);
}

void
scripted_breaks(sprog__be_io *io, int64_t os_error)
{
    io->broken = os_error;
    scripted_update_io(io);
}

void
scripted_teases(sprog__be_io *io)
{
    io->teases++;
    scripted_update_io(io);
}

void
scripted_set_read_most(sprog__be_io *io, size_t most)
{
    io->read_most = most;
}

void
scripted_set_capacity(sprog__be_io *io, size_t capacity)
{
    io->capacity = capacity > io->in_pipe ? capacity : io->in_pipe;
    flow(io);
    scripted_update_io(io);
}

void
scripted_set_new_capacity(size_t capacity)
{
    scripted_the.new_capacity = capacity;
}

void
scripted_reads(sprog__be_io *io, size_t len)
{
    do {
        const size_t part = len < io->in_pipe ? len : io->in_pipe;

        io->in_pipe -= part;
        len -= part;
        flow(io);
    } while (len != 0 && io->in_pipe != 0);
    scripted_update_io(io);
}

const char *
scripted_taken(const sprog__be_io *io, size_t *out_len)
{
    *out_len = io->taken.len;
    return io->taken.data != NULL ? io->taken.data : "";
}

size_t
scripted_unread(const sprog__be_io *io)
{
    return io->printed.len - io->printed_read;
}

bool
scripted_is_armed(const sprog__be_io *io)
{
    return io->is_armed;
}

bool
scripted_is_closed(const sprog__be_io *io)
{
    return io->is_closed;
}

bool
scripted_is_writing(const sprog__be_io *io)
{
    return io->owes_written;
}

void
scripted_hold_io(sprog__be_io *io, bool held)
{
    io->is_held = held;
}

void
scripted_rank_io(sprog__be_io *io, int rank)
{
    io->rank = rank;
}

sprog__be_io *
scripted_adopted(size_t index)
{
    sprog__link *link;

    for (link = scripted_the.ios.next; link != &scripted_the.ios;
         link = link->next) {
        sprog__be_io *io = SPROG__ELEMENT(link, sprog__be_io, link);

        if (io->child == NULL && index-- == 0) {
            return io;
        }
    }
    scripted_broken("no such adopted io");
}

intptr_t
scripted_adopted_from(const sprog__be_io *io)
{
    return io->child_fd;
}
