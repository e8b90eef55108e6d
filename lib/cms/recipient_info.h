/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RecipientInfo, RFC 5652 6.2: made and opened. */
#ifndef SMIME_CMS_RECIPIENT_INFO_H
#define SMIME_CMS_RECIPIENT_INFO_H

#include "base/limits.h"
#include "crypto/cipher.h"
#include "pki/identity.h"

enum {
    SMIME__TRANSPORT_AUTO,
    SMIME__TRANSPORT_V15,
    SMIME__TRANSPORT_OAEP,
    SMIME__TRANSPORT_KEM
};


/* What is known of one RecipientInfo without any key. A key agreement for several recipients
 * gives one each. */
typedef struct smime__recipient_result {
    const char *kind; /* "ktri", "kari", "kekri", "pwri", "kemri", "ori" */
    char *identifier; /* UTF-8; NULL where there is none */
    char algorithm[32];
    int opened;
} smime__recipient_result;

typedef struct smime__recipients {
    smime__recipient_result *list;
    size_t count;
    size_t room;
} smime__recipients;

void smime__recipients_clear(smime__recipients *recipients);

/* Secrets that are no private key of a certificate. */
enum {
    SMIME__SHARED_KEK,      /* wraps content keys, and has an identifier */
    SMIME__SHARED_PASSWORD,
    SMIME__SHARED_CONTENT   /* the content key itself, of EncryptedData */
};

typedef struct smime__shared_key {
    int kind;
    smime__buf id;
    smime__buf secret;
} smime__shared_key;

typedef struct smime__shared_keys {
    smime__shared_key *list;
    size_t count, room;
} smime__shared_keys;

smime_status smime__shared_keys_add(smime__shared_keys *keys, int kind, smime__view id,
                                    smime__view secret);
void smime__shared_keys_clear(smime__shared_keys *keys);
/* The next of that kind, NULL at the end; @p keys may be NULL. */
const smime__shared_key *smime__shared_keys_next(const smime__shared_keys *keys, int kind,
                                                 const smime__shared_key *after);

typedef struct smime__password_match {
    smime__buf info; /* PasswordRecipientInfo in DER */
    size_t recipient;
} smime__password_match;

/* A recipient to encrypt to. */
typedef struct smime__recipient {
    smime_cert *cert;     /* NULL: a shared key or a password */
    int transport;        /* SMIME__TRANSPORT_*, for RSA keys */
    smime__hash oaep_hash, mgf_hash; /* the mask's; NONE: the same */
    smime__buf label;     /* of OAEP */
    smime__hash kdf_hash; /* of a key agreement; NONE: by its curve */
    int cofactor;         /* the agreement's name says that the cofactor is multiplied in */
    smime__buf ukm;       /* user keying material */
    int by_key_id;        /* named by its subject key identifier */
    smime__shared_key shared;
    unsigned iterations;  /* for a password */
} smime__recipient;

void smime__recipient_clear(smime__recipient *recipient);
/* SMIME__VIA_*: how the content key will reach it. */
int smime__recipient_via(const smime__recipient *recipient);

/* Adds one RecipientInfo. *ret_version: the least that the structure around it may have, RFC 5652 6.1. */
smime_status smime__recipient_info_add(smime__buf *to, const smime__recipient *recipient,
                                       const uint8_t *key, size_t key_len, int *ret_version);

/* The hunt for the content key. */
typedef struct smime__key_hunt {
    smime_identity *const *identities;
    size_t identity_count;
    const smime__shared_keys *shared;
    const smime__rules *rules;
    smime__budget *budget;
    smime__error *error;
    smime__recipients *recipients; /* every recipient is added */
    int refused;       /* one would have, and the policy does not allow its way */
    int matched;       /* an identifier matched a key at hand, or there is a password to try */
    size_t match;      /* which recipient that is */
    smime_identity *identity;
    const smime__shared_key *key; /* or this one */
    smime__view info;  /* its RecipientInfo in DER, owned copy below */
    smime__buf info_bytes;
    size_t info_index; /* which of the encrypted keys of a key agreement */
    smime__password_match *passwords; /* tried when there is neither identity nor key */
    size_t password_count, password_room;
} smime__key_hunt;

