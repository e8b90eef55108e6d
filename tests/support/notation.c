/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "notation.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct bytes {
    uint8_t *data;
    size_t len, room;
} bytes;

typedef struct kept {
    struct kept *next;
    uint8_t *data;
} kept;

static kept *all;

static void *need(void *memory)
{
    if (!memory) {
        fprintf(stderr, "test notation: out of memory\n");
        exit(99);
    }
    return memory;
}

static void mistake(const char *at)
{
    fprintf(stderr, "test notation: mistake at \"%.40s\"\n", at);
    exit(99);
}

static void add(bytes *to, const void *data, size_t len)
{
    if (to->len + len > to->room) {
        to->room = 2 * (to->len + len) + 64;
        to->data = need(realloc(to->data, to->room));
    }
    if (len)
        memcpy(to->data + to->len, data, len);
    to->len += len;
}

static void add_byte(bytes *to, unsigned value)
{
    uint8_t byte = (uint8_t)value;

    add(to, &byte, 1);
}

static void add_element(bytes *to, unsigned tag, const bytes *content)
{
    add_byte(to, tag);
    if (content->len >= 0x10000) {
        add_byte(to, 0x83);
        add_byte(to, (unsigned)(content->len >> 16));
    } else if (content->len >= 0x100) {
        add_byte(to, 0x82);
    } else if (content->len >= 0x80) {
        add_byte(to, 0x81);
    }
    if (content->len >= 0x100)
        add_byte(to, (unsigned)(content->len >> 8 & 0xff));
    add_byte(to, (unsigned)(content->len & 0xff));
    add(to, content->data, content->len);
}

static void add_arc(bytes *to, unsigned long arc)
{
    for (int shift = 28; shift > 0; shift -= 7)
        if (arc >> shift)
            add_byte(to, (unsigned)(arc >> shift & 0x7f) | 0x80);
    add_byte(to, (unsigned)(arc & 0x7f));
}

static const char *add_oid(bytes *to, const char *at)
{
    char *end;
    unsigned long root = strtoul(at, &end, 10), arc;

    if (end == at || *end != '.')
        mistake(at);
    arc = strtoul(end + 1, &end, 10);
    add_arc(to, root * 40 + arc);
    while (*end == '.')
        add_arc(to, strtoul(end + 1, &end, 10));
    return end;
}

static const struct {
    const char *key, *oid;
    unsigned tag;
} attributes[] = {
    {"CN=", "2.5.4.3", 0x0c}, {"OU=", "2.5.4.11", 0x0c}, {"O=", "2.5.4.10", 0x0c},
    {"C=", "2.5.4.6", 0x13}, {"E=", "1.2.840.113549.1.9.1", 0x16},
};

static const char *add_rdn(bytes *to, const char *at)
{
    bytes pair = {0}, oid = {0}, value = {0}, attribute = {0};
    size_t i = 0, len;

    while (i < 5 && strncmp(at, attributes[i].key, strlen(attributes[i].key)))
        i++;
    if (i == 5)
        mistake(at);
    at += strlen(attributes[i].key);
    len = strcspn(at, ",>");
    add_oid(&oid, attributes[i].oid);
    add(&value, at, len);
    add_element(&attribute, 0x06, &oid);
    add_element(&attribute, attributes[i].tag, &value);
    add_element(&pair, 0x30, &attribute);
    add_element(to, 0x31, &pair);
    free(pair.data);
    free(oid.data);
    free(value.data);
    free(attribute.data);
    return at + len;
}

static const char *add_name(bytes *to, const char *at)
{
    bytes rdns = {0};

    while (*at && *at != '>') {
        at = add_rdn(&rdns, at);
        at += *at == ',';
    }
    if (!*at)
        mistake("a name without its end");
    add_element(to, 0x30, &rdns);
    free(rdns.data);
    return at + 1;
}

static int digit(char c)
{
    const char *digits = "0123456789abcdef", *at = c ? strchr(digits, c) : NULL;

    return at ? (int)(at - digits) : -1;
}

static const char *read_items(bytes *to, const char *at, va_list *more);

static const char *read_hex(bytes *to, const char *at, va_list *more)
{
    int high = digit(at[0]), low = high < 0 ? -1 : digit(at[1]);
    bytes content = {0};

    if (low < 0)
        mistake(at);
    if (at[2] != '(') {
        add_byte(to, (unsigned)(high << 4 | low));
        return at + 2;
    }
    at = read_items(&content, at + 3, more);
    if (*at != ')')
        mistake("an element without its end");
    add_element(to, (unsigned)(high << 4 | low), &content);
    free(content.data);
    return at + 1;
}

static const char *read_whole_oid(bytes *to, const char *at)
{
    bytes content = {0};

    at = add_oid(&content, at);
    add_element(to, 0x06, &content);
    free(content.data);
    return at;
}

static const char *read_items(bytes *to, const char *at, va_list *more)
{
    while (*at && *at != ')') {
        if (*at == ' ') {
            at++;
        } else if (*at == '\'') {
            size_t len = strcspn(at + 1, "'");
            add(to, at + 1, len);
            at += len + 2;
        } else if (*at == '=') {
            at = add_oid(to, at + 1);
        } else if (*at == '@') {
            at = read_whole_oid(to, at + 1);
        } else if (*at == '<') {
            at = add_name(to, at + 1);
        } else if (*at == '%') {
            gnutls_datum_t datum = va_arg(*more, gnutls_datum_t);
            add(to, datum.data, datum.size);
            at++;
        } else {
            at = read_hex(to, at, more);
        }
    }
    return at;
}

gnutls_datum_t notation(const char *text, ...)
{
    bytes made = {0};
    kept *entry = need(malloc(sizeof *entry));
    va_list more;

    va_start(more, text);
    add(&made, "", 0);
    if (*read_items(&made, text, &more))
        mistake("an end too many");
    va_end(more);
    *entry = (kept){all, made.data};
    all = entry;
    return (gnutls_datum_t){made.data, (unsigned)made.len};
}

gnutls_datum_t notation_time(int64_t seconds, int general)
{
    time_t when = (time_t)seconds;
    struct tm t;
    char text[60];

    gmtime_r(&when, &t);
    general = general || t.tm_year >= 150;
    snprintf(text, sizeof text, "%s('%0*d%02d%02d%02d%02d%02dZ')", general ? "18" : "17",
             general ? 4 : 2, general ? t.tm_year + 1900 : t.tm_year % 100, t.tm_mon + 1,
             t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec);
    return notation(text);
}

gnutls_datum_t notation_number(int value)
{
    char text[40];

    if (value < 0 || value > 0x7fffff)
        mistake("a number out of range");
    if (value < 0x80)
        snprintf(text, sizeof text, "02(%02x)", (unsigned)value);
    else if (value < 0x8000)
        snprintf(text, sizeof text, "02(%02x%02x)", (unsigned)value >> 8, (unsigned)value & 0xff);
    else
        snprintf(text, sizeof text, "02(%02x%02x%02x)", (unsigned)value >> 16,
                 (unsigned)value >> 8 & 0xff, (unsigned)value & 0xff);
    return notation(text);
}

void notation_clear(void)
{
    while (all) {
        kept *next = all->next;
        free(all->data);
        free(all);
        all = next;
    }
}
