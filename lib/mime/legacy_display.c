/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/legacy_display.h"

#include "base/ascii.h"
#include "mime/charset.h"

#include <stdlib.h>
#include <string.h>

#define CLASS "header-protection-legacy-display"
#define HELD_MAX 65536 /* of HTML, in which the <body> tag is looked for */

int smime__legacy_form(const char *type)
{
    if (!strcmp(type, "text/plain"))
        return SMIME__LEGACY_PLAIN;
    return strcmp(type, "text/html") ? SMIME__LEGACY_NONE : SMIME__LEGACY_HTML;
}

static int is_attachment(const smime__header *header)
{
    const smime__field *field = smime__header_find(header, "Content-Disposition", NULL);
    smime__view value = field ? field->value : smime__view_of(NULL, 0);

    while (value.len && strchr(" \t\r\n", value.data[0]))
        value = smime__view_of(value.data + 1, value.len - 1);
    return value.len >= 10 && smime__ascii_equal((const char *)value.data, 10, "attachment", 10);
}

int smime__part_is_main_body(const smime__part *part, const smime__header *header)
{
    if (part->kind != SMIME__LEAF || !smime__legacy_form(part->type.value) ||
        part->encoding == SMIME__ENC_UNKNOWN || is_attachment(header))
        return 0;
    for (const smime__part *at = part; at->parent; at = at->parent) {
        const char *around = at->parent->type.value;
        if (at->parent->kind != SMIME__MULTIPART || !strcmp(around, "multipart/signed") ||
            !strcmp(around, "multipart/encrypted"))
            return 0;
        if (at->place.number != 1 && strcmp(around, "multipart/alternative") != 0)
            return 0;
    }
    return 1;
}

/* Text for HTML, in the ASCII that all charsets with ASCII have. */
static smime_status add_html(smime__buf *to, smime__view lines)
{
    smime_status status = smime__buf_add_text(to, "<div class=\"" CLASS "\">\r\n<pre>");

    for (size_t i = 0; i < lines.len && status == SMIME_OK;) {
        const uint8_t *at = lines.data + i;
        size_t len = smime__utf8_length(at, lines.len - i);
        uint32_t code = len ? at[0] & (0xffu >> (len == 1 ? 1 : len + 1)) : '?';

        for (size_t k = 1; k < len; k++)
            code = code << 6 | (at[k] & 0x3f);
        if (code >= 0x80 || strchr("<>&\"\\~", (int)code))
            status = smime__buf_format(to, "&#%u;", (unsigned)code);
        else
            status = smime__buf_add_byte(to, (uint8_t)code);
        i += len ? len : 1;
    }
    return status == SMIME_OK ? smime__buf_add_text(to, "</pre></div>\r\n") : status;
}

smime_status smime__legacy_element(smime__buf *to, int form, smime__view lines,
                                   const char *charset, int *ret_there)
{
    smime_status status = smime__charset_has_ascii(charset, ret_there);

    if (status < 0 || !*ret_there)
        return status;
    if (form == SMIME__LEGACY_HTML)
        return add_html(to, lines);
    status = smime__charset_from_utf8(to, lines, charset, ret_there);
    return status == SMIME_OK && *ret_there ? smime__buf_add_text(to, "\r\n") : status;
}

typedef struct inserter {
    smime__stage stage;
    int form, done;
    int in_body;     /* a <body> tag begins before .looked */
    size_t looked;   /* so much of what is held is known */
    smime__buf element, held;
} inserter;

/* Behind the <body> tag; SIZE_MAX while there is none. */
static size_t find_body(inserter *self)
{
    const char *text = (const char *)self->held.data;
    size_t len = self->held.len;

    while (!self->in_body && self->looked < len) {
        const char *at = memchr(text + self->looked, '<', len - self->looked);
        self->looked = at ? (size_t)(at - text) : len;
        if (len - self->looked < 6)
            return SIZE_MAX;
        self->in_body = smime__ascii_equal(at + 1, 4, "body", 4) && at[5] &&
                        strchr("> \t\r\n", at[5]);
        self->looked += self->in_body ? 5 : 1;
    }
    if (self->in_body && self->looked < len) {
        const char *end = memchr(text + self->looked, '>', len - self->looked);
        self->looked = len;
        return end ? (size_t)(end - text) + 1 : SIZE_MAX;
    }
    return SIZE_MAX;
}

static smime_status insert(inserter *self, size_t at)
{
    smime__stage *next = self->stage.next;
    smime_status status = smime__stage_write(next, self->held.data, at);

    self->done = 1;
    if (status == SMIME_OK)
        status = smime__stage_write(next, self->element.data, self->element.len);
    if (status == SMIME_OK && at < self->held.len)
        status = smime__stage_write(next, self->held.data + at, self->held.len - at);
    smime__buf_free(&self->held);
    return status;
}

/* What is held never depends on the pieces, and so neither does the place that is found. */
static smime_status inserter_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    inserter *self = (inserter *)stage;
    size_t most = self->form == SMIME__LEGACY_PLAIN ? 0 : HELD_MAX - self->held.len;
    size_t taken = len < most ? len : most, at;
    smime_status status;

    if (self->done)
        return smime__stage_write(stage->next, data, len);
    status = smime__buf_add(&self->held, data, taken);
    if (status < 0)
        return status;
    at = find_body(self);
    if (at == SIZE_MAX && taken == most)
        at = 0;
    if (at == SIZE_MAX)
        return SMIME_OK;
    status = insert(self, at);
    return status == SMIME_OK ? smime__stage_write(stage->next, data + taken, len - taken) : status;
}

static smime_status inserter_finish(smime__stage *stage)
{
    inserter *self = (inserter *)stage;
    smime_status status = self->done ? SMIME_OK : insert(self, 0);

    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void inserter_free(smime__stage *stage)
{
    inserter *self = (inserter *)stage;

    smime__buf_free(&self->element);
    smime__buf_free(&self->held);
    free(self);
}

smime_status smime__legacy_inserter_new(int form, smime__view element, smime__stage *next,
                                        smime__stage **ret_stage)
{
    inserter *made = calloc(1, sizeof *made);

    if (!made)
        return SMIME_E_NOMEM;
    made->stage = (smime__stage){ inserter_write, inserter_finish, inserter_free, next };
    made->form = form;
    if (smime__buf_add_view(&made->element, element) < 0) {
        inserter_free(&made->stage);
        return SMIME_E_NOMEM;
    }
    *ret_stage = &made->stage;
    return SMIME_OK;
}
