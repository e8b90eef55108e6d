/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The addresses that a person sees in a text, however it is spelled: what a From field claims, names and
 * broken syntax included. */
#include "mail/claims.h"

#include "base/ascii.h"

#include <string.h>

#define ADDRESS_MAX 320 /* RFC 5321 4.5.3.1: 64, the at sign, 255 */

enum { DROPPED = 0, BLANK = ' ' };

/* What nobody sees: soft hyphen, joiners, marks of direction, variation selectors, tags. */
static int is_invisible(uint32_t c)
{
    return c == 0xad || c == 0x34f || c == 0x61c || c == 0x180e || (c >= 0x200b && c <= 0x200f) ||
           (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) ||
           (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff || (c >= 0xe0000 && c <= 0xe01ff);
}

/* Blanks, quotation marks and other punctuation, which end an address. */
static int is_apart(uint32_t c)
{
    return c < 0x20 || c == 0x7f ||
           (c >= 0x80 && c <= 0xbf && c != 0xaa && c != 0xb5 && c != 0xba) || c == 0x1680 ||
           (c >= 0x2000 && c <= 0x205f) || (c >= 0x3000 && c <= 0x3020) || c == 0xfffd;
}

/* The character that one looks like. */
static uint32_t plain(uint32_t c)
{
    if (c >= 0xff01 && c <= 0xff5e) /* of full width */
        return c - 0xff01 + '!';
    if (c == 0xfe6b)
        return '@';
    if (c == 0x2024 || c == 0x3002 || c == 0xff61)
        return '.';
    if (is_invisible(c) || c == '\\')
        return DROPPED;
    return is_apart(c) ? BLANK : c;
}

static uint32_t code_point(const uint8_t *data, size_t len)
{
    static const uint8_t first[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    uint32_t c = data[0] & first[len];

    for (size_t i = 1; i < len; i++)
        c = c << 6 | (data[i] & 0x3fU);
    return c;
}

static smime_status make_plain(smime__buf *to, smime__view text)
{
    smime_status status = SMIME_OK;

    for (size_t at = 0; at < text.len && status == SMIME_OK;) {
        size_t len = smime__utf8_length(text.data + at, text.len - at);
        uint32_t c = len ? plain(code_point(text.data + at, len)) : BLANK;
        if (c != DROPPED)
            status = smime__utf8_add(to, c);
        at += len ? len : 1;
    }
    return status;
}

static int is_in_domain(uint8_t c)
{
    return c >= 0x80 || smime__ascii_is_alpha(c) || smime__ascii_is_digit(c) || c == '-' || c == '.';
}

/* Of which a local part is made mostly. */
static int is_narrow(uint8_t c)
{
    return is_in_domain(c) || c == '_' || c == '+';
}

/* And what RFC 5322 3.2.3 allows in one. */
static int is_wide(uint8_t c)
{
    return is_narrow(c) || (c && strchr("!#$%&'*/=?^`{|}~", c));
}

static size_t walk_back(smime__view text, size_t from, int (*is_local)(uint8_t))
{
    size_t start = from;

    while (start && is_local(text.data[start - 1]))
        start--;
    while (start < from && (text.data[start] == '.' || text.data[start] == '-'))
        start++;
    return start;
}

static smime_status give(smime__buf *room, smime__view local, smime__view domain,
                         smime__address_visitor visit, void *user)
{
    smime_status status;

    if (!local.len || local.len + domain.len >= ADDRESS_MAX)
        return SMIME_OK;
    smime__buf_clear(room);
    status = smime__buf_add_view(room, local);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(room, '@');
    if (status == SMIME_OK)
        status = smime__buf_add_view(room, domain);
    if (status == SMIME_OK && !smime__buf_text(room))
        status = SMIME_E_NOMEM;
    return status == SMIME_OK ? visit(user, (const char *)room->data) : status;
}

/* Around the at sign at @p at. What stands in front may belong to the address or not, as in mail=a@b. */
static smime_status visit_one(smime__buf *room, smime__view text, size_t at,
                              smime__address_visitor visit, void *user)
{
    size_t left = at, right = at + 1, end, narrow, wide;
    smime__view domain;
    smime_status status;

    while (left && text.data[left - 1] == BLANK)
        left--;
    while (right < text.len && text.data[right] == BLANK)
        right++;
    end = right;
    while (end < text.len && is_in_domain(text.data[end]))
        end++;
    while (end > right && (text.data[end - 1] == '.' || text.data[end - 1] == '-'))
        end--;
    if (end == right)
        return SMIME_OK;
    domain = smime__view_of(text.data + right, end - right);
    narrow = walk_back(text, left, is_narrow);
    wide = walk_back(text, left, is_wide);
    status = give(room, smime__view_of(text.data + narrow, left - narrow), domain, visit, user);
    if (status == SMIME_OK && wide != narrow)
        status = give(room, smime__view_of(text.data + wide, left - wide), domain, visit, user);
    return status;
}

smime_status smime__addresses_in(smime__view text, smime__address_visitor visit, void *user)
{
    smime__buf seen = { 0 }, room = { 0 };
    smime_status status = make_plain(&seen, text);

    for (size_t i = 0; i < seen.len && status == SMIME_OK; i++)
        if (seen.data[i] == '@')
            status = visit_one(&room, smime__buf_view(&seen), i, visit, user);
    smime__buf_free(&seen);
    smime__buf_free(&room);
    return status;
}

int smime__holds_at_sign(const char *text)
{
    size_t len = strlen(text);

    for (size_t at = 0, step; at < len; at += step ? step : 1) {
        step = smime__utf8_length((const uint8_t *)text + at, len - at);
        if (step && plain(code_point((const uint8_t *)text + at, step)) == '@')
            return 1;
    }
    return 0;
}
