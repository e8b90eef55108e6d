/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "wycheproof.h"

#include "asn1/der.h"
#include "crypto/ecdh.h"
#include "crypto/gnutls_names.h"

#include <stdlib.h>
#include <string.h>

static smime__hash hash_of(const vector *v, const char *name)
{
    const char *value = text(v->group, name);

    return smime__hash_by_name(value, strlen(value));
}

/* The group's private key, which comes in DER and in PEM; NULL unless both are read. */
static smime__privkey *private_key(vector *v)
{
    const char *pem = text(v->group, "privateKeyPem");
    smime__privkey *from_pem = NULL;

    if (v->private_key)
        return v->private_key;
    if (smime__privkey_new(hex(v, v->group, "privateKeyPkcs8"), NULL, &v->private_key) < 0)
        return NULL;
    if (smime__privkey_new(smime__view_of(pem, strlen(pem)), NULL, &from_pem) < 0) {
        smime__privkey_free(v->private_key);
        v->private_key = NULL;
    }
    smime__privkey_free(from_pem);
    return v->private_key;
}

/* Key transport never tells of a failure: that what stood in the key's place stays, does.
 * @p oaep: NULL for PKCS#1 v1.5. */
static outcome transport(vector *v, const smime__oaep *oaep, smime__view expected, size_t len)
{
    smime__view wrapped = hex(v, v->test, "ct");
    uint8_t *key = malloc(len);
    uint8_t *fallback = malloc(len);
    smime_status status;
    outcome result;

    for (size_t i = 0; i < len; i++)
        key[i] = fallback[i] =
            (uint8_t)(0x5a ^ (i * 7) ^ (i < expected.len ? expected.data[i] : 0));
    status = oaep ? smime__privkey_decrypt_oaep(v->private_key, oaep, wrapped, key, len)
                  : smime__privkey_decrypt(v->private_key, wrapped, key, len);
    if (status < 0)
        result = wrong(v, "a status told of the failure");
    else if (!memcmp(key, fallback, len))
        result = REFUSED;
    else if (len == expected.len && !memcmp(key, expected.data, len))
        result = ACCEPTED;
    else
        result = wrong(v, "neither the message nor the fallback");
    free(key);
    free(fallback);
    return result;
}

/* An invalid vector must leave the fallback at the lengths of content keys too. */
static outcome transport_invalid(vector *v, const smime__oaep *oaep, smime__view expected,
                                 int with_own_length)
{
    static const size_t lengths[] = { 16, 24, 32 };
    outcome result = REFUSED;

    if (with_own_length)
        result = transport(v, oaep, expected, expected.len);
    for (size_t i = 0; result == REFUSED && i < sizeof lengths / sizeof lengths[0]; i++)
        result = transport(v, oaep, expected, lengths[i]);
    return result;
}

outcome check_oaep(vector *v)
{
    smime__oaep oaep = { hash_of(v, "sha"), hash_of(v, "mgfSha"), hex(v, v->test, "label") };
    smime__view expected = hex(v, v->test, "msg");

    if (oaep.hash == SMIME__HASH_NONE || oaep.mgf_hash == SMIME__HASH_NONE)
        return skip(v, "a hash that the library has not");
    if (!private_key(v))
        return wrong(v, "the private key was not read");
    if (is_result(v, "invalid"))
        return transport_invalid(v, &oaep, expected, expected.len != 0);
    if (!expected.len)
        return skip(v, "an empty message: nothing shows whether it came");
    return transport(v, &oaep, expected, expected.len);
}

outcome check_pkcs1(vector *v)
{
    smime__view expected = hex(v, v->test, "msg");
    int expressible = expected.len && expected.len <= 64;

    if (!private_key(v))
        return wrong(v, "the private key was not read");
    if (is_result(v, "invalid"))
        return transport_invalid(v, NULL, expected, expressible);
    if (!expressible)
        return skip(v, "a message of no bytes or more than 64: no content key");
    return transport(v, NULL, expected, expected.len);
}

/* The group's public key; NULL when it was refused. */
static smime__pubkey *public_key(vector *v)
{
    if (!v->public_key && smime__pubkey_new(hex(v, v->group, "publicKeyDer"), &v->public_key) < 0)
        v->public_key = NULL;
    return v->public_key;
}

/* Why the library cannot check signatures of the kind @p how; NULL when it can. It has to refuse
 * them. */
static const char *unverifiable(const smime__signature_kind *how)
{
    if (how->scheme == SMIME__SCHEME_RSA_PSS)
        return how->hash && how->mgf_hash ? NULL : "a hash that the library does not have: refused";
    if (smime__gnutls_signature(how) == GNUTLS_SIGN_UNKNOWN)
        return "GnuTLS has no such signature with SHA-1 or SHA-224: refused";
    return NULL;
}

