/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/params.h"

#include "base/ascii.h"
#include "mime/charset.h"

#include <stdlib.h>
#include <string.h>

typedef struct cursor {
    const uint8_t *at;
    const uint8_t *end;
    smime__params *params;
    smime__buf text; /* of a value with escapes */
} cursor;

static int is_token(uint8_t c)
{
    return c > 32 && c != 127 && !strchr("()<>@,;:\\\"/[]?=", c);
}

/* White space and comments, RFC 5322 3.2.2. */
static void skip_blank(cursor *c)
{
    int depth = 0;

    for (; c->at < c->end; c->at++) {
        if (*c->at == '(') {
            depth++;
            c->params->comments = 1;
        } else if (depth && *c->at == ')') {
            depth--;
        } else if (depth && *c->at == '\\' && c->at + 1 < c->end) {
            c->at++;
        } else if (!depth && !smime__ascii_is_blank(*c->at)) {
            return;
        }
    }
}

static smime__view read_token(cursor *c)
{
    const uint8_t *start = c->at;

    while (c->at < c->end && *c->at && is_token(*c->at))
        c->at++;
    return smime__view_of(start, (size_t)(c->at - start));
}

/* A quoted string, whose text is a view unless something in it is escaped. */
static smime_status read_quoted(cursor *c, smime__view *ret_value)
{
    const uint8_t *start = ++c->at;
    smime_status status = SMIME_OK;

    while (c->at < c->end && *c->at != '"' && *c->at != '\\')
        c->at++;
    *ret_value = smime__view_of(start, (size_t)(c->at - start));
    if (c->at < c->end && *c->at == '\\') {
        smime__buf_clear(&c->text);
        status = smime__buf_add_view(&c->text, *ret_value);
        for (; c->at < c->end && *c->at != '"' && status == SMIME_OK; c->at++) {
            if (*c->at == '\\' && c->at + 1 < c->end)
                c->at++;
            status = smime__buf_add_byte(&c->text, *c->at);
        }
        *ret_value = smime__buf_view(&c->text);
    }
    if (c->at < c->end)
        c->at++;
    else
        c->params->bad = 1;
    return status;
}

/* A quoted string, or what stands up to the next ';' or blank. */
static smime_status read_value(cursor *c, smime__view *ret_value)
{
    const uint8_t *start = c->at;

    if (c->at < c->end && *c->at == '"')
        return read_quoted(c, ret_value);
    while (c->at < c->end && *c->at != ';' && *c->at != '(' && !smime__ascii_is_blank(*c->at)) {
        /* '/', ':' and '=' unquoted are common (protocol=application/..., boundary=a=b) */
        if (!is_token(*c->at) && *c->at != '/' && *c->at != '=' && *c->at != ':' &&
            *c->at != '?' && *c->at != '@')
            c->params->bad = 1;
        c->at++;
    }
    *ret_value = smime__view_of(start, (size_t)(c->at - start));
    return SMIME_OK;
}

static void make_lower(char *text)
{
    for (; text && *text; text++)
        *text = (char)smime__ascii_lower((unsigned char)*text);
}

/* Percent escapes of RFC 2231 4 taken out. */
static smime_status unescape(smime__buf *to, smime__view text)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < text.len && status == SMIME_OK; i++) {
        uint8_t c = text.data[i];
        if (c == '%' && i + 2 < text.len && smime__ascii_hex(text.data[i + 1]) >= 0 &&
            smime__ascii_hex(text.data[i + 2]) >= 0) {
            c = (uint8_t)(smime__ascii_hex(text.data[i + 1]) << 4 |
                          smime__ascii_hex(text.data[i + 2]));
            i += 2;
        }
        status = smime__buf_add_byte(to, c);
    }
    return status;
}

smime_status smime__param_add(smime__params *params, smime__view name, smime__view value)
{
    smime__param param;
    smime_status status = smime__grow((void **)&params->list, params->count, &params->room,
                                      sizeof param);
    if (status < 0)
        return status;
    param.name = malloc(name.len + value.len + 2);
    if (!param.name)
        return SMIME_E_NOMEM;
    param.value = param.name + name.len + 1;
    param.decoded = param.hidden = 0;
    memcpy(param.name, name.data, name.len);
    memcpy(param.value, value.data, value.len);
    param.name[name.len] = param.value[value.len] = 0;
    make_lower(param.name);
    params->list[params->count++] = param;
    return SMIME_OK;
}

