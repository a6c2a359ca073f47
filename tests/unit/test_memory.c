/*
 * Memory through an allocator, and the lists whose links live in elements.
 */
#include "common/memory.h"

#include <stdint.h>
#include <string.h>

#include "common/list.h"
#include "scripted/scripted.h"

static sprog__mem
counted_mem(void)
{
    sprog__mem mem;

    sprog__mem_from(&mem, counted_allocator());
    return mem;
}

/* ---- memory ------------------------------------------------------------- */

START_TEST(without_an_allocator_memory_comes_from_the_c_library)
{
    sprog__mem mem;
    void *block = NULL;

    sprog__mem_from(&mem, NULL);
    ck_assert_int_eq(sprog__mem_zalloc(&mem, 8, &block), SPROG_OK);
    ck_assert_mem_eq(block, "\0\0\0\0\0\0\0\0", 8);
    ck_assert_int_eq(sprog__mem_grow(&mem, &block, 100, 4), SPROG_OK);
    sprog__mem_free(&mem, block);
    ck_assert_uint_eq(counted_world()->calls, 0);
}
END_TEST

START_TEST(an_allocation_of_no_bytes_is_a_block)
{
    const sprog__mem mem = counted_mem();
    void *block = NULL;

    ck_assert_int_eq(sprog__mem_alloc(&mem, 0, &block), SPROG_OK);
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_eq(counted_world()->blocks, 1);
    sprog__mem_free(&mem, block);
    ck_assert_uint_eq(counted_world()->blocks, 0);
}
END_TEST

/* proves: H81 */
START_TEST(a_failed_allocation_leaves_the_output_alone)
{
    const sprog__mem mem = counted_mem();
    char here = 'x';
    void *block = &here;
    char *text = &here;

    counted_fail(counted_world(), 1, true);
    ck_assert_int_eq(sprog__mem_alloc(&mem, 10, &block), SPROG_ENOMEM);
    ck_assert_int_eq(sprog__mem_zalloc(&mem, 10, &block), SPROG_ENOMEM);
    ck_assert_int_eq(sprog__mem_copy_text(&mem, "abc", 3, &text), SPROG_ENOMEM);
    ck_assert_ptr_eq(block, &here);
    ck_assert_ptr_eq(text, &here);
}
END_TEST

/* proves: H81 */
START_TEST(a_failed_growth_leaves_the_block_as_it_was)
{
    const sprog__mem mem = counted_mem();
    void *block = NULL;
    void *before;

    ck_assert_int_eq(sprog__mem_alloc(&mem, 4, &block), SPROG_OK);
    memcpy(block, "abc", 4);
    before = block;
    counted_fail(counted_world(), 1, false);
    ck_assert_int_eq(sprog__mem_grow(&mem, &block, 8, 1), SPROG_ENOMEM);
    ck_assert_ptr_eq(block, before);
    ck_assert_str_eq((char *)block, "abc");
    sprog__mem_free(&mem, block);
}
END_TEST

START_TEST(growing_keeps_what_was_there)
{
    const sprog__mem mem = counted_mem();
    void *block = NULL;

    ck_assert_int_eq(sprog__mem_grow(&mem, &block, 4, 1), SPROG_OK);
    memcpy(block, "abc", 4);
    ck_assert_int_eq(sprog__mem_grow(&mem, &block, 400, 1), SPROG_OK);
    ck_assert_str_eq((char *)block, "abc");
    sprog__mem_free(&mem, block);
}
END_TEST

/* proves: H81 */
START_TEST(a_growth_whose_size_overflows_asks_for_no_memory)
{
    const sprog__mem mem = counted_mem();
    void *block = NULL;

    ck_assert_int_eq(sprog__mem_grow(&mem, &block, SIZE_MAX / 8 + 2, 8),
                     SPROG_ENOMEM);
    ck_assert_int_eq(sprog__mem_grow(&mem, &block, 0, 8), SPROG_ENOMEM);
    ck_assert_uint_eq(counted_world()->calls, 0);
    ck_assert_ptr_null(block);
}
END_TEST

