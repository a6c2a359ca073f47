/*
 * What a process tells its owner: the callbacks, and the records they carry.
 *
 * The order is always this. connection_made comes first, in a turn after the
 * spawn returned. Then, in any order among themselves: bytes, drained child
 * fds, lost child fds, and one process_exited. process_ended comes last,
 * exactly once, when the process has exited and every child fd is closed: only
 * it says that everything was delivered. Data may come after process_exited.
 *
 * Any call is allowed inside any callback, but for running, turning and
 * destroying the same reactor (SPROG_EBUSY). After sprog_process_destroy()
 * nothing more is called but the completions of lent bytes.
 */
#ifndef SPROG_PROTOCOL_H
#define SPROG_PROTOCOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "export.h"

SPROG_BEGIN_DECLS

/** One child process, running or gone; see process.h. */
typedef struct sprog_process sprog_process;

/** How a process ended, as far as the system can say. */
typedef enum sprog_exit_kind {
    SPROG_EXIT_UNKNOWN = 0, /**< it is gone; the status was lost to others */
    SPROG_EXIT_CODE,        /**< it exited; `code` is valid */
    SPROG_EXIT_SIGNAL       /**< a signal ended it; `signal_number` is valid */
} sprog_exit_kind;

/** What a process used. Windows: as far as the system counts it. */
typedef struct sprog_usage {
    uint64_t user_us;     /**< microseconds of processor time, user */
    uint64_t system_us;   /**< microseconds of processor time, system */
    uint64_t peak_memory; /**< bytes resident at most; 0: unknown */
} sprog_usage;

/** The end of a process. Never invented: what is not known says so. */
typedef struct sprog_exit {
    sprog_exit_kind kind; /**< what is known of the end */
    uint32_t code;        /**< with SPROG_EXIT_CODE: all 32 bits on Windows */
    int signal_number;    /**< with SPROG_EXIT_SIGNAL; else 0 */
    bool core_dumped;     /**< with SPROG_EXIT_SIGNAL */
    bool killed_by_us;    /**< a signal of ours was what could end it */
    bool abandoned;       /**< in process_ended: a child fd was cut off */
    bool has_usage;       /**< `usage` is valid */
    int64_t raw_status;   /**< wait status or exit code; -1: unknown */
    uint64_t wall_us;     /**< microseconds from spawn to the exit's notice */
    sprog_usage usage;    /**< with `has_usage` */
} sprog_exit;

/** Why a child fd, or a stream, is closed. */
typedef enum sprog_lost_reason {
    SPROG_LOST_EOF = 1,  /**< the other side closed; all was read */
    SPROG_LOST_CLOSED,   /**< we closed it, and all was written */
    SPROG_LOST_PEER,     /**< the other side stopped reading */
    SPROG_LOST_ERROR,    /**< the system failed; see `os_error` */
    SPROG_LOST_ABANDONED /**< the drain limit passed after the exit */
} sprog_lost_reason;

/** How a child fd, or a stream, was lost. */
typedef struct sprog_lost {
    sprog_lost_reason reason; /**< why */
    sprog_err err;            /**< SPROG_OK but with SPROG_LOST_ERROR */
    int64_t os_error;         /**< errno or GetLastError(), or 0 */
    uint64_t unsent;          /**< queued bytes that were never sent */
} sprog_lost;

/** The callbacks of a process; any may be NULL. Grows at its end only. */
typedef struct sprog_protocol {
    /** It runs: the first callback, after the spawn returned. */
    void (*connection_made)(sprog_process *process, void *user);

    /** Bytes came; `data` is BORROWED for the call, `len` is never 0. */
    void (*child_data_received)(sprog_process *process, int child_fd,
                                const void *data, size_t len, void *user);

    /** The queue was over its high mark, and is at its low mark now. Not for
     *  a child fd that is closing. */
    void (*child_drained)(sprog_process *process, int child_fd, void *user);

    /** A mapped child fd is closed; `lost` is BORROWED for the call. */
    void (*child_connection_lost)(sprog_process *process, int child_fd,
                                  const sprog_lost *lost, void *user);

    /** The process is gone; bytes may still come. Once. */
    void (*process_exited)(sprog_process *process, const sprog_exit *exit,
                           void *user);

    /** All is over: the last callback. Destroying is allowed in it. Once. */
    void (*process_ended)(sprog_process *process, const sprog_exit *exit,
                          void *user);
} sprog_protocol;

/**
 * Say in words how a process ended: "exited with code 3", "killed by SIGSEGV
 * (core dumped)", "exited with an unknown status".
 *
 * @param exit     BORROWED for the call
 * @param out_buf  set to the text, cut to fit; NULL only if `cap` is 0
 * @param cap      bytes at `out_buf`
 *
 * @return the bytes that the whole text needs, without the NUL
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API size_t
sprog_exit_text(const sprog_exit *exit, char *out_buf, size_t cap);

/**
 * The callbacks of a process with the three standard child fds told apart:
 * the dispatch of Twisted's ProcessProtocol. Any may be NULL.
 *
 * Fill one in, put it first in a struct of your own, and give
 * sprog_standard_dispatch() to sprog_spawn() with that struct as `user`.
 */
typedef struct sprog_standard_protocol {
    /** It runs: the first callback. */
    void (*connection_made)(sprog_process *process, void *user);
    /** Bytes came from child fd 1. */
    void (*out_received)(sprog_process *process, const void *data, size_t len,
                         void *user);
    /** Bytes came from child fd 2. */
    void (*err_received)(sprog_process *process, const void *data, size_t len,
                         void *user);
    /** The queue of child fd 0 is at its low mark again. */
    void (*in_drained)(sprog_process *process, void *user);
    /** Child fd 0 is closed. */
    void (*in_connection_lost)(sprog_process *process, const sprog_lost *lost,
                               void *user);
    /** Child fd 1 is closed. */
    void (*out_connection_lost)(sprog_process *process, const sprog_lost *lost,
                                void *user);
    /** Child fd 2 is closed. */
    void (*err_connection_lost)(sprog_process *process, const sprog_lost *lost,
                                void *user);
    /** The process is gone; bytes may still come. */
    void (*process_exited)(sprog_process *process, const sprog_exit *exit,
                           void *user);
    /** All is over: the last callback. */
    void (*process_ended)(sprog_process *process, const sprog_exit *exit,
                          void *user);
} sprog_standard_protocol;

/**
 * Get the protocol that hands child fds 0, 1 and 2 to a
 * sprog_standard_protocol; what concerns other child fds is dropped.
 *
 * @return a static protocol. The `user` given to sprog_spawn() with it must
 *         point to a sprog_standard_protocol, BORROWED until process_ended or
 *         the destroy; each callback gets that same pointer
 *
 * Threads: any thread.  Callbacks: none run inside.
 * Mirrors: ProcessProtocol.childDataReceived and childConnectionLost.
 */
SPROG_API const sprog_protocol *
sprog_standard_dispatch(void);

SPROG_END_DECLS

#endif
