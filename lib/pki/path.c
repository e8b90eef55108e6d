/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers about certificates: remembered ones, or what a search finds. */
#include "pki/path.h"

#include "base/ascii.h"
#include "pki/path_build.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <smime/key.h>

smime__path_facts *smime__path_facts_ref(smime__path_facts *facts)
{
    smime__ref_up(&facts->refs);
    return facts;
}

void smime__path_facts_unref(smime__path_facts *facts)
{
    if (!facts || !smime__ref_down(&facts->refs))
        return;
    for (size_t i = 0; i < facts->count; i++)
        smime_cert_unref(facts->certs[i]);
    free(facts->certs);
    free(facts->revocation);
    for (size_t i = 0; i < facts->policy_count; i++)
        free(facts->policies[i]);
    free(facts->policies);
    for (size_t i = 0; i < facts->tried_count; i++)
        smime_cert_unref(facts->tried[i].last);
    free(facts->tried);
    free(facts);
}

static smime_status set_certs(smime__path_facts *facts, smime_cert *const *certs,
                              const smime__revocation *states, size_t count)
{
    facts->certs = calloc(count ? count : 1, sizeof *facts->certs);
    facts->revocation = calloc(count ? count : 1, sizeof *facts->revocation);
    if (!facts->certs || !facts->revocation)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < count; i++) {
        facts->certs[facts->count++] = smime_cert_ref(certs[i]);
        facts->revocation[i] = states[i];
    }
    return SMIME_OK;
}

static smime_status set_tried(smime__path_facts *facts, const smime__builder *b)
{
    if (!b->tried_count)
        return SMIME_OK;
    facts->tried = calloc(b->tried_count, sizeof *facts->tried);
    if (!facts->tried)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < b->tried_count; i++) {
        smime__path_tried *to = &facts->tried[facts->tried_count++];
        to->reason = b->tried[i].fault.reason;
        memcpy(to->text, b->tried[i].fault.text, sizeof to->text);
        to->length = b->tried[i].length;
        to->last = smime_cert_ref(b->tried[i].last);
    }
    return SMIME_OK;
}

static smime_status set_verdict(smime__path_facts *facts, smime__builder *b)
{
    const smime_cert *anchor;

    if (!b->found) {
        int undecided = !strcmp(b->best.reason, "no-anchor") ||
                        !strcmp(b->best.reason, "revocation-unknown");
        facts->status = undecided ? SMIME_PATH_INDETERMINATE : SMIME_PATH_INVALID;
        facts->reason = b->best.reason;
        facts->fault = b->best.index;
        memcpy(facts->text, b->best.text, sizeof b->best.text);
        return set_certs(facts, b->best_certs, b->best_states, b->best_count);
    }
    facts->status = SMIME_PATH_VALID;
    facts->reason = "valid";
    facts->fault = -1;
    anchor = b->stack[b->depth - 1];
    snprintf(facts->text, sizeof facts->text, "the certificate is trusted through %.*s",
             smime__utf8_fit(anchor->subject_text, 200), anchor->subject_text);
    facts->policies = b->policies.list; /* changes hands */
    facts->policy_count = b->policies.count;
    memset(&b->policies, 0, sizeof b->policies);
    return set_certs(facts, b->stack, b->states, b->depth);
}

static smime_status make_facts(smime__builder *b, smime__path_facts **ret_facts)
{
    smime__path_facts *facts = calloc(1, sizeof *facts);
    smime_status status;

    if (!facts)
        return SMIME_E_NOMEM;
    smime__ref_init(&facts->refs);
    status = set_verdict(facts, b);
    if (status == SMIME_OK)
        status = set_tried(facts, b);
    if (status == SMIME_OK)
        *ret_facts = facts;
    else
        smime__path_facts_unref(facts);
    return status;
}

