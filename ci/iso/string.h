#ifndef SPROG_ISO_STRING_H
#define SPROG_ISO_STRING_H

#include <stddef.h>

void *
memcpy(void *restrict to, const void *restrict from, size_t len);
void *
memmove(void *to, const void *from, size_t len);
void *
memset(void *to, int byte, size_t len);
void *
memchr(const void *in, int byte, size_t len);
int
memcmp(const void *a, const void *b, size_t len);
size_t
strlen(const char *text);
int
strcmp(const char *a, const char *b);
int
strncmp(const char *a, const char *b, size_t len);
char *
strchr(const char *in, int byte);
char *
strrchr(const char *in, int byte);

#endif
