/*
 * Running the sprog program as a user does, and looking at what it printed
 * and how it ended. The library itself is the runner.
 *
 * Everything that a run gives is freed by the case's teardown.
 */
#ifndef SPROG_TESTS_TOOL_TOOL_H
#define SPROG_TESTS_TOOL_TOOL_H

#include <check.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sprog/sprog.h"

/* A case whose tests may take 60 seconds, with the teardown. */
TCase *
tool_case(const char *name);

/* Run all cases; what main() returns. */
int
tool_suite(const char *name, TCase *const *cases, size_t count);

/* Send a signal once the output has `marker` in it; in the order given. */
struct tool_step {
    const char *marker; /* "": as soon as it runs */
    int signal_number;
};

/* One run; all-zero but `args` is valid. */
struct tool_job {
    const char *const *args; /* after the program's own name; ends with NULL */
    const void *input;       /* then the end of its stdin */
    size_t input_len;
    const sprog_env_edit *edits; /* NO_COLOR and FORCE_COLOR are unset first */
    size_t edit_count;
    const struct tool_step *steps;
    size_t step_count;
    uint32_t flags;       /* of the spawn */
    bool never_read;      /* nobody reads its stdout */
    uint64_t close_after; /* stdout is closed after so many bytes */
    bool count_only;      /* stdout is counted, and must be zeros */
};

struct tool_result {
    char *out; /* and a NUL */
    size_t out_len;
    char *err;
    size_t err_len;
    uint64_t out_bytes; /* also with count_only */
    int code;           /* the exit code; -n: ended by signal n */
    sprog_exit exit;
};

/* Run it to its end; the result is good until the teardown. */
struct tool_result
tool_run(const struct tool_job *job);

/* The same for nothing but arguments. */
#define TOOL(...)                                                              \
    tool_run(&(struct tool_job){                                               \
        .args = (const char *const[]){ __VA_ARGS__, NULL } })

/*
 * The same with a timeout that the program must not outlast: IN_TIME stands
 * for it among the arguments. What was not ready by then, which `word` on its
 * stdout tells, gets twice as many seconds, and so on.
 */
#define IN_TIME "%seconds"
#define TOOL_IN_TIME(seconds, word, ...)                                       \
    tool_run_in_time((const char *const[]){ __VA_ARGS__, NULL }, (seconds),    \
                     (word))
struct tool_result
tool_run_in_time(const char *const *args, unsigned seconds, const char *word);

/* How long it took, in seconds of a machine of usual speed. */
double
tool_seconds(const struct tool_result *r);

/* Who waited for what he should not has waited for a minute: whatever the
 * machine is busy with, this is long before that. */
#define LONG_BEFORE 15.0

/* Whether these programs run in an emulator (SPROG_TEST_EMULATED), which does
 * `what`: said, as the reason for what is skipped. POSIX. */
bool
tool_cannot_show(const char *what);

/* Run a line of shell in which $T is the program, and compare its output. */
void
tool_check_shell(const char *line, const char *expected);

/* The paths of the program and of the tests' helper program. */
const char *
tool_path(void);
const char *
tool_child(void);

/* How often `part` is in `text`. */
size_t
tool_count(const char *text, const char *part);

/* Fail the test unless it is there; the text is shown. */
#define HAS(text, part)                                                        \
    ck_assert_msg(tool_count((text), (part)) != 0, "no '%s' in:\n%s", (part),  \
                  (text))
#define HAS_NOT(text, part)                                                    \
    ck_assert_msg(tool_count((text), (part)) == 0, "'%s' is in:\n%s", (part),  \
                  (text))

/* `len` bytes without any order, the same for the same seed; malloc'd. */
unsigned char *
tool_noise(size_t len, uint32_t seed);

/*
 * Whether this system's backend has sprog_stream, which --pipe and `many` are
 * made of. If not, that is said, once, on stderr.
 */
bool
tool_has_streams(void);

/* How many times slower than usual everything is (CK_TIMEOUT_MULTIPLIER). */
double
tool_scale(void);

/* The content of a file and a NUL, until the teardown; the file is removed. */
char *
tool_take_file(const char *path);

/* Make a file with that content. */
void
tool_make_file(const char *path, const char *content);

/* Whether figures of memory mean anything: not under a sanitizer. */
bool
tool_can_measure(void);

#endif
