/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RFC 9788 4.5.3: the element is taken out before anybody sees the text. */
#include "mime/legacy_display.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

#define CLASS "header-protection-legacy-display"
#define TAG_MAX 4096 /* a tag that is longer is no tag */

typedef struct remover {
    smime__stage stage;
    int form;
    int passing;      /* plain: the element is over. HTML: nothing more is looked for */
    int line_is_used; /* plain: something stands in this line */
    /* HTML */
    int quote;        /* the character that ends the value inside of a tag; or 0 */
    int in_tag;
    unsigned depth;   /* of <div>, inside of the element; 0 outside */
    smime__buf tag;
    size_t passed;    /* so much of its beginning is written already: of a long comment */
} remover;

static smime_status plain_write(remover *self, const uint8_t *data, size_t len)
{
    size_t i = 0;

    while (!self->passing && i < len) {
        uint8_t c = data[i++];
        if (c == '\n') {
            self->passing = !self->line_is_used;
            self->line_is_used = 0;
        } else if (c != '\r') {
            self->line_is_used = 1;
        }
    }
    return smime__stage_write(self->stage.next, data + i, len - i);
}

/* "<div" or "</div", and then no letter. */
static int is_div(const smime__buf *tag, const char *start)
{
    size_t len = strlen(start);

    return tag->len > len && smime__ascii_equal((const char *)tag->data, len, start, len) &&
           strchr(" \t\r\n/>", tag->data[len]) != NULL;
}

/* Whether the value of the class attribute that begins at @p at is the one name, or has it. */
static int has_class(const char *at, size_t len)
{
    char quote = 0;
    size_t end = 0, start = 0;

    if (len && (*at == '"' || *at == '\'')) {
        quote = *at++;
        len--;
    }
    while (end < len && (quote ? at[end] != quote : !strchr(" \t\r\n>", at[end])))
        end++;
    for (size_t i = 0; i <= end; i++) {
        if (i < end && !strchr(" \t\r\n", at[i]))
            continue;
        if (i - start == strlen(CLASS) && !memcmp(at + start, CLASS, i - start))
            return 1;
        start = i + 1;
    }
    return 0;
}

static int is_element(const smime__buf *tag)
{
    const char *text = (const char *)tag->data;

    if (!is_div(tag, "<div"))
        return 0;
    for (size_t i = 4; i + 6 < tag->len; i++) {
        size_t at = i + 6;
        if (!strchr(" \t\r\n\"'", text[i]) || !smime__ascii_equal(text + i + 1, 5, "class", 5))
            continue;
        while (at < tag->len && strchr(" \t\r\n", text[at]))
            at++;
        if (at == tag->len || text[at] != '=')
            continue;
        for (at++; at < tag->len && strchr(" \t\r\n", text[at]);)
            at++;
        return has_class(text + at, tag->len - at);
    }
    return 0;
}

static smime_status pass_tag(remover *self, size_t end)
{
    size_t start = self->passed;

    return self->depth ? SMIME_OK
                       : smime__stage_write(self->stage.next, self->tag.data + start, end - start);
}

/* A tag is complete: it opens the element, counts inside of it, or is text like any other. */
static smime_status end_tag(remover *self)
{
    smime_status status = SMIME_OK;

    if (self->depth) {
        if (is_div(&self->tag, "<div"))
            self->depth++;
        else if (is_div(&self->tag, "</div"))
            self->depth--;
    } else if (is_element(&self->tag)) {
        self->depth = 1;
    } else {
        status = pass_tag(self, self->tag.len);
    }
    self->in_tag = self->quote = 0;
    self->passed = 0;
    smime__buf_clear(&self->tag);
    return status;
}

static int is_in_comment(const smime__buf *tag)
{
    return tag->len >= 4 && !memcmp(tag->data, "<!--", 4);
}

static int ends_comment(const smime__buf *tag)
{
    return tag->len >= 7 && !memcmp(tag->data + tag->len - 3, "-->", 3);
}

/* A long comment need not be kept: only its beginning, which tells that it is one, and its end,
 * which may begin "-->". */
static smime_status shorten_comment(remover *self)
{
    smime_status status = pass_tag(self, self->tag.len - 4);

    memmove(self->tag.data + 4, self->tag.data + self->tag.len - 4, 4);
    self->tag.len = 8;
    self->passed = 4;
    return status;
}

/* One more byte of a tag. A comment is one long tag, whatever stands in it. */
static smime_status tag_byte(remover *self, uint8_t c)
{
    smime_status status;

    if (self->tag.len == 1 && !smime__ascii_is_alpha(c) && c != '/' && c != '!') {
        status = end_tag(self); /* it is none, and this may begin one */
        self->in_tag = 1;
        if (status == SMIME_OK && c != '<') {
            self->in_tag = 0;
            return self->depth ? SMIME_OK : smime__stage_write(self->stage.next, &c, 1);
        }
    } else {
        status = SMIME_OK;
    }
    if (status == SMIME_OK)
        status = smime__buf_add_byte(&self->tag, c);
    if (status < 0)
        return status;
    if (is_in_comment(&self->tag))
        return c == '>' && ends_comment(&self->tag) ? end_tag(self) : SMIME_OK;
    if (self->quote)
        self->quote = c == self->quote ? 0 : self->quote;
    else if (c == '"' || c == '\'')
        self->quote = c;
    else if (c == '>')
        return end_tag(self);
    return self->tag.len < TAG_MAX ? SMIME_OK : end_tag(self);
}

static smime_status html_write(remover *self, const uint8_t *data, size_t len)
{
    smime_status status = SMIME_OK;
    size_t i = 0;

    while (i < len && status == SMIME_OK) {
        const uint8_t *tag;
        size_t run;

        if (self->in_tag) {
            status = tag_byte(self, data[i++]);
            if (is_in_comment(&self->tag) && self->tag.len >= TAG_MAX && status == SMIME_OK)
                status = shorten_comment(self);
            continue;
        }
        tag = memchr(data + i, '<', len - i);
        run = tag ? (size_t)(tag - data) - i : len - i;
        if (!self->depth)
            status = smime__stage_write(self->stage.next, data + i, run);
        i += run;
        self->in_tag = tag != NULL;
    }
    return status;
}

static smime_status remover_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    remover *self = (remover *)stage;

    return self->form == SMIME__LEGACY_PLAIN ? plain_write(self, data, len)
                                             : html_write(self, data, len);
}

static smime_status remover_finish(smime__stage *stage)
{
    remover *self = (remover *)stage;
    smime_status status = self->in_tag ? pass_tag(self, self->tag.len) : SMIME_OK;

    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void remover_free(smime__stage *stage)
{
    smime__buf_free(&((remover *)stage)->tag);
    free(stage);
}

smime_status smime__legacy_remover_new(int form, smime__stage *next, smime__stage **ret_stage)
{
    remover *made = calloc(1, sizeof *made);

    if (!made)
        return SMIME_E_NOMEM;
    made->stage = (smime__stage){ remover_write, remover_finish, remover_free, next };
    made->form = form;
    *ret_stage = &made->stage;
    return SMIME_OK;
}
