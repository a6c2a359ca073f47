/*
 * The blocking facade: run one program to its end, feed it from memory,
 * capture what it prints, with limits and a deadline. Twisted's
 * getProcessOutput, getProcessValue and getProcessOutputAndValue in one.
 */
#ifndef SPROG_RUN_H
#define SPROG_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "export.h"
#include "process.h"
#include "protocol.h"
#include "reactor.h"

SPROG_BEGIN_DECLS

/** What becomes of one of the program's streams. */
typedef enum sprog_capture_to {
    SPROG_CAPTURE = 0,  /**< kept in memory; stdin: fed from `input` */
    SPROG_CAPTURE_NULL, /**< the null device */
    SPROG_CAPTURE_SHARE /**< the one that we have ourselves */
} sprog_capture_to;

/** Which bytes are kept when a limit is passed. */
typedef enum sprog_keep {
    SPROG_KEEP_HEAD = 0, /**< the first `limit` bytes */
    SPROG_KEEP_TAIL,     /**< the last `limit` bytes */
    SPROG_KEEP_BOTH      /**< the first half and the last half */
} sprog_keep;

/** How one of the program's output streams is captured. */
typedef struct sprog_capture {
    sprog_capture_to to; /**< where its bytes go */
    sprog_keep keep;     /**< with a `limit` */
    size_t limit;        /**< bytes kept at most; 0: all */
} sprog_capture;

/** All-zero but `spawn` is valid. Grows at its end only. */
typedef struct sprog_run_options {
    const sprog_spawn_options *spawn; /**< its `fds` must be NULL, its
                                           `drain_ms` 0 means 200 here */
    sprog_capture_to input_from;      /**< child fd 0 */
    const void *input;                /**< BORROWED for the call */
    size_t input_len;       /**< bytes; with 0 the child reads the end */
    sprog_capture output;   /**< child fd 1 */
    sprog_capture errors;   /**< child fd 2 */
    bool merge;             /**< child fd 2 is child fd 1: one order */
    uint64_t timeout_ms;    /**< 0: none */
    int timeout_signal;     /**< sent at the timeout; 0: SIGKILL's */
    uint64_t kill_after_ms; /**< from that to a kill; 0: 2000 */
    const sprog_allocator *allocator; /**< NULL: realloc and free */
} sprog_run_options;

/** What one stream printed. */
typedef struct sprog_captured {
    char *data;       /**< kept bytes and a NUL; NULL only before a run */
    size_t len;       /**< bytes kept, without the NUL */
    size_t head_len;  /**< how many of them come before the gap */
    uint64_t dropped; /**< bytes in the gap */
} sprog_captured;

/** The result of a run; ends with sprog_output_free(). */
typedef struct sprog_output {
    sprog_captured output;     /**< what child fd 1 printed */
    sprog_captured errors;     /**< what child fd 2 printed, unless merged */
    sprog_exit exit;           /**< how it ended */
    bool timed_out;            /**< it was ended at its timeout */
    uint64_t unsent_input;     /**< bytes that the program never read */
    sprog_allocator allocator; /**< what frees it */
} sprog_output;

/**
 * Run a program to its end; with the sizes that the caller knows. Bindings
 * call this; C calls sprog_run().
 *
 * @param options       BORROWED for the call
 * @param options_size  sizeof *options as the caller compiled it
 * @param spawn_size    sizeof *options->spawn as the caller compiled it
 * @param out_output    as for sprog_run()
 * @param out_fault     as for sprog_run()
 *
 * @return those of sprog_run()
 *
 * Threads: any thread.  Callbacks: none.
 */
SPROG_API SPROG_MUST_CHECK sprog_err
sprog_run_sized(const sprog_run_options *options, size_t options_size,
                size_t spawn_size, sprog_output *out_output,
                sprog_fault *out_fault);

/**
 * Run a program to its end.
 *
 * A program that exits with a code other than 0, or is killed, is no failure
 * of this call: `out_output->exit` says so. A grandchild that keeps a pipe
 * open holds it back for `drain_ms` at most (then `exit.abandoned` is set).
 *
 * @param options     BORROWED for the call
 * @param out_output  filled on SPROG_OK and on SPROG_ETIMEDOUT, untouched
 *                    otherwise; CALLER OWNS, ends with sprog_output_free()
 * @param out_fault   filled on failure; NULL allowed
 *
 * @return SPROG_OK         it ran to its end
 *         SPROG_ETIMEDOUT  it was ended at its timeout; the output is filled
 *         SPROG_EINVAL     an option makes no sense
 *         SPROG_ENOMEM     out of memory; the program was killed
 *         those of sprog_spawn() and sprog_reactor_run()
 *
 * Threads: any thread: it makes a reactor of its own.  Callbacks: none.
 * Mirrors: getProcessOutput, getProcessValue, getProcessOutputAndValue.
 */
static inline SPROG_MUST_CHECK sprog_err
sprog_run(const sprog_run_options *options, sprog_output *out_output,
          sprog_fault *out_fault)
{
    return sprog_run_sized(options, sizeof(sprog_run_options),
                           sizeof(sprog_spawn_options), out_output, out_fault);
}

/**
 * Free what sprog_run() filled, and zero it.
 *
 * @param output  NULL and all-zero are allowed and do nothing
 *
 * Threads: any thread.  Callbacks: none.
 */
SPROG_API void
sprog_output_free(sprog_output *output);

SPROG_END_DECLS

#endif
