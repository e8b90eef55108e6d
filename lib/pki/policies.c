/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Policy processing along a path: RFC 5280 6.1.2 to 6.1.5 as RFC 9618 rewrote them. */
#include "pki/policies.h"

#include "pki/policy_graph.h"

#include <stdlib.h>
#include <string.h>

typedef struct walk {
    smime_cert *const *certs;
    size_t count; /* certificates below the anchor */
    const smime__policy_inputs *inputs;
    smime__policy_level *levels; /* depth 0 to count */
    smime__policy_edges expected;
    int is_null; /* the graph */
    /* state variables: how many more certificates may go without */
    size_t explicit_policy, policy_mapping, inhibit_any;
    const char *why;
    size_t at;
} walk;

static void lower(size_t *variable, int skip)
{
    if (skip >= 0 && (size_t)skip < *variable)
        *variable = (size_t)skip;
}

static void constrain(walk *w, const smime_cert *cert)
{
    lower(&w->explicit_policy, cert->require_explicit);
    lower(&w->policy_mapping, cert->inhibit_mapping);
    lower(&w->inhibit_any, cert->inhibit_any);
}

static void count_down(size_t *variable)
{
    if (*variable)
        --*variable;
}

/* Certificate @p depth, 1 below the anchor. */
static const smime_cert *cert_at(const walk *w, size_t depth)
{
    return w->certs[w->count - depth];
}

static void blame(walk *w, size_t depth, const char *why)
{
    if (w->why)
        return;
    w->why = why;
    w->at = w->count - depth;
}

/* 6.1.3 (d) to (f) */
static smime_status process(walk *w, size_t depth)
{
    const smime_cert *cert = cert_at(w, depth);
    int self = depth < w->count && smime__cert_self_issued(cert);
    smime__policy_list listed = { NULL, 0, 0, 0 };
    smime_status status = SMIME_OK;

    if (!w->is_null && cert->policies.len) {
        status = smime__policy_list_read(cert->policies, &listed);
        if (status == SMIME_OK)
            status = smime__policy_level_fill(&w->levels[depth], &listed, &w->expected,
                                              w->levels[depth - 1].any,
                                              listed.any && (w->inhibit_any > 0 || self));
    }
    free(listed.list);
    w->is_null |= !cert->policies.len || smime__policy_level_is_empty(&w->levels[depth]);
    if (!w->explicit_policy && w->is_null)
        blame(w, depth, "a policy is required, and none holds for all certificates");
    return status;
}

/* 6.1.4 (a) and (b) */
static smime_status map(walk *w, size_t depth)
{
    const smime_cert *cert = cert_at(w, depth);
    smime__policy_mapping *mappings = NULL;
    size_t count = 0;
    smime_status status = smime__policy_mappings_read(cert->policy_mappings, &mappings, &count);

    for (size_t i = 0; i < count; i++)
        if (smime__is_any_policy(mappings[i].from) || smime__is_any_policy(mappings[i].to))
            blame(w, depth, "anyPolicy is mapped");
    w->expected.count = 0;
    if (status == SMIME_OK && !w->is_null)
        status = smime__policy_level_map(&w->levels[depth], mappings, count,
                                         w->policy_mapping > 0, &w->expected);
    free(mappings);
    return status;
}

/* 6.1.4 (h) to (j) */
static void prepare(walk *w, size_t depth)
{
    const smime_cert *cert = cert_at(w, depth);

    if (!smime__cert_self_issued(cert)) {
        count_down(&w->explicit_policy);
        count_down(&w->policy_mapping);
        count_down(&w->inhibit_any);
    }
    constrain(w, cert);
}

static smime_status walk_down(walk *w)
{
    smime_status status = SMIME_OK;

    for (size_t depth = 1; depth <= w->count && status == SMIME_OK && !w->why; depth++) {
        status = process(w, depth);
        if (status == SMIME_OK && depth < w->count) {
            status = map(w, depth);
            prepare(w, depth);
        }
    }
    if (status == SMIME_OK && w->count) { /* 6.1.5 (a) and (b) */
        count_down(&w->explicit_policy);
        if (cert_at(w, w->count)->require_explicit == 0)
            w->explicit_policy = 0;
    }
    return status;
}

