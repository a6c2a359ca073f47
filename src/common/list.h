/*
 * A doubly linked list whose links live in its elements. A link that is in no
 * list points to itself, so that removing it twice is harmless.
 */
#ifndef SPROG_COMMON_LIST_H
#define SPROG_COMMON_LIST_H

#include <stdbool.h>
#include <stddef.h>

typedef struct sprog__link {
    struct sprog__link *next;
    struct sprog__link *prev;
} sprog__link;

/* The element that `link` is the member `member` of. */
#define SPROG__ELEMENT(link, type, member)                                     \
    ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Make a list empty, or a link belong to none. */
static inline void
sprog__list_reset(sprog__link *link)
{
    link->next = link;
    link->prev = link;
}

static inline bool
sprog__list_is_empty(const sprog__link *list)
{
    return list->next == list;
}

/* Add a link that is in no list as the last one. */
static inline void
sprog__list_push(sprog__link *list, sprog__link *link)
{
    link->next = list;
    link->prev = list->prev;
    list->prev->next = link;
    list->prev = link;
}

/* Take a link out of its list, if it is in one. */
static inline void
sprog__list_remove(sprog__link *link)
{
    link->prev->next = link->next;
    link->next->prev = link->prev;
    sprog__list_reset(link);
}

/* Take the first link out; NULL from an empty list. */
static inline sprog__link *
sprog__list_pop(sprog__link *list)
{
    sprog__link *first = list->next;

    if (first == list) {
        return NULL;
    }
    list->next = first->next;
    list->next->prev = list;
    sprog__list_reset(first);
    return first;
}

/* Move every link of `from`, in order, to the end of `to`. */
static inline void
sprog__list_move_all(sprog__link *to, sprog__link *from)
{
    if (sprog__list_is_empty(from)) {
        return;
    }
    from->next->prev = to->prev;
    to->prev->next = from->next;
    from->prev->next = to;
    to->prev = from->prev;
    sprog__list_reset(from);
}

#endif
