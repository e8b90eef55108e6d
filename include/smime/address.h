/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Mailboxes in header fields: read and written.
 */
#ifndef SMIME_ADDRESS_H
#define SMIME_ADDRESS_H

#include <smime/policy.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A list of mailboxes. Counted and immutable: any thread may use it. */
typedef struct smime_addresses smime_addresses;

/**
 * Reads a list of mailboxes and groups: RFC 5322, 3.4 with the obsolete forms, RFC 6532 and
 * RFC 6854; encoded words and comments as names.
 *
 * @param text           The value of a header field, folded or not. Borrowed for the call.
 * @param len            Bytes at @p text; no limit but memory.
 * @param ret_addresses  Receives the list; give it back with smime_addresses_unref().
 * @retval SMIME_OK  Also when nothing, or not everything, could be read: see
 *                   smime_addresses_defective().
 * @retval SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_addresses_new(const void *text, size_t len,
                                                            smime_addresses **ret_addresses);

/** One reference more. Returns @p addresses. NULL is allowed. @since 0.1 */
SMIME_API smime_addresses *smime_addresses_ref(smime_addresses *addresses);

/** One reference less; the last one frees. NULL is allowed. @since 0.1 */
SMIME_API void smime_addresses_unref(smime_addresses *addresses);

/** How many mailboxes, those in groups included. @since 0.1 */
SMIME_API size_t smime_addresses_count(const smime_addresses *addresses);

/** The address of mailbox @p index: local-part@domain, UTF-8, without quoting that is not needed,
 * borrowed; NULL past the end. @since 0.1 */
SMIME_API const char *smime_addresses_address(const smime_addresses *addresses, size_t index);

/** The name shown for it, UTF-8, borrowed; NULL when there is none. Anybody writes anything there.
 * @since 0.1 */
SMIME_API const char *smime_addresses_name(const smime_addresses *addresses, size_t index);

/** The name of the group that mailbox @p index stands in, UTF-8, borrowed; NULL outside of groups.
 * @since 0.1 */
SMIME_API const char *smime_addresses_group(const smime_addresses *addresses, size_t index);

/** How many groups there are, empty ones too. @since 0.1 */
SMIME_API size_t smime_addresses_group_count(const smime_addresses *addresses);

/** 1 when something was there that is no mailbox, else 0. @since 0.1 */
SMIME_API int32_t smime_addresses_defective(const smime_addresses *addresses);

/**
 * Writes one mailbox as a header field has it: the name quoted or in encoded words where that is
 * needed, a U-label domain as it is.
 *
 * @param name      UTF-8; NULL or "" for none. Line ends in it are refused.
 * @param address   local-part@domain, UTF-8, at most 450 bytes.
 * @param ret_text  Receives the text, ASCII but for what @p address holds; give it back with
 *                  smime_free().
 * @retval SMIME_OK, SMIME_E_NOMEM
 * @retval SMIME_E_INVALID_ARG  @p address is none, or something holds a control character.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_address_format(const char *name,
                                                             const char *address,
                                                             char **ret_text);

#ifdef __cplusplus
}
#endif

#endif
