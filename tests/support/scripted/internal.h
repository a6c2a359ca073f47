/*
 * What the files of the scripted backend share: the one world, and the
 * subjects in it. A subject is kept until the reset, closed or not, so that
 * whoever uses a dead one is found out.
 */
#ifndef SPROG_TESTS_SCRIPTED_INTERNAL_H
#define SPROG_TESTS_SCRIPTED_INTERNAL_H

#include "../../../src/common/list.h"
#include "scripted.h"

#define SCRIPTED_KIND_COUNT  (SPROG__BE_EXITED + 1)
#define SCRIPTED_NEVER       UINT64_MAX
#define SCRIPTED_RECORDS     64
#define SCRIPTED_MOST_FILES  32
#define SCRIPTED_MOST_SIGNAL 65

/* Bytes that grow at their end. */
typedef struct scripted_bytes {
    char *data;
    size_t len;
    size_t capacity;
} scripted_bytes;

struct sprog__be {
    sprog__link link;
    const sprog__mem *mem;
    void *token; /* memory that a real backend would have */
    bool is_destroyed;
    bool is_locked;
    bool is_woken;
    bool is_embedded;
    uint64_t embed_deadline_ns;
};

struct sprog__be_io {
    sprog__link link;
    sprog__be *be;
    void *owner;
    void *token;
    sprog__be_child *child; /* NULL: adopted */
    int child_fd;           /* or the number of the adopted one */
    bool can_read;
    bool can_write;

    bool is_armed;
    bool is_stale;      /* a READABLE was on its way at the disarm */
    bool may_read;      /* READABLE was delivered since the last arm */
    uint64_t read_wait; /* the wait that delivered it */
    bool is_closing;    /* CLOSED is owed */
    bool is_closed;     /* given back */
    bool is_held;
    int rank;
    uint64_t ready_at[SCRIPTED_KIND_COUNT]; /* 0: not ready */

    scripted_bytes printed;
    size_t printed_read;
    size_t read_most;
    size_t teases;
    bool has_ended; /* nothing more is printed */
    bool is_deaf;   /* nobody reads */
    int64_t broken; /* os_error; 0: whole */

    size_t capacity;
    size_t in_pipe;
    scripted_bytes taken;
    bool owes_written;
    size_t kept_len;   /* bytes that the system holds */
    size_t kept_taken; /* and has taken since */
    char *kept_copy;   /* what they were */
    sprog_bytes *kept; /* where they are */
    size_t kept_count;
    bool lost_told;
};

struct sprog__be_child {
    sprog__link link;
    sprog__be *be;
    void *owner;
    void *token;
    int64_t pid;
    char *program;
    char *cwd;
    char **argv;
    char **env;
    sprog__be_fd *fds;
    size_t fd_count;
    uint32_t flags;

    bool has_exited;
    bool exit_told;
    bool is_collected;
    bool is_released;
    bool is_held;
    int rank;
    uint64_t ready_at;
    sprog_exit exit;

    bool ignores[SCRIPTED_MOST_SIGNAL];
    size_t signal_count;
    int last_signal;
    bool last_to_group;
};

/* Something that happens at its time. */
typedef struct scripted_action {
    sprog__link link;
    uint64_t due_ns;
    void (*fn)(void *user);
    void *user;
} scripted_action;

/* A planned failure. */
typedef struct scripted_failure {
    size_t nth; /* 0: none */
    bool for_ever;
    sprog_err err;
    int64_t os_error;
} scripted_failure;

typedef struct scripted_file {
    const char *path;
    sprog_err err;
} scripted_file;

typedef struct scripted_world {
    bool is_alive;
    scripted_way way;
    bool is_copy;
    uint64_t seed;
    uint64_t random;
    uint64_t wait_count;
    uint64_t stamp;

    uint64_t now_ns;
    uint64_t late_ns;
    uint64_t last_deadline_ns;
    size_t batch;
    size_t new_capacity;

    sprog__link bes;
    sprog__link ios;
    sprog__link children;
    sprog__link actions;
    size_t child_count;

    void (*on_idle)(void *user);
    void *on_idle_user;
    void (*on_spawn)(sprog__be_child *child, void *user);
    void *on_spawn_user;

    size_t calls[SCRIPTED_FN_COUNT];
    size_t fallible_calls;
    scripted_failure failures[SCRIPTED_FALLIBLE_COUNT];
    scripted_failure any_failure;
    struct {
        scripted_fn fn;
        const void *subject;
        uint64_t number;
    } records[SCRIPTED_RECORDS];
    size_t record_count;

    const char *const *env;
    bool has_windows_names;
    scripted_file files[SCRIPTED_MOST_FILES];
    size_t file_count;
    const char *default_list;
    int realtime_first;
    int realtime_last;
} scripted_world;

extern scripted_world scripted_the;

/* Write down a call; in a forked copy this fails the test. */
void
scripted_record(scripted_fn fn, const void *subject, uint64_t number);

/*
 * Write down a call that can fail. Checks the fault's promise, and returns
 * SPROG_OK, or the planned failure with `fault` filled.
 */
sprog_err
scripted_enter(scripted_fn fn, const void *subject, uint64_t number,
               sprog_step step, sprog_fault *fault);

/* Fail with memory: fills `fault`. */
sprog_err
scripted_no_memory(sprog_fault *fault);

void
scripted_check_be(const sprog__be *be, const char *what);
void
scripted_check_io(const sprog__be_io *io, const char *what);
void
scripted_check_child(const sprog__be_child *child, const char *what);

/* Note when its events become ready, or cease to be. */
void
scripted_update_io(sprog__be_io *io);
void
scripted_update_child(sprog__be_child *child);

/* One event of it is given out: note what that means. */
void
scripted_deliver_io(sprog__be_io *io, sprog__be_event_kind kind,
                    sprog__be_event *out_event);

/* Make an io; NULL without memory. */
sprog__be_io *
scripted_io_create(sprog__be *be, void *owner, bool can_read, bool can_write);

/* The bytes that the system holds are what they were; then none are. */
void
scripted_check_kept(sprog__be_io *io, const char *when);
void
scripted_forget_kept(sprog__be_io *io);

/* Keep all bytes but the first `skip`: where they are, and what they are. */
void
scripted_keep(sprog__be_io *io, const sprog_bytes *bytes, size_t count,
              size_t skip);

/* What is kept goes into the pipe as far as there is room. */
void
scripted_flow(sprog__be_io *io);

/* When the next action is due, and those that are due now. */
uint64_t
scripted_next_action_ns(void);
void
scripted_run_actions(void);

/* Move the clock to what comes first: an action, or the deadline. */
void
scripted_pass_time(uint64_t deadline_ns);

/* Whether a wait would find an event. */
bool
scripted_has_events(const sprog__be *be);

void
scripted_io_free(sprog__be_io *io);
void
scripted_child_free(sprog__be_child *child);

void
scripted_bytes_add(scripted_bytes *bytes, const void *data, size_t len);

#endif
