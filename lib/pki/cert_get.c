/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_cert: every field that a caller may want. */
#include "pki/cert.h"

#include "base/ascii.h"
#include "pki/distribution_point.h"
#include "pki/field.h"
#include "pki/general_name.h"
#include "pki/name_constraints.h"

const uint8_t *smime_cert_field(const smime_cert *cert, int32_t field, size_t *ret_len)
{
    const smime__view none = { NULL, 0 };

    if (!cert)
        return smime__field_tell(none, ret_len);
    switch (field) {
    case SMIME_FIELD_TBS:
        return smime__field_tell(cert->tbs, ret_len);
    case SMIME_FIELD_SIGNATURE_ALGORITHM:
        return smime__field_tell(cert->signature_algorithm, ret_len);
    case SMIME_FIELD_SIGNATURE:
        return smime__field_tell(cert->signature, ret_len);
    case SMIME_FIELD_SERIAL:
        return smime__field_tell(cert->serial, ret_len);
    case SMIME_FIELD_ISSUER:
        return smime__field_tell(cert->issuer, ret_len);
    case SMIME_FIELD_SUBJECT:
        return smime__field_tell(cert->subject, ret_len);
    case SMIME_FIELD_PUBLIC_KEY:
        return smime__field_tell(cert->spki, ret_len);
    case SMIME_FIELD_SUBJECT_KEY_ID:
        return smime__field_tell(cert->subject_key_id, ret_len);
    case SMIME_FIELD_AUTHORITY_KEY_ID:
        return smime__field_tell(cert->authority_key_id, ret_len);
    default:
        return smime__field_tell(none, ret_len);
    }
}

int32_t smime_cert_version(const smime_cert *cert)
{
    return cert ? cert->version : 0;
}

const char *smime_cert_key_kind(const smime_cert *cert)
{
    return smime__key_kind_name(cert && cert->key ? smime__pubkey_kind(cert->key)
                                                  : SMIME__KEY_UNKNOWN);
}

uint32_t smime_cert_key_bits(const smime_cert *cert)
{
    return cert && cert->key ? smime__pubkey_bits(cert->key) : 0;
}

int32_t smime_cert_key_usage(const smime_cert *cert)
{
    return cert && cert->has_key_usage ? (int32_t)cert->key_usage : -1;
}

int32_t smime_cert_is_ca(const smime_cert *cert)
{
    return cert ? cert->is_ca : 0;
}

int32_t smime_cert_path_length(const smime_cert *cert)
{
    return cert ? cert->path_length : -1;
}

/* One of the lists, walked: next tells an entry's text, or SMIME_E_NOT_FOUND at the end. */
typedef struct walk {
    smime__der at;
    smime__der names; /* URIs inside the present entry */
    int32_t list;
} walk;

static smime__der inside_of(smime__view value)
{
    smime__der der = smime__der_cursor(value), inside = smime__der_cursor(smime__view_of(NULL, 0));

    smime__der_enter(&der, SMIME__SEQUENCE, &inside);
    return inside;
}

static smime_status begin(walk *w, const smime_cert *cert)
{
    smime__name_constraints subtrees = { { NULL, 0 }, { NULL, 0 } };

    w->names = smime__der_cursor(smime__view_of(NULL, 0));
    switch (w->list) {
    case SMIME_ITEM_PURPOSE:
        w->at = smime__der_cursor(cert->ekus);
        return SMIME_OK;
    case SMIME_ITEM_POLICY:
        w->at = inside_of(cert->policies);
        return SMIME_OK;
    case SMIME_ITEM_NAME:
        w->at = smime__der_cursor(cert->alt_names);
        return SMIME_OK;
    case SMIME_ITEM_CRL:
        w->at = inside_of(cert->distribution_points);
        return SMIME_OK;
    case SMIME_ITEM_DELTA_CRL:
        w->at = inside_of(cert->freshest_crl);
        return SMIME_OK;
    case SMIME_ITEM_OCSP:
    case SMIME_ITEM_ISSUER:
        w->at = inside_of(cert->access);
        return SMIME_OK;
    case SMIME_ITEM_PERMITTED:
    case SMIME_ITEM_EXCLUDED:
        smime__name_constraints_read(cert->name_constraints, &subtrees);
        w->at = smime__der_cursor(w->list == SMIME_ITEM_PERMITTED ? subtrees.permitted
                                                                  : subtrees.excluded);
        return SMIME_OK;
    default:
        return SMIME_E_INVALID_ARG;
    }
}

