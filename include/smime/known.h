/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Correspondents who are known: who signs their mail, with which certificates, and what their
 * readers can decrypt.
 *
 * It is what makes the absence of a signature speak. smime_open_use_known() reports
 * `expected-signature-missing` when mail that claims to be from somebody who is known is not signed
 * by them, and `signer-changed` when another certificate than any before has signed it.
 * smime_protect_use_known() chooses ciphers by what recipients said of themselves.
 *
 * It is filled by choice: nothing is learned unless the program calls smime_known_learn(). It stays
 * in memory; smime_known_save() and smime_known_load() carry it from one run to the next.
 */
#ifndef SMIME_KNOWN_H
#define SMIME_KNOWN_H

#include <smime/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/** What is known; counted. One thread at a time may change it, and none may use it meanwhile: a job
 * uses it while its message is opened or protected. */
typedef struct smime_known smime_known;

/** Makes an empty one. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_new(smime_known **ret_known);

/** One reference more. Returns @p known. NULL is allowed. Any thread. @since 0.1 */
SMIME_API smime_known *smime_known_ref(smime_known *known);

/** One reference less; the last one frees. NULL is allowed. Any thread. @since 0.1 */
SMIME_API void smime_known_unref(smime_known *known);

/**
 * Says that an address signs its mail.
 *
 * @param address  "alice@example.org", copied. Compared as addresses are: the case of the domain and,
 *                 in ASCII, of the local part does not count.
 * @param cert     The certificate that it signs with; NULL when any that is valid for it will do. A
 *                 reference is taken. At most sixteen are kept for an address, the newest ones.
 * @retval SMIME_OK (also when it is known already), SMIME_E_INVALID_ARG (no address), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_add(smime_known *known, const char *address,
                                                        smime_cert *cert);

/**
 * Says what an address is encrypted to, and what its readers can decrypt.
 *
 * @param cert          The certificate for encryption; NULL to leave it as it is. A reference is taken.
 * @param capabilities  SMIMECapabilities (RFC 8551, 2.5.2), @p len bytes of DER, copied; NULL to leave
 *                      them as they are.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_BER (no SMIMECapabilities), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_set_encryption(smime_known *known,
                                                                   const char *address,
                                                                   smime_cert *cert,
                                                                   const void *capabilities,
                                                                   size_t len);

/**
 * Learns from a message: its sender's address, the certificates that signed for it, the one that is
 * preferred for encryption (SMIMEEncryptionKeyPreference, else the signer's own when it is for that),
 * and the capabilities. Only signers whose signature and path are good and who are the sender teach; a
 * certificate other than theirs is taken when it is for the sender's address and its own path was valid
 * for encryption as the message was opened.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_NOT_VERIFIED  The summary is neither VERIFIED nor CONFIDENTIAL_VERIFIED, or nobody is
 *                               bound to From: nothing was learned.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 *
 * Not checked: whether this person is who the user thinks. Who learns from every message trusts on
 * first use.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_learn(smime_known *known,
                                                          const smime_report *report);

/** Forgets an address. @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_forget(smime_known *known,
                                                           const char *address);

/** How many addresses. @since 0.1 */
SMIME_API size_t smime_known_count(const smime_known *known);
/** Address @p index, borrowed until the next change; NULL past the end. @since 0.1 */
SMIME_API const char *smime_known_address(const smime_known *known, size_t index);
/** 1 when the address is known to sign its mail, else 0. @since 0.1 */
SMIME_API int32_t smime_known_signs(const smime_known *known, const char *address);
/** Certificate @p index that the address signed with, oldest first, borrowed until the next change; NULL
 * past the end. @since 0.1 */
SMIME_API smime_cert *smime_known_signer(const smime_known *known, const char *address,
                                         size_t index);
/** The certificate that the address is encrypted to, borrowed until the next change; NULL when none is
 * known. @since 0.1 */
SMIME_API smime_cert *smime_known_encryption(const smime_known *known, const char *address);
/** The capabilities of an address, borrowed until the next change.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_capabilities(const smime_known *known,
                                                                 const char *address,
                                                                 const uint8_t **ret_der,
                                                                 size_t *ret_len);

/**
 * Writes it all down, in a format of this library's that later versions read. Whoever can change it can
 * take warnings away: it is to be kept as safe as the anchors are.
 *
 * @param ret_data  Receives @p *ret_len bytes; give them back with smime_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_save(const smime_known *known,
                                                         uint8_t **ret_data, size_t *ret_len);

/**
 * Reads what smime_known_save() wrote.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_BER  It is something else, or damaged: nothing was made.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_known_load(const void *data, size_t len,
                                                         smime_known **ret_known);

#ifdef __cplusplus
}
#endif

#endif