/* Why the certificate is not for an address, or NULL. */
static const char *refuse_email(const smime__path_context *context, const smime_cert *cert,
                                const char *email, const char **ret_reason)
{
    int32_t match = smime_cert_is_for(cert, email);

    if (!cert->email_count) {
        *ret_reason = "no-address";
        return "the certificate names no e-mail address";
    }
    if (match == 1 || (match == 2 && !context->settings->rules.exact_case))
        return NULL;
    *ret_reason = "address-mismatch";
    return "the certificate is not for that address";
}

/* A valid path as the answer that the certificate is for somebody else. */
static smime_status make_refusal(const smime__path_facts *valid, const char *reason,
                                 const char *text, smime__path_facts **ret_facts)
{
    smime__path_facts *facts = calloc(1, sizeof *facts);
    smime__path_fault fault = { NULL, 0, "" };
    smime_status status;

    if (!facts)
        return SMIME_E_NOMEM;
    smime__ref_init(&facts->refs);
    smime__path_blame(&fault, reason, 0, valid->certs[0], text);
    facts->status = SMIME_PATH_INVALID;
    facts->reason = reason;
    memcpy(facts->text, fault.text, sizeof fault.text);
    status = set_certs(facts, valid->certs, valid->revocation, valid->count);
    if (status == SMIME_OK)
        *ret_facts = facts;
    else
        smime__path_facts_unref(facts);
    return status;
}

static void narrow(int64_t *first, int64_t *last, int64_t from, int64_t until)
{
    *first = from > *first ? from : *first;
    *last = until < *last ? until : *last;
}

/* What a message brings may speak of revocation, and what a caller wants of policies is his. */
static int is_rememberable(const smime__path_context *context)
{
    return context->memory && !context->settings->initial_count &&
           !(context->brought && (context->brought->crl_count || context->brought->ocsp_count));
}

/* How long after the moment of validation an answer that rests on evidence is given again. At
 * another moment other evidence, or the certificate that signed it, may be fresh; a minute is less
 * than what clocks are allowed to differ, and never more than that. */
#define EVIDENCE_SECONDS 60

/* A valid path holds as long as every certificate and every proof of it does. */
static void remember(const smime__path_context *context, const smime__memory_key *key,
                     smime__path_facts *facts)
{
    const smime__evidence *evidence = &context->shelf->evidence;
    int64_t now = context->settings->time, tolerance = context->settings->tolerance;
    int64_t first = INT64_MIN, last = INT64_MAX;

    if (facts->status != SMIME_PATH_VALID)
        return;
    if (context->settings->revocation != SMIME_REVOCATION_OFF &&
        (evidence->crl_count || evidence->ocsp_count))
        narrow(&first, &last, now,
               now + (tolerance < EVIDENCE_SECONDS ? tolerance : EVIDENCE_SECONDS));
    for (size_t i = 0; i < facts->count; i++) {
        const smime__revocation *state = &facts->revocation[i];

        narrow(&first, &last, facts->certs[i]->not_before, facts->certs[i]->not_after);
        if (state->source != SMIME_SOURCE_NONE)
            narrow(&first, &last, state->this_update,
                   state->has_next ? state->next_update : now);
    }
    smime__memory_keep_path(context->memory, key, first, last, facts);
}

static smime_status search(smime__path_context *context, smime_cert *cert, int32_t use,
                           smime__path_facts **ret_facts)
{
    smime__builder *b = calloc(1, sizeof *b);
    smime_status status;

    if (!b)
        return SMIME_E_NOMEM;
    b->context = context;
    b->use = use;
    b->revocation = context->settings->revocation;
    status = smime__builder_run(b, cert);
    if (status == SMIME_OK)
        status = make_facts(b, ret_facts);
    smime__builder_clear(b);
    free(b);
    return status;
}

/* The answer must not depend on what other messages have brought: what stands between leaf and anchor
 * is at hand now. */
static int is_at_hand(const smime__path_context *context, const smime__path_facts *facts)
{
    for (size_t i = 1; i + 1 < facts->count; i++)
        if (!smime__pool_has(&context->shelf->others, facts->certs[i]) &&
            !smime__pool_has(&context->shelf->anchors, facts->certs[i]) &&
            !(context->bag && smime__pool_has(context->bag, facts->certs[i])))
            return 0;
    return 1;
}

