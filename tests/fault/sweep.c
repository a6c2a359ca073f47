/*
 * One sweep, and the look around after each life: no descriptor, block, map,
 * thread, child or zombie more than before, the signal mask and the
 * dispositions as they were, no signal to the wrong ones, and no wait that
 * went on without saying why.
 */
#define _GNU_SOURCE
#include "sweep.h"

#include <dirent.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host.h"

/* A life has some hundred calls; more than this is a sweep that never ends. */
#define SWEEP_MOST 5000

/* The thread sanitizer starts one of its own at some time. */
#if defined(__SANITIZE_THREAD__)
#    define THREADS_OF_OTHERS 1
#else
#    define THREADS_OF_OTHERS 0
#endif

/* No life has more children at once. */
#define CHILDREN_MOST 4

/* clang-format off */
const struct sweep_kind sweep_kinds[SWEEP_KINDS] = {
    { INJECT_ONCE, EMFILE },    { INJECT_FOREVER, EMFILE },
    { INJECT_ONCE, ENOMEM },    { INJECT_FOREVER, ENOMEM },
    { INJECT_ONCE, EPERM },     { INJECT_FOREVER, EPERM },
    { INJECT_ONCE, ENOSYS },    { INJECT_FOREVER, ENOSYS },
    { INJECT_ONCE, EAGAIN },    { INJECT_ONCE, EINTR },
};
/* clang-format on */

/* Shared with the tests' processes: how many failures were made in all. */
static unsigned long *total_made;

struct scene {
    host_mark *mark;
    size_t maps;
    size_t threads;
    unsigned nth;
    const char *kind;
    enum inject_how how;
};

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

/* Note how things are before a life. */
static void
scene_take(struct scene *scene)
{
    scene->maps = inject_maps();
    scene->threads = count_threads() + THREADS_OF_OTHERS;
    scene->mark = host_mark_take();
}

static void
look(struct scene *scene, const struct life *life)
{
    char text[1024] = "";
    char where[256];

    (void)snprintf(where, sizeof where, "%s failing, call %u (%s)", scene->kind,
                   scene->nth, inject_struck());
    end_left(is_beyond_help(scene) ? CHILDREN_MOST : life->left);
    for (int i = 0; i < 100 && count_threads() > scene->threads; i++) {
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

static void
live(struct scene *scene, life_fn life, struct life *out_life)
{
    out_life->is_whole = false;
    out_life->is_stuck = false;
    out_life->left = 0;
    life(out_life);
    inject_disarm();
    look(scene, out_life);
}

static void
note_made(void)
{
    if (total_made != NULL) {
        (void)__atomic_fetch_add(total_made, inject_made(), __ATOMIC_RELAXED);
    }
}

void
sweep_whole_in(life_fn life, void (*begin)(void), void (*end)(void))
{
    struct scene scene = { .kind = "nothing" };
    struct life lived = { .patience_ms = 5000 };

    scene_take(&scene);
    inject_arm_calls(0, INJECT_ONCE, 0);
    begin();
    life(&lived);
    end();
    look(&scene, &lived);
    ck_assert_msg(lived.is_whole, "nothing failed, but not all was done");
}

static void
change_nothing(void)
{
}

void
sweep_whole(life_fn life)
{
    sweep_whole_in(life, change_nothing, change_nothing);
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
    look(&scene, &lived);
    ck_assert_msg(!lived.is_stuck, "%d descriptors: a wait without an end",
                  most);
    *refused += !lived.is_whole;
}

void
sweep_calls(life_fn life, const struct sweep_kind *kind)
{
    struct scene scene = { .kind = strerror(kind->error), .how = kind->how };
    struct life lived;
    unsigned nth = 0;

    do {
        lived.patience_ms = kind->how == INJECT_ONCE ? 5000 : 400;
        scene.nth = ++nth;
        scene_take(&scene);
        ck_assert_uint_lt(nth, SWEEP_MOST);
        inject_arm_calls(nth, kind->how, kind->error);
        live(&scene, life, &lived);
        ck_assert_msg(!lived.is_stuck || kind->how == INJECT_FOREVER,
                      "%s once, call %u (%s): a wait without an end",
                      scene.kind, nth, inject_struck());
        note_made();
    } while (inject_made() != 0);
    ck_assert_msg(lived.is_whole, "nothing failed, but not all was done");
}

void
sweep_memory(life_fn life, enum inject_how how)
{
    struct scene scene = { .kind = "memory" };
    struct life lived;
    unsigned nth = 0;

    do {
        lived.patience_ms = 5000;
        scene.nth = ++nth;
        scene_take(&scene);
        ck_assert_uint_lt(nth, SWEEP_MOST);
        inject_arm_memory(nth, how);
        live(&scene, life, &lived);
        ck_assert_msg(!lived.is_stuck, "allocation %u: a wait without an end",
                      nth);
        note_made();
    } while (inject_made() != 0);
    ck_assert_msg(lived.is_whole, "nothing failed, but not all was done");
}

TCase *
sweep_case(const char *name, double seconds)
{
    TCase *tcase = tcase_create(name);

    tcase_set_timeout(tcase, seconds);
    tcase_add_checked_fixture(tcase, life_make_files, life_remove_files);
    return tcase;
}

int
sweep_run(const char *name, TCase *const *cases, size_t count)
{
    Suite *suite = suite_create(name);
    SRunner *runner = srunner_create(suite);
    int failed;

    total_made = mmap(NULL, sizeof *total_made, PROT_READ | PROT_WRITE,
                      MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (total_made == MAP_FAILED) {
        return EXIT_FAILURE;
    }
    for (size_t i = 0; i < count; i++) {
        suite_add_tcase(suite, cases[i]);
    }
    srunner_set_fork_status(runner, CK_FORK);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    printf("%s: %lu failures were made\n", name, *total_made);
    return failed == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
