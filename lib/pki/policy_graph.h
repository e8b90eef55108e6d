/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of the policy graph, RFC 9618. */
#ifndef SMIME_PKI_POLICY_GRAPH_H
#define SMIME_PKI_POLICY_GRAPH_H

#include "pki/policies.h"

typedef struct smime__policy_list {
    smime__view *list; /* sorted, each once, without anyPolicy */
    size_t count, room;
    int any;
} smime__policy_list;

typedef struct smime__policy_mapping {
    smime__view from; /* issuerDomainPolicy */
    smime__view to;   /* subjectDomainPolicy */
} smime__policy_mapping;

int smime__policy_compare(const void *a, const void *b); /* two smime__view */
int smime__is_any_policy(smime__view policy);
smime_status smime__policy_list_read(smime__view value, smime__policy_list *ret);
/* Sorted by from, then to. */
smime_status smime__policy_mappings_read(smime__view value, smime__policy_mapping **ret_list,
                                         size_t *ret_count);

/* A policy at one depth; the one node anyPolicy of a depth is a flag of the level. */
typedef struct smime__policy_node {
    smime__view policy;
    size_t first, count; /* parents: a run of the level's list; none: anyPolicy is the parent */
    int gone;            /* deleted by a mapping that is not allowed */
    int reached;         /* a node of the last depth descends from it */
} smime__policy_node;

typedef struct smime__policy_level {
    smime__policy_node *nodes; /* sorted by policy */
    size_t count, room;
    size_t *parents; /* indices of nodes of the level above */
    size_t parent_count, parent_room;
    int any;
} smime__policy_level;

/* "policy is expected in the next certificate by node parent" */
typedef struct smime__policy_edge {
    smime__view policy;
    size_t parent;
} smime__policy_edge;

typedef struct smime__policy_edges {
    smime__policy_edge *list; /* sorted by policy, then parent */
    size_t count, room;
} smime__policy_edges;

/* RFC 9618, 6.1.3 (d): the nodes of a certificate under what the level above expects.
 * @p above_any: that level has anyPolicy. @p allow_any: anyPolicy in the certificate counts. */
smime_status smime__policy_level_fill(smime__policy_level *level, const smime__policy_list *listed,
                                      const smime__policy_edges *expected, int above_any,
                                      int allow_any);
/* 6.1.4 (b): what the next certificate is expected to hold. */
smime_status smime__policy_level_map(smime__policy_level *level,
                                     const smime__policy_mapping *mappings, size_t mapping_count,
                                     int allowed, smime__policy_edges *ret);
int smime__policy_level_is_empty(const smime__policy_level *level);
void smime__policy_level_clear(smime__policy_level *level);

#endif
