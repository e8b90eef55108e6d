/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/attributes.h"
#include "cms/identifier.h"
#include "cms/signer_info.h"
#include "cms/signing_certificate.h"

#include "base/secret.h"

#include <stdio.h>
#include <string.h>

typedef struct signer_info {
    int version;
    smime__identifier sid;
    smime__algorithm digest;
    smime__view digest_whole;
    int has_attributes;
    smime__view attributes; /* elements, in the order of the message */
    smime__algorithm signature;
    smime__view signature_whole;
    smime__view value;
    smime__view unsigned_attributes;
} signer_info;

static int take_algorithm(smime__der *der, smime__algorithm *ret, smime__view *ret_whole)
{
    const uint8_t *start = der->at;

    if (!smime__algorithm_take(der, ret))
        return 0;
    *ret_whole = smime__view_of(start, (size_t)(der->at - start));
    return 1;
}

static int read_signer_info(smime__view view, signer_info *ret)
{
    smime__der der = smime__der_cursor(view), in;

    memset(ret, 0, sizeof *ret);
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) || !smime__der_done(&der) ||
        !smime__der_take_small(&in, &ret->version) || !smime__identifier_take(&in, &ret->sid) ||
        !take_algorithm(&in, &ret->digest, &ret->digest_whole))
        return 0;
    ret->has_attributes = smime__der_take(&in, SMIME__CONTEXT_C(0), &ret->attributes);
    if (!take_algorithm(&in, &ret->signature, &ret->signature_whole) ||
        !smime__der_take(&in, SMIME__OCTET_STRING, &ret->value))
        return 0;
    smime__der_take(&in, SMIME__CONTEXT_C(1), &ret->unsigned_attributes);
    return smime__der_done(&in);
}

static void judge(smime__signer_result *ret, int verdict, const char *reason, const char *text)
{
    if (ret->reason)
        return;
    ret->verdict = verdict;
    ret->reason = reason;
    snprintf(ret->text, sizeof ret->text, "%s", text);
}

static void bad(smime__signer_result *ret, const char *reason, const char *text)
{
    judge(ret, SMIME__SIGNER_BAD, reason, text);
}

/* The digest that the signer used is not at hand. */
static void judge_missing(const smime__signer_context *context, smime__signer_result *ret)
{
    if (context->no_content)
        judge(ret, SMIME__SIGNER_INDETERMINATE, "content-missing",
              "what was signed is not in the structure, and was not given");
    else
        judge(ret, SMIME__SIGNER_INDETERMINATE, "digest-not-computed",
              "the digest algorithm announced is not the one that the signer used");
}

/* RFC 5652 5.3: 1 by issuer and serial number, 3 by key identifier. */
static void check_version(const signer_info *info, smime__signer_result *ret)
{
    if (info->version != (info->sid.key_id.len ? 3 : 1))
        bad(ret, "signer-malformed", "the version of a SignerInfo does not fit its identifier");
}

static void check_algorithms(const smime__signer_context *context, const signer_info *info,
                             const smime__signature_kind *how, smime__signer_result *ret)
{
    ret->hash = smime__algorithm_hash(&info->digest);
    ret->scheme = how->scheme;
    if (ret->hash == SMIME__HASH_NONE || how->scheme == SMIME__SCHEME_NONE)
        judge(ret, SMIME__SIGNER_INDETERMINATE, "unsupported-algorithm",
              "the digest or signature algorithm of a signer is not supported");
    else if (how->hash != ret->hash)
        bad(ret, "algorithm-mismatch",
            "the digest algorithm of a signer is not the one its signature names");
    ret->weak = ret->hash == SMIME__HASH_SHA1 || how->scheme == SMIME__SCHEME_DSA;
    if (!smime__algorithm_is_allowed(&context->settings->rules, how))
        bad(ret, "weak-algorithm",
            ret->hash == SMIME__HASH_SHA1    ? "a signature uses SHA-1, which can be forged"
            : how->scheme == SMIME__SCHEME_DSA
                ? "a signature uses DSA, which is no longer relied on"
                : "a signature uses an algorithm that the policy does not allow");
}

