/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/civil.h"

#include <stdio.h>

static int is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

static int days_in_month(int year, int month)
{
    static const int days[12] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

/* Days from 1970-01-01 to the first of January of @p year. */
static int64_t days_before_year(int64_t year)
{
    int64_t y = year - 1;

    return y * 365 + y / 4 - y / 100 + y / 400 - 719162;
}

int smime__civil_seconds(const smime__civil *c, int64_t *ret_seconds)
{
    int64_t days;

    if (c->year < 1 || c->year > 9999 || c->month < 1 || c->month > 12 || c->day < 1 ||
        c->day > days_in_month(c->year, c->month) || c->hour < 0 || c->hour > 23 ||
        c->minute < 0 || c->minute > 59 || c->second < 0 || c->second > 60)
        return 0;
    days = days_before_year(c->year);
    for (int m = 1; m < c->month; m++)
        days += days_in_month(c->year, m);
    days += c->day - 1;
    *ret_seconds = days * 86400 + c->hour * 3600 + c->minute * 60 +
                   (c->second == 60 ? 59 : c->second);
    return 1;
}

void smime__civil_from(int64_t seconds, smime__civil *c)
{
    const int64_t first = -INT64_C(62135596800), last = INT64_C(253402300799);
    int64_t days, rest;

    if (seconds < first)
        seconds = first;
    if (seconds > last)
        seconds = last;
    days = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;
    rest = seconds - days * 86400;
    c->year = (int)(1970 + days / 366);
    while (c->year > 1 && days < days_before_year(c->year))
        c->year--;
    while (days >= days_before_year(c->year + 1))
        c->year++;
    days -= days_before_year(c->year);
    c->month = 1;
    while (days >= days_in_month(c->year, c->month))
        days -= days_in_month(c->year, c->month++);
    c->day = (int)days + 1;
    c->hour = (int)(rest / 3600);
    c->minute = (int)(rest / 60 % 60);
    c->second = (int)(rest % 60);
}

void smime__rfc3339_format(char to[SMIME__RFC3339_SIZE], int64_t seconds)
{
    smime__civil c;

    smime__civil_from(seconds, &c);
    snprintf(to, SMIME__RFC3339_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)c.year % 10000u,
             (unsigned)c.month % 100u, (unsigned)c.day % 100u, (unsigned)c.hour % 100u,
             (unsigned)c.minute % 100u, (unsigned)c.second % 100u);
}
