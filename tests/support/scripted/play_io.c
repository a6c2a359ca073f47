/*
 * What a test does with an io: the part of the other side.
 */
#include <string.h>

#include "internal.h"

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
    scripted_flow(io);
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
        scripted_flow(io);
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
