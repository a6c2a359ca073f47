/*
 * The queue of one child fd: order, marks, limits, and lent chunks that come
 * back exactly once.
 */
#include "common/write_queue.h"

#include <stdlib.h>
#include <string.h>

#include "scripted/scripted.h"

static sprog__mem mem;
static sprog__write_queue queue;
static sprog__link done;

static int done_ids[64];
static sprog_err done_errs[64];
static size_t done_count;

static void
set_up(void)
{
    scripted_reset();
    sprog__mem_from(&mem, counted_allocator());
    sprog__write_queue_create(&queue, &mem);
    sprog__list_reset(&done);
    done_count = 0;
}

static void
tear_down(void)
{
    sprog__write_queue_drop(&queue, SPROG_ECANCELED, &done);
    sprog__chunk_complete_all(&mem, &done);
    scripted_finish();
}

static void
on_done(sprog_err err, void *user)
{
    done_ids[done_count] = *(int *)user;
    done_errs[done_count] = err;
    done_count++;
}

static void
push_copy(const char *text)
{
    const sprog_bytes bytes = { text, strlen(text) };
    sprog__chunk *chunk = NULL;

    ck_assert_int_eq(sprog__chunk_create_room(&mem, bytes.len, &chunk),
                     SPROG_OK);
    sprog__chunk_fill(chunk, &bytes, 1, 0);
    sprog__write_queue_push(&queue, chunk);
}

static void
push_lent(const sprog_bytes *bytes, size_t count, int *id)
{
    sprog__chunk *chunk = NULL;

    ck_assert_int_eq(
        sprog__chunk_create_lent(&mem, bytes, count, on_done, id, &chunk),
        SPROG_OK);
    sprog__write_queue_push(&queue, chunk);
}

/* Everything that is queued, as one text. */
static const char *
queued_text(void)
{
    static char text[512];
    sprog_bytes bytes[32];
    const size_t count = sprog__write_queue_front(&queue, bytes, 32);
    size_t len = 0;
    size_t i;

    for (i = 0; i < count; i++) {
        memcpy(text + len, bytes[i].data, bytes[i].len);
        len += bytes[i].len;
    }
    text[len] = '\0';
    return text;
}

START_TEST(chunks_leave_in_the_order_of_their_pushing)
{
    static int id = 1;
    const sprog_bytes lent[2] = { { "cd", 2 }, { "ef", 2 } };

    push_copy("ab");
    push_lent(lent, 2, &id);
    push_copy("gh");
    ck_assert_str_eq(queued_text(), "abcdefgh");
    ck_assert_uint_eq(queue.queued, 8);
    sprog__write_queue_advance(&queue, 3, &done);
    ck_assert_str_eq(queued_text(), "defgh");
    sprog__write_queue_advance(&queue, 4, &done);
    ck_assert_str_eq(queued_text(), "h");
    ck_assert_uint_eq(queue.queued, 1);
}
END_TEST

/* proves: A7 B72 */
START_TEST(empty_runs_are_never_named_to_the_system)
{
    static int id = 1;
    const sprog_bytes lent[4] = {
        { "", 0 }, { "a", 1 }, { NULL, 0 }, { "b", 1 }
    };
    sprog_bytes bytes[8];

    push_lent(lent, 4, &id);
    ck_assert_uint_eq(sprog__write_queue_front(&queue, bytes, 8), 2);
    ck_assert_uint_eq(bytes[0].len, 1);
    ck_assert_uint_eq(bytes[1].len, 1);
}
END_TEST

START_TEST(no_more_elements_are_named_than_there_is_room_for)
{
    static int id = 1;
    const sprog_bytes lent[3] = { { "a", 1 }, { "b", 1 }, { "c", 1 } };
    sprog_bytes bytes[3] = { { NULL, 0 }, { NULL, 0 }, { NULL, 77 } };

    push_copy("x");
    push_lent(lent, 3, &id);
    ck_assert_uint_eq(sprog__write_queue_front(&queue, bytes, 2), 2);
    ck_assert_uint_eq(bytes[2].len, 77);
}
END_TEST

