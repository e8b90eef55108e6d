/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/name.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

typedef struct atv {
    smime__view type; /* content of the OBJECT IDENTIFIER */
    uint8_t tag;
    smime__view value;
    smime__view value_whole;
} atv;

static int read_atv(smime__der *rdn, atv *ret)
{
    smime__der inside;

    return smime__der_enter(rdn, SMIME__SEQUENCE, &inside) &&
           smime__der_take_oid(&inside, &ret->type) &&
           smime__der_next(&inside, &ret->tag, &ret->value, &ret->value_whole) &&
           smime__der_done(&inside);
}

static smime__der rdns_of(smime__view name)
{
    smime__der der = smime__der_cursor(name);
    smime__der rdns = smime__der_cursor(smime__view_of(NULL, 0));

    smime__der_enter(&der, SMIME__SEQUENCE, &rdns);
    return rdns;
}

int smime__name_check(smime__view name)
{
    smime__der rdns = rdns_of(name);
    smime__der rdn;
    atv each;

    if (!smime__der_is_whole(name, SMIME__SEQUENCE))
        return 0;
    while (!smime__der_done(&rdns)) {
        if (!smime__der_enter(&rdns, SMIME__SET, &rdn) || smime__der_done(&rdn))
            return 0;
        while (!smime__der_done(&rdn))
            if (!read_atv(&rdn, &each))
                return 0;
    }
    return 1;
}

/* Code units of @p width bytes, big-endian. */
static smime_status wide_utf8(smime__buf *to, smime__view content, size_t width)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i + width <= content.len && status == SMIME_OK; i += width) {
        uint32_t c = 0;
        for (size_t k = 0; k < width; k++)
            c = c << 8 | content.data[i + k];
        if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
            c = 0xfffd;
        status = smime__utf8_add(to, c);
    }
    return status;
}

smime_status smime__string_utf8(smime__buf *to, uint8_t tag, smime__view content)
{
    switch (tag) {
    case SMIME__BMP_STRING:
        return wide_utf8(to, content, 2);
    case SMIME__UNIVERSAL_STRING:
        return wide_utf8(to, content, 4);
    case SMIME__T61_STRING: /* in the field it holds Latin-1 */
        return wide_utf8(to, content, 1);
    default:
        return smime__utf8_clean(to, content);
    }
}

static int is_string_tag(uint8_t tag)
{
    return tag == SMIME__UTF8_STRING || tag == SMIME__PRINTABLE_STRING ||
           tag == SMIME__T61_STRING || tag == SMIME__IA5_STRING || tag == SMIME__BMP_STRING ||
           tag == SMIME__UNIVERSAL_STRING;
}

/* Case folded for ASCII, inner white space single, none at the ends (RFC 4518 2.6.1). */
static smime_status prepare(smime__buf *to, smime__view text)
{
    smime_status status = SMIME_OK;
    int blank = 0, started = 0;

    for (size_t i = 0; i < text.len && status == SMIME_OK; i++) {
        uint8_t c = text.data[i];
        if (c == ' ' || (c >= 9 && c <= 13)) {
            blank = 1;
            continue;
        }
        if (blank && started)
            status = smime__buf_add_byte(to, ' ');
        if (status == SMIME_OK)
            status = smime__buf_add_byte(to, (uint8_t)smime__ascii_lower(c));
        blank = 0;
        started = 1;
    }
    return status;
}

static smime_status canonical_atv(smime__buf *to, const atv *each)
{
    smime__buf text = { 0 }, prepared = { 0 };
    size_t mark;
    smime_status status;

    status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OBJECT_ID, each->type);
    if (status == SMIME_OK && is_string_tag(each->tag)) {
        status = smime__string_utf8(&text, each->tag, each->value);
        if (status == SMIME_OK)
            status = prepare(&prepared, smime__buf_view(&text));
        if (status == SMIME_OK)
            status = smime__der_add_view(to, SMIME__UTF8_STRING, smime__buf_view(&prepared));
    } else if (status == SMIME_OK) {
        status = smime__buf_add_view(to, each->value_whole);
    }
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    smime__buf_free(&text);
    smime__buf_free(&prepared);
    return status;
}

smime_status smime__name_canonical(smime__buf *to, smime__view name)
{
    smime__der rdns = rdns_of(name);
    smime__buf set = { 0 };
    smime__der rdn;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && smime__der_enter(&rdns, SMIME__SET, &rdn)) {
        size_t mark;
        atv each;

        smime__buf_clear(&set);
        while (status == SMIME_OK && read_atv(&rdn, &each))
            status = canonical_atv(&set, &each);
        if (status == SMIME_OK)
            status = smime__der_begin(to, SMIME__SET, &mark);
        if (status == SMIME_OK)
            status = smime__der_sort_set(to, smime__buf_view(&set));
        if (status == SMIME_OK)
            status = smime__der_end(to, mark);
    }
    smime__buf_free(&set);
    return status;
}

