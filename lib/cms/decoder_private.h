/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that make up the decoder. */
#ifndef SMIME_CMS_DECODER_PRIVATE_H
#define SMIME_CMS_DECODER_PRIVATE_H

#include "asn1/ber.h"
#include "cms/decoder.h"

struct smime__cms {
    smime__stage stage;
    smime__cms_spec spec;
    smime__cms_result result;
    smime__error error; /* of this layer; hard errors are copied to the job's */
    smime__ber *ber;
    unsigned base;      /* depth at which the reader starts: 0, or 2 without ContentInfo */
    smime__oid type;
    int field;          /* where in the structure we are; grows */
    int inner;          /* where in the (Encapsulated|Encrypted)ContentInfo */
    int swallow;        /* content is not wanted, or the layer failed */
    smime__buf content_type; /* content of the identifier */
    smime__stage *next;      /* borrowed: where content goes */
    smime__buf der;          /* scratch: a small structure as DER */
    /* SignedData */
    unsigned hashes;
    smime__stage *digests;
    smime__buf *signer_infos; /* DER, one each */
    size_t signer_room;
    uint64_t cert_bytes, crl_bytes;
    /* EnvelopedData */
    smime__key_hunt hunt;
    smime__buf iv;
    size_t tag_len;
    uint8_t key[SMIME__KEY_MAX];
    smime__stage *cipher;  /* CBC: in the chain; GCM: computes the tag as bytes come */
    smime__stage *release; /* GCM: decrypts what the gate lets go */
    smime__stage guard;    /* GCM: behind `release`, checks the tag once more */
    smime__gate *gate;
    smime__buf auth_attributes;
    smime__buf mac;
};

/* Records that the layer is over and swallows what follows. Returns SMIME_OK. */
smime_status smime__cms_fail(smime__cms *cms, const char *reason, smime_status status,
                             const char *text);
/* A malformed structure: the status that makes the caller call smime__cms_fail. */
smime_status smime__cms_malformed(smime__cms *cms, const char *text);
/* The element as DER in cms->der. */
smime_status smime__cms_normalise(smime__cms *cms, const uint8_t *tlv, size_t len);

/* Children of the structure (depth 3) and below; depths count from the ContentInfo. */
smime_status smime__signed_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                 smime__ber_action *ret_action);
smime_status smime__signed_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                     size_t len);
smime_status smime__signed_data(smime__cms *cms, const uint8_t *data, size_t len);
smime_status smime__signed_end(smime__cms *cms, unsigned depth);
smime_status smime__signed_finish(smime__cms *cms);
void smime__signed_clear(smime__cms *cms);

smime_status smime__enveloped_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                    smime__ber_action *ret_action);
smime_status smime__enveloped_collected(smime__cms *cms, unsigned depth, const uint8_t *tlv,
                                        size_t len);
smime_status smime__enveloped_data(smime__cms *cms, const uint8_t *data, size_t len);
smime_status smime__enveloped_end(smime__cms *cms, unsigned depth);
smime_status smime__enveloped_finish(smime__cms *cms);
void smime__enveloped_clear(smime__cms *cms);

/* Decryption itself: begins when the encrypted content does. */
smime_status smime__decrypt_begin(smime__cms *cms);
smime_status smime__decrypt_end(smime__cms *cms);
smime_status smime__decrypt_verify(smime__cms *cms);

#endif