#define PARAMS_MAX 1024 /* no more are kept: they are compared with each other */

static smime_status parse_one(cursor *c)
{
    smime__view name, value;
    smime_status status;

    skip_blank(c);
    if (c->at < c->end && *c->at == ';') {
        c->at++;
        return SMIME_OK;
    }
    if (c->at == c->end)
        return SMIME_OK;
    name = read_token(c);
    skip_blank(c);
    if (!name.len || c->at == c->end || *c->at != '=') {
        c->params->bad = 1;
        while (c->at < c->end && *c->at != ';')
            c->at++;
        return SMIME_OK;
    }
    c->at++;
    skip_blank(c);
    status = read_value(c, &value);
    if (c->params->count >= PARAMS_MAX)
        c->params->bad = 1;
    else if (status == SMIME_OK)
        status = smime__param_add(c->params, name, value);
    skip_blank(c);
    if (c->at < c->end && *c->at != ';') {
        c->params->bad = 1;
        while (c->at < c->end && *c->at != ';')
            c->at++;
    }
    return status;
}

/* The parameters as they were given, in the order of their names: segments are looked up, and there
 * may be many. */
typedef struct named {
    const char *name;
    size_t at; /* in the list, which moves when one is added */
} named;

typedef struct by_names {
    const smime__params *params;
    named *names;
    size_t count;
    named few[16];
} by_names;

static int by_name(const void *left, const void *right)
{
    const named *one = left, *other = right;
    int order = strcmp(one->name, other->name);

    return order ? order : one->at < other->at ? -1 : one->at > other->at;
}

static smime_status index_names(by_names *to, smime__params *params)
{
    to->params = params;
    to->count = params->count;
    to->names = to->few;
    if (to->count > sizeof to->few / sizeof to->few[0])
        to->names = malloc(to->count * sizeof *to->names);
    if (!to->names)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < to->count; i++)
        to->names[i] = (named){ params->list[i].name, i };
    qsort(to->names, to->count, sizeof *to->names, by_name);
    for (size_t i = 1; i < to->count; i++)
        params->duplicate |= !strcmp(to->names[i - 1].name, to->names[i].name);
    return SMIME_OK;
}

/* Less than zero when @p name comes before @p stem with @p tail behind it. */
static int compare(const char *name, smime__view stem, const char *tail)
{
    size_t len = strlen(name);
    int order = memcmp(name, stem.data, len < stem.len ? len : stem.len);

    if (order)
        return order;
    return len < stem.len ? -1 : strcmp(name + stem.len, tail);
}

