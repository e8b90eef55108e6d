/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Text, pictures, attachments and messages given to a composer. */
#include "mail/compose.h"

#include "base/ascii.h"
#include "codec/crlf.h"
#include "mail/edit.h"
#include "mime/hazards.h"
#include "mime/params.h"

#include <stdlib.h>
#include <string.h>

smime_status smime__compose_refuse(smime_composer *composer, const char *text)
{
    return smime__fail(&composer->error, SMIME_E_INVALID_ARG, "%s", text);
}

void smime__compose_free_content(smime__content *content)
{
    if (!content)
        return;
    if (content->destroy)
        content->destroy(content->user_data);
    free(content->type);
    free(content->filename);
    free(content->content_id);
    smime__buf_free(&content->data);
    free(content);
}

/* Adds the bytes with every line end made CRLF. */
static smime_status add_canonical(smime__buf *to, const void *data, size_t len)
{
    smime__gather end = smime__gather_in(to);
    smime__stage *crlf;
    smime_status status = smime__crlf_new(&end.stage, &crlf);

    if (status < 0)
        return status;
    status = smime__stage_write(crlf, data, len);
    if (status == SMIME_OK)
        status = smime__stage_finish(crlf);
    smime__stage_free(crlf);
    return status;
}

static smime_status set_body(smime_composer *composer, const char *text, size_t len,
                             smime__buf *to, int *ret_has)
{
    smime__buf made = { 0 };
    smime_status status;

    if (!composer || (len && !text))
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    if (!smime__utf8_valid((const uint8_t *)text, len))
        return smime__compose_refuse(composer, "the text is no UTF-8");
    made.secret = 1;
    status = add_canonical(&made, text, len);
    if (status < 0) {
        smime__buf_free(&made);
        return status;
    }
    smime__buf_free(to);
    *to = made;
    *ret_has = 1;
    return SMIME_OK;
}

smime_status smime_composer_set_text(smime_composer *composer, const char *text, size_t len)
{
    return composer ? set_body(composer, text, len, &composer->text, &composer->has_text)
                    : SMIME_E_INVALID_ARG;
}

smime_status smime_composer_set_html(smime_composer *composer, const char *text, size_t len)
{
    return composer ? set_body(composer, text, len, &composer->html, &composer->has_html)
                    : SMIME_E_INVALID_ARG;
}

/* *ret_good is 1 for a type of a leaf, with parameters that keep to the grammar. */
static smime_status check_leaf_type(const char *type, int *ret_good)
{
    smime__params params = { 0 };
    smime__view text = smime__view_text(type);
    const char *slash;
    smime_status status = SMIME_OK;

    *ret_good = 0;
    if (text.len > 500 || smime__has_8bit(text) || !smime__fold_may_write(text))
        return SMIME_OK;
    status = smime__params_parse(&params, text);
    if (status < 0)
        goto out;
    slash = strchr(params.value, '/');
    *ret_good = slash && slash > params.value && slash[1] && !strchr(slash + 1, '/') &&
                !params.bad && !params.comments && !params.duplicate &&
                strncmp(params.value, "multipart/", 10) != 0 &&
                strncmp(params.value, "message/", 8) != 0;
out:
    smime__params_free(&params);
    return status;
}

static char *dup_or_null(const char *text, int *ret_failed)
{
    char *copy = text ? strdup(text) : NULL;

    *ret_failed |= text && !copy;
    return copy;
}

/* Takes over @p content. */
static smime_status add_content(smime_composer *composer, smime__content *content)
{
    smime_status status = smime__grow((void **)&composer->contents, composer->content_count,
                                      &composer->content_room, sizeof(smime__content *));

    if (status < 0)
        smime__compose_free_content(content);
    else
        composer->contents[composer->content_count++] = content;
    return status;
}

static smime__content *new_content(int kind, const char *type, const char *filename,
                                   const char *content_id)
{
    smime__content *content = calloc(1, sizeof *content);
    int failed = 0;

    if (!content)
        return NULL;
    content->kind = kind;
    content->data.secret = 1;
    content->type = dup_or_null(type, &failed);
    content->filename = dup_or_null(filename, &failed);
    content->content_id = dup_or_null(content_id, &failed);
    if (!failed)
        return content;
    smime__compose_free_content(content);
    return NULL;
}

