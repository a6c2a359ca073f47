/*
 * What becomes of the output of `sprog run` when it is not simply ours: it
 * goes to --tee, gets its times, is cut by --max-output, and is handed to the
 * relay, now or, with --quiet-success, after a failure.
 */
#ifndef TOOL_TAP_H
#define TOOL_TAP_H

#include <stdbool.h>
#include <stddef.h>

#include <sprog/sprog.h>

#include "child.h"
#include "outlet.h"
#include "relay.h"
#include "spool.h"
#include "text.h"
#include "trim.h"

/* What the user has said. */
struct tap_args {
    struct trim_limit limit;
    const char *tee; /* NULL: none */
    bool times;
    bool quiet_success;
};

struct tap;

/* The child's stdout, or its stderr. */
struct tap_end {
    struct tap *tap;
    int fd;
    bool is_in_line; /* the program's last byte was no end of line */
    bool is_cut;     /* nor was the last one that was printed */
    struct trim trim;
    struct spool spool; /* with --quiet-success */
};

struct tap {
    const struct tap_args *args;
    struct relay *relay;
    struct child *child;
    struct outlet tee;
    struct text text;
    struct tap_end ends[RELAY_FDS]; /* but 0 */
    int giving;                     /* whose spool is given; 0: none */
    bool has_failed;                /* reported */
};

/* All is BORROWED until tap_close(). False: reported. */
bool
tap_open(struct tap *tap, const struct tap_args *args, sprog_reactor *reactor,
         struct relay *relay, struct child *child);

/* The child has printed something. */
void
tap_received(struct tap *tap, int fd, const void *data, size_t len);

/* There is no more to come: print what was kept, and close. */
void
tap_finish(struct tap *tap, bool is_success);

/* Whether all was written, or cannot be. */
bool
tap_is_done(const struct tap *tap);

/* Drop everything. */
void
tap_close(struct tap *tap);

#endif
