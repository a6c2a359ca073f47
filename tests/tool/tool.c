/* Running the sprog program; see tool.h. */
#include "tool.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A run that takes longer has failed. */
#define RUN_MS 45000

#define BLOCKS_MOST 64

/* What a run has while it runs. */
struct runner {
    const struct tool_job *job;
    sprog_process *process;
    sprog_timer *timer;
    struct tool_result result;
    size_t step;
    bool is_late;
};

static void *blocks[BLOCKS_MOST];
static size_t block_count;

/* Have a block freed by the teardown. */
static void *
keep(void *block)
{
    ck_assert_ptr_nonnull(block);
    ck_assert_uint_lt(block_count, BLOCKS_MOST);
    blocks[block_count++] = block;
    return block;
}

static void
teardown(void)
{
    while (block_count > 0) {
        free(blocks[--block_count]);
    }
}

TCase *
tool_case(const char *name)
{
    TCase *tcase = tcase_create(name);

    tcase_set_timeout(tcase, 60);
    tcase_add_checked_fixture(tcase, NULL, teardown);
    return tcase;
}

int
tool_suite(const char *name, TCase *const *cases, size_t count)
{
    Suite *suite = suite_create(name);
    SRunner *runner;
    int failed;

    for (size_t i = 0; i < count; i++) {
        suite_add_tcase(suite, cases[i]);
    }
    runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed == 0 ? 0 : 1;
}

const char *
tool_path(void)
{
    return SPROG_TEST_TOOL;
}

const char *
tool_child(void)
{
    return SPROG_TEST_CHILD;
}

double
tool_scale(void)
{
    const char *text = getenv("CK_TIMEOUT_MULTIPLIER");
    const double scale = text != NULL ? atof(text) : 1.0;

    return scale >= 1.0 ? scale : 1.0;
}

double
tool_seconds(const struct tool_result *r)
{
    return (double)r->exit.wall_us / 1e6 / tool_scale();
}

bool
tool_has_streams(void)
{
    sprog_reactor *reactor = NULL;
    sprog_stream *stream = NULL;
    sprog_err err;

    /* Outside of a test nothing can be asserted; the tests will find out. */
    if (sprog_reactor_create(NULL, &reactor) != SPROG_OK) {
        return true;
    }
    err = sprog_stream_open(reactor, SPROG_OUR_STDERR, SPROG_STREAM_WRITE, NULL,
                            NULL, &stream);
    sprog_stream_destroy(stream);
    if (sprog_reactor_destroy(reactor, NULL) != SPROG_OK ||
        err != SPROG_ENOTSUP) {
        return true;
    }
    (void)fprintf(stderr, "skipped: no sprog_stream on this system yet\n");
    return false;
}

bool
tool_can_measure(void)
{
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
    return false;
#elif defined(__has_feature)
#    if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
    return false;
#    else
    return true;
#    endif
#else
    return true;
#endif
}

size_t
tool_count(const char *text, const char *part)
{
    size_t count = 0;

    for (text = strstr(text, part); text != NULL; text = strstr(text, part)) {
        count++;
        text += strlen(part);
    }
    return count;
}

unsigned char *
tool_noise(size_t len, uint32_t seed)
{
    unsigned char *noise = keep(malloc(len + 1));

    for (size_t i = 0; i < len; i++) {
        seed ^= seed << 13;
        seed ^= seed >> 17;
        seed ^= seed << 5;
        noise[i] = (unsigned char)(seed >> 11);
    }
    return noise;
}

char *
tool_take_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long len;

    ck_assert_msg(file != NULL, "no file %s", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    len = ftell(file);
    rewind(file);
    ck_assert_int_ge(len, 0);
    text = keep(malloc((size_t)len + 1));
    ck_assert_uint_eq(fread(text, 1, (size_t)len, file), (size_t)len);
    text[len] = '\0';
    (void)fclose(file);
    ck_assert_int_eq(remove(path), 0);
    return text;
}

void
tool_make_file(const char *path, const char *content)
{
    FILE *file = fopen(path, "wb");

    ck_assert_msg(file != NULL, "cannot make %s", path);
    ck_assert_int_ge(fputs(content, file), 0);
    ck_assert_int_eq(fclose(file), 0);
}

/* ---- One run ------------------------------------------------------------ */

static void
take_steps(struct runner *runner)
{
    const struct tool_job *job = runner->job;

    while (runner->step < job->step_count &&
           strstr(runner->result.out, job->steps[runner->step].marker) !=
               NULL) {
        const int number = job->steps[runner->step++].signal_number;
        const sprog_err err = sprog_process_signal(runner->process, number);

        ck_assert(err == SPROG_OK || err == SPROG_EEXITED);
    }
}

/* The block for a text of `len` bytes and a NUL: grown by doubling. */
static size_t
block_size(size_t len)
{
    size_t size = 4096;

    while (size <= len) {
        size *= 2;
    }
    return size;
}

static void
append(char **text, size_t *len, const void *data, size_t data_len)
{
    if (*text == NULL || block_size(*len + data_len) != block_size(*len)) {
        *text = realloc(*text, block_size(*len + data_len));
        ck_assert_ptr_nonnull(*text);
    }
    memcpy(*text + *len, data, data_len);
    *len += data_len;
    (*text)[*len] = '\0';
}

static void
on_made(sprog_process *process, void *user)
{
    struct runner *runner = user;

    if (runner->job->never_read) {
        ck_assert_int_eq(sprog_process_pause(process, 1), SPROG_OK);
    }
    take_steps(runner);
}

