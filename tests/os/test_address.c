/*
 * Who is at either side of a connection, and the system's own handle on it.
 */
#include <string.h>

#include "fixture.h"

/* proves: A14 B82 W29 */
START_TEST(host_and_peer_name_both_programs)
{
    record *r = START(NULL, "--wait-end", "0");
    sprog_address host;
    sprog_address peer;

    OK(sprog_process_host(r->process, &host));
    OK(sprog_process_peer(r->process, &peer));
    ck_assert_str_eq(host.kind, "process");
    ck_assert_str_eq(peer.kind, "process");
    ck_assert_int_eq(host.pid, host_pid());
    ck_assert_int_eq(peer.pid, sprog_process_pid(r->process));
    ck_assert_ptr_nonnull(strstr(host.executable, "address"));
    ck_assert_ptr_nonnull(strstr(peer.executable, "sprog_child"));
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    OK(sprog_process_peer(r->process, &peer));
    ck_assert_int_eq(peer.pid, 0);
    ck_assert_ptr_nonnull(strstr(peer.executable, "sprog_child"));
}
END_TEST

/* proves: A14 */
START_TEST(an_address_of_nothing_is_refused)
{
    sprog_address address;
    record *r = START(NULL, "--exit-code", "0");

    ck_assert_int_eq(sprog_process_host(NULL, &address), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_peer(NULL, &address), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_host(r->process, NULL), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_peer(r->process, NULL), SPROG_EINVAL);
    finish(r);
}
END_TEST

/* proves: A3 H32 */
START_TEST(the_systems_handle_is_there_until_the_end)
{
    record *r = START(NULL, "--wait-end", "0");
    intptr_t native = -1;
    const sprog_err err = sprog_process_native(r->process, &native);

    if (err == SPROG_ENOTSUP) {
        suite_say_skipped("native", "this kernel has no handle on a child");
    } else {
        OK(err);
        ck_assert_int_gt(native, 0);
        ck_assert(!host_wait_ready(native, 0));
    }
    ck_assert_int_eq(sprog_process_native(NULL, &native), SPROG_EINVAL);
    ck_assert_int_eq(sprog_process_native(r->process, NULL), SPROG_EINVAL);
    OK(sprog_process_close_stdin(r->process));
    finish(r);
    ck_assert_int_eq(sprog_process_native(r->process, &native), SPROG_EEXITED);
}
END_TEST

int
main(void)
{
    TCase *tc = suite_case("address");

    tcase_add_test(tc, host_and_peer_name_both_programs);
    tcase_add_test(tc, an_address_of_nothing_is_refused);
    tcase_add_test(tc, the_systems_handle_is_there_until_the_end);
    return suite_run("address");
}
