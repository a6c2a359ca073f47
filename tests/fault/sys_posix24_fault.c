/*
 * The thin functions of src/posix/sys_posix24.c, over a C library that fails.
 */
#include "failing_calls.h"

#include "posix/sys_posix24.c"
