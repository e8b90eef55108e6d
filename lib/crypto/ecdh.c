/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/ecdh.h"

#include "base/secret.h"
#include "crypto/random.h"

#include <gmp.h>
#include <nettle/bignum.h>
#include <nettle/curve25519.h>
#include <nettle/curve448.h>
#include <nettle/ecc-curve.h>
#include <nettle/ecc.h>

static const struct ecc_curve *nettle_curve(smime__curve curve)
{
    switch (curve) {
    case SMIME__CURVE_P256:
        return nettle_get_secp_256r1();
    case SMIME__CURVE_P384:
        return nettle_get_secp_384r1();
    case SMIME__CURVE_P521:
        return nettle_get_secp_521r1();
    default:
        return NULL;
    }
}

size_t smime__curve_size(smime__curve curve)
{
    switch (curve) {
    case SMIME__CURVE_P384:
        return 48;
    case SMIME__CURVE_P521:
        return 66;
    default:
        return 32;
    }
}

typedef struct random_state {
    smime_status status;
} random_state;

static void nettle_random(void *ctx, size_t len, uint8_t *to)
{
    random_state *state = ctx;
    smime_status status = smime__random_key(to, len);

    if (status < 0)
        state->status = status;
}

/* 0 when the coordinates are no point of the curve. */
static int set_point(struct ecc_point *point, smime__view x, smime__view y)
{
    mpz_t zx, zy;
    int good;

    nettle_mpz_init_set_str_256_u(zx, x.len, x.data);
    nettle_mpz_init_set_str_256_u(zy, y.len, y.data);
    good = ecc_point_set(point, zx, zy);
    mpz_clears(zx, zy, NULL);
    return good;
}

/* Nettle and GMP free secrets as they are. */
static void clear_number(mpz_t number)
{
    size_t limbs = mpz_size(number);

    if (limbs)
        smime__wipe(mpz_limbs_modify(number, (mp_size_t)limbs), limbs * sizeof(mp_limb_t));
    mpz_set_ui(number, 0);
    mpz_clear(number);
}

static void clear_scalar(struct ecc_scalar *scalar)
{
    smime__wipe(scalar->p, (size_t)ecc_size(scalar->ecc) * sizeof *scalar->p);
    ecc_scalar_clear(scalar);
}

static void clear_point(struct ecc_point *point)
{
    smime__wipe(point->p, (size_t)ecc_size_a(point->ecc) * sizeof *point->p);
    ecc_point_clear(point);
}

/* One or both coordinates of @p point, each of the full length of the curve. */
static smime_status add_coordinates(smime__buf *to, smime__curve curve,
                                    const struct ecc_point *point, int both)
{
    size_t size = smime__curve_size(curve);
    smime_status status = smime__buf_reserve(to, 2 * size);
    mpz_t x, y;

    if (status < 0)
        return status;
    mpz_inits(x, y, NULL);
    ecc_point_get(point, x, y);
    nettle_mpz_get_str_256(size, to->data + to->len, x);
    to->len += size;
    if (both) {
        nettle_mpz_get_str_256(size, to->data + to->len, y);
        to->len += size;
    }
    clear_number(x);
    clear_number(y);
    return SMIME_OK;
}

static smime_status multiply(smime__curve curve, const struct ecc_scalar *scalar,
                             const struct ecc_point *peer, smime__buf *ret_secret)
{
    struct ecc_point shared;
    smime_status status;

    ecc_point_init(&shared, nettle_curve(curve));
    ecc_point_mul(&shared, scalar, peer);
    ret_secret->secret = 1;
    status = add_coordinates(ret_secret, curve, &shared, 0);
    clear_point(&shared);
    return status;
}

/* RFC 7748: scalars and points are the same number of bytes, whose order is their own. */
static size_t montgomery_size(smime__curve curve)
{
    return curve == SMIME__CURVE_X448     ? CURVE448_SIZE
           : curve == SMIME__CURVE_X25519 ? CURVE25519_SIZE
                                          : 0;
}

