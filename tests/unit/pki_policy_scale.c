/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Policy processing grows with the certificates and not with the paths through their policies:
 * RFC 9618 2. What is counted are nodes and edges, not time. */
#include "pki_world.h"

#include "pki/policy_graph.h"

/* Certificates by their extensions alone: what is not set here is not looked at. */
typedef struct chain {
    smime_cert certs[20];
    smime_cert *list[20]; /* the leaf first */
    size_t count;
} chain;

/* How a certificate maps its policies. */
enum { NO_MAPPING, ALL_TO_ALL, SHIFTED };

static gnutls_datum_t oid_of(size_t policy)
{
    char text[40];

    snprintf(text, sizeof text, "@1.2.3.%zu", policy);
    return notation(text);
}

static gnutls_datum_t policies_of(size_t count)
{
    gnutls_datum_t all = {NULL, 0};

    for (size_t i = 0; i < count; i++)
        all = notation("% 30(%)", all, oid_of(i));
    return notation("30(%)", all);
}

static gnutls_datum_t mappings_of(size_t count, int how)
{
    gnutls_datum_t all = {NULL, 0}, row;

    for (size_t from = 0; from < count; from++) {
        row = (gnutls_datum_t){NULL, 0};
        for (size_t to = 0; to < count; to++)
            if (how == ALL_TO_ALL || to == (from + 1) % count)
                row = notation("% 30(% %)", row, oid_of(from), oid_of(to));
        all = notation("% %", all, row);
    }
    return notation("30(%)", all);
}

static smime__view view_of(gnutls_datum_t datum)
{
    return smime__view_of(datum.data, datum.size);
}

static chain *make(size_t depth, size_t policies, int mapping)
{
    static chain made;
    static uint8_t names[20] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18};
    gnutls_datum_t listed = policies_of(policies);
    gnutls_datum_t mapped = mapping ? mappings_of(policies, mapping) : (gnutls_datum_t){NULL, 0};

    memset(&made, 0, sizeof made);
    made.count = depth + 1;
    for (size_t i = 0; i <= depth; i++) { /* the anchor last */
        smime_cert *cert = &made.certs[i];
        made.list[i] = cert;
        cert->require_explicit = cert->inhibit_mapping = cert->inhibit_any = -1;
        cert->subject_canonical = (smime__buf){.data = &names[i], .len = 1};
        cert->issuer_canonical = (smime__buf){.data = &names[i + 1], .len = 1};
        cert->policies = view_of(listed);
        if (i > 0 && i < depth && mapping)
            cert->policy_mappings = view_of(mapped);
    }
    return &made;
}

static const struct {
    size_t depth, policies;
    int mapping;
    size_t nodes, edges; /* of one level in the middle */
} sizes[] = {
    {12, 16, NO_MAPPING, 16, 16}, {12, 16, SHIFTED, 16, 16},    {12, 16, ALL_TO_ALL, 16, 256},
    {16, 64, NO_MAPPING, 64, 64}, {16, 64, ALL_TO_ALL, 64, 4096},
};

/* The walk of policies.c with its levels kept in sight. */
START_TEST(levels_hold_one_node_for_a_policy)
{
    chain *c = make(sizes[_i].depth, sizes[_i].policies, sizes[_i].mapping);
    smime__policy_level above = {0}, level = {0};
    smime__policy_edges expected = {0};
    int above_any = 1;

    for (size_t depth = 1; depth < c->count; depth++) {
        const smime_cert *cert = c->list[c->count - 1 - depth];
        smime__policy_list listed;
        smime__policy_mapping *mappings = NULL;
        size_t mapping_count = 0;

        ck_ok(smime__policy_list_read(cert->policies, &listed));
        ck_ok(smime__policy_level_fill(&level, &listed, &expected, above_any, 0));
        ck_assert_uint_eq(level.count, sizes[_i].nodes);
        ck_assert_uint_eq(level.parent_count, depth > 1 ? sizes[_i].edges : 0);
        ck_ok(smime__policy_mappings_read(cert->policy_mappings, &mappings, &mapping_count));
        expected.count = 0;
        ck_ok(smime__policy_level_map(&level, mappings, mapping_count, 1, &expected));
        if (depth < c->count - 1)
            ck_assert_uint_eq(expected.count, sizes[_i].edges);
        above_any = level.any;
        free(mappings);
        free(listed.list);
        smime__policy_level_clear(&above);
        above = level;
        memset(&level, 0, sizeof level);
    }
    smime__policy_level_clear(&above);
    free(expected.list);
}
END_TEST

START_TEST(large_chain_is_valid_under_every_policy)
{
    chain *c = make(sizes[_i].depth, sizes[_i].policies, sizes[_i].mapping);
    smime__policy_inputs inputs = {.explicit_policy = 1};
    smime__policy_result result;

    ck_ok(smime__policies_evaluate(c->list, c->count, &inputs, &result));
    ck_assert_ptr_null(result.why);
    ck_assert_uint_eq(result.count, sizes[_i].policies);
    ck_assert_str_eq(result.list[0], "1.2.3.0");
    smime__policy_result_clear(&result);
    /* one is wanted that nobody has */
    inputs.initial = &(smime__view){(const uint8_t *)"\x2a\x04", 2};
    inputs.initial_count = 1;
    ck_ok(smime__policies_evaluate(c->list, c->count, &inputs, &result));
    ck_assert_ptr_nonnull(result.why);
    ck_assert_uint_eq(result.at, 0);
    ck_assert_uint_eq(result.count, 0);
    smime__policy_result_clear(&result);
}
END_TEST

/* The anchor alone is a path: nothing was constrained. */
START_TEST(path_of_the_anchor_alone_holds_any_policy)
{
    chain *c = make(0, 1, NO_MAPPING);
    smime__policy_inputs inputs = {.explicit_policy = 1};
    smime__policy_result result;

    ck_ok(smime__policies_evaluate(c->list, 1, &inputs, &result));
    ck_assert_ptr_null(result.why);
    smime__policy_result_clear(&result);
}
END_TEST

void add_pki_policy_scale(Suite *suite)
{
    TCase *tc = tcase_create("policy scale");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, NULL, notation_clear);
    add_rows(tc, levels_hold_one_node_for_a_policy, sizes);
    add_rows(tc, large_chain_is_valid_under_every_policy, sizes);
    tcase_add_test(tc, path_of_the_anchor_alone_holds_any_policy);
    suite_add_tcase(suite, tc);
}
