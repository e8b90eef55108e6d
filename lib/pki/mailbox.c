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

static int is_ascii(smime__view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= 0x80)
            return 0;
    return 1;
}

static smime_status same_domain(smime__view a, smime__view b, int *ret_same)
{
    smime__buf left = { 0 }, right = { 0 };
    smime_status status = SMIME_OK;

    if (is_ascii(a) && is_ascii(b)) {
        *ret_same = a.len && smime__ascii_equal((const char *)a.data, a.len, (const char *)b.data,
                                                b.len);
        return SMIME_OK;
    }
    if (a.len && b.len)
        status = smime__idna_to_ascii(&left, a);
    if (a.len && b.len && status == SMIME_OK)
        status = smime__idna_to_ascii(&right, b);
    *ret_same = status == SMIME_OK && left.len &&
                smime__view_equal(smime__buf_view(&left), smime__buf_view(&right));
    smime__buf_free(&left);
    smime__buf_free(&right);
    return status;
}

smime_status smime__mailbox_match(const char *a, const char *b, int *ret_match)
{
    smime__view a_domain = domain_of(a), b_domain = domain_of(b);
    size_t a_local = strlen(a) - a_domain.len, b_local = strlen(b) - b_domain.len;
    smime_status status;
    int same;

    *ret_match = 0; /* local parts with their at sign */
    if (!a_domain.len || !b_domain.len || !smime__ascii_equal(a, a_local, b, b_local))
        return SMIME_OK;
    status = same_domain(a_domain, b_domain, &same);
    if (status == SMIME_OK && same)
        *ret_match = memcmp(a, b, a_local) ? 2 : 1;
    return status;
}

int smime__mailbox_compare(const char *a, const char *b)
{
    int match;

    return smime__mailbox_match(a, b, &match) == SMIME_OK ? match : 0;
}
