/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* TimeStampReq, RFC 3161 2.4.1, and whether a token is about something and answers a request. */
#include "mail/timestamp.h"

#include "base/secret.h"
#include "cms/encoder.h"
#include "crypto/random.h"

#define NONCE 8

static smime_status add_imprint(smime__buf *to, smime__hash hash, const void *data, size_t len)
{
    uint8_t digest[SMIME__DIGEST_MAX];
    size_t mark;
    smime_status status = smime__digest_once(hash, data, len, digest);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = smime__algorithm_add_hash(to, hash);
    if (status == SMIME_OK)
        status = smime__der_add(to, SMIME__OCTET_STRING, digest, smime__hash_size(hash));
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

static smime_status add_policy(smime__buf *to, const char *policy)
{
    smime__buf oid = { 0 };
    smime_status status = smime__oid_parse(&oid, policy);

    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OBJECT_ID, smime__buf_view(&oid));
    smime__buf_free(&oid);
    return status;
}

/* Positive, and as short as can be. */
static smime_status add_nonce(smime__buf *to)
{
    uint8_t nonce[NONCE];
    smime_status status = smime__random_public(nonce, sizeof nonce);

    nonce[0] = (uint8_t)((nonce[0] & 0x3f) | 0x40);
    return status == SMIME_OK ? smime__der_add(to, SMIME__INTEGER, nonce, sizeof nonce) : status;
}

smime_status smime_timestamp_request(int32_t digest, const void *data, size_t len,
                                     const char *policy, uint8_t **ret_der, size_t *ret_len)
{
    smime__hash hash = smime__digest_hash(digest ? digest : SMIME_DIGEST_SHA256);
    smime__buf made = { 0 };
    size_t mark;
    smime_status status;

    if (hash == SMIME__HASH_NONE || (!data && len) || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    if (!smime__hash_is_available(hash))
        return SMIME_E_UNSUPPORTED;
    status = smime__der_begin(&made, SMIME__SEQUENCE, &mark);
    if (status == SMIME_OK)
        status = smime__der_add_small(&made, 1);
    if (status == SMIME_OK)
        status = add_imprint(&made, hash, data, len);
    if (status == SMIME_OK && policy)
        status = add_policy(&made, policy);
    if (status == SMIME_OK)
        status = add_nonce(&made);
    if (status == SMIME_OK) /* certReq */
        status = smime__der_add(&made, SMIME__BOOLEAN, "\xff", 1);
    if (status == SMIME_OK)
        status = smime__der_end(&made, mark);
    if (status < 0) {
        smime__buf_free(&made);
        return status;
    }
    *ret_der = made.data;
    *ret_len = made.len;
    return SMIME_OK;
}

int32_t smime_timestamp_covers(const smime_timestamp *timestamp, const void *data, size_t len)
{
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__hash hash = timestamp ? timestamp->imprint.hash : SMIME__HASH_NONE;

    if (hash == SMIME__HASH_NONE || hash == SMIME__HASH_SHA1 || (!data && len) ||
        smime__digest_once(hash, data, len, digest) < 0)
        return 0;
    return smime__view_equal(timestamp->imprint.digest,
                             smime__view_of(digest, smime__hash_size(hash)));
}

int32_t smime_timestamp_answers(const smime_timestamp *timestamp, const void *request, size_t len)
{
    smime__der der = smime__der_cursor(smime__view_of(request, request ? len : 0)), in;
    smime__view policy = { NULL, 0 }, nonce = { NULL, 0 };
    smime__imprint imprint;
    int version;

    if (!timestamp || !smime__der_enter(&der, SMIME__SEQUENCE, &in) ||
        !smime__der_take_small(&in, &version) || version != 1 ||
        !smime__imprint_take(&in, &imprint))
        return 0;
    smime__der_take_oid(&in, &policy);
    smime__der_take_integer(&in, &nonce);
    return imprint.hash != SMIME__HASH_NONE && imprint.hash == timestamp->imprint.hash &&
           smime__view_equal(imprint.digest, timestamp->imprint.digest) &&
           (!policy.len || smime__view_equal(policy, timestamp->policy)) &&
           (!nonce.len || smime__view_equal(nonce, timestamp->nonce));
}
