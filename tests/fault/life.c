/*
 * The lives of single processes.
 */
#include "life.h"

#include <check.h>
#include <string.h>

#include "life_parts.h"
#include "life_system.h"

#define TERM 15

void
life_of_pipes(struct life *life)
{
    const sprog_spawn_options options = { .argv = life_argv(LIFE_CAT),
                                          .left = SPROG_KILL };
    struct witness w = { .enough = 5, .may_fail_by_itself = true };
    sprog_reactor *reactor = NULL;

    if (!life_create(life, &reactor)) {
        return;
    }
    if (life_spawn(life, reactor, &options, &w)) {
        if (!life_did(life, sprog_process_write(w.process, "hello", 5))) {
            (void)sprog_process_close_stdin(w.process);
        }
        life_turn_until(life, reactor, &w.is_ended);
        ck_assert(memcmp(w.data, "hello", w.data_len) == 0);
        life_judge(life, &w, SPROG_EXIT_CODE, 0);
        sprog_process_destroy(w.process);
    }
    life_destroy(life, reactor);
}

void
life_of_entries(struct life *life)
{
    const sprog_child_fd fds[] = {
        SPROG_FILE(0, life_file_in, SPROG_READ_ONLY),
        SPROG_FILE(1, life_file_out, SPROG_TRUNCATE),
        SPROG_SAME(2, 1),
        SPROG_DUPLEX(3),
        SPROG_NULL(4),
        SPROG_INHERIT(5, life_inherited()),
        SPROG_FILE(6, life_file_log, SPROG_APPEND),
    };
    const sprog_env_edit edits[] = { { "SPROG_FAULT", "1" },
                                     { "SPROG_NOT_THERE", NULL } };
    const sprog_spawn_options options = {
        .argv = life_argv(LIFE_TALK),
        .edits = edits,
        .edit_count = 2,
        .cwd = "/",
        .fds = fds,
        .fd_count = sizeof fds / sizeof *fds,
        .flags = SPROG_SPAWN_NEW_GROUP,
        .left = SPROG_KILL,
    };
    struct witness w = { .enough = 3,
                         .close_when_enough = 3,
                         .may_fail_by_itself = true };
    sprog_reactor *reactor = NULL;

    if (!life_create(life, &reactor)) {
        return;
    }
    if (life_spawn(life, reactor, &options, &w)) {
        /* One that finds its reader gone says so to the next write. */
        if (!life_did(life,
                      sprog_process_write_to_child(w.process, 3, "hi\n", 3)) ||
            !life_did(life,
                      sprog_process_write_to_child(w.process, 3, "", 0))) {
            (void)sprog_process_close_child_fd(w.process, 3);
        }
        life_turn_until(life, reactor, &w.is_exited);
        /* The leader is gone, but its number is still ours to ask for. */
        (void)!sprog_process_signal_group(w.process, 0);
        life_turn_until(life, reactor, &w.is_ended);
        life_judge(life, &w, SPROG_EXIT_CODE, 7);
        sprog_process_destroy(w.process);
    }
    life_destroy(life, reactor);
}

static void
live_and_signal(struct life *life, sprog_reactor *reactor,
                const sprog_spawn_options *options)
{
    struct witness w = { .enough = 0 };
    sprog_address address;
    intptr_t native;

    if (!life_spawn(life, reactor, options, &w)) {
        return;
    }
    (void)life_did(life, sprog_process_host(w.process, &address));
    (void)life_did(life, sprog_process_peer(w.process, &address));
    if (sprog_process_native(w.process, &native) == SPROG_OK) {
        ck_assert(native >= 0);
    }
    if (life_did(life, sprog_process_signal(w.process, TERM))) {
        life_turn_until(life, reactor, &w.is_ended);
        life_judge(life, &w, SPROG_EXIT_SIGNAL, TERM);
    }
    if (w.is_ended) {
        ck_assert_int_eq(sprog_process_signal(w.process, TERM), SPROG_EEXITED);
    }
    sprog_process_destroy(w.process);
}

void
life_of_signals(struct life *life)
{
    static const sprog_child_fd none[1];
    const sprog_spawn_options killed = { .argv = life_argv(LIFE_SLEEP),
                                         .fds = none,
                                         .left = SPROG_KILL };
    const sprog_spawn_options left = { .argv = life_argv(LIFE_CAT) };
    struct witness first = { .enough = 0 };
    struct witness second = { .enough = 0 };
    sprog_reactor *reactor = NULL;

    if (!life_create(life, &reactor)) {
        return;
    }
    live_and_signal(life, reactor, &killed);
    if (life_spawn(life, reactor, &killed, &first)) {
        sprog_process_destroy(first.process);
    }
    if (life_spawn(life, reactor, &left, &second)) {
        sprog_process_destroy(second.process);
    }
    /* Both end by this; whether they are reaped here or left is not ours. */
    for (int i = 0; i < 4; i++) {
        (void)!sprog_reactor_turn(reactor, 1);
    }
    ck_assert(!first.is_made && !second.is_made);
    life_destroy(life, reactor);
}

static void
refuse(struct life *life, sprog_reactor *reactor,
       const sprog_spawn_options *options, sprog_err wanted)
{
    struct witness w = { .enough = 0 };
    sprog_fault fault = { .err = SPROG_OK };
    sprog_err err;

    err = sprog_spawn(reactor, options, &life_protocol, &w, &w.process, &fault);
    ck_assert_int_ne(err, SPROG_OK);
    ck_assert_ptr_null(w.process);
    ck_assert_int_eq(fault.err, err);
    ck_assert_int_ne(err, SPROG_EBUG);
    if (err != wanted) {
        life->is_whole = false;
    }
}

void
life_of_refusals(struct life *life)
{
    const char *const missing[] = { "/nowhere/at-all", NULL };
    const char *const plain[] = { life_file_plain, NULL };
    const char *const script[] = { life_file_script, NULL };
    const sprog_child_fd no_file[] = {
        SPROG_READ(1), SPROG_FILE(2, "/nowhere/file", SPROG_APPEND)
    };
    sprog_spawn_options options = { .argv = missing };
    sprog_reactor *reactor = NULL;

    if (!life_create(life, &reactor)) {
        return;
    }
    refuse(life, reactor, &options, SPROG_ENOTFOUND);
    options.argv = plain;
    refuse(life, reactor, &options, life_err_of_plain);
    options.argv = script; /* POSIX: fails in the child, in execve */
    refuse(life, reactor, &options, life_err_of_script);
    options.argv = life_argv(LIFE_CAT);
    options.cwd = "/nowhere";
    refuse(life, reactor, &options, SPROG_ENOTFOUND);
    options.cwd = NULL;
    options.fds = no_file;
    options.fd_count = 2;
    refuse(life, reactor, &options, SPROG_ENOTFOUND);
    life_destroy(life, reactor);
}
