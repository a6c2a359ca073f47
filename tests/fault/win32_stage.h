/*
 * The frame of the tests that play Windows: one reactor whose memory is kept
 * when it is freed, the recording protocol, the helper program; and at the end
 * of each test the look that nothing is left, and that nothing was touched
 * while the system had it.
 */
#ifndef WIN32_STAGE_H
#define WIN32_STAGE_H

#include <check.h>
#include <stdbool.h>
#include <stdint.h>

#include "injector.h"
#include "record.h"
#include "sprog/sprog.h"
#include "win32_play.h"
#include "win32_play_io.h"
#include "win32_watch.h"

#define OK(call) ck_assert_int_eq((call), SPROG_OK)

/* A case whose tests have a stage each. */
TCase *
stage_case(const char *name);

/* Run a case, and say the seed; what main() returns. */
int
stage_run(const char *name, TCase *tcase);

/* The seed of this run: SPROG_FAULT_SEED, or the time. */
uint32_t
stage_seed(void);

/* End what there is, look around, and begin anew with another seed. */
void
stage_again(uint32_t seed);

sprog_reactor *
stage_reactor(void);

/* Destroy the reactor before the stage does. Gives the children left. */
size_t
stage_end_reactor(void);

/* Try to start the helper in modes given as strings; `options` may be NULL. */
sprog_err
stage_try(const sprog_spawn_options *options, const char *const *modes,
          record **out_record, sprog_fault *out_fault);

/* The same; the test fails when it does not start. */
record *
stage_start(const sprog_spawn_options *options, const char *const *modes);

#define MODES(...) ((const char *const[]){ __VA_ARGS__, NULL })

/* One turn; the test fails when `until_ms` has passed. */
void
stage_turn(uint64_t until_ms, const char *what);

uint64_t
stage_deadline(void);

#define TURN_UNTIL(condition)                                                  \
    do {                                                                       \
        const uint64_t until_ = stage_deadline();                              \
        while (!(condition)) {                                                 \
            stage_turn(until_, #condition);                                    \
        }                                                                      \
    } while (0)

/* Wait, without a turn, until the child has ended. */
void
stage_wait_dead(const record *r);

#endif
