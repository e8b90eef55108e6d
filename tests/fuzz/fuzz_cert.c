/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Certificates and keys from any bytes: the strict reader, beside GnuTLS's as a second opinion, the
 * bag, lint, and a path to itself. */
#include "fuzz.h"

#include <smime/smime.h>

#include <gnutls/x509.h>

#define MOMENT INT64_C(1800000000)

static smime_policy *policy;

static void set_up(void)
{
    CLAIM(smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK);
    CLAIM(smime_policy_set_time(policy, MOMENT) == SMIME_OK);
    /* so that no input is slow for what it may ask for */
    CLAIM(smime_policy_set_limit(policy, SMIME_LIMIT_ITERATIONS, 4096) == SMIME_OK);
}

/* Touches every byte of a text, and sees that it is UTF-8. */
static void check_text(const char *text)
{
    const uint8_t *at = (const uint8_t *)text;

    CLAIM(text);
    while (*at) {
        int more = *at < 0x80 ? 0 : *at >= 0xf0 ? 3 : *at >= 0xe0 ? 2 : 1;
        CLAIM(*at < 0x80 || (*at >= 0xc2 && *at <= 0xf4));
        for (at++; more > 0; more--, at++)
            CLAIM((*at & 0xc0) == 0x80);
    }
}

static void check_path(smime_cert *cert, const char *email)
{
    smime_store *store = NULL;
    smime_path *path = NULL;
    smime_status status;

    CLAIM(smime_store_new(&store) == SMIME_OK);
    CLAIM(smime_store_add_cert(store, cert) == SMIME_OK);
    CLAIM(smime_store_count(store) == 1);
    status = smime_path_check(store, policy, cert, SMIME_USE_SIGN, email, &path);
    CLAIM(status == SMIME_OK);
    CLAIM(!smime_path_valid(path)); /* no anchor */
    check_text(smime_path_text(path));
    smime_path_unref(path);
    CLAIM(smime_store_add_anchor(store, cert) == SMIME_OK);
    status = smime_path_check(store, policy, cert, SMIME_USE_ANY, email, &path);
    CLAIM(status == SMIME_OK);
    check_text(smime_path_reason(path));
    check_text(smime_path_text(path));
    CLAIM(smime_path_count(path) >= 1 && smime_path_cert(path, 0) == cert);
    if (smime_path_valid(path))
        CLAIM(smime_cert_not_before(cert) <= MOMENT && smime_cert_not_after(cert) >= MOMENT);
    smime_path_unref(path);
    smime_store_unref(store);
}

static void check_cert(smime_cert *cert)
{
    smime_cert *again = NULL;
    size_t len;
    const uint8_t *der = smime_cert_der(cert, &len);
    const char *email = smime_cert_email(cert, 0);

    check_text(smime_cert_subject(cert));
    check_text(smime_cert_issuer(cert));
    check_text(smime_cert_serial(cert));
    CLAIM(strlen(smime_cert_sha256(cert)) == 64);
    for (size_t i = 0; i < smime_cert_email_count(cert); i++) {
        check_text(smime_cert_email(cert, i));
        CLAIM(smime_cert_is_for(cert, smime_cert_email(cert, i)) >= 0);
    }
    CLAIM(smime_cert_is_for(cert, "nobody@nowhere.invalid") == 0 || email);
    CLAIM(smime_cert_new(der, len, &again) == SMIME_OK);
    CLAIM(!strcmp(smime_cert_sha256(again), smime_cert_sha256(cert)));
    smime_cert_unref(again);
    check_path(cert, NULL);
    check_path(cert, email ? email : "nobody@nowhere.invalid");
}

static void check_getters(smime_cert *cert)
{
    smime_lint *lint = NULL;
    char *text;

    for (int32_t list = SMIME_ITEM_PURPOSE; list <= SMIME_ITEM_EXCLUDED; list++)
        for (size_t i = 0; smime_cert_item(cert, list, i, &text) == SMIME_OK; i++) {
            check_text(text);
            smime_free(text);
        }
    for (size_t i = 0; smime_cert_extension(cert, i, &text, NULL, NULL, NULL) == SMIME_OK; i++) {
        check_text(text);
        smime_free(text);
    }
    CLAIM(smime_lint_new(cert, &lint) == SMIME_OK);
    for (size_t i = 0; i < smime_lint_count(lint); i++)
        check_text(smime_lint_text(lint, i));
    smime_lint_unref(lint);
}