/* 6.1 and 6.2: an all-zero result comes from a point of small order. */
static smime_status montgomery(smime__curve curve, const uint8_t *scalar, smime__view point,
                               smime__buf *ret_secret)
{
    static const uint8_t zero[CURVE448_SIZE] = { 0 };
    size_t size = montgomery_size(curve);
    uint8_t shared[CURVE448_SIZE];
    smime_status status = SMIME_E_INVALID_ARG;

    if (point.len != size)
        return status;
    ret_secret->secret = 1;
    if (curve == SMIME__CURVE_X448)
        curve448_mul(shared, scalar, point.data);
    else
        curve25519_mul(shared, scalar, point.data);
    if (!smime__secret_equal(shared, zero, size))
        status = smime__buf_add(ret_secret, shared, size);
    smime__wipe(shared, sizeof shared);
    return status;
}

static smime_status montgomery_ephemeral(smime__curve curve, smime__view peer,
                                         smime__buf *ret_point, smime__buf *ret_secret)
{
    uint8_t scalar[CURVE448_SIZE], own[CURVE448_SIZE];
    size_t size = montgomery_size(curve);
    smime_status status = smime__random_key(scalar, size);

    if (status == SMIME_OK) {
        if (curve == SMIME__CURVE_X448)
            curve448_mul_g(own, scalar);
        else
            curve25519_mul_g(own, scalar);
        status = smime__buf_add(ret_point, own, size);
    }
    if (status == SMIME_OK)
        status = montgomery(curve, scalar, peer, ret_secret);
    smime__wipe(scalar, sizeof scalar);
    return status;
}

smime_status smime__ecdh_ephemeral(smime__curve curve, smime__view x, smime__view y,
                                   smime__buf *ret_point, smime__buf *ret_secret)
{
    const struct ecc_curve *ecc = nettle_curve(curve);
    struct ecc_point peer, own;
    struct ecc_scalar scalar;
    random_state state = { SMIME_OK };
    smime_status status = SMIME_OK;

    if (montgomery_size(curve))
        return montgomery_ephemeral(curve, x, ret_point, ret_secret);
    ecc_point_init(&peer, ecc);
    ecc_point_init(&own, ecc);
    ecc_scalar_init(&scalar, ecc);
    if (!set_point(&peer, x, y))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK) {
        ecc_scalar_random(&scalar, &state, nettle_random);
        ecc_point_mul_g(&own, &scalar);
        status = state.status;
    }
    if (status == SMIME_OK)
        status = smime__buf_add_byte(ret_point, 4);
    if (status == SMIME_OK)
        status = add_coordinates(ret_point, curve, &own, 1);
    if (status == SMIME_OK)
        status = multiply(curve, &scalar, &peer, ret_secret);
    clear_scalar(&scalar);
    ecc_point_clear(&own);
    ecc_point_clear(&peer);
    return status;
}

smime_status smime__ecdh_agree(smime__curve curve, smime__view scalar_bytes, smime__view point,
                               smime__buf *ret_secret)
{
    const struct ecc_curve *ecc = nettle_curve(curve);
    size_t size = smime__curve_size(curve);
    struct ecc_point peer;
    struct ecc_scalar scalar;
    smime_status status = SMIME_OK;
    mpz_t k;

    if (montgomery_size(curve) && scalar_bytes.len == montgomery_size(curve))
        return montgomery(curve, scalar_bytes.data, point, ret_secret);
    if (!ecc || point.len != 1 + 2 * size || point.data[0] != 4)
        return SMIME_E_INVALID_ARG;
    ecc_point_init(&peer, ecc);
    ecc_scalar_init(&scalar, ecc);
    nettle_mpz_init_set_str_256_u(k, scalar_bytes.len, scalar_bytes.data);
    if (!set_point(&peer, smime__view_of(point.data + 1, size),
                   smime__view_of(point.data + 1 + size, size)) ||
        !ecc_scalar_set(&scalar, k))
        status = SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = multiply(curve, &scalar, &peer, ret_secret);
    clear_number(k);
    clear_scalar(&scalar);
    ecc_point_clear(&peer);
    return status;
}