START_TEST(a_copy_is_filled_behind_what_was_taken_already)
{
    const sprog_bytes bytes[3] = { { "abc", 3 }, { "", 0 }, { "def", 3 } };
    sprog__chunk *chunk = NULL;

    ck_assert_int_eq(sprog__chunk_create_room(&mem, 6, &chunk), SPROG_OK);
    sprog__chunk_fill(chunk, bytes, 3, 4);
    sprog__write_queue_push(&queue, chunk);
    ck_assert_str_eq(queued_text(), "ef");
    ck_assert_uint_eq(queue.queued, 2);
}
END_TEST

START_TEST(a_lent_chunk_comes_back_when_its_last_byte_is_taken)
{
    static int id = 7;
    const sprog_bytes lent = { "abcd", 4 };

    push_lent(&lent, 1, &id);
    sprog__write_queue_advance(&queue, 3, &done);
    ck_assert(sprog__list_is_empty(&done));
    sprog__write_queue_advance(&queue, 1, &done);
    sprog__chunk_complete_all(&mem, &done);
    ck_assert_uint_eq(done_count, 1);
    ck_assert_int_eq(done_ids[0], 7);
    ck_assert_int_eq(done_errs[0], SPROG_OK);
}
END_TEST

/* proves: A7 */
START_TEST(a_lent_chunk_of_no_bytes_comes_back_when_it_is_in_front)
{
    static int empty = 1;
    static int full = 2;
    const sprog_bytes lent = { "ab", 2 };

    push_lent(&lent, 1, &full);
    push_lent(NULL, 0, &empty);
    sprog__write_queue_advance(&queue, 0, &done);
    ck_assert(sprog__list_is_empty(&done));
    sprog__write_queue_advance(&queue, 2, &done);
    sprog__chunk_complete_all(&mem, &done);
    ck_assert_uint_eq(done_count, 2);
    ck_assert_int_eq(done_ids[0], 2);
    ck_assert_int_eq(done_ids[1], 1);
}
END_TEST

START_TEST(what_is_dropped_comes_back_with_the_error_in_order)
{
    static int one = 1;
    static int two = 2;
    const sprog_bytes lent = { "ab", 2 };

    push_lent(&lent, 1, &one);
    push_copy("xx");
    push_lent(&lent, 1, &two);
    sprog__write_queue_drop(&queue, SPROG_ECLOSED, &done);
    ck_assert_uint_eq(queue.queued, 0);
    sprog__chunk_complete_all(&mem, &done);
    ck_assert_uint_eq(done_count, 2);
    ck_assert_int_eq(done_ids[0], 1);
    ck_assert_int_eq(done_errs[1], SPROG_ECLOSED);
}
END_TEST

/* proves: A17 */
START_TEST(the_marks_start_at_64_and_16_KiB_without_a_limit)
{
    ck_assert_uint_eq(queue.high, 65536);
    ck_assert_uint_eq(queue.low, 16384);
    ck_assert_uint_eq(queue.limit, 0);
    ck_assert(sprog__write_queue_has_room(&queue, SIZE_MAX));
}
END_TEST

/* proves: A17 B107 */
START_TEST(drained_is_told_once_after_the_high_mark_at_the_low_one)
{
    queue.high = 6;
    queue.low = 2;
    push_copy("abcdefg"); /* over the high mark */
    ck_assert(!sprog__write_queue_take_drained(&queue));
    sprog__write_queue_advance(&queue, 4, &done); /* 3 are left */
    ck_assert(!sprog__write_queue_take_drained(&queue));
    sprog__write_queue_advance(&queue, 1, &done); /* at the low mark */
    ck_assert(sprog__write_queue_take_drained(&queue));
    ck_assert(!sprog__write_queue_take_drained(&queue));
    sprog__write_queue_advance(&queue, 2, &done);
    ck_assert(!sprog__write_queue_take_drained(&queue));
}
END_TEST

/* proves: A17 */
START_TEST(a_queue_that_was_not_over_its_high_mark_is_never_drained)
{
    queue.high = 6;
    queue.low = 2;
    push_copy("abcdef"); /* at the high mark, not over it */
    sprog__write_queue_advance(&queue, 6, &done);
    ck_assert(!sprog__write_queue_take_drained(&queue));
}
END_TEST