static void check_raw(smime_cert *cert, int32_t field, const gnutls_datum_t *other)
{
    size_t len;
    const uint8_t *own = smime_cert_field(cert, field, &len);

    CLAIM(len == other->size && !memcmp(own, other->data, len));
}

/* Before 1970 GnuTLS does not count, and it takes a leap second for the one behind it. */
static int same_time(int64_t ours, time_t theirs)
{
    return ours < 0 || theirs == (time_t)-1 || ours == (int64_t)theirs ||
           (ours % 60 == 59 && ours + 1 == (int64_t)theirs);
}

/* Where both readers take the bytes, they see the same in them. */
static void compare_with_gnutls(smime_cert *cert, const uint8_t *data, size_t size)
{
    gnutls_datum_t datum = { (unsigned char *)(uintptr_t)data, (unsigned)size }, name;
    unsigned char serial[64];
    size_t len = sizeof serial;
    unsigned ca = 0;
    gnutls_x509_crt_t other;

    CLAIM(gnutls_x509_crt_init(&other) >= 0);
    if (gnutls_x509_crt_import(other, &datum, GNUTLS_X509_FMT_DER) >= 0) {
        CLAIM(gnutls_x509_crt_get_version(other) == smime_cert_version(cert));
        CLAIM(same_time(smime_cert_not_before(cert), gnutls_x509_crt_get_activation_time(other)));
        CLAIM(same_time(smime_cert_not_after(cert), gnutls_x509_crt_get_expiration_time(other)));
        if (gnutls_x509_crt_get_serial(other, serial, &len) >= 0) {
            gnutls_datum_t number = { serial, (unsigned)len };
            check_raw(cert, SMIME_FIELD_SERIAL, &number);
        }
        if (gnutls_x509_crt_get_raw_dn(other, &name) >= 0) {
            check_raw(cert, SMIME_FIELD_SUBJECT, &name);
            gnutls_free(name.data);
        }
        if (gnutls_x509_crt_get_raw_issuer_dn(other, &name) >= 0) {
            check_raw(cert, SMIME_FIELD_ISSUER, &name);
            gnutls_free(name.data);
        }
        if (gnutls_x509_crt_get_basic_constraints(other, NULL, &ca, NULL) >= 0)
            CLAIM((int32_t)ca == smime_cert_is_ca(cert));
    }
    gnutls_x509_crt_deinit(other);
}

static void check_bag(const uint8_t *data, size_t size)
{
    smime_bag *bag = NULL;
    smime_status status;

    CLAIM(smime_bag_new(policy, &bag) == SMIME_OK);
    CLAIM(smime_bag_add_password(bag, "secret") == SMIME_OK);
    status = smime_bag_add(bag, data, size);
    if (status < 0) {
        CLAIM(!smime_bag_cert_count(bag) && !smime_bag_identity_count(bag) &&
              !smime_bag_orphan_count(bag) && !smime_bag_crl_count(bag) &&
              !smime_bag_ocsp_count(bag));
        check_text(smime_bag_error_text(bag));
        CLAIM(*smime_bag_error_text(bag));
    } else {
        CLAIM(smime_bag_cert_count(bag) + smime_bag_orphan_count(bag) +
                  smime_bag_crl_count(bag) + smime_bag_ocsp_count(bag) > 0);
    }
    for (size_t i = 0; i < smime_bag_identity_count(bag); i++) {
        smime_identity *identity = smime_bag_identity(bag, i);
        const char *why = NULL;
        CLAIM(smime_identity_cert(identity));
        if (!smime_identity_usable(identity, SMIME_USE_SIGN, MOMENT, &why))
            check_text(why);
    }
    smime_bag_free(bag);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    smime_cert *cert = NULL;
    smime_status status;

    if (!policy)
        set_up();
    status = smime_cert_new(data, size, &cert);
    if (status == SMIME_OK) {
        check_cert(cert);
        check_getters(cert);
        if (size && data[0] == 0x30)
            compare_with_gnutls(cert, data, size);
    } else {
        CLAIM(!cert);
    }
    smime_cert_unref(cert);
    check_bag(data, size);
    return 0;
}
