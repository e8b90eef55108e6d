/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A parameter taken out of a header field as it stands, with its folds and comments. */
#include "mime/params.h"

#include "base/ascii.h"

#include <string.h>

static size_t skip_comment(smime__view raw, size_t at)
{
    int depth = 0;

    do {
        if (raw.data[at] == '(')
            depth++;
        else if (raw.data[at] == ')')
            depth--;
        else if (raw.data[at] == '\\')
            at++;
        at++;
    } while (depth && at < raw.len);
    return at < raw.len ? at : raw.len;
}

static size_t skip_blank(smime__view raw, size_t at)
{
    while (at < raw.len) {
        if (raw.data[at] == '(')
            at = skip_comment(raw, at);
        else if (raw.data[at] && strchr(" \t\r\n", raw.data[at]))
            at++;
        else
            break;
    }
    return at;
}

static size_t skip_quoted(smime__view raw, size_t at)
{
    for (at++; at < raw.len && raw.data[at] != '"'; at++)
        at += raw.data[at] == '\\';
    return at < raw.len ? at + 1 : raw.len;
}

/* Where the ';' behind what begins at @p at stands, or the end. */
static size_t end_of_one(smime__view raw, size_t at)
{
    int in_value = 0;

    while (at < raw.len && raw.data[at] != ';') {
        uint8_t c = raw.data[at];
        if (c == '(')
            at = skip_comment(raw, at);
        else if (c == '"' && in_value == 1)
            at = skip_quoted(raw, at);
        else
            at++;
        if (c == '=' && !in_value)
            in_value = 1; /* a quoted string is one at its beginning alone */
        else if (in_value && c != '(' && !(c && strchr(" \t\r\n", c)))
            in_value = 2;
    }
    return at;
}

/* Whether the parameter behind a ';' is @p name, or in the forms of RFC 2231 a part of it. */
static int is_named(smime__view raw, size_t at, const char *name)
{
    size_t len = strlen(name);

    at = skip_blank(raw, at);
    if (raw.len - at < len ||
        !smime__ascii_equal((const char *)raw.data + at, len, name, len))
        return 0;
    at += len;
    return at == raw.len || raw.data[at] == '*' || raw.data[at] == '=' || raw.data[at] == ';' ||
           skip_blank(raw, at) > at;
}

smime_status smime__params_drop(smime__buf *to, smime__view raw, const char *name)
{
    size_t at = end_of_one(raw, 0);
    smime_status status = smime__buf_add(to, raw.data, at);

    while (at < raw.len && status == SMIME_OK) {
        size_t end = end_of_one(raw, at + 1);
        if (!is_named(raw, at + 1, name))
            status = smime__buf_add(to, raw.data + at, end - at);
        at = end;
    }
    return status;
}
