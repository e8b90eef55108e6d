/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/ascii.h"

#include <string.h>

int smime__ascii_lower(int c)
{
    return c >= 'A' && c <= 'Z' ? c + 32 : c;
}

int smime__ascii_is_blank(int c)
{
    return c == ' ' || c == '\t';
}

int smime__ascii_is_digit(int c)
{
    return c >= '0' && c <= '9';
}

int smime__ascii_is_alpha(int c)
{
    c = smime__ascii_lower(c);
    return c >= 'a' && c <= 'z';
}

int smime__ascii_hex(int c)
{
    if (smime__ascii_is_digit(c))
        return c - '0';
    c = smime__ascii_lower(c);
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

int smime__ascii_equal(const char *a, size_t a_len, const char *b, size_t b_len)
{
    if (a_len != b_len)
        return 0;
    for (size_t i = 0; i < a_len; i++)
        if (smime__ascii_lower((unsigned char)a[i]) != smime__ascii_lower((unsigned char)b[i]))
            return 0;
    return 1;
}

size_t smime__utf8_length(const uint8_t *data, size_t len)
{
    size_t need;
    uint8_t low = 0x80, high = 0xbf;

    if (!len)
        return 0;
    if (data[0] < 0x80)
        return 1;
    if (data[0] >= 0xc2 && data[0] <= 0xdf)
        need = 2;
    else if (data[0] >= 0xe0 && data[0] <= 0xef)
        need = 3;
    else if (data[0] >= 0xf0 && data[0] <= 0xf4)
        need = 4;
    else
        return 0;
    /* overlong forms, surrogates and code points over 10FFFF show in the second byte */
    if (data[0] == 0xe0)
        low = 0xa0;
    else if (data[0] == 0xed)
        high = 0x9f;
    else if (data[0] == 0xf0)
        low = 0x90;
    else if (data[0] == 0xf4)
        high = 0x8f;
    if (len < need || data[1] < low || data[1] > high)
        return 0;
    for (size_t i = 2; i < need; i++)
        if ((data[i] & 0xc0) != 0x80)
            return 0;
    return need;
}

int smime__utf8_valid(const uint8_t *data, size_t len)
{
    while (len) {
        size_t step;
        uint64_t word;
        if (len >= sizeof word) { /* nearly all text is ASCII */
            memcpy(&word, data, sizeof word);
            if (!(word & UINT64_C(0x8080808080808080))) {
                data += sizeof word;
                len -= sizeof word;
                continue;
            }
        }
        step = smime__utf8_length(data, len);
        if (!step)
            return 0;
        data += step;
        len -= step;
    }
    return 1;
}

int smime__utf8_fit(const char *text, int most)
{
    int len = 0;

    while (len < most && text[len])
        len++;
    while (len && text[len] && ((uint8_t)text[len] & 0xc0) == 0x80)
        len--;
    return len;
}

smime_status smime__utf8_clean(smime__buf *to, smime__view text)
{
    smime_status status = SMIME_OK;
    size_t at = 0;

    while (at < text.len && status == SMIME_OK) {
        size_t step = smime__utf8_length(text.data + at, text.len - at);
        if (step && text.data[at]) {
            status = smime__buf_add(to, text.data + at, step);
            at += step;
        } else {
            status = smime__buf_add_text(to, "\xef\xbf\xbd");
            at++;
        }
    }
    return status;
}

smime_status smime__utf8_add(smime__buf *to, uint32_t c)
{
    uint8_t bytes[4];
    size_t len;

    if (c < 0x80) {
        bytes[0] = (uint8_t)c;
        len = 1;
    } else if (c < 0x800) {
        bytes[0] = (uint8_t)(0xc0 | c >> 6);
        bytes[1] = (uint8_t)(0x80 | (c & 0x3f));
        len = 2;
    } else if (c < 0x10000) {
        bytes[0] = (uint8_t)(0xe0 | c >> 12);
        bytes[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        bytes[2] = (uint8_t)(0x80 | (c & 0x3f));
        len = 3;
    } else {
        bytes[0] = (uint8_t)(0xf0 | (c >> 18 & 0x07));
        bytes[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
        bytes[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
        bytes[3] = (uint8_t)(0x80 | (c & 0x3f));
        len = 4;
    }
    return smime__buf_add(to, bytes, len);
}

void smime__hex(char *to, const uint8_t *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < len; i++) {
        to[2 * i] = digits[data[i] >> 4];
        to[2 * i + 1] = digits[data[i] & 15];
    }
    to[2 * len] = 0;
}