/* proves: A17 H72 */
START_TEST(a_limit_refuses_what_would_pass_it)
{
    queue.limit = 10;
    push_copy("abcdef");
    ck_assert(sprog__write_queue_has_room(&queue, 4));
    ck_assert(!sprog__write_queue_has_room(&queue, 5));
    ck_assert(!sprog__write_queue_has_room(&queue, SIZE_MAX));
}
END_TEST

/* proves: A17 H72 */
START_TEST(an_empty_queue_takes_one_write_of_any_size)
{
    queue.limit = 3;
    ck_assert(sprog__write_queue_has_room(&queue, 1000));
    push_copy("abcdefgh");
    ck_assert(!sprog__write_queue_has_room(&queue, 1));
    sprog__write_queue_advance(&queue, 8, &done);
    ck_assert(sprog__write_queue_has_room(&queue, 1000));
}
END_TEST

/* proves: H81 */
START_TEST(a_chunk_that_cannot_be_made_changes_nothing)
{
    static int id = 1;
    const sprog_bytes lent = { "ab", 2 };
    sprog__chunk *chunk = NULL;

    counted_fail(counted_world(), 1, true);
    ck_assert_int_eq(sprog__chunk_create_room(&mem, 5, &chunk), SPROG_ENOMEM);
    ck_assert_int_eq(
        sprog__chunk_create_lent(&mem, &lent, 1, on_done, &id, &chunk),
        SPROG_ENOMEM);
    counted_fail_nothing(counted_world());
    ck_assert_int_eq(sprog__chunk_create_room(&mem, SIZE_MAX, &chunk),
                     SPROG_ENOMEM);
    ck_assert_int_eq(sprog__chunk_create_lent(&mem, &lent, SIZE_MAX / 8,
                                              on_done, &id, &chunk),
                     SPROG_ENOMEM);
    ck_assert_ptr_null(chunk);
    ck_assert_uint_eq(done_count, 0);
}
END_TEST

/* ---- against a plain string --------------------------------------------- */

static char sent[200000];
static char wanted[200000];
static size_t sent_len;
static size_t wanted_len;

/* Push a random chunk; lent bytes are in `source`, which outlives the test. */
static void
push_random(int *id)
{
    static char source[4096];
    sprog_bytes runs[4];
    const size_t count = scripted_random(4);
    size_t at = scripted_random(1000);
    size_t i;

    for (i = 0; i < sizeof source; i++) {
        source[i] = (char)('a' + i % 26);
    }
    for (i = 0; i < count; i++) {
        runs[i].data = source + at;
        runs[i].len = scripted_random(3) == 0 ? 0 : scripted_random(60);
        memcpy(wanted + wanted_len, runs[i].data, runs[i].len);
        wanted_len += runs[i].len;
        at += 60;
    }
    push_lent(runs, count, id);
}

static void
send_random(void)
{
    sprog_bytes bytes[3];
    const size_t count = sprog__write_queue_front(&queue, bytes, 3);
    size_t sum = 0;
    size_t taken;
    size_t i;

    for (i = 0; i < count; i++) {
        sum += bytes[i].len;
    }
    taken = scripted_random(sum + 1);
    sum = taken;
    for (i = 0; i < count && sum != 0; i++) {
        const size_t part = bytes[i].len < sum ? bytes[i].len : sum;

        memcpy(sent + sent_len, bytes[i].data, part);
        sent_len += part;
        sum -= part;
    }
    sprog__write_queue_advance(&queue, taken, &done);
}

/* proves: H77 */
START_TEST(random_chunks_sent_in_random_parts_are_the_same_bytes)
{
    static int ids[60];
    size_t i;

    scripted_seed((uint64_t)_i + 1);
    sent_len = 0;
    wanted_len = 0;
    for (i = 0; i < 60; i++) {
        ids[i] = (int)i;
        push_random(&ids[i]);
        send_random();
    }
    while (queue.queued != 0) {
        send_random();
    }
    sprog__write_queue_advance(&queue, 0, &done);
    ck_assert_uint_eq(sent_len, wanted_len);
    ck_assert_mem_eq(sent, wanted, wanted_len);
    sprog__chunk_complete_all(&mem, &done);
    ck_assert_uint_eq(done_count, 60);
    for (i = 0; i < 60; i++) {
        ck_assert_int_eq(done_ids[i], (int)i);
    }
}
END_TEST

