/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A message that is being written. */
#ifndef SMIME_MAIL_COMPOSE_H
#define SMIME_MAIL_COMPOSE_H

#include "base/settings.h"
#include "base/stage.h"
#include "mime/fold.h"

#include <smime/compose.h>

/* A header field, without its line end. */
typedef struct smime__composed_field {
    char *name;
    smime__buf text;
    smime__fold fold;
    size_t items; /* mailboxes or identifiers in it */
} smime__composed_field;

enum { SMIME__CONTENT_RELATED, SMIME__CONTENT_ATTACHED, SMIME__CONTENT_MESSAGE };

/* What is attached in some way. */
typedef struct smime__content {
    int kind;
    char *type;
    char *filename;   /* or NULL */
    char *content_id; /* or NULL */
    smime__buf data;
    smime_content_function function; /* in place of data */
    void *user_data;
    void (*destroy)(void *user_data);
} smime__content;

struct smime_composer {
    smime__error error;
    smime__settings settings;
    int32_t carry;
    smime__composed_field **fields;
    size_t field_count, field_room;
    char *message_id;
    smime__buf domain; /* of From */
    smime__buf text, html; /* with CRLF */
    int has_text, has_html;
    smime__content **contents;
    size_t content_count, content_room;
    uint8_t random[12];     /* of the boundaries */
    uint8_t identifier[16]; /* of the message */
    int has_functions, written;
};

smime_status smime__compose_refuse(smime_composer *composer, const char *text);
void smime__compose_free_content(smime__content *content);
/* 1 for an identifier of a message or content, without brackets, that can be carried. */
int smime__compose_is_id(const smime_composer *composer, smime__view id);
/* How a text is written. */
enum { SMIME__TEXT_7BIT, SMIME__TEXT_8BIT, SMIME__TEXT_QP, SMIME__TEXT_BASE64 };
int smime__compose_encoding(const smime_composer *composer, smime__view text);

smime_status smime__compose_put(smime__stage *out, const char *text);
/* Writes @p text while @p status is good, and frees it in any case. */
smime_status smime__compose_put_buf(smime__stage *out, smime_status status, smime__buf *text);

/* Parts, from their first header field to their last byte. */
smime_status smime__compose_put_text(smime_composer *composer, smime__stage *out,
                                     const char *subtype, smime__view text);
smime_status smime__compose_put_content(smime__stage *out, const smime__content *content);
smime_status smime__compose_put_message(smime__stage *out, const smime__content *content);

#endif
