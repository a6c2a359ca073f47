/*
 * What the system's errors mean in the library's words.
 */
#ifndef SPROG_POSIX_ERROR_MAP_H
#define SPROG_POSIX_ERROR_MAP_H

#include "common/fault.h"

/*
 * Fill in a fault from one of the system's errors, given as -errno, and return
 * its error. What ENOENT and its like mean depends on the step: a program, a
 * file or a directory that is not there, or something that the system alone
 * understands.
 */
sprog_err
sprog__posix_fail(sprog_fault *fault, sprog_step step, int64_t negative_errno,
                  const char *what);

/* The same, for a thing that concerns one child fd. */
sprog_err
sprog__posix_fail_fd(sprog_fault *fault, sprog_step step,
                     int64_t negative_errno, const char *what, int child_fd);

/* Fill in a fault that is not the system's, and return `err`. */
sprog_err
sprog__posix_refuse(sprog_fault *fault, sprog_err err, sprog_step step,
                    const char *what);

#endif