/* RFC 6211 and RFC 8933: what was declared is what was used. */
static void check_protection(const signer_info *info, smime__signer_result *ret)
{
    smime__view value, digest, signature;
    smime__der der, in;
    int found = smime__attribute_find(info->attributes, SMIME__OID_ALGORITHM_PROTECTION, &value);

    if (found == SMIME__ATTR_ABSENT)
        return;
    der = smime__der_cursor(value);
    if (found == SMIME__ATTR_BROKEN || !smime__der_enter(&der, SMIME__SEQUENCE, &in) ||
        smime__der_peek(&in) != SMIME__SEQUENCE ||
        !smime__der_next(&in, NULL, NULL, &digest) ||
        smime__der_peek(&in) != SMIME__CONTEXT_C(1) ||
        !smime__der_next(&in, NULL, NULL, &signature) || !smime__der_done(&in)) {
        bad(ret, "attribute-malformed", "the algorithm protection of a signer is malformed");
        return;
    }
    if (!smime__view_equal(digest, info->digest_whole) ||
        signature.len != info->signature_whole.len ||
        memcmp(signature.data + 1, info->signature_whole.data + 1, signature.len - 1) != 0)
        bad(ret, "algorithm-mismatch", "a signer's algorithms are not those it protected");
}

static void check_certificate_id(const signer_info *info, const smime_cert *cert,
                                 smime__signer_result *ret)
{
    int bound = smime__signing_certificate_check(info->attributes, cert);

    if (bound == SMIME__BOUND_MALFORMED)
        bad(ret, "attribute-malformed", "the signing certificate attribute is malformed");
    else if (bound == SMIME__BOUND_ELSEWHERE)
        bad(ret, "certificate-mismatch", "the signature names another certificate");
}

static void read_time(const signer_info *info, smime__signer_result *ret)
{
    smime__view value;
    smime__der der;
    int found = smime__attribute_find(info->attributes, SMIME__OID_SIGNING_TIME, &value);

    if (found == SMIME__ATTR_ABSENT)
        return;
    der = smime__der_cursor(value);
    if (found == SMIME__ATTR_BROKEN || !smime__der_take_time(&der, &ret->time) ||
        !smime__der_done(&der))
        bad(ret, "attribute-malformed", "the signing time of a signer is malformed or doubled");
    else
        ret->has_time = 1;
}

static void check_content_type(const smime__signer_context *context, const signer_info *info,
                               smime__signer_result *ret)
{
    smime__view value, type;
    smime__der der;
    int found = smime__attribute_find(info->attributes, SMIME__OID_CONTENT_TYPE, &value);

    if (context->is_counter) { /* RFC 5652 11.4: it must not be there */
        if (found != SMIME__ATTR_ABSENT)
            bad(ret, "attribute-malformed", "a countersignature has a content type");
        return;
    }
    if (found != SMIME__ATTR_FOUND) {
        bad(ret, "attribute-malformed",
            "the content type attribute of a signer is missing, doubled or malformed");
        return;
    }
    der = smime__der_cursor(value);
    if (!smime__der_take_oid(&der, &type) || !smime__der_done(&der))
        bad(ret, "attribute-malformed", "the content type attribute of a signer is no type");
    else if (!smime__view_equal(type, context->content_type))
        bad(ret, "content-type-mismatch", "a signer signed another type of content");
}

static void check_digest(const smime__signer_context *context, const signer_info *info,
                         smime__signer_result *ret)
{
    smime__view value, digest;
    smime__der der;
    const uint8_t *own;
    int found = smime__attribute_find(info->attributes, SMIME__OID_MESSAGE_DIGEST, &value);

    if (found == SMIME__ATTR_FOUND)
        der = smime__der_cursor(value);
    if (found != SMIME__ATTR_FOUND || !smime__der_take(&der, SMIME__OCTET_STRING, &digest) ||
        !smime__der_done(&der)) {
        bad(ret, "attribute-malformed",
            "the message digest of a signer is missing, doubled or malformed");
        return;
    }
    ret->message_digest = digest;
    own = context->digest(context->digest_user, ret->hash);
    if (!own)
        judge_missing(context, ret);
    else if (digest.len != smime__hash_size(ret->hash) ||
             !smime__secret_equal(digest.data, own, digest.len))
        bad(ret, "content-changed", "the content is not what was signed");
}

