/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_editor: a message passed on with fields changed and bodies made safe. */
#include "mail/edit.h"

#include "mime/fold.h"
#include "mime/hazards.h"

#include <stdlib.h>
#include <string.h>

static smime_editor *of_head(smime__stage *stage)
{
    return (smime_editor *)((char *)stage - offsetof(smime_editor, head));
}

static smime_editor *of_reader(smime__stage *stage)
{
    return (smime_editor *)((char *)stage - offsetof(smime_editor, reader));
}

static smime_status head_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime_editor *editor = of_head(stage);
    smime_status status;

    if (!editor->scout)
        return smime__stage_write(&editor->reader, data, len);
    status = smime__scout_write(editor->scout, data, len);
    return status == SMIME_OK ? smime__hold_pass(&editor->hold, data, len,
                                                 smime__scout_decided(editor->scout))
                              : status;
}

static smime_status head_finish(smime__stage *stage)
{
    smime_editor *editor = of_head(stage);
    smime_status status;

    if (!editor->scout)
        return smime__stage_finish(&editor->reader);
    status = smime__scout_finish(editor->scout);
    if (status == SMIME_OK && smime__scout_kept_dirty(editor->scout))
        status = smime__fail(&editor->job.error, SMIME_E_MIME_ENCODING,
                             "what others signed or encrypted would have to be changed");
    if (status == SMIME_OK && smime__scout_frame_dirty(editor->scout))
        status = smime__fail(&editor->job.error, SMIME_E_MIME_ENCODING,
                             "text around the parts of a multipart cannot be made safe");
    smime__gate_open(editor->hold.gate);
    return status == SMIME_OK ? smime__stage_finish(editor->hold.in) : status;
}

static smime_status reader_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__scan_write(of_reader(stage)->scan, data, len);
}

static smime_status reader_finish(smime__stage *stage)
{
    return smime__scan_finish(of_reader(stage)->scan);
}

/* What the header of an entity must say besides; NULL when its encoding stays. */
static const char *encoding_for(const smime_editor *editor, const smime__part *part, int dirty)
{
    if (dirty)
        return smime__reencoded_name(part);
    if (editor->carry < 0 || part->kind == SMIME__LEAF || smime__part_is_sealed(part))
        return NULL;
    /* everything inside is now what can be carried */
    if (!strcmp(part->encoding_name, "binary"))
        return editor->carry == SMIME_CARRY_7BIT ? "7bit" : "8bit";
    return editor->carry == SMIME_CARRY_7BIT && !strcmp(part->encoding_name, "8bit") ? "7bit"
                                                                                       : NULL;
}

static int is_message_root(const smime__part *part)
{
    return !part->parent || part->parent->kind == SMIME__MESSAGE;
}

static smime_status put_header(smime_editor *editor, const smime__part *part,
                               const smime__header *header, const char *encoding)
{
    smime__edits own = { 0 };
    smime__edits *edits = part->parent ? &own : &editor->edits;
    smime_status status = SMIME_OK;

    if (encoding && is_message_root(part) && !smime__header_find(header, "MIME-Version", NULL))
        status = smime__edits_put(edits, SMIME__EDIT_SET, "MIME-Version", "1.0", SMIME_FIELD_RAW);
    if (status == SMIME_OK && encoding)
        status = smime__edits_put(edits, SMIME__EDIT_SET, "Content-Transfer-Encoding", encoding,
                                  SMIME_FIELD_RAW);
    if (status == SMIME_OK)
        status = smime__edits_write(edits, header, editor->carry == SMIME_CARRY_SMTPUTF8,
                                    &editor->job.tail);
    smime__edits_free(&own);
    return status;
}

static smime_status check_leaf(smime_editor *editor, const smime__part *part, int *ret_dirty)
{
    int verdict = editor->scout ? smime__scout_verdict(editor->scout, editor->leaf++)
                                : SMIME__LEAF_CLEAN;

    *ret_dirty = verdict == SMIME__LEAF_DIRTY;
    if (*ret_dirty && part->encoding == SMIME__ENC_UNKNOWN)
        return smime__fail(&editor->job.error, SMIME_E_MIME_ENCODING,
                           "a body with an unknown transfer encoding cannot be made safe");
    return SMIME_OK;
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime_editor *editor = user;
    int dirty = 0;
    smime_status status = SMIME_OK;

    if (!part->parent)
        editor->lf = smime__header_has_lf(header);
    if (editor->carry >= 0 && editor->carry != SMIME_CARRY_SMTPUTF8 &&
        smime__has_8bit(header->raw))
        return smime__fail_at(&editor->job.error, part->offset, SMIME_E_MIME_ENCODING,
                              "a header holds bytes over 127, which need SMTPUTF8");
    if (part->kind == SMIME__LEAF)
        status = check_leaf(editor, part, &dirty);
    if (status == SMIME_OK)
        status = put_header(editor, part, header, encoding_for(editor, part, dirty));
    if (status == SMIME_OK && dirty)
        status = smime__reencoder_open(&editor->reencoder, part, editor->lf, SMIME__LEGACY_NONE,
                                       smime__view_of(NULL, 0), &editor->job.tail);
    return status;
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime_editor *editor = user;

    (void)part;
    return smime__stage_write(editor->reencoder.in ? editor->reencoder.in : &editor->job.tail,
                              data, len);
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    (void)part;
    return smime__stage_write(&((smime_editor *)user)->job.tail, data, len);
}

