/*
 * Files: ios over what no poller takes (regular files, some devices), served
 * by one helper thread for each reactor through bounded buffers of its own.
 * These are the functions of pipe.c's contract for them.
 */
#ifndef SPROG_POSIX_PIPE_H
#define SPROG_POSIX_PIPE_H

#include "posix.h"

/* Bytes read ahead, or taken and not yet written, at most. */
#define SPROG__FILE_SIZE ((size_t)64 * 1024)

/* Make the file of an io, and start the helper thread if it is the first.
 * Takes the io's descriptor when it succeeds; 0 or -errno. */
int
sprog__file_create(sprog__be_io *io);

void
sprog__file_arm(sprog__be_io *io);

/* As read(): 0 is the end; -EAGAIN: nothing there. */
ssize_t
sprog__file_read(sprog__file *file, void *buf, size_t cap);

/* The bytes taken; 0: the buffer is still being written. */
ssize_t
sprog__file_write(sprog__file *file, const struct iovec *runs, int count);

/* Let go of it. True: bytes are still being written, and CLOSED follows. */
bool
sprog__file_close(sprog__file *file);

/* Let go of it whatever it does. */
void
sprog__file_abandon(sprog__file *file);

#endif
