/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/der.h"

#include "base/civil.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static size_t encode_head(uint8_t to[10], uint8_t tag, uint64_t len)
{
    size_t bytes = 0;

    to[0] = tag;
    if (len < 0x80) {
        to[1] = (uint8_t)len;
        return 2;
    }
    for (uint64_t rest = len; rest; rest >>= 8)
        bytes++;
    to[1] = (uint8_t)(0x80 | bytes);
    for (size_t i = 0; i < bytes; i++)
        to[2 + i] = (uint8_t)(len >> (8 * (bytes - 1 - i)));
    return 2 + bytes;
}

smime_status smime__der_add_head(smime__buf *to, uint8_t tag, uint64_t len)
{
    uint8_t head[10];

    return smime__buf_add(to, head, encode_head(head, tag, len));
}

smime_status smime__der_add(smime__buf *to, uint8_t tag, const void *data, size_t len)
{
    smime_status status = smime__buf_reserve(to, len < SIZE_MAX - 10 ? len + 10 : len);

    if (status == SMIME_OK)
        status = smime__der_add_head(to, tag, len);
    return status == SMIME_OK ? smime__buf_add(to, data, len) : status;
}

smime_status smime__der_add_view(smime__buf *to, uint8_t tag, smime__view content)
{
    return smime__der_add(to, tag, content.data, content.len);
}

smime_status smime__der_add_oid(smime__buf *to, smime__oid oid)
{
    return smime__der_add_view(to, SMIME__OBJECT_ID, smime__oid_bytes(oid));
}

smime_status smime__der_add_small(smime__buf *to, int value)
{
    uint8_t bytes[5] = { 0, (uint8_t)(value >> 24), (uint8_t)(value >> 16), (uint8_t)(value >> 8),
                         (uint8_t)value };
    size_t at = 0;

    while (at < 4 && bytes[at] == 0 && !(bytes[at + 1] & 0x80))
        at++;
    return smime__der_add(to, SMIME__INTEGER, bytes + at, 5 - at);
}

/* UTCTime through 2049, GeneralizedTime from then on (RFC 5652 11.3). */
smime_status smime__der_add_time(smime__buf *to, int64_t seconds)
{
    char text[32];
    smime__civil t;
    int utc, len;

    smime__civil_from(seconds, &t);
    utc = t.year >= 1950 && t.year < 2050;
    len = snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", t.year, t.month, t.day,
                   t.hour, t.minute, t.second);
    return utc ? smime__der_add(to, SMIME__UTC_TIME, text + 2, (size_t)len - 2)
               : smime__der_add(to, SMIME__GENERALIZED_TIME, text, (size_t)len);
}

smime_status smime__der_begin(smime__buf *to, uint8_t tag, size_t *ret_mark)
{
    smime_status status = smime__buf_add_byte(to, tag);

    *ret_mark = to->len;
    return status;
}

smime_status smime__der_end(smime__buf *to, size_t mark)
{
    uint8_t head[10];
    size_t len = to->len - mark;
    size_t size = encode_head(head, 0, len) - 1;
    smime_status status = smime__buf_reserve(to, size);

    if (status < 0)
        return status;
    memmove(to->data + mark + size, to->data + mark, len);
    memcpy(to->data + mark, head + 1, size);
    to->len += size;
    return SMIME_OK;
}

static int compare_views(const void *a, const void *b)
{
    const smime__view *left = a, *right = b;
    size_t shorter = left->len < right->len ? left->len : right->len;
    int order = memcmp(left->data, right->data, shorter);

    if (order)
        return order;
    return left->len < right->len ? -1 : left->len > right->len;
}

smime_status smime__der_sort_set(smime__buf *to, smime__view content)
{
    smime__der der = smime__der_cursor(content);
    smime__view few[16], *list = few;
    size_t count = 0;
    smime_status status = SMIME_OK;

    while (smime__der_next(&der, NULL, NULL, NULL))
        count++;
    if (!smime__der_done(&der))
        return SMIME_E_BER;
    if (count > sizeof few / sizeof few[0] && !(list = calloc(count, sizeof *list)))
        return SMIME_E_NOMEM;
    der = smime__der_cursor(content);
    for (size_t i = 0; i < count; i++)
        (void)smime__der_next(&der, NULL, NULL, &list[i]);
    if (count)
        qsort(list, count, sizeof *list, compare_views);
    status = smime__buf_reserve(to, content.len);
    for (size_t i = 0; i < count && status == SMIME_OK; i++)
        status = smime__buf_add_view(to, list[i]);
    if (list != few)
        free(list);
    return status;
}
