/*
 * A book of what the library has open in Windows, and of the children that it
 * has started: exact, where the system's own counts move by themselves.
 */
#ifndef WIN32_WATCH_H
#define WIN32_WATCH_H

#include <windows.h>

#include <stdbool.h>
#include <stddef.h>

/* Begin anew: what a test that failed has left is nobody's fault any more. */
void
watch_start(void);

/* Something was opened by `maker`, or closed. Any thread. */
void
watch_opened(void *thing, const char *maker);

/* Whether it was open; what was not is noted as a mistake. Any thread. */
bool
watch_closed(void *thing);

/* How much is open that was made by `maker`; NULL: by whomever. */
size_t
watch_open(const char *maker);

/* What was opened first of all that is open; "" when nothing is. */
const char *
watch_first_open(void);

/* How often something was closed that was not open. */
unsigned
watch_mistakes(void);

/* A child was made, suspended; its handles are watched as well. */
void
watch_child(const PROCESS_INFORMATION *info);

/* A child may run. */
void
watch_resumed(HANDLE thread);

/* Whether this is an open HANDLE of a child that we have started. */
bool
watch_is_child(HANDLE process);

/* Whether it may have run already. */
bool
watch_has_run(HANDLE process);

/* Whether a child of ours leads the group, and has not been forgotten. */
bool
watch_is_group(DWORD group);

/* End the leader of a group, as the system does for a Ctrl-Break. */
bool
watch_kill_group(DWORD group, DWORD code);

/* The children that have not ended; how many of them have never run. */
size_t
watch_alive(size_t *out_suspended);

/* Kill the children that are left, see them end, and forget all of them. */
void
watch_end_children(void);

#endif
