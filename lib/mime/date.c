/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/date.h"

#include "base/ascii.h"

#include <stdio.h>
#include <string.h>

static const char months[] = "janfebmaraprmayjunjulaugsepoctnovdec";

typedef struct cursor {
    const uint8_t *at;
    const uint8_t *end;
} cursor;

static void skip_blank(cursor *c)
{
    int depth = 0;

    for (; c->at < c->end; c->at++) {
        if (*c->at == '(')
            depth++;
        else if (depth && *c->at == ')')
            depth--;
        else if (!depth && !smime__ascii_is_blank(*c->at))
            return;
    }
}

static int read_number(cursor *c, int most_digits, int *ret_digits)
{
    int value = 0;

    *ret_digits = 0;
    while (c->at < c->end && smime__ascii_is_digit(*c->at) && *ret_digits < most_digits) {
        value = value * 10 + (*c->at++ - '0');
        ++*ret_digits;
    }
    return value;
}

static int read_month(cursor *c)
{
    if (c->end - c->at < 3)
        return 0;
    for (int i = 0; i < 12; i++)
        if (smime__ascii_equal((const char *)c->at, 3, months + 3 * i, 3)) {
            c->at += 3;
            return i + 1;
        }
    return 0;
}

/* Seconds east of UTC; an unknown letter zone counts as UTC (RFC 5322 4.3: -0000). */
static int read_zone(cursor *c)
{
    static const struct {
        const char *name;
        int hours;
    } zones[] = { { "EDT", -4 }, { "EST", -5 }, { "CDT", -5 }, { "CST", -6 },
                  { "MDT", -6 }, { "MST", -7 }, { "PDT", -7 }, { "PST", -8 } };
    int digits, value, sign;

    skip_blank(c);
    if (c->at == c->end)
        return 0;
    if (*c->at == '+' || *c->at == '-') {
        sign = *c->at++ == '-' ? -1 : 1;
        value = read_number(c, 4, &digits);
        return digits == 4 ? sign * (value / 100 * 3600 + value % 100 * 60) : 0;
    }
    for (size_t i = 0; i < sizeof zones / sizeof zones[0]; i++)
        if (c->end - c->at >= 3 &&
            smime__ascii_equal((const char *)c->at, 3, zones[i].name, 3))
            return zones[i].hours * 3600;
    return 0;
}

static int read_time(cursor *c, smime__civil *t)
{
    int digits;

    t->hour = read_number(c, 2, &digits);
    skip_blank(c);
    if (!digits || c->at == c->end || *c->at++ != ':')
        return 0;
    skip_blank(c);
    t->minute = read_number(c, 2, &digits);
    if (!digits)
        return 0;
    skip_blank(c);
    if (c->at < c->end && *c->at == ':') {
        c->at++;
        skip_blank(c);
        t->second = read_number(c, 2, &digits);
        if (!digits)
            return 0;
    }
    return 1;
}

int smime__date_parse(smime__view text, int64_t *ret_seconds)
{
    cursor c = { text.data, text.data + text.len };
    smime__civil t = { 0 };
    int digits;
    int64_t local;

    if (!text.len)
        return 0;
    skip_blank(&c);
    if (c.at < c.end && smime__ascii_is_alpha(*c.at)) { /* the day of the week says nothing new */
        while (c.at < c.end && *c.at != ',' && *c.at != '(' && !smime__ascii_is_blank(*c.at))
            c.at++;
        skip_blank(&c);
        if (c.at < c.end && *c.at == ',')
            c.at++;
        skip_blank(&c);
    }
    t.day = read_number(&c, 2, &digits);
    skip_blank(&c);
    if (!digits || !(t.month = read_month(&c)))
        return 0;
    skip_blank(&c);
    t.year = read_number(&c, 4, &digits);
    if (digits == 2) /* RFC 5322 4.3 */
        t.year += t.year < 50 ? 2000 : 1900;
    else if (digits == 3)
        t.year += 1900;
    else if (digits != 4)
        return 0;
    skip_blank(&c);
    if (!read_time(&c, &t) || !smime__civil_seconds(&t, &local))
        return 0;
    *ret_seconds = local - read_zone(&c);
    return 1;
}

void smime__date_format(char to[SMIME__DATE_SIZE], int64_t seconds)
{
    static const char days[] = "ThuFriSatSunMonTueWed"; /* 1970-01-01 was a Thursday */
    smime__civil t;
    char month[4] = "";
    int64_t day = seconds >= 0 ? seconds / 86400 : (seconds - 86399) / 86400;

    smime__civil_from(seconds, &t);
    memcpy(month, months + 3 * (t.month - 1), 3);
    month[0] = (char)(month[0] - 32);
    snprintf(to, SMIME__DATE_SIZE, "%.3s, %d %s %04d %02d:%02d:%02d +0000",
             days + 3 * (((day % 7) + 7) % 7), t.day, month, t.year % 10000, t.hour, t.minute, t.second);
}
