/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * What was found in a message: one verdict, and the details for those who want them.
 *
 * A report is immutable and counted. Everything that a function of this page returns is borrowed
 * from the report and stays until its last reference is given back. Strings are UTF-8. Layers,
 * signers, recipients, reasons, header fields and defects are named by their index.
 */
#ifndef SMIME_REPORT_H
#define SMIME_REPORT_H

#include <smime/path.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct smime_report smime_report;

/** The verdict (RFC 9787, "cryptographic summary"; INVALID and LOCKED are additions). */
enum {
    /** Work ended before a verdict: a limit, a lack of memory, a failure to read or write. */
    SMIME_SUMMARY_UNDECIDED = 0,
    /** No cryptographic layer at the root of the message. */
    SMIME_SUMMARY_UNPROTECTED = 1,
    /** Decrypted, and no signature inside the encryption. */
    SMIME_SUMMARY_CONFIDENTIAL = 2,
    /** Every signature is good, every path valid, and the signer is the sender shown. */
    SMIME_SUMMARY_VERIFIED = 3,
    /** Both. */
    SMIME_SUMMARY_CONFIDENTIAL_VERIFIED = 4,
    /** Protection is there, and something about it is wrong. */
    SMIME_SUMMARY_INVALID = 5,
    /** Encrypted, and for no key at hand. */
    SMIME_SUMMARY_LOCKED = 6
};

/** Kinds of layers. More may come. */
enum {
    SMIME_LAYER_UNKNOWN = 0,
    SMIME_LAYER_SIGNED = 1,
    SMIME_LAYER_ENVELOPED = 2,
    SMIME_LAYER_AUTH_ENVELOPED = 3,
    SMIME_LAYER_COMPRESSED = 4,
    SMIME_LAYER_ENCRYPTED = 5,
    SMIME_LAYER_DIGESTED = 6,
    SMIME_LAYER_AUTHENTICATED = 7,
    SMIME_LAYER_DATA = 8
};

/** What came of one signature, its certificate's path apart. */
enum { SMIME_SIGNER_GOOD = 1, SMIME_SIGNER_BAD = 2, SMIME_SIGNER_INDETERMINATE = 3 };

/** How the one address of the one From field compares with a signer's certificate. */
enum {
    SMIME_BINDING_NOT_APPLICABLE = 0, /**< There is no signer to compare with. */
    SMIME_BINDING_MATCH = 1,
    SMIME_BINDING_MISMATCH = 2,
    SMIME_BINDING_NO_ADDRESS = 3,  /**< The certificate names no address. */
    SMIME_BINDING_SENDER_ONLY = 4, /**< Sender matches, and From does not. */
    SMIME_BINDING_AMBIGUOUS = 5,   /**< Several From fields, several mailboxes, a group, or a field
                                    * that is not wholly readable. */
    SMIME_BINDING_MISSING = 6      /**< No From field, or no address in it. */
};

/** How a header field is protected; bits. */
enum { SMIME_PROTECTION_NONE = 0, SMIME_PROTECTION_SIGNED = 1, SMIME_PROTECTION_ENCRYPTED = 2 };

/** One reference more. Returns @p report. NULL is allowed. Any thread. @since 0.1 */
SMIME_API smime_report *smime_report_ref(smime_report *report);
/** One reference less; the last one frees. NULL is allowed. Any thread. @since 0.1 */
SMIME_API void smime_report_unref(smime_report *report);

/** SMIME_SUMMARY_*. @since 0.1 */
SMIME_API int32_t smime_report_summary(const smime_report *report);
/** The summary as RFC 9787 knows it: INVALID shows as what it would be without its signatures, LOCKED
 * as UNPROTECTED. @since 0.1 */
SMIME_API int32_t smime_report_presentation(const smime_report *report);
/** The verdict in a sentence or two for people. @since 0.1 */
SMIME_API const char *smime_report_text(const smime_report *report);
/** SMIME_OK, or the status that the job ended with: below zero when the structure of the message
 * could not be parsed or work ended early. @since 0.1 */
