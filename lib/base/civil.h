/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The proleptic Gregorian calendar in UTC, without the C library's time functions. */
#ifndef SMIME_BASE_CIVIL_H
#define SMIME_BASE_CIVIL_H

#include <stddef.h>
#include <stdint.h>

typedef struct smime__civil {
    int year; /* 0 - 9999 */
    int month; /* 1 - 12 */
    int day;
    int hour;
    int minute;
    int second; /* 60 is taken as 59: a leap second has no number of its own */
} smime__civil;

/* 1, or 0 when a field is out of range. */
int smime__civil_seconds(const smime__civil *civil, int64_t *ret_seconds);
void smime__civil_from(int64_t seconds, smime__civil *ret_civil);

#define SMIME__RFC3339_SIZE 32
void smime__rfc3339_format(char to[SMIME__RFC3339_SIZE], int64_t seconds);

#endif
