/*
 * Second implementations, written from the documents alone and without a look
 * at ours: what is well formed, and how programs split a command line.
 */
#ifndef SPROG_TESTS_FUZZ_REFERENCE_H
#define SPROG_TESTS_FUZZ_REFERENCE_H

#include "fuzz.h"

/* Append the text as UTF-16; false, and nothing said of `to`, when it is no
 * WTF-8. */
bool
reference_to_16(const char *text, size_t len, fuzz_units *to);

/* The three that split a command line, and differ in quotes within quotes. */
enum reference_reader {
    REFERENCE_SHELL,  /* CommandLineToArgvW: of three quotes one is text */
    REFERENCE_UCRT,   /* the C runtime: "" is text, and the quotes go on */
    REFERENCE_MSVCRT, /* the older one: "" is text, and ends the quotes */
    REFERENCE_COUNT
};

/* Split a line that ends with 0. Each argument is appended with a 0 behind. */
void
reference_split(enum reference_reader reader, const uint16_t *line,
                fuzz_units *to);

/* The line behind argv[0] and the blanks after it. */
const uint16_t *
reference_skip_program(const uint16_t *line);

/* Upper case as far as these tests go: ASCII, Latin-1, Greek, Cyrillic. */
uint16_t
reference_upper(uint16_t unit);

#endif