START_TEST(a_copied_text_ends_where_it_was_told_to)
{
    const sprog__mem mem = counted_mem();
    char *copy = NULL;

    ck_assert_int_eq(sprog__mem_copy_text(&mem, "abcdef", 3, &copy), SPROG_OK);
    ck_assert_str_eq(copy, "abc");
    sprog__mem_free(&mem, copy);
    ck_assert_int_eq(sprog__mem_copy_text(&mem, NULL, 0, &copy), SPROG_OK);
    ck_assert_str_eq(copy, "");
    sprog__mem_free(&mem, copy);
}
END_TEST

START_TEST(freeing_nothing_does_nothing)
{
    const sprog__mem mem = counted_mem();

    sprog__mem_free(&mem, NULL);
    ck_assert_uint_eq(counted_world()->calls, 0);
}
END_TEST

/* ---- lists -------------------------------------------------------------- */

typedef struct element {
    int number;
    sprog__link link;
} element;

static element elements[6];

static void
fill(sprog__link *list, int first, int count)
{
    int i;

    sprog__list_reset(list);
    for (i = first; i < first + count; i++) {
        elements[i].number = i;
        sprog__list_reset(&elements[i].link);
        sprog__list_push(list, &elements[i].link);
    }
}

/* Pop everything: the numbers, in order, as one decimal number. */
static int
numbers_of(sprog__link *list)
{
    int all = 9;
    sprog__link *link;

    while ((link = sprog__list_pop(list)) != NULL) {
        all = all * 10 + SPROG__ELEMENT(link, element, link)->number;
    }
    ck_assert(sprog__list_is_empty(list));
    return all;
}

START_TEST(a_list_gives_back_what_was_pushed_in_order)
{
    sprog__link list;

    fill(&list, 1, 4);
    ck_assert(!sprog__list_is_empty(&list));
    ck_assert_int_eq(numbers_of(&list), 91234);
    ck_assert_ptr_null(sprog__list_pop(&list));
}
END_TEST

START_TEST(a_link_may_be_removed_twice)
{
    sprog__link list;

    fill(&list, 1, 4);
    sprog__list_remove(&elements[2].link);
    sprog__list_remove(&elements[2].link);
    sprog__list_remove(&elements[4].link);
    ck_assert_int_eq(numbers_of(&list), 913);
}
END_TEST

START_TEST(moving_all_appends_in_order_and_empties_the_source)
{
    sprog__link to;
    sprog__link from;

    fill(&to, 1, 2);
    fill(&from, 3, 2);
    sprog__list_move_all(&to, &from);
    ck_assert(sprog__list_is_empty(&from));
    sprog__list_move_all(&to, &from);
    ck_assert_int_eq(numbers_of(&to), 91234);
}
END_TEST

int
main(void)
{
    Suite *suite = suite_create("memory");
    TCase *memory = scripted_case(suite, "memory");
    TCase *list = scripted_case(suite, "list");

    tcase_add_test(memory,
                   without_an_allocator_memory_comes_from_the_c_library);
    tcase_add_test(memory, an_allocation_of_no_bytes_is_a_block);
    tcase_add_test(memory, a_failed_allocation_leaves_the_output_alone);
    tcase_add_test(memory, a_failed_growth_leaves_the_block_as_it_was);
    tcase_add_test(memory, growing_keeps_what_was_there);
    tcase_add_test(memory, a_growth_whose_size_overflows_asks_for_no_memory);
    tcase_add_test(memory, a_copied_text_ends_where_it_was_told_to);
    tcase_add_test(memory, freeing_nothing_does_nothing);
    tcase_add_test(list, a_list_gives_back_what_was_pushed_in_order);
    tcase_add_test(list, a_link_may_be_removed_twice);
    tcase_add_test(list, moving_all_appends_in_order_and_empties_the_source);
    return scripted_main(suite);
}
