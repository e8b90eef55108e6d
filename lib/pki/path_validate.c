/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is checked of a path once it reaches an anchor: RFC 5280 6.1 from the anchor's side. */
#include "pki/name_constraints.h"
#include "pki/path_build.h"

#include <smime/key.h>

static smime_status check_signatures(smime__builder *b, smime__path_fault *fault)
{
    smime_status status = SMIME_OK;

    for (size_t i = b->depth - 1; i > 0 && status == SMIME_OK && !fault->reason; i--)
        status = smime__path_check_signature(b, i - 1, fault);
    return status;
}

/* Everything below certificate @p index against one set of constraints. RFC 5280 6.1.3 (b): names
 * of self-issued certificates count only at the end of the path. */
static smime_status constrain(smime__builder *b, size_t index,
                              const smime__name_constraints *constraints, int critical,
                              smime__path_fault *fault)
{
    smime_status status = SMIME_OK;

    for (size_t i = index; i > 0 && status == SMIME_OK && !fault->reason; i--) {
        const smime_cert *cert = b->stack[i - 1];
        const char *why = NULL;

        if (i - 1 > 0 && smime__cert_self_issued(cert))
            continue;
        status = smime__name_constraints_check(constraints, cert, critical, b->context->budget,
                                               b->context->error, &why);
        if (status == SMIME_OK && why)
            smime__path_blame(fault, "name-constraints", (int)i - 1, cert, why);
    }
    return status;
}

static smime_status check_names(smime__builder *b, smime__path_fault *fault)
{
    smime_status status = SMIME_OK;

    for (size_t i = b->depth - 1; i > 0 && status == SMIME_OK && !fault->reason; i--) {
        const smime_cert *cert = b->stack[i];
        smime__name_constraints constraints;

        if (cert->name_constraints.len &&
            smime__name_constraints_read(cert->name_constraints, &constraints))
            status = constrain(b, i, &constraints, cert->name_constraints_critical, fault);
    }
    return status;
}

/* What the store says about the anchor. */
static smime_status check_rule(smime__builder *b, smime__path_fault *fault)
{
    size_t top = b->depth - 1;
    const smime__anchor_rule *rule = smime__shelf_rule(b->context->shelf, b->stack[top]);
    smime__name_constraints constraints = { { NULL, 0 }, { NULL, 0 } };
    smime_status status = SMIME_OK;

    if (!rule)
        return SMIME_OK;
    /* whoever signs revocation lists answers for the use of the certificate that is listed */
    if (rule->use && !b->only_anchor && (!b->use || b->use & ~rule->use))
        smime__path_blame(fault, "anchor-use", (int)top, b->stack[top],
                          "the anchor is not trusted for this use");
    if (!fault->reason && rule->addresses.len) {
        constraints.permitted = smime__buf_view(&rule->addresses);
        status = constrain(b, top ? top : 1, &constraints, 1, fault);
    }
    for (size_t i = 0; i < rule->name_count && status == SMIME_OK && !fault->reason; i++)
        if (smime__name_constraints_read(smime__buf_view(&rule->names[i]), &constraints))
            status = constrain(b, top ? top : 1, &constraints, 1, fault);
    return status;
}

static smime_status check_policies(smime__builder *b, smime__path_fault *fault)
{
    const smime__settings *settings = b->context->settings;
    smime__policy_inputs inputs = { 0 };
    smime_status status;

    if (b->plain)
        return SMIME_OK;
    if (!settings->initial_any) {
        inputs.initial = settings->initial_policies;
        inputs.initial_count = settings->initial_count;
    }
    inputs.explicit_policy = (settings->path_flags & SMIME_PATH_EXPLICIT_POLICY) != 0;
    inputs.inhibit_mapping = (settings->path_flags & SMIME_PATH_INHIBIT_MAPPING) != 0;
    inputs.inhibit_any = (settings->path_flags & SMIME_PATH_INHIBIT_ANY) != 0;
    smime__policy_result_clear(&b->policies);
    status = smime__policies_evaluate(b->stack, b->depth, &inputs, &b->policies);
    if (status == SMIME_OK && b->policies.why)
        smime__path_blame(fault, "policy", (int)b->policies.at, b->stack[b->policies.at],
                          b->policies.why);
    return status;
}

static int is_required(const smime__builder *b, size_t index)
{
    return b->revocation == SMIME_REVOCATION_ALL ||
           (b->revocation == SMIME_REVOCATION_LEAF && index == 0);
}

static smime_status check_revocation(smime__builder *b, smime__path_fault *fault)
{
    smime_status status = SMIME_OK;

    if (b->revocation == SMIME_REVOCATION_OFF)
        return SMIME_OK;
    for (size_t i = b->depth - 1; i > 0 && status == SMIME_OK && !fault->reason; i--) {
        smime__revocation *state = &b->states[i - 1];

        status = smime__revocation_check(b, i - 1, state);
        if (status == SMIME_OK && state->state == SMIME_REVOKED_YES)
            smime__path_blame(fault, "revoked", (int)i - 1, b->stack[i - 1], state->text);
        else if (status == SMIME_OK && state->state != SMIME_REVOKED_GOOD &&
                 is_required(b, i - 1))
            smime__path_blame(fault, "revocation-unknown", (int)i - 1, b->stack[i - 1],
                              state->text);
    }
    return status;
}

smime_status smime__path_validate(smime__builder *b, smime__path_fault *fault)
{
    smime_status status = check_signatures(b, fault);

    b->is_signed = status == SMIME_OK && !fault->reason;
    if (status == SMIME_OK && !fault->reason)
        status = check_rule(b, fault);
    if (status == SMIME_OK && !fault->reason)
        status = check_names(b, fault);
    if (status == SMIME_OK && !fault->reason)
        status = check_policies(b, fault);
    if (status == SMIME_OK && !fault->reason)
        status = check_revocation(b, fault);
    return status;
}
