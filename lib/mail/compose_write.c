/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A composer's message on its way out: header fields, and parts in parts. */
#include "mail/compose.h"

#include "mime/date.h"
#include "mime/hazards.h"

#include <string.h>

static int is_8bit(const smime_composer *composer, int has, const smime__buf *text)
{
    return has && smime__compose_encoding(composer, smime__buf_view(text)) == SMIME__TEXT_8BIT;
}

typedef struct container {
    const char *type; /* with its parameters but for the boundary */
    unsigned level;   /* which boundary */
    int is_8bit;      /* something in it is */
} container;

static smime_status boundary_of(const smime_composer *composer, unsigned level, smime__buf *to)
{
    smime_status status = smime__buf_add_text(to, "=_smime_");

    for (size_t i = 0; i < sizeof composer->random && status == SMIME_OK; i++)
        status = smime__buf_format(to, "%02x", composer->random[i]);
    return status == SMIME_OK ? smime__buf_format(to, "_%u", level) : status;
}

static smime_status begin_multipart(const smime_composer *composer, smime__stage *out,
                                   const container *c)
{
    smime__buf text = { 0 };
    smime_status status = smime__buf_format(&text, "Content-Type: %s;\r\n boundary=\"", c->type);

    if (status == SMIME_OK)
        status = boundary_of(composer, c->level, &text);
    if (status == SMIME_OK)
        status = smime__buf_format(&text, "\"\r\nContent-Transfer-Encoding: %s\r\n",
                                   c->is_8bit ? "8bit" : "7bit");
    return smime__compose_put_buf(out, status, &text);
}

/* The line before a part, or behind the last one. */
static smime_status delimit(const smime_composer *composer, smime__stage *out, const container *c,
                            const char *after)
{
    smime__buf text = { 0 };
    smime_status status = smime__buf_add_text(&text, "\r\n--");

    if (status == SMIME_OK)
        status = boundary_of(composer, c->level, &text);
    if (status == SMIME_OK)
        status = smime__buf_add_text(&text, after);
    return smime__compose_put_buf(out, status, &text);
}

static smime_status begin_part(const smime_composer *composer, smime__stage *out,
                               const container *c)
{
    return delimit(composer, out, c, "\r\n");
}

static smime_status end_multipart(const smime_composer *composer, smime__stage *out,
                                  const container *c)
{
    return delimit(composer, out, c, "--\r\n");
}

/* The contents of one kind, or of all but that kind. */
static smime_status put_contents(const smime_composer *composer, smime__stage *out,
                                 const container *c, int related)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < composer->content_count && status == SMIME_OK; i++) {
        const smime__content *content = composer->contents[i];
        if ((content->kind == SMIME__CONTENT_RELATED) != related)
            continue;
        status = begin_part(composer, out, c);
        if (status < 0)
            break;
        status = content->kind == SMIME__CONTENT_MESSAGE
                     ? smime__compose_put_message(out, content)
                     : smime__compose_put_content(out, content);
    }
    return status;
}

static size_t count_related(const smime_composer *composer)
{
    size_t count = 0;

    for (size_t i = 0; i < composer->content_count; i++)
        count += composer->contents[i]->kind == SMIME__CONTENT_RELATED;
    return count;
}

/* The HTML, with what it shows. */
static smime_status put_html(smime_composer *composer, smime__stage *out)
{
    const container c = { "multipart/related; type=\"text/html\"", 3,
                          is_8bit(composer, 1, &composer->html) };
    smime_status status;

    if (!count_related(composer))
        return smime__compose_put_text(composer, out, "html", smime__buf_view(&composer->html));
    status = begin_multipart(composer, out, &c);
    if (status == SMIME_OK)
        status = begin_part(composer, out, &c);
    if (status == SMIME_OK)
        status = smime__compose_put_text(composer, out, "html", smime__buf_view(&composer->html));
    if (status == SMIME_OK)
        status = put_contents(composer, out, &c, 1);
    return status == SMIME_OK ? end_multipart(composer, out, &c) : status;
}

static int text_is_8bit(const smime_composer *composer)
{
    return is_8bit(composer, composer->has_text, &composer->text) ||
           is_8bit(composer, composer->has_html, &composer->html);
}

/* The text in the forms that it was given in. */
static smime_status put_main(smime_composer *composer, smime__stage *out)
{
    const container c = { "multipart/alternative", 2, text_is_8bit(composer) };
    smime_status status;

    if (!composer->has_html)
        return smime__compose_put_text(composer, out, "plain", smime__buf_view(&composer->text));
    if (!composer->has_text)
        return put_html(composer, out);
    status = begin_multipart(composer, out, &c);
    if (status == SMIME_OK)
        status = begin_part(composer, out, &c);
    if (status == SMIME_OK)
        status = smime__compose_put_text(composer, out, "plain", smime__buf_view(&composer->text));
    if (status == SMIME_OK)
        status = begin_part(composer, out, &c);
    if (status == SMIME_OK)
        status = put_html(composer, out);
    return status == SMIME_OK ? end_multipart(composer, out, &c) : status;
}