/* Lists one RecipientInfo (DER) and keeps the first that a key at hand can open. */
smime_status smime__recipient_info_read(smime__key_hunt *hunt, smime__view der);
/* The content key of the match. @p key comes filled with the fallback key and keeps it on any
 * failure: nothing here tells failure from success. */
smime_status smime__recipient_info_open(smime__key_hunt *hunt, uint8_t *key, size_t key_len);
/* How long the content key of the match is, where its wrap tells; else @p otherwise. */
size_t smime__recipient_info_key_size(const smime__key_hunt *hunt, size_t otherwise);
/* Fills @p key with what takes the place of a key that cannot be had. */
smime_status smime__recipient_info_fallback(const smime__key_hunt *hunt, uint8_t *key,
                                            size_t key_len);
void smime__key_hunt_clear(smime__key_hunt *hunt);

/* Key agreement, RFC 5753. */
smime_status smime__kari_add(smime__buf *to, const smime__recipient *recipient,
                             const uint8_t *key, size_t key_len);
smime_status smime__kari_read(smime__key_hunt *hunt, smime__view whole, smime__view content);
smime_status smime__kari_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len);

size_t smime__kari_key_size(const smime__key_hunt *hunt);

/* Encapsulated keys. */
smime_status smime__kemri_add(smime__buf *to, const smime__recipient *recipient,
                              const uint8_t *key, size_t key_len);
smime_status smime__kemri_read(smime__key_hunt *hunt, smime__view whole, smime__view content);
smime_status smime__kemri_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len);
size_t smime__kemri_key_size(const smime__key_hunt *hunt);

/* Shared keys and passwords. */
smime_status smime__kekri_add(smime__buf *to, smime__view id, smime__view kek, const uint8_t *key,
                              size_t key_len);
smime_status smime__kekri_read(smime__key_hunt *hunt, smime__view whole, smime__view content);
smime_status smime__kekri_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len);
size_t smime__kekri_key_size(const smime__key_hunt *hunt);
smime_status smime__pwri_add(smime__buf *to, smime__view password, unsigned iterations,
                             const uint8_t *key, size_t key_len);
smime_status smime__pwri_read(smime__key_hunt *hunt, smime__view whole, smime__view content);
smime_status smime__pwri_open(smime__key_hunt *hunt, uint8_t *key, size_t key_len);

/* Key wraps by identifier: 0, "unknown", or nothing done for one that is not known. */
size_t smime__wrap_key_size(smime__oid wrap);
smime__oid smime__wrap_for(size_t kek_len); /* AES */
const char *smime__wrap_name(smime__oid wrap);
/* How long the key inside is; 0 for no possible length. */
size_t smime__wrapped_size(smime__oid wrap, smime__view wrapped);
/* @p key is replaced where the wrap holds one of exactly @p key_len bytes; nothing tells. */
void smime__key_unwrap(smime__oid wrap, const uint8_t *kek, smime__view wrapped, uint8_t *key,
                       size_t key_len);

/* For readers: adds a result to the list, taking over @p identifier's bytes as text. */
smime_status smime__recipients_add(smime__recipients *recipients, const char *kind,
                                   smime__buf *identifier, const char *algorithm);
/* Whether the policy allows the way of the recipient that was added last; else it is refused. */
int smime__key_hunt_allows(smime__key_hunt *hunt);
/* Keeps @p whole as the match, unless there is one, or the policy does not allow it. */
smime_status smime__key_hunt_match(smime__key_hunt *hunt, smime_identity *identity,
                                   const smime__shared_key *key, smime__view whole,
                                   size_t index);

#endif
