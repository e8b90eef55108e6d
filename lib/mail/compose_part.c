/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The leaves of a composer's message: texts, attachments, messages. */
#include "mail/compose.h"

#include "codec/base64.h"
#include "codec/qp.h"
#include "mime/hazards.h"

#include <stdlib.h>
#include <string.h>

#define BLOCK 16384

smime_status smime__compose_put(smime__stage *out, const char *text)
{
    return smime__stage_write(out, (const uint8_t *)text, strlen(text));
}

smime_status smime__compose_put_buf(smime__stage *out, smime_status status, smime__buf *text)
{
    if (status == SMIME_OK)
        status = smime__stage_write(out, text->data, text->len);
    smime__buf_free(text);
    return status;
}

static smime_status put_encoding(smime__stage *out, const char *name)
{
    smime__buf text = { 0 };

    smime_status status = smime__buf_format(&text, "Content-Transfer-Encoding: %s\r\n", name);

    return smime__compose_put_buf(out, status, &text);
}

/* Does not end with the encoder before it. */
typedef struct open_end {
    smime__stage stage;
    smime__stage *out;
} open_end;

static smime_status open_end_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(((open_end *)stage)->out, data, len);
}

static smime_status open_end_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

static open_end end_at(smime__stage *out)
{
    open_end end = { { open_end_write, open_end_finish, NULL, NULL }, out };

    return end;
}

static smime_status put_qp(smime__stage *out, smime__view text)
{
    open_end end = end_at(out);
    smime__stage *encoder;
    smime_status status = smime__qp_encoder_new(&end.stage, &encoder);

    if (status < 0)
        return status;
    status = smime__stage_write(encoder, text.data, text.len);
    if (status == SMIME_OK)
        status = smime__stage_finish(encoder);
    smime__stage_free(encoder);
    return status;
}

static smime_status pull(const smime__content *content, smime__stage *to)
{
    uint8_t *block = malloc(BLOCK);
    size_t got = 1;
    smime_status status = block ? SMIME_OK : SMIME_E_NOMEM;

    while (status == SMIME_OK && got) {
        got = 0;
        status = content->function(block, BLOCK, &got, content->user_data);
        if (status > 0) /* no error */
            status = SMIME_OK;
        if (status == SMIME_OK && got > BLOCK)
            status = SMIME_E_INVALID_ARG;
        if (status == SMIME_OK)
            status = smime__stage_write(to, block, got);
    }
    free(block);
    return status;
}

/* Of @p content, or of @p text when that is NULL. */
static smime_status put_base64(smime__stage *out, smime__view text, const smime__content *content)
{
    open_end end = end_at(out);
    smime__stage *encoder;
    smime_status status = smime__base64_encoder_new(&end.stage, &encoder);

    if (status < 0)
        return status;
    if (content && content->function)
        status = pull(content, encoder);
    else if (content)
        status = smime__stage_write(encoder, content->data.data, content->data.len);
    else
        status = smime__stage_write(encoder, text.data, text.len);
    if (status == SMIME_OK)
        status = smime__stage_finish(encoder);
    smime__stage_free(encoder);
    return status;
}

/* What the servers carry as it is stays so; else quoted-printable while most of it is ASCII. */
int smime__compose_encoding(const smime_composer *composer, smime__view text)
{
    smime__hazards hazards = { 0 };
    size_t high = 0;

    smime__hazards_add(&hazards, text.data, text.len);
    smime__hazards_end(&hazards);
    if (!hazards.found)
        return SMIME__TEXT_7BIT;
    if (hazards.found == SMIME_HAZARD_8BIT && composer->carry != SMIME_CARRY_7BIT)
        return SMIME__TEXT_8BIT;
    for (size_t i = 0; i < text.len; i++)
        high += text.data[i] >= 0x80;
    return high > text.len / 3 ? SMIME__TEXT_BASE64 : SMIME__TEXT_QP;
}

