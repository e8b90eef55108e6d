/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_bag: whatever files hold, sorted out. */
#include "base/secret.h"
#include "base/settings.h"
#include "crypto/pem.h"
#include "pki/identity.h"

#include <stdlib.h>
#include <string.h>

struct smime_bag {
    smime__settings settings;
    smime__error error;
    char **passwords;
    size_t password_count, password_room;
    smime__found found; /* all certificates and keys */
    smime_identity **identities;
    size_t identity_count, identity_room;
};

smime_status smime_bag_new(const smime_policy *policy, smime_bag **ret_bag)
{
    smime_bag *bag;
    smime_status status;

    if (!ret_bag)
        return SMIME_E_INVALID_ARG;
    bag = calloc(1, sizeof *bag);
    if (!bag)
        return SMIME_E_NOMEM;
    smime__error_clear(&bag->error);
    status = smime__settings_snapshot(&bag->settings, policy);
    if (status < 0) {
        free(bag);
        return status;
    }
    *ret_bag = bag;
    return SMIME_OK;
}

void smime_bag_free(smime_bag *bag)
{
    if (!bag)
        return;
    for (size_t i = 0; i < bag->password_count; i++) {
        smime__wipe(bag->passwords[i], strlen(bag->passwords[i]));
        free(bag->passwords[i]);
    }
    free(bag->passwords);
    for (size_t i = 0; i < bag->identity_count; i++)
        smime_identity_unref(bag->identities[i]);
    free(bag->identities);
    smime__found_clear(&bag->found);
    smime__settings_clear(&bag->settings);
    free(bag);
}

smime_status smime_bag_add_password(smime_bag *bag, const char *password)
{
    char *copy;
    smime_status status;

    if (!bag || !password)
        return SMIME_E_INVALID_ARG;
    status = smime__grow((void **)&bag->passwords, bag->password_count, &bag->password_room,
                         sizeof *bag->passwords);
    copy = strdup(password);
    if (status < 0 || !copy) {
        free(copy);
        return SMIME_E_NOMEM;
    }
    bag->passwords[bag->password_count++] = copy;
    return SMIME_OK;
}

/* Password number @p i of those to try: none, the empty one, those given. */
static const char *password_at(const smime_bag *bag, size_t i)
{
    return i == 0 ? NULL : i == 1 ? "" : bag->passwords[i - 2];
}

static smime_status add_key(smime_bag *bag, smime__view data, smime__found *ret)
{
    smime__privkey *key = NULL;
    smime_status status = SMIME_E_PASSWORD;
    smime_status first = SMIME_OK;

    for (size_t i = 0; i < bag->password_count + 2; i++) {
        status = smime__privkey_new(data, password_at(bag, i), &key);
        if (status == SMIME_OK || status == SMIME_E_NOMEM)
            break;
        if (!first || status == SMIME_E_PASSWORD)
            first = status;
    }
    if (status < 0)
        return first ? first : status;
    status = smime__found_add_key(ret, key);
    if (status < 0)
        smime__privkey_free(key);
    return status;
}

/* What a PKCS#12 holds is added to what was found before it. */
static smime_status take_over(smime__found *ret, smime__found *more)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < more->cert_count && status == SMIME_OK; i++)
        status = smime__found_add_cert(ret,
                                       smime__view_of(more->certs[i]->der, more->certs[i]->len));
    for (size_t i = 0; i < more->key_count && status == SMIME_OK; i++) {
        status = smime__found_add_key(ret, more->keys[i]);
        if (status == SMIME_OK)
            more->keys[i] = NULL;
    }
    return status == SMIME_OK ? smime__evidence_copy(&ret->evidence, &more->evidence) : status;
}

static smime_status add_pkcs12(smime_bag *bag, smime__view data, smime__found *ret)
{
    smime__found more = { 0 };
    smime_status status = SMIME_E_PASSWORD;

    for (size_t i = 0; i < bag->password_count + 2 && status == SMIME_E_PASSWORD; i++)
        status = smime__pkcs12_read(data, password_at(bag, i), &bag->settings.limits, &bag->error,
                                    &more);
    if (status == SMIME_OK)
        status = take_over(ret, &more);
    if (status == SMIME_OK)
        ret->skipped += more.skipped;
    smime__found_clear(&more);
    return status;
}