SMIME_API smime_status smime_report_status(const smime_report *report);

/** How many reasons. They stand in the order of weight, then of layers. @since 0.1 */
SMIME_API size_t smime_report_reason_count(const smime_report *report);
/** A stable code, such as "content-changed"; NULL past the end. @since 0.1 */
SMIME_API const char *smime_report_reason_code(const smime_report *report, size_t reason);
/** One sentence. @since 0.1 */
SMIME_API const char *smime_report_reason_text(const smime_report *report, size_t reason);
/** Index of the layer it is about, or -1. @since 0.1 */
SMIME_API int32_t smime_report_reason_layer(const smime_report *report, size_t reason);
/** Index of the signer in that layer, or -1. @since 0.1 */
SMIME_API int32_t smime_report_reason_signer(const smime_report *report, size_t reason);
/** Index of the certificate on that signer's path, or -1. @since 0.1 */
SMIME_API int32_t smime_report_reason_certificate(const smime_report *report, size_t reason);
/** Where: in the decoded CMS object of the layer, or without a layer in the message; UINT64_MAX where
 * no place applies. @since 0.1 */
SMIME_API uint64_t smime_report_reason_offset(const smime_report *report, size_t reason);

/** The one address of the one From field; NULL unless there is exactly one. A program shows this one, and
 * not what it finds under From in the list of fields: where no good signature binds the From inside the
 * protection, that list has the one inside, and this is the one outside. @since 0.1 */
SMIME_API const char *smime_report_from_address(const smime_report *report);
/** The display name beside it; NULL when there is none. Anyone can put anything here.
 * @since 0.1 */
SMIME_API const char *smime_report_from_display_name(const smime_report *report);
/** The address in the From that is not shown, when the one inside the protection and the one outside are
 * different; else NULL. @since 0.1 */
SMIME_API const char *smime_report_from_other(const smime_report *report);
/** SMIME_BINDING_* of the message: that of the innermost signed layer. @since 0.1 */
SMIME_API int32_t smime_report_from_binding(const smime_report *report);

/** How many layers, outermost first, errant ones last. @since 0.1 */
SMIME_API size_t smime_report_layer_count(const smime_report *report);
/** SMIME_LAYER_*. @since 0.1 */
SMIME_API int32_t smime_report_layer_kind(const smime_report *report, size_t layer);
/** 1 when it does not belong to the cryptographic envelope: it stands beside or below other
 * content and does not count. It was not opened, unless smime_open_isolate() asked for it. @since 0.1 */
SMIME_API int32_t smime_report_layer_errant(const smime_report *report, size_t layer);
/** 1 when it is errant, and was opened by itself because smime_open_isolate() asked for it. What it says
 * is true of it alone, and of nothing around it. @since 0.1 */
SMIME_API int32_t smime_report_layer_isolated(const smime_report *report, size_t layer);
/** Of an errant layer: the path of its part, as smime_entity_path() gives paths, in the content of
 * layer smime_report_layer_within(); NULL for others. @since 0.1 */
SMIME_API const char *smime_report_layer_path(const smime_report *report, size_t layer);
/** Of an errant layer: in the content of how many layers its part stands, 0 for the message itself; -1 for
 * others. @since 0.1 */
SMIME_API int32_t smime_report_layer_within(const smime_report *report, size_t layer);
/** The content's cipher ("aes-256-gcm"), MAC ("hmac-sha256"), digest ("sha256") or compression
 * ("zlib"); NULL where there is none. @since 0.1 */
SMIME_API const char *smime_report_layer_algorithm(const smime_report *report, size_t layer);
/** The type of the layer's content as a dotted identifier, "1.2.840.113549.1.7.1" for plain data; NULL
 * where it could not be read, and for what was not opened. @since 0.1 */