/* The next URI among the full names of distribution points. */
static int next_point_uri(walk *w, smime__view *ret)
{
    smime__distribution_point point;
    smime__general_name name;

    for (;;) {
        while (smime__general_name_take(&w->names, &name))
            if (name.form == SMIME__NAME_URI) {
                *ret = name.content;
                return 1;
            }
        if (!smime__distribution_point_take(&w->at, &point))
            return 0;
        w->names = smime__der_cursor(point.name.full);
    }
}

/* AccessDescription, RFC 5280 4.2.2.1. */
static int next_access_uri(walk *w, smime__view *ret)
{
    smime__oid wanted = w->list == SMIME_ITEM_OCSP ? SMIME__OID_AD_OCSP : SMIME__OID_AD_CA_ISSUERS;
    smime__der each;
    smime__view method;
    smime__general_name name;

    while (smime__der_enter(&w->at, SMIME__SEQUENCE, &each))
        if (smime__der_take_oid(&each, &method) && smime__oid_find(method) == wanted &&
            smime__general_name_take(&each, &name) && name.form == SMIME__NAME_URI) {
            *ret = name.content;
            return 1;
        }
    return 0;
}

static smime_status next_name(walk *w, smime__buf *to)
{
    smime__der each;
    smime__general_name name;

    if (w->list == SMIME_ITEM_NAME)
        each = w->at;
    else if (!smime__der_enter(&w->at, SMIME__SEQUENCE, &each))
        return SMIME_E_NOT_FOUND;
    if (!smime__general_name_take(&each, &name))
        return SMIME_E_NOT_FOUND;
    if (w->list == SMIME_ITEM_NAME)
        w->at = each;
    return smime__general_name_text(to, &name);
}

static smime_status next_identifier(walk *w, smime__buf *to)
{
    smime__der each;
    smime__view id;

    if (w->list == SMIME_ITEM_PURPOSE)
        return smime__der_take_oid(&w->at, &id) ? smime__oid_format(to, id) : SMIME_E_NOT_FOUND;
    return smime__der_enter(&w->at, SMIME__SEQUENCE, &each) && smime__der_take_oid(&each, &id)
               ? smime__oid_format(to, id)
               : SMIME_E_NOT_FOUND;
}

static smime_status next(walk *w, smime__buf *to)
{
    smime__view uri;
    int found;

    switch (w->list) {
    case SMIME_ITEM_PURPOSE:
    case SMIME_ITEM_POLICY:
        return next_identifier(w, to);
    case SMIME_ITEM_CRL:
    case SMIME_ITEM_DELTA_CRL:
        found = next_point_uri(w, &uri);
        break;
    case SMIME_ITEM_OCSP:
    case SMIME_ITEM_ISSUER:
        found = next_access_uri(w, &uri);
        break;
    default:
        return next_name(w, to);
    }
    return found ? smime__utf8_clean(to, uri) : SMIME_E_NOT_FOUND;
}

smime_status smime_cert_item(const smime_cert *cert, int32_t list, size_t index, char **ret_text)
{
    walk w = { .list = list };
    smime__buf text = { 0 };
    smime_status status;

    if (!cert || !ret_text)
        return SMIME_E_INVALID_ARG;
    status = begin(&w, cert);
    for (size_t i = 0; i <= index && status == SMIME_OK; i++) {
        smime__buf_clear(&text);
        status = next(&w, &text);
    }
    if (status < 0) {
        smime__buf_free(&text);
        return status;
    }
    return smime__text_tell(&text, ret_text);
}

smime_status smime_cert_extension(const smime_cert *cert, size_t index, char **ret_oid,
                                  int32_t *ret_critical, const uint8_t **ret_value,
                                  size_t *ret_len)
{
    return cert ? smime__extension_tell(cert->extensions, index, ret_oid, ret_critical, ret_value,
                                        ret_len)
                : SMIME_E_INVALID_ARG;
}