/* Queue a copy that has room for `room` bytes. */
static void
push_roomy(const char *text, size_t room)
{
    const sprog_bytes bytes = { text, strlen(text) };
    sprog__chunk *chunk = NULL;

    ck_assert_int_eq(sprog__chunk_create_room(&mem, room, &chunk), SPROG_OK);
    sprog__chunk_fill(chunk, &bytes, 1, 0);
    sprog__write_queue_push(&queue, chunk);
}

/* proves: W17 */
START_TEST(small_writes_join_the_last_copy_while_it_has_room)
{
    const sprog_bytes more[] = { { "de", 2 }, { "f", 1 } };
    const sprog_bytes one = { "g", 1 };

    push_roomy("abc", 6);
    sprog__write_queue_advance(&queue, 1, &done);
    ck_assert(sprog__write_queue_append(&queue, more, 2, 3));
    ck_assert_uint_eq(queue.queued, 5);
    ck_assert_str_eq(queued_text(), "bcdef");
    ck_assert(!sprog__write_queue_append(&queue, &one, 1, 1));
    ck_assert_str_eq(queued_text(), "bcdef");
}
END_TEST

START_TEST(nothing_joins_a_lent_chunk_or_an_empty_queue)
{
    static int id = 1;
    const sprog_bytes one = { "g", 1 };

    ck_assert(!sprog__write_queue_append(&queue, &one, 1, 1));
    push_roomy("abc", 6);
    push_lent(&one, 1, &id);
    ck_assert(!sprog__write_queue_append(&queue, &one, 1, 1));
    ck_assert_str_eq(queued_text(), "abcg");
}
END_TEST

START_TEST(bytes_that_join_count_for_the_high_mark)
{
    const sprog_bytes more = { "def", 3 };

    queue.high = 4;
    queue.low = 1;
    push_roomy("abc", 6);
    ck_assert(sprog__write_queue_append(&queue, &more, 1, 3));
    sprog__write_queue_advance(&queue, 5, &done);
    ck_assert(sprog__write_queue_take_drained(&queue));
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("write_queue");
    TCase *tcase = tcase_create("queue");

    tcase_add_checked_fixture(tcase, set_up, tear_down);
    suite_add_tcase(suite, tcase);
    tcase_add_test(tcase, chunks_leave_in_the_order_of_their_pushing);
    tcase_add_test(tcase, empty_runs_are_never_named_to_the_system);
    tcase_add_test(tcase, no_more_elements_are_named_than_there_is_room_for);
    tcase_add_test(tcase, a_copy_is_filled_behind_what_was_taken_already);
    tcase_add_test(tcase, a_lent_chunk_comes_back_when_its_last_byte_is_taken);
    tcase_add_test(tcase,
                   a_lent_chunk_of_no_bytes_comes_back_when_it_is_in_front);
    tcase_add_test(tcase, what_is_dropped_comes_back_with_the_error_in_order);
    tcase_add_test(tcase, the_marks_start_at_64_and_16_KiB_without_a_limit);
    tcase_add_test(tcase,
                   drained_is_told_once_after_the_high_mark_at_the_low_one);
    tcase_add_test(tcase,
                   a_queue_that_was_not_over_its_high_mark_is_never_drained);
    tcase_add_test(tcase, a_limit_refuses_what_would_pass_it);
    tcase_add_test(tcase, an_empty_queue_takes_one_write_of_any_size);
    tcase_add_test(tcase, a_chunk_that_cannot_be_made_changes_nothing);
    tcase_add_loop_test(
        tcase, random_chunks_sent_in_random_parts_are_the_same_bytes, 0, 20);
    tcase_add_test(tcase, small_writes_join_the_last_copy_while_it_has_room);
    tcase_add_test(tcase, nothing_joins_a_lent_chunk_or_an_empty_queue);
    tcase_add_test(tcase, bytes_that_join_count_for_the_high_mark);
    return scripted_main(suite);
}
