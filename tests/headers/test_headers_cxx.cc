/*
 * The C++11 half of the header tests: the inline functions and the macros of
 * the map are C++ too, and the names have C linkage.
 */
#include <sprog/sprog.h>

#include <cstring>

int
main()
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
    sprog_reactor *reactor = nullptr;

    if (fds[1].kind != SPROG_FD_READ) {
        return 1;
    }
    if (sprog_reactor_create(nullptr, &reactor) != SPROG_OK) {
        return 1;
    }
    if (sprog_spawn(reactor, nullptr, nullptr, nullptr, nullptr, nullptr) !=
        SPROG_EINVAL) {
        return 1;
    }
    if (sprog_reactor_destroy(reactor, nullptr) != SPROG_OK) {
        return 1;
    }
    return std::strcmp(sprog_version(), SPROG_VERSION_TEXT) == 0 ? 0 : 1;
}