static int message_is_8bit(const smime_composer *composer)
{
    for (size_t i = 0; i < composer->content_count; i++)
        if (composer->contents[i]->kind == SMIME__CONTENT_MESSAGE &&
            smime__has_8bit(smime__buf_view(&composer->contents[i]->data)))
            return 1;
    return 0;
}

static smime_status put_body(smime_composer *composer, smime__stage *out)
{
    const container c = { "multipart/mixed", 1,
                          text_is_8bit(composer) || message_is_8bit(composer) };
    smime_status status;

    if (composer->content_count == count_related(composer))
        return put_main(composer, out);
    status = begin_multipart(composer, out, &c);
    if (status == SMIME_OK && (composer->has_text || composer->has_html)) {
        status = begin_part(composer, out, &c);
        if (status == SMIME_OK)
            status = put_main(composer, out);
    }
    if (status == SMIME_OK)
        status = put_contents(composer, out, &c, 0);
    return status == SMIME_OK ? end_multipart(composer, out, &c) : status;
}

static size_t mailboxes_in(const smime_composer *composer, const char *name)
{
    for (size_t i = 0; i < composer->field_count; i++)
        if (smime__view_is(smime__view_text(name), composer->fields[i]->name))
            return composer->fields[i]->items;
    return 0;
}

/* RFC 5322 3.6: what every message has. */
static smime_status check(smime_composer *composer)
{
    if (!mailboxes_in(composer, "From"))
        return smime__compose_refuse(composer, "the message has no From");
    if (mailboxes_in(composer, "From") > 1 && !mailboxes_in(composer, "Sender"))
        return smime__compose_refuse(composer, "several mailboxes in From need a Sender");
    if (!composer->has_html && count_related(composer))
        return smime__compose_refuse(composer, "pictures of an HTML text, and no HTML");
    if (composer->has_functions && composer->written)
        return smime__fail(&composer->error, SMIME_E_STATE,
                           "the message was written, and its contents come only once");
    composer->written = 1;
    return SMIME_OK;
}

/* Random, as nobody counts the messages of a domain. */
static smime_status put_message_id(smime_composer *composer, smime__buf *to)
{
    smime_status status = smime__buf_add_text(to, "Message-ID: <");

    if (status == SMIME_OK && composer->message_id)
        status = smime__buf_add_text(to, composer->message_id);
    if (status == SMIME_OK && !composer->message_id) {
        for (size_t i = 0; i < sizeof composer->identifier && status == SMIME_OK; i++)
            status = smime__buf_format(to, "%02x", composer->identifier[i]);
        if (status == SMIME_OK)
            status = smime__buf_add_byte(to, '@');
        if (status == SMIME_OK)
            status = smime__buf_add_view(to, smime__buf_view(&composer->domain));
    }
    return status == SMIME_OK ? smime__buf_add_text(to, ">\r\n") : status;
}

static smime_status put_header(smime_composer *composer, smime__stage *out)
{
    smime__buf text = { 0 };
    char date[SMIME__DATE_SIZE];
    smime_status status;

    smime__date_format(date, composer->settings.time);
    status = smime__buf_format(&text, "Date: %s\r\n", date);
    for (size_t i = 0; i < composer->field_count && status == SMIME_OK; i++) {
        status = smime__buf_add_view(&text, smime__buf_view(&composer->fields[i]->text));
        if (status == SMIME_OK)
            status = smime__buf_add_text(&text, "\r\n");
    }
    if (status == SMIME_OK)
        status = put_message_id(composer, &text);
    if (status == SMIME_OK)
        status = smime__buf_add_text(&text, "MIME-Version: 1.0\r\n");
    return smime__compose_put_buf(out, status, &text);
}

typedef struct sink {
    smime__stage stage;
    smime_write_function write;
    void *user_data;
    uint8_t last;
} sink;

static smime_status sink_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    sink *self = (sink *)stage;
    smime_status status;

    self->last = data[len - 1];
    status = self->write(data, len, self->user_data);
    return status < 0 ? status : SMIME_OK;
}

smime_status smime_composer_write(smime_composer *composer, smime_write_function write,
                                  void *user_data)
{
    sink out = { { sink_write, NULL, NULL, NULL }, write, user_data, 0 };
    smime_status status;

    if (!composer || !write)
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    status = check(composer);
    if (status == SMIME_OK)
        status = put_header(composer, &out.stage);
    if (status == SMIME_OK)
        status = put_body(composer, &out.stage);
    if (status == SMIME_OK && out.last != '\n')
        status = smime__compose_put(&out.stage, "\r\n");
    return status;
}

static smime_status collect(const uint8_t *data, size_t len, void *user_data)
{
    return smime__buf_add(user_data, data, len);
}

smime_status smime_composer_buffer(smime_composer *composer, uint8_t **ret_data, size_t *ret_len)
{
    smime__buf text = { 0 };
    smime_status status;

    if (!composer || !ret_data || !ret_len)
        return SMIME_E_INVALID_ARG;
    status = smime_composer_write(composer, collect, &text);
    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&text);
        return status;
    }
    *ret_data = text.data;
    *ret_len = text.len;
    return SMIME_OK;
}
