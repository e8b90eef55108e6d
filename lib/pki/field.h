/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the getters of certificates, revocation lists and OCSP responses share. */
#ifndef SMIME_PKI_FIELD_H
#define SMIME_PKI_FIELD_H

#include "base/buf.h"

/* NULL when the view is empty. @p ret_len may be NULL. */
const uint8_t *smime__field_tell(smime__view view, size_t *ret_len);
/* The text in @p buf, which changes hands when that succeeds. */
smime_status smime__text_tell(smime__buf *buf, char **ret_text);
/* Extension @p index of a list's content; each ret_ may be NULL. */
smime_status smime__extension_tell(smime__view list, size_t index, char **ret_oid,
                                   int32_t *ret_critical, const uint8_t **ret_value,
                                   size_t *ret_len);

#endif
