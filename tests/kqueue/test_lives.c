/*
 * Lives in every order: a seed makes the system, what the children do, what
 * their host does, and when each has its turn. PLAY_SEEDS says how many,
 * PLAY_SEED which one alone.
 */
#include "life.h"

#include "run_case.h"
#include <check.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIVES 5

/* More looks at the kqueue than this for one seed is a loop that spins. */
#define LOOKS_MOST 60000

static struct {
    sprog_reactor *reactor;
    life lives[LIVES];
    size_t count;
    unsigned meddling; /* so many times more */
    bool is_embedded;
    int waitable;
    size_t timers_due;
} scene;

/* ---- what children do --------------------------------------------------- */

static const char *
random_op(char *text, size_t size)
{
    static const play_what whats[] = { PLAY_WRITE, PLAY_WRITE, PLAY_READ,
                                       PLAY_CAT,   PLAY_CLOSE, PLAY_SLEEP,
                                       PLAY_HOLD };
    const play_what what = whats[play_random(sizeof whats / sizeof *whats)];
    int fd = 1 + (int)play_random(3);
    unsigned n = play_random(play_chance(20) ? 2000 : 80);

    if (what == PLAY_READ) {
        fd = play_chance(70) ? 0 : 3;
    } else if (what == PLAY_CLOSE) {
        fd = (int)play_random(4);
    }
    (void)snprintf(text, size, "%d %d %u", (int)what, fd, n);
    return text;
}

static void
start_random(life *l)
{
    char texts[PLAY_OPS][32];
    const char *ops[PLAY_OPS] = { NULL };
    const size_t count = play_random(6);
    const bool raises = play_chance(15);

    for (size_t i = 0; i < count; i++) {
        ops[i] = random_op(texts[i], sizeof texts[i]);
    }
    (void)snprintf(texts[count], sizeof texts[count], "%d 0 %u",
                   raises ? PLAY_RAISE : PLAY_END,
                   raises ? (unsigned)SIGSEGV : play_random(256));
    ops[count] = texts[count];
    life_start(l, scene.reactor, ops,
               play_chance(30) ? SPROG_SPAWN_NEW_GROUP : 0,
               play_chance(30) ? 1 + play_random(3) : 0,
               play_chance(50) ? SPROG_KILL : SPROG_LEAVE);
}

/* ---- what their host does ----------------------------------------------- */

static void
on_timer(sprog_reactor *reactor, void *user)
{
    (void)reactor;
    (void)user;
    scene.timers_due--;
}

static void
let_go(life *l)
{
    sprog_process_destroy(l->process);
    l->process = NULL;
}

static void
meddle(life *l)
{
    static const int signals[] = { 0, SIGTERM, SIGKILL };
    const int fd = 1 + (int)play_random(3);
    sprog_err err = SPROG_OK;

    if (l->process == NULL || scene.meddling == 0) {
        return;
    }
    scene.meddling--;
    switch (play_random(12)) {
    case 0:
    case 1:
    case 2:
        err = life_write(l, 1 + play_random(300));
        break;
    case 3:
        (void)sprog_process_close_stdin(l->process);
        break;
    case 4:
        err = sprog_process_pause(l->process, SPROG_ALL_FDS);
        break;
    case 5:
        err = sprog_process_resume(l->process, SPROG_ALL_FDS);
        break;
    case 6:
        err = sprog_process_signal(l->process, signals[play_random(3)]);
        PLAY_CHECK(err == SPROG_OK || err == SPROG_EEXITED);
        break;
    case 7:
        err = sprog_process_signal_group(l->process, signals[play_random(3)]);
        PLAY_CHECK(err == SPROG_OK || err == SPROG_EEXITED || !l->leads_group);
        break;
    case 8:
        l->is_cut[fd] = true;
        (void)sprog_process_close_child_fd(l->process, fd);
        break;
    case 9:
        if (play_chance(30)) {
            let_go(l);
        }
        break;
    case 10:
        if (sprog_reactor_call_later(scene.reactor, play_random(4), on_timer,
                                     NULL, NULL) == SPROG_OK) {
            scene.timers_due++;
        }
        break;
    default:
        sprog_reactor_wake(scene.reactor);
        break;
    }
    PLAY_CHECK(err != SPROG_EBUG);
}

