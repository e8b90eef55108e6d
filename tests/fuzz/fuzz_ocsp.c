/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* OCSP responses from any bytes, and GnuTLS as the second opinion: what both read must agree. */
#include "fuzz.h"

#include <gnutls/ocsp.h>
#include <smime/smime.h>

static smime_policy *policy;

/* A number of the outside, without the zero that keeps it positive. */
static int same_number(const uint8_t *a, size_t a_len, const uint8_t *b, size_t b_len)
{
    while (a_len > 1 && !*a)
        a++, a_len--;
    while (b_len > 1 && !*b)
        b++, b_len--;
    return a_len == b_len && !memcmp(a, b, a_len);
}

/* Before 1970 GnuTLS does not count, and it takes a leap second for the one behind it. */
static int same_time(int64_t ours, time_t theirs)
{
    return ours < 0 || theirs == (time_t)-1 || ours == (int64_t)theirs ||
           (ours % 60 == 59 && ours + 1 == (int64_t)theirs);
}

static void compare_single(const smime_ocsp *ocsp, gnutls_ocsp_resp_const_t theirs, unsigned i)
{
    gnutls_datum_t serial = {NULL, 0}, name = {NULL, 0}, key = {NULL, 0};
    gnutls_digest_algorithm_t digest;
    unsigned state, reason;
    time_t this_update, next_update, when;
    int64_t ours_this = 0, ours_next = -1, ours_when = -1;
    size_t len = 0;
    const uint8_t *ours = smime_ocsp_serial(ocsp, i, &len);
    int32_t known = smime_ocsp_times(ocsp, i, &ours_this, &ours_next);

    if (gnutls_ocsp_resp_get_single(theirs, i, &digest, &name, &key, &serial, &state, &this_update,
                                    &next_update, &when, &reason) >= 0) {
        CLAIM(same_number(ours, len, serial.data, serial.size));
        CLAIM((state == GNUTLS_OCSP_CERT_GOOD) == (smime_ocsp_state(ocsp, i) == SMIME_OCSP_GOOD));
        CLAIM((state == GNUTLS_OCSP_CERT_REVOKED) ==
              (smime_ocsp_state(ocsp, i) == SMIME_OCSP_REVOKED));
        CLAIM(known > 0);
        CLAIM(same_time(ours_this, this_update));
        CLAIM(known == 2 ? same_time(ours_next, next_update) : next_update == (time_t)-1);
        if (smime_ocsp_revoked(ocsp, i, &ours_when, NULL))
            CLAIM(same_time(ours_when, when));
    }
    gnutls_free(serial.data);
    gnutls_free(name.data);
    gnutls_free(key.data);
}

static void compare(const smime_ocsp *ocsp, gnutls_ocsp_resp_const_t theirs)
{
    int status = gnutls_ocsp_resp_get_status(theirs);
    unsigned state;

    CLAIM(status < 0 || status == smime_ocsp_responder_status(ocsp));
    if (status != GNUTLS_OCSP_RESP_SUCCESSFUL)
        return;
    CLAIM(same_time(smime_ocsp_produced_at(ocsp), gnutls_ocsp_resp_get_produced(theirs)));
    for (unsigned i = 0; i < smime_ocsp_count(ocsp); i++)
        compare_single(ocsp, theirs, i);
    CLAIM(gnutls_ocsp_resp_get_single(theirs, (unsigned)smime_ocsp_count(ocsp), NULL, NULL, NULL,
                                      NULL, &state, NULL, NULL, NULL, NULL) < 0);
}

static void check_ocsp(smime_ocsp *ocsp)
{
    smime_ocsp *again = NULL;
    size_t len, count = smime_ocsp_count(ocsp);
    const uint8_t *der = smime_ocsp_der(ocsp, &len);

    CLAIM(smime_ocsp_new(NULL, der, len, &again) == SMIME_OK);
    CLAIM(smime_ocsp_count(again) == count);
    smime_ocsp_unref(again);
    CLAIM(!smime_ocsp_responder_status(ocsp) || !count);
    CLAIM(count <= 64);
    (void)smime_ocsp_nonce(ocsp, &len);
    for (size_t i = 0; i < count; i++) {
        int32_t state = smime_ocsp_state(ocsp, i), reason = 0;
        CLAIM(state >= SMIME_OCSP_GOOD && state <= SMIME_OCSP_UNKNOWN);
        CLAIM(smime_ocsp_serial(ocsp, i, &len) && len > 0);
        CLAIM(smime_ocsp_times(ocsp, i, NULL, NULL) > 0);
        CLAIM(smime_ocsp_revoked(ocsp, i, NULL, &reason) == (state == SMIME_OCSP_REVOKED));
        CLAIM(reason >= 0 && reason <= 10);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gnutls_datum_t input = {(unsigned char *)(uintptr_t)data, (unsigned)size};
    gnutls_ocsp_resp_t theirs = NULL;
    smime_ocsp *ocsp = NULL;
    smime_status status;

    if (!policy)
        CLAIM(smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK);
    status = smime_ocsp_new(policy, data, size, &ocsp);
    CLAIM(status == SMIME_OK ? ocsp != NULL : !ocsp);
    CLAIM(status == SMIME_OK || status == SMIME_E_OCSP_SYNTAX || status == SMIME_E_UNSUPPORTED ||
          status == SMIME_E_LIMIT_REVOCATION || status == SMIME_E_LIMIT_OBJECT);
    if (!ocsp)
        return 0;
    check_ocsp(ocsp);
    CLAIM(gnutls_ocsp_resp_init(&theirs) >= 0);
    if (*data == 0x30 && gnutls_ocsp_resp_import(theirs, &input) >= 0)
        compare(ocsp, theirs);
    gnutls_ocsp_resp_deinit(theirs);
    smime_ocsp_unref(ocsp);
    return 0;
}
