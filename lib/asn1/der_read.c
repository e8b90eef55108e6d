/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/der.h"

#include "base/ascii.h"
#include "base/civil.h"

smime__der smime__der_cursor(smime__view view)
{
    smime__der der;

    der.at = view.len ? view.data : (const uint8_t *)"";
    der.end = der.at + view.len;
    return der;
}

int smime__der_done(const smime__der *der)
{
    return der->at == der->end;
}

int smime__der_peek(const smime__der *der)
{
    return der->at < der->end ? *der->at : -1;
}

int smime__der_next(smime__der *der, uint8_t *ret_tag, smime__view *ret_content,
                    smime__view *ret_whole)
{
    const uint8_t *at = der->at;
    size_t left = (size_t)(der->end - at);
    size_t len, head = 2;

    if (left < 2 || (at[0] & 0x1f) == 0x1f)
        return 0;
    len = at[1];
    if (len & 0x80) {
        size_t bytes = len & 0x7f;
        if (bytes == 0 || bytes > 4 || left < 2 + bytes || at[2] == 0)
            return 0;
        len = 0;
        for (size_t i = 0; i < bytes; i++)
            len = len << 8 | at[2 + i];
        if (len < 0x80)
            return 0;
        head += bytes;
    }
    if (len > left - head)
        return 0;
    if (ret_tag)
        *ret_tag = at[0];
    if (ret_content)
        *ret_content = smime__view_of(at + head, len);
    if (ret_whole)
        *ret_whole = smime__view_of(at, head + len);
    der->at = at + head + len;
    return 1;
}

int smime__der_take(smime__der *der, uint8_t tag, smime__view *ret_content)
{
    return smime__der_peek(der) == tag && smime__der_next(der, NULL, ret_content, NULL);
}

int smime__der_enter(smime__der *der, uint8_t tag, smime__der *ret_inside)
{
    smime__view content;

    if (!smime__der_take(der, tag, &content))
        return 0;
    *ret_inside = smime__der_cursor(content);
    return 1;
}

int smime__der_take_oid(smime__der *der, smime__view *ret_content)
{
    smime__der copy = *der;
    smime__view content;

    if (!smime__der_take(&copy, SMIME__OBJECT_ID, &content) || !smime__oid_check(content))
        return 0;
    *ret_content = content;
    *der = copy;
    return 1;
}

static int is_integer(smime__view content)
{
    if (!content.len)
        return 0;
    if (content.len > 1 && content.data[0] == 0 && !(content.data[1] & 0x80))
        return 0;
    return !(content.len > 1 && content.data[0] == 0xff && content.data[1] & 0x80);
}

int smime__der_take_small(smime__der *der, int *ret_value)
{
    return smime__der_take_small_as(der, SMIME__INTEGER, ret_value);
}

int smime__der_take_small_as(smime__der *der, uint8_t tag, int *ret_value)
{
    smime__der copy = *der;
    smime__view content;
    int value = 0;

    if (!smime__der_take(&copy, tag, &content) || !is_integer(content) ||
        content.len > 4 || content.data[0] & 0x80)
        return 0;
    for (size_t i = 0; i < content.len; i++)
        value = value << 8 | content.data[i];
    *ret_value = value;
    *der = copy;
    return 1;
}

int smime__der_take_integer(smime__der *der, smime__view *ret_content)
{
    smime__der copy = *der;
    smime__view content;

    if (!smime__der_take(&copy, SMIME__INTEGER, &content) || !is_integer(content))
        return 0;
    *ret_content = content;
    *der = copy;
    return 1;
}

int smime__der_take_boolean(smime__der *der, int *ret_value)
{
    return smime__der_take_boolean_as(der, SMIME__BOOLEAN, ret_value);
}

int smime__der_take_boolean_as(smime__der *der, uint8_t tag, int *ret_value)
{
    smime__der copy = *der;
    smime__view content;

    if (!smime__der_take(&copy, tag, &content) || content.len != 1 ||
        (content.data[0] != 0 && content.data[0] != 0xff))
        return 0;
    *ret_value = content.data[0] != 0;
    *der = copy;
    return 1;
}

int smime__der_take_bytes(smime__der *der, smime__view *ret_bytes)
{
    smime__der copy = *der;
    smime__view content;

    if (!smime__der_take(&copy, SMIME__BIT_STRING, &content) || !content.len ||
        content.data[0] != 0)
        return 0;
    *ret_bytes = smime__view_of(content.data + 1, content.len - 1);
    *der = copy;
    return 1;
}

int smime__der_take_named_bits(smime__der *der, uint8_t tag, uint32_t *ret_bits)
{
    smime__der copy = *der;
    smime__view content;
    uint32_t bits = 0;

    if (!smime__der_take(&copy, tag, &content) || !content.len || content.data[0] > 7 ||
        (content.len == 1 && content.data[0]))
        return 0;
    for (size_t bit = 0; bit < 32 && bit / 8 + 1 < content.len; bit++)
        if (content.data[bit / 8 + 1] & (0x80 >> bit % 8))
            bits |= UINT32_C(1) << bit;
    *ret_bits = bits;
    *der = copy;
    return 1;
}

static int two_digits(const uint8_t *at)
{
    if (!smime__ascii_is_digit(at[0]) || !smime__ascii_is_digit(at[1]))
        return -1;
    return (at[0] - '0') * 10 + at[1] - '0';
}

int smime__der_take_time(smime__der *der, int64_t *ret_seconds)
{
    smime__der copy = *der;
    smime__view text;
    smime__civil t;
    const uint8_t *at;
    int century = -1;

    if (smime__der_take(&copy, SMIME__UTC_TIME, &text)) {
        if (text.len != 13)
            return 0;
        at = text.data;
    } else if (smime__der_take(&copy, SMIME__GENERALIZED_TIME, &text)) {
        if (text.len != 15 || (century = two_digits(text.data)) < 0)
            return 0;
        at = text.data + 2;
    } else {
        return 0;
    }
    t.year = two_digits(at);
    t.month = two_digits(at + 2);
    t.day = two_digits(at + 4);
    t.hour = two_digits(at + 6);
    t.minute = two_digits(at + 8);
    t.second = two_digits(at + 10);
    if (at[12] != 'Z' || t.year < 0)
        return 0;
    t.year += century >= 0 ? century * 100 : t.year < 50 ? 2000 : 1900;
    if (!smime__civil_seconds(&t, ret_seconds))
        return 0;
    *der = copy;
    return 1;
}

int smime__der_is_whole(smime__view view, uint8_t tag)
{
    smime__der der = smime__der_cursor(view);

    return smime__der_take(&der, tag, NULL) && smime__der_done(&der);
}
