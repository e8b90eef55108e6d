/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* DSA keys without parameters of their own, RFC 3279 2.3.2; only the legacy policy asks. */
#include "pki/cert.h"

static int read_key(smime__view spki, smime__algorithm *algorithm, smime__view *ret_bits)
{
    smime__der der = smime__der_cursor(spki), inside;

    return smime__der_enter(&der, SMIME__SEQUENCE, &inside) &&
           smime__algorithm_take(&inside, algorithm) &&
           smime__der_take(&inside, SMIME__BIT_STRING, ret_bits) &&
           algorithm->oid == SMIME__OID_DSA;
}

int smime__cert_inherits_dsa(const smime_cert *cert)
{
    smime__algorithm algorithm;
    smime__view bits;

    return read_key(cert->spki, &algorithm, &bits) && smime__algorithm_is_plain(&algorithm);
}

smime_status smime__dsa_with_parameters(smime__buf *to, const smime_cert *cert,
                                        const smime_cert *from)
{
    smime__algorithm own, other;
    smime__view bits, unused;
    size_t outer, algorithm;
    smime_status status;

    if (!read_key(cert->spki, &own, &bits) || !read_key(from->spki, &other, &unused) ||
        smime__algorithm_is_plain(&other))
        return SMIME_OK;
    status = smime__der_begin(to, SMIME__SEQUENCE, &outer);
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &algorithm);
    if (status == SMIME_OK)
        status = smime__der_add_oid(to, SMIME__OID_DSA);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, other.params);
    if (status == SMIME_OK)
        status = smime__der_end(to, algorithm);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__BIT_STRING, bits);
    return status == SMIME_OK ? smime__der_end(to, outer) : status;
}
