/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/address.h"

#include "base/ascii.h"
#include "mime/header.h"
#include "mime/words.h"

#include <stdlib.h>
#include <string.h>

/* One mailbox is collected from tokens: words before '<' are the display name, what stands
 * between '<' and '>' the address; without angles the words are the address. */
typedef struct collector {
    smime__buf words;   /* display name or bare address, blanks between words kept single */
    smime__buf angle;   /* inside <> */
    smime__view comment; /* the last one */
    int has_angle;
    int in_angle;
    int blank;  /* white space since the last token */
    int quoted; /* the words hold a quoted string: no encoded words inside it */
    int at_sign; /* the words hold '@' outside of quotes, which no display name may */
    size_t group; /* the group that is open; 0 for none */
} collector;

typedef struct cursor {
    const uint8_t *at;
    const uint8_t *end;
} cursor;

/* 0 when nothing closes it: readers differ in what they make of the rest. */
static int skip_comment(cursor *c, smime__view *ret_content)
{
    const uint8_t *begin = c->at + 1;
    int depth = 0;

    for (; c->at < c->end; c->at++) {
        if (*c->at == '\\' && c->at + 1 < c->end) {
            c->at++;
        } else if (*c->at == '(') {
            depth++;
        } else if (*c->at == ')' && --depth == 0) {
            *ret_content = smime__view_of(begin, (size_t)(c->at - begin));
            c->at++;
            return 1;
        }
    }
    *ret_content = smime__view_of(NULL, 0);
    return 0;
}

static int is_special(uint8_t c)
{
    return c && strchr("()<>[]:;@\\,.\"", c) != NULL;
}

/* Whether a quoted local part needs no quotes: it is then the same as the bare form. */
static int is_dot_atom(smime__view text)
{
    if (!text.len || text.data[0] == '.' || text.data[text.len - 1] == '.')
        return 0;
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] <= 32 || text.data[i] == 127 ||
            (is_special(text.data[i]) && text.data[i] != '.') ||
            (text.data[i] == '.' && text.data[i + 1] == '.'))
            return 0;
    return 1;
}

static smime_status read_quoted(cursor *c, smime__buf *content)
{
    smime_status status = SMIME_OK;

    for (c->at++; c->at < c->end && *c->at != '"' && status == SMIME_OK; c->at++) {
        if (*c->at == '\\' && c->at + 1 < c->end)
            c->at++;
        status = smime__buf_add_byte(content, *c->at);
    }
    if (c->at < c->end)
        c->at++;
    return status;
}

static smime_status add_quoted(cursor *c, collector *box)
{
    smime__buf content = { 0 };
    smime_status status = read_quoted(c, &content);
    /* followed by '@': a local part, whichever place it stands in */
    int local = c->at < c->end && *c->at == '@';

    if (status == SMIME_OK && box->in_angle) {
        status = is_dot_atom(smime__buf_view(&content))
                     ? smime__buf_add_view(&box->angle, smime__buf_view(&content))
                     : smime__quote(&box->angle, smime__buf_view(&content));
    } else if (status == SMIME_OK) {
        if (box->blank && box->words.len)
            status = smime__buf_add_byte(&box->words, ' ');
        if (status == SMIME_OK && local && !is_dot_atom(smime__buf_view(&content)))
            status = smime__quote(&box->words, smime__buf_view(&content));
        else if (status == SMIME_OK)
            status = smime__buf_add_view(&box->words, smime__buf_view(&content));
        if (!local)
            box->quoted = 1;
    }
    box->blank = 0;
    smime__buf_free(&content);
    return status;
}

/* RFC 5322 3.4.1: what stands in an address between quotes, or brackets around the domain, alone.
 * Readers that stop at one of these name somebody else. */
static int holds_special(smime__view text)
{
    size_t at = 0;

    while (at < text.len && text.data[at] != '@')
        at++;
    for (size_t i = 0; i < text.len; i++) {
        if (i == at + 1 && text.data[i] == '[' && text.data[text.len - 1] == ']')
            return 0;
        if (text.data[i] != '@' && text.data[i] != '.' && is_special(text.data[i]))
            return 1;
    }
    return text.len && text.data[text.len - 1] == '.';
}

