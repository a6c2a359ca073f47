/*
 * The helper child: as little as a program can do. Linked statically where
 * the system allows, so that the loader's work is not in the figures.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char block[65536];

static int
write_all(const char *data, size_t len)
{
    while (len != 0) {
        const ssize_t n = write(1, data, len);

        if (n <= 0) {
            return 1;
        }
        data += n;
        len -= (size_t)n;
    }
    return 0;
}

static int
cat(void)
{
    ssize_t n;

    while ((n = read(0, block, sizeof block)) > 0) {
        if (write_all(block, (size_t)n) != 0) {
            return 1;
        }
    }
    return n == 0 ? 0 : 1;
}

static int
source(unsigned long long bytes)
{
    while (bytes != 0) {
        const size_t n = bytes < sizeof block ? (size_t)bytes : sizeof block;

        if (write_all(block, n) != 0) {
            return 1;
        }
        bytes -= n;
    }
    return 0;
}

int
main(int argc, char **argv)
{
    if (argc == 2 && strcmp(argv[1], "exit") == 0) {
        return 0;
    }
    if (argc == 2 && strcmp(argv[1], "cat") == 0) {
        return cat();
    }
    if (argc == 3 && strcmp(argv[1], "source") == 0) {
        return source(strtoull(argv[2], NULL, 10));
    }
    return 2;
}
