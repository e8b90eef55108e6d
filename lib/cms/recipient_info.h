/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* RecipientInfo, RFC 5652 6.2: made and opened. */
#ifndef SMIME_CMS_RECIPIENT_INFO_H
#define SMIME_CMS_RECIPIENT_INFO_H

#include "crypto/cipher.h"
#include "pki/identity.h"

enum { SMIME__TRANSPORT_AUTO, SMIME__TRANSPORT_V15, SMIME__TRANSPORT_OAEP };

/* A recipient to encrypt to. */
typedef struct smime__recipient {
    smime_cert *cert;
    int transport;        /* SMIME__TRANSPORT_*, for RSA keys */
    smime__hash oaep_hash;
} smime__recipient;

/* Adds one RecipientInfo. *ret_plain_ktri: 1 when it leaves the version of the structure at 0. */
smime_status smime__recipient_info_add(smime__buf *to, const smime__recipient *recipient,
                                       const uint8_t *key, size_t key_len, int *ret_plain_ktri);

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

/* The hunt for the content key. */
typedef struct smime__key_hunt {
    smime_identity *const *identities;
    size_t identity_count;
    smime__recipients *recipients; /* every recipient is added */
    int matched;       /* an identifier matched a key at hand */
    size_t match;      /* which recipient that is */
    smime_identity *identity;
    smime__view info;  /* its RecipientInfo in DER, owned copy below */
    smime__buf info_bytes;
    size_t info_index; /* which of the encrypted keys of a key agreement */
} smime__key_hunt;

/* Lists one RecipientInfo (DER) and keeps the first that a key at hand can open. */
smime_status smime__recipient_info_read(smime__key_hunt *hunt, smime__view der);
/* The content key of the match. @p key comes filled with the fallback key and keeps it on any
 * failure: nothing here tells failure from success. */
smime_status smime__recipient_info_open(const smime__key_hunt *hunt, uint8_t *key,
                                        size_t key_len);
void smime__key_hunt_clear(smime__key_hunt *hunt);

/* Key agreement, RFC 5753. */
smime_status smime__kari_add(smime__buf *to, const smime__recipient *recipient,
                             const uint8_t *key, size_t key_len);
smime_status smime__kari_read(smime__key_hunt *hunt, smime__view whole, smime__view content);
smime_status smime__kari_open(const smime__key_hunt *hunt, uint8_t *key, size_t key_len);

/* For readers: adds a result to the list, taking over @p identifier's bytes as text. */
smime_status smime__recipients_add(smime__recipients *recipients, const char *kind,
                                   smime__buf *identifier, const char *algorithm);
/* Keeps @p whole as the match, unless there is one. */
smime_status smime__key_hunt_match(smime__key_hunt *hunt, smime_identity *identity,
                                   smime__view whole, size_t index);

#endif
