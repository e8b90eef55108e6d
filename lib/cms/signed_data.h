/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SignedData written, RFC 5652 5.1. */
#ifndef SMIME_CMS_SIGNED_DATA_H
#define SMIME_CMS_SIGNED_DATA_H

#include "base/stage.h"
#include "cms/signer_info.h"

typedef struct smime__signed_data_spec {
    const smime__signer *signers; /* borrowed until the stage is freed */
    size_t count;
    const smime__pool *certs; /* carried along; borrowed likewise */
    const smime__evidence *evidence; /* revocation lists and OCSP responses, likewise; or NULL */
    smime__view type; /* of the content, as in its identifier, borrowed likewise; empty: id-data */
    int bare;         /* without ContentInfo */
    int detached;
    const uint8_t *const *digests; /* of content that does not come, by hash; NULL: it comes. Likewise */
    int64_t signing_time; /* read at finish: it may be set while content flows */
} smime__signed_data_spec;

/* A stage that takes the content and writes the ContentInfo; a detached one at finish alone.
 * @p spec is borrowed. */
smime_status smime__signed_data_new(const smime__signed_data_spec *spec, smime__stage *next,
                                    smime__stage **ret_stage);

/* Adds each of them as a RevocationInfoChoice. */
smime_status smime__evidence_encode(smime__buf *to, const smime__evidence *evidence);

#endif
