/*
 * Errors are values: a fixed number that means the same on every system, and,
 * for whoever wants to know more, one record that says which step failed, on
 * what, and what the system called it.
 *
 * The numbers never change and are never used twice.
 */
#ifndef SPROG_ERROR_H
#define SPROG_ERROR_H

#include <stddef.h>
#include <stdint.h>

#include "export.h"

SPROG_BEGIN_DECLS

/** What a call says of itself. Zero is success; every failure is negative. */
typedef enum sprog_err {
    SPROG_OK = 0,             /**< it is done, or is being done */
    SPROG_EINVAL = -1,        /**< an argument that can never be right */
    SPROG_ENOMEM = -2,        /**< out of memory; nothing was changed */
    SPROG_ENOTSUP = -3,       /**< this system cannot do it */
    SPROG_ESYSTEM = -4,       /**< the system refused; see `os_error` */
    SPROG_EBUSY = -5,         /**< not inside a callback of this reactor */
    SPROG_EFORKED = -6,       /**< this is a forked copy of the owner */
    SPROG_EBUG = -7,          /**< a fault in this library */
    SPROG_ENOTFOUND = -8,     /**< no such program, file or directory */
    SPROG_EACCESS = -9,       /**< found, but not permitted */
    SPROG_EBATCH = -10,       /**< a batch file, or not so; Windows */
    SPROG_EENCODING = -11,    /**< not UTF-8 where the system needs it */
    SPROG_ETOOLONG = -12,     /**< over a length that the system sets */
    SPROG_EEXITED = -20,      /**< the process has exited already */
    SPROG_ENOCHILDFD = -21,   /**< that child fd was never mapped */
    SPROG_ENOTWRITABLE = -22, /**< mapped, but not for writing */
    SPROG_ECLOSED = -23,      /**< closed by us, or lost to the child */
    SPROG_EQUEUEFULL = -24,   /**< over the queue's limit; nothing taken */
    SPROG_ECANCELED = -25,    /**< the owner was destroyed first */
    SPROG_ETIMEDOUT = -26     /**< the deadline passed first */
} sprog_err;

/** The step of a call that failed. */
typedef enum sprog_step {
    SPROG_STEP_NONE = 0,     /**< none: nothing failed */
    SPROG_STEP_OPTIONS,      /**< reading what the caller asked for */
    SPROG_STEP_MEMORY,       /**< allocating */
    SPROG_STEP_ENVIRONMENT,  /**< reading or building the environment */
    SPROG_STEP_RESOLVE,      /**< finding the program */
    SPROG_STEP_COMMAND_LINE, /**< building Windows' command line */
    SPROG_STEP_PIPE,         /**< making a pipe or a socket pair */
    SPROG_STEP_FILE,         /**< opening a file or the null device */
    SPROG_STEP_CHDIR,        /**< entering the working directory */
    SPROG_STEP_DUP,          /**< putting a child fd in its place */
    SPROG_STEP_SESSION,      /**< making a session or a process group */
    SPROG_STEP_TERMINAL,     /**< taking a controlling terminal */
    SPROG_STEP_CREDENTIALS,  /**< changing user, group or groups */
    SPROG_STEP_LIMITS,       /**< setting resource limits */
    SPROG_STEP_SIGNALS,      /**< setting dispositions or the mask */
    SPROG_STEP_FORK,         /**< making the process */
    SPROG_STEP_EXEC,         /**< starting the program in it */
    SPROG_STEP_WATCH,        /**< asking the system for its events */
    SPROG_STEP_READ,         /**< reading bytes */
    SPROG_STEP_WRITE,        /**< writing bytes */
    SPROG_STEP_SIGNAL,       /**< signalling a process */
    SPROG_STEP_WAIT          /**< waiting for events or for a status */
} sprog_step;

/** Bytes of `what` in a fault, the ending NUL included. */
#define SPROG_FAULT_WHAT_SIZE 256

/** One failure, as exactly as the system told it. */
typedef struct sprog_fault {
    sprog_err err;    /**< SPROG_OK: nothing failed */
    sprog_step step;  /**< where it failed */
    int64_t os_error; /**< errno or GetLastError(); 0: not the system's */
    int child_fd;     /**< the child fd concerned; -1: none */
    char what[SPROG_FAULT_WHAT_SIZE]; /**< a path, a name, or "" */
} sprog_fault;

/**
 * Name an error: "SPROG_ENOTFOUND".
 *
 * @param err  any value
 *
 * @return a static string; "SPROG_E?" for a number that is no error of ours
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API const char *
sprog_err_name(sprog_err err);

/**
 * Describe an error in a few words: "no such program, file or directory".
 *
 * @param err  any value
 *
 * @return a static string
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API const char *
sprog_err_text(sprog_err err);

/**
 * Name a step in a word or two: "chdir to", "exec".
 *
 * @param step  any value
 *
 * @return a static string
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API const char *
sprog_step_text(sprog_step step);

/**
 * Write a fault as one line of text: what was tried, on what, and what came
 * of it, as in "chdir to '/nowhere': No such file or directory".
 *
 * The text is cut to fit and always ends in NUL when `cap` is not 0. It has
 * no argument and no environment value in it, only what `fault->what` names.
 *
 * @param fault    BORROWED for the call
 * @param out_buf  set to the text; may be NULL only if `cap` is 0
 * @param cap      bytes at `out_buf`
 *
 * @return the bytes that the whole text needs, without the NUL
 *
 * Threads: any thread.  Callbacks: none run inside.
 * Platforms: the system's part is strerror_r's text, or FormatMessageW's.
 */
SPROG_API size_t
sprog_fault_text(const sprog_fault *fault, char *out_buf, size_t cap);

SPROG_END_DECLS

#endif
