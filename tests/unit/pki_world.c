/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki_world.h"

world here;

void world_setup(void)
{
    memset(&here, 0, sizeof here);
    world_new_store();
    ck_ok(smime_policy_new(SMIME_POLICY_DEFAULT, &here.policy));
    world_at(SUPPORT_NOW);
}

void world_teardown(void)
{
    for (int i = 0; i < WORLD_SIZE; i++) {
        smime_cert_unref(here.cert[i]);
        if (here.made[i].crt)
            certs_free(&here.made[i]);
    }
    smime_path_unref(here.path);
    smime_store_unref(here.store);
    smime_policy_unref(here.policy);
    notation_clear();
}

void world_make_with(int who, int issuer, int key_of, certs_spec spec)
{
    gnutls_x509_privkey_t key = key_of ? certs_key_copy(here.made[key_of].key) : key_p256();

    here.made[who] = certs_make(&spec, key, issuer ? &here.made[issuer] : NULL);
    here.cert[who] = cert_of(&here.made[who]);
}

void world_make(int who, int issuer, certs_spec spec)
{
    world_make_with(who, issuer, NOBODY, spec);
}

certs_spec world_ca(const char *subject)
{
    return (certs_spec){.subject = subject, .ca = 1, .usage = WORLD_CA_USE};
}

certs_spec world_leaf(const char *subject, const char *email)
{
    return (certs_spec){.subject = subject, .email = email,
                        .usage = GNUTLS_KEY_DIGITAL_SIGNATURE | GNUTLS_KEY_KEY_AGREEMENT};
}

void world_make_chain(void)
{
    world_make(ROOT, NOBODY, world_ca("CN=Root"));
    world_make(CA, ROOT, world_ca("CN=CA"));
    world_make(LEAF, CA, world_leaf("CN=Leaf", "leaf@example.org"));
    world_anchor(ROOT);
    world_add(CA);
}

void world_anchor(int who)
{
    ck_ok(smime_store_add_anchor(here.store, here.cert[who]));
}

void world_add(int who)
{
    ck_ok(smime_store_add_cert(here.store, here.cert[who]));
}

smime_crl *world_crl(const evidence_crl *spec)
{
    gnutls_datum_t der = evidence_crl_der(here.made, spec);
    smime_crl *crl = NULL;

    ck_ok(smime_crl_new(NULL, der.data, der.size, &crl));
    return crl;
}

smime_ocsp *world_ocsp(const evidence_ocsp *spec)
{
    gnutls_datum_t der = evidence_ocsp_der(here.made, spec);
    smime_ocsp *ocsp = NULL;

    ck_ok(smime_ocsp_new(NULL, der.data, der.size, &ocsp));
    return ocsp;
}

void world_add_crl(const evidence_crl *spec)
{
    smime_crl *crl = world_crl(spec);

    ck_ok(smime_store_add_crl(here.store, crl));
    smime_crl_unref(crl);
}

void world_add_ocsp(const evidence_ocsp *spec)
{
    smime_ocsp *ocsp = world_ocsp(spec);

    ck_ok(smime_store_add_ocsp(here.store, ocsp));
    smime_ocsp_unref(ocsp);
}

void world_new_store(void)
{
    smime_store_unref(here.store);
    here.store = NULL;
    ck_ok(smime_store_new(&here.store));
}

void world_at(int64_t seconds)
{
    ck_ok(smime_policy_set_time(here.policy, seconds));
}

void world_revocation(int32_t mode)
{
    ck_ok(smime_policy_set_revocation(here.policy, mode));
}

void world_check(int who, int32_t use, const char *email)
{
    smime_path_unref(here.path);
    here.path = NULL;
    ck_ok(smime_path_check(here.store, here.policy, here.cert[who], use, email, &here.path));
}

void world_expect(const char *reason, int fault)
{
    int valid = !strcmp(reason, "valid");
    int open = !strcmp(reason, "no-anchor") || !strcmp(reason, "revocation-unknown");

    ck_assert_msg(!strcmp(smime_path_reason(here.path), reason), "%s, not %s: %s",
                  smime_path_reason(here.path), reason, smime_path_text(here.path));
    ck_assert_int_eq(smime_path_status(here.path), valid  ? SMIME_PATH_VALID
                                                   : open ? SMIME_PATH_INDETERMINATE
                                                          : SMIME_PATH_INVALID);
    ck_assert_int_eq(smime_path_fault(here.path), fault);
    ck_assert(valid == (smime_path_anchor(here.path) != NULL));
    ck_assert_str_ne(smime_path_text(here.path), "");
}
