/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/shelf.h"

#include <stdlib.h>
#include <string.h>

smime_status smime__shelf_new(smime__shelf **ret_shelf)
{
    smime__shelf *shelf = calloc(1, sizeof *shelf);

    if (!shelf)
        return SMIME_E_NOMEM;
    smime__ref_init(&shelf->refs);
    *ret_shelf = shelf;
    return SMIME_OK;
}

static void clear_rule(smime__anchor_rule *rule)
{
    smime__buf_free(&rule->addresses);
    for (size_t i = 0; i < rule->name_count; i++)
        smime__buf_free(&rule->names[i]);
    free(rule->names);
}

void smime__shelf_unref(smime__shelf *shelf)
{
    if (!shelf || !smime__ref_down(&shelf->refs))
        return;
    smime__pool_clear(&shelf->anchors);
    smime__pool_clear(&shelf->others);
    smime__pool_clear(&shelf->distrusted);
    smime__evidence_clear(&shelf->evidence);
    for (size_t i = 0; i < shelf->rule_count; i++)
        clear_rule(&shelf->rules[i]);
    free(shelf->rules);
    free(shelf);
}

smime_status smime__shelf_make_rule(smime__shelf *shelf, const uint8_t *anchor_hash,
                                    smime__anchor_rule **ret_rule)
{
    smime_status status;

    for (size_t i = 0; i < shelf->rule_count; i++)
        if (!memcmp(shelf->rules[i].hash, anchor_hash, sizeof shelf->rules[i].hash)) {
            *ret_rule = &shelf->rules[i];
            return SMIME_OK;
        }
    status = smime__grow((void **)&shelf->rules, shelf->rule_count, &shelf->rule_room,
                         sizeof *shelf->rules);
    if (status < 0)
        return status;
    *ret_rule = &shelf->rules[shelf->rule_count++];
    memset(*ret_rule, 0, sizeof **ret_rule);
    memcpy((*ret_rule)->hash, anchor_hash, sizeof (*ret_rule)->hash);
    return SMIME_OK;
}

smime_status smime__rule_add_names(smime__anchor_rule *rule, smime__view constraints)
{
    smime_status status = smime__grow((void **)&rule->names, rule->name_count, &rule->name_room,
                                      sizeof *rule->names);

    if (status < 0)
        return status;
    rule->names[rule->name_count] = (smime__buf){ 0 };
    return smime__buf_add_view(&rule->names[rule->name_count++], constraints);
}

static smime_status copy_rule(smime__shelf *to, const smime__anchor_rule *from)
{
    smime__anchor_rule *rule;
    smime_status status = smime__shelf_make_rule(to, from->hash, &rule);

    if (status < 0)
        return status;
    rule->use = from->use;
    status = smime__buf_add_view(&rule->addresses, smime__buf_view(&from->addresses));
    for (size_t i = 0; i < from->name_count && status == SMIME_OK; i++)
        status = smime__rule_add_names(rule, smime__buf_view(&from->names[i]));
    return status;
}

smime_status smime__shelf_copy(const smime__shelf *from, smime__shelf **ret_shelf)
{
    smime__shelf *copy = NULL;
    smime_status status = smime__shelf_new(&copy);

    if (status < 0)
        return status;
    status = smime__pool_copy(&copy->anchors, &from->anchors);
    if (status == SMIME_OK)
        status = smime__pool_copy(&copy->others, &from->others);
    if (status == SMIME_OK)
        status = smime__pool_copy(&copy->distrusted, &from->distrusted);
    if (status == SMIME_OK)
        status = smime__evidence_copy(&copy->evidence, &from->evidence);
    for (size_t i = 0; i < from->rule_count && status == SMIME_OK; i++)
        status = copy_rule(copy, &from->rules[i]);
    copy->generation = from->generation;
    if (status < 0)
        smime__shelf_unref(copy);
    else
        *ret_shelf = copy;
    return status;
}

const smime__anchor_rule *smime__shelf_rule(const smime__shelf *shelf, const smime_cert *anchor)
{
    for (size_t i = 0; i < shelf->rule_count; i++)
        if (!memcmp(shelf->rules[i].hash, anchor->hash, sizeof anchor->hash))
            return &shelf->rules[i];
    return NULL;
}

int smime__shelf_distrusts(const smime__shelf *shelf, const smime_cert *cert)
{
    smime_cert *each;
    size_t at = 0;

    while ((each = smime__pool_find(&shelf->distrusted, &cert->subject_canonical, &at)))
        if (smime__view_equal(each->spki, cert->spki))
            return 1;
    return 0;
}
