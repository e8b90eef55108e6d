/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/signing_certificate.h"

#include "cms/attributes.h"
#include "cms/identifier.h"
#include "pki/general_name.h"

#include <string.h>

smime_status smime__signing_certificate_add(smime__buf *to, const smime_cert *cert)
{
    size_t outer, list, each;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &list);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &each);
    if (status == SMIME_OK) /* SHA-256 is the default and left out */
        status = smime__der_add(to, SMIME__OCTET_STRING, cert->hash, sizeof cert->hash);
    if (status == SMIME_OK)
        status = smime__der_end(to, each);
    if (status == SMIME_OK)
        status = smime__der_end(to, list);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}

/* IssuerSerial: for a certificate the one directoryName of its issuer. */
static int check_issuer(smime__der der, const smime_cert *cert)
{
    smime__identifier id = { { NULL, 0 }, { NULL, 0 }, { NULL, 0 } };
    smime__general_name name;
    smime__der names;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &names) ||
        !smime__general_name_take(&names, &name) || name.form != SMIME__NAME_DIRECTORY ||
        !smime__der_done(&names) || !smime__der_take(&der, SMIME__INTEGER, &id.serial) ||
        !smime__der_done(&der))
        return SMIME__BOUND_MALFORMED;
    id.issuer = name.content;
    return smime__identifier_matches(&id, cert) ? SMIME__BOUND_FITS : SMIME__BOUND_ELSEWHERE;
}

/* ESSCertID, or ESSCertIDv2, which may name its hash. */
static int check_one(smime__der der, int is_v2, const smime_cert *cert)
{
    smime__hash hash = is_v2 ? SMIME__HASH_SHA256 : SMIME__HASH_SHA1;
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__algorithm algorithm;
    smime__view value;
    smime__der issuer;
    int named = 0;

    if (is_v2 && smime__der_peek(&der) == SMIME__SEQUENCE) {
        if (!smime__algorithm_take(&der, &algorithm))
            return SMIME__BOUND_MALFORMED;
        hash = smime__algorithm_hash(&algorithm);
    }
    if (hash == SMIME__HASH_NONE || !smime__der_take(&der, SMIME__OCTET_STRING, &value))
        return SMIME__BOUND_MALFORMED;
    if (!smime__der_done(&der) && (named = smime__der_enter(&der, SMIME__SEQUENCE, &issuer)) == 0)
        return SMIME__BOUND_MALFORMED;
    if (!smime__der_done(&der))
        return SMIME__BOUND_MALFORMED;
    if (smime__digest_once(hash, cert->der, cert->len, digest) < 0 ||
        !smime__view_equal(value, smime__view_of(digest, smime__hash_size(hash))))
        return SMIME__BOUND_ELSEWHERE;
    return named ? check_issuer(issuer, cert) : SMIME__BOUND_FITS;
}

/* SigningCertificate: { SEQUENCE OF ESSCertID, policies OPTIONAL }; the first is the signer's. */
static int check_attribute(smime__view attributes, smime__oid type, const smime_cert *cert)
{
    smime__der der, in, list, each, policies;
    smime__view value;
    int found = smime__attribute_find(attributes, type, &value);

    if (found == SMIME__ATTR_ABSENT)
        return SMIME__BOUND_FITS;
    der = smime__der_cursor(value);
    if (found == SMIME__ATTR_BROKEN || !smime__der_enter(&der, SMIME__SEQUENCE, &in) ||
        !smime__der_done(&der) || !smime__der_enter(&in, SMIME__SEQUENCE, &list) ||
        (!smime__der_done(&in) && !smime__der_enter(&in, SMIME__SEQUENCE, &policies)) ||
        !smime__der_done(&in) || !smime__der_enter(&list, SMIME__SEQUENCE, &each))
        return SMIME__BOUND_MALFORMED;
    return check_one(each, type == SMIME__OID_SIGNING_CERTIFICATE_V2, cert);
}

int smime__signing_certificate_check(smime__view attributes, const smime_cert *cert)
{
    int older = check_attribute(attributes, SMIME__OID_SIGNING_CERTIFICATE, cert);
    int newer = check_attribute(attributes, SMIME__OID_SIGNING_CERTIFICATE_V2, cert);

    return older > newer ? older : newer;
}