/* RFC 5652 11, RFC 6211 2, RFC 5035 5.4: these are signed or they are nothing. */
static smime_status check_unsigned(const smime__signer_context *context, const signer_info *info,
                                   smime__signer_result *ret)
{
    static const smime__oid signed_only[] = {
        SMIME__OID_CONTENT_TYPE,         SMIME__OID_MESSAGE_DIGEST,
        SMIME__OID_SIGNING_TIME,         SMIME__OID_ALGORITHM_PROTECTION,
        SMIME__OID_SIGNING_CERTIFICATE,  SMIME__OID_SIGNING_CERTIFICATE_V2,
    };
    size_t count = smime__attribute_count(info->unsigned_attributes);
    smime__view value;

    if (count == SIZE_MAX)
        bad(ret, "attribute-malformed", "the unsigned attributes of a signer are malformed");
    for (size_t i = 0; i < sizeof signed_only / sizeof signed_only[0]; i++)
        if (smime__attribute_find(info->unsigned_attributes, signed_only[i], &value) !=
            SMIME__ATTR_ABSENT)
            bad(ret, "attribute-malformed",
                "an attribute that must be signed stands among the unsigned ones");
    return smime__limit_check(&context->budget->limits, SMIME_LIMIT_ATTRIBUTES,
                              count == SIZE_MAX ? 0 : count, context->error);
}

static void find_certificate(const smime__signer_context *context, const signer_info *info,
                             smime__signer_result *ret)
{
    for (size_t p = 0; p < sizeof context->pools / sizeof context->pools[0]; p++)
        if (context->pools[p] && !ret->cert)
            ret->cert = smime_cert_ref(smime__identifier_find(&info->sid, context->pools[p]));
    if (ret->cert)
        return;
    judge(ret, SMIME__SIGNER_INDETERMINATE, "no-certificate",
          "the certificate of a signer was not found");
}

/* The signature over the attributes as DER, or over the content where there are none. */
static smime_status check_signature(const smime__signer_context *context,
                                    const signer_info *info, const smime__signature_kind *how,
                                    smime__signer_result *ret)
{
    smime__buf sorted = { 0 }, set = { 0 };
    const uint8_t *digest = NULL;
    smime_status status = smime__budget_signature(context->budget, context->error);
    int good;

    if (status < 0)
        return status;
    if (!info->has_attributes) {
        digest = context->digest(context->digest_user, ret->hash);
        if (!digest) {
            judge_missing(context, ret);
            return SMIME_OK;
        }
        good = smime__pubkey_verify(ret->cert->key, how,
                                    smime__view_of(digest, smime__hash_size(ret->hash)), 1,
                                    info->value);
        if (!good)
            bad(ret, "content-changed", "the content is not what was signed");
        return SMIME_OK;
    }
    status = smime__der_sort_set(&sorted, info->attributes);
    if (status == SMIME_OK)
        status = smime__der_add_view(&set, SMIME__SET, smime__buf_view(&sorted));
    if (status == SMIME_OK &&
        !smime__pubkey_verify(ret->cert->key, how, smime__buf_view(&set), 0, info->value))
        bad(ret, "bad-signature", "a signature does not fit the signer's key");
    smime__buf_free(&sorted);
    smime__buf_free(&set);
    return status;
}

/* The certificate is the message's own and nobody vouched for it yet: its key must not make one
 * check take minutes. */
static void check_key(smime__signer_result *ret)
{
    if (ret->cert && !ret->cert->key)
        judge(ret, SMIME__SIGNER_INDETERMINATE, "unsupported-algorithm",
              "the kind of a signer's key is not supported");
    else if (ret->cert && smime__cert_key_is_huge(ret->cert))
        judge(ret, SMIME__SIGNER_INDETERMINATE, "unsupported-algorithm",
              "a signer's RSA key is out of all proportion");
}

