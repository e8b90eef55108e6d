/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Small BER structures made DER, so that one strict reader serves for all. */
#include "asn1/der.h"

#include <string.h>

#define DEPTH_MAX 32

typedef struct ber {
    const uint8_t *at;
    const uint8_t *end;
} ber;

/* Tag and length. *ret_len is SIZE_MAX for an indefinite length. */
static int read_head(ber *in, uint8_t *ret_tag, size_t *ret_len)
{
    size_t left = (size_t)(in->end - in->at);
    size_t len;

    if (left < 2 || (in->at[0] & 0x1f) == 0x1f)
        return 0;
    *ret_tag = in->at[0];
    len = in->at[1];
    in->at += 2;
    left -= 2;
    if (len == 0x80) {
        *ret_len = SIZE_MAX;
        return (*ret_tag & 0x20) != 0;
    }
    if (len & 0x80) {
        size_t bytes = len & 0x7f;
        if (bytes > left)
            return 0;
        for (len = 0; bytes; bytes--) {
            if (len >> (8 * (sizeof len - 1)))
                return 0;
            len = len << 8 | *in->at++;
            left--;
        }
    }
    *ret_len = len;
    return len <= left;
}

static smime_status convert(ber *in, smime__buf *to, int depth);

/* The elements up to @p stop, or up to the end-of-contents when @p stop is NULL. */
static smime_status convert_all(ber *in, const uint8_t *stop, smime__buf *to, int depth)
{
    for (;;) {
        smime_status status;

        if (stop ? in->at == stop : in->end - in->at >= 2 && !in->at[0] && !in->at[1])
            break;
        if (in->at >= in->end)
            return SMIME_E_BER;
        status = convert(in, to, depth);
        if (status < 0)
            return status;
    }
    if (!stop)
        in->at += 2;
    return SMIME_OK;
}

static int is_string(uint8_t tag)
{
    uint8_t type = tag & 0x1f;

    return !(tag & 0xc0) && (type == 4 || type == 12 || (type >= 18 && type <= 30));
}

/* The converted segments behind @p start are replaced by their contents, put together. */
static smime_status join_segments(smime__buf *to, size_t start, uint8_t tag)
{
    smime__der der =
        smime__der_cursor(smime__view_of(to->data + start, to->len - start));
    size_t len = 0;

    while (!smime__der_done(&der)) {
        smime__view content;
        uint8_t segment;
        if (!smime__der_next(&der, &segment, &content, NULL) ||
            (segment != (tag & ~0x20) && segment != SMIME__OCTET_STRING))
            return SMIME_E_BER;
        if (content.len)
            memmove(to->data + start + len, content.data, content.len);
        len += content.len;
    }
    to->len = start + len;
    return SMIME_OK;
}

/* What a constructed element holds is converted where it will stand, and its length put in front of
 * it afterwards. */
static smime_status convert(ber *in, smime__buf *to, int depth)
{
    smime_status status;
    uint8_t tag;
    size_t len, mark;
    ber part;

    if (depth > DEPTH_MAX || !read_head(in, &tag, &len))
        return SMIME_E_BER;
    if (!(tag & 0x20)) {
        status = smime__der_add(to, tag, in->at, len);
        in->at += len;
        return status;
    }
    part = *in;
    if (len != SIZE_MAX)
        part.end = in->at + len;
    status = smime__der_begin(to, is_string(tag) ? (uint8_t)(tag & ~0x20) : tag, &mark);
    if (status == SMIME_OK)
        status = convert_all(&part, len == SIZE_MAX ? NULL : part.end, to, depth + 1);
    in->at = part.at;
    if (status == SMIME_OK && is_string(tag))
        status = join_segments(to, mark, tag);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

smime_status smime__ber_to_der(smime__view view, smime__buf *to)
{
    ber in = { view.data, view.data + view.len };
    smime_status status;

    if (!view.len)
        return SMIME_E_BER;
    status = smime__buf_reserve(to, view.len); /* DER is no longer, but for what a limit stops */
    if (status == SMIME_OK)
        status = convert(&in, to, 0);
    if (status == SMIME_OK && in.at != in.end)
        status = SMIME_E_BER;
    return status;
}