static int is_certificate(smime__view data)
{
    smime__der der = smime__der_cursor(data), inside, tbs;

    return smime__der_enter(&der, SMIME__SEQUENCE, &inside) &&
           smime__der_enter(&inside, SMIME__SEQUENCE, &tbs) &&
           smime__der_peek(&inside) == SMIME__SEQUENCE &&
           (smime__der_peek(&tbs) == SMIME__CONTEXT_C(0) ||
            smime__der_peek(&tbs) == SMIME__INTEGER);
}

/* After an optional version come the algorithm, the issuer and a time; in a certificate with its
 * serial number there, two times make a SEQUENCE. */
static int is_crl(smime__view data)
{
    smime__der der = smime__der_cursor(data), inside, tbs;
    int tag;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &inside) ||
        !smime__der_enter(&inside, SMIME__SEQUENCE, &tbs))
        return 0;
    smime__der_take(&tbs, SMIME__INTEGER, NULL);
    if (!smime__der_take(&tbs, SMIME__SEQUENCE, NULL) ||
        !smime__der_take(&tbs, SMIME__SEQUENCE, NULL))
        return 0;
    tag = smime__der_peek(&tbs);
    return tag == SMIME__UTC_TIME || tag == SMIME__GENERALIZED_TIME;
}

static int is_ocsp(smime__view data)
{
    smime__der der = smime__der_cursor(data), inside;

    return smime__der_enter(&der, SMIME__SEQUENCE, &inside) &&
           smime__der_peek(&inside) == SMIME__ENUMERATED;
}

/* PFX: a version number 3, then a ContentInfo. BER is common here. */
static int is_pkcs12(smime__view data)
{
    const uint8_t *at = data.data;
    size_t skip;

    if (data.len < 12 || at[0] != SMIME__SEQUENCE)
        return 0;
    skip = 2 + (at[1] > 0x80 ? at[1] & 0x7fu : 0u);
    return skip + 4 < data.len && !memcmp(at + skip, "\x02\x01\x03\x30", 4);
}

static smime_status add_crl(smime_bag *bag, smime__view data, smime__found *ret)
{
    smime_crl *crl = NULL;
    smime_status status = smime__limit_check(&bag->settings.limits, SMIME_LIMIT_CRL_BYTES,
                                             data.len, &bag->error);

    if (status == SMIME_OK)
        status = smime__crl_parse(data, &crl);
    if (status == SMIME_OK)
        status = smime__evidence_add_crl(&ret->evidence, crl);
    smime_crl_unref(crl);
    return status;
}

static smime_status add_ocsp(smime_bag *bag, smime__view data, smime__found *ret)
{
    smime_ocsp *ocsp = NULL;
    smime_status status = smime__ocsp_parse(data, &bag->settings.limits, &ocsp);

    if (status == SMIME_OK)
        status = smime__evidence_add_ocsp(&ret->evidence, ocsp);
    smime_ocsp_unref(ocsp);
    return status;
}

/* One malformed object among good ones costs nobody the good ones; it is counted. A private key is
 * not passed over: who gives one wants to use it. */
static smime_status pass_over(smime__found *ret, smime_status status)
{
    if (status != SMIME_E_CERT_SYNTAX && status != SMIME_E_CRL_SYNTAX &&
        status != SMIME_E_OCSP_SYNTAX)
        return status;
    ret->skipped++;
    if (!ret->first_skipped)
        ret->first_skipped = status;
    return SMIME_OK;
}

static int is_empty(const smime__found *found)
{
    return !found->cert_count && !found->key_count && !found->evidence.crl_count &&
           !found->evidence.ocsp_count;
}

static smime_status add_object(smime_bag *bag, smime__view data, smime__found *ret)
{
    smime_status status;

    if (is_crl(data))
        return add_crl(bag, data, ret);
    status = smime__limit_check(&bag->settings.limits, SMIME_LIMIT_OBJECT_BYTES, data.len,
                                &bag->error);
    if (status == SMIME_OK && is_ocsp(data))
        return add_ocsp(bag, data, ret);
    if (status == SMIME_OK && is_certificate(data))
        return smime__found_add_cert(ret, data);
    if (status == SMIME_OK)
        status = smime__pkcs_scan(data, &bag->settings.limits, &bag->error);
    if (status < 0)
        return status;
    return is_pkcs12(data) ? add_pkcs12(bag, data, ret) : add_key(bag, data, ret);
}

