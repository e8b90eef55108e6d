/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/policy_graph.h"

#include <stdlib.h>
#include <string.h>

static int compare_nodes(const void *a, const void *b)
{
    const smime__policy_node *left = a, *right = b;

    return smime__policy_compare(&left->policy, &right->policy);
}

static int compare_edges(const void *a, const void *b)
{
    const smime__policy_edge *left = a, *right = b;
    int order = smime__policy_compare(&left->policy, &right->policy);

    return order ? order : (left->parent > right->parent) - (left->parent < right->parent);
}

static void sort_nodes(smime__policy_level *level)
{
    if (level->count)
        qsort(level->nodes, level->count, sizeof *level->nodes, compare_nodes);
}

static smime_status add_node(smime__policy_level *level, smime__view policy)
{
    smime_status status = smime__grow((void **)&level->nodes, level->count, &level->room,
                                      sizeof *level->nodes);
    smime__policy_node node = { policy, level->parent_count, 0, 0, 0 };

    if (status == SMIME_OK)
        level->nodes[level->count++] = node;
    return status;
}

static smime_status add_parent(smime__policy_level *level, size_t parent)
{
    smime_status status = smime__grow((void **)&level->parents, level->parent_count,
                                      &level->parent_room, sizeof *level->parents);

    if (status == SMIME_OK) {
        level->parents[level->parent_count++] = parent;
        level->nodes[level->count - 1].count++;
    }
    return status;
}

static int is_listed(const smime__policy_list *listed, smime__view policy)
{
    return listed->count && bsearch(&policy, listed->list, listed->count, sizeof *listed->list,
                                    smime__policy_compare) != NULL;
}

/* One node for each expected policy that the certificate lists, or lets pass by anyPolicy. */
static smime_status add_expected(smime__policy_level *level, const smime__policy_list *listed,
                                 const smime__policy_edges *expected, int allow_any)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < expected->count && status == SMIME_OK;) {
        smime__view policy = expected->list[i].policy;
        int wanted = allow_any || is_listed(listed, policy);

        if (wanted)
            status = add_node(level, policy);
        for (; i < expected->count && smime__view_equal(expected->list[i].policy, policy); i++)
            if (wanted && status == SMIME_OK)
                status = add_parent(level, expected->list[i].parent);
    }
    return status;
}

/* Policies that nobody expected, but anyPolicy above lets begin here. */
static smime_status add_unexpected(smime__policy_level *level, const smime__policy_list *listed,
                                   const smime__policy_edges *expected)
{
    smime_status status = SMIME_OK;
    size_t at = 0;

    for (size_t i = 0; i < listed->count && status == SMIME_OK; i++) {
        while (at < expected->count &&
               smime__policy_compare(&expected->list[at].policy, &listed->list[i]) < 0)
            at++;
        if (at == expected->count ||
            !smime__view_equal(expected->list[at].policy, listed->list[i]))
            status = add_node(level, listed->list[i]);
    }
    return status;
}

smime_status smime__policy_level_fill(smime__policy_level *level, const smime__policy_list *listed,
                                      const smime__policy_edges *expected, int above_any,
                                      int allow_any)
{
    smime_status status = add_expected(level, listed, expected, allow_any);

    if (status == SMIME_OK && above_any)
        status = add_unexpected(level, listed, expected);
    level->any = above_any && allow_any;
    sort_nodes(level);
    return status;
}

static smime__policy_node *find(const smime__policy_level *level, smime__view policy)
{
    smime__policy_node wanted = { policy, 0, 0, 0, 0 };

    return level->count ? bsearch(&wanted, level->nodes, level->count, sizeof wanted,
                                  compare_nodes)
                        : NULL;
}

static smime_status add_edge(smime__policy_edges *edges, smime__view policy, size_t parent)
{
    smime_status status = smime__grow((void **)&edges->list, edges->count, &edges->room,
                                      sizeof *edges->list);

    if (status == SMIME_OK) {
        edges->list[edges->count].policy = policy;
        edges->list[edges->count++].parent = parent;
    }
    return status;
}

/* 6.1.4 (b) (2): a mapped policy that stands here only by anyPolicy gets a node of its own. */
static smime_status add_mapped(smime__policy_level *level, const smime__policy_mapping *mappings,
                               size_t mapping_count)
{
    smime__policy_level sorted = *level; /* find() needs the order; new nodes come behind it */
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < mapping_count && level->any && status == SMIME_OK; i++) {
        sorted.nodes = level->nodes;
        if ((i && smime__view_equal(mappings[i].from, mappings[i - 1].from)) ||
            find(&sorted, mappings[i].from))
            continue;
        status = add_node(level, mappings[i].from);
    }
    sort_nodes(level);
    return status;
}

static int is_mapped(const smime__policy_mapping *mappings, size_t count, smime__view policy)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order = smime__policy_compare(&mappings[middle].from, &policy);
        if (!order)
            return 1;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return 0;
}

static smime_status add_edges(smime__policy_level *level, const smime__policy_mapping *mappings,
                              size_t mapping_count, int allowed, smime__policy_edges *ret)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < level->count && status == SMIME_OK; i++) {
        smime__policy_node *node = &level->nodes[i];
        if (!is_mapped(mappings, mapping_count, node->policy))
            status = add_edge(ret, node->policy, i);
        else
            node->gone = !allowed;
    }
    for (size_t i = 0; i < mapping_count && allowed && status == SMIME_OK; i++) {
        const smime__policy_node *node = find(level, mappings[i].from);
        if (node)
            status = add_edge(ret, mappings[i].to, (size_t)(node - level->nodes));
    }
    return status;
}

smime_status smime__policy_level_map(smime__policy_level *level,
                                     const smime__policy_mapping *mappings, size_t mapping_count,
                                     int allowed, smime__policy_edges *ret)
{
    smime_status status = allowed ? add_mapped(level, mappings, mapping_count) : SMIME_OK;

    if (status == SMIME_OK)
        status = add_edges(level, mappings, mapping_count, allowed, ret);
    if (ret->count)
        qsort(ret->list, ret->count, sizeof *ret->list, compare_edges);
    return status;
}

int smime__policy_level_is_empty(const smime__policy_level *level)
{
    for (size_t i = 0; i < level->count; i++)
        if (!level->nodes[i].gone)
            return 0;
    return !level->any;
}

void smime__policy_level_clear(smime__policy_level *level)
{
    free(level->nodes);
    free(level->parents);
    memset(level, 0, sizeof *level);
}
