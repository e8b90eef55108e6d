/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of RFC 5280 6.1.3 and 6.1.4 that cost no signature, and RFC 8550's on keys. */
#include "pki/path_build.h"

#include "base/ascii.h"

#include <stdio.h>
#include <string.h>

#include <smime/key.h>

void smime__path_blame(smime__path_fault *fault, const char *reason, int index,
                       const smime_cert *cert, const char *text)
{
    if (fault->reason)
        return;
    fault->reason = reason;
    fault->index = index;
    snprintf(fault->text, sizeof fault->text, "%s (%.*s)", text,
             smime__utf8_fit(cert->subject_text, 200), cert->subject_text);
}

static int takes_dsa(const smime__path_context *context)
{
    return smime__rules_allow(&context->settings->rules, SMIME__READING,
                              SMIME__RULE_SCHEME + SMIME__SCHEME_DSA);
}

/* Key kinds and sizes of the e-mail profile; the exponent is looked at before any signature. */
static const char *weak_key(const smime__path_context *context, const smime_cert *cert)
{
    unsigned least = context->settings->rules.least_rsa[SMIME__READING];
    unsigned bits;

    if (!cert->key) /* a DSA key may be whole only with the parameters of its issuer's */
        return takes_dsa(context) && smime__cert_inherits_dsa(cert)
                   ? NULL
                   : "a public key is of an unknown kind or malformed";
    bits = smime__pubkey_bits(cert->key);
    switch (smime__pubkey_kind(cert->key)) {
    case SMIME__KEY_RSA:
    case SMIME__KEY_RSA_PSS:
        if (bits < least)
            return "an RSA key is too short";
        if (bits > 8192)
            return "an RSA key is longer than 8192 bits";
        return smime__pubkey_exponent_sane(cert->key)
                   ? NULL
                   : "an RSA exponent is even, 1, or beyond 32 bits";
    case SMIME__KEY_EC:
        return smime__pubkey_curve(cert->key) == SMIME__CURVE_NONE
                   ? "an elliptic curve is not one of P-256, P-384, P-521"
                   : NULL;
    case SMIME__KEY_DSA:
        return takes_dsa(context) ? NULL : "DSA keys are not accepted";
    default:
        return NULL;
    }
}

static void check_time(const smime_cert *cert, int index, int64_t when, smime__path_fault *fault)
{
    if (when < cert->not_before)
        smime__path_blame(fault, "not-yet-valid", index, cert, "a certificate is not valid yet");
    if (when > cert->not_after)
        smime__path_blame(fault, "expired", index, cert, "a certificate has expired");
}

static void check_leaf(const smime_cert *cert, int32_t use, smime__path_fault *fault)
{
    const char *why;

    if (cert->name_constraints.len && !cert->is_ca) /* RFC 5280 4.2.1.10 */
        smime__path_blame(fault, "name-constraints", 0, cert,
                          "a certificate that is no CA holds name constraints");
    if (cert->has_basic_constraints && !cert->is_ca && cert->has_key_usage &&
        cert->key_usage & SMIME__KU_CERT_SIGN) /* 4.2.1.9 */
        smime__path_blame(fault, "key-usage", 0, cert,
                          "a certificate that is no CA claims to sign certificates");

    if (!use || !cert->key)
        return;
    /* the moment is checked apart: only usage here */
    why = smime__cert_unusable(cert, use, cert->not_before);
    if (why && cert->has_eku && strstr(why, "extended"))
        smime__path_blame(fault, "extended-key-usage", 0, cert,
                          "the certificate is not for e-mail");
    else if (why)
        smime__path_blame(fault, "key-usage", 0, cert,
                          use & SMIME_USE_ENCRYPT ? "the certificate is not for encryption"
                                                  : "the certificate is not for signing");
}

/* A CA with @p cas_below others between it and the leaf. */
static void check_ca(const smime_cert *cert, int index, int cas_below, int32_t use,
                     smime__path_fault *fault)
{
    if (!cert->has_basic_constraints || !cert->is_ca)
        smime__path_blame(fault, "not-ca", index, cert, "a certificate on the path is no CA");
    if (!cert->subject_canonical.len) /* RFC 5280 4.1.2.6: nothing would be chained by it */
        smime__path_blame(fault, "empty-subject", index, cert, "a CA certificate has no name");
    if (cert->path_length >= 0 && cas_below > cert->path_length)
        smime__path_blame(fault, "path-length", index, cert,
                          "more CAs stand below a certificate than it allows");
    if (cert->has_key_usage && !(cert->key_usage & SMIME__KU_CERT_SIGN))
        smime__path_blame(fault, "key-usage", index, cert,
                          "a CA certificate is not for signing certificates");
    if (use && cert->has_eku && !cert->eku_email && !cert->eku_any)
        smime__path_blame(fault, "extended-key-usage", index, cert,
                          "a CA certificate is not for e-mail");
}

static void check_unknown(const smime_cert *cert, int index, smime__path_fault *fault)
{
    smime__buf text = { 0 };

    if (!cert->unknown_critical.len)
        return;
    if (smime__buf_add_text(&text, "a critical extension is not known: ") == SMIME_OK &&
        smime__oid_format(&text, cert->unknown_critical) == SMIME_OK && smime__buf_text(&text))
        smime__path_blame(fault, "unknown-critical-extension", index, cert,
                          (const char *)text.data);
    else
        smime__path_blame(fault, "unknown-critical-extension", index, cert,
                          "a critical extension is not known");
    smime__buf_free(&text);
}

static void check_one(const smime__builder *b, const smime_cert *cert, int index, int cas_below,
                      smime__path_fault *fault)
{
    const char *weak;

    if (smime__shelf_distrusts(b->context->shelf, cert))
        smime__path_blame(fault, "distrusted", index, cert, "a certificate is distrusted");
    check_time(cert, index, b->context->settings->time, fault);
    weak = fault->reason ? NULL : weak_key(b->context, cert);
    if (weak)
        smime__path_blame(fault, "weak-key", index, cert, weak);
    check_unknown(cert, index, fault);
    if (index == 0)
        check_leaf(cert, b->use, fault);
    else if (cas_below >= 0)
        check_ca(cert, index, cas_below, b->use, fault);
}

int smime__path_check_stack(const smime__builder *b, int complete, smime__path_fault *fault)
{
    int cas_below = 0;

    memset(fault, 0, sizeof *fault);
    for (size_t i = 0; i < b->depth && !fault->reason; i++) {
        const smime_cert *cert = b->stack[i];
        /* RFC 5280 6.1.4 (k): a version 1 certificate has no extensions to say that it is a CA;
         * as an anchor it is one because it is trusted */
        int trusted_v1 = complete && i == b->depth - 1 && cert->version < 3;

        check_one(b, cert, (int)i, trusted_v1 ? -1 : cas_below, fault);
        if (i > 0 && !smime__cert_self_issued(cert))
            cas_below++;
    }
    return fault->reason == NULL;
}