static void
on_data(sprog_process *process, int fd, const void *data, size_t len,
        void *user)
{
    struct runner *runner = user;
    struct tool_result *result = &runner->result;

    if (fd == 2) {
        append(&result->err, &result->err_len, data, len);
        return;
    }
    result->out_bytes += len;
    if (runner->job->count_only) {
        const unsigned char *bytes = data;

        /* The first is zero, and each is like the one before. */
        ck_assert_int_eq(bytes[0], 0);
        ck_assert_int_eq(memcmp(bytes, bytes + 1, len - 1), 0);
    } else {
        append(&result->out, &result->out_len, data, len);
        take_steps(runner);
    }
    if (runner->job->close_after != 0 &&
        result->out_bytes >= runner->job->close_after) {
        ck_assert_int_eq(sprog_process_close_stdout(process), SPROG_OK);
    }
}

static void
on_exited(sprog_process *process, const sprog_exit *exit, void *user)
{
    struct runner *runner = user;

    (void)exit;
    if (runner->job->never_read) {
        ck_assert_int_eq(sprog_process_close_stdout(process), SPROG_OK);
    }
}

static void
on_ended(sprog_process *process, const sprog_exit *exit, void *user)
{
    struct runner *runner = user;

    (void)process;
    sprog_timer_cancel(runner->timer);
    runner->timer = NULL;
    runner->result.exit = *exit;
    runner->result.code = exit->kind == SPROG_EXIT_SIGNAL ? -exit->signal_number
                                                          : (int)exit->code;
    ck_assert_int_ne(exit->kind, SPROG_EXIT_UNKNOWN);
}

static void
on_late(sprog_reactor *reactor, void *user)
{
    struct runner *runner = user;

    runner->timer = NULL;
    runner->is_late = true;
    sprog_reactor_stop(reactor);
}

static const sprog_protocol protocol = {
    .connection_made = on_made,
    .child_data_received = on_data,
    .process_exited = on_exited,
    .process_ended = on_ended,
};

static void
feed(struct runner *runner)
{
    const struct tool_job *job = runner->job;
    sprog_err err;

    if (job->input_len != 0) {
        err = sprog_process_write(runner->process, job->input, job->input_len);
        /* One that reads nothing may have ended by now. */
        ck_assert(err == SPROG_OK || err == SPROG_ECLOSED);
    }
    ck_assert_int_eq(sprog_process_close_stdin(runner->process), SPROG_OK);
}

static void
spawn(struct runner *runner, sprog_reactor *reactor)
{
    const struct tool_job *job = runner->job;
    const char *argv[64] = { tool_path() };
    sprog_env_edit edits[16] = { { "NO_COLOR", NULL },
                                 { "FORCE_COLOR", NULL } };
    sprog_spawn_options options = { .argv = argv,
                                    .edits = edits,
                                    .edit_count = job->edit_count + 2,
                                    .drain_ms = 5000,
                                    .flags = job->flags,
                                    .left = SPROG_KILL };
    sprog_fault fault;

    for (size_t i = 0; job->args[i] != NULL; i++) {
        ck_assert_uint_lt(i, 62);
        argv[i + 1] = job->args[i];
    }
    for (size_t i = 0; i < job->edit_count; i++) {
        edits[i + 2] = job->edits[i];
    }
    ck_assert_int_eq(sprog_spawn(reactor, &options, &protocol, runner,
                                 &runner->process, &fault),
                     SPROG_OK);
}

struct tool_result
tool_run(const struct tool_job *job)
{
    struct runner runner = { .job = job };
    sprog_reactor *reactor;

    append(&runner.result.out, &runner.result.out_len, "", 0);
    append(&runner.result.err, &runner.result.err_len, "", 0);
    ck_assert_int_eq(sprog_reactor_create(NULL, &reactor), SPROG_OK);
    spawn(&runner, reactor);
    feed(&runner);
    ck_assert_int_eq(sprog_reactor_call_later(reactor,
                                              (uint64_t)(RUN_MS * tool_scale()),
                                              on_late, &runner, &runner.timer),
                     SPROG_OK);
    ck_assert_int_eq(sprog_reactor_run(reactor), SPROG_OK);
    sprog_process_destroy(runner.process);
    ck_assert_int_eq(sprog_reactor_destroy(reactor, NULL), SPROG_OK);
    keep(runner.result.out);
    keep(runner.result.err);
    ck_assert_msg(!runner.is_late, "it never ended; it printed:\n%s%s",
                  runner.result.out, runner.result.err);
    ck_assert_uint_eq(runner.step, job->step_count);
    return runner.result;
}

struct tool_result
tool_run_in_time(const char *const *args, unsigned seconds, const char *word)
{
    const unsigned most = 16 * seconds;
    struct tool_result r = { 0 };

    for (; r.out == NULL || strstr(r.out, word) == NULL; seconds *= 2) {
        const char *these[24] = { NULL };
        char text[16];

        ck_assert_uint_le(seconds, most);
        (void)snprintf(text, sizeof text, "%u", seconds);
        for (size_t i = 0; args[i] != NULL; i++) {
            ck_assert_uint_lt(i + 1, sizeof these / sizeof *these);
            these[i] = strcmp(args[i], IN_TIME) == 0 ? text : args[i];
        }
        r = tool_run(&(struct tool_job){ .args = these });
        ck_assert_int_eq(r.code, 124);
        ck_assert(tool_seconds(&r) >= seconds / tool_scale());
        ck_assert(tool_seconds(&r) < seconds + LONG_BEFORE);
    }
    return r;
}