/* From here on nothing is held back: so all of it must come to its end. */
static void
let_all_end(void)
{
    scene.meddling = 0;
    for (size_t i = 0; i < scene.count; i++) {
        life *l = &scene.lives[i];

        if (l->process != NULL) {
            (void)sprog_process_resume(l->process, SPROG_ALL_FDS);
            (void)sprog_process_close_stdin(l->process);
            (void)sprog_process_close_child_fd(l->process, 3);
            l->is_cut[3] = true;
        }
    }
}

/* ---- a seed ------------------------------------------------------------- */

static void
turn(void)
{
    if (!scene.is_embedded) {
        PLAY_CHECK(sprog_reactor_turn(scene.reactor, -1) == SPROG_OK);
        return;
    }
    /* A loop that knows nothing but the one object. */
    while (!play_note_is_ready(scene.waitable)) {
        PLAY_CHECK_MSG(play_go_on(UINT64_MAX), "the one object is never ready");
    }
    PLAY_CHECK(sprog_reactor_turn(scene.reactor, 0) == SPROG_OK);
}

static bool
is_over(void)
{
    for (size_t i = 0; i < scene.count; i++) {
        if (scene.lives[i].process != NULL && scene.lives[i].ended == 0) {
            return false;
        }
    }
    return scene.timers_due == 0;
}

static void
embed_sometimes(void)
{
    intptr_t waitable;

    if (play_chance(50)) {
        PLAY_CHECK(sprog_reactor_embed(scene.reactor, &waitable) == SPROG_OK);
        scene.is_embedded = true;
        scene.waitable = (int)waitable;
    }
}

/* Those of ours that nobody has waited for were left to run; one may be gone
 * by now. */
static void
check_left(size_t left)
{
    size_t there = 0;

    for (size_t i = 0; i < play.proc_count; i++) {
        there += play.procs[i].is_child && play.procs[i].state != PLAY_GONE;
    }
    PLAY_CHECK(there <= left);
}

static void
lead(uint64_t seed)
{
    unsigned turns;
    size_t left = 0;

    play_begin(seed);
    memset(&scene, 0, sizeof scene);
    scene.count = 1 + play_random(LIVES);
    scene.meddling = play_random(60);
    PLAY_CHECK(sprog_reactor_create(NULL, &scene.reactor) == SPROG_OK);
    embed_sometimes();
    for (size_t i = 0; i < scene.count; i++) {
        scene.lives[i].hook = play_chance(50) ? meddle : NULL;
        start_random(&scene.lives[i]);
        meddle(&scene.lives[i]);
    }
    for (turns = play_random(30); turns != 0 && !is_over(); turns--) {
        PLAY_CHECK(sprog_reactor_turn(scene.reactor, play_random(2)) ==
                   SPROG_OK);
        meddle(&scene.lives[play_random((unsigned)scene.count)]);
    }
    let_all_end();
    while (!is_over()) {
        turn();
        PLAY_CHECK(play.looks < LOOKS_MOST);
    }
    for (size_t i = 0; i < scene.count; i++) {
        if (scene.lives[i].process != NULL) {
            life_check(&scene.lives[i]);
            let_go(&scene.lives[i]);
        }
    }
    PLAY_CHECK(sprog_reactor_destroy(scene.reactor, &left) == SPROG_OK);
    check_left(left);
    play_end();
}

/* proves: H5 H11 H31 H32 H34 H38 H69 H74 H75 H77 H79 */
START_TEST(every_order_of_things_leads_to_the_same_end)
{
    const char *alone = getenv("PLAY_SEED");
    const char *many = getenv("PLAY_SEEDS");
    const uint64_t count = many != NULL ? strtoull(many, NULL, 10) : 10000;

    if (alone != NULL) {
        lead(strtoull(alone, NULL, 10));
        return;
    }
    for (uint64_t seed = 1; seed <= count; seed++) {
        lead(seed);
    }
}
END_TEST

int
main(void)
{
    TCase *tcase = tcase_create("lives");

    tcase_set_timeout(tcase, 100);
    tcase_add_test(tcase, every_order_of_things_leads_to_the_same_end);
    return run_case("kqueue/lives", tcase);
}
