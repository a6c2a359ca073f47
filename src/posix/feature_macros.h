/*
 * What the system's headers are asked to declare. Included first in every file
 * of this folder, before any header of the system, so that the folder builds
 * the same with -std=c11 and with whatever the build system adds.
 */
#ifndef SPROG_POSIX_FEATURE_MACROS_H
#define SPROG_POSIX_FEATURE_MACROS_H

#ifndef _GNU_SOURCE
#    define _GNU_SOURCE 1
#endif
#if defined(__APPLE__) && !defined(_DARWIN_C_SOURCE)
#    define _DARWIN_C_SOURCE 1
#endif
#if defined(__NetBSD__) && !defined(_NETBSD_SOURCE)
#    define _NETBSD_SOURCE 1
#endif
/* 32-bit systems: files over 2 GiB can be opened. */
#ifndef _FILE_OFFSET_BITS
#    define _FILE_OFFSET_BITS 64
#endif

#endif
