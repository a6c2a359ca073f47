/*
 * sprog: child processes for C, the same on POSIX and on Windows.
 *
 * A tour. A reactor (reactor.h) waits and calls back. sprog_spawn()
 * (process.h) starts a program under it and gives a process, to write to,
 * close and signal; a protocol (protocol.h) is told what it prints and how it
 * ends. A stream (stream.h) is the same for descriptors of our own. Whoever
 * only wants the output of a program calls sprog_run() (run.h). Every failure
 * is a number and a record (error.h).
 *
 * This header is all there is to include.
 */
#ifndef SPROG_SPROG_H
#define SPROG_SPROG_H

#include "error.h"
#include "export.h"
#include "process.h"
#include "protocol.h"
#include "reactor.h"
#include "run.h"
#include "stream.h"

/** The version of these headers; sprog_version() is the library's. */
#define SPROG_VERSION_MAJOR 0
#define SPROG_VERSION_MINOR 1
#define SPROG_VERSION_PATCH 0
#define SPROG_VERSION_TEXT  "0.1.0"

SPROG_BEGIN_DECLS

/**
 * Get the version of the library that is linked.
 *
 * @return a static string, "0.1.0"
 *
 * Threads: any thread.  Callbacks: none run inside.
 */
SPROG_API const char *
sprog_version(void);

SPROG_END_DECLS

#endif
