/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_cms_encoder: one content type, perhaps with another encoder's inside. */
#ifndef SMIME_CMS_ENCODER_H
#define SMIME_CMS_ENCODER_H

#include "base/job.h"
#include "cms/decoder.h"
#include "cms/signed_data.h"

#include <smime/cms.h>

struct smime_cms_encoder {
    smime__job job;
    int32_t kind; /* SMIME_LAYER_* */
    int32_t form;
    int detached;
    smime__buf type; /* of the content, as in its identifier; empty: id-data */
    smime_cms_encoder *inner;
    int nested; /* it belongs to another one */
    int has_length;
    uint64_t length;
    /* SIGNED */
    smime__signer *signers;
    size_t signer_count, signer_room;
    smime__pool carried;
    smime__evidence evidence;
    smime__signed_data_spec signed_spec;
    smime__hash given; /* the content was hashed elsewhere */
    uint8_t given_digest[SMIME__DIGEST_MAX];
    const uint8_t *given_digests[SMIME__HASH_COUNT];
    /* ENVELOPED, AUTH_ENVELOPED, AUTHENTICATED */
    smime__recipient *recipients;
    size_t recipient_count, recipient_room;
    smime__recipient next; /* what recipients that come get: OAEP, key agreement */
    smime__buf key; /* ENCRYPTED */
    smime__cipher cipher;
    int derived; /* RFC 9709 */
    smime__hash hash; /* DIGESTED, AUTHENTICATED */
    /* the work */
    smime__stage entry;   /* counts what comes */
    uint64_t seen;
    smime__stage *layer;
    smime__stage *armor;
};

/* Settings may change: SMIME_E_STATE, or SMIME_E_INVALID_ARG when it has not that kind of structure.
 * @p kinds is a set of 1 << SMIME_LAYER_*. */
smime_status smime__encoder_configure(smime_cms_encoder *job, unsigned kinds);

/* SMIME_DIGEST_* by its own name; NONE for another number and for 0. */
smime__hash smime__digest_hash(int32_t digest);
/* A signer by the arguments of smime_cms_encoder_add_signer(), checked; no reference is taken. */
smime_status smime__encoder_signer(smime_cms_encoder *job, smime_identity *identity,
                                   int32_t digest, uint32_t flags, smime__signer *ret_signer);
/* An Attribute of the caller's, checked. */
smime_status smime__encoder_attribute(smime__buf *to, const char *oid, smime__view value);

#define SMIME__WITH_RECIPIENTS \
    (1u << SMIME_LAYER_ENVELOPED | 1u << SMIME_LAYER_AUTH_ENVELOPED | \
     1u << SMIME_LAYER_AUTHENTICATED)

#endif
