/*
 * Older kernels, and newer ones behind filters: everything works there too,
 * in the older way, and that way survives every failure as well.
 */
#define _GNU_SOURCE
#include <errno.h>

#include "sweep.h"

/* What a kernel lacks, and what it answers. */
struct kernel {
    struct {
        const char *name;
        int error;
    } lacks[8];
};

/* clang-format off */
static const struct kernel kernels[] = {
    { { { "pwritev2", EOPNOTSUPP } } },              /* before 6.18 */
    { { { "pwritev2", ENOSYS } } },                  /* before 4.6 */
    { { { "ioctl", ENOTTY } } },                     /* before 6.15 */
    { { { "waitid of a pidfd", EINVAL } } },         /* before 5.4 */
    { { { "pidfd_send_signal", ENOSYS } } },         /* before 5.1 */
    { { { "pidfd_send_signal", EPERM } } },          /* a filter */
    { { { "pidfd", ENOSYS } } },                     /* before 5.2 */
    { { { "madvise", EINVAL } } },                   /* before 4.14 */
    { { { "clone", EINVAL } } },                     /* an emulator */
    { { { "clone", ENOSYS } } },
    { { { "pwritev2", ENOSYS }, { "ioctl", ENOTTY },
        { "waitid of a pidfd", EINVAL }, { "pidfd_send_signal", ENOSYS },
        { "pidfd", ENOSYS }, { "madvise", EINVAL },
        { "clone", EINVAL } } },                     /* all of it */
};
/* clang-format on */

#define KERNELS ((int)(sizeof kernels / sizeof *kernels))
#define OLDEST  (KERNELS - 1)

static void
use_kernel(int which)
{
    for (size_t i = 0; kernels[which].lacks[i].name != NULL; i++) {
        inject_lack(kernels[which].lacks[i].name,
                    kernels[which].lacks[i].error);
    }
}

/* proves: H39 H19 H30 */
START_TEST(every_life_is_whole_on_every_kernel)
{
    use_kernel(_i);
    sweep_whole(life_of_pipes);
    sweep_whole(life_of_entries);
    sweep_whole(life_of_signals);
    sweep_whole(life_of_refusals);
    sweep_whole(life_of_services);
    sweep_whole(life_of_streams);
    sweep_whole(life_of_runs);
}
END_TEST

/* proves: S8 H10 H24 H33 H39 H40 H78 */
START_TEST(a_process_survives_every_failed_call_on_every_kernel)
{
    use_kernel(_i);
    for (int i = 0; i < sweep_kind_count; i++) {
        sweep_calls(life_of_pipes, &sweep_kinds[i]);
    }
}
END_TEST

/* proves: S8 H24 H33 H34 H39 H40 H78 */
START_TEST(the_rest_survives_every_failed_call_on_the_oldest_kernel)
{
    use_kernel(OLDEST);
    sweep_calls(life_of_entries, &sweep_kinds[_i]);
    sweep_calls(life_of_signals, &sweep_kinds[_i]);
    sweep_calls(life_of_refusals, &sweep_kinds[_i]);
    sweep_calls(life_of_streams, &sweep_kinds[_i]);
}
END_TEST

/* proves: S9 H33 H39 H81 */
START_TEST(the_oldest_kernel_survives_every_failed_allocation)
{
    use_kernel(OLDEST);
    sweep_memory(life_of_pipes, INJECT_ONCE);
    sweep_memory(life_of_pipes, INJECT_FOREVER);
    sweep_memory(life_of_signals, INJECT_ONCE);
}
END_TEST

int
main(void)
{
    TCase *tcase = sweep_case("kernels", 60);

    tcase_add_loop_test(tcase, every_life_is_whole_on_every_kernel, 0, KERNELS);
    tcase_add_loop_test(tcase,
                        a_process_survives_every_failed_call_on_every_kernel, 0,
                        KERNELS);
    tcase_add_loop_test(
        tcase, the_rest_survives_every_failed_call_on_the_oldest_kernel, 0,
        sweep_kind_count);
    tcase_add_test(tcase, the_oldest_kernel_survives_every_failed_allocation);
    return sweep_run("fault/kernels", &tcase, 1);
}
