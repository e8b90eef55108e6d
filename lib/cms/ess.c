/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/ess.h"

#include "base/ascii.h"
#include "crypto/random.h"

#include <string.h>

#define IDENTIFIER 24

int smime__ess_value(const void *values, size_t len, smime__view *ret_whole)
{
    smime__der der = smime__der_cursor(smime__view_of(values, values ? len : 0)), set;

    return smime__der_enter(&der, SMIME__SET, &set) && smime__der_done(&der) &&
           smime__der_next(&set, NULL, NULL, ret_whole) && smime__der_done(&set);
}

smime_status smime__ess_give(smime_status status, smime__buf *made, uint8_t **ret_der,
                             size_t *ret_len)
{
    if (status < 0) {
        smime__buf_free(made);
        return status;
    }
    *ret_der = made->data;
    *ret_len = made->len;
    return SMIME_OK;
}

smime_status smime__ess_add_oid(smime__buf *to, uint8_t tag, const char *dotted)
{
    smime__buf oid = { 0 };
    smime_status status = smime__oid_parse(&oid, dotted);

    if (status == SMIME_OK)
        status = smime__der_add_view(to, tag, smime__buf_view(&oid));
    smime__buf_free(&oid);
    return status;
}

char *smime__ess_oid_text(smime__view oid)
{
    smime__buf text = { 0 };

    if (smime__oid_format(&text, oid) == SMIME_OK && smime__buf_text(&text))
        return (char *)text.data;
    smime__buf_free(&text);
    return NULL;
}

smime_status smime__ess_add_addresses(smime__buf *to, uint8_t tag, const char *const *addresses,
                                      size_t count)
{
    size_t list, each;
    smime_status status = smime__der_begin(to, tag, &list);

    for (size_t i = 0; i < count && status == SMIME_OK; i++) {
        if (!addresses[i] || !smime__mailbox_compare(addresses[i], addresses[i]))
            return SMIME_E_INVALID_ARG;
        for (const char *c = addresses[i]; *c; c++)
            if (*c & 0x80) /* rfc822Name is ASCII */
                return SMIME_E_INVALID_ARG;
        status = smime__der_begin(to, SMIME__SEQUENCE, &each);
        if (status == SMIME_OK)
            status = smime__der_add_view(to, SMIME__CONTEXT(1), smime__view_text(addresses[i]));
        if (status == SMIME_OK)
            status = smime__der_end(to, each);
    }
    return status == SMIME_OK ? smime__der_end(to, list) : status;
}

smime_status smime__ess_add_identifier(smime__buf *to, const void *id, size_t len)
{
    uint8_t random[IDENTIFIER];
    smime_status status = id ? SMIME_OK : smime__random_public(random, sizeof random);

    if (id && !len)
        return SMIME_E_INVALID_ARG;
    return status == SMIME_OK ? smime__der_add(to, SMIME__OCTET_STRING, id ? id : random,
                                               id ? len : sizeof random)
                              : status;
}

smime_status smime_ess_make_identifier(const void *id, size_t len, uint8_t **ret_der,
                                       size_t *ret_len)
{
    smime__buf made = { 0 };

    if (!ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    return smime__ess_give(smime__ess_add_identifier(&made, id, len), &made, ret_der, ret_len);
}

smime_status smime_ess_make_hint(const char *description, const char *content_type,
                                 uint8_t **ret_der, size_t *ret_len)
{
    smime__view text = smime__view_text(description);
    smime__buf made = { 0 };
    size_t mark;
    smime_status status;

    if (!content_type || !ret_der || !ret_len ||
        (description && (!text.len || !smime__utf8_valid(text.data, text.len))))
        return SMIME_E_INVALID_ARG;
    status = smime__der_begin(&made, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK && description)
        status = smime__der_add_view(&made, SMIME__UTF8_STRING, text);
    if (status == SMIME_OK)
        status = smime__ess_add_oid(&made, SMIME__OBJECT_ID, content_type);
    if (status == SMIME_OK)
        status = smime__der_end(&made, mark);
    return smime__ess_give(status, &made, ret_der, ret_len);
}

smime_status smime_ess_read_hint(const void *values, size_t len, char **ret_description,
                                 char **ret_content_type)
{
    smime__view whole, description = { NULL, 0 }, type;
    smime__der der, in;
    char *text = NULL, *type_text;

    if (!values || !ret_description || !ret_content_type)
        return SMIME_E_INVALID_ARG;
    if (!smime__ess_value(values, len, &whole))
        return SMIME_E_CMS_SYNTAX;
    der = smime__der_cursor(whole);
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) ||
        (smime__der_peek(&in) == SMIME__UTF8_STRING &&
         (!smime__der_take(&in, SMIME__UTF8_STRING, &description) || !description.len ||
          !smime__utf8_valid(description.data, description.len) ||
          memchr(description.data, 0, description.len))) ||
        !smime__der_take_oid(&in, &type) || !smime__der_done(&in))
        return SMIME_E_CMS_SYNTAX;
    type_text = smime__ess_oid_text(type);
    if (description.len)
        text = smime__view_dup(description);
    if (!type_text || (description.len && !text)) {
        smime_free(type_text);
        smime_free(text);
        return SMIME_E_NOMEM;
    }
    *ret_description = text;
    *ret_content_type = type_text;
    return SMIME_OK;
}