/* 6.1.5 (g): the policies that begin below anyPolicy and are still met at the end. */
static smime_status gather(walk *w, smime__policy_list *ret)
{
    smime_status status = SMIME_OK;

    for (size_t depth = w->is_null ? 0 : w->count; depth > 0; depth--) {
        smime__policy_level *level = &w->levels[depth];
        for (size_t i = 0; i < level->count && status == SMIME_OK; i++) {
            const smime__policy_node *node = &level->nodes[i];
            if (node->gone || !(depth == w->count || node->reached))
                continue;
            for (size_t k = 0; k < node->count; k++)
                w->levels[depth - 1].nodes[level->parents[node->first + k]].reached = 1;
            if (node->count)
                continue;
            status = smime__grow((void **)&ret->list, ret->count, &ret->room, sizeof *ret->list);
            if (status == SMIME_OK)
                ret->list[ret->count++] = node->policy;
        }
    }
    ret->any = !w->is_null && w->levels[w->count].any;
    if (ret->count)
        qsort(ret->list, ret->count, sizeof *ret->list, smime__policy_compare);
    return status;
}

static int is_wanted(const smime__policy_inputs *inputs, smime__view policy)
{
    for (size_t i = 0; i < inputs->initial_count; i++)
        if (smime__view_equal(inputs->initial[i], policy))
            return 1;
    return !inputs->initial_count;
}

static smime_status add_dotted(smime__policy_result *ret, smime__view id)
{
    smime__buf text = { 0 };
    smime_status status = smime__oid_format(&text, id);

    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK)
        ret->list[ret->count++] = (char *)text.data;
    else
        smime__buf_free(&text);
    return status;
}

static smime_status tell(const walk *w, const smime__policy_list *found, smime__policy_result *ret)
{
    const smime__policy_inputs *inputs = w->inputs;
    smime_status status = SMIME_OK;

    ret->list = calloc(found->count + inputs->initial_count + 1, sizeof *ret->list);
    if (!ret->list)
        return SMIME_E_NOMEM;
    if (found->any && inputs->initial_count) { /* whatever is wanted */
        for (size_t i = 0; i < inputs->initial_count && status == SMIME_OK; i++)
            status = add_dotted(ret, inputs->initial[i]);
        return status;
    }
    for (size_t i = 0; i < found->count && status == SMIME_OK; i++)
        if (is_wanted(inputs, found->list[i]) &&
            !(i && smime__view_equal(found->list[i], found->list[i - 1])))
            status = add_dotted(ret, found->list[i]);
    if (status == SMIME_OK && found->any)
        status = add_dotted(ret, smime__oid_bytes(SMIME__OID_ANY_POLICY));
    return status;
}

smime_status smime__policies_evaluate(smime_cert *const *certs, size_t count,
                                      const smime__policy_inputs *inputs,
                                      smime__policy_result *ret)
{
    walk w = { .certs = certs, .count = count - 1, .inputs = inputs };
    smime__policy_list found = { NULL, 0, 0, 0 };
    smime_status status;

    memset(ret, 0, sizeof *ret);
    w.levels = calloc(count, sizeof *w.levels);
    if (!w.levels)
        return SMIME_E_NOMEM;
    w.levels[0].any = 1;
    w.explicit_policy = inputs->explicit_policy ? 0 : count;
    w.policy_mapping = inputs->inhibit_mapping ? 0 : count;
    w.inhibit_any = inputs->inhibit_any ? 0 : count;
    constrain(&w, certs[count - 1]); /* an anchor's own constraints count */
    status = walk_down(&w);
    if (status == SMIME_OK)
        status = gather(&w, &found);
    if (status == SMIME_OK)
        status = tell(&w, &found, ret);
    if (status == SMIME_OK && !w.explicit_policy && !ret->count)
        blame(&w, w.count, "a policy is required, and none that is wanted holds");
    ret->why = w.why;
    ret->at = w.at;
    for (size_t i = 0; i < count; i++)
        smime__policy_level_clear(&w.levels[i]);
    free(w.levels);
    free(w.expected.list);
    free(found.list);
    return status;
}

void smime__policy_result_clear(smime__policy_result *result)
{
    for (size_t i = 0; i < result->count; i++)
        free(result->list[i]);
    free(result->list);
    memset(result, 0, sizeof *result);
}
