/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Revocation lists from any bytes, and GnuTLS as the second opinion: what both read must agree. */
#include "fuzz.h"

#include <gnutls/x509.h>
#include <smime/smime.h>

#define ENTRIES 256 /* that are compared: GnuTLS looks each up from the start */

static smime_policy *policy;

static void check_bytes(const uint8_t *data, size_t len, const uint8_t *theirs, size_t their_len)
{
    CLAIM(len == their_len && (!len || !memcmp(data, theirs, len)));
}

/* Leading zeros are not told by GnuTLS in all versions. */
static void check_number(const uint8_t *ours, size_t len, const uint8_t *theirs, size_t their_len)
{
    while (len > 1 && !*ours)
        ours++, len--;
    while (their_len > 1 && !*theirs)
        theirs++, their_len--;
    check_bytes(ours, len, theirs, their_len);
}

/* Before 1970 GnuTLS does not count, and it takes a leap second for the one behind it. */
static int same_time(int64_t ours, time_t theirs)
{
    return ours < 0 || theirs == (time_t)-1 || ours == (int64_t)theirs ||
           (ours % 60 == 59 && ours + 1 == (int64_t)theirs);
}

/* The entry of a serial number that stands in the list: how many there are, in any order. */
static size_t count_of(const smime_crl *crl, const uint8_t *serial, size_t len, time_t when)
{
    size_t found = 0;

    for (size_t i = 0; i < smime_crl_count(crl); i++) {
        const uint8_t *each;
        size_t each_len;
        int64_t time;
        CLAIM(smime_crl_entry(crl, i, &each, &each_len, &time, NULL) == SMIME_OK);
        found += each_len == len && !memcmp(each, serial, len) && same_time(time, when);
    }
    return found;
}

static void compare_entries(const smime_crl *crl, gnutls_x509_crl_t theirs)
{
    int count = gnutls_x509_crl_get_crt_count(theirs);

    CLAIM(count >= 0 && (size_t)count == smime_crl_count(crl));
    for (int i = 0; i < count && i < ENTRIES; i++) {
        uint8_t serial[256];
        size_t len = sizeof serial;
        time_t when = 0;
        if (gnutls_x509_crl_get_crt_serial(theirs, (unsigned)i, serial, &len, &when) >= 0)
            CLAIM(count_of(crl, serial, len, when) > 0);
    }
}

static void compare(const smime_crl *crl, gnutls_x509_crl_t theirs)
{
    gnutls_datum_t issuer = {NULL, 0};
    uint8_t number[64];
    size_t len = 0, number_len = sizeof number;
    unsigned critical;
    const uint8_t *name = smime_crl_field(crl, SMIME_FIELD_ISSUER, &len);
    int64_t next = -1;

    if (gnutls_x509_crl_get_raw_issuer_dn(theirs, &issuer) >= 0)
        check_bytes(name, len, issuer.data, issuer.size);
    gnutls_free(issuer.data);
    CLAIM(same_time(smime_crl_this_update(crl), gnutls_x509_crl_get_this_update(theirs)));
    if (smime_crl_next_update(crl, &next))
        CLAIM(same_time(next, gnutls_x509_crl_get_next_update(theirs)));
    else
        CLAIM(gnutls_x509_crl_get_next_update(theirs) == (time_t)-1);
    if (gnutls_x509_crl_get_number(theirs, number, &number_len, &critical) >= 0 && number_len) {
        static const char digits[] = "0123456789abcdef";
        const char *text = smime_crl_number(crl);
        uint8_t ours[64];
        CLAIM(text && strlen(text) / 2 <= sizeof ours && strlen(text) % 2 == 0);
        for (len = 0; text[2 * len]; len++)
            ours[len] = (uint8_t)((strchr(digits, text[2 * len]) - digits) << 4 |
                                  (strchr(digits, text[2 * len + 1]) - digits));
        check_number(ours, len, number, number_len);
    }
    compare_entries(crl, theirs);
}

/* What is told of a list holds together, whoever made it. */
static void check_crl(smime_crl *crl)
{
    smime_crl *again = NULL;
    size_t len, before_len = 0;
    const uint8_t *der = smime_crl_der(crl, &len), *before = NULL;

    CLAIM(smime_crl_new(NULL, der, len, &again) == SMIME_OK);
    CLAIM(!strcmp(smime_crl_sha256(crl), smime_crl_sha256(again)));
    smime_crl_unref(again);
    for (size_t i = 0; i < smime_crl_count(crl); i++) {
        const uint8_t *serial;
        int32_t reason;
        CLAIM(smime_crl_entry(crl, i, &serial, &len, NULL, &reason) == SMIME_OK);
        CLAIM(len > 0 && reason >= 0 && reason <= 10);
        CLAIM(!before || before_len < len ||
              (before_len == len && memcmp(before, serial, len) <= 0));
        before = serial;
        before_len = len;
    }
    for (size_t i = 0;; i++) {
        char *oid = NULL;
        int32_t critical;
        if (smime_crl_extension(crl, i, &oid, &critical, &der, &len) != SMIME_OK)
            break;
        CLAIM(oid && (critical == 0 || critical == 1));
        smime_free(oid);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    gnutls_datum_t input = {(unsigned char *)(uintptr_t)data, (unsigned)size};
    gnutls_x509_crl_t theirs = NULL;
    smime_crl *crl = NULL;
    smime_status status;

    if (!policy)
        CLAIM(smime_policy_new(SMIME_POLICY_DEFAULT, &policy) == SMIME_OK);
    status = smime_crl_new(policy, data, size, &crl);
    CLAIM(status == SMIME_OK ? crl != NULL : !crl);
    CLAIM(status == SMIME_OK || status == SMIME_E_CRL_SYNTAX ||
          status == SMIME_E_LIMIT_REVOCATION);
    if (!crl)
        return 0;
    check_crl(crl);
    CLAIM(gnutls_x509_crl_init(&theirs) >= 0);
    if (*data == 0x30 && gnutls_x509_crl_import(theirs, &input, GNUTLS_X509_FMT_DER) >= 0)
        compare(crl, theirs);
    gnutls_x509_crl_deinit(theirs);
    smime_crl_unref(crl);
    return 0;
}