static smime_status check_content(smime_composer *composer, const char *filename,
                                  const char *type)
{
    int good;
    smime_status status = check_leaf_type(type, &good);

    smime__error_clear(&composer->error);
    if (status < 0)
        return status;
    if (!good)
        return smime__compose_refuse(composer, "the type is none that an attachment can have");
    if (filename && !smime__fold_may_write(smime__view_text(filename)))
        return smime__compose_refuse(composer, "the file name holds a control or is no UTF-8");
    return SMIME_OK;
}

static smime_status add_bytes(smime_composer *composer, smime__content *content, const void *data,
                              size_t len)
{
    smime_status status = content ? smime__buf_add(&content->data, data, len) : SMIME_E_NOMEM;

    if (status < 0) {
        smime__compose_free_content(content);
        return status;
    }
    return add_content(composer, content);
}

smime_status smime_composer_add_related(smime_composer *composer, const char *content_id,
                                        const char *type, const void *data, size_t len)
{
    smime_status status;

    if (!composer || !content_id || !type || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = check_content(composer, NULL, type);
    if (status == SMIME_OK && !smime__compose_is_id(composer, smime__view_text(content_id)))
        return smime__compose_refuse(composer, "the content identifier is none");
    return status == SMIME_OK
               ? add_bytes(composer, new_content(SMIME__CONTENT_RELATED, type, NULL, content_id),
                           data, len)
               : status;
}

smime_status smime_composer_attach(smime_composer *composer, const char *filename,
                                   const char *type, const void *data, size_t len)
{
    smime_status status;

    if (!composer || !type || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = check_content(composer, filename, type);
    return status == SMIME_OK
               ? add_bytes(composer, new_content(SMIME__CONTENT_ATTACHED, type, filename, NULL),
                           data, len)
               : status;
}

smime_status smime_composer_attach_function(smime_composer *composer, const char *filename,
                                            const char *type, smime_content_function function,
                                            void *user_data, void (*destroy)(void *user_data))
{
    smime__content *content;
    smime_status status = SMIME_E_INVALID_ARG;

    if (composer && type && function)
        status = check_content(composer, filename, type);
    content = status == SMIME_OK ? new_content(SMIME__CONTENT_ATTACHED, type, filename, NULL)
                                 : NULL;
    if (!content) {
        if (destroy)
            destroy(user_data);
        return status < 0 ? status : SMIME_E_NOMEM;
    }
    content->function = function;
    content->user_data = user_data;
    content->destroy = destroy;
    status = add_content(composer, content);
    composer->has_functions |= status == SMIME_OK;
    return status;
}

/* The message as the servers can carry it, with CRLF. */
static smime_status make_carried(smime_composer *composer, const void *data, size_t len,
                                 smime__buf *to)
{
    smime_editor *editor;
    uint8_t *safe = NULL;
    size_t safe_len = 0;
    smime_status status = smime_editor_new(NULL, &editor);

    if (status < 0)
        return status;
    editor->job.settings.limits = composer->settings.limits;
    status = smime_editor_set_carry(editor, composer->carry);
    if (status == SMIME_OK)
        status = smime_editor_buffer(editor, data, len, &safe, &safe_len);
    if (status < 0)
        status = smime__fail(&composer->error, status, "%s", smime_editor_error_text(editor));
    else
        status = add_canonical(to, safe, safe_len);
    smime_free(safe);
    smime_editor_free(editor);
    return status;
}

smime_status smime_composer_attach_message(smime_composer *composer, const void *data, size_t len)
{
    smime__content *content;
    smime_status status;

    if (!composer || !data || !len)
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    content = new_content(SMIME__CONTENT_MESSAGE, NULL, NULL, NULL);
    if (!content)
        return SMIME_E_NOMEM;
    status = make_carried(composer, data, len, &content->data);
    if (status < 0) {
        smime__compose_free_content(content);
        return status;
    }
    return add_content(composer, content);
}