/* An at sign with something on both sides, and nothing that no address holds. */
static int is_address(smime__view text)
{
    const uint8_t *at = NULL;
    int quoted = text.len && text.data[0] == '"';

    for (size_t i = 0; i < text.len; i++) {
        if (text.data[i] == '@')
            at = text.data + i;
        if (text.data[i] < 32 || text.data[i] == 127 || (text.data[i] == ' ' && !quoted))
            return 0;
    }
    if (!quoted && holds_special(text))
        return 0;
    return at && at > text.data && at + 1 < text.data + text.len &&
           (quoted || memchr(text.data, '@', text.len) == at);
}

static smime_status decode_display(const collector *box, char **ret_display)
{
    /* RFC 5322 3.4: once the name stood in a comment behind the address, and readers still show it */
    smime__view shown = box->has_angle && box->words.len ? smime__buf_view(&box->words)
                                                         : box->comment;
    smime__buf text = { 0 };
    smime_status status = SMIME_OK;

    *ret_display = NULL;
    if (shown.len) {
        status = smime__words_decode(&text, shown);
        if (status == SMIME_OK && !(*ret_display = smime__view_dup(smime__buf_view(&text))))
            status = SMIME_E_NOMEM;
    }
    smime__buf_free(&text);
    return status;
}

/* Ends one mailbox at ',' ';' or the end of the field. */
static smime_status end_mailbox(smime__mailboxes *boxes, collector *box)
{
    smime__view address = box->has_angle ? smime__buf_view(&box->angle)
                                         : smime__buf_view(&box->words);
    smime__mailbox made = { NULL, NULL, box->group };
    smime_status status = SMIME_OK;

    if (!address.len && !box->words.len && !box->has_angle)
        return SMIME_OK; /* an empty element of an obsolete list */
    /* RFC 5322 4.4: a route before the address */
    if (address.len && address.data[0] == '@') {
        const uint8_t *colon = memchr(address.data, ':', address.len);
        if (colon)
            address = smime__view_of(colon + 1,
                                     address.len - (size_t)(colon + 1 - address.data));
    }
    if (!is_address(address) || (!box->has_angle && box->quoted)) {
        boxes->bad = 1;
    } else {
        status = smime__grow((void **)&boxes->list, boxes->count, &boxes->room, sizeof made);
        if (status == SMIME_OK)
            status = decode_display(box, &made.display);
        if (status == SMIME_OK) {
            smime__buf clean = { 0 };
            status = smime__utf8_clean(&clean, address);
            made.address = status == SMIME_OK ? smime__view_dup(smime__buf_view(&clean)) : NULL;
            smime__buf_free(&clean);
            if (!made.address)
                status = SMIME_E_NOMEM;
        }
        /* "a@x <b@y>": readers differ in which one they show; "a@x <a@x>" is only sloppy */
        if (status == SMIME_OK && box->has_angle && box->at_sign &&
            !smime__view_is(smime__buf_view(&box->words), made.address))
            boxes->bad = 1;
        if (status == SMIME_OK)
            boxes->list[boxes->count++] = made;
        else
            free(made.display);
    }
    smime__buf_clear(&box->words);
    smime__buf_clear(&box->angle);
    box->comment = smime__view_of(NULL, 0);
    box->has_angle = box->in_angle = box->blank = box->quoted = box->at_sign = 0;
    return status;
}

static smime_status add_atom(cursor *c, collector *box)
{
    smime__buf *to = box->in_angle ? &box->angle : &box->words;
    smime_status status = SMIME_OK;
    int joins = *c->at == '.' || *c->at == '@' ||
                (to->len && (to->data[to->len - 1] == '.' || to->data[to->len - 1] == '@'));

    /* blanks around '.' and '@' are allowed in old addresses and are no content */
    joins = joins && (box->in_angle || box->at_sign || *c->at == '@');
    if (box->blank && to->len && !joins)
        status = smime__buf_add_byte(to, ' ');
    box->blank = 0;
    box->at_sign |= *c->at == '@' && !box->in_angle;
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, *c->at++);
    return status;
}

/* How long the domain literal (RFC 5322 3.4.1) at @p c is; 0 when none is there. */
static size_t literal_length(const cursor *c, const smime__buf *before)
{
    const uint8_t *at = c->at + 1;

    if (!before->len || before->data[before->len - 1] != '@')
        return 0;
    while (at < c->end && *at > 32 && *at < 127 && *at != '[' && *at != '\\' && *at != ']')
        at++;
    return at < c->end && *at == ']' ? (size_t)(at + 1 - c->at) : 0;
}