static smime_status on_end(void *user, smime__part *part)
{
    (void)part;
    return smime__reencoder_finish(&((smime_editor *)user)->reencoder);
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end, NULL };

static smime_status start(void *owner)
{
    smime_editor *editor = owner;
    smime__limits *limits = &editor->job.settings.limits;
    smime_status status = smime__scan_new(&handler, editor, 0, limits, &editor->job.error,
                                          &editor->scan);

    editor->job.head = &editor->head;
    if (status < 0 || editor->carry < 0)
        return status;
    status = smime__scout_new(limits, &editor->job.error, &editor->scout);
    if (status == SMIME_OK) {
        smime__scout_carry(editor->scout, editor->carry != SMIME_CARRY_7BIT);
        status = smime__hold_init(&editor->hold, &editor->job, &editor->reader);
    }
    return status;
}

static smime_status complete(void *owner)
{
    (void)owner;
    return SMIME_OK;
}

static const smime__job_kind job_kind = { start, complete };

smime_status smime_editor_new(const smime_policy *policy, smime_editor **ret_editor)
{
    smime_editor *editor;
    smime_status status;

    if (!ret_editor)
        return SMIME_E_INVALID_ARG;
    editor = calloc(1, sizeof *editor);
    if (!editor)
        return SMIME_E_NOMEM;
    editor->carry = -1;
    editor->head.write = head_write;
    editor->head.finish = head_finish;
    editor->reader.write = reader_write;
    editor->reader.finish = reader_finish;
    status = smime__job_init(&editor->job, &job_kind, editor, policy);
    if (status < 0) {
        smime_editor_free(editor);
        return status;
    }
    *ret_editor = editor;
    return SMIME_OK;
}

void smime_editor_free(smime_editor *editor)
{
    if (!editor)
        return;
    smime__reencoder_close(&editor->reencoder);
    smime__hold_clear(&editor->hold);
    smime__scout_free(editor->scout);
    smime__scan_free(editor->scan);
    smime__edits_free(&editor->edits);
    smime__job_free(&editor->job);
    free(editor);
}

static smime_status put_edit(smime_editor *editor, int kind, const char *name, const char *value,
                             int32_t form)
{
    smime_status status;

    if (!editor || !name || !value || !smime__fold_is_name(name) ||
        (form != SMIME_FIELD_TEXT && form != SMIME_FIELD_RAW) ||
        !smime__fold_may_write(smime__view_text(value)))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&editor->job);
    return status == SMIME_OK ? smime__edits_put(&editor->edits, kind, name, value, form) : status;
}

smime_status smime_editor_set_field(smime_editor *editor, const char *name, const char *value,
                                    int32_t form)
{
    return put_edit(editor, SMIME__EDIT_SET, name, value, form);
}

smime_status smime_editor_add_field(smime_editor *editor, const char *name, const char *value,
                                    int32_t form)
{
    return put_edit(editor, SMIME__EDIT_ADD, name, value, form);
}

smime_status smime_editor_remove_field(smime_editor *editor, const char *name)
{
    return put_edit(editor, SMIME__EDIT_REMOVE, name, "", SMIME_FIELD_RAW);
}

smime_status smime_editor_set_carry(smime_editor *editor, int32_t carry)
{
    smime_status status;

    if (!editor || carry < SMIME_CARRY_7BIT || carry > SMIME_CARRY_SMTPUTF8)
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&editor->job);
    if (status == SMIME_OK)
        editor->carry = carry;
    return status;
}

smime_status smime_editor_set_sink(smime_editor *editor, smime_write_function write,
                                   void *user_data, void (*destroy)(void *user_data))
{
    if (!editor) {
        if (destroy)
            destroy(user_data);
        return SMIME_E_INVALID_ARG;
    }
    return smime__job_set_sink(&editor->job, write, NULL, user_data, destroy);
}

smime_status smime_editor_write(smime_editor *editor, const void *data, size_t len,
                                size_t *ret_taken)
{
    return editor ? smime__job_write(&editor->job, data, len, ret_taken) : SMIME_E_INVALID_ARG;
}

smime_status smime_editor_read(smime_editor *editor, void *buffer, size_t size, size_t *ret_got)
{
    return editor ? smime__job_read(&editor->job, buffer, size, ret_got) : SMIME_E_INVALID_ARG;
}

smime_status smime_editor_finish(smime_editor *editor)
{
    return editor ? smime__job_finish(&editor->job) : SMIME_E_INVALID_ARG;
}

smime_status smime_editor_buffer(smime_editor *editor, const void *data, size_t len,
                                 uint8_t **ret_data, size_t *ret_len)
{
    if (!editor || !ret_data || !ret_len || (len && !data))
        return SMIME_E_INVALID_ARG;
    return smime__job_buffer(&editor->job, data, len, ret_data, ret_len);
}

const char *smime_editor_error_text(const smime_editor *editor)
{
    return editor ? smime__error_sentence(&editor->job.error) : "";
}
