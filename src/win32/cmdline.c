/*
 * Quoting for the two readers that there are: the C runtime's parser, which
 * CommandLineToArgvW agrees with, and cmd.exe, which knows nothing of either.
 *
 * The C runtime's rule for all but argv[0]: 2n backslashes before a '"' are n
 * of them, and the '"' quotes; 2n+1 are n, and the '"' is text; anywhere else
 * a backslash is itself. In argv[0] nothing escapes: it ends at its '"'.
 */
#include "cmdline.h"

#include <string.h>

#include "utf.h"

/* A line that grows up to its limit. */
typedef struct line {
    const sprog__mem *mem;
    void *units;
    size_t len;
    size_t cap;
    size_t max; /* units, the ending 0 included */
} line;

static sprog_err
line_put(line *to, uint16_t unit)
{
    sprog_err err;

    if (to->len == to->max) {
        return SPROG_ETOOLONG;
    }
    if (to->len == to->cap) {
        const size_t cap = to->cap == 0 ? 256 : to->cap * 2;

        err = sprog__mem_grow(to->mem, &to->units, cap, sizeof unit);
        if (err != SPROG_OK) {
            return err;
        }
        to->cap = cap;
    }
    ((uint16_t *)to->units)[to->len++] = unit;
    return SPROG_OK;
}

static sprog_err
line_put_times(line *to, uint16_t unit, size_t times)
{
    sprog_err err = SPROG_OK;

    while (times > 0 && err == SPROG_OK) {
        err = line_put(to, unit);
        times--;
    }
    return err;
}

static sprog_err
line_put_units(line *to, const uint16_t *units, size_t len)
{
    sprog_err err = SPROG_OK;
    size_t i;

    for (i = 0; i < len && err == SPROG_OK; i++) {
        err = line_put(to, units[i]);
    }
    return err;
}

static sprog_err
line_put_ascii(line *to, const char *text)
{
    sprog_err err = SPROG_OK;

    for (; *text != '\0' && err == SPROG_OK; text++) {
        err = line_put(to, (unsigned char)*text);
    }
    return err;
}

/* End the line and take it out; on failure, `err`, there is none. */
static sprog_err
line_take(line *from, sprog_err err, uint16_t **out_line)
{
    if (err == SPROG_OK) {
        err = line_put(from, 0);
    }
    if (err != SPROG_OK) {
        sprog__mem_free(from->mem, from->units);
        return err;
    }
    *out_line = from->units;
    return SPROG_OK;
}

static bool
has_unit(const uint16_t *units, size_t len, uint16_t unit)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (units[i] == unit) {
            return true;
        }
    }
    return false;
}

/*
 * White space and quotes need quoting. So do the wild cards, which some C
 * runtimes expand when they are not quoted.
 */
static bool
needs_quotes(const uint16_t *units, size_t len)
{
    size_t i;

    for (i = 0; i < len; i++) {
        if (units[i] <= 0x20 || units[i] == '"' || units[i] == '*' ||
            units[i] == '?') {
            return true;
        }
    }
    return len == 0;
}

/* Append one argument between quotes, by the C runtime's rule. */
static sprog_err
put_quoted(line *to, const uint16_t *units, size_t len)
{
    size_t slashes = 0;
    size_t i;
    sprog_err err;

    if ((err = line_put(to, '"')) != SPROG_OK) {
        return err;
    }
    for (i = 0; i < len; i++) {
        if (units[i] == '"') {
            /* Those before it were written once: double them, escape it. */
            err = line_put_times(to, '\\', slashes + 1);
        }
        if (err != SPROG_OK) {
            return err;
        }
        slashes = units[i] == '\\' ? slashes + 1 : 0;
        if ((err = line_put(to, units[i])) != SPROG_OK) {
            return err;
        }
    }
    /* A backslash before the closing quote would escape it. */
    if ((err = line_put_times(to, '\\', slashes)) != SPROG_OK) {
        return err;
    }
    return line_put(to, '"');
}

/* Append argv[0], which has quotes always and escapes never. */
static sprog_err
put_program(line *to, const uint16_t *units, size_t len)
{
    sprog_err err;

    if (has_unit(units, len, '"')) {
        return SPROG_EINVAL;
    }
    if ((err = line_put(to, '"')) != SPROG_OK ||
        (err = line_put_units(to, units, len)) != SPROG_OK) {
        return err;
    }
    return line_put(to, '"');
}

static sprog_err
put_argument(line *to, const uint16_t *units, size_t len)
{
    if (needs_quotes(units, len)) {
        return put_quoted(to, units, len);
    }
    return line_put_units(to, units, len);
}

