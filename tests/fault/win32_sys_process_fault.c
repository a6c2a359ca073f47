/*
 * The thin functions of src/win32/sys_process.c, over a Windows that fails.
 */
#include "win32_failing_process.h"

#include "win32/sys_process.c"
