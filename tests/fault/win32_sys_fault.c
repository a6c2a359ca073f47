/*
 * The thin functions of src/win32/sys.c, over a Windows that fails.
 */
#include "win32_failing_calls.h"

#include "win32/sys.c"
