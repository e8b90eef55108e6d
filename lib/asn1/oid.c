/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/oid.h"

#include "base/ascii.h"

#include <inttypes.h>
#include <string.h>

#define OID(bytes) { (const uint8_t *)(bytes), sizeof(bytes) - 1 }
#define PKCS "\x2a\x86\x48\x86\xf7\x0d\x01"
#define RSADSI "\x2a\x86\x48\x86\xf7\x0d"
#define NIST "\x60\x86\x48\x01\x65\x03\x04"
#define X962 "\x2a\x86\x48\xce\x3d"
#define SECG "\x2b\x81\x04"
#define PKIX "\x2b\x06\x01\x05\x05\x07"
#define CE "\x55\x1d"

static const smime__view table[SMIME__OID_COUNT] = {
    [SMIME__OID_DATA] = OID(PKCS "\x07\x01"),
    [SMIME__OID_TST_INFO] = OID(PKCS "\x09\x10\x01\x04"),
    [SMIME__OID_SIGNED_DATA] = OID(PKCS "\x07\x02"),
    [SMIME__OID_ENVELOPED_DATA] = OID(PKCS "\x07\x03"),
    [SMIME__OID_DIGESTED_DATA] = OID(PKCS "\x07\x05"),
    [SMIME__OID_ENCRYPTED_DATA] = OID(PKCS "\x07\x06"),
    [SMIME__OID_AUTHENTICATED_DATA] = OID(PKCS "\x09\x10\x01\x02"),
    [SMIME__OID_COMPRESSED_DATA] = OID(PKCS "\x09\x10\x01\x09"),
    [SMIME__OID_AUTH_ENVELOPED_DATA] = OID(PKCS "\x09\x10\x01\x17"),
    [SMIME__OID_CONTENT_TYPE] = OID(PKCS "\x09\x03"),
    [SMIME__OID_MESSAGE_DIGEST] = OID(PKCS "\x09\x04"),
    [SMIME__OID_SIGNING_TIME] = OID(PKCS "\x09\x05"),
    [SMIME__OID_COUNTERSIGNATURE] = OID(PKCS "\x09\x06"),
    [SMIME__OID_SMIME_CAPABILITIES] = OID(PKCS "\x09\x0f"),
    [SMIME__OID_SIGNING_CERTIFICATE] = OID(PKCS "\x09\x10\x02\x0c"),
    [SMIME__OID_SIGNING_CERTIFICATE_V2] = OID(PKCS "\x09\x10\x02\x2f"),
    [SMIME__OID_ALGORITHM_PROTECTION] = OID(PKCS "\x09\x34"),
    [SMIME__OID_SHA1] = OID("\x2b\x0e\x03\x02\x1a"),
    [SMIME__OID_SHA224] = OID(NIST "\x02\x04"),
    [SMIME__OID_SHA256] = OID(NIST "\x02\x01"),
    [SMIME__OID_SHA384] = OID(NIST "\x02\x02"),
    [SMIME__OID_SHA512] = OID(NIST "\x02\x03"),
    [SMIME__OID_SHA3_224] = OID(NIST "\x02\x07"),
    [SMIME__OID_SHA3_256] = OID(NIST "\x02\x08"),
    [SMIME__OID_SHA3_384] = OID(NIST "\x02\x09"),
    [SMIME__OID_SHA3_512] = OID(NIST "\x02\x0a"),
    [SMIME__OID_SHAKE128] = OID(NIST "\x02\x0b"),
    [SMIME__OID_SHAKE256] = OID(NIST "\x02\x0c"),
    [SMIME__OID_SHAKE256_LEN] = OID(NIST "\x02\x12"),
    [SMIME__OID_RSA_SHA3_224] = OID(NIST "\x03\x0d"),
    [SMIME__OID_ECDSA_SHA3_224] = OID(NIST "\x03\x09"),
    [SMIME__OID_RSA_SHA3_256] = OID(NIST "\x03\x0e"),
    [SMIME__OID_ECDSA_SHA3_256] = OID(NIST "\x03\x0a"),
    [SMIME__OID_RSA_SHA3_384] = OID(NIST "\x03\x0f"),
    [SMIME__OID_ECDSA_SHA3_384] = OID(NIST "\x03\x0b"),
    [SMIME__OID_RSA_SHA3_512] = OID(NIST "\x03\x10"),
    [SMIME__OID_ECDSA_SHA3_512] = OID(NIST "\x03\x0c"),
    [SMIME__OID_RSA_PSS_SHAKE128] = OID(PKIX "\x06\x1e"),
    [SMIME__OID_RSA_PSS_SHAKE256] = OID(PKIX "\x06\x1f"),
    [SMIME__OID_ECDSA_SHAKE128] = OID(PKIX "\x06\x20"),
    [SMIME__OID_ECDSA_SHAKE256] = OID(PKIX "\x06\x21"),
    [SMIME__OID_RSA] = OID(PKCS "\x01\x01"),
    [SMIME__OID_RSA_SHA1] = OID(PKCS "\x01\x05"),
    [SMIME__OID_RSA_SHA224] = OID(PKCS "\x01\x0e"),
    [SMIME__OID_RSA_SHA256] = OID(PKCS "\x01\x0b"),
    [SMIME__OID_RSA_SHA384] = OID(PKCS "\x01\x0c"),
    [SMIME__OID_RSA_SHA512] = OID(PKCS "\x01\x0d"),
    [SMIME__OID_RSA_PSS] = OID(PKCS "\x01\x0a"),
    [SMIME__OID_RSA_OAEP] = OID(PKCS "\x01\x07"),
    [SMIME__OID_MGF1] = OID(PKCS "\x01\x08"),
    [SMIME__OID_P_SPECIFIED] = OID(PKCS "\x01\x09"),
    [SMIME__OID_EC_PUBLIC_KEY] = OID(X962 "\x02\x01"),
    [SMIME__OID_ECDSA_SHA1] = OID(X962 "\x04\x01"),
    [SMIME__OID_ECDSA_SHA224] = OID(X962 "\x04\x03\x01"),
    [SMIME__OID_ECDSA_SHA256] = OID(X962 "\x04\x03\x02"),
    [SMIME__OID_ECDSA_SHA384] = OID(X962 "\x04\x03\x03"),
    [SMIME__OID_ECDSA_SHA512] = OID(X962 "\x04\x03\x04"),
    [SMIME__OID_DSA] = OID("\x2a\x86\x48\xce\x38\x04\x01"),
    [SMIME__OID_DSA_SHA1] = OID("\x2a\x86\x48\xce\x38\x04\x03"),
    [SMIME__OID_DSA_SHA224] = OID(NIST "\x03\x01"),
    [SMIME__OID_DSA_SHA256] = OID(NIST "\x03\x02"),
    [SMIME__OID_ED25519] = OID("\x2b\x65\x70"),
    [SMIME__OID_ED448] = OID("\x2b\x65\x71"),
    [SMIME__OID_X25519] = OID("\x2b\x65\x6e"),
    [SMIME__OID_X448] = OID("\x2b\x65\x6f"),
    [SMIME__OID_P256] = OID(X962 "\x03\x01\x07"),
    [SMIME__OID_P384] = OID(SECG "\x00\x22"),
    [SMIME__OID_P521] = OID(SECG "\x00\x23"),
    [SMIME__OID_ECDH_SHA1] = OID("\x2b\x81\x05\x10\x86\x48\x3f\x00\x02"),
    [SMIME__OID_ECDH_SHA224] = OID(SECG "\x01\x0b\x00"),
    [SMIME__OID_ECDH_SHA256] = OID(SECG "\x01\x0b\x01"),
    [SMIME__OID_ECDH_SHA384] = OID(SECG "\x01\x0b\x02"),
    [SMIME__OID_ECDH_SHA512] = OID(SECG "\x01\x0b\x03"),
    [SMIME__OID_ECDH_COFACTOR_SHA1] = OID("\x2b\x81\x05\x10\x86\x48\x3f\x00\x03"),
    [SMIME__OID_ECDH_COFACTOR_SHA224] = OID(SECG "\x01\x0e\x00"),
    [SMIME__OID_ECDH_COFACTOR_SHA256] = OID(SECG "\x01\x0e\x01"),
    [SMIME__OID_ECDH_COFACTOR_SHA384] = OID(SECG "\x01\x0e\x02"),
    [SMIME__OID_ECDH_COFACTOR_SHA512] = OID(SECG "\x01\x0e\x03"),
    [SMIME__OID_ECDH_HKDF_SHA256] = OID(PKCS "\x09\x10\x03\x13"),
    [SMIME__OID_ECDH_HKDF_SHA384] = OID(PKCS "\x09\x10\x03\x14"),
    [SMIME__OID_ECDH_HKDF_SHA512] = OID(PKCS "\x09\x10\x03\x15"),
    [SMIME__OID_AES128_CBC] = OID(NIST "\x01\x02"),
    [SMIME__OID_AES192_CBC] = OID(NIST "\x01\x16"),
    [SMIME__OID_AES256_CBC] = OID(NIST "\x01\x2a"),
    [SMIME__OID_AES128_GCM] = OID(NIST "\x01\x06"),
    [SMIME__OID_AES192_GCM] = OID(NIST "\x01\x1a"),
    [SMIME__OID_AES256_GCM] = OID(NIST "\x01\x2e"),
    [SMIME__OID_AES128_CCM] = OID(NIST "\x01\x07"),
    [SMIME__OID_AES192_CCM] = OID(NIST "\x01\x1b"),
    [SMIME__OID_AES256_CCM] = OID(NIST "\x01\x2f"),
    [SMIME__OID_CHACHA20_POLY1305] = OID(PKCS "\x09\x10\x03\x12"),
    [SMIME__OID_RC2_CBC] = OID(RSADSI "\x03\x02"),
    [SMIME__OID_DES3_WRAP] = OID(PKCS "\x09\x10\x03\x06"),
    [SMIME__OID_AES128_WRAP] = OID(NIST "\x01\x05"),
    [SMIME__OID_AES192_WRAP] = OID(NIST "\x01\x19"),
    [SMIME__OID_AES256_WRAP] = OID(NIST "\x01\x2d"),
    [SMIME__OID_DES_EDE3_CBC] = OID(RSADSI "\x03\x07"),
    [SMIME__OID_HMAC_SHA1] = OID(RSADSI "\x02\x07"),
    [SMIME__OID_HMAC_SHA224] = OID(RSADSI "\x02\x08"),
    [SMIME__OID_HMAC_SHA256] = OID(RSADSI "\x02\x09"),
    [SMIME__OID_HMAC_SHA384] = OID(RSADSI "\x02\x0a"),
    [SMIME__OID_HMAC_SHA512] = OID(RSADSI "\x02\x0b"),
    [SMIME__OID_HMAC_SHA1_IPSEC] = OID("\x2b\x06\x01\x05\x05\x08\x01\x02"),
    [SMIME__OID_PBKDF2] = OID(PKCS "\x05\x0c"),
    [SMIME__OID_PWRI_KEK] = OID(PKCS "\x09\x10\x03\x09"),
    [SMIME__OID_ORI_KEM] = OID(PKCS "\x09\x10\x0d\x03"),
    [SMIME__OID_KEM_RSA] = OID("\x28\x81\x8c\x71\x02\x02\x04"),
    [SMIME__OID_KDF2] = OID("\x2b\x81\x05\x10\x86\x48\x09\x2c\x01\x01"),
    [SMIME__OID_KDF3] = OID("\x2b\x81\x05\x10\x86\x48\x09\x2c\x01\x02"),
    [SMIME__OID_HKDF_SHA256] = OID(PKCS "\x09\x10\x03\x1c"),
    [SMIME__OID_HKDF_SHA384] = OID(PKCS "\x09\x10\x03\x1d"),
    [SMIME__OID_HKDF_SHA512] = OID(PKCS "\x09\x10\x03\x1e"),
    [SMIME__OID_CEK_HKDF_SHA256] = OID(PKCS "\x09\x10\x03\x1f"),
    [SMIME__OID_ZLIB] = OID(PKCS "\x09\x10\x03\x08"),
    [SMIME__OID_SUBJECT_KEY_ID] = OID(CE "\x0e"),
    [SMIME__OID_KEY_USAGE] = OID(CE "\x0f"),
    [SMIME__OID_SUBJECT_ALT_NAME] = OID(CE "\x11"),
    [SMIME__OID_ISSUER_ALT_NAME] = OID(CE "\x12"),
    [SMIME__OID_BASIC_CONSTRAINTS] = OID(CE "\x13"),
    [SMIME__OID_NAME_CONSTRAINTS] = OID(CE "\x1e"),
    [SMIME__OID_CRL_DISTRIBUTION_POINTS] = OID(CE "\x1f"),
    [SMIME__OID_CERTIFICATE_POLICIES] = OID(CE "\x20"),
    [SMIME__OID_POLICY_MAPPINGS] = OID(CE "\x21"),
    [SMIME__OID_AUTHORITY_KEY_ID] = OID(CE "\x23"),
    [SMIME__OID_POLICY_CONSTRAINTS] = OID(CE "\x24"),
    [SMIME__OID_EXT_KEY_USAGE] = OID(CE "\x25"),
    [SMIME__OID_INHIBIT_ANY_POLICY] = OID(CE "\x36"),
    [SMIME__OID_FRESHEST_CRL] = OID(CE "\x2e"),
    [SMIME__OID_AUTHORITY_INFO_ACCESS] = OID(PKIX "\x01\x01"),
    [SMIME__OID_AD_OCSP] = OID(PKIX "\x30\x01"),
    [SMIME__OID_AD_CA_ISSUERS] = OID(PKIX "\x30\x02"),
    [SMIME__OID_ANY_POLICY] = OID(CE "\x20\x00"),
    [SMIME__OID_EKU_ANY] = OID(CE "\x25\x00"),
    [SMIME__OID_EKU_EMAIL] = OID(PKIX "\x03\x04"),
    [SMIME__OID_EKU_TIME_STAMPING] = OID(PKIX "\x03\x08"),
    [SMIME__OID_EKU_OCSP_SIGNING] = OID(PKIX "\x03\x09"),
    [SMIME__OID_CRL_NUMBER] = OID(CE "\x14"),
    [SMIME__OID_CRL_REASON] = OID(CE "\x15"),
    [SMIME__OID_INVALIDITY_DATE] = OID(CE "\x18"),
    [SMIME__OID_DELTA_CRL_INDICATOR] = OID(CE "\x1b"),
    [SMIME__OID_ISSUING_DISTRIBUTION_POINT] = OID(CE "\x1c"),
    [SMIME__OID_CERTIFICATE_ISSUER] = OID(CE "\x1d"),
    [SMIME__OID_OCSP_BASIC] = OID(PKIX "\x30\x01\x01"),
    [SMIME__OID_OCSP_NONCE] = OID(PKIX "\x30\x01\x02"),
    [SMIME__OID_OCSP_NOCHECK] = OID(PKIX "\x30\x01\x05"),
    [SMIME__OID_RI_OCSP_RESPONSE] = OID(PKIX "\x10\x02"),
    [SMIME__OID_SMTP_UTF8_MAILBOX] = OID(PKIX "\x08\x09"),
    [SMIME__OID_EMAIL_ADDRESS] = OID(PKCS "\x09\x01"),
};

