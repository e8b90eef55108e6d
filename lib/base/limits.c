/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/limits.h"

#include <inttypes.h>

typedef struct limit_row {
    uint64_t value;
    smime_status status;
    const char *name, *what;
} limit_row;

#define MIB (UINT64_C(1) << 20)

static const limit_row rows[SMIME__LIMIT_END] = {
    [SMIME_LIMIT_DEPTH] = { 100, SMIME_E_LIMIT_DEPTH, "depth", "levels of nested MIME entities" },
    [SMIME_LIMIT_PARTS] = { 10000, SMIME_E_LIMIT_PARTS, "parts", "MIME entities" },
    [SMIME_LIMIT_HEADER_BYTES] = { MIB, SMIME_E_LIMIT_HEADER, "header-bytes", "bytes in one header" },
    [SMIME_LIMIT_LAYERS] = { 8, SMIME_E_LIMIT_LAYERS, "layers", "cryptographic layers" },
    [SMIME_LIMIT_SIGNERS] = { 64, SMIME_E_LIMIT_SIGNERS, "signers", "signers" },
    [SMIME_LIMIT_RECIPIENTS] = { 4096, SMIME_E_LIMIT_RECIPIENTS, "recipients", "recipients" },
    [SMIME_LIMIT_ATTRIBUTES] = { 64, SMIME_E_LIMIT_ATTRIBUTES, "attributes", "attributes" },
    [SMIME_LIMIT_CERTS] = { 512, SMIME_E_LIMIT_CERTS, "certs", "certificates" },
    [SMIME_LIMIT_CERT_BYTES] = { 4 * MIB, SMIME_E_LIMIT_CERTS, "cert-bytes", "bytes of certificates" },
    [SMIME_LIMIT_OBJECT_BYTES] = { MIB, SMIME_E_LIMIT_OBJECT, "object-bytes", "bytes in one structure" },
    [SMIME_LIMIT_SPOOL_MEMORY] = { MIB, SMIME_E_LIMIT_SPOOL, "spool-memory", "bytes held back in memory" },
    [SMIME_LIMIT_SPOOL_BYTES] = { 65536 * MIB, SMIME_E_LIMIT_SPOOL, "spool-bytes", "bytes held back" },
    [SMIME_LIMIT_ITERATIONS] = { 2000000, SMIME_E_LIMIT_ITERATIONS, "iterations", "key derivation iterations" },
    [SMIME_LIMIT_SIGNATURES] = { 100, SMIME_E_LIMIT_SIGNATURES, "signatures", "signature checks" },
    [SMIME_LIMIT_STEPS] = { 2000, SMIME_E_LIMIT_STEPS, "steps", "path building steps" },
    [SMIME_LIMIT_PATH_LENGTH] = { 16, SMIME_E_LIMIT_STEPS, "path-length", "certificates in one path" },
    [SMIME_LIMIT_NAMES] = { 250000, SMIME_E_LIMIT_NAMES, "names", "comparisons of names" },
    [SMIME_LIMIT_CRL_BYTES] = { 64 * MIB, SMIME_E_LIMIT_REVOCATION, "crl-bytes", "bytes of revocation lists" },
    [SMIME_LIMIT_OCSP_SINGLES] = { 64, SMIME_E_LIMIT_REVOCATION,
                                   "ocsp-singles", "single responses in one OCSP response" },
    [SMIME_LIMIT_OCSP_CERTS] = { 8, SMIME_E_LIMIT_REVOCATION,
                                 "ocsp-certs", "certificates in one OCSP response" },
    [SMIME_LIMIT_TREE_BYTES] = { 64 * MIB, SMIME_E_LIMIT_HEADER, "tree-bytes", "bytes for headers in the tree" },
    [SMIME_LIMIT_RATIO] = { 200, SMIME_E_LIMIT_RATIO, "ratio", "bytes out of each compressed byte" },
};

const char *smime__limit_name(int32_t limit)
{
    return rows[limit].name;
}

void smime__limits_default(smime__limits *limits)
{
    for (int32_t i = 0; i < SMIME__LIMIT_END; i++)
        limits->value[i] = rows[i].value;
}

smime_status smime__limit_check(const smime__limits *limits, int32_t limit, uint64_t amount,
                                smime__error *error)
{
    if (amount <= limits->value[limit])
        return SMIME_OK;
    return smime__fail(error, rows[limit].status, "more than %" PRIu64 " %s",
                       limits->value[limit], rows[limit].what);
}

smime_status smime__budget_signature(smime__budget *budget, smime__error *error)
{
    return smime__limit_check(&budget->limits, SMIME_LIMIT_SIGNATURES, ++budget->signatures,
                              error);
}

smime_status smime__budget_name(smime__budget *budget, smime__error *error)
{
    return smime__limit_check(&budget->limits, SMIME_LIMIT_NAMES, ++budget->names, error);
}

smime_status smime__budget_step(smime__budget *budget, smime__error *error)
{
    return smime__limit_check(&budget->limits, SMIME_LIMIT_STEPS, ++budget->steps, error);
}

smime_status smime__budget_iterations(smime__budget *budget, uint64_t count, smime__error *error)
{
    return smime__limit_check(&budget->limits, SMIME_LIMIT_ITERATIONS,
                              budget->iterations += count, error);
}
