/*
 * The harness: starts the three sides on one processor, has each do the same
 * work in turn (raw, sprog, libuv; then sprog, libuv, raw; ...), and prints a
 * table. A round's three figures lie within one second of each other, so what
 * else the machine does falls on all three; a ratio is taken within a round,
 * and the table shows the median of the ratios and their middle half.
 *
 * Usage: bench [--quick] [--cpu N] DIRECTORY-OF-THE-SIDES
 */
#define _GNU_SOURCE
#include <inttypes.h>
#include <sched.h>
#include <spawn.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#include "stats.h"

#define SIDE_COUNT 3
#define ROUNDS_MAX 64

enum { RAW, SPROG, LIBUV };

/* One side: a program that takes orders. */
struct side {
    const char *program;
    const char *short_name;
    FILE *orders;
    FILE *answers;
    pid_t pid;
};

/* What a side answers. */
struct answer {
    uint64_t wall_ns;
    uint64_t cpu_ns;
    uint64_t heap;
    uint64_t resident;
};

/* One line of the table. */
struct figure {
    const char *title;
    const char *unit;
    const char *verb;
    uint64_t a;
    uint64_t b;
    unsigned rounds;
    bool is_cpu;   /* processor time of the side, not time on the wall */
    double divide; /* nanoseconds to the unit, times the work in one order */
    double amount; /* not 0: show amount over the time */
};

extern char **environ;

static struct side sides[SIDE_COUNT] = {
    [RAW] = { .program = "bench_raw", .short_name = "raw" },
    [SPROG] = { .program = "bench_sprog", .short_name = "sprog" },
    [LIBUV] = { .program = "bench_uv", .short_name = "libuv" },
};

static void
must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "bench: %s failed\n", what);
        exit(1);
    }
}

static void
start_side(struct side *side, const char *directory)
{
    char path[4096];
    char child[4096];
    char *argv[] = { path, child, NULL };
    char line[256];
    posix_spawn_file_actions_t actions;
    int orders[2];
    int answers[2];

    (void)snprintf(path, sizeof path, "%s/%s", directory, side->program);
    (void)snprintf(child, sizeof child, "%s/bench_child", directory);
    must(pipe(orders) == 0 && pipe(answers) == 0, "pipe");
    must(posix_spawn_file_actions_init(&actions) == 0, "spawn");
    must(posix_spawn_file_actions_adddup2(&actions, orders[0], 0) == 0 &&
             posix_spawn_file_actions_adddup2(&actions, answers[1], 1) == 0 &&
             posix_spawn_file_actions_addclosefrom_np(&actions, 3) == 0,
         "spawn");
    must(posix_spawn(&side->pid, path, &actions, NULL, argv, environ) == 0,
         path);
    (void)posix_spawn_file_actions_destroy(&actions);
    (void)close(orders[0]);
    (void)close(answers[1]);
    side->orders = fdopen(orders[1], "w");
    side->answers = fdopen(answers[0], "r");
    must(side->orders != NULL && side->answers != NULL, "fdopen");
    must(fgets(line, sizeof line, side->answers) != NULL, path);
    printf("%-6s %s", side->short_name, line);
}

static void
end_side(struct side *side)
{
    int status;

    (void)fclose(side->orders);
    (void)fclose(side->answers);
    must(waitpid(side->pid, &status, 0) == side->pid && status == 0,
         side->program);
}

static struct answer
order(struct side *side, const char *verb, uint64_t a, uint64_t b)
{
    struct answer answer;

    fprintf(side->orders, "%s %" PRIu64 " %" PRIu64 "\n", verb, a, b);
    (void)fflush(side->orders);
    must(fscanf(side->answers, "%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
                &answer.wall_ns, &answer.cpu_ns, &answer.heap,
                &answer.resident) == 4,
         side->program);
    return answer;
}

static void
print_ratio(double *own, const double *raw, unsigned rounds)
{
    struct stats ratio;

    for (unsigned i = 0; i < rounds; i++) {
        own[i] /= raw[i];
    }
    ratio = stats_of(own, rounds);
    printf("  %5.2f [%5.2f ..%5.2f]", ratio.median, ratio.low, ratio.high);
}

/* Take one figure from all sides, in turn, and print its line. */
static void
measure(const struct figure *figure)
{
    static double samples[SIDE_COUNT][ROUNDS_MAX];
    double raw[ROUNDS_MAX];
    double median[SIDE_COUNT];

    for (unsigned round = 0; round < figure->rounds; round++) {
        for (unsigned i = 0; i < SIDE_COUNT; i++) {
            const unsigned which = (round + i) % SIDE_COUNT;
            const struct answer answer =
                order(&sides[which], figure->verb, figure->a, figure->b);
            const uint64_t ns = figure->is_cpu ? answer.cpu_ns : answer.wall_ns;

            samples[which][round] = (double)ns / figure->divide;
        }
    }
    memcpy(raw, samples[RAW], sizeof raw);
    for (unsigned i = 0; i < SIDE_COUNT; i++) {
        double sorted[ROUNDS_MAX];

        memcpy(sorted, samples[i], sizeof sorted);
        median[i] = stats_of(sorted, figure->rounds).median;
        if (figure->amount != 0) {
            median[i] = figure->amount / median[i];
        }
    }
    printf("%-30s %-5s %8.2f %8.2f %8.2f", figure->title, figure->unit,
           median[RAW], median[SPROG], median[LIBUV]);
    print_ratio(samples[SPROG], raw, figure->rounds);
    print_ratio(samples[LIBUV], raw, figure->rounds);
    printf("\n");
    (void)fflush(stdout);
}

