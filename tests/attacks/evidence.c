/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Class 11: revocation lists and OCSP responses that come with the message. Alice's signature and
 * path are good; what is stapled may tell that she is revoked, when it is proved, and else
 * nothing. */
#include "attacks.h"

#include "evidence.h"

#include <string.h>

enum { NOBODY, MIDDLE, SHE, HE, ROGUE, IMITATION, COUNT };

static certs_made who[COUNT];

static void gather_all(void)
{
    static const certs_spec imitation = { .subject = "CN=Test Intermediate,O=libsmime", .ca = 1,
                                          .usage = GNUTLS_KEY_KEY_CERT_SIGN |
                                                   GNUTLS_KEY_CRL_SIGN };

    who[MIDDLE] = member("intermediate");
    who[SHE] = member("alice-p256");
    who[HE] = member("bob-p256");
    who[ROGUE] = member("other-root");
    who[IMITATION] = issued(&imitation, NULL);
}

static void add_list(smime_cms_encoder *job, const evidence_crl *spec)
{
    gnutls_datum_t der = evidence_crl_der(who, spec);
    smime_crl *crl;

    ck_ok(smime_crl_new(NULL, der.data, der.size, &crl));
    ck_ok(smime_cms_encoder_add_crl(job, crl));
    smime_crl_unref(crl);
}

static void add_response(smime_cms_encoder *job, const evidence_ocsp *spec)
{
    gnutls_datum_t der = evidence_ocsp_der(who, spec);
    smime_ocsp *ocsp;

    ck_ok(smime_ocsp_new(NULL, der.data, der.size, &ocsp));
    ck_ok(smime_cms_encoder_add_ocsp(job, ocsp));
    smime_ocsp_unref(ocsp);
}

static smime_cms_encoder *by_alice(void)
{
    smime_cms_encoder *job = encoder(SMIME_LAYER_SIGNED);

    gather_all();
    ck_ok(smime_cms_encoder_add_signer(job, identity("alice-p256"), 0, 0, NULL));
    return job;
}

static bytes message_by(smime_cms_encoder *job)
{
    bytes made = opaque_message("signed-data", encoded(job, entity_of(crlf(plain_mail))));

    notation_clear();
    return made;
}

#define REVOKED .entry = { { .of = SHE, .reason = 1 } }

/* By place in this table; what REVOKED says is proved in the first row alone. */
static const evidence_crl lists[] = {
    { .signer = MIDDLE, REVOKED },
    { .signer = MIDDLE, .entry = { { .of = HE, .reason = 1 } } },
    { .signer = ROGUE, REVOKED },
    { .signer = IMITATION, REVOKED },
    { .signer = ROGUE, .issuer = MIDDLE, REVOKED },
    { .signer = MIDDLE, .forged = 1, REVOKED },
    { .signer = HE, .issuer = MIDDLE, REVOKED },
};

static const evidence_ocsp responses[] = {
    { .signer = MIDDLE, .single = { { .of = SHE, .state = 1 } } },
    { .signer = MIDDLE, .single = { { .of = HE } } },
    { .signer = ROGUE, .single = { { .of = SHE, .issuer = MIDDLE } } },
    { .signer = ROGUE, .named = MIDDLE, .single = { { .of = SHE, .issuer = MIDDLE } } },
    { .signer = HE, .with = { HE }, .single = { { .of = SHE, .issuer = MIDDLE } } },
    { .signer = MIDDLE, .forged = 1, .single = { { .of = SHE } } },
    { .signer = MIDDLE,
      .single = { { .of = SHE,
                    .this_update = SUPPORT_NOW - 9 * EVIDENCE_DAY,
                    .next_update = SUPPORT_NOW - 8 * EVIDENCE_DAY } } },
    { .signer = ROGUE, .single = { { .of = SHE, .issuer = MIDDLE, .state = 1 } } },
    { .signer = MIDDLE, .single = { { .of = SHE } } },
};

static bytes list_stapled(const attack *row)
{
    smime_cms_encoder *job = by_alice();

    add_list(job, &lists[row->number]);
    return message_by(job);
}

static bytes response_stapled(const attack *row)
{
    smime_cms_encoder *job = by_alice();

    add_response(job, &responses[row->number]);
    return message_by(job);
}

/* Alice is revoked, and a response of row @p number says that she is good. */
static bytes list_and_response(const attack *row)
{
    smime_cms_encoder *job = by_alice();

    add_list(job, &lists[0]);
    add_response(job, &responses[row->number]);
    return message_by(job);
}

/* A list that is none, and a kind of evidence that nobody knows. */
static bytes list_malformed(const attack *row)
{
    smime_cms_encoder *job = by_alice();
    element *info, *data, *list;
    bytes cms;

    add_list(job, &lists[0]);
    cms = encoded(job, entity_of(crlf(plain_mail)));
    notation_clear();
    info = der_read(cms);
    data = AT(info, 1, 0);
    list = data->child[data->count - 2];
    ck_assert_int_eq(list->tag, 0xa1);
    if (row->number) { /* OtherRevocationInfoFormat */
        AT(list, 0)->tag = 0xa1;
        der_insert(AT(list, 0), 0, der_new(0x06, bytes_of("\x2a\3\4", 3)));
        AT(list, 0)->count = 2;
    } else {
        der_remove(AT(list, 0, 0), 2);
    }
    return opaque_message("signed-data", der_write(info));
}

const attack attack_evidence[] = {
    { "crl-good-proof", list_stapled, NULL, 0 },
    { "crl-of-other-certificate", list_stapled, NULL, 1 },
    { "crl-of-other-issuer", list_stapled, NULL, 2 },
    { "crl-of-imitated-issuer", list_stapled, NULL, 3 },
    { "crl-in-issuer-name", list_stapled, NULL, 4 },
    { "crl-forged", list_stapled, NULL, 5 },
    { "crl-by-a-person", list_stapled, NULL, 6 },
    { "crl-malformed", list_malformed, NULL, 0 },
    { "crl-of-unknown-kind", list_malformed, NULL, 1 },
    { "ocsp-good-proof", response_stapled, NULL, 0 },
    { "ocsp-says-good", response_stapled, NULL, 8 },
    { "ocsp-of-other-certificate", response_stapled, NULL, 1 },
    { "ocsp-of-other-responder", response_stapled, NULL, 2 },
    { "ocsp-in-issuer-name", response_stapled, NULL, 3 },
    { "ocsp-by-a-person", response_stapled, NULL, 4 },
    { "ocsp-forged", response_stapled, NULL, 5 },
    { "ocsp-out-of-date", response_stapled, NULL, 6 },
    { "ocsp-revoked-by-stranger", response_stapled, NULL, 7 },
    { "revoked-and-good-for-other", list_and_response, NULL, 1 },
    { "revoked-and-good-by-stranger", list_and_response, NULL, 2 },
    { "revoked-and-good-in-issuer-name", list_and_response, NULL, 3 },
    { "revoked-and-good-forged", list_and_response, NULL, 5 },
    { "revoked-and-good-out-of-date", list_and_response, NULL, 6 },
    { NULL, NULL, NULL, 0 },
};