smime__oid smime__oid_find(smime__view content)
{
    for (int i = 1; i < SMIME__OID_COUNT; i++)
        if (smime__view_equal(table[i], content))
            return (smime__oid)i;
    return SMIME__OID_UNKNOWN;
}

smime__view smime__oid_bytes(smime__oid oid)
{
    return table[oid];
}

int smime__oid_check(smime__view content)
{
    int begins = 1; /* an arc, at this byte */

    for (size_t i = 0; i < content.len; i++) {
        if (begins && content.data[i] == 0x80)
            return 0;
        begins = !(content.data[i] & 0x80);
    }
    return content.len && begins;
}

smime_status smime__oid_format(smime__buf *to, smime__view content)
{
    size_t start = to->len;
    uint64_t arc = 0;
    int first = 1;
    smime_status status = SMIME_OK;

    if (!smime__oid_check(content))
        return smime__buf_add_text(to, "?");
    for (size_t i = 0; i < content.len && status == SMIME_OK; i++) {
        if (arc >> 56) {
            to->len = start;
            return smime__buf_add_text(to, "?");
        }
        arc = arc << 7 | (content.data[i] & 0x7f);
        if (content.data[i] & 0x80)
            continue;
        if (first) {
            unsigned root = arc < 40 ? 0 : arc < 80 ? 1 : 2;
            status = smime__buf_format(to, "%u.%" PRIu64, root, arc - root * 40);
        } else {
            status = smime__buf_format(to, ".%" PRIu64, arc);
        }
        first = 0;
        arc = 0;
    }
    return status;
}

