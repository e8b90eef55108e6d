/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "evidence.h"

#include "support.h"

#include <gnutls/abstract.h>
#include <gnutls/crypto.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const gnutls_datum_t nothing = {NULL, 0};

static void need(int code, const char *what)
{
    if (code < 0) {
        fprintf(stderr, "test evidence: %s: %s\n", what, gnutls_strerror(code));
        exit(99);
    }
}

/* Hands memory of GnuTLS over to the notation. */
static gnutls_datum_t adopt(gnutls_datum_t datum)
{
    gnutls_datum_t copy = notation("%", datum);

    gnutls_free(datum.data);
    return copy;
}

gnutls_datum_t evidence_subject(const certs_made *cert)
{
    gnutls_datum_t name = {NULL, 0};

    need(gnutls_x509_crt_get_raw_dn(cert->crt, &name), "subject");
    return adopt(name);
}

gnutls_datum_t evidence_serial(const certs_made *cert)
{
    unsigned char bytes[64];
    size_t len = sizeof bytes;
    gnutls_datum_t serial = {bytes, 0};

    need(gnutls_x509_crt_get_serial(cert->crt, bytes, &len), "serial");
    serial.size = (unsigned)len;
    return notation("%", serial);
}

/* The bits of the key: an uncompressed point of P-256 ends the SubjectPublicKeyInfo. */
static gnutls_datum_t key_bits(const certs_made *cert)
{
    gnutls_pubkey_t key = NULL;
    gnutls_datum_t spki = {NULL, 0};

    need(gnutls_pubkey_init(&key), "key");
    need(gnutls_pubkey_import_x509(key, cert->crt, 0), "key");
    need(gnutls_pubkey_export2(key, GNUTLS_X509_FMT_DER, &spki), "key");
    gnutls_pubkey_deinit(key);
    spki = adopt(spki);
    need(spki.size > 65 && spki.data[spki.size - 65] == 4 ? 0 : GNUTLS_E_INVALID_REQUEST,
         "not a key on P-256");
    return (gnutls_datum_t){spki.data + spki.size - 65, 65};
}

static gnutls_datum_t hash_of(gnutls_digest_algorithm_t hash, gnutls_datum_t data)
{
    unsigned char digest[64];
    gnutls_datum_t made = {digest, gnutls_hash_get_len(hash)};

    need(gnutls_hash_fast(hash, data.data, data.size, digest), "hash");
    return notation("%", made);
}

gnutls_datum_t evidence_cert_id(const certs_made *cert, const certs_made *issuer, int hash)
{
    gnutls_digest_algorithm_t kind = hash ? GNUTLS_DIG_SHA256 : GNUTLS_DIG_SHA1;
    gnutls_datum_t name = nothing, algorithm;

    need(gnutls_x509_crt_get_raw_issuer_dn(cert->crt, &name), "issuer");
    name = adopt(name);
    algorithm = notation(hash == 0   ? "30(@1.3.14.3.2.26 05())"
                         : hash == 1 ? "30(@2.16.840.1.101.3.4.2.1)"
                                     : "30(@1.2.3.4)");
    return notation("30(% 04(%) 04(%) 02(%))", algorithm, hash_of(kind, name),
                    hash_of(kind, key_bits(issuer)), evidence_serial(cert));
}

/* SEQUENCE { tbs, algorithm, signature } without its head. */
static gnutls_datum_t sign(gnutls_datum_t tbs, const certs_made *signer, int forged,
                           gnutls_digest_algorithm_t hash)
{
    gnutls_privkey_t key = NULL;
    gnutls_datum_t signature = {NULL, 0}, algorithm;

    algorithm = notation(hash == GNUTLS_DIG_SHA1 ? "30(@1.2.840.10045.4.1)"
                                                 : "30(@1.2.840.10045.4.3.2)");
    need(gnutls_privkey_init(&key), "key");
    need(gnutls_privkey_import_x509(key, signer->key, 0), "key");
    need(gnutls_privkey_sign_data(key, hash ? hash : GNUTLS_DIG_SHA256, 0, &tbs, &signature),
         "sign");
    gnutls_privkey_deinit(key);
    signature = adopt(signature);
    if (forged)
        signature.data[signature.size - 1] ^= 1;
    return notation("% % 03(00 %)", tbs, algorithm, signature);
}

static gnutls_datum_t entry_of(const certs_made *certs, const evidence_entry *entry)
{
    gnutls_datum_t serial = entry->serial ? notation(entry->serial)
                                          : evidence_serial(&certs[entry->of]);
    gnutls_datum_t when = notation_time(
        entry->when ? entry->when : SUPPORT_NOW - 10 * EVIDENCE_DAY, 0);
    gnutls_datum_t reason = nothing, issuer = nothing, extensions;

    if (entry->reason) {
        gnutls_datum_t number = notation_number(entry->reason);
        reason = notation(NOTATION_EXTENSION("2.5.29.21", "0a(%)"),
                          (gnutls_datum_t){number.data + 2, number.size - 2});
    }
    if (entry->issuer)
        issuer = notation(NOTATION_CRITICAL("2.5.29.29", "30(a4(%))"),
                          evidence_subject(&certs[entry->issuer]));
    extensions = notation("% % %", reason, issuer, entry->more ? notation(entry->more) : nothing);
    return extensions.size ? notation("30(02(%) % 30(%))", serial, when, extensions)
                           : notation("30(02(%) %)", serial, when);
}

static gnutls_datum_t key_id_of(const certs_made *cert)
{
    unsigned char id[64];
    size_t len = sizeof id;

    need(gnutls_x509_crt_get_key_id(cert->crt, 0, id, &len), "key identifier");
    return notation("%", (gnutls_datum_t){id, (unsigned)len});
}