static smime_status check_attributes(const smime__signer_context *context,
                                     const signer_info *info, const smime__signature_kind *how,
                                     smime__signer_result *ret)
{
    size_t count = smime__attribute_count(info->attributes);
    smime_status status;

    if (!info->has_attributes) {
        if (!context->is_counter &&
            !smime__view_equal(context->content_type, smime__oid_bytes(SMIME__OID_DATA)))
            bad(ret, "attribute-malformed",
                "signed attributes are missing where the content is not plain data");
        if (smime__attributes_alike(context->content_head, context->content_length))
            bad(ret, "attribute-malformed",
                "what is shown as content are the signed attributes of another message");
        if (how->scheme == SMIME__SCHEME_ED25519 || how->scheme == SMIME__SCHEME_ED448)
            judge(ret, SMIME__SIGNER_INDETERMINATE, "unsupported-algorithm",
                  "EdDSA without signed attributes is not supported");
        return SMIME_OK;
    }
    if (!count || count == SIZE_MAX) {
        bad(ret, "attribute-malformed", "the signed attributes of a signer are malformed");
        return SMIME_OK;
    }
    status = smime__limit_check(&context->budget->limits, SMIME_LIMIT_ATTRIBUTES, count,
                                context->error);
    if (status < 0)
        return status;
    check_content_type(context, info, ret);
    check_protection(info, ret);
    read_time(info, ret);
    check_digest(context, info, ret);
    return SMIME_OK;
}

smime_status smime__signer_info_verify(const smime__signer_context *context, smime__view der,
                                       smime__signer_result *ret)
{
    smime__signature_kind how;
    signer_info info;
    smime_status status;

    memset(ret, 0, sizeof *ret);
    ret->counter_of = -1;
    if (!read_signer_info(der, &info)) {
        bad(ret, "signer-malformed", "a SignerInfo is malformed");
        return SMIME_OK;
    }
    ret->signature = info.value;
    ret->more_signed = info.attributes;
    ret->more_unsigned = info.unsigned_attributes;
    find_certificate(context, &info, ret);
    check_version(&info, ret);
    status = smime__algorithm_signature(&info.signature, smime__algorithm_hash(&info.digest),
                                        &how);
    if (status < 0)
        return status;
    check_algorithms(context, &info, &how, ret);
    status = check_unsigned(context, &info, ret);
    if (status == SMIME_OK)
        status = check_attributes(context, &info, &how, ret);
    check_key(ret);
    if (status == SMIME_OK && ret->cert)
        check_certificate_id(&info, ret->cert, ret);
    /* changed content costs what unchanged content does: inside of encryption the time would tell */
    if (status == SMIME_OK && (!ret->reason || (!strcmp(ret->reason, "content-changed") &&
                                                ret->cert && ret->cert->key &&
                                                !smime__cert_key_is_huge(ret->cert))))
        status = check_signature(context, &info, &how, ret);
    return status;
}

smime_status smime__signer_info_counters(smime__buf *to, const smime__signer_result *result)
{
    smime__der list = smime__der_cursor(result->more_unsigned), attribute;
    smime__view type, values;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && smime__der_enter(&list, SMIME__SEQUENCE, &attribute))
        if (smime__der_take_oid(&attribute, &type) &&
            smime__view_equal(type, smime__oid_bytes(SMIME__OID_COUNTERSIGNATURE)) &&
            smime__der_take(&attribute, SMIME__SET, &values))
            status = smime__buf_add_view(to, values);
    return status;
}

int smime__signer_info_signature(smime__view whole, smime__view *ret_signature)
{
    signer_info info;

    if (!read_signer_info(whole, &info))
        return 0;
    *ret_signature = info.value;
    return 1;
}

smime_status smime__signer_info_extend(smime__buf *to, smime__view whole, smime__view attributes)
{
    smime__buf set = { 0 };
    smime__der der = smime__der_cursor(whole), in;
    size_t mark, field;
    signer_info info;
    smime_status status;

    if (!read_signer_info(whole, &info) || !smime__der_enter(&der, SMIME__SEQUENCE, &in))
        return SMIME_E_CMS_SYNTAX;
    /* everything up to the signature as it stands, then the attributes anew */
    status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = smime__buf_add(to, in.at, (size_t)(info.value.data + info.value.len - in.at));
    if (status == SMIME_OK)
        status = smime__buf_add_view(&set, info.unsigned_attributes);
    if (status == SMIME_OK)
        status = smime__buf_add_view(&set, attributes);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__CONTEXT_C(1), &field);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&set));
    if (status == SMIME_OK)
        status = smime__der_end(to, field);
    if (status == SMIME_OK)
        status = smime__der_end(to, mark);
    smime__buf_free(&set);
    return status;
}

void smime__signer_result_clear(smime__signer_result *result)
{
    smime_cert_unref(result->cert);
    memset(result, 0, sizeof *result);
}
