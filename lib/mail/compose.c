/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_composer: what the program wants in its message. */
#include "mail/compose.h"

#include "base/ascii.h"
#include "crypto/idna.h"
#include "crypto/random.h"
#include "mime/hazards.h"

#include <stdlib.h>
#include <string.h>

smime_status smime_composer_new(const smime_policy *policy, int32_t carry,
                                smime_composer **ret_composer)
{
    smime_composer *composer;
    smime_status status;

    if (!ret_composer || carry < SMIME_CARRY_7BIT || carry > SMIME_CARRY_SMTPUTF8)
        return SMIME_E_INVALID_ARG;
    composer = calloc(1, sizeof *composer);
    if (!composer)
        return SMIME_E_NOMEM;
    composer->carry = carry;
    composer->text.secret = composer->html.secret = 1;
    status = smime__settings_snapshot(&composer->settings, policy);
    if (status == SMIME_OK)
        status = smime__random_public(composer->random, sizeof composer->random);
    if (status == SMIME_OK)
        status = smime__random_public(composer->identifier, sizeof composer->identifier);
    if (status < 0) {
        smime_composer_free(composer);
        return status;
    }
    *ret_composer = composer;
    return SMIME_OK;
}

static void free_field(smime__composed_field *field)
{
    if (!field)
        return;
    free(field->name);
    smime__buf_free(&field->text);
    free(field);
}

void smime_composer_free(smime_composer *composer)
{
    if (!composer)
        return;
    for (size_t i = 0; i < composer->field_count; i++)
        free_field(composer->fields[i]);
    for (size_t i = 0; i < composer->content_count; i++)
        smime__compose_free_content(composer->contents[i]);
    free(composer->fields);
    free(composer->contents);
    free(composer->message_id);
    smime__buf_free(&composer->domain);
    smime__buf_free(&composer->text);
    smime__buf_free(&composer->html);
    smime__settings_clear(&composer->settings);
    free(composer);
}

const char *smime_composer_error_text(const smime_composer *composer)
{
    return composer ? smime__error_sentence(&composer->error) : "";
}

static smime__composed_field *find(const smime_composer *composer, const char *name)
{
    for (size_t i = 0; i < composer->field_count; i++)
        if (smime__view_is(smime__view_text(name), composer->fields[i]->name))
            return composer->fields[i];
    return NULL;
}

static smime_status new_field(smime_composer *composer, const char *name,
                              smime__composed_field **ret_field)
{
    smime__composed_field *field = calloc(1, sizeof *field);
    smime_status status = SMIME_E_NOMEM;

    if (!field)
        return status;
    field->text.secret = 1;
    field->fold.to = &field->text;
    field->fold.line_end = "\r\n";
    field->fold.utf8 = composer->carry == SMIME_CARRY_SMTPUTF8;
    field->name = strdup(name);
    if (field->name)
        status = smime__fold_begin(&field->fold, name);
    if (status == SMIME_OK)
        status = smime__grow((void **)&composer->fields, composer->field_count,
                             &composer->field_room, sizeof(smime__composed_field *));
    if (status < 0) {
        free_field(field);
        return status;
    }
    composer->fields[composer->field_count++] = field;
    *ret_field = field;
    return SMIME_OK;
}

static int is_one_of(const char *name, const char *const *names)
{
    for (; *names; names++)
        if (smime__view_is(smime__view_text(name), *names))
            return 1;
    return 0;
}

static const char *const address_fields[] = { "From", "Sender", "Reply-To", "To", "Cc", "Bcc",
                                              NULL };
static const char *const reference_fields[] = { "In-Reply-To", "References", NULL };
static const char *const own_fields[] = { "Date", "Message-ID", "MIME-Version", NULL };

static int begins_with(const char *name, const char *prefix)
{
    return strlen(name) >= strlen(prefix) &&
           smime__view_is(smime__view_of(name, strlen(prefix)), prefix);
}

/* RFC 5322 3.6.6: the fields of a message that was sent again hold mailboxes as the others do. */
static int holds_mailboxes(const char *name)
{
    return is_one_of(name + (begins_with(name, "Resent-") ? strlen("Resent-") : 0),
                     address_fields);
}

smime_status smime_composer_add_field(smime_composer *composer, const char *name,
                                      const char *text)
{
    smime__composed_field *field;
    smime_status status;

    if (!composer || !name || !text)
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    if (!smime__fold_is_name(name))
        return smime__compose_refuse(composer, "a field has a name of letters, digits and \"-\"");
    if (is_one_of(name, own_fields) || begins_with(name, "Content-"))
        return smime__compose_refuse(composer, "this header field is written by the composer");
    if (holds_mailboxes(name))
        return smime__compose_refuse(composer, "this header field holds mailboxes");
    if (is_one_of(name, reference_fields))
        return smime__compose_refuse(composer, "this header field holds message identifiers");
    if (smime__view_is(smime__view_text(name), "Subject") && find(composer, name))
        return smime__compose_refuse(composer, "there is a Subject already");
    if (!smime__fold_may_write(smime__view_text(text)))
        return smime__compose_refuse(composer, "the text holds a control character or is no UTF-8");
    status = new_field(composer, name, &field);
    if (status == SMIME_OK) {
        status = smime__fold_text(&field->fold, smime__view_text(text));
        if (status < 0)
            free_field(composer->fields[--composer->field_count]);
    }
    return status;
}

