/*
 * What all lives are made of: the files, the reactor, a witness to one child.
 */
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "host.h"
#include "life_parts.h"
#include "life_system.h"

#define PATH_SIZE 300

static char directory[256];

char life_file_in[PATH_SIZE];
char life_file_out[PATH_SIZE];
char life_file_log[PATH_SIZE];
char life_file_plain[PATH_SIZE];
char life_file_script[PATH_SIZE];

static void
name_file(char *out_path, const char *name)
{
    (void)snprintf(out_path, PATH_SIZE, "%s/%s", directory, name);
}

void
life_make_files(void)
{
    ck_assert(host_make_temp_dir(directory, sizeof directory));
    name_file(life_file_in, "in");
    name_file(life_file_out, "out");
    name_file(life_file_log, "log");
    name_file(life_file_plain, life_name_of_plain);
    name_file(life_file_script, life_name_of_script);
    ck_assert(host_write_file(life_file_in, "line\n", 5));
    ck_assert(host_write_file(life_file_plain, "no program\n", 11));
    ck_assert(host_write_file(life_file_script, "no program\n", 11));
    ck_assert(life_make_runnable(life_file_script));
}

void
life_remove_files(void)
{
    host_remove_tree(directory);
}

bool
life_create(struct life *life, sprog_reactor **out_reactor)
{
    const sprog_reactor_options options = { .allocator = &inject_allocator };
    sprog_err err = sprog_reactor_create(&options, out_reactor);

    life->is_whole = err == SPROG_OK;
    if (err != SPROG_OK) {
        ck_assert_ptr_null(*out_reactor);
        ck_assert_msg(err == SPROG_ENOMEM || err == SPROG_ESYSTEM,
                      "a reactor is refused with %s", sprog_err_name(err));
    }
    return life->is_whole;
}

void
life_destroy(struct life *life, sprog_reactor *reactor)
{
    size_t left = 0;

    ck_assert_int_eq(sprog_reactor_destroy(reactor, &left), SPROG_OK);
    life->left += left;
}

void
life_turn_until(struct life *life, sprog_reactor *reactor, const bool *is_done)
{
    const uint64_t until = host_now_ms() + life->patience_ms;
    int failures = 0;

    while (!*is_done && failures < 20) {
        if (sprog_reactor_turn(reactor, 20) != SPROG_OK) {
            failures++;
        }
        if (host_now_ms() > until) {
            life->is_stuck = true;
            break;
        }
    }
    if (!*is_done) {
        life->is_whole = false;
    }
}

bool
life_did(struct life *life, sprog_err err)
{
    ck_assert_int_ne(err, SPROG_EBUG);
    ck_assert_int_ne(err, SPROG_EFORKED);
    ck_assert_int_ne(err, SPROG_EINVAL);
    if (err != SPROG_OK) {
        life->is_whole = false;
    }
    return err == SPROG_OK;
}

/* ---- one child ---------------------------------------------------------- */

static void
take_made(sprog_process *process, void *user)
{
    struct witness *w = user;

    ck_assert(!w->is_made && !w->is_exited && !w->is_ended);
    ck_assert(sprog_process_pid(process) > 1);
    w->is_made = true;
}

static void
take_data(sprog_process *process, int child_fd, const void *data, size_t len,
          void *user)
{
    struct witness *w = user;

    (void)child_fd;
    ck_assert(w->is_made && !w->is_ended && len != 0);
    if (len <= sizeof w->data - w->data_len) {
        memcpy(w->data + w->data_len, data, len);
        w->data_len += len;
    }
    if (w->data_len >= w->enough) {
        (void)sprog_process_close_child_fd(process, w->close_when_enough);
    }
}

static void
take_lost(sprog_process *process, int child_fd, const sprog_lost *lost,
          void *user)
{
    struct witness *w = user;

    ck_assert(w->is_made && !w->is_ended);
    ck_assert(lost->reason == SPROG_LOST_ERROR || lost->err == SPROG_OK);
    /* What a path would be told is no answer here. */
    ck_assert(lost->err == SPROG_OK || lost->err == SPROG_ECLOSED ||
              lost->err == SPROG_ENOMEM || lost->err == SPROG_ESYSTEM);
    ck_assert(child_fd >= 0 && child_fd < 8);
    ck_assert(!w->is_lost[child_fd]);
    w->is_lost[child_fd] = true;
    w->is_broken = w->is_broken || lost->reason == SPROG_LOST_ERROR;
    /* A part is missing, so the rest must not wait for it. */
    (void)sprog_process_close_child_fd(process, w->close_when_enough);
}

static void
take_exit(sprog_process *process, const sprog_exit *how, void *user)
{
    struct witness *w = user;

    (void)process;
    ck_assert(w->is_made && !w->is_exited && !w->is_ended);
    w->is_exited = true;
    w->exit = *how;
}

static void
take_end(sprog_process *process, const sprog_exit *how, void *user)
{
    struct witness *w = user;

    ck_assert(w->is_made && w->is_exited && !w->is_ended);
    ck_assert_int_eq(how->kind, w->exit.kind);
    ck_assert_int_eq(sprog_process_pid(process), 0);
    w->is_ended = true;
}

const sprog_protocol life_protocol = {
    .connection_made = take_made,
    .child_data_received = take_data,
    .child_connection_lost = take_lost,
    .process_exited = take_exit,
    .process_ended = take_end,
};

bool
life_spawn(struct life *life, sprog_reactor *reactor,
           const sprog_spawn_options *options, struct witness *w)
{
    sprog_fault fault = { .err = SPROG_OK };
    sprog_err err;

    w->process = NULL;
    err = sprog_spawn(reactor, options, &life_protocol, w, &w->process, &fault);
    if (!life_did(life, err)) {
        ck_assert_ptr_null(w->process);
        ck_assert_int_eq(fault.err, err);
        ck_assert_int_ne(fault.step, SPROG_STEP_NONE);
        return false;
    }
    ck_assert_ptr_nonnull(w->process);
    return true;
}

/* Look that the status is right, or is said to be unknown. */
void
life_judge(struct life *life, const struct witness *w, sprog_exit_kind kind,
           int number)
{
    if (!w->is_ended || w->exit.kind == SPROG_EXIT_UNKNOWN) {
        life->is_whole = false;
        return;
    }
    /* A part of what it works with may be missing: it has ended, that is all.
     */
    if (w->is_broken || w->data_len < w->enough) {
        life->is_whole = false;
    }
    if (w->may_fail_by_itself && !life->is_whole) {
        return;
    }
    ck_assert_int_eq(w->exit.kind, kind);
    ck_assert_int_eq(kind == SPROG_EXIT_CODE ? (int)w->exit.code
                                             : w->exit.signal_number,
                     number);
}
