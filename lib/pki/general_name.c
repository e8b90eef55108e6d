/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/general_name.h"

#include "base/ascii.h"
#include "pki/name.h"

#include <string.h>

static int read_other(smime__view content, smime__general_name *ret)
{
    smime__der der = smime__der_cursor(content);

    return smime__der_take_oid(&der, &ret->type) &&
           smime__der_take(&der, SMIME__CONTEXT_C(0), &ret->content) && smime__der_done(&der);
}

static int read_directory(smime__view content, smime__general_name *ret)
{
    ret->content = content;
    return smime__name_check(content);
}

int smime__general_name_take(smime__der *names, smime__general_name *ret)
{
    smime__der copy = *names;
    smime__general_name made = { 0, { NULL, 0 }, { NULL, 0 } };
    smime__view content;
    uint8_t tag;
    int good;

    if (!smime__der_next(&copy, &tag, &content, NULL))
        return 0;
    made.form = tag & 0x1f;
    made.content = content;
    switch (tag) {
    case SMIME__CONTEXT_C(SMIME__NAME_OTHER):
        good = read_other(content, &made);
        break;
    case SMIME__CONTEXT_C(SMIME__NAME_DIRECTORY):
        good = read_directory(content, &made);
        break;
    case SMIME__CONTEXT(SMIME__NAME_REGISTERED_ID):
        good = smime__oid_check(content);
        break;
    case SMIME__CONTEXT(SMIME__NAME_RFC822):
    case SMIME__CONTEXT(SMIME__NAME_DNS):
    case SMIME__CONTEXT_C(SMIME__NAME_X400):
    case SMIME__CONTEXT_C(SMIME__NAME_EDI_PARTY):
    case SMIME__CONTEXT(SMIME__NAME_URI):
    case SMIME__CONTEXT(SMIME__NAME_IP):
        good = 1;
        break;
    default:
        good = 0;
    }
    if (!good)
        return 0;
    *ret = made;
    *names = copy;
    return 1;
}

int smime__general_names_check(smime__view content)
{
    smime__der names = smime__der_cursor(content);
    smime__general_name each;

    if (smime__der_done(&names))
        return 0;
    while (smime__general_name_take(&names, &each))
        ;
    return smime__der_done(&names);
}

smime_status smime__general_name_canonical(smime__buf *to, const smime__general_name *name)
{
    smime_status status = smime__buf_add_byte(to, (uint8_t)name->form);

    if (status == SMIME_OK && name->form == SMIME__NAME_DIRECTORY)
        return smime__name_canonical(to, name->content);
    if (status == SMIME_OK && name->form == SMIME__NAME_OTHER)
        status = smime__der_add_view(to, SMIME__OBJECT_ID, name->type);
    return status == SMIME_OK ? smime__buf_add_view(to, name->content) : status;
}

static smime_status add_hex(smime__buf *to, smime__view bytes)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < bytes.len && status == SMIME_OK; i++)
        status = smime__buf_format(to, "%02x", bytes.data[i]);
    return status;
}

static smime_status add_address(smime__buf *to, smime__view bytes)
{
    smime_status status = SMIME_OK;

    if (bytes.len != 4)
        return add_hex(to, bytes);
    for (size_t i = 0; i < 4 && status == SMIME_OK; i++)
        status = smime__buf_format(to, "%s%u", i ? "." : "", bytes.data[i]);
    return status;
}

static smime_status add_other(smime__buf *to, const smime__general_name *name)
{
    smime__der der = smime__der_cursor(name->content);
    smime__view text;
    smime_status status = smime__oid_format(to, name->type);

    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, ':');
    if (status == SMIME_OK && smime__der_take(&der, SMIME__UTF8_STRING, &text))
        return smime__utf8_clean(to, text);
    return status == SMIME_OK ? add_hex(to, name->content) : status;
}

smime_status smime__general_name_text(smime__buf *to, const smime__general_name *name)
{
    static const char *const forms[] = { "other", "rfc822", "dns", "x400", "directory",
                                         "edi-party", "uri", "ip", "registered-id" };
    smime_status status = smime__buf_format(to, "%s:", forms[name->form]);

    if (status < 0)
        return status;
    switch (name->form) {
    case SMIME__NAME_OTHER:
        return add_other(to, name);
    case SMIME__NAME_DIRECTORY:
        return smime__name_text(to, name->content);
    case SMIME__NAME_IP:
        return add_address(to, name->content);
    case SMIME__NAME_REGISTERED_ID:
        return smime__oid_format(to, name->content);
    case SMIME__NAME_X400:
    case SMIME__NAME_EDI_PARTY:
        return add_hex(to, name->content);
    default:
        return smime__utf8_clean(to, name->content);
    }
}

smime_status smime__general_names_have(smime__view content, smime__view wanted,
                                       smime__budget *budget, smime__error *error, int *ret_have)
{
    smime__der names = smime__der_cursor(content);
    smime__buf canonical = { 0 };
    smime__general_name each;
    smime_status status = SMIME_OK;

    *ret_have = 0;
    while (status == SMIME_OK && !*ret_have && smime__general_name_take(&names, &each)) {
        smime__buf_clear(&canonical);
        status = smime__budget_name(budget, error);
        if (status == SMIME_OK)
            status = smime__general_name_canonical(&canonical, &each);
        *ret_have = smime__view_equal(smime__buf_view(&canonical), wanted);
    }
    smime__buf_free(&canonical);
    return status;
}
