/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* EnvelopedData (RFC 5652 6), EncryptedData (8) and AuthEnvelopedData (RFC 5083, RFC 5084) written. */
#ifndef SMIME_CMS_ENVELOPED_DATA_H
#define SMIME_CMS_ENVELOPED_DATA_H

#include "base/stage.h"
#include "cms/recipient_info.h"

typedef struct smime__enveloped_spec {
    const smime__recipient *recipients; /* borrowed for the call */
    size_t count;
    smime__cipher cipher; /* an AEAD makes AuthEnvelopedData */
    int with_attributes;  /* AuthEnvelopedData: a contentType among authAttrs, though it is id-data */
    smime__view type;     /* of the content, as in its identifier; empty: id-data. Borrowed likewise */
    int bare;             /* without ContentInfo */
    const uint8_t *key;   /* the content key: EncryptedData; NULL: recipients have it. Borrowed likewise */
    uint64_t length;      /* of the content: for CCM */
    int derived;          /* RFC 9709: the key is derived for what it encrypts with */
} smime__enveloped_spec;

/* A stage that takes the content and writes the ContentInfo. */
smime_status smime__enveloped_data_new(const smime__enveloped_spec *spec, smime__stage *next,
                                       smime__stage **ret_stage);

#endif
