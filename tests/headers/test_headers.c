/*
 * The C half of the header tests: the macros of the map are initialisers, and
 * the version in the header is that of the library.
 */
#include <sprog/sprog.h>

#include <string.h>

int
main(void)
{
    const sprog_child_fd fds[] = {
        SPROG_WRITE(0),
        SPROG_READ(1),
        SPROG_SAME(2, 1),
        SPROG_DUPLEX(3),
        SPROG_NULL(4),
        SPROG_INHERIT(5, 0),
        SPROG_FILE(6, "log", SPROG_APPEND),
    };

    if (fds[2].kind != SPROG_FD_SAME || fds[2].same_as != 1) {
        return 1;
    }
    if (fds[6].access != SPROG_APPEND || strcmp(fds[6].path, "log") != 0) {
        return 1;
    }
    return strcmp(sprog_version(), SPROG_VERSION_TEXT) == 0 ? 0 : 1;
}
