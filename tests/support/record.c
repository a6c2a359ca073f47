/*
 * The recording protocol of record.h.
 */
#include "record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void
record_append(record_bytes *bytes, const void *data, size_t len)
{
    if (bytes->cap - bytes->len < len + 1) {
        const size_t cap = (bytes->len + len + 1) * 2;
        char *grown = realloc(bytes->data, cap);

        if (grown == NULL) {
            abort();
        }
        bytes->data = grown;
        bytes->cap = cap;
    }
    if (len > 0) {
        memcpy(bytes->data + bytes->len, data, len);
    }
    bytes->len += len;
    bytes->data[bytes->len] = '\0';
}

void
record_clear(record *r)
{
    free(r->order.data);
    for (size_t i = 0; i < RECORD_FDS; i++) {
        free(r->bytes[i].data);
    }
    memset(r, 0, sizeof *r);
}

const char *
record_text(const record *r, int child_fd)
{
    const char *text = r->bytes[child_fd].data;

    return text == NULL ? "" : text;
}

const char *
record_order(const record *r)
{
    return r->order.data == NULL ? "" : r->order.data;
}

bool
record_has(const record *r, int child_fd, const char *part)
{
    return strstr(record_text(r, child_fd), part) != NULL;
}

/* Add one word to the order, unless it only repeats the last one. */
static void
note(record *r, char letter, int child_fd)
{
    char word[16];
    const char *all = record_order(r);
    size_t len;

    r->callbacks++;
    if (child_fd < 0) {
        (void)snprintf(word, sizeof word, "%c", letter);
    } else {
        (void)snprintf(word, sizeof word, "%c%d", letter, child_fd);
    }
    len = strlen(word);
    if (letter == 'D' && r->order.len >= len &&
        strcmp(all + r->order.len - len, word) == 0) {
        return;
    }
    if (r->order.len > 0) {
        record_append(&r->order, " ", 1);
    }
    record_append(&r->order, word, len);
}

static void
hook(record *r, record_kind kind, int child_fd)
{
    if (r->hook != NULL) {
        r->hook(r, kind, child_fd);
    }
}

static void
on_made(sprog_process *process, void *user)
{
    record *r = user;

    note(r, 'M', -1);
    r->made++;
    r->pid_when_made = sprog_process_pid(process);
    hook(r, RECORD_MADE, -1);
}

/* Child fds beyond the last slot share it. */
static int
slot_of(int child_fd)
{
    return child_fd < RECORD_FDS ? child_fd : RECORD_FDS - 1;
}

static void
on_data(sprog_process *process, int child_fd, const void *data, size_t len,
        void *user)
{
    record *r = user;

    (void)process;
    note(r, 'D', child_fd);
    r->received[slot_of(child_fd)] += len;
    r->empty_chunks += len == 0;
    if (len > r->largest_chunk) {
        r->largest_chunk = len;
    }
    if (!r->drop_bytes) {
        record_append(&r->bytes[slot_of(child_fd)], data, len);
    }
    hook(r, RECORD_DATA, child_fd);
}

static void
on_drained(sprog_process *process, int child_fd, void *user)
{
    record *r = user;

    (void)process;
    note(r, 'W', child_fd);
    r->drained[slot_of(child_fd)]++;
    hook(r, RECORD_DRAINED, child_fd);
}

static void
on_lost(sprog_process *process, int child_fd, const sprog_lost *lost,
        void *user)
{
    record *r = user;

    (void)process;
    note(r, 'L', child_fd);
    r->lost[slot_of(child_fd)] = *lost;
    r->lost_count[slot_of(child_fd)]++;
    hook(r, RECORD_LOST, child_fd);
}

static void
on_exited(sprog_process *process, const sprog_exit *exit_record, void *user)
{
    record *r = user;

    note(r, 'X', -1);
    r->exited++;
    r->exit = *exit_record;
    r->pid_when_exited = sprog_process_pid(process);
    hook(r, RECORD_EXITED, -1);
}

static void
on_ended(sprog_process *process, const sprog_exit *exit_record, void *user)
{
    record *r = user;

    note(r, 'E', -1);
    r->ended++;
    r->end = *exit_record;
    r->pid_when_ended = sprog_process_pid(process);
    hook(r, RECORD_ENDED, -1);
}

const sprog_protocol record_protocol = {
    .connection_made = on_made,
    .child_data_received = on_data,
    .child_drained = on_drained,
    .child_connection_lost = on_lost,
    .process_exited = on_exited,
    .process_ended = on_ended,
};
