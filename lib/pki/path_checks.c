/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The checks of RFC 5280 6.1.3 and 6.1.4 on one certificate of a candidate path. */
#include "pki/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void smime__path_blame(smime__path_fault *fault, const char *reason, int index,
                       const smime_cert *cert, const char *text)
{
    if (fault->reason)
        return;
    fault->reason = reason;
    fault->index = index;
    snprintf(fault->text, sizeof fault->text, "%s (%.200s)", text, cert->subject_text);
}

/* Key kinds and sizes of the e-mail profile; the exponent is looked at before any signature. */
static const char *weak_key(const smime__path_context *context, const smime_cert *cert)
{
    unsigned least = context->settings->preset == SMIME_POLICY_LEGACY ? 1024 : 2048;
    unsigned bits;

    if (!cert->key)
        return "a public key is of an unknown kind or malformed";
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
        return "DSA keys are not accepted";
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

static void check_ca(const smime_cert *cert, int index, int cas_below, int32_t use,
                     smime__path_fault *fault)
{
    /* RFC 5280 6.1.4 (k): a version 1 certificate is a CA only by being an anchor, which the
     * builder knows; it does not call this for one */
    if (!cert->has_basic_constraints || !cert->is_ca)
        smime__path_blame(fault, "not-ca", index, cert, "a certificate on the path is no CA");
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

static void check_extensions(const smime_cert *cert, int index, smime__path_fault *fault)
{
    if (cert->unknown_critical.len) {
        smime__buf text = { 0 };
        if (smime__buf_add_text(&text, "a critical extension is not known: ") == SMIME_OK &&
            smime__oid_format(&text, cert->unknown_critical) == SMIME_OK &&
            smime__buf_text(&text))
            smime__path_blame(fault, "unknown-critical-extension", index, cert,
                              (const char *)text.data);
        smime__buf_free(&text);
    }
    if (cert->has_name_constraints)
        smime__path_blame(fault, "name-constraints-unsupported", index, cert,
                          "name constraints are not evaluated by this release");
    if (cert->has_policy_constraints)
        smime__path_blame(fault, "policy-constraints-unsupported", index, cert,
                          "policy constraints are not evaluated by this release");
    if (cert->has_inhibit_any)
        smime__path_blame(fault, "inhibit-any-policy-unsupported", index, cert,
                          "inhibitAnyPolicy is not evaluated by this release");
}

int smime__path_check_cheap(const smime__path_context *context, const smime_cert *cert, int index,
                            int cas_below, int32_t use, smime__path_fault *fault)
{
    const char *weak = weak_key(context, cert);

    check_time(cert, index, context->settings->time, fault);
    if (weak)
        smime__path_blame(fault, "weak-key", index, cert, weak);
    check_extensions(cert, index, fault);
    if (index == 0)
        check_leaf(cert, use, fault);
    else if (cas_below >= 0)
        check_ca(cert, index, cas_below, use, fault);
    return fault->reason == NULL;
}

struct smime__remembered {
    uint8_t cert[32];
    uint8_t issuer[32];
    int good;
};

static struct smime__remembered *find(smime__path_context *context, const smime_cert *cert,
                                      const smime_cert *issuer)
{
    for (size_t i = 0; i < context->remembered_count; i++)
        if (!memcmp(context->remembered[i].cert, cert->hash, 32) &&
            !memcmp(context->remembered[i].issuer, issuer->hash, 32))
            return &context->remembered[i];
    return NULL;
}

static smime_status verify(smime__path_context *context, const smime_cert *cert,
                           const smime_cert *issuer, int *ret_good)
{
    smime__algorithm algorithm;
    smime__signature_kind how;
    smime_status status;

    *ret_good = 0;
    status = smime__budget_signature(context->budget, context->error);
    if (status == SMIME_OK && smime__algorithm_read(cert->signature_algorithm, &algorithm)) {
        status = smime__algorithm_signature(&algorithm, SMIME__HASH_NONE, &how);
        if (status == SMIME_OK && how.scheme != SMIME__SCHEME_NONE)
            *ret_good = smime__pubkey_verify(issuer->key, &how, cert->tbs, 0, cert->signature);
    }
    return status;
}

static int weak_algorithm(const smime__path_context *context, const smime_cert *cert,
                          int *ret_known)
{
    smime__algorithm algorithm;
    smime__signature_kind how;

    *ret_known = smime__algorithm_read(cert->signature_algorithm, &algorithm) &&
                 smime__algorithm_signature(&algorithm, SMIME__HASH_NONE, &how) == SMIME_OK &&
                 how.scheme != SMIME__SCHEME_NONE;
    return *ret_known && how.hash == SMIME__HASH_SHA1 &&
           context->settings->preset != SMIME_POLICY_LEGACY;
}

smime_status smime__path_check_signature(smime__path_context *context, const smime_cert *cert,
                                         const smime_cert *issuer, int index,
                                         smime__path_fault *fault)
{
    struct smime__remembered *known = find(context, cert, issuer);
    int recognised;
    smime_status status;

    if (weak_algorithm(context, cert, &recognised))
        smime__path_blame(fault, "weak-algorithm", index, cert,
                          "a certificate is signed with SHA-1");
    if (!recognised)
        smime__path_blame(fault, "unsupported-algorithm", index, cert,
                          "a certificate is signed with an unknown algorithm");
    if (fault->reason)
        return SMIME_OK;
    if (!known) {
        status = smime__grow((void **)&context->remembered, context->remembered_count,
                             &context->remembered_room, sizeof *context->remembered);
        if (status < 0)
            return status;
        known = &context->remembered[context->remembered_count];
        memcpy(known->cert, cert->hash, 32);
        memcpy(known->issuer, issuer->hash, 32);
        status = verify(context, cert, issuer, &known->good);
        if (status < 0)
            return status;
        context->remembered_count++;
    }
    if (!known->good)
        smime__path_blame(fault, "bad-signature", index, cert,
                          "the signature on a certificate does not fit its issuer's key");
    return SMIME_OK;
}
