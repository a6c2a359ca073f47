/*
 * A protocol that writes down all that it is told: the order of the callbacks,
 * the bytes of each child fd, how each was lost, and the exit.
 */
#ifndef SPROG_TESTS_SUPPORT_RECORD_H
#define SPROG_TESTS_SUPPORT_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sprog/sprog.h"

#define RECORD_FDS 32

typedef enum record_kind {
    RECORD_MADE = 1,
    RECORD_DATA,
    RECORD_DRAINED,
    RECORD_LOST,
    RECORD_EXITED,
    RECORD_ENDED
} record_kind;

typedef struct record record;

/* Runs inside a callback, after it was written down. */
typedef void (*record_hook_fn)(record *r, record_kind kind, int child_fd);

typedef struct record_bytes {
    char *data; /* ends in NUL; NULL: none */
    size_t len;
    size_t cap;
} record_bytes;

struct record {
    sprog_reactor *reactor;
    sprog_process *process; /* NULL when it was let go */

    /* "M D1 L0 L1 L2 X E": made, data, lost, exited, ended; W0: drained */
    record_bytes order;
    record_bytes bytes[RECORD_FDS];
    sprog_lost lost[RECORD_FDS];
    unsigned lost_count[RECORD_FDS];
    unsigned drained[RECORD_FDS];
    unsigned made;
    unsigned exited;
    unsigned ended;
    size_t callbacks;
    size_t empty_chunks;
    size_t largest_chunk;
    size_t received[RECORD_FDS]; /* counted also when not kept */
    sprog_exit exit;             /* what process_exited was told */
    sprog_exit end;              /* what process_ended was told */
    int64_t pid_when_made;
    int64_t pid_when_exited;
    int64_t pid_when_ended;

    bool drop_bytes; /* count them only */
    record_hook_fn hook;
    void *user;
    record *next;
};

extern const sprog_protocol record_protocol;

void
record_clear(record *r);
void
record_append(record_bytes *bytes, const void *data, size_t len);

/* What came from one child fd, as a string. */
const char *
record_text(const record *r, int child_fd);
const char *
record_order(const record *r);

/* Whether bytes, as text, hold `part`. */
bool
record_has(const record *r, int child_fd, const char *part);

#endif