/* A decimal number without leading zeros; 0 when there is none below 2^56. */
static int take_arc(const char **at, uint64_t *ret)
{
    const char *p = *at;
    uint64_t arc = 0;

    if (!smime__ascii_is_digit(*p) || (p[0] == '0' && smime__ascii_is_digit(p[1])))
        return 0;
    for (; smime__ascii_is_digit(*p); p++) {
        arc = arc * 10 + (uint64_t)(*p - '0');
        if (arc >> 56)
            return 0;
    }
    *ret = arc;
    *at = p;
    return 1;
}

static smime_status add_arc(smime__buf *to, uint64_t arc)
{
    smime_status status = SMIME_OK;

    for (int shift = 63; shift >= 0 && status == SMIME_OK; shift -= 7)
        if (arc >> shift || !shift)
            status = smime__buf_add_byte(to, (uint8_t)((arc >> shift & 0x7f) |
                                                       (shift ? 0x80 : 0)));
    return status;
}

smime_status smime__oid_parse(smime__buf *to, const char *dotted)
{
    size_t start = to->len;
    uint64_t root, arc;
    smime_status status = SMIME_E_INVALID_ARG;

    if (take_arc(&dotted, &root) && root <= 2 && *dotted++ == '.' && take_arc(&dotted, &arc) &&
        (root == 2 || arc < 40))
        status = add_arc(to, root * 40 + arc);
    while (status == SMIME_OK && *dotted == '.') {
        dotted++;
        status = take_arc(&dotted, &arc) ? add_arc(to, arc) : SMIME_E_INVALID_ARG;
    }
    if (status == SMIME_OK && *dotted)
        status = SMIME_E_INVALID_ARG;
    if (status < 0)
        to->len = start;
    return status;
}
