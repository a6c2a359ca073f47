/*
 * The two sides of a process, as addresses.
 */
#include "fault.h"
#include "process.h"

sprog_err
sprog_process_host(sprog_process *process, sprog_address *out_address)
{
    sprog_reactor *reactor;
    sprog_fault fault;
    sprog_err err;

    if (process == NULL || out_address == NULL) {
        return SPROG_EINVAL;
    }
    reactor = process->reactor;
    if ((err = sprog__reactor_check(reactor)) != SPROG_OK) {
        return err;
    }
    if (reactor->executable == NULL) {
        sprog__fault_clear(&fault);
        if (sprog__be_host_executable(&reactor->mem, &reactor->executable,
                                      &fault) != SPROG_OK) {
            return sprog__reactor_fail(reactor, &fault);
        }
    }
    out_address->kind = "process";
    out_address->pid = sprog__be_host_pid();
    out_address->executable = reactor->executable;
    return SPROG_OK;
}

sprog_err
sprog_process_peer(sprog_process *process, sprog_address *out_address)
{
    sprog_err err;

    if (process == NULL || out_address == NULL) {
        return SPROG_EINVAL;
    }
    if ((err = sprog__reactor_check(process->reactor)) != SPROG_OK) {
        return err;
    }
    out_address->kind = "process";
    out_address->pid = process->pid;
    out_address->executable = process->executable;
    return SPROG_OK;
}
