/*
 * The names of signals, and what this system makes of them.
 */
#include <stdbool.h>
#include <string.h>

#include "backend.h"
#include "sprog/process.h"
#include "text.h"

/* Every name that a system we know has. The first of two names for one number
 * is the one that is told. */
static const char *const names[] = {
    "HUP",   "INT",    "QUIT", "ILL",  "TRAP",   "ABRT",   "BUS",
    "FPE",   "KILL",   "USR1", "SEGV", "USR2",   "PIPE",   "ALRM",
    "TERM",  "STKFLT", "CHLD", "CONT", "STOP",   "TSTP",   "TTIN",
    "TTOU",  "URG",    "XCPU", "XFSZ", "VTALRM", "PROF",   "WINCH",
    "IO",    "PWR",    "SYS",  "EMT",  "INFO",   "LOST",   "THR",
    "LIBRT", "BREAK",  "IOT",  "CLD",  "POLL",   "UNUSED",
};

#define NAME_COUNT (sizeof names / sizeof names[0])

/* Real-time signals have names by arithmetic; these are written once. */
#define REALTIME_MAX 64

/* Read a small decimal number that is all of `text`; -1: it is none. */
static int
small_number(const char *text)
{
    int number = 0;

    if (*text == '\0') {
        return -1;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9' || number > 999) {
            return -1;
        }
        number = number * 10 + (*text - '0');
    }
    return number;
}

/* "RTMIN", "RTMIN+n", "RTMAX", "RTMAX-n". */
static sprog_err
realtime_number(const char *name, int *out_number)
{
    const bool from_first = strncmp(name, "RTMIN", 5) == 0;
    int first;
    int last;
    int offset = 0;

    if (!from_first && strncmp(name, "RTMAX", 5) != 0) {
        return SPROG_EINVAL;
    }
    if (name[5] != '\0') {
        if (name[5] != (from_first ? '+' : '-') ||
            (offset = small_number(name + 6)) < 0) {
            return SPROG_EINVAL;
        }
    }
    sprog__be_signal_realtime(&first, &last);
    if (first == 0 || offset > last - first) {
        return SPROG_ENOTSUP;
    }
    *out_number = from_first ? first + offset : last - offset;
    return SPROG_OK;
}

sprog_err
sprog_signal_number(const char *name, int *out_number)
{
    size_t i;
    int number;

    if (name == NULL || out_number == NULL) {
        return SPROG_EINVAL;
    }
    if (strncmp(name, "SIG", 3) == 0) {
        name += 3;
    }
    for (i = 0; i < NAME_COUNT; i++) {
        if (strcmp(names[i], name) == 0) {
            number = sprog__be_signal_number(name);
            if (number == 0) {
                return SPROG_ENOTSUP;
            }
            *out_number = number;
            return SPROG_OK;
        }
    }
    return realtime_number(name, out_number);
}

/* clang-format off */
#define ROW(p, n) p #n
#define TEN(p, t) ROW(p, t##0), ROW(p, t##1), ROW(p, t##2), ROW(p, t##3),     \
    ROW(p, t##4), ROW(p, t##5), ROW(p, t##6), ROW(p, t##7), ROW(p, t##8),     \
    ROW(p, t##9)
/* clang-format on */

static const char *
realtime_name(int number)
{
    static const char *const realtime_names[] = {
        "RTMIN",          "RTMIN+1",        "RTMIN+2",        "RTMIN+3",
        "RTMIN+4",        "RTMIN+5",        "RTMIN+6",        "RTMIN+7",
        "RTMIN+8",        "RTMIN+9",        TEN("RTMIN+", 1), TEN("RTMIN+", 2),
        TEN("RTMIN+", 3), TEN("RTMIN+", 4), TEN("RTMIN+", 5), "RTMIN+60",
        "RTMIN+61",       "RTMIN+62",       "RTMIN+63",
    };
    int first;
    int last;

    sprog__be_signal_realtime(&first, &last);
    if (first == 0 || number < first || number > last ||
        number - first >= REALTIME_MAX) {
        return NULL;
    }
    return realtime_names[number - first];
}

const char *
sprog_signal_name(int number)
{
    size_t i;

    if (number <= 0) {
        return NULL;
    }
    for (i = 0; i < NAME_COUNT; i++) {
        if (sprog__be_signal_number(names[i]) == number) {
            return names[i];
        }
    }
    return realtime_name(number);
}