/* One object after the other. What cannot be taken apart - BER, or nothing - is one object. */
static smime_status add_der(smime_bag *bag, smime__view data, smime__found *ret)
{
    smime__der rest = smime__der_cursor(data);
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && !smime__der_done(&rest)) {
        smime__view one = smime__view_of(rest.at, (size_t)(rest.end - rest.at));
        smime__der next = rest;

        if (smime__der_next(&next, NULL, NULL, &one) &&
            (smime__der_done(&next) || smime__der_peek(&next) == SMIME__SEQUENCE))
            rest = next;
        else
            rest.at = rest.end;
        status = pass_over(ret, add_object(bag, one, ret));
    }
    return status;
}

static int ends_with(smime__view label, const char *tail)
{
    size_t len = strlen(tail);

    return label.len >= len && !memcmp(label.data + label.len - len, tail, len);
}

/* One PEM object of a kind that is known here; SMIME_E_NOT_FOUND for others. */
static smime_status add_pem_object(smime_bag *bag, const smime__pem *pem, smime__found *ret)
{
    smime__view der = smime__buf_view(&pem->der);
    smime_status status;

    if (smime__view_is(pem->label, "CERTIFICATE") || smime__view_is(pem->label, "X509 CERTIFICATE"))
        return smime__found_add_cert(ret, der);
    if (smime__view_is(pem->label, "X509 CRL"))
        return add_crl(bag, der, ret);
    if (smime__view_is(pem->label, "OCSP RESPONSE"))
        return add_ocsp(bag, der, ret);
    if (smime__view_is(pem->label, "PKCS12"))
        return add_der(bag, der, ret);
    if (!ends_with(pem->label, "PRIVATE KEY"))
        return SMIME_E_NOT_FOUND;
    status = smime__pkcs_scan(der, &bag->settings.limits, &bag->error);
    return status == SMIME_OK ? add_key(bag, pem->whole, ret) : status;
}

static smime_status add_pem(smime_bag *bag, smime__view text, smime__found *ret)
{
    smime__pem pem = { { NULL, 0 }, { NULL, 0 }, { 0 } };
    smime_status status = SMIME_OK;
    size_t seen = 0;

    while (status == SMIME_OK) {
        size_t left = text.len;

        pem.label = smime__view_of(NULL, 0);
        status = smime__pem_next(&text, &pem);
        if (status == SMIME_E_NOT_FOUND)
            break;
        if (status == SMIME_E_BER) /* broken base64, or cut off */
            status = ends_with(pem.label, "PRIVATE KEY") ? SMIME_E_KEY_SYNTAX : SMIME_E_CERT_SYNTAX;
        else if (status == SMIME_OK)
            status = add_pem_object(bag, &pem, ret);
        seen += status != SMIME_E_NOT_FOUND;
        status = status == SMIME_E_NOT_FOUND ? SMIME_OK : pass_over(ret, status);
        if (left == text.len)
            break; /* nothing can be found behind what was cut off */
    }
    smime__buf_free(&pem.der);
    if (status == SMIME_E_NOT_FOUND || status == SMIME_OK)
        return seen ? SMIME_OK : SMIME_E_NOT_FOUND;
    return status;
}

static int has_cert(const smime_bag *bag, const smime_cert *cert)
{
    for (size_t i = 0; i < bag->found.cert_count; i++)
        if (smime__cert_equal(bag->found.certs[i], cert))
            return 1;
    return 0;
}

static int is_identity(const smime_bag *bag, const smime_cert *cert)
{
    for (size_t i = 0; i < bag->identity_count; i++)
        if (smime__cert_equal(bag->identities[i]->cert, cert))
            return 1;
    return 0;
}

static smime_status add_identity(smime_bag *bag, smime_cert *cert, smime__privkey *key)
{
    smime_identity *made;
    smime_status status = smime__grow((void **)&bag->identities, bag->identity_count,
                                      &bag->identity_room, sizeof *bag->identities);

    if (status == SMIME_OK)
        status = smime__identity_make(cert, key, &made);
    if (status == SMIME_OK) {
        smime__privkey_ref(key);
        bag->identities[bag->identity_count++] = made;
    }
    return status;
}

/* Keys find their certificates; after a renewal one key serves several. */
static smime_status match_keys(smime_bag *bag)
{
    smime_status status = SMIME_OK;

    for (size_t k = 0; k < bag->found.key_count; k++)
        for (size_t c = 0; c < bag->found.cert_count && status == SMIME_OK; c++) {
            smime_cert *cert = bag->found.certs[c];
            if (cert->key && !is_identity(bag, cert) &&
                smime__privkey_matches(bag->found.keys[k], cert->key))
                status = add_identity(bag, cert, bag->found.keys[k]);
        }
    for (size_t i = 0; i < bag->identity_count && status == SMIME_OK; i++)
        status = smime__identity_set_chain(bag->identities[i], bag->found.certs,
                                           bag->found.cert_count);
    return status;
}

