/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificate policies that a caller wants, given as text. */
#include "asn1/oid.h"
#include "base/settings.h"

smime_status smime_policy_add_initial_policy(smime_policy *policy, const char *oid)
{
    smime__buf content = { 0 };
    smime_status status;

    if (!policy || !oid)
        return SMIME_E_INVALID_ARG;
    status = smime__oid_parse(&content, oid);
    if (status == SMIME_OK &&
        smime__view_equal(smime__buf_view(&content), smime__oid_bytes(SMIME__OID_ANY_POLICY)))
        smime__policy_settings(policy)->initial_any = 1;
    else if (status == SMIME_OK)
        status = smime__settings_want(smime__policy_settings(policy), smime__buf_view(&content));
    smime__buf_free(&content);
    return status;
}
