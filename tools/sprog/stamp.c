/*
 * Times of the wall clock. The calendar is computed here, as gmtime() is one
 * static buffer on some systems and has another name on others.
 */
#include "stamp.h"

#include <stdio.h>

#include "os_files.h"

void
stamp_day(uint64_t clock_ms, char out_buf[STAMP_SIZE])
{
    const unsigned seconds = os_day_seconds(clock_ms);

    (void)snprintf(out_buf, STAMP_SIZE, "%02u:%02u:%02u.%03u", seconds / 3600,
                   seconds / 60 % 60, seconds % 60,
                   (unsigned)(clock_ms % 1000));
}

/*
 * The date of a day counted from 1970. Years begin in March here, so that the
 * leap day is the last of its year; 400 of them are one cycle.
 */
static void
write_date(uint64_t days, char *out_buf, size_t cap)
{
    const uint64_t shifted = days + 719468; /* 0000-03-01 */
    const unsigned day_of_cycle = (unsigned)(shifted % 146097);
    const unsigned year_of_cycle =
        (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524 -
         day_of_cycle / 146096) /
        365;
    const unsigned day_of_year =
        day_of_cycle -
        (365 * year_of_cycle + year_of_cycle / 4 - year_of_cycle / 100);
    const unsigned march_month = (5 * day_of_year + 2) / 153;
    const unsigned day = day_of_year - (153 * march_month + 2) / 5 + 1;
    const unsigned month = march_month < 10 ? march_month + 3 : march_month - 9;
    const unsigned year = (unsigned)(shifted / 146097) * 400 + year_of_cycle +
                          (month <= 2 ? 1 : 0);

    (void)snprintf(out_buf, cap, "%04u-%02u-%02u", year, month, day);
}

void
stamp_utc(uint64_t clock_ms, char out_buf[STAMP_SIZE])
{
    const uint64_t seconds = clock_ms / 1000;
    const unsigned of_day = (unsigned)(seconds % 86400);
    char date[STAMP_SIZE];

    write_date(seconds / 86400, date, sizeof date);
    (void)snprintf(out_buf, STAMP_SIZE, "%.10sT%02u:%02u:%02u.%03uZ", date,
                   of_day / 3600, of_day / 60 % 60, of_day % 60,
                   (unsigned)(clock_ms % 1000));
}