/*
 * Append one argument for cmd.exe. Between quotes every operator is text, but
 * a '%' still expands and a '"' ends them, and no escape of either holds in
 * every place that a batch file may use its arguments in: both are refused,
 * as is a line end, which ends the command.
 */
static sprog_err
put_batch_argument(line *to, const uint16_t *units, size_t len)
{
    size_t i;
    sprog_err err;

    for (i = 0; i < len; i++) {
        if (units[i] == '"' || units[i] == '%' || units[i] < 0x20) {
            return SPROG_EBATCH;
        }
    }
    /* The program that the script hands its "%1" to would see \" as a quote
     * that is text. */
    if (len > 0 && units[len - 1] == '\\') {
        return SPROG_EBATCH;
    }
    if ((err = line_put(to, '"')) != SPROG_OK ||
        (err = line_put_units(to, units, len)) != SPROG_OK) {
        return err;
    }
    return line_put(to, '"');
}

/* Append `text`, as UTF-16, by one of the functions above. */
static sprog_err
put_text(line *to, const char *text,
         sprog_err (*put)(line *, const uint16_t *, size_t))
{
    uint16_t *units = NULL;
    size_t len = 0;
    sprog_err err;

    err = sprog__win32_utf_to_16(to->mem, text, strlen(text), &units, &len);
    if (err == SPROG_OK) {
        err = put(to, units, len);
    }
    sprog__mem_free(to->mem, units);
    return err;
}

sprog_err
sprog__win32_cmdline(const sprog__mem *mem, char *const *argv, bool is_verbatim,
                     uint16_t **out_line)
{
    line out = { mem, NULL, 0, 0, SPROG__CMDLINE_MAX };
    size_t i;
    sprog_err err;

    err = put_text(&out, argv[0], put_program);
    if (is_verbatim && argv[1] != NULL && argv[2] != NULL) {
        err = SPROG_EINVAL;
    }
    for (i = 1; err == SPROG_OK && argv[i] != NULL; i++) {
        if ((err = line_put(&out, ' ')) == SPROG_OK) {
            err = put_text(&out, argv[i],
                           is_verbatim ? line_put_units : put_argument);
        }
    }
    return line_take(&out, err, out_line);
}

sprog_err
sprog__win32_cmdline_batch(const sprog__mem *mem, const char *script,
                           char *const *argv, uint16_t **out_line)
{
    line out = { mem, NULL, 0, 0, SPROG__CMDLINE_BATCH_MAX };
    size_t i;
    sprog_err err;

    /* No AutoRun, extensions on, no !delayed! expansion; with /s cmd.exe
     * takes exactly the outermost quotes away. */
    err = line_put_ascii(&out, "\"cmd.exe\" /d /e:on /v:off /s /c \"");
    if (err == SPROG_OK) {
        err = put_text(&out, script, put_batch_argument);
    }
    for (i = 1; err == SPROG_OK && argv[i] != NULL; i++) {
        if ((err = line_put(&out, ' ')) == SPROG_OK) {
            err = put_text(&out, argv[i], put_batch_argument);
        }
    }
    if (err == SPROG_OK) {
        err = line_put(&out, '"');
    }
    return line_take(&out, err, out_line);
}

static bool
is_letter(char c, char lower)
{
    return c == lower || c == (char)(lower - 'a' + 'A');
}

/* Whether `text` ends with `lower`, in whatever case. */
static bool
ends_with(const char *text, size_t len, const char *lower)
{
    const size_t n = strlen(lower);
    size_t i;

    if (len < n) {
        return false;
    }
    for (i = 0; i < n; i++) {
        const char c = text[len - n + i];

        if (lower[i] == '.' ? c != '.' : !is_letter(c, lower[i])) {
            return false;
        }
    }
    return true;
}

/* Whether a name, less the dots and spaces that Windows drops, is a batch
 * file's. */
static bool
is_batch_name(const char *name, size_t len)
{
    while (len > 0 && (name[len - 1] == '.' || name[len - 1] == ' ')) {
        len--;
    }
    return ends_with(name, len, ".bat") || ends_with(name, len, ".cmd");
}

bool
sprog__win32_is_batch(const char *path)
{
    size_t start = 0;
    size_t i;

    for (i = 0; path[i] != '\0'; i++) {
        if (path[i] == '\\' || path[i] == '/') {
            start = i + 1;
        }
    }
    /* A colon begins a stream's name: "x.bat::$DATA" is x.bat, and of
     * "x.txt:y.bat" the system, which looks at the end alone, runs a batch
     * file too. */
    for (i = start; path[i] != '\0'; i++) {
        if (path[i] == ':' && is_batch_name(path + start, i - start)) {
            return true;
        }
    }
    return is_batch_name(path + start, i - start);
}