/* An address of IPv6 holds colons, which elsewhere end the name of a group. */
static smime_status add_literal(cursor *c, collector *box)
{
    smime__buf *to = box->in_angle ? &box->angle : &box->words;
    size_t len = literal_length(c, to);
    smime_status status;

    if (!len)
        return add_atom(c, box);
    status = smime__buf_add(to, c->at, len);
    c->at += len;
    box->blank = 0;
    return status;
}

/* What was read is the name of a group, which begins here. */
static smime_status begin_group(smime__mailboxes *boxes, collector *box)
{
    smime__buf text = { 0 };
    char *name = NULL;
    smime_status status = smime__grow((void **)&boxes->groups, boxes->group_count,
                                      &boxes->group_room, sizeof *boxes->groups);

    if (status == SMIME_OK)
        status = smime__words_decode(&text, smime__buf_view(&box->words));
    if (status == SMIME_OK && !(name = smime__view_dup(smime__buf_view(&text))))
        status = SMIME_E_NOMEM;
    smime__buf_free(&text);
    if (status < 0)
        return status;
    boxes->groups[boxes->group_count++] = name;
    box->group = boxes->group_count;
    boxes->bad |= box->at_sign; /* no address that a reader could take for the sender */
    smime__buf_clear(&box->words);
    box->quoted = box->blank = box->at_sign = 0;
    return SMIME_OK;
}

static smime_status end_element(cursor *c, smime__mailboxes *boxes, collector *box)
{
    smime_status status = end_mailbox(boxes, box);

    if (*c->at++ == ';')
        box->group = 0;
    return status;
}

static smime_status step(cursor *c, collector *box, smime__mailboxes *boxes)
{
    smime__view comment;

    switch (*c->at) {
    case ' ':
    case '\t':
        box->blank = 1;
        c->at++;
        return SMIME_OK;
    case '(':
        if (!skip_comment(c, &comment))
            boxes->bad = 1;
        box->blank = 1;
        if (comment.len)
            box->comment = comment;
        return SMIME_OK;
    case '"':
        if (box->has_angle && !box->in_angle)
            boxes->bad = 1; /* text behind the address */
        return add_quoted(c, box);
    case '<':
        if (box->has_angle)
            boxes->bad = 1;
        box->has_angle = box->in_angle = 1;
        box->blank = 0;
        c->at++;
        return SMIME_OK;
    case '>':
        if (!box->in_angle)
            boxes->bad = 1;
        box->in_angle = 0;
        c->at++;
        return SMIME_OK;
    case ':':
        if (box->in_angle)
            return add_atom(c, box);
        c->at++;
        return begin_group(boxes, box);
    case ',':
    case ';':
        if (box->in_angle && *c->at == ',') /* between the domains of a route */
            return add_atom(c, box);
        return end_element(c, boxes, box);
    default:
        if (box->has_angle && !box->in_angle)
            boxes->bad = 1; /* text behind the address */
        return *c->at == '[' ? add_literal(c, box) : add_atom(c, box);
    }
}

smime_status smime__mailboxes_parse(smime__mailboxes *boxes, smime__view text)
{
    cursor c = { text.data, text.data + text.len };
    collector box;
    smime_status status = SMIME_OK;

    memset(&box, 0, sizeof box);
    while (text.len && c.at < c.end && status == SMIME_OK)
        status = step(&c, &box, boxes);
    if (box.in_angle)
        boxes->bad = 1;
    if (status == SMIME_OK)
        status = end_mailbox(boxes, &box);
    smime__buf_free(&box.words);
    smime__buf_free(&box.angle);
    return status;
}

void smime__mailboxes_free(smime__mailboxes *boxes)
{
    for (size_t i = 0; i < boxes->count; i++) {
        free(boxes->list[i].display);
        free(boxes->list[i].address);
    }
    for (size_t i = 0; i < boxes->group_count; i++)
        free(boxes->groups[i]);
    free(boxes->groups);
    free(boxes->list);
    memset(boxes, 0, sizeof *boxes);
}
