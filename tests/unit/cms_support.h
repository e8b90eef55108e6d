/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_TESTS_CMS_SUPPORT_H
#define SMIME_TESTS_CMS_SUPPORT_H

#include "pki_support.h"

#include "cms/decoder.h"
#include "cms/identifier.h"

/* The identity "NAME" of the test PKI. */
smime_identity *identity_named(const char *name);

/* Reads one ContentInfo with the decoder: content to `out`, what is known to `result`. */
typedef struct reading {
    smime__job job;
    smime__cms_spec spec;
    smime__budget budget;
    smime__pool bag;
    smime__stage *stage;
    const smime__cms_result *result;
    smime__buf out;        /* what the job let out */
    smime__buf type;       /* of the content */
    smime_status status;
    int content_calls;
} reading;

/* @p identities may be NULL. Pieces of @p step bytes; 0: in one. */
void reading_run(reading *r, const uint8_t *data, size_t len, size_t step,
                 smime_identity *const *identities, size_t count);
void reading_clear(reading *r);

#endif