/* A field of that name which is a list, and not a text that happens to have the name. */
static smime__composed_field *find_list(const smime_composer *composer, const char *name)
{
    for (size_t i = 0; i < composer->field_count; i++)
        if (composer->fields[i]->items &&
            smime__view_is(smime__view_text(name), composer->fields[i]->name))
            return composer->fields[i];
    return NULL;
}

/* One more in a list of them. What fails leaves the field as it was. */
static smime_status add_item(smime_composer *composer, const char *name, const char *separator,
                             smime_status (*put)(smime__fold *fold, const void *what),
                             const void *what)
{
    smime__composed_field *field = find_list(composer, name);
    smime__fold before;
    size_t len;
    smime_status status = SMIME_OK;

    if (!field)
        status = new_field(composer, name, &field);
    if (status < 0)
        return status;
    before = field->fold;
    len = field->text.len;
    if (field->items)
        status = smime__fold_join(&field->fold, separator);
    if (status == SMIME_OK)
        status = put(&field->fold, what);
    if (status == SMIME_OK) {
        field->items++;
        return status;
    }
    field->fold = before;
    field->text.len = len;
    if (!field->items)
        free_field(composer->fields[--composer->field_count]);
    return status;
}

typedef struct mailbox {
    smime__view name;
    smime__view address;
} mailbox;

static smime_status put_mailbox(smime__fold *fold, const void *what)
{
    const mailbox *box = what;

    return smime__fold_mailbox(fold, box->name, box->address);
}

/* The address with its domain, which begins at *ret_domain, in the form that the servers carry. */
static smime_status carried_address(const smime_composer *composer, const char *address,
                                    smime__buf *to, size_t *ret_domain)
{
    const char *at = strrchr(address, '@');
    size_t local = at ? (size_t)(at + 1 - address) : strlen(address);
    smime__view domain = smime__view_text(address + local);
    smime_status status = smime__buf_add(to, address, local);

    *ret_domain = to->len;
    if (status == SMIME_OK && composer->carry != SMIME_CARRY_SMTPUTF8 && smime__has_8bit(domain))
        return smime__idna_to_ascii(to, domain);
    return status == SMIME_OK ? smime__buf_add_view(to, domain) : status;
}

smime_status smime_composer_add_mailbox(smime_composer *composer, const char *field,
                                        const char *name, const char *address)
{
    smime__buf carried = { 0 };
    mailbox box;
    size_t domain;
    int first;
    smime_status status;

    if (!composer || !field || !address)
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    if (!holds_mailboxes(field) && !begins_with(field, "X-"))
        return smime__compose_refuse(composer, "this header field does not hold mailboxes");
    if (!smime__fold_is_name(field))
        return smime__compose_refuse(composer, "a field has a name of letters, digits and \"-\"");
    if (smime__view_is(smime__view_text(field), "Sender") && find(composer, field))
        return smime__compose_refuse(composer, "there is a Sender already");
    status = carried_address(composer, address, &carried, &domain);
    box.name = smime__view_text(name ? name : "");
    box.address = smime__buf_view(&carried);
    /* before the mailbox, which is not taken out again */
    first = !composer->domain.len && smime__view_is(smime__view_text(field), "From");
    if (status == SMIME_OK && first && carried.len > domain)
        status = smime__buf_add(&composer->domain, carried.data + domain, carried.len - domain);
    if (status == SMIME_OK)
        status = add_item(composer, field, ",", put_mailbox, &box);
    if (status < 0 && first)
        smime__buf_clear(&composer->domain);
    smime__buf_free(&carried);
    if (status != SMIME_E_INVALID_ARG)
        return status;
    return smime__compose_refuse(composer,
                                 "the mailbox is none, or the servers could not carry it");
}

int smime__compose_is_id(const smime_composer *composer, smime__view id)
{
    if (id.len < 3 || id.len > 900 || !memchr(id.data + 1, '@', id.len - 2))
        return 0;
    for (size_t i = 0; i < id.len; i++)
        if (id.data[i] <= 32 || id.data[i] == 127 || strchr("<>(),;\\\"", id.data[i]) ||
            (id.data[i] >= 128 && composer->carry != SMIME_CARRY_SMTPUTF8))
            return 0;
    return smime__utf8_valid(id.data, id.len);
}

static smime_status put_id(smime__fold *fold, const void *what)
{
    const char *id = what;
    smime__buf text = { 0 };
    smime_status status = smime__buf_format(&text, "<");

    if (status == SMIME_OK)
        status = smime__buf_add_text(&text, id);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(&text, '>');
    if (status == SMIME_OK)
        status = smime__fold_token(fold, smime__view_text(" "), smime__buf_view(&text));
    smime__buf_free(&text);
    return status;
}

smime_status smime_composer_add_reference(smime_composer *composer, const char *field,
                                          const char *id)
{
    if (!composer || !field || !id)
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    if (!is_one_of(field, reference_fields))
        return smime__compose_refuse(composer, "this field does not hold message identifiers");
    if (!smime__compose_is_id(composer, smime__view_text(id)))
        return smime__compose_refuse(composer, "this is no message identifier");
    return add_item(composer, field, "", put_id, id);
}

smime_status smime_composer_set_message_id(smime_composer *composer, const char *id)
{
    char *copy;

    if (!composer || !id)
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&composer->error);
    if (!smime__compose_is_id(composer, smime__view_text(id)))
        return smime__compose_refuse(composer, "this is no message identifier");
    copy = strdup(id);
    if (!copy)
        return SMIME_E_NOMEM;
    free(composer->message_id);
    composer->message_id = copy;
    return SMIME_OK;
}
