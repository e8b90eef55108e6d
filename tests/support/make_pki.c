/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Makes the test PKI: make_pki FOLDER [STAMP]. Every NAME below becomes
 *
 *     NAME.pem  the certificate      NAME.key      its key, PKCS#8 in PEM, no password
 *     NAME.der  the certificate      NAME.enc.key  its key, PKCS#8 in PEM, password "secret"
 *     NAME.p12  key, certificate and its issuer, password "secret"
 *
 * root > intermediate (pathlen 0) > all others; mallory is under other-root, which a program
 * that trusts `root` does not know. Addresses are NAME-without-suffix@example.org unless the
 * table says otherwise. All are valid from 2020 to 2048, so that no test expires; their keys are
 * new with each build. */
#include "certs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define EMAIL GNUTLS_KP_EMAIL_PROTECTION
#define SIGN GNUTLS_KEY_DIGITAL_SIGNATURE
#define TRANSPORT GNUTLS_KEY_KEY_ENCIPHERMENT
#define AGREE GNUTLS_KEY_KEY_AGREEMENT
#define CA (GNUTLS_KEY_KEY_CERT_SIGN | GNUTLS_KEY_CRL_SIGN)
#define P256 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1)
#define P384 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1)
#define P521 GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1)

enum { SELF = -1 };

