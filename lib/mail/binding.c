/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Whether a certificate is that of the sender shown. */
#include "mail/open.h"

static int matches(const smime_cert *cert, const char *address, int strict, int *ret_case)
{
    int match = smime_cert_is_for(cert, address);

    if (match == 2)
        *ret_case = 1;
    return match == 1 || (match == 2 && !strict);
}

int32_t smime__binding_of(const smime__open_run *run, const smime_cert *cert, int strict,
                          int *ret_case)
{
    int ignored = 0;

    if (run->from_fields == 0)
        return SMIME_BINDING_MISSING;
    if (run->from_fields > 1 || run->from.count > 1)
        return SMIME_BINDING_AMBIGUOUS;
    if (run->from.count == 0)
        return run->from.group_count ? SMIME_BINDING_AMBIGUOUS : SMIME_BINDING_MISSING;
    if (run->from.bad || run->from.group_count) /* a group's name is shown, and anyone chooses it */
        return SMIME_BINDING_AMBIGUOUS;
    if (!cert->email_count)
        return SMIME_BINDING_NO_ADDRESS;
    if (matches(cert, run->from.list[0].address, strict, ret_case))
        return SMIME_BINDING_MATCH;
    /* RFC 5322 3.6.2: one mailbox; a list would multiply with the certificate's addresses */
    if (run->sender.count == 1 && matches(cert, run->sender.list[0].address, strict, &ignored))
        return SMIME_BINDING_SENDER_ONLY;
    return SMIME_BINDING_MISMATCH;
}
