/*
 * A stream: bytes over a descriptor or HANDLE of the program's own, such as
 * its stdin and stdout, without blocking the reactor and without touching the
 * flags that the descriptor shares with other processes.
 *
 * The callbacks obey the rules of protocol.h: none inside the call that
 * caused it, any call allowed in any of them, connection_lost last and once.
 */
#ifndef SPROG_STREAM_H
#define SPROG_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "export.h"
#include "process.h"
#include "protocol.h"
#include "reactor.h"

SPROG_BEGIN_DECLS

/** A descriptor or HANDLE of ours as a stream of bytes. */
typedef struct sprog_stream sprog_stream;

/** Which way the bytes go. */
typedef enum sprog_stream_mode {
    SPROG_STREAM_READ = 1, /**< we read it */
    SPROG_STREAM_WRITE,    /**< we write it */
    SPROG_STREAM_DUPLEX    /**< both */
} sprog_stream_mode;

/** The callbacks of a stream; any may be NULL. Grows at its end only. */
typedef struct sprog_stream_protocol {
    /** Bytes came; `data` is BORROWED for the call, `len` is never 0. */
    void (*data_received)(sprog_stream *stream, const void *data, size_t len,
                          void *user);

    /** The queue was over its high mark, and is at its low mark now. */
    void (*drained)(sprog_stream *stream, void *user);

    /** The stream is closed: the last callback. Destroying is allowed. */
    void (*connection_lost)(sprog_stream *stream, const sprog_lost *lost,
                            void *user);
} sprog_stream_protocol;

/**
 * Open a stream; with the size that the caller knows. Bindings call this; C
 * calls sprog_stream_open().
 *
 * @param reactor        BORROWED until the stream is destroyed
 * @param ours           BORROWED until connection_lost or the destroy
 * @param mode           which way
 * @param protocol       COPIED; NULL: no callbacks
 * @param protocol_size  sizeof *protocol as the caller compiled it
 * @param user           BORROWED by every callback
 * @param out_stream     set on SPROG_OK; CALLER OWNS
 *
 * @return those of sprog_stream_open()
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_stream_open_sized(sprog_reactor *reactor, intptr_t ours,
                        sprog_stream_mode mode,
                        const sprog_stream_protocol *protocol,
                        size_t protocol_size, void *user,
                        sprog_stream **out_stream);

/**
 * Open a stream over a descriptor or HANDLE that stays the caller's. Reading
 * starts at once.
 *
 * @param reactor     BORROWED until the stream is destroyed
 * @param ours        a descriptor, a HANDLE, or SPROG_OUR_STDIN and so on;
 *                    BORROWED until connection_lost or the destroy; it is
 *                    never closed, and its flags are never changed
 * @param mode        which way
 * @param protocol    COPIED; NULL: no callbacks
 * @param user        BORROWED by every callback
 * @param out_stream  set on SPROG_OK, untouched otherwise; CALLER OWNS, ends
 *                    with sprog_stream_destroy()
 *
 * @return SPROG_OK       it is open
 *         SPROG_EINVAL   an argument makes no sense
 *         SPROG_ENOMEM   out of memory
 *         SPROG_ENOTSUP  this system cannot (see Platforms)
 *         SPROG_EBUSY    the reactor is being destroyed
 *         SPROG_EFORKED  a forked copy of the owner
 *         SPROG_ESYSTEM  the system refused (EBADF)
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 * Platforms: what the system can poll is polled; regular files, and the
 * synchronous HANDLEs of Windows, are served by a helper thread.
 */
static inline SPROG_MUST_CHECK sprog_err
sprog_stream_open(sprog_reactor *reactor, intptr_t ours, sprog_stream_mode mode,
                  const sprog_stream_protocol *protocol, void *user,
                  sprog_stream **out_stream)
{
    return sprog_stream_open_sized(reactor, ours, mode, protocol,
                                   sizeof(sprog_stream_protocol), user,
                                   out_stream);
}

/**
 * Let a stream go, at any time, inside any callback too. What is queued is
 * dropped; completions of lent bytes run in a later turn, SPROG_ECANCELED.
 *
 * @param stream  TAKEN; NULL is allowed and does nothing
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API void
sprog_stream_destroy(sprog_stream *stream);

/**
 * Send bytes, as sprog_process_write_to_child() does.
 *
 * @param stream  a stream opened for writing
 * @param data    COPIED as far as needed; may be NULL only if `len` is 0
 * @param len     bytes; 0 is accepted and does nothing
 *
 * @return those of sprog_process_write_to_child(), but SPROG_ENOCHILDFD
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_stream_write(sprog_stream *stream, const void *data, size_t len);

/**
 * Send bytes without copying them, as sprog_process_lend_to_child() does.
 *
 * @param stream   a stream opened for writing
 * @param bytes    the array is COPIED; what it names is BORROWED until
 *                 `on_done`
 * @param count    elements
 * @param on_done  called exactly once after SPROG_OK
 * @param user     BORROWED until then
 *
 * @return those of sprog_process_lend_to_child(), but SPROG_ENOCHILDFD
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_stream_lend(sprog_stream *stream, const sprog_bytes *bytes, size_t count,
                  sprog_lent_fn on_done, void *user);

/**
 * Count the bytes that are queued, lent ones included.
 *
 * @param stream  a stream that has not been destroyed
 *
 * @return bytes
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API size_t
sprog_stream_queued(const sprog_stream *stream);

/**
 * Set the marks of the queue, as sprog_process_set_marks() does.
 *
 * @param stream  a stream opened for writing
 * @param high    bytes
 * @param low     bytes, at most `high`
 * @param limit   bytes; 0: none
 *
 * @return those of sprog_process_set_marks(), but SPROG_ENOCHILDFD
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_stream_set_marks(sprog_stream *stream, size_t high, size_t low,
                       size_t limit);

/**
 * Stop reading until sprog_stream_resume().
 *
 * @param stream  a stream opened for reading
 *
 * @return SPROG_OK       no bytes come until resumed
 *         SPROG_EINVAL   `stream` is NULL, or not for reading
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API sprog_err
sprog_stream_pause(sprog_stream *stream);

/**
 * Start reading again.
 *
 * @param stream  a stream opened for reading
 *
 * @return those of sprog_stream_pause(); SPROG_ENOMEM and SPROG_ESYSTEM when
 *         the system will not report it any more: then it is lost, and
 *         `connection_lost` follows in a later turn
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API sprog_err
sprog_stream_resume(sprog_stream *stream);

/**
 * Close the stream after what is queued was written; `connection_lost`
 * follows in a later turn. The descriptor or HANDLE stays open: it is the
 * caller's.
 *
 * @param stream  a stream that has not been destroyed
 *
 * @return SPROG_OK       closed or closing
 *         SPROG_EINVAL   `stream` is NULL
 *         SPROG_EFORKED  a forked copy of the owner
 *
 * Threads: reactor thread only.  Callbacks: none run inside.
 */
SPROG_API sprog_err
sprog_stream_close(sprog_stream *stream);

SPROG_END_DECLS

#endif