static size_t lower_bound(const by_names *names, smime__view stem, const char *tail)
{
    size_t low = 0, high = names->count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare(names->names[middle].name, stem, tail) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The first of that name, in the order in which they were given. */
static const smime__param *find(const by_names *names, smime__view stem, const char *tail)
{
    size_t at = lower_bound(names, stem, tail);

    if (at == names->count || compare(names->names[at].name, stem, tail))
        return NULL;
    return &names->params->list[names->names[at].at];
}

/* charset'language'text, the charset given by the first segment. */
static smime_status join_segment(smime__buf *to, char **charset, const smime__param *segment,
                                 int extended, int first)
{
    smime__view text = smime__view_text(segment->value);

    if (!extended)
        return smime__buf_add_view(to, text);
    if (first) {
        const uint8_t *one = memchr(text.data, '\'', text.len);
        const uint8_t *two =
            one ? memchr(one + 1, '\'', text.len - (size_t)(one + 1 - text.data)) : NULL;
        if (two) {
            *charset = smime__view_dup(smime__view_of(text.data, (size_t)(one - text.data)));
            if (!*charset)
                return SMIME_E_NOMEM;
            text.len -= (size_t)(two + 1 - text.data);
            text.data = two + 1;
        }
    }
    return unescape(to, text);
}

#define SEGMENTS_MAX 1000 /* three digits */

/* name*, name*0, name*0*, name*1 ... become name, RFC 2231 3 and 4. */
static smime_status join(smime__params *params, const by_names *names, smime__view stem)
{
    smime__buf bytes = { 0 }, text = { 0 };
    char *charset = NULL;
    const smime__param *segment = find(names, stem, "*");
    smime_status status = SMIME_OK;

    if (segment) {
        status = join_segment(&bytes, &charset, segment, 1, 1);
    } else {
        for (int i = 0; i < SEGMENTS_MAX && status == SMIME_OK; i++) {
            char tail[16] = "*";
            size_t len = 1;
            int extended = 1;

            if (i >= 100)
                tail[len++] = (char)('0' + i / 100);
            if (i >= 10)
                tail[len++] = (char)('0' + i / 10 % 10);
            tail[len++] = (char)('0' + i % 10);
            tail[len] = '*';
            tail[len + 1] = 0;
            segment = find(names, stem, tail);
            if (!segment) {
                tail[len] = 0;
                extended = 0;
                segment = find(names, stem, tail);
            }
            if (!segment)
                break;
            status = join_segment(&bytes, &charset, segment, extended, i == 0);
        }
    }
    if (status == SMIME_OK)
        status = smime__charset_to_utf8(&text, smime__buf_view(&bytes),
                                        charset && *charset ? charset : "utf-8");
    if (status == SMIME_OK)
        status = smime__param_add(params, stem, smime__buf_view(&text));
    if (status == SMIME_OK)
        params->list[params->count - 1].decoded = charset != NULL;
    free(charset);
    smime__buf_free(&bytes);
    smime__buf_free(&text);
    return status;
}

/* A plain parameter beside its extended form: the extended one counts, RFC 2231 4. */
static void hide_plain(smime__params *params, const by_names *names, smime__view stem)
{
    for (size_t at = lower_bound(names, stem, "");
         at < names->count && !compare(names->names[at].name, stem, ""); at++)
        params->list[names->names[at].at].hidden = 1;
}

/* The parameter of that number, when it begins one that is given in segments. */
static smime_status join_one(smime__params *params, const by_names *names, size_t at)
{
    const char *name = params->list[at].name;
    const char *star = strchr(name, '*');
    smime__view stem;

    if (!star)
        return SMIME_OK;
    params->list[at].hidden = 1;
    stem = smime__view_of(name, (size_t)(star - name));
    if ((star[1] && star[1] != '0') || find(names, stem, star) != &params->list[at])
        return SMIME_OK;
    /* many readers know only the plain form, and this one decides what the parts are */
    if (smime__view_is(stem, "boundary") || smime__view_is(stem, "protocol"))
        params->bad = 1;
    hide_plain(params, names, stem);
    return join(params, names, stem);
}

static smime_status join_all(smime__params *params)
{
    by_names names;
    smime_status status = index_names(&names, params);

    for (size_t i = 0; status == SMIME_OK && i < names.count; i++)
        status = join_one(params, &names, i);
    if (names.names != names.few)
        free(names.names);
    return status;
}

smime_status smime__params_parse(smime__params *params, smime__view text)
{
    cursor c = { text.data, text.data + text.len, params, { 0 } };
    const uint8_t *start;
    smime_status status = SMIME_OK;

    memset(params, 0, sizeof *params);
    if (!text.len)
        c.at = c.end = (const uint8_t *)"";
    skip_blank(&c);
    start = c.at;
    while (c.at < c.end && *c.at && (is_token(*c.at) || *c.at == '/'))
        c.at++;
    params->value = smime__view_dup(smime__view_of(start, (size_t)(c.at - start)));
    if (!params->value)
        return SMIME_E_NOMEM;
    make_lower(params->value);
    skip_blank(&c);
    if (c.at < c.end && *c.at != ';') {
        params->bad = params->junk = 1;
        while (c.at < c.end && *c.at != ';')
            c.at++;
    }
    while (c.at < c.end && status == SMIME_OK)
        status = parse_one(&c);
    smime__buf_free(&c.text);
    return status == SMIME_OK ? join_all(params) : status;
}

void smime__params_free(smime__params *params)
{
    for (size_t i = 0; i < params->count; i++) {
        free(params->list[i].name);
    }
    free(params->list);
    free(params->value);
    memset(params, 0, sizeof *params);
}

const smime__param *smime__params_find(const smime__params *params, const char *name)
{
    for (size_t i = 0; i < params->count; i++)
        if (!params->list[i].hidden && !strcmp(params->list[i].name, name))
            return &params->list[i];
    return NULL;
}

const char *smime__params_get(const smime__params *params, const char *name)
{
    const smime__param *param = smime__params_find(params, name);

    return param ? param->value : NULL;
}
