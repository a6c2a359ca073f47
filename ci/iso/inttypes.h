#ifndef SPROG_ISO_INTTYPES_H
#define SPROG_ISO_INTTYPES_H

#include <stdint.h>

#if __INT64_MAX__ == __LONG_MAX__
#    define PRId64 "ld"
#    define PRIu64 "lu"
#    define PRIx64 "lx"
#else
#    define PRId64 "lld"
#    define PRIu64 "llu"
#    define PRIx64 "llx"
#endif

#endif