smime_status smime__compose_put_text(smime_composer *composer, smime__stage *out,
                                     const char *subtype, smime__view text)
{
    static const char *const names[] = { "7bit", "8bit", "quoted-printable", "base64" };
    int encoding = smime__compose_encoding(composer, text);
    smime__buf header = { 0 };
    smime_status status = smime__buf_format(&header, "Content-Type: text/%s; charset=%s\r\n",
                                            subtype,
                                            smime__has_8bit(text) ? "utf-8" : "us-ascii");

    status = smime__compose_put_buf(out, status, &header);
    if (status == SMIME_OK)
        status = put_encoding(out, names[encoding]);
    if (status == SMIME_OK)
        status = smime__compose_put(out, "\r\n");
    if (status < 0)
        return status;
    if (encoding == SMIME__TEXT_QP)
        return put_qp(out, text);
    return encoding == SMIME__TEXT_BASE64 ? put_base64(out, text, NULL)
                                   : smime__stage_write(out, text.data, text.len);
}

static smime_status put_field(smime__stage *out, const char *name, const char *value,
                              const char *parameter, const char *parameter_value)
{
    smime__buf text = { 0 };
    smime__fold fold = { &text, "\r\n", 0, 0, 0 };
    smime_status status = smime__fold_begin(&fold, name);

    if (status == SMIME_OK)
        status = smime__fold_token(&fold, smime__view_text(" "), smime__view_text(value));
    if (status == SMIME_OK && parameter_value)
        status = smime__fold_parameter(&fold, parameter, smime__view_text(parameter_value));
    if (status == SMIME_OK)
        status = smime__fold_end(&fold);
    return smime__compose_put_buf(out, status, &text);
}

smime_status smime__compose_put_content(smime__stage *out, const smime__content *content)
{
    smime_status status = put_field(out, "Content-Type", content->type, NULL, NULL);

    if (status == SMIME_OK && content->content_id) {
        smime__buf text = { 0 };
        status = smime__buf_add_text(&text, "Content-ID: <");
        if (status == SMIME_OK)
            status = smime__buf_add_text(&text, content->content_id);
        if (status == SMIME_OK)
            status = smime__buf_add_text(&text, ">\r\n");
        status = smime__compose_put_buf(out, status, &text);
    }
    if (status == SMIME_OK)
        status = put_field(out, "Content-Disposition",
                           content->kind == SMIME__CONTENT_RELATED ? "inline" : "attachment",
                           "filename", content->filename);
    if (status == SMIME_OK)
        status = put_encoding(out, "base64");
    if (status == SMIME_OK)
        status = smime__compose_put(out, "\r\n");
    return status == SMIME_OK ? put_base64(out, smime__view_of(NULL, 0), content) : status;
}

/* 1 when the header of the message holds UTF-8: RFC 6532 3.7. */
static int has_utf8_header(smime__view message)
{
    static const char empty[] = "\r\n\r\n";
    size_t end = 0;

    while (end + 4 <= message.len && memcmp(message.data + end, empty, 4) != 0)
        end++;
    return smime__has_8bit(smime__view_of(message.data, end));
}

smime_status smime__compose_put_message(smime__stage *out, const smime__content *content)
{
    smime__view message = smime__buf_view(&content->data);
    smime_status status = smime__compose_put(out, has_utf8_header(message)
                                                      ? "Content-Type: message/global\r\n"
                                                      : "Content-Type: message/rfc822\r\n");

    if (status == SMIME_OK)
        status = smime__compose_put(out, "Content-Disposition: attachment\r\n");
    if (status == SMIME_OK)
        status = put_encoding(out, smime__has_8bit(message) ? "8bit" : "7bit");
    if (status == SMIME_OK)
        status = smime__compose_put(out, "\r\n");
    return status == SMIME_OK ? smime__stage_write(out, message.data, message.len) : status;
}
