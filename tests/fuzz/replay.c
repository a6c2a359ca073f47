/*
 * For compilers without libFuzzer: every file named on the command line is one
 * input, as it is and cut short at each of its bytes. So the corpus is a
 * test on every system.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"

#define MOST 65536

static uint8_t input[MOST];

/* A block of exactly this size: reading past it can be seen. */
static void
run(size_t size)
{
    uint8_t *block = malloc(size + (size == 0 ? 1 : 0));

    FUZZ_REQUIRE(block != NULL);
    memcpy(block, input, size);
    (void)LLVMFuzzerTestOneInput(block, size);
    free(block);
}

int
main(int argc, char **argv)
{
    unsigned long runs = 0;
    int i;

    for (i = 1; i < argc; i++) {
        FILE *file = fopen(argv[i], "rb");
        size_t size;
        size_t cut;

        FUZZ_REQUIRE(file != NULL);
        size = fread(input, 1, MOST, file);
        FUZZ_REQUIRE(ferror(file) == 0);
        (void)fclose(file);
        for (cut = 0; cut <= size; cut++, runs++) {
            run(cut);
        }
    }
    (void)printf("%d files, %lu inputs\n", argc - 1, runs);
    return runs != 0 ? 0 : 1;
}
