/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A header with some fields changed and every other byte as it was. */
#include "mail/edit.h"

#include "mime/fold.h"

#include <stdlib.h>
#include <string.h>

static void clear(smime__edit *edit)
{
    free(edit->name);
    free(edit->value);
    memset(edit, 0, sizeof *edit);
}

void smime__edits_free(smime__edits *edits)
{
    for (size_t i = 0; i < edits->count; i++)
        clear(&edits->list[i]);
    free(edits->list);
    memset(edits, 0, sizeof *edits);
}

/* The edit that says what becomes of fields of that name, or NULL. */
static smime__edit *find(const smime__edits *edits, smime__view name)
{
    for (size_t i = 0; i < edits->count; i++)
        if (edits->list[i].kind != SMIME__EDIT_ADD && smime__view_is(name, edits->list[i].name))
            return &edits->list[i];
    return NULL;
}

smime_status smime__edits_put(smime__edits *edits, int kind, const char *name, const char *value,
                              int form)
{
    smime__edit made = { kind, form, 0, strdup(name), strdup(value) };
    smime__edit *old = kind == SMIME__EDIT_ADD ? NULL : find(edits, smime__view_text(name));
    smime_status status = made.name && made.value ? SMIME_OK : SMIME_E_NOMEM;

    if (status == SMIME_OK && !old)
        status = smime__grow((void **)&edits->list, edits->count, &edits->room, sizeof made);
    if (status < 0) {
        clear(&made);
        return status;
    }
    if (old)
        clear(old);
    else
        old = &edits->list[edits->count++];
    *old = made;
    return SMIME_OK;
}

int smime__header_has_lf(const smime__header *header)
{
    const uint8_t *lf = header->raw.len ? memchr(header->raw.data, '\n', header->raw.len) : NULL;

    return lf && (lf == header->raw.data || lf[-1] != '\r');
}

static smime_status put_edit(smime__edit *edit, int utf8, int lf, smime__stage *to)
{
    smime__buf text = { 0 };
    smime__fold fold = { &text, lf ? "\n" : "\r\n", 0, 0, utf8 };
    smime_status status = smime__fold_begin(&fold, edit->name);

    edit->done = 1;
    text.secret = 1; /* perhaps of a message that is still to be encrypted */
    if (status == SMIME_OK && edit->form == SMIME_FIELD_TEXT)
        status = smime__fold_text(&fold, smime__view_text(edit->value));
    else if (status == SMIME_OK)
        status = smime__fold_raw(&fold, smime__view_text(edit->value));
    if (status == SMIME_OK)
        status = smime__fold_end(&fold);
    if (status == SMIME_OK)
        status = smime__stage_write(to, text.data, text.len);
    smime__buf_free(&text);
    return status;
}

/* What belongs behind the last field; @p last is the byte before it, or a line end. */
static smime_status put_new(smime__edits *edits, int utf8, int lf, uint8_t last, smime__stage *to)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < edits->count && status == SMIME_OK; i++) {
        smime__edit *edit = &edits->list[i];
        if (edit->kind == SMIME__EDIT_REMOVE || (edit->kind == SMIME__EDIT_SET && edit->done))
            continue;
        if (last != '\n') /* the end of input cut the last field off */
            status = smime__stage_write(to, (const uint8_t *)"\r\n" + lf, 2 - (size_t)lf);
        last = '\n';
        if (status == SMIME_OK)
            status = put_edit(edit, utf8, lf, to);
    }
    return status;
}

static int has_new(const smime__edits *edits)
{
    for (size_t i = 0; i < edits->count; i++)
        if (edits->list[i].kind != SMIME__EDIT_REMOVE)
            return 1;
    return 0;
}

smime_status smime__edits_write(smime__edits *edits, const smime__header *header, int utf8,
                                smime__stage *to)
{
    const uint8_t *at = header->raw.data;
    const uint8_t *end = at + header->raw.len;
    int lf = smime__header_has_lf(header);
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        smime__edit *edit = find(edits, field->name);
        if (!edit)
            continue;
        status = smime__stage_write(to, at, (size_t)(field->raw.data - at));
        at = field->raw.data + field->raw.len;
        if (status == SMIME_OK && edit->kind == SMIME__EDIT_SET && !edit->done)
            status = put_edit(edit, utf8, lf, to);
    }
    if (status == SMIME_OK && header->count) {
        smime__view last = header->fields[header->count - 1].raw;
        const uint8_t *fields_end = last.data + last.len;
        status = smime__stage_write(to, at, (size_t)(fields_end - at));
        at = fields_end;
    } else if (status == SMIME_OK && end - at > 2) { /* the line of a mailbox file alone */
        const uint8_t *line = memchr(at, '\n', (size_t)(end - at));
        const uint8_t *begin = at;
        at = line ? line + 1 : end;
        status = smime__stage_write(to, begin, (size_t)(at - begin));
    }
    if (status == SMIME_OK)
        status = put_new(edits, utf8, lf, at > header->raw.data ? at[-1] : '\n', to);
    /* what is no field began the body at once, and would stand behind a header now */
    if (status == SMIME_OK && !header->count && at == end && has_new(edits))
        status = smime__stage_write(to, (const uint8_t *)"\r\n" + lf, 2 - (size_t)lf);
    return status == SMIME_OK ? smime__stage_write(to, at, (size_t)(end - at)) : status;
}
