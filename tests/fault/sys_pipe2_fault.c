/*
 * The thin functions of src/posix/sys_pipe2.c, over a C library that fails.
 */
#include "failing_calls.h"

#include "posix/sys_pipe2.c"
