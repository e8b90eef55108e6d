/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One CMS object read as it streams by, of any content type. */
#ifndef SMIME_CMS_DECODER_H
#define SMIME_CMS_DECODER_H

#include "base/job.h"
#include "cms/recipient_info.h"
#include "cms/signer_info.h"

enum {
    SMIME__LAYER_UNKNOWN,
    SMIME__LAYER_SIGNED,
    SMIME__LAYER_ENVELOPED,
    SMIME__LAYER_AUTH_ENVELOPED,
    SMIME__LAYER_COMPRESSED,
    SMIME__LAYER_ENCRYPTED,
    SMIME__LAYER_DIGESTED,
    SMIME__LAYER_AUTHENTICATED,
    SMIME__LAYER_DATA
};

typedef struct smime__cms smime__cms;

typedef struct smime__cms_spec {
    smime__job *job; /* gates, settings, error */
    smime__budget *budget;
    smime_identity *const *identities;
    size_t identity_count;
    const smime__shared_keys *shared; /* or NULL */
    smime__pool *bag;             /* certificates of the message: added to */
    smime__evidence *evidence;    /* revocation lists and the like of the message: added to */
    const smime__pool *pools[2];  /* other places where a signer's certificate may be */
    const smime__stage *digests;  /* of a detached signature's content; NULL: content is inside */
    unsigned more_hashes;         /* computed besides those that digestAlgorithms lists */
    smime__oid start; /* SMIME__OID_UNKNOWN: a ContentInfo; else the structure of that type */
    /* The content begins: where it goes. Called at most once. */
    smime_status (*content)(void *user, smime__view type, smime__stage **ret_next);
    void *user;
} smime__cms_spec;

/* What is known of the layer; complete after finish. */
typedef struct smime__cms_result {
    int kind; /* SMIME__LAYER_* */
    /* NULL, or why the layer could not be read to its end: a code of the report's table */
    const char *failure;
    smime_status failure_status; /* below zero when the structure cannot be parsed */
    char failure_text[240];
    uint64_t failure_offset; /* in the bytes of the layer */
    int damaged; /* opened, and the padding is wrong: whoever asks must not be told that it opened */
    int refused; /* locked, for a way that the policy does not allow */
    int locked;              /* no recipient identifier matches a key at hand */
    int opened;              /* decrypted: every check that the layer has was passed */
    smime__cipher cipher;
    const char *algorithm;   /* of the content: a cipher, a MAC, a digest; or NULL */
    int odd_version;         /* another one than RFC 5652 asks for */
    int authenticated;       /* an AEAD */
    int has_content;         /* content was inside */
    smime__signer_result *signers;
    size_t signer_count;
    smime__recipients recipients;
    smime__view content_type; /* content of the identifier; empty while it is not known */
    size_t skipped_certs; /* certificates that the strict reader refused */
    size_t skipped_revocation; /* revocation lists and OCSP responses likewise */
    uint64_t trailing;    /* bytes behind the structure */
    uint64_t content_length; /* of signed content, as hashed */
} smime__cms_result;

/* SMIME__LAYER_UNKNOWN for a type that is no layer. */
int smime__cms_layer_of(smime__oid type);
/* The stage to write the object to; the result lives as long as the stage. */
smime_status smime__cms_new(const smime__cms_spec *spec, smime__stage **ret_stage);
const smime__cms_result *smime__cms_result_of(const smime__stage *stage);

#endif