/* Moves what was read into the bag; certificates that are there already are dropped. */
static smime_status merge(smime_bag *bag, smime__found *more)
{
    smime_status status = smime__limit_check(&bag->settings.limits, SMIME_LIMIT_CERTS,
                                             bag->found.cert_count + more->cert_count,
                                             &bag->error);

    for (size_t i = 0; i < more->cert_count && status == SMIME_OK; i++) {
        if (has_cert(bag, more->certs[i]))
            continue;
        status = smime__grow((void **)&bag->found.certs, bag->found.cert_count,
                             &bag->found.cert_room, sizeof *bag->found.certs);
        if (status == SMIME_OK)
            bag->found.certs[bag->found.cert_count++] = smime_cert_ref(more->certs[i]);
    }
    for (size_t i = 0; i < more->key_count && status == SMIME_OK; i++) {
        status = smime__found_add_key(&bag->found, more->keys[i]);
        if (status == SMIME_OK)
            more->keys[i] = NULL;
    }
    if (status == SMIME_OK)
        status = smime__evidence_copy(&bag->found.evidence, &more->evidence);
    return status == SMIME_OK ? match_keys(bag) : status;
}

smime_status smime_bag_add(smime_bag *bag, const void *data, size_t len)
{
    smime__view view = smime__view_of(data, len);
    smime__found more = { 0 };
    smime_status status;

    if (!bag || (len && !data))
        return SMIME_E_INVALID_ARG;
    smime__error_clear(&bag->error);
    if (!len)
        return smime__fail(&bag->error, SMIME_E_NOT_FOUND, "the file is empty");
    status = view.data[0] == SMIME__SEQUENCE ? add_der(bag, view, &more)
                                             : add_pem(bag, view, &more);
    if (status == SMIME_OK && more.skipped && is_empty(&more))
        status = more.first_skipped;
    if (status == SMIME_OK)
        status = merge(bag, &more);
    if (status == SMIME_OK)
        bag->found.skipped += more.skipped;
    smime__found_clear(&more);
    if (status == SMIME_E_NOT_FOUND)
        return smime__fail(&bag->error, status, "there is nothing of use in it: no certificate, key, revocation list or OCSP response");
    return status < 0 ? smime__fail(&bag->error, status, "%s", smime_status_text(status)) : status;
}

const char *smime_bag_error_text(const smime_bag *bag)
{
    return bag ? smime__error_sentence(&bag->error) : "";
}

size_t smime_bag_cert_count(const smime_bag *bag)
{
    return bag ? bag->found.cert_count : 0;
}

smime_cert *smime_bag_cert(const smime_bag *bag, size_t index)
{
    return bag && index < bag->found.cert_count ? bag->found.certs[index] : NULL;
}

size_t smime_bag_identity_count(const smime_bag *bag)
{
    return bag ? bag->identity_count : 0;
}

smime_identity *smime_bag_identity(const smime_bag *bag, size_t index)
{
    return bag && index < bag->identity_count ? bag->identities[index] : NULL;
}

size_t smime_bag_orphan_count(const smime_bag *bag)
{
    size_t count = 0;

    for (size_t k = 0; bag && k < bag->found.key_count; k++) {
        int used = 0;
        for (size_t i = 0; i < bag->identity_count && !used; i++)
            used = smime__privkey_matches(bag->found.keys[k], bag->identities[i]->cert->key);
        count += !used;
    }
    return count;
}

size_t smime_bag_crl_count(const smime_bag *bag)
{
    return bag ? bag->found.evidence.crl_count : 0;
}

smime_crl *smime_bag_crl(const smime_bag *bag, size_t index)
{
    return bag && index < bag->found.evidence.crl_count ? bag->found.evidence.crls[index] : NULL;
}

size_t smime_bag_ocsp_count(const smime_bag *bag)
{
    return bag ? bag->found.evidence.ocsp_count : 0;
}

smime_ocsp *smime_bag_ocsp(const smime_bag *bag, size_t index)
{
    return bag && index < bag->found.evidence.ocsp_count ? bag->found.evidence.ocsps[index] : NULL;
}

size_t smime_bag_skipped_count(const smime_bag *bag)
{
    return bag ? bag->found.skipped : 0;
}
