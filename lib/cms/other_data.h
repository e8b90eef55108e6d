/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The content types with neither signer nor cipher, written: Data (RFC 5652 4), DigestedData (7),
 * AuthenticatedData (9), CompressedData (RFC 3274). Each is a stage that takes the content. */
#ifndef SMIME_CMS_OTHER_DATA_H
#define SMIME_CMS_OTHER_DATA_H

#include "base/stage.h"
#include "cms/recipient_info.h"

/* @p type of the content, as in its identifier; @p bare without ContentInfo. */
smime_status smime__data_new(smime__stage *next, smime__stage **ret_stage);
smime_status smime__digested_data_new(smime__hash hash, smime__view type, int bare,
                                      smime__stage *next, smime__stage **ret_stage);
/* SMIME_E_UNSUPPORTED in a build without zlib. */
smime_status smime__compressed_data_new(smime__view type, int bare, smime__stage *next,
                                        smime__stage **ret_stage);

typedef struct smime__authenticated_spec {
    const smime__recipient *recipients; /* borrowed for the call, like the type */
    size_t count;
    smime__hash hash; /* under the MAC, and of the content */
    smime__view type;
    int bare;
} smime__authenticated_spec;

smime_status smime__authenticated_data_new(const smime__authenticated_spec *spec,
                                           smime__stage *next, smime__stage **ret_stage);

#endif
