/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Addresses compared, RFC 8550 3 and RFC 8398 5. */
#include "base/ascii.h"
#include "crypto/idna.h"
#include "pki/cert.h"

#include <string.h>

static smime__view domain_of(const char *address)
{
    const char *at = strrchr(address, '@');

    return smime__view_text(at ? at + 1 : "");
}

static int same_domain(smime__view a, smime__view b)
{
    smime__buf left = { 0 }, right = { 0 };
    int same = a.len && b.len && smime__idna_to_ascii(&left, a) == SMIME_OK &&
               smime__idna_to_ascii(&right, b) == SMIME_OK &&
               smime__view_equal(smime__buf_view(&left), smime__buf_view(&right));

    smime__buf_free(&left);
    smime__buf_free(&right);
    return same;
}

int smime__mailbox_compare(const char *a, const char *b)
{
    smime__view a_domain = domain_of(a), b_domain = domain_of(b);
    size_t a_local, b_local;

    if (!same_domain(a_domain, b_domain))
        return 0;
    a_local = strlen(a) - a_domain.len - 1;
    b_local = strlen(b) - b_domain.len - 1;
    if (a_local == b_local && !memcmp(a, b, a_local))
        return 1;
    return smime__ascii_equal(a, a_local, b, b_local) ? 2 : 0;
}