static smime_status find_facts(smime__path_context *context, smime_cert *cert, int32_t use,
                               smime__path_facts **ret_facts)
{
    smime__memory_key key;
    smime_status status;

    if (!is_rememberable(context))
        return search(context, cert, use, ret_facts);
    memset(&key, 0, sizeof key);
    memcpy(key.cert, cert->hash, sizeof key.cert);
    key.use = use;
    key.allowed = context->settings->rules.allowed[SMIME__READING];
    key.least_rsa = context->settings->rules.least_rsa[SMIME__READING];
    key.revocation = context->settings->revocation;
    key.path_flags = context->settings->path_flags;
    key.tolerance = context->settings->tolerance;
    key.longest = context->budget->limits.value[SMIME_LIMIT_PATH_LENGTH];
    key.generation = context->shelf->generation;
    *ret_facts = smime__memory_find_path(context->memory, &key, context->settings->time);
    if (*ret_facts && is_at_hand(context, *ret_facts))
        return SMIME_OK;
    smime__path_facts_unref(*ret_facts);
    *ret_facts = NULL;
    status = search(context, cert, use, ret_facts);
    if (status == SMIME_OK)
        remember(context, &key, *ret_facts);
    return status;
}

static smime_status wrap(smime__path_facts *facts, uint64_t steps, uint64_t signatures,
                         smime_path **ret_path)
{
    smime_path *path = calloc(1, sizeof *path);

    if (!path) {
        smime__path_facts_unref(facts);
        return SMIME_E_NOMEM;
    }
    smime__ref_init(&path->refs);
    path->facts = facts;
    path->steps = steps;
    path->signatures = signatures;
    *ret_path = path;
    return SMIME_OK;
}

smime_status smime__path_find(smime__path_context *context, smime_cert *cert, int32_t use,
                              const char *email, smime_path **ret_path)
{
    uint64_t steps = context->budget->steps, signatures = context->budget->signatures;
    smime__path_facts *facts = NULL, *refusal = NULL;
    const char *text, *reason;
    smime_status status = find_facts(context, cert, use, &facts);

    if (status == SMIME_OK && email && facts->status == SMIME_PATH_VALID &&
        (text = refuse_email(context, cert, email, &reason))) {
        status = make_refusal(facts, reason, text, &refusal);
        smime__path_facts_unref(facts);
        facts = refusal;
    }
    if (status < 0)
        return status;
    return wrap(facts, context->budget->steps - steps, context->budget->signatures - signatures,
                ret_path);
}

smime_status smime__path_context_init(smime__path_context *context, smime_store *store,
                                      const smime__settings *settings, smime__budget *budget,
                                      smime__error *error)
{
    memset(context, 0, sizeof *context);
    context->settings = settings;
    context->budget = budget;
    context->error = error;
    context->memory = smime__store_memory(store);
    return smime__store_shelf(store, &context->shelf);
}

void smime__path_context_clear(smime__path_context *context)
{
    smime__shelf_unref(context->shelf);
    free(context->remembered);
    smime__revocation_work_free(context->work);
    memset(context, 0, sizeof *context);
}

smime_status smime_path_check(smime_store *store, const smime_policy *policy, smime_cert *cert,
                              int32_t use, const char *email, smime_path **ret_path)
{
    smime__settings settings;
    smime__budget budget = { 0 };
    smime__path_context context;
    smime_status status;

    if (!cert || !ret_path || use & ~(SMIME_USE_SIGN | SMIME_USE_ENCRYPT))
        return SMIME_E_INVALID_ARG;
    status = smime__settings_snapshot(&settings, policy);
    if (status < 0)
        return status;
    budget.limits = settings.limits;
    status = smime__path_context_init(&context, store, &settings, &budget, NULL);
    if (status == SMIME_OK) {
        status = smime__path_find(&context, cert, use, email, ret_path);
        smime__path_context_clear(&context);
    }
    smime__settings_clear(&settings);
    return status;
}
