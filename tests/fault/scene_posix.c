/*
 * The look around after a life: no descriptor, block, map, thread, child or
 * zombie more than before, the signal mask and the dispositions as they were,
 * no signal to the wrong ones.
 */
#define _GNU_SOURCE
#include "scene.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

/* The thread sanitizer starts one of its own at some time. */
#if defined(__SANITIZE_THREAD__)
#    define THREADS_OF_OTHERS 1
#else
#    define THREADS_OF_OTHERS 0
#endif

/* No life has more children at once. */
#define CHILDREN_MOST 4

/* clang-format off */
const struct sweep_kind sweep_kinds[] = {
    { INJECT_ONCE, EMFILE },    { INJECT_FOREVER, EMFILE },
    { INJECT_ONCE, ENOMEM },    { INJECT_FOREVER, ENOMEM },
    { INJECT_ONCE, EPERM },     { INJECT_FOREVER, EPERM },
    { INJECT_ONCE, ENOSYS },    { INJECT_FOREVER, ENOSYS },
    { INJECT_ONCE, EAGAIN },    { INJECT_ONCE, EINTR },
};
/* clang-format on */

const int sweep_kind_count = sizeof sweep_kinds / sizeof *sweep_kinds;

/* Shared with the tests' processes: how many failures were made in all. */
static unsigned long *total_made;

/* One call in so many fails in each sweep; which, is the seed's. */
static unsigned step;
static unsigned seed;

static size_t
count_threads(void)
{
    DIR *dir = opendir("/proc/self/task");
    size_t count = 0;
    struct dirent *entry;

    ck_assert_ptr_nonnull(dir);
    while ((entry = readdir(dir)) != NULL) {
        count += entry->d_name[0] != '.';
    }
    (void)closedir(dir);
    return count;
}

/*
 * Whether no library could see to its children: on a kernel where nobody can
 * be reaped, or killed, ever again.
 */
static bool
is_beyond_help(const struct scene *scene)
{
    return scene->how == INJECT_FOREVER &&
           (strcmp(inject_struck(), "waitid") == 0 ||
            strcmp(inject_struck(), "kill") == 0);
}

/* End the children that the library said it left to us, and no others. */
static void
end_left(size_t left)
{
    int status;

    for (; left != 0; left--) {
        FILE *children = fopen("/proc/thread-self/children", "re");
        int pid = 0;

        ck_assert_ptr_nonnull(children);
        if (fscanf(children, "%d", &pid) == 1 && pid > 1) {
            (void)kill(pid, SIGKILL);
            (void)waitpid(pid, &status, 0);
        }
        (void)fclose(children);
    }
}

void
scene_take(struct scene *scene)
{
    scene->maps = inject_maps();
    scene->threads = count_threads() + THREADS_OF_OTHERS;
    scene->mark = host_mark_take();
}

void
scene_look(struct scene *scene, const struct life *life)
{
    char text[1024] = "";
    char where[256];

    (void)snprintf(where, sizeof where, "%s, call %u (%s)", scene->kind,
                   scene->nth, inject_struck());
    end_left(is_beyond_help(scene) ? CHILDREN_MOST : life->left);
    for (int i = 0; i < 4000 && count_threads() > scene->threads; i++) {
        (void)poll(NULL, 0, 5);
    }
    ck_assert_msg(count_threads() <= scene->threads, "%s: a thread is left",
                  where);
    ck_assert_msg(host_mark_same(scene->mark, text, sizeof text), "%s: %s",
                  where, text);
    ck_assert_msg(inject_blocks() == 0, "%s: %zu blocks of memory are left",
                  where, inject_blocks());
    ck_assert_msg(inject_maps() == scene->maps, "%s: a map is left", where);
    ck_assert_msg(!inject_signalled_wrongly(), "%s: a signal to pid <= 1",
                  where);
    host_mark_free(scene->mark);
}

unsigned
scene_next_call(life_fn life, const struct sweep_kind *kind, unsigned nth)
{
    (void)life;
    return sweep_next(nth, step, (unsigned)(kind - sweep_kinds) + seed);
}

unsigned
scene_next_block(life_fn life, enum inject_how how, unsigned nth)
{
    (void)life;
    return sweep_next(nth, step, (unsigned)how + seed);
}

bool
scene_set_up(SRunner *runner)
{
    total_made = mmap(NULL, sizeof *total_made, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    srunner_set_fork_status(runner, CK_FORK);
    seed = sweep_number("SPROG_FAULT_SEED", (unsigned)time(NULL));
    step = sweep_number("SPROG_FAULT_STEP", 1);
    if (step > 1) {
        printf("SPROG_FAULT_SEED=%u SPROG_FAULT_STEP=%u\n", seed, step);
    }
    return step > 0 && total_made != MAP_FAILED;
}

void
scene_count_made(void)
{
    (void)__atomic_fetch_add(total_made, inject_made(), __ATOMIC_RELAXED);
}

unsigned long
scene_total_made(void)
{
    return *total_made;
}

void
sweep_under_limit(life_fn life, int most, unsigned *refused)
{
    struct scene scene = { .kind = "descriptors", .nth = (unsigned)most };
    struct life lived = { .patience_ms = 5000 };
    struct rlimit usual;
    struct rlimit low;

    ck_assert_int_eq(getrlimit(RLIMIT_NOFILE, &usual), 0);
    low = usual;
    low.rlim_cur = (rlim_t)most;
    scene_take(&scene);
    inject_arm_calls(0, INJECT_ONCE, 0);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &low), 0);
    life(&lived);
    ck_assert_int_eq(setrlimit(RLIMIT_NOFILE, &usual), 0);
    scene_look(&scene, &lived);
    ck_assert_msg(!lived.is_stuck, "%d descriptors: a wait without an end",
                  most);
    *refused += !lived.is_whole;
}
