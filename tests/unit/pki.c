/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("pki");

    add_pki_algorithm(suite);
    add_pki_name(suite);
    add_pki_cert(suite);
    add_pki_keys(suite);
    add_pki_path(suite);
    add_pki_build(suite);
    add_pki_lint(suite);
    add_pki_crl(suite);
    add_pki_ocsp(suite);
    add_pki_memory(suite);
    add_pki_name_match(suite);
    add_pki_constraints(suite);
    add_pki_policies(suite);
    add_pki_policy_scale(suite);
    add_pki_graph(suite);
    add_pki_crl_bytes(suite);
    add_pki_ocsp_bytes(suite);
    add_pki_flood(suite);
    add_pki_evidence(suite);
    return support_main(suite);
}