static outcome verify(vector *v, smime__scheme scheme)
{
    smime__signature_kind how = { .scheme = scheme, .hash = hash_of(v, "sha") };
    smime__view message = hex(v, v->test, "msg");
    smime__view signature = hex(v, v->test, "sig");
    const char *excuse;
    int good;

    if (scheme == SMIME__SCHEME_RSA_PSS) {
        how.mgf_hash = hash_of(v, "mgfSha");
        how.salt = number(v->group, "sLen");
    }
    excuse = unverifiable(&how);
    if (!public_key(v) && scheme == SMIME__SCHEME_RSA_PSS && how.mgf_hash != how.hash)
        excuse = "GnuTLS does not read a key restricted to another hash in MGF1: refused";
    if (!public_key(v))
        return excuse ? skip(v, excuse) : wrong(v, "the public key was not read");
    good = smime__pubkey_verify(v->public_key, &how, message, 0, signature);
    if (excuse)
        return good ? wrong(v, "taken, though it cannot be checked") : skip(v, excuse);
    /* Nettle's addition of points is not made for two equal ones (seen with 3.8.1): a good
     * signature is refused, which takes a signer that aims at it */
    if (!good && is_result(v, "valid") && has_flag(v, "PointDuplication"))
        return skip(v, "good, but Nettle's addition fails for equal points: refused");
    return good ? ACCEPTED : REFUSED;
}

outcome check_verify_rsa(vector *v)
{
    return verify(v, SMIME__SCHEME_RSA);
}

outcome check_verify_pss(vector *v)
{
    return verify(v, SMIME__SCHEME_RSA_PSS);
}

outcome check_verify_ecdsa(vector *v)
{
    return verify(v, SMIME__SCHEME_ECDSA);
}

outcome check_verify_ed25519(vector *v)
{
    return verify(v, SMIME__SCHEME_ED25519);
}

outcome check_verify_ed448(vector *v)
{
    return verify(v, SMIME__SCHEME_ED448);
}

static smime__curve curve_of(const vector *v)
{
    const char *name = text(v->group, "curve");

    return !strcmp(name, "secp256r1")    ? SMIME__CURVE_P256
           : !strcmp(name, "secp384r1")  ? SMIME__CURVE_P384
           : !strcmp(name, "secp521r1")  ? SMIME__CURVE_P521
           : !strcmp(name, "curve25519") ? SMIME__CURVE_X25519
           : !strcmp(name, "curve448")   ? SMIME__CURVE_X448
                                         : SMIME__CURVE_NONE;
}

static outcome agree(vector *v, smime__view scalar, smime__view point)
{
    smime__buf secret = { .secret = 1 };
    smime_status status = smime__ecdh_agree(curve_of(v), scalar, point, &secret);
    int same = smime__view_equal(smime__buf_view(&secret), hex(v, v->test, "shared"));

    smime__buf_free(&secret);
    if (status < 0)
        return REFUSED;
    return same ? ACCEPTED : wrong(v, "another shared secret");
}

/* The bits of a SubjectPublicKeyInfo; empty when it is no DER. */
static smime__view point_of(smime__view spki)
{
    smime__der der = smime__der_cursor(spki), inside;
    smime__view point = smime__view_of(NULL, 0);

    if (smime__der_enter(&der, SMIME__SEQUENCE, &inside) &&
        smime__der_take(&inside, SMIME__SEQUENCE, NULL))
        smime__der_take_bytes(&inside, &point);
    return point;
}

/* 1 when the key is accepted, and as one of the group's curve. */
static int accepts(const vector *v, smime__view spki)
{
    smime__pubkey *key = NULL;
    int good = smime__pubkey_new(spki, &key) == SMIME_OK && smime__pubkey_curve(key) == curve_of(v);

    smime__pubkey_free(key);
    return good;
}

outcome check_ecdh(vector *v)
{
    smime__view spki = hex(v, v->test, "public");
    smime__view scalar = hex(v, v->test, "private");
    outcome result = agree(v, scalar, point_of(spki));

    /* An originator's point is used without the key around it, so off the curve it must be refused
     * alone. In the other bad keys the parameters are what is bad. */
    if (result != REFUSED && is_result(v, "invalid") && !has_flag(v, "InvalidPublic"))
        return wrong(v, "the point was accepted");
    return accepts(v, spki) ? result : REFUSED;
}

outcome check_x25519(vector *v)
{
    outcome result = agree(v, hex(v, v->test, "private"), hex(v, v->test, "public"));

    if (result != REFUSED && has_flag(v, "ZeroSharedSecret"))
        return wrong(v, "a shared secret of zeros");
    return result;
}

outcome check_x25519_asn(vector *v)
{
    smime__view spki = hex(v, v->test, "public");
    smime__buf secret = { .secret = 1 };
    smime__privkey *key = NULL;
    outcome result = REFUSED;

    if (accepts(v, spki) &&
        smime__privkey_new(hex(v, v->test, "private"), NULL, &key) == SMIME_OK &&
        smime__privkey_agree(key, point_of(spki), &secret) == SMIME_OK)
        result = smime__view_equal(smime__buf_view(&secret), hex(v, v->test, "shared"))
                     ? ACCEPTED
                     : wrong(v, "another shared secret");
    if (result != REFUSED && has_flag(v, "ZeroSharedSecret"))
        result = wrong(v, "a shared secret of zeros");
    smime__privkey_free(key);
    smime__buf_free(&secret);
    return result;
}
