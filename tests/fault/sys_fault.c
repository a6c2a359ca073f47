/*
 * The thin functions of src/posix/sys.c, over a C library that fails.
 */
#include "failing_calls.h"

#include "posix/sys.c"
