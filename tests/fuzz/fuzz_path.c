/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Paths from mutated chains. A root that is trusted, an intermediate, a leaf and two revocation
 * lists are made once; the input says which bytes of them change. Whatever is called valid must
 * still be what was signed: all checks together let no change of a certificate or list through.
 */
#include "fuzz.h"

#include <smime/smime.h>

#include <gnutls/abstract.h>
#include <gnutls/x509.h>

#define FROM INT64_C(1577836800)
#define MOMENT INT64_C(1800000000)
#define UNTIL INT64_C(2493072000)

enum { ROOT, INTERMEDIATE, LEAF, ROOT_LIST, LIST, OBJECTS };

static gnutls_datum_t made[OBJECTS];
static gnutls_x509_privkey_t keys[3];
static smime_policy *policy;

static void good(int result)
{
    CLAIM(result >= 0);
}

static gnutls_x509_crt_t make_cert(int which, gnutls_x509_crt_t issuer)
{
    static const char *const names[] = { "CN=Root", "CN=Intermediate,O=Fuzz", "CN=Leaf" };
    unsigned char serial = (unsigned char)(which + 1);
    gnutls_x509_crt_t crt;

    good(gnutls_x509_privkey_init(&keys[which]));
    good(gnutls_x509_privkey_generate(keys[which], GNUTLS_PK_ECDSA,
                                      GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
    good(gnutls_x509_crt_init(&crt));
    good(gnutls_x509_crt_set_version(crt, 3));
    good(gnutls_x509_crt_set_serial(crt, &serial, 1));
    good(gnutls_x509_crt_set_dn(crt, names[which], NULL));
    good(gnutls_x509_crt_set_activation_time(crt, FROM));
    good(gnutls_x509_crt_set_expiration_time(crt, UNTIL));
    good(gnutls_x509_crt_set_key(crt, keys[which]));
    good(gnutls_x509_crt_set_basic_constraints(crt, which != LEAF, which == ROOT ? 1 : -1));
    good(gnutls_x509_crt_set_key_usage(crt, which == LEAF
                                                ? GNUTLS_KEY_DIGITAL_SIGNATURE
                                                : GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN));
    if (which == LEAF)
        good(gnutls_x509_crt_set_subject_alt_name(crt, GNUTLS_SAN_RFC822NAME, "a@x.org", 7,
                                                  GNUTLS_FSAN_SET));
    good(gnutls_x509_crt_sign2(crt, issuer ? issuer : crt, keys[issuer ? which - 1 : which],
                               GNUTLS_DIG_SHA256, 0));
    good(gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &made[which]));
    return crt;
}

/* Of certificates with the serial number 9, which is nobody's. */
static void make_list(int which, gnutls_x509_crt_t issuer, gnutls_x509_privkey_t key)
{
    gnutls_x509_crl_t crl;
    unsigned char nine = 9, number = 1;

    good(gnutls_x509_crl_init(&crl));
    good(gnutls_x509_crl_set_version(crl, 2));
    good(gnutls_x509_crl_set_this_update(crl, MOMENT - 1000));
    good(gnutls_x509_crl_set_next_update(crl, MOMENT + 1000));
    good(gnutls_x509_crl_set_number(crl, &number, 1));
    good(gnutls_x509_crl_set_crt_serial(crl, &nine, 1, MOMENT - 2000));
    good(gnutls_x509_crl_sign2(crl, issuer, key, GNUTLS_DIG_SHA256, 0));
    good(gnutls_x509_crl_export2(crl, GNUTLS_X509_FMT_DER, &made[which]));
    gnutls_x509_crl_deinit(crl);
}

static void set_up(void)
{
    gnutls_x509_crt_t root = make_cert(ROOT, NULL), intermediate = make_cert(INTERMEDIATE, root);

    gnutls_x509_crt_deinit(make_cert(LEAF, intermediate));
    make_list(ROOT_LIST, root, keys[ROOT]);
    make_list(LIST, intermediate, keys[INTERMEDIATE]);
    gnutls_x509_crt_deinit(root);
    gnutls_x509_crt_deinit(intermediate);
    CLAIM(smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK);
    CLAIM(smime_policy_set_time(policy, MOMENT) == SMIME_OK);
}

/* One edit: which object, where, what is done, the byte; five bytes of input. */
static void edit(smime__buf *objects, const uint8_t *at)
{
    smime__buf *object = &objects[INTERMEDIATE + at[0] % (OBJECTS - INTERMEDIATE)];
    size_t place = ((size_t)at[1] << 8 | at[2]) % (object->len ? object->len : 1);

    if (!object->len)
        return;
    switch (at[3] % 4) {
    case 0:
        object->data[place] = at[4];
        break;
    case 1:
        object->data[place] ^= (uint8_t)(1u << at[4] % 8);
        break;
    case 2: /* a byte less */
        memmove(object->data + place, object->data + place + 1, object->len - place - 1);
        object->len--;
        break;
    default: /* a byte more */
        CLAIM(smime__buf_add_byte(object, 0) == SMIME_OK);
        memmove(object->data + place + 1, object->data + place, object->len - place - 1);
        object->data[place] = at[4];
    }
}

static int is_unchanged(const smime__buf *object, int which)
{
    return object->len == made[which].size && !memcmp(object->data, made[which].data, object->len);
}

static smime_cert *read_cert(const smime__buf *object)
{
    smime_cert *cert = NULL;

    return smime_cert_new(object->data, object->len, &cert) == SMIME_OK ? cert : NULL;
}

static void add_list(smime_store *store, const smime__buf *object)
{
    smime_crl *crl = NULL;

    if (smime_crl_new(NULL, object->data, object->len, &crl) == SMIME_OK)
        CLAIM(smime_store_add_crl(store, crl) == SMIME_OK);
    smime_crl_unref(crl);
}

static void check(smime_store *store, smime_cert *leaf, const smime__buf *objects, int32_t mode)
{
    smime_path *path = NULL;
    smime_status status;

    CLAIM(smime_policy_set_revocation(policy, mode) == SMIME_OK);
    status = smime_path_check(store, policy, leaf, SMIME_USE_SIGN, "a@x.org", &path);
    CLAIM(status == SMIME_OK || smime_status_category(status) == SMIME_CATEGORY_LIMIT);
    if (smime_path_valid(path)) {
        CLAIM(is_unchanged(&objects[LEAF], LEAF));
        CLAIM(is_unchanged(&objects[INTERMEDIATE], INTERMEDIATE));
        if (mode == SMIME_REVOCATION_ALL)
            CLAIM(is_unchanged(&objects[LIST], LIST) &&
                  is_unchanged(&objects[ROOT_LIST], ROOT_LIST));
    } else if (status == SMIME_OK) {
        CLAIM(*smime_path_text(path) && *smime_path_reason(path));
        for (int i = INTERMEDIATE, same = 1; i <= OBJECTS; i++) {
            if (i == OBJECTS)
                CLAIM(!same); /* what nobody touched is valid */
            else
                same &= is_unchanged(&objects[i], i);
        }
    }
    smime_path_unref(path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    smime__buf objects[OBJECTS] = { { 0 } };
    smime_cert *root, *intermediate, *leaf;
    smime_store *store = NULL;

    if (!policy)
        set_up();
    for (int i = 0; i < OBJECTS; i++)
        CLAIM(smime__buf_add(&objects[i], made[i].data, made[i].size) == SMIME_OK);
    for (size_t at = 0; at + 5 <= size && at < 5 * 64; at += 5)
        edit(objects, data + at);
    root = read_cert(&objects[ROOT]);
    intermediate = read_cert(&objects[INTERMEDIATE]);
    leaf = read_cert(&objects[LEAF]);
    CLAIM(smime_store_new(&store) == SMIME_OK);
    CLAIM(smime_store_add_anchor(store, root) == SMIME_OK);
    if (intermediate)
        CLAIM(smime_store_add_cert(store, intermediate) == SMIME_OK);
    add_list(store, &objects[ROOT_LIST]);
    add_list(store, &objects[LIST]);
    for (int32_t mode = SMIME_REVOCATION_OFF; leaf && mode <= SMIME_REVOCATION_ALL; mode++)
        check(store, leaf, objects, mode);
    smime_store_unref(store);
    smime_cert_unref(leaf);
    smime_cert_unref(intermediate);
    smime_cert_unref(root);
    for (int i = 0; i < OBJECTS; i++)
        smime__buf_free(&objects[i]);
    return 0;
}