/* Exits with `count` children alive, and what each of those holds. */
static void
measure_alive(unsigned count, unsigned rounds, unsigned exits)
{
    char title[64];
    double heap[SIDE_COUNT] = { 0 };
    double resident[SIDE_COUNT] = { 0 };
    const struct figure figure = {
        .title = title,
        .unit = "us",
        .verb = "exits",
        .a = exits,
        .rounds = rounds,
        .is_cpu = true,
        .divide = 1e3 * exits,
    };

    (void)snprintf(title, sizeof title, "CPU of an exit, %u alive", count);
    for (unsigned i = 0; i < SIDE_COUNT && count != 0; i++) {
        const struct answer before = order(&sides[i], "hold", 0, 0);
        const struct answer after = order(&sides[i], "hold", count, 0);

        heap[i] = ((double)after.heap - (double)before.heap) / count;
        resident[i] =
            ((double)after.resident - (double)before.resident) / count;
    }
    measure(&figure);
    if (count != 0) {
        printf("%-30s %-5s %8.0f %8.0f %8.0f\n", "  heap of a live child", "B",
               heap[RAW], heap[SPROG], heap[LIBUV]);
        printf("%-30s %-5s %8.0f %8.0f %8.0f\n", "  resident, of a live child",
               "B", resident[RAW], resident[SPROG], resident[LIBUV]);
    }
    for (unsigned i = 0; i < SIDE_COUNT; i++) {
        (void)order(&sides[i], "drop", 0, 0);
    }
}

/* The most children that two descriptors each leave room for. */
static unsigned
most_alive(unsigned wanted)
{
    struct rlimit limit;

    must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    if (limit.rlim_max / 2 < (rlim_t)wanted + 200) {
        return (unsigned)(limit.rlim_max / 2) - 200;
    }
    return wanted;
}

static void
pin(unsigned cpu)
{
    cpu_set_t one;

    CPU_ZERO(&one);
    CPU_SET(cpu, &one);
    must(sched_setaffinity(0, sizeof one, &one) == 0, "sched_setaffinity");
}

static void
print_head(unsigned cpu)
{
    struct utsname name;

    must(uname(&name) == 0, "uname");
    printf("%s %s, %s, pinned to processor %u of %ld\n", name.sysname,
           name.release, name.machine, cpu, sysconf(_SC_NPROCESSORS_CONF));
}

static void
measure_all(bool is_quick)
{
    const uint64_t mib = 1048576;
    const uint64_t bulk = (is_quick ? 32 : 256) * mib;
    const double bulk_mib = (double)(bulk / mib);
    const unsigned cycles = is_quick ? 50 : 200;
    const unsigned pings = is_quick ? 500 : 3000;
    const unsigned rounds = is_quick ? 5 : 21;
    const unsigned few = is_quick ? 3 : 9;
    /* clang-format off */
    const struct figure figures[] = {
        { "spawn to end, 3 pipes", "us", "cycle", cycles, 0, rounds, false, 1e3 * cycles, 0 },
        { "  CPU of the parent", "us", "cycle", cycles, 0, rounds, true, 1e3 * cycles, 0 },
        { "ping-pong of 1 byte", "us", "ping", 1, pings, rounds, false, 1e3 * pings, 0 },
        { "ping-pong of 64 bytes", "us", "ping", 64, pings, rounds, false, 1e3 * pings, 0 },
        { "read from a child", "MiB/s", "pull", bulk, 0, few, false, 1e9, bulk_mib },
        { "through cat and back", "MiB/s", "through", bulk, 0, few, false, 1e9, bulk_mib },
    };
    /* clang-format on */

    printf("\n%-30s %-5s %8s %8s %8s  %s\n", "", "", "raw", "sprog", "libuv",
           "time over raw: sprog         libuv");
    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        measure(&figures[i]);
    }
    measure_alive(0, few, 100);
    measure_alive(most_alive(1000), few, 100);
    if (!is_quick) {
        measure_alive(most_alive(4000), few, 100);
    }
}

int
main(int argc, char **argv)
{
    bool is_quick = false;
    unsigned cpu = 0;
    int arg = 1;

    for (; arg < argc && strncmp(argv[arg], "--", 2) == 0; arg++) {
        if (strcmp(argv[arg], "--quick") == 0) {
            is_quick = true;
        } else if (strcmp(argv[arg], "--cpu") == 0 && arg + 1 < argc) {
            cpu = (unsigned)strtoul(argv[++arg], NULL, 10);
        } else {
            must(false, argv[arg]);
        }
    }
    must(arg + 1 == argc, "usage: bench [--quick] [--cpu N] DIRECTORY; it");
    pin(cpu);
    print_head(cpu);
    for (unsigned i = 0; i < SIDE_COUNT; i++) {
        start_side(&sides[i], argv[arg]);
    }
    measure_all(is_quick);
    for (unsigned i = 0; i < SIDE_COUNT; i++) {
        end_side(&sides[i]);
    }
    return 0;
}