SMIME_API const char *smime_report_layer_content_type(const smime_report *report, size_t layer);
/** 1 when the layer encrypts. @since 0.1 */
SMIME_API int32_t smime_report_layer_encrypts(const smime_report *report, size_t layer);
/** 1 when the encryption is authenticated. @since 0.1 */
SMIME_API int32_t smime_report_layer_authenticated(const smime_report *report, size_t layer);
/** 1 when an encryption layer was opened. @since 0.1 */
SMIME_API int32_t smime_report_layer_opened(const smime_report *report, size_t layer);
/** Of a signed layer: in the bytes of which layer's content (see `docs/json.md`) the signed bytes
 * stand; -1 otherwise. @since 0.1 */
SMIME_API int32_t smime_report_covers_layer(const smime_report *report, size_t layer);
/** Where the signed bytes begin there. @since 0.1 */
SMIME_API uint64_t smime_report_covers_offset(const smime_report *report, size_t layer);
/** How many bytes were hashed. @since 0.1 */
SMIME_API uint64_t smime_report_covers_length(const smime_report *report, size_t layer);
/** How many MIME parts that is; at most 1,000 are listed. @since 0.1 */
SMIME_API size_t smime_report_covers_part_count(const smime_report *report, size_t layer);
/** Path of part @p part of them. @since 0.1 */
SMIME_API const char *smime_report_covers_part(const smime_report *report, size_t layer,
                                               size_t part);

/** How many recipients an encryption layer lists. @since 0.1 */
SMIME_API size_t smime_report_recipient_count(const smime_report *report, size_t layer);
/** "ktri", "kari", "kekri", "pwri", "kemri" or "ori". @since 0.1 */
SMIME_API const char *smime_report_recipient_kind(const smime_report *report, size_t layer,
                                                  size_t recipient);
/** What names the certificate, for people; NULL where nothing does. @since 0.1 */
SMIME_API const char *smime_report_recipient_identifier(const smime_report *report, size_t layer,
                                                        size_t recipient);
/** "rsa-v1.5", "rsa-oaep", "ecdh-p256" ... or "unknown". @since 0.1 */
SMIME_API const char *smime_report_recipient_algorithm(const smime_report *report, size_t layer,
                                                       size_t recipient);
/** 1 when this is the one that opened the layer. @since 0.1 */
SMIME_API int32_t smime_report_recipient_opened(const smime_report *report, size_t layer,
                                                size_t recipient);

/** How many signers a signed layer has. @since 0.1 */
SMIME_API size_t smime_report_signer_count(const smime_report *report, size_t layer);
/** SMIME_SIGNER_*. @since 0.1 */
SMIME_API int32_t smime_report_signer_status(const smime_report *report, size_t layer,
                                             size_t signer);
/** The certificate; NULL when it was not found. @since 0.1 */
SMIME_API smime_cert *smime_report_signer_cert(const smime_report *report, size_t layer,
                                               size_t signer);
/** "sha256" ... or "none". @since 0.1 */
SMIME_API const char *smime_report_signer_digest(const smime_report *report, size_t layer,
                                                 size_t signer);
/** "rsa-v1.5", "rsa-pss", "ecdsa", "ed25519" ... or "unknown". @since 0.1 */
SMIME_API const char *smime_report_signer_signature(const smime_report *report, size_t layer,
                                                    size_t signer);
/**
 * The time that the signer claims; nothing proves it.
 *
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (none claimed), SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_report_signer_time(const smime_report *report,
                                                                 size_t layer, size_t signer,
                                                                 int64_t *ret_seconds);
/** The path of the certificate, whatever the signature is; NULL when there is no certificate.
 * @since 0.1 */
SMIME_API smime_path *smime_report_signer_path(const smime_report *report, size_t layer,
                                               size_t signer);
/** SMIME_BINDING_*. @since 0.1 */
SMIME_API int32_t smime_report_signer_binding(const smime_report *report, size_t layer,
                                              size_t signer);
/** The number of the signer whose signature this one signs (a countersignature, RFC 5652, 11.4); -1 for
 * one that signs the content. Countersignatures come behind the signers of the content, and decide
 * nothing. @since 0.1 */
