/*
 * The world itself: its seed, its clock, and whose turn it is.
 */
#include "play.h"

#include <check.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

play_world play;

unsigned
play_random(unsigned n)
{
    /* xorshift64*, which needs a start that is not 0. */
    play.random ^= play.random >> 12;
    play.random ^= play.random << 25;
    play.random ^= play.random >> 27;
    return (unsigned)((play.random * 0x2545f4914f6cdd1dull) >> 33) % n;
}

bool
play_chance(unsigned percent)
{
    return play_random(100) < percent;
}

void
play_begin(uint64_t seed)
{
    memset(&play, 0, sizeof play);
    play.seed = seed;
    play.random = seed * 0x9e3779b97f4a7c15ull + 1;
    play.now_ns = 1000000000u + play_random(1000000);
    play.refuses_leaving = play_chance(50);
    play.refuses_broken = play_chance(50);
    play.broken_error = play_chance(50) ? EPIPE : EBADF;
    play.has_no_quiet = play_chance(30);
    play.readd_keeps = play_chance(50);
    play.reaps_itself = play_chance(15);
    play.has_thief = play_chance(15);
    play.refusals = play_random(4);
    for (int fd = 0; fd < 3; fd++) {
        play.fds[fd] = play_file_make(NULL, NULL);
    }
}

void
play_end(void)
{
    PLAY_CHECK(play_fd_count() == 3);
    PLAY_CHECK(play_note_count() == 0);
    for (size_t i = 0; i < play.proc_count; i++) {
        play_proc *proc = &play.procs[i];

        for (int fd = 0; fd < PLAY_CHILD_FD; fd++) {
            play_file_let_go(proc->files[fd]);
            proc->files[fd] = NULL;
        }
    }
    for (int fd = 0; fd < 3; fd++) {
        play_file_let_go(play.fds[fd]);
    }
    for (size_t i = 0; i < play.pipe_count; i++) {
        free(play.pipes[i]->log);
        free(play.pipes[i]);
    }
}

/* One that can do something, by chance; NULL: there is none. */
static play_proc *
choose(void)
{
    play_proc *chosen = NULL;
    unsigned seen = 0;

    for (size_t i = 0; i < play.proc_count; i++) {
        if (play_proc_can_run(&play.procs[i]) && play_random(++seen) == 0) {
            chosen = &play.procs[i];
        }
    }
    return chosen;
}

void
play_preempt(void)
{
    unsigned steps = play_chance(40) ? play_random(6) : 0;

    while (steps-- != 0) {
        play_proc *proc = choose();

        if (proc == NULL) {
            return;
        }
        play.now_ns += play_random(2000);
        play_proc_run(proc);
    }
}

bool
play_go_on(uint64_t deadline_ns)
{
    play_proc *proc = choose();
    uint64_t next_ns = play_note_next_ns();

    if (proc != NULL) {
        play.now_ns += play_random(2000);
        play_proc_run(proc);
        return true;
    }
    for (size_t i = 0; i < play.proc_count; i++) {
        if (play.procs[i].due_ns > play.now_ns &&
            play.procs[i].due_ns < next_ns) {
            next_ns = play.procs[i].due_ns;
        }
    }
    next_ns = deadline_ns < next_ns ? deadline_ns : next_ns;
    if (next_ns == UINT64_MAX) {
        return false;
    }
    play.now_ns = next_ns > play.now_ns ? next_ns : play.now_ns;
    return true;
}
