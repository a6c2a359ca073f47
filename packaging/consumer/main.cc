/* The same from C++, with a reactor. */
#include <sprog/sprog.h>

#include <cstdio>
#include <string>

namespace
{

void
on_data(sprog_process *, int, const void *data, size_t len, void *user)
{
    static_cast<std::string *>(user)->append(static_cast<const char *>(data),
                                             len);
}

void
on_end(sprog_process *process, const sprog_exit *, void *)
{
    sprog_process_destroy(process);
}

} // namespace

int
main()
{
    const char *const argv[] = { "echo", "used", nullptr };
    sprog_spawn_options options = sprog_spawn_options();
    sprog_protocol protocol = sprog_protocol();
    sprog_reactor *reactor = nullptr;
    sprog_process *process = nullptr;
    std::string said;

    options.argv = argv;
    protocol.child_data_received = on_data;
    protocol.process_ended = on_end;
    if (sprog_reactor_create(nullptr, &reactor) != SPROG_OK ||
        sprog_spawn(reactor, &options, &protocol, &said, &process, nullptr) !=
            SPROG_OK ||
        sprog_reactor_run(reactor) != SPROG_OK) {
        return 1;
    }
    std::fputs(said.c_str(), stdout);
    return sprog_reactor_destroy(reactor, nullptr) == SPROG_OK ? 0 : 1;
}
