/*
 * The inside of a stream, for the files of src/common only.
 */
#ifndef SPROG_COMMON_STREAM_H
#define SPROG_COMMON_STREAM_H

#include "list.h"
#include "sprog/stream.h"

/* The stream that a link of the reactor's list belongs to. */
sprog_stream *
sprog__stream_of(sprog__link *link);

#endif