SMIME_API int32_t smime_report_signer_counter_of(const smime_report *report, size_t layer,
                                                 size_t signer);
/** The signature itself, the bytes that a timestamp is about; it lives as long as the report.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such signer, or a malformed one), SMIME_E_INVALID_ARG
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_report_signer_value(const smime_report *report,
                                                                  size_t layer, size_t signer,
                                                                  const uint8_t **ret_value,
                                                                  size_t *ret_len);
/** How many attributes a signer has; @p is_signed 1 for the signed ones, 0 for the others.
 * @since 0.1 */
SMIME_API size_t smime_report_attribute_count(const smime_report *report, size_t layer,
                                              size_t signer, int32_t is_signed);
/**
 * One attribute of a signer. Unsigned ones are anybody's; signed ones are the signer's when its status
 * is good.
 *
 * @param ret_oid     Receives the type, dotted. Each ret_ argument may be NULL.
 * @param ret_values  Receives the SET OF its values in DER, tag and length included, that lives as long
 *                    as the report.
 * @param ret_len     Receives how many bytes that is.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_report_attribute(
    const smime_report *report, size_t layer, size_t signer, int32_t is_signed, size_t index,
    const char **ret_oid, const uint8_t **ret_values, size_t *ret_len);

/** How many certificates the message carried; they are claims, and nobody is trusted for standing there.
 * @since 0.1 */
SMIME_API size_t smime_report_cert_count(const smime_report *report);
/** Certificate @p index of them; NULL past the end. @since 0.1 */
SMIME_API smime_cert *smime_report_cert(const smime_report *report, size_t index);

/** How many MIME parts there are in all, in the order in which they stand; at most 1,000 are listed for
 * each layer, and none that are still encrypted. @since 0.1 */
SMIME_API size_t smime_report_part_count(const smime_report *report);
/**
 * One part.
 *
 * @param ret_layer  Receives where: 0 the file, n the content of layer n. Each ret_ may be NULL.
 * @param ret_path   Receives its path there, "1" for the root.
 * @param ret_type   Receives its type, "text/plain", in lower case.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_report_part(const smime_report *report, size_t index,
                                                          int32_t *ret_layer,
                                                          const char **ret_path,
                                                          const char **ret_type);

/** How many header fields the message has; at most 1,000 are kept. @since 0.1 */
SMIME_API size_t smime_report_header_count(const smime_report *report);
/** The name as it stands; NULL past the end. @since 0.1 */
SMIME_API const char *smime_report_header_name(const smime_report *report, size_t header);
/** The value, unfolded and decoded. @since 0.1 */
SMIME_API const char *smime_report_header_value(const smime_report *report, size_t header);
/** 1 when the field stands inside the protection, whatever came of its signature; 0 when it stands outside
 * alone, where anybody can have added it. @since 0.1 */
SMIME_API int32_t smime_report_header_inside(const smime_report *report, size_t header);
/** SMIME_PROTECTION_* bits. What is ENCRYPTED must not stand outside of a reply: see
 * smime_protect_answer(). @since 0.1 */
SMIME_API int32_t smime_report_header_protection(const smime_report *report, size_t header);
/** What its writer let stand outside in the place of an ENCRYPTED field: "" when nothing did; NULL
 * when the field is not ENCRYPTED. @since 0.1 */
SMIME_API const char *smime_report_header_outside(const smime_report *report, size_t header);

/** How many MIME defects; at most 1,000 are kept for each layer. @since 0.1 */
SMIME_API size_t smime_report_defect_count(const smime_report *report);
/**
 * One defect, as smime_parser_defect() tells it.
 *
 * @param ret_layer  Receives in which bytes: 0 the file, n the content of layer n; the others as
 *                   there. Each may be NULL.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_report_defect(
    const smime_report *report, size_t index, const char **ret_code, int32_t *ret_class,
    uint64_t *ret_offset, const char **ret_text, int32_t *ret_layer);

#ifdef __cplusplus
}
#endif

#endif