static const struct {
    const char *oid; /* content bytes */
    size_t len;
    const char *name;
} short_names[] = {
    { "\x55\x04\x03", 3, "CN" },
    { "\x55\x04\x04", 3, "SN" },
    { "\x55\x04\x05", 3, "serialNumber" },
    { "\x55\x04\x06", 3, "C" },
    { "\x55\x04\x07", 3, "L" },
    { "\x55\x04\x08", 3, "ST" },
    { "\x55\x04\x09", 3, "STREET" },
    { "\x55\x04\x0a", 3, "O" },
    { "\x55\x04\x0b", 3, "OU" },
    { "\x55\x04\x0c", 3, "title" },
    { "\x55\x04\x2a", 3, "GN" },
    { "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19", 10, "DC" },
    { "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01", 10, "UID" },
    { "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01", 9, "emailAddress" },
};

static smime_status add_type(smime__buf *to, smime__view type)
{
    for (size_t i = 0; i < sizeof short_names / sizeof short_names[0]; i++)
        if (type.len == short_names[i].len && !memcmp(type.data, short_names[i].oid, type.len))
            return smime__buf_add_text(to, short_names[i].name);
    return smime__oid_format(to, type);
}

/* RFC 4514 2.4 */
static smime_status add_escaped(smime__buf *to, smime__view text)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < text.len && status == SMIME_OK; i++) {
        uint8_t c = text.data[i];
        int edge_blank = c == ' ' && (i == 0 || i + 1 == text.len);
        if (c < 32 || c == 127) {
            status = smime__buf_format(to, "\\%02x", c);
            continue;
        }
        if (edge_blank || (c == '#' && i == 0) || strchr("\"+,;<>\\", c))
            status = smime__buf_add_byte(to, '\\');
        if (status == SMIME_OK)
            status = smime__buf_add_byte(to, c);
    }
    return status;
}

static smime_status text_atv(smime__buf *to, const atv *each)
{
    smime__buf text = { 0 };
    smime_status status = add_type(to, each->type);

    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, '=');
    if (status == SMIME_OK && is_string_tag(each->tag)) {
        status = smime__string_utf8(&text, each->tag, each->value);
        if (status == SMIME_OK)
            status = add_escaped(to, smime__buf_view(&text));
    } else if (status == SMIME_OK) {
        status = smime__buf_add_byte(to, '#');
        for (size_t i = 0; i < each->value_whole.len && status == SMIME_OK; i++)
            status = smime__buf_format(to, "%02x", each->value_whole.data[i]);
    }
    smime__buf_free(&text);
    return status;
}

/* RFC 4514 2.1 writes the last RDN first. */
smime_status smime__name_text(smime__buf *to, smime__view name)
{
    smime__der rdns = rdns_of(name);
    smime__view *list = NULL;
    size_t count = 0, room = 0;
    smime_status status = SMIME_OK;
    smime__view content;

    while (status == SMIME_OK && smime__der_take(&rdns, SMIME__SET, &content)) {
        status = smime__grow((void **)&list, count, &room, sizeof *list);
        if (status == SMIME_OK)
            list[count++] = content;
    }
    for (size_t i = count; i > 0 && status == SMIME_OK; i--) {
        smime__der rdn = smime__der_cursor(list[i - 1]);
        const char *between = i < count ? "," : "";
        atv each;
        while (status == SMIME_OK && read_atv(&rdn, &each)) {
            status = smime__buf_add_text(to, between);
            if (status == SMIME_OK)
                status = text_atv(to, &each);
            between = "+";
        }
    }
    free(list);
    return status;
}

smime_status smime__name_each(smime__view name, smime__oid type,
                              smime_status (*tell)(void *user, smime__view text), void *user)
{
    return smime__name_values(name, smime__oid_bytes(type), tell, user);
}

smime_status smime__name_values(smime__view name, smime__view type,
                                smime_status (*tell)(void *user, smime__view text), void *user)
{
    smime__der rdns = rdns_of(name);
    smime__der rdn;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && smime__der_enter(&rdns, SMIME__SET, &rdn)) {
        atv each;
        while (status == SMIME_OK && read_atv(&rdn, &each)) {
            smime__buf text = { 0 };
            if (!smime__view_equal(each.type, type) ||
                !is_string_tag(each.tag))
                continue;
            status = smime__string_utf8(&text, each.tag, each.value);
            if (status == SMIME_OK)
                status = tell(user, smime__buf_view(&text));
            smime__buf_free(&text);
        }
    }
    return status;
}
