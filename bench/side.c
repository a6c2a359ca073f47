/*
 * The main function of every side: read an order, carry it out, answer with
 * what it cost.
 *
 * An order is one line, "verb number number"; the answer is one line,
 * "wall_ns cpu_ns heap_bytes resident_bytes". cpu_ns is this process alone,
 * without its children.
 */
#define _GNU_SOURCE
#include "side.h"

#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

const char side_bytes[SIDE_BLOCK];

static char child_path[4096];
static char mode_exit[] = "exit";
static char mode_cat[] = "cat";
static char mode_source[] = "source";
static char source_bytes[32];

char *side_argv_exit[] = { child_path, mode_exit, NULL };
char *side_argv_cat[] = { child_path, mode_cat, NULL };
char *side_argv_source[] = { child_path, mode_source, source_bytes, NULL };

static uint64_t wall_started;
static uint64_t cpu_started;
static uint64_t wall_spent;
static uint64_t cpu_spent;

static uint64_t
clock_ns(clockid_t id)
{
    struct timespec now;

    side_must(clock_gettime(id, &now) == 0, "clock_gettime");
    return (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
}

void
side_must(bool good, const char *what)
{
    if (!good) {
        fprintf(stderr, "%s: %s failed\n", side_version(), what);
        _exit(1);
    }
}

void
side_clock_start(void)
{
    cpu_started = clock_ns(CLOCK_PROCESS_CPUTIME_ID);
    wall_started = clock_ns(CLOCK_MONOTONIC);
}

void
side_clock_stop(void)
{
    wall_spent = clock_ns(CLOCK_MONOTONIC) - wall_started;
    cpu_spent = clock_ns(CLOCK_PROCESS_CPUTIME_ID) - cpu_started;
}

static uint64_t
heap_in_use(void)
{
    const struct mallinfo2 info = mallinfo2();

    return (uint64_t)info.uordblks + (uint64_t)info.hblkhd;
}

static uint64_t
resident(void)
{
    unsigned long long pages = 0;
    FILE *statm = fopen("/proc/self/statm", "r");

    side_must(statm != NULL, "open of /proc/self/statm");
    side_must(fscanf(statm, "%*u %llu", &pages) == 1, "read of statm");
    (void)fclose(statm);
    return pages * (uint64_t)sysconf(_SC_PAGESIZE);
}

static void
carry_out(const char *verb, uint64_t a, uint64_t b)
{
    wall_spent = 0;
    cpu_spent = 0;
    if (strcmp(verb, "cycle") == 0) {
        side_cycle((unsigned)a);
    } else if (strcmp(verb, "ping") == 0) {
        side_must(a <= SIDE_PING_MAX, "order");
        side_ping((size_t)a, (unsigned)b);
    } else if (strcmp(verb, "pull") == 0) {
        (void)snprintf(source_bytes, sizeof source_bytes, "%" PRIu64, a);
        side_pull(a);
    } else if (strcmp(verb, "through") == 0) {
        side_through(a);
    } else if (strcmp(verb, "hold") == 0) {
        side_hold((unsigned)a);
    } else if (strcmp(verb, "exits") == 0) {
        side_hold((unsigned)a);
        side_let_go((unsigned)a);
    } else if (strcmp(verb, "drop") == 0) {
        side_drop();
    } else {
        side_must(false, verb);
    }
}

static void
raise_descriptor_limit(void)
{
    struct rlimit limit;

    side_must(getrlimit(RLIMIT_NOFILE, &limit) == 0, "getrlimit");
    limit.rlim_cur = limit.rlim_max;
    side_must(setrlimit(RLIMIT_NOFILE, &limit) == 0, "setrlimit");
}

int
main(int argc, char **argv)
{
    char line[128];

    side_must(argc == 2 && strlen(argv[1]) < sizeof child_path, "usage");
    strcpy(child_path, argv[1]);
    raise_descriptor_limit();
    side_open();
    printf("%s\n", side_version());
    (void)fflush(stdout);
    while (fgets(line, sizeof line, stdin) != NULL) {
        char verb[16];
        unsigned long long a = 0;
        unsigned long long b = 0;

        side_must(sscanf(line, "%15s %llu %llu", verb, &a, &b) >= 1, "order");
        carry_out(verb, a, b);
        printf("%" PRIu64 " %" PRIu64 " %" PRIu64 " %" PRIu64 "\n", wall_spent,
               cpu_spent, heap_in_use(), resident());
        (void)fflush(stdout);
    }
    return 0;
}
