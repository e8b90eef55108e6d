/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the attributes of RFC 2634 have in common. The module has implicit tags. */
#ifndef SMIME_CMS_ESS_H
#define SMIME_CMS_ESS_H

#include "asn1/der.h"
#include "pki/cert.h"

#include <smime/ess.h>

/* The only value of an attribute, whole, out of the SET of them. */
int smime__ess_value(const void *values, size_t len, smime__view *ret_whole);
/* What was made changes hands, or is freed when @p status is an error. */
smime_status smime__ess_give(smime_status status, smime__buf *made, uint8_t **ret_der,
                             size_t *ret_len);
/* SEQUENCE OF GeneralNames under @p tag, one e-mail address in each. */
smime_status smime__ess_add_addresses(smime__buf *to, uint8_t tag, const char *const *addresses,
                                      size_t count);
/* Random bytes where @p id is NULL. */
smime_status smime__ess_add_identifier(smime__buf *to, const void *id, size_t len);
smime_status smime__ess_add_oid(smime__buf *to, uint8_t tag, const char *dotted);
char *smime__ess_oid_text(smime__view oid); /* NULL without memory */

/* An MLReceiptPolicy, absent ones included; *ret_list are the GeneralNames of INSTEAD and
 * IN_ADDITION. 0 when it is malformed. */
int smime__ess_take_list_policy(smime__der *der, int32_t *ret_policy, smime__der *ret_list);
/* The last MLData of a history: its policy. */
int smime__ess_last_policy(smime__view history, int32_t *ret_policy, smime__der *ret_list);

#endif
