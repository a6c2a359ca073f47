/*
 * The line splitter. Lines that lie within one read are given out where they
 * are; only the beginning of an unfinished one is copied and held.
 */
#include "lines.h"

#include <string.h>

/* Longest UTF-8 sequence. */
#define CHARACTER_MOST 4

static size_t
find_end(const char *data, size_t len)
{
    size_t n = 0;

    while (n < len && data[n] != '\n' && data[n] != '\r') {
        n++;
    }
    return n;
}

static void
give(struct lines *lines, struct line line, line_fn fn, void *user)
{
    line.is_rest = lines->is_rest;
    lines->is_rest = line.goes_on;
    fn(&line, user);
}

/* Give out what is held and what follows it, as one line. */
static void
give_whole(struct lines *lines, const char *data, size_t len, line_fn fn,
           void *user)
{
    struct line line = { .text = data, .len = len };

    if (lines->held_len != 0) {
        if (len != 0) {
            memcpy(lines->held + lines->held_len, data, len);
        }
        line.text = lines->held;
        line.len = lines->held_len + len;
    }
    lines->held_len = 0;
    give(lines, line, fn, user);
}

/* Give out a full buffer as a piece, but no part of a character. */
static void
give_piece(struct lines *lines, line_fn fn, void *user)
{
    size_t cut = LINE_MOST;

    for (size_t n = 1; n < CHARACTER_MOST; n++) {
        const unsigned char c = (unsigned char)lines->held[LINE_MOST - n];

        if (c < 0x80) {
            break;
        }
        if (c >= 0xc0) {
            /* A sequence of `n` bytes so far; 0xe0 begins one of 3, 0xf0 one
             * of 4. */
            cut = n < (c >= 0xf0   ? 4u
                       : c >= 0xe0 ? 3u
                                   : 2u)
                      ? LINE_MOST - n
                      : LINE_MOST;
            break;
        }
    }
    give(lines,
         (struct line){ .text = lines->held, .len = cut, .goes_on = true }, fn,
         user);
    lines->held_len = LINE_MOST - cut;
    memmove(lines->held, lines->held + cut, lines->held_len);
}

/* A CR was held back: LF completes it, another CR changes nothing, and any
 * other byte shows that it ended a line by itself. */
static size_t
settle_cr(struct lines *lines, char next, line_fn fn, void *user)
{
    if (next == '\r') {
        return 1;
    }
    lines->after_cr = false;
    /* Programs put CR before a line that they redraw, too. */
    if (next == '\n' || lines->held_len != 0 || lines->is_rest) {
        give_whole(lines, "", 0, fn, user);
    }
    return next == '\n' ? 1 : 0;
}

void
lines_push(struct lines *lines, const char *data, size_t len, line_fn fn,
           void *user)
{
    while (len > 0) {
        const size_t room = LINE_MOST - lines->held_len;
        size_t n;

        if (lines->after_cr) {
            n = settle_cr(lines, *data, fn, user);
            data += n;
            len -= n;
            continue;
        }
        n = find_end(data, len < room ? len : room);
        if (n < len && data[n] == '\n') {
            give_whole(lines, data, n, fn, user);
            n++;
        } else {
            memcpy(lines->held + lines->held_len, data, n);
            lines->held_len += n;
            if (n < len && data[n] == '\r') {
                lines->after_cr = true;
                n++;
            } else if (lines->held_len == LINE_MOST) {
                give_piece(lines, fn, user);
            }
        }
        data += n;
        len -= n;
    }
}

void
lines_end(struct lines *lines, line_fn fn, void *user)
{
    const bool is_ended = lines->after_cr;

    lines->after_cr = false;
    if (lines->held_len != 0 || lines->is_rest) {
        give(lines,
             (struct line){ .text = lines->held,
                            .len = lines->held_len,
                            .is_unended = !is_ended },
             fn, user);
    }
    lines->held_len = 0;
}
