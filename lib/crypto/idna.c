/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "crypto/idna.h"

#include "base/ascii.h"

#include <gnutls/gnutls.h>

/* RFC 8398 2: no mappings. A domain that only maps to those A-labels - full-width letters, soft
 * hyphens - looks like it and is another one. */
static int is_u_label(smime__view domain, const gnutls_datum_t *ascii)
{
    gnutls_datum_t back = { NULL, 0 };
    int same = gnutls_idna_reverse_map((const char *)ascii->data, ascii->size, &back, 0) >= 0 &&
               smime__ascii_equal((const char *)back.data, back.size, (const char *)domain.data,
                                  domain.len);

    gnutls_free(back.data);
    return same;
}

smime_status smime__idna_to_ascii(smime__buf *to, smime__view domain)
{
    gnutls_datum_t out = { NULL, 0 };
    smime_status status = SMIME_OK;
    int ascii = 1;

    for (size_t i = 0; i < domain.len; i++)
        if (domain.data[i] >= 0x80)
            ascii = 0;
    if (!ascii && gnutls_idna_map((const char *)domain.data, (unsigned)domain.len, &out, 0) >= 0 &&
        is_u_label(domain, &out))
        domain = smime__view_of(out.data, out.size);
    for (size_t i = 0; i < domain.len && status == SMIME_OK; i++)
        status = smime__buf_add_byte(to, (uint8_t)smime__ascii_lower(domain.data[i]));
    gnutls_free(out.data);
    return status;
}
