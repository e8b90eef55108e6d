/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Enhanced security services (RFC 2634): attributes by which signers tell more, and signed receipts.
 *
 * Values are made here and given to smime_cms_encoder_add_attribute() or smime_protect_add_attribute()
 * under their SMIME_ATTRIBUTE_... name, always among the signed attributes. They are read from what
 * smime_report_attribute() gives: the SET of the values, of which there has to be one. What is read
 * counts as the signer's only when the signer's status is good.
 */
#ifndef SMIME_ESS_H
#define SMIME_ESS_H

#include <smime/key.h>
#include <smime/report.h>
#include <smime/store.h>

#ifdef __cplusplus
extern "C" {
#endif

#define SMIME_ATTRIBUTE_RECEIPT_REQUEST "1.2.840.113549.1.9.16.2.1"
#define SMIME_ATTRIBUTE_SECURITY_LABEL "1.2.840.113549.1.9.16.2.2"
#define SMIME_ATTRIBUTE_EXPANSION_HISTORY "1.2.840.113549.1.9.16.2.3"
#define SMIME_ATTRIBUTE_CONTENT_HINT "1.2.840.113549.1.9.16.2.4"
#define SMIME_ATTRIBUTE_CONTENT_IDENTIFIER "1.2.840.113549.1.9.16.2.7"
#define SMIME_ATTRIBUTE_EQUIVALENT_LABELS "1.2.840.113549.1.9.16.2.9"
#define SMIME_ATTRIBUTE_CONTENT_REFERENCE "1.2.840.113549.1.9.16.2.10"
/** The type of the content of a receipt. */
#define SMIME_CONTENT_RECEIPT "1.2.840.113549.1.9.16.1.1"

/*
 * All that make a value: @param ret_der receives *ret_len bytes, to be given back with smime_free().
 * All that read one: @retval SMIME_E_CMS_SYNTAX it is malformed, or there is not exactly one.
 */

/** A contentHint: what stands innermost, for those who see the outermost signature alone.
 *
 * @param description   UTF-8; NULL for none.
 * @param content_type  Dotted.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ess_make_hint(const char *description,
                                                            const char *content_type,
                                                            uint8_t **ret_der, size_t *ret_len);

/** Reads a contentHint. *ret_description may become NULL; both strings are to be given back with
 * smime_free(). @retval SMIME_OK, SMIME_E_CMS_SYNTAX, SMIME_E_INVALID_ARG, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ess_read_hint(const void *values, size_t len,
                                                            char **ret_description,
                                                            char **ret_content_type);

/** A contentIdentifier, by which others refer to a message.
 *
 * @param id  @p len bytes; NULL for 24 random ones. @retval SMIME_OK, SMIME_E_INVALID_ARG,
 *            SMIME_E_RANDOM, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ess_make_identifier(const void *id, size_t len,
                                                                  uint8_t **ret_der,
                                                                  size_t *ret_len);

/** A contentReference to the message that a report is about, whose signer has a contentIdentifier.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such signer, or no identifier), SMIME_E_INVALID_ARG,
 *         SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ess_make_reference(const smime_report *report,
                                                                 size_t layer, size_t signer,
                                                                 uint8_t **ret_der,
                                                                 size_t *ret_len);

/** 1 when a contentReference is to that signer's message, else 0. @since 0.1 */
SMIME_API int32_t smime_ess_refers_to(const void *values, size_t len, const smime_report *report,
                                      size_t layer, size_t signer);

/** A security label. One thread at a time. */
typedef struct smime_label smime_label;

/** Classifications; other numbers up to 256 are a security policy's own. */
enum {
    SMIME_CLASS_NONE = -1,
    SMIME_CLASS_UNMARKED = 0,
    SMIME_CLASS_UNCLASSIFIED = 1,
    SMIME_CLASS_RESTRICTED = 2,
    SMIME_CLASS_CONFIDENTIAL = 3,
    SMIME_CLASS_SECRET = 4,
    SMIME_CLASS_TOP_SECRET = 5
};

/** Makes a label of a security policy, without anything else. @param policy_oid Dotted.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_new(const char *policy_oid,
                                                        smime_label **ret_label);
/** Reads the SET of values of SMIME_ATTRIBUTE_SECURITY_LABEL, or label @p index of that of
 * SMIME_ATTRIBUTE_EQUIVALENT_LABELS. @retval SMIME_OK, SMIME_E_NOT_FOUND (past the last),
 * SMIME_E_CMS_SYNTAX, SMIME_E_INVALID_ARG, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_read(const void *values, size_t len,
                                                         size_t index, smime_label **ret_label);
/** NULL is allowed. @since 0.1 */
SMIME_API void smime_label_free(smime_label *label);
/** @retval SMIME_OK, SMIME_E_INVALID_ARG @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_set_class(smime_label *label,
                                                              int32_t classification);
/** @param mark UTF-8, shown to people. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_set_mark(smime_label *label,
                                                             const char *mark);
/** @param oid Dotted. @param value @p len bytes of DER. @retval SMIME_OK, SMIME_E_BER,
 * SMIME_E_INVALID_ARG (also more than 64), SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_add_category(smime_label *label,
                                                                 const char *oid,
                                                                 const void *value, size_t len);
/** Dotted, borrowed. @since 0.1 */
SMIME_API const char *smime_label_policy(const smime_label *label);
/** SMIME_CLASS_*. @since 0.1 */
SMIME_API int32_t smime_label_class(const smime_label *label);
/** Borrowed; NULL for none. @since 0.1 */
SMIME_API const char *smime_label_mark(const smime_label *label);
/** How many categories. @since 0.1 */
SMIME_API size_t smime_label_category_count(const smime_label *label);
/** One of them, borrowed. @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_category(const smime_label *label,
                                                             size_t index, const char **ret_oid,
                                                             const uint8_t **ret_value,
                                                             size_t *ret_len);
/** The value of SMIME_ATTRIBUTE_SECURITY_LABEL. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_make(const smime_label *label,
                                                         uint8_t **ret_der, size_t *ret_len);
/** The value of SMIME_ATTRIBUTE_EQUIVALENT_LABELS. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_label_make_equivalent(
    const smime_label *const *labels, size_t count, uint8_t **ret_der, size_t *ret_len);

/** What a mailing list does about receipts, in its expansion history. */
enum {
    SMIME_LIST_RECEIPTS_UNSAID = 0,     /**< The request counts. */
    SMIME_LIST_RECEIPTS_NONE = 1,       /**< None are to be sent. */
    SMIME_LIST_RECEIPTS_INSTEAD = 2,    /**< To others instead of whom the request names. */
    SMIME_LIST_RECEIPTS_IN_ADDITION = 3 /**< To others too. */
};

/**
 * The value of SMIME_ATTRIBUTE_EXPANSION_HISTORY with one list more.
 *
 * @param before     The SET of values that the message has, @p len bytes; NULL for the first list.
 * @param cert       Of the list's agent.
 * @param when       Seconds since 1970 UTC.
 * @param receipts   SMIME_LIST_RECEIPTS_*, with INSTEAD and IN_ADDITION @p count addresses @p to.
 * @retval SMIME_OK, SMIME_E_LIMIT_OBJECT (64 lists already), SMIME_E_CMS_SYNTAX, SMIME_E_INVALID_ARG,
 *         SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ess_make_expansion(
    const void *before, size_t len, const smime_cert *cert, int64_t when, int32_t receipts,
    const char *const *to, size_t count, uint8_t **ret_der, size_t *ret_len);

/** One list of an expansion history, the first one 0. Each ret_ may be NULL; *ret_list names the agent's
 * certificate, for people, and is to be given back with smime_free().
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (past the last), SMIME_E_CMS_SYNTAX, SMIME_E_INVALID_ARG,
 *         SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_ess_read_expansion(const void *values, size_t len,
                                                                 size_t index, char **ret_list,
                                                                 int64_t *ret_when,
                                                                 int32_t *ret_receipts);

/** 1 when a list's certificate is in the history: it would go round in a circle. @since 0.1 */
SMIME_API int32_t smime_ess_has_expanded(const void *values, size_t len, const smime_cert *cert);

/** Of whom receipts are wanted. */
enum { SMIME_RECEIPTS_ALL = 0, SMIME_RECEIPTS_FIRST_TIER = 1, SMIME_RECEIPTS_LISTED = 2 };

/**
 * The value of SMIME_ATTRIBUTE_RECEIPT_REQUEST. Every signer of a message gets the same one.
 *
 * @param id          Names the message, @p id_len bytes; NULL for 24 random ones.
 * @param from        SMIME_RECEIPTS_*.
 * @param from_list   With LISTED @p from_count addresses; else NULL.
 * @param to          To whom receipts go: @p to_count addresses, 1 to 16.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_RANDOM, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_receipt_make_request(
    const void *id, size_t id_len, int32_t from, const char *const *from_list, size_t from_count,
    const char *const *to, size_t to_count, uint8_t **ret_der, size_t *ret_len);

/** To whom one has to send receipts. Counted and immutable. */
typedef struct smime_receipt_wish smime_receipt_wish;

/**
 * Whether a message asks somebody for a receipt (RFC 2634, 2.3 and 2.5): the innermost signed layer, its
 * good signers, requests that are all the same, and what mailing lists say about it.
 *
 * @param address   Who asks: one's own.
 * @param ret_wish  Receives the wish; give it back with smime_receipt_wish_unref().
 * @retval SMIME_OK
 * @retval SMIME_E_NOT_FOUND   No receipt is wanted of this address.
 * @retval SMIME_E_CMS_SYNTAX  A request is malformed, or requests differ: no receipt may be sent.
 * @retval SMIME_E_NOT_VERIFIED  No signer with a request is good.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_receipt_wanted(const smime_report *report,
                                                             const char *address,
                                                             smime_receipt_wish **ret_wish);
/** One reference more. Returns @p wish. NULL is allowed. @since 0.1 */
SMIME_API smime_receipt_wish *smime_receipt_wish_ref(smime_receipt_wish *wish);
/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_receipt_wish_unref(smime_receipt_wish *wish);
/** How many addresses the receipt goes to. @since 0.1 */
SMIME_API size_t smime_receipt_wish_count(const smime_receipt_wish *wish);
/** One of them, borrowed; NULL past the end. @since 0.1 */
SMIME_API const char *smime_receipt_wish_address(const smime_receipt_wish *wish, size_t index);

/**
 * Makes a receipt (RFC 2634, 2.4): a SignedData in DER, for a part of type application/pkcs7-mime with the
 * smime-type signed-receipt.
 *
 * @param policy    Time; NULL for now.
 * @param report    Of the message that asks; a report that smime_receipt_wanted() said yes to.
 * @param identity  Who signs the receipt.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no request), SMIME_E_NOT_VERIFIED (no good signer has one),
 *         SMIME_E_UNSUPPORTED, SMIME_E_POLICY, SMIME_E_INVALID_ARG, SMIME_E_CRYPTO, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_receipt_make(const smime_policy *policy,
                                                           const smime_report *report,
                                                           smime_identity *identity,
                                                           uint8_t **ret_der, size_t *ret_len);

/**
 * Checks a receipt against the message that asked for it (RFC 2634, 2.6).
 *
 * @param receipt     SignedData, @p len bytes, DER, BER or PEM.
 * @param original    A report of the message that was sent, opened by its sender.
 * @param ret_report  Receives the answer: the receipt proves that its signer got that message when the
 *                    summary is SMIME_SUMMARY_VERIFIED. The reason `receipt-mismatch` says that it is
 *                    about another one. Give it back with smime_report_unref().
 * @retval SMIME_OK, SMIME_E_CMS_SYNTAX, SMIME_E_BER (no readable SignedData), SMIME_E_LIMIT_...,
 *         SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Not checked: whether the signer was asked; see smime_report_signer_cert().
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_receipt_check(const smime_policy *policy,
                                                            smime_store *store,
                                                            const void *receipt, size_t len,
                                                            const smime_report *original,
                                                            smime_report **ret_report);

#ifdef __cplusplus
}
#endif

#endif
