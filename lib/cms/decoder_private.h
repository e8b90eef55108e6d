/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that make up the decoder. */
#ifndef SMIME_CMS_DECODER_PRIVATE_H
#define SMIME_CMS_DECODER_PRIVATE_H

#include "asn1/ber.h"
#include "cms/attributes.h"
#include "cms/decoder.h"

/* How a content type is read. Depths count from the ContentInfo: the fields of the structure stand at
 * depth 3. */
typedef struct smime__cms_kind {
    smime__oid type;
    int layer; /* SMIME__LAYER_* */
    smime_status (*begin)(smime__cms *cms, unsigned depth, uint8_t tag,
                          smime__ber_action *ret_action);
    smime_status (*collected)(smime__cms *cms, unsigned depth, const uint8_t *tlv, size_t len);
    smime_status (*data)(smime__cms *cms, const uint8_t *data, size_t len);
    smime_status (*end)(smime__cms *cms, unsigned depth);
    smime_status (*finish)(smime__cms *cms);
} smime__cms_kind;

struct smime__cms {
    smime__stage stage;
    smime__cms_spec spec;
    smime__cms_result result;
    smime__error error; /* of this layer; hard errors are copied to the job's */
    smime__ber *ber;
    unsigned base;      /* depth at which the reader starts: 0, or 2 without ContentInfo */
    const smime__cms_kind *kind; /* NULL: not known yet, or not readable */
    uint64_t recipient_bytes;
    int typed;              /* the type of the ContentInfo was read */
    int entered;            /* its [0] */
    int begun;              /* the SEQUENCE inside */
    uint8_t head[SMIME__ATTRIBUTES_HEAD]; /* of what is authenticated */
    size_t head_len;
    int field;          /* where in the structure we are; grows */
    int inner;          /* where in the (Encapsulated|Encrypted)ContentInfo */
    int swallow;        /* content is not wanted, or the layer failed */
    smime__buf content_type; /* content of the identifier */
    smime__stage *next;      /* borrowed: where content goes */
    smime__buf der;          /* scratch: a small structure as DER */
    smime__stage *content;   /* the layer's own stage, in front of that */
    int version;
    uint64_t content_at;     /* CompressedData: where the content begins */
    /* SignedData; DigestedData */
    unsigned hashes;
    smime__stage *digests;
    smime__buf *signer_infos; /* DER, one each */
    size_t signer_room;
    uint64_t cert_bytes, crl_bytes;
    /* EnvelopedData */
    smime__key_hunt hunt;
    smime__buf iv;
    size_t tag_len;
    uint64_t ciphertext;     /* bytes of it */
    uint8_t key[SMIME__KEY_MAX];
    size_t key_len;
    smime__buf derivation;   /* RFC 9709: the algorithm that the key is derived for; empty: none */
    smime__hash hash;        /* DigestedData; under the MAC of AuthenticatedData */
    smime__hash digest_hash; /* AuthenticatedData, of the content */
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

extern const smime__cms_kind smime__kind_data, smime__kind_signed, smime__kind_digested,
    smime__kind_enveloped, smime__kind_auth_enveloped, smime__kind_encrypted,
    smime__kind_authenticated, smime__kind_compressed;

/* An EncapsulatedContentInfo: its children, from depth 4 on. @p open is called where the content
 * begins; it sets what cms->kind->data writes to. */
smime_status smime__encap_begin(smime__cms *cms, unsigned depth, uint8_t tag,
                                smime__ber_action *ret_action,
                                smime_status (*open)(smime__cms *cms));
/* Its type. */
smime_status smime__encap_type(smime__cms *cms, const uint8_t *tlv, size_t len);
/* 1 when the string is over that @p open was called for. */
int smime__encap_ends(const smime__cms *cms, unsigned depth, int content_field);

void smime__signed_clear(smime__cms *cms);
void smime__enveloped_clear(smime__cms *cms);

/* Lists a RecipientInfo, of EnvelopedData and its like. */
smime_status smime__cms_add_recipient(smime__cms *cms, const uint8_t *tlv, size_t len);

/* The version of the structure; @p allowed has a bit for each that it may have. */
smime_status smime__cms_read_version(smime__cms *cms, const uint8_t *tlv, size_t len,
                                     unsigned allowed);

/* The content key of the match, or what takes its place: nothing tells which. */
smime_status smime__decrypt_key(smime__cms *cms, size_t key_len);
/* Every check was passed. */
void smime__decrypt_opened(smime__cms *cms);
/* Decryption itself: begins when the encrypted content does. */
smime_status smime__decrypt_begin(smime__cms *cms);
smime_status smime__decrypt_end(smime__cms *cms);
smime_status smime__decrypt_verify(smime__cms *cms);

#endif
