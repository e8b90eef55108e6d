/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "der_edit.h"

#include <stdio.h>
#include <string.h>

static element *read_one(const uint8_t **at, const uint8_t *end);

static void read_children(element *made, const uint8_t **at, const uint8_t *end, int indefinite)
{
    while (*at < end) {
        if (indefinite && end - *at >= 2 && !(*at)[0] && !(*at)[1]) {
            *at += 2;
            return;
        }
        ck_assert_uint_lt(made->count, 32);
        made->child[made->count++] = read_one(at, end);
    }
    ck_assert_int_eq(indefinite, 0);
}

/* Constructed strings become primitive ones, as DER has them. */
static void flatten(element *made)
{
    bytes all = { (uint8_t *)"", 0 };

    for (size_t i = 0; i < made->count; i++)
        all = joined(all, made->child[i]->content);
    made->content = all;
    made->count = 0;
    made->tag &= (uint8_t)~0x20;
}

static element *read_one(const uint8_t **at, const uint8_t *end)
{
    element *made = take(sizeof *made);
    size_t len;

    memset(made, 0, sizeof *made);
    ck_assert_int_ge(end - *at, 2);
    made->tag = *(*at)++;
    len = *(*at)++;
    if (len == 0x80) {
        read_children(made, at, end, 1);
    } else {
        if (len & 0x80) {
            size_t more = len & 0x7f;
            len = 0;
            while (more--)
                len = len << 8 | *(*at)++;
        }
        ck_assert_uint_le(len, (size_t)(end - *at));
        end = *at + len;
        if (made->tag & 0x20)
            read_children(made, at, end, 0);
        else
            made->content = bytes_of(*at, len);
        *at = end;
    }
    if (made->tag == 0x24)
        flatten(made);
    return made;
}

element *der_read(bytes der)
{
    const uint8_t *at = der.data;
    element *root = read_one(&at, der.data + der.len);

    ck_assert_uint_eq((size_t)(at - der.data), der.len);
    return root;
}

element *der_new(uint8_t tag, bytes content)
{
    element *made = take(sizeof *made);

    memset(made, 0, sizeof *made);
    made->tag = tag;
    made->content = content;
    return made;
}

bytes der_write(const element *root)
{
    bytes content = root->tag & 0x20 ? bytes_of("", 0) : root->content;
    uint8_t head[6] = { root->tag };
    size_t len;

    if (root->tag & 0x20)
        for (size_t i = 0; i < root->count; i++)
            content = joined(content, der_write(root->child[i]));
    len = content.len;
    ck_assert_uint_lt(len, 0x1000000);
    if (len < 0x80) {
        head[1] = (uint8_t)len;
        return joined(bytes_of(head, 2), content);
    }
    head[1] = 0x83;
    head[2] = (uint8_t)(len >> 16);
    head[3] = (uint8_t)(len >> 8);
    head[4] = (uint8_t)len;
    if (len >= 0x10000)
        return joined(bytes_of(head, 5), content);
    head[1] = len < 0x100 ? 0x81 : 0x82;
    head[2] = (uint8_t)(len < 0x100 ? len : len >> 8);
    head[3] = (uint8_t)len;
    return joined(bytes_of(head, len < 0x100 ? 3 : 4), content);
}

element *der_at(element *root, const int *path)
{
    for (; *path >= 0; path++) {
        ck_assert_msg((size_t)*path < root->count, "no child %d in tag %02x with %zu", *path,
                      root->tag, root->count);
        root = root->child[*path];
    }
    return root;
}

void der_remove(element *parent, size_t index)
{
    ck_assert_uint_lt(index, parent->count);
    parent->count--;
    memmove(parent->child + index, parent->child + index + 1,
            (parent->count - index) * sizeof *parent->child);
}

void der_insert(element *parent, size_t index, element *child)
{
    ck_assert_uint_lt(parent->count, 32);
    memmove(parent->child + index + 1, parent->child + index,
            (parent->count - index) * sizeof *parent->child);
    parent->child[index] = child;
    parent->count++;
}

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

bytes base64(bytes data)
{
    bytes made = { take(data.len * 2 + 8), 0 };

    for (size_t i = 0; i < data.len; i += 3) {
        uint32_t group = (uint32_t)data.data[i] << 16;
        size_t left = data.len - i;
        if (left > 1)
            group |= (uint32_t)data.data[i + 1] << 8;
        if (left > 2)
            group |= data.data[i + 2];
        for (size_t k = 0; k < 4; k++)
            made.data[made.len++] =
                k <= left ? (uint8_t)alphabet[group >> (18 - 6 * k) & 63] : '=';
        if (i / 3 % 16 == 15 || left <= 3) {
            made.data[made.len++] = '\r';
            made.data[made.len++] = '\n';
        }
    }
    return made;
}

/* Where the base64 begins and ends. */
static void body_of(bytes message, size_t *ret_start, size_t *ret_end)
{
    size_t start = find(message, "Content-Disposition: attachment; filename=\"smime.p7", 0);

    ck_assert_uint_ne(start, SIZE_MAX);
    start = find(message, "\r\n\r\n", start);
    ck_assert_uint_ne(start, SIZE_MAX);
    *ret_start = start + 4;
    *ret_end = find(message, "\r\n--", *ret_start);
    if (*ret_end == SIZE_MAX)
        *ret_end = message.len;
}

bytes cms_of(bytes message)
{
    bytes made;
    uint32_t group = 0;
    int bits = 0;
    size_t start, end;

    body_of(message, &start, &end);
    made = (bytes){ take(end - start + 1), 0 };
    for (size_t i = start; i < end; i++) {
        const char *at = message.data[i] ? strchr(alphabet, message.data[i]) : NULL;
        if (!at)
            continue;
        group = group << 6 | (uint32_t)(at - alphabet);
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            made.data[made.len++] = (uint8_t)(group >> bits);
        }
    }
    return made;
}

bytes with_cms(bytes message, bytes cms)
{
    size_t start, end;

    body_of(message, &start, &end);
    return joined(joined(part_of(message, 0, start), base64(cms)),
                  part_of(message, end, message.len));
}

bytes pkcs7_mime(const char *header, const char *smime_type, bytes cms)
{
    char fields[600];

    snprintf(fields, sizeof fields,
             "%sContent-Type: application/pkcs7-mime; smime-type=%s; name=\"smime.p7m\"\r\n"
             "Content-Transfer-Encoding: base64\r\n"
             "Content-Disposition: attachment; filename=\"smime.p7m\"\r\n"
             "\r\n",
             header, smime_type);
    return joined(text(fields), base64(cms));
}
