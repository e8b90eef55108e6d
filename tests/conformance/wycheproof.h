/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One vector of Wycheproof and the checks of the library's glue that judge it. */
#ifndef SMIME_TESTS_WYCHEPROOF_H
#define SMIME_TESTS_WYCHEPROOF_H

#include "crypto/privkey.h"

#include <json.h>

typedef enum outcome {
    ACCEPTED, /* and with the expected output */
    REFUSED,
    WRONG, /* whatever the vector's result says */
    SKIPPED
} outcome;

typedef struct vector {
    struct json_object *group;
    struct json_object *test;
    smime__pubkey *public_key; /* the group's, once a check asked for it */
    smime__privkey *private_key;
    uint8_t *held[16]; /* the memory of hex() for this vector */
    size_t held_count;
    const char *why; /* of WRONG and SKIPPED */
} vector;

/* The field @p name as text, "" when there is none. */
const char *text(struct json_object *object, const char *name);
int number(struct json_object *object, const char *name); /* -1 when there is none */
int has_flag(const vector *v, const char *flag);
int is_result(const vector *v, const char *result);
/* The bytes of a hexadecimal field, in memory of exactly that size, so that sanitizers see reads
 * beyond it. */
smime__view hex(vector *v, struct json_object *object, const char *name);
outcome wrong(vector *v, const char *why);
outcome skip(vector *v, const char *why);

outcome check_oaep(vector *v);
outcome check_pkcs1(vector *v);
outcome check_verify_rsa(vector *v);
outcome check_verify_pss(vector *v);
outcome check_verify_ecdsa(vector *v);
outcome check_verify_ed25519(vector *v);
outcome check_verify_ed448(vector *v);
outcome check_ecdh(vector *v);
outcome check_x25519(vector *v);
outcome check_x25519_asn(vector *v);

outcome check_aes_wrap(vector *v);
outcome check_hkdf256(vector *v);
outcome check_hkdf384(vector *v);
outcome check_hkdf512(vector *v);
outcome check_gcm(vector *v);
outcome check_ccm(vector *v);
outcome check_chacha20_poly1305(vector *v);
outcome check_pbkdf2_sha1(vector *v);
outcome check_pbkdf2_sha256(vector *v);
outcome check_pbkdf2_sha512(vector *v);
outcome check_cbc(vector *v);

#endif