static const struct {
    const char *name;
    int issuer; /* index in this table, or SELF */
    gnutls_pk_algorithm_t kind;
    unsigned bits;
    certs_spec spec;
} table[] = {
    {"root", SELF, GNUTLS_PK_RSA, 2048,
     {.subject = "CN=Test Root,O=libsmime", .ca = 1, .usage = CA}},
    {"intermediate", 0, GNUTLS_PK_EC, P256,
     {.subject = "CN=Test Intermediate,O=libsmime", .ca = 1, .path_length = 1, .usage = CA}},
    {"other-root", SELF, GNUTLS_PK_EC, P256,
     {.subject = "CN=Other Root,O=libsmime", .ca = 1, .usage = CA}},
    {"alice-rsa", 1, GNUTLS_PK_RSA, 2048,
     {.subject = "CN=Alice", .email = "alice@example.org", .usage = SIGN | TRANSPORT,
      .purpose = EMAIL}},
    {"alice-p256", 1, GNUTLS_PK_EC, P256,
     {.subject = "CN=Alice", .email = "alice@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL}},
    {"bob-rsa", 1, GNUTLS_PK_RSA, 2048,
     {.subject = "CN=Bob", .email = "bob@example.org", .usage = SIGN | TRANSPORT,
      .purpose = EMAIL}},
    {"bob-p256", 1, GNUTLS_PK_EC, P256,
     {.subject = "CN=Bob", .email = "bob@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL}},
    {"carol-p384", 1, GNUTLS_PK_EC, P384,
     {.subject = "CN=Carol", .email = "carol@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL}},
    {"carol-p521", 1, GNUTLS_PK_EC, P521,
     {.subject = "CN=Carol", .email = "carol@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL}},
    {"dave-ed25519", 1, GNUTLS_PK_EDDSA_ED25519, 0,
     {.subject = "CN=Dave", .email = "dave@example.org", .usage = SIGN, .purpose = EMAIL}},
    {"dave-ed448", 1, GNUTLS_PK_EDDSA_ED448, 0,
     {.subject = "CN=Dave", .email = "dave@example.org", .usage = SIGN, .purpose = EMAIL}},
    {"bob-x448", 1, GNUTLS_PK_ECDH_X448, 0,
     {.subject = "CN=Bob", .email = "bob@example.org", .usage = AGREE, .purpose = EMAIL}},
    {"dave-pss", 1, GNUTLS_PK_RSA_PSS, 2048,
     {.subject = "CN=Dave", .email = "dave@example.org", .usage = SIGN, .purpose = EMAIL}},
    {"expired", 1, GNUTLS_PK_EC, P256, /* 2020 alone */
     {.subject = "CN=Alice Expired", .email = "alice@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL, .until = INT64_C(1609459199)}},
    {"future", 1, GNUTLS_PK_EC, P256, /* from 2045 */
     {.subject = "CN=Alice Future", .email = "alice@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL, .from = INT64_C(2366841600)}},
    {"no-sign", 1, GNUTLS_PK_EC, P256, /* key usage: agreement alone */
     {.subject = "CN=Alice Reads", .email = "alice@example.org", .usage = AGREE,
      .purpose = EMAIL}},
    {"no-encrypt", 1, GNUTLS_PK_RSA, 2048, /* key usage: signatures alone */
     {.subject = "CN=Alice Writes", .email = "alice@example.org", .usage = SIGN,
      .purpose = EMAIL}},
    {"no-mail", 1, GNUTLS_PK_EC, P256, /* extended key usage: TLS servers alone */
     {.subject = "CN=Alice Serves", .email = "alice@example.org", .usage = SIGN | AGREE,
      .purpose = GNUTLS_KP_TLS_WWW_SERVER}},
    {"no-address", 1, GNUTLS_PK_EC, P256,
     {.subject = "CN=Nobody", .usage = SIGN | AGREE, .purpose = EMAIL}},
    {"capitals", 1, GNUTLS_PK_EC, P256,
     {.subject = "CN=Alice Loud", .email = "Alice@EXAMPLE.org", .usage = SIGN | AGREE,
      .purpose = EMAIL}},
    {"in-subject", 1, GNUTLS_PK_EC, P256, /* the address in the subject, no subjectAltName */
     {.subject = "EMAIL=erin@example.org,CN=Erin", .usage = SIGN | AGREE, .purpose = EMAIL}},
    {"weak", 1, GNUTLS_PK_RSA, 1024,
     {.subject = "CN=Alice Weak", .email = "alice@example.org", .usage = SIGN | TRANSPORT,
      .purpose = EMAIL}},
    {"mallory", 2, GNUTLS_PK_EC, P256, /* claims to be alice */
     {.subject = "CN=Alice", .email = "alice@example.org", .usage = SIGN | AGREE,
      .purpose = EMAIL}},
};
#define COUNT (sizeof table / sizeof table[0])

static void put(const char *folder, const char *name, const char *suffix, gnutls_datum_t data)
{
    char path[1024];
    FILE *file;

    snprintf(path, sizeof path, "%s/%s%s", folder, name, suffix);
    file = fopen(path, "wb");
    if (!file || fwrite(data.data, 1, data.size, file) != data.size || fclose(file)) {
        fprintf(stderr, "make_pki: %s: %s\n", path, strerror(errno));
        exit(1);
    }
    gnutls_free(data.data);
}

static gnutls_datum_t pem(const char *label, gnutls_datum_t der)
{
    gnutls_datum_t text = {NULL, 0};

    if (gnutls_pem_base64_encode2(label, &der, &text) < 0)
        exit(1);
    gnutls_free(der.data);
    return text;
}

static void put_all(const char *folder, const char *name, const certs_made *made,
                    const certs_made *issuer)
{
    put(folder, name, ".der", certs_der(made));
    put(folder, name, ".pem", pem("CERTIFICATE", certs_der(made)));
    put(folder, name, ".key", pem("PRIVATE KEY", certs_pkcs8(made->key, NULL, 0)));
    put(folder, name, ".enc.key",
        pem("ENCRYPTED PRIVATE KEY",
            certs_pkcs8(made->key, "secret", GNUTLS_PKCS_PBES2_AES_256)));
    put(folder, name, ".p12",
        certs_pkcs12(made, issuer, "secret", GNUTLS_PKCS_PBES2_AES_256));
}

int main(int argc, char **argv)
{
    certs_made made[COUNT];
    FILE *stamp;

    if (argc < 2 || (mkdir(argv[1], 0777) < 0 && errno != EEXIST)) {
        fprintf(stderr, "usage: make_pki FOLDER [STAMP]\n");
        return 2;
    }
    for (size_t i = 0; i < COUNT; i++) {
        const certs_made *issuer = table[i].issuer == SELF ? NULL : &made[table[i].issuer];

        made[i] = certs_make(&table[i].spec, certs_key(table[i].kind, table[i].bits), issuer);
        put_all(argv[1], table[i].name, &made[i], issuer);
    }
    for (size_t i = 0; i < COUNT; i++)
        certs_free(&made[i]);
    if (argc > 2) {
        stamp = fopen(argv[2], "w");
        if (!stamp || fclose(stamp))
            return 1;
    }
    return 0;
}
