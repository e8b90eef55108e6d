/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/cert.h"

#include "base/ascii.h"
#include "crypto/digest.h"
#include "crypto/pem.h"
#include "pki/name.h"

#include <stdlib.h>
#include <string.h>

static int read_validity(smime_cert *cert, smime__der *tbs)
{
    smime__der inside;

    return smime__der_enter(tbs, SMIME__SEQUENCE, &inside) &&
           smime__der_take_time(&inside, &cert->not_before) &&
           smime__der_take_time(&inside, &cert->not_after) && smime__der_done(&inside);
}

static int read_version(smime_cert *cert, smime__der *tbs)
{
    smime__der inside;
    int version;

    cert->version = 1;
    if (!smime__der_enter(tbs, SMIME__CONTEXT_C(0), &inside))
        return 1;
    if (!smime__der_take_small(&inside, &version) || version < 1 || version > 2 ||
        !smime__der_done(&inside))
        return 0;
    cert->version = version + 1;
    return 1;
}

static int take_whole(smime__der *der, uint8_t tag, smime__view *ret)
{
    return smime__der_peek(der) == tag && smime__der_next(der, NULL, NULL, ret);
}

/* TBSCertificate, RFC 5280 4.1. */
static smime_status read_tbs(smime_cert *cert, smime__der tbs)
{
    smime__view inner_algorithm;
    smime__der wrapper, list;

    if (!read_version(cert, &tbs) || !smime__der_take_integer(&tbs, &cert->serial) ||
        !take_whole(&tbs, SMIME__SEQUENCE, &inner_algorithm) ||
        !take_whole(&tbs, SMIME__SEQUENCE, &cert->issuer) || !read_validity(cert, &tbs) ||
        !take_whole(&tbs, SMIME__SEQUENCE, &cert->subject) ||
        !take_whole(&tbs, SMIME__SEQUENCE, &cert->spki))
        return SMIME_E_CERT_SYNTAX;
    if (!smime__name_check(cert->issuer) || !smime__name_check(cert->subject) ||
        !smime__view_equal(inner_algorithm, cert->signature_algorithm))
        return SMIME_E_CERT_SYNTAX;
    smime__der_take(&tbs, SMIME__CONTEXT(1), NULL); /* issuerUniqueID */
    smime__der_take(&tbs, SMIME__CONTEXT(2), NULL); /* subjectUniqueID */
    if (smime__der_done(&tbs))
        return SMIME_OK;
    if (cert->version != 3 || !smime__der_enter(&tbs, SMIME__CONTEXT_C(3), &wrapper) ||
        !smime__der_done(&tbs) || !smime__der_enter(&wrapper, SMIME__SEQUENCE, &list) ||
        !smime__der_done(&wrapper))
        return SMIME_E_CERT_SYNTAX;
    cert->extensions = smime__view_of(list.at, (size_t)(list.end - list.at));
    return smime__cert_read_extensions(cert);
}

static smime_status read_certificate(smime_cert *cert)
{
    smime__der der = smime__der_cursor(smime__view_of(cert->der, cert->len));
    smime__der outer, tbs;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &outer) || !smime__der_done(&der) ||
        !take_whole(&outer, SMIME__SEQUENCE, &cert->tbs) ||
        !take_whole(&outer, SMIME__SEQUENCE, &cert->signature_algorithm) ||
        !smime__der_take_bytes(&outer, &cert->signature) || !smime__der_done(&outer))
        return SMIME_E_CERT_SYNTAX;
    der = smime__der_cursor(cert->tbs);
    smime__der_enter(&der, SMIME__SEQUENCE, &tbs);
    return read_tbs(cert, tbs);
}

static smime_status tell_subject_email(void *user, smime__view text)
{
    return smime__cert_add_email(user, text, 1);
}

static smime_status name_dup(char **ret, smime__view name)
{
    smime__buf text = { 0 };
    smime_status status = smime__name_text(&text, name);

    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    *ret = (char *)text.data;
    return status;
}

/* What callers and the path builder ask for again and again. */
static smime_status derive(smime_cert *cert)
{
    smime_status status;
    smime__view serial = cert->serial;

    if (serial.len > 1 && serial.data[0] == 0) /* the byte that keeps it positive */
        serial = smime__view_of(serial.data + 1, serial.len - 1);
    cert->serial_text = malloc(2 * serial.len + 1);
    if (!cert->serial_text)
        return SMIME_E_NOMEM;
    smime__hex(cert->serial_text, serial.data, serial.len);
    status = smime__digest_once(SMIME__HASH_SHA256, cert->der, cert->len, cert->hash);
    smime__hex(cert->sha256, cert->hash, sizeof cert->hash);
    if (status == SMIME_OK)
        status = name_dup(&cert->subject_text, cert->subject);
    if (status == SMIME_OK)
        status = name_dup(&cert->issuer_text, cert->issuer);
    if (status == SMIME_OK)
        status = smime__name_canonical(&cert->subject_canonical, cert->subject);
    if (status == SMIME_OK)
        status = smime__name_canonical(&cert->issuer_canonical, cert->issuer);
    cert->subject_hash = smime__name_hash(smime__buf_view(&cert->subject_canonical));
    /* RFC 8550 3: the subject counts where the extension names no address */
    if (status == SMIME_OK && !cert->email_count)
        status = smime__name_each(cert->subject, SMIME__OID_EMAIL_ADDRESS, tell_subject_email,
                                  cert);
    if (status == SMIME_OK) {
        status = smime__pubkey_new(cert->spki, &cert->key);
        if (status != SMIME_E_NOMEM)
            status = SMIME_OK; /* reported when the key is needed */
    }
    return status;
}

