/*
 * Filling in the record of a failure.
 */
#ifndef SPROG_COMMON_FAULT_H
#define SPROG_COMMON_FAULT_H

#include "sprog/error.h"

/* An empty record: no error, no child fd. */
void
sprog__fault_clear(sprog_fault *fault);

/*
 * Fill in a failure, and return its error, so that a caller can return both.
 * `what` is cut to fit; NULL is "". The child fd is left as it is.
 */
sprog_err
sprog__fault_set(sprog_fault *fault, sprog_err err, sprog_step step,
                 int64_t os_error, const char *what);

#endif
