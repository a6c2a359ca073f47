#ifndef SPROG_ISO_LIMITS_H
#define SPROG_ISO_LIMITS_H

#define CHAR_BIT 8
#define INT_MAX  __INT_MAX__
#define INT_MIN  (-__INT_MAX__ - 1)
#define UINT_MAX (__INT_MAX__ * 2u + 1u)
#define LONG_MAX __LONG_MAX__

#endif