static gnutls_datum_t list_extensions(const certs_made *certs, const evidence_crl *spec)
{
    gnutls_datum_t all = spec->more ? notation(spec->more) : nothing;

    if (!spec->no_key_id)
        all = notation("% " NOTATION_EXTENSION("2.5.29.35", "30(80(%))"), all,
                       key_id_of(&certs[spec->signer]));
    if (spec->number)
        all = notation("% " NOTATION_EXTENSION("2.5.29.20", "%"), all,
                       notation_number(spec->number));
    if (spec->base)
        all = notation("% " NOTATION_CRITICAL("2.5.29.27", "%"), all,
                       notation_number(spec->base));
    if (spec->scope)
        all = notation("% " NOTATION_CRITICAL("2.5.29.28", "%"), all, notation(spec->scope));
    return all;
}

/* The time, or nothing for EVIDENCE_NONE; the default where it is 0. */
static gnutls_datum_t time_or(int64_t given, int64_t otherwise, int general)
{
    if (given == EVIDENCE_NONE)
        return nothing;
    return notation_time(given ? given : otherwise, general);
}

gnutls_datum_t evidence_crl_der(const certs_made *certs, const evidence_crl *spec)
{
    gnutls_datum_t entries = nothing, extensions = nothing, tbs;
    gnutls_datum_t algorithm = notation(spec->hash == GNUTLS_DIG_SHA1
                                            ? "30(@1.2.840.10045.4.1)"
                                            : "30(@1.2.840.10045.4.3.2)");

    for (size_t i = 0; i < 5 && (spec->entry[i].of || spec->entry[i].serial); i++)
        entries = notation("% %", entries, entry_of(certs, &spec->entry[i]));
    if (entries.size)
        entries = notation("30(%)", entries);
    if (!spec->bare)
        extensions = list_extensions(certs, spec);
    if (extensions.size)
        extensions = notation("a0(30(%))", extensions);
    tbs = notation("30(% % % % % % %)", spec->bare ? nothing : notation("02(01)"), algorithm,
                   evidence_subject(&certs[spec->issuer ? spec->issuer : spec->signer]),
                   time_or(spec->this_update, SUPPORT_NOW - EVIDENCE_DAY, 0),
                   time_or(spec->next_update, SUPPORT_NOW + EVIDENCE_DAY, 0), entries, extensions);
    return notation("30(%)", sign(tbs, &certs[spec->signer], spec->forged, spec->hash));
}

static gnutls_datum_t single_of(const certs_made *certs, const evidence_ocsp *spec,
                                const evidence_single *single)
{
    const certs_made *issuer = &certs[single->issuer ? single->issuer : spec->signer];
    gnutls_datum_t state = notation(single->state == 2 ? "82()" : "80()"), next, more = nothing;

    if (single->state == 1) {
        gnutls_datum_t number = notation_number(single->reason < 0 ? 0 : single->reason);
        gnutls_datum_t when = notation_time(
            single->when ? single->when : SUPPORT_NOW - 10 * EVIDENCE_DAY, 1);
        number = notation("a0(0a(%))", (gnutls_datum_t){number.data + 2, number.size - 2});
        state = notation("a1(% %)", when, single->reason < 0 ? nothing : number);
    }
    next = time_or(single->next_update, SUPPORT_NOW + EVIDENCE_DAY, 1);
    if (next.size)
        next = notation("a0(%)", next);
    if (single->more)
        more = notation("a1(30(%))", notation(single->more));
    return notation("30(% % % % %)",
                    evidence_cert_id(&certs[single->of], issuer, single->hash), state,
                    time_or(single->this_update, SUPPORT_NOW - EVIDENCE_DAY, 1), next, more);
}

static gnutls_datum_t certs_of(const certs_made *certs, const evidence_ocsp *spec)
{
    gnutls_datum_t all = nothing;

    for (size_t i = 0; i < 3 && spec->with[i]; i++)
        for (size_t n = 0; n < (spec->repeat ? spec->repeat : 1); n++)
            all = notation("% %", all, adopt(certs_der(&certs[spec->with[i]])));
    return all.size ? notation("a0(30(%))", all) : nothing;
}

static gnutls_datum_t response_data(const certs_made *certs, const evidence_ocsp *spec)
{
    const certs_made *named = &certs[spec->named ? spec->named : spec->signer];
    gnutls_datum_t singles = nothing, responder, more = nothing;

    for (size_t i = 0; i < (spec->many ? spec->many_count : 4); i++) {
        const evidence_single *single = spec->many ? &spec->many[i] : &spec->single[i];
        if (!single->of)
            break;
        singles = notation("% %", singles, single_of(certs, spec, single));
    }
    responder = spec->by_key ? notation("a2(04(%))", hash_of(GNUTLS_DIG_SHA1, key_bits(named)))
                             : notation("a1(%)", evidence_subject(named));
    if (spec->more)
        more = notation("a1(30(%))", notation(spec->more));
    return notation("30(% % 30(%) %)", responder,
                    time_or(spec->produced_at, SUPPORT_NOW - EVIDENCE_DAY, 1), singles, more);
}

gnutls_datum_t evidence_ocsp_der(const certs_made *certs, const evidence_ocsp *spec)
{
    gnutls_datum_t basic;

    if (spec->answer) {
        gnutls_datum_t number = notation_number(spec->answer);
        return notation("30(0a(%))", (gnutls_datum_t){number.data + 2, number.size - 2});
    }
    basic = notation("30(% %)",
                     sign(response_data(certs, spec), &certs[spec->signer], spec->forged, 0),
                     certs_of(certs, spec));
    return notation("30(0a(00) a0(30(@1.3.6.1.5.5.7.48.1.1 04(%))))", basic);
}
