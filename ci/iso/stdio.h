#ifndef SPROG_ISO_STDIO_H
#define SPROG_ISO_STDIO_H

#include <stdarg.h>
#include <stddef.h>

/* Text into memory only: the library reads, writes and prints nothing. */
int
snprintf(char *restrict to, size_t cap, const char *restrict format, ...);
int
vsnprintf(char *restrict to, size_t cap, const char *restrict format,
          va_list arguments);

#endif