smime_status smime__cert_parse(smime__view der, smime_cert **ret_cert)
{
    smime_cert *cert;
    smime_status status;

    if (der.len > 1048576)
        return SMIME_E_LIMIT_OBJECT;
    cert = calloc(1, sizeof *cert);
    if (!cert)
        return SMIME_E_NOMEM;
    smime__ref_init(&cert->refs);
    cert->path_length = -1;
    cert->require_explicit = cert->inhibit_mapping = cert->inhibit_any = -1;
    cert->der = smime__dup(der.data, der.len);
    cert->len = der.len;
    status = cert->der ? read_certificate(cert) : SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = derive(cert);
    if (status < 0) {
        smime_cert_unref(cert);
        return status;
    }
    *ret_cert = cert;
    return SMIME_OK;
}

smime_status smime__cert_add_email(smime_cert *cert, smime__view address, int from_subject)
{
    smime__buf clean = { 0 };
    smime_status status = smime__grow((void **)&cert->emails, cert->email_count,
                                      &cert->email_room, sizeof *cert->emails);

    if (status == SMIME_OK)
        status = smime__utf8_clean(&clean, address);
    if (status == SMIME_OK && !smime__buf_text(&clean))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&clean);
        return status;
    }
    cert->emails[cert->email_count].address = (char *)clean.data;
    cert->emails[cert->email_count++].from_subject = from_subject;
    return SMIME_OK;
}

/* FNV-1a: names are short, and whoever makes many collide only makes a list of his own longer. */
uint32_t smime__name_hash(smime__view canonical)
{
    uint32_t hash = UINT32_C(2166136261);

    for (size_t i = 0; i < canonical.len; i++)
        hash = (hash ^ canonical.data[i]) * UINT32_C(16777619);
    return hash;
}

int smime__cert_equal(const smime_cert *a, const smime_cert *b)
{
    return a == b || (a->len == b->len && !memcmp(a->der, b->der, a->len));
}

int smime__cert_self_issued(const smime_cert *cert)
{
    return smime__view_equal(smime__buf_view(&cert->subject_canonical),
                             smime__buf_view(&cert->issuer_canonical));
}

int smime__cert_same_subject_and_key(const smime_cert *a, const smime_cert *b)
{
    return smime__view_equal(smime__buf_view(&a->subject_canonical),
                             smime__buf_view(&b->subject_canonical)) &&
           smime__view_equal(a->spki, b->spki);
}

smime_status smime_cert_new(const void *data, size_t len, smime_cert **ret_cert)
{
    smime__view text = smime__view_of(data, len);
    smime__pem pem = { { NULL, 0 }, { NULL, 0 }, { 0 } };
    smime_status status;

    if (!ret_cert || (len && !data))
        return SMIME_E_INVALID_ARG;
    if (!len)
        return SMIME_E_CERT_SYNTAX;
    if (*(const uint8_t *)data == SMIME__SEQUENCE)
        return smime__cert_parse(text, ret_cert);
    while ((status = smime__pem_next(&text, &pem)) == SMIME_OK)
        if (smime__view_is(pem.label, "CERTIFICATE") ||
            smime__view_is(pem.label, "X509 CERTIFICATE")) {
            status = smime__cert_parse(smime__buf_view(&pem.der), ret_cert);
            break;
        }
    smime__buf_free(&pem.der);
    return status == SMIME_E_NOT_FOUND || status == SMIME_E_BER ? SMIME_E_CERT_SYNTAX : status;
}

smime_cert *smime_cert_ref(smime_cert *cert)
{
    if (cert)
        smime__ref_up(&cert->refs);
    return cert;
}

void smime_cert_unref(smime_cert *cert)
{
    if (!cert || !smime__ref_down(&cert->refs))
        return;
    for (size_t i = 0; i < cert->email_count; i++)
        free(cert->emails[i].address);
    free(cert->emails);
    free(cert->serial_text);
    free(cert->subject_text);
    free(cert->issuer_text);
    smime__buf_free(&cert->subject_canonical);
    smime__buf_free(&cert->issuer_canonical);
    smime__pubkey_free(cert->key);
    free(cert->der);
    free(cert);
}

const uint8_t *smime_cert_der(const smime_cert *cert, size_t *ret_len)
{
    if (ret_len)
        *ret_len = cert ? cert->len : 0;
    return cert ? cert->der : NULL;
}

const char *smime_cert_subject(const smime_cert *cert)
{
    return cert ? cert->subject_text : "";
}

const char *smime_cert_issuer(const smime_cert *cert)
{
    return cert ? cert->issuer_text : "";
}

const char *smime_cert_serial(const smime_cert *cert)
{
    return cert ? cert->serial_text : "";
}

const char *smime_cert_sha256(const smime_cert *cert)
{
    return cert ? cert->sha256 : "";
}

int64_t smime_cert_not_before(const smime_cert *cert)
{
    return cert ? cert->not_before : 0;
}

int64_t smime_cert_not_after(const smime_cert *cert)
{
    return cert ? cert->not_after : 0;
}

size_t smime_cert_email_count(const smime_cert *cert)
{
    return cert ? cert->email_count : 0;
}

const char *smime_cert_email(const smime_cert *cert, size_t index)
{
    return cert && index < cert->email_count ? cert->emails[index].address : NULL;
}

int32_t smime_cert_is_for(const smime_cert *cert, const char *address)
{
    int32_t best = 0;

    if (!cert || !address)
        return 0;
    for (size_t i = 0; i < cert->email_count && best != 1; i++) {
        int match = smime__mailbox_compare(cert->emails[i].address, address);
        if (match)
            best = match;
    }
    return best;
}
