/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Streaming BER: the outer layers of a structure of any size, in constant memory. */
#ifndef SMIME_ASN1_BER_H
#define SMIME_ASN1_BER_H

#include "base/error.h"
#include "base/limits.h"

typedef enum smime__ber_action {
    SMIME__BER_ENTER,   /* constructed: its elements are told one by one */
    SMIME__BER_COLLECT, /* the whole element is handed over in one piece, bounded */
    SMIME__BER_COLLECT_LIST, /* the same, bounded as a revocation list is */
    SMIME__BER_STREAM,  /* a string: its content comes as it is, segments joined */
    SMIME__BER_SKIP
} smime__ber_action;

typedef struct smime__ber_handler {
    /* An element begins, @p depth 0 for the outermost. */
    smime_status (*begin)(void *user, unsigned depth, uint8_t tag, uint64_t offset,
                          smime__ber_action *ret_action);
    smime_status (*collected)(void *user, unsigned depth, const uint8_t *tlv, size_t len,
                              uint64_t offset);
    smime_status (*data)(void *user, const uint8_t *data, size_t len);
    /* An element that was entered or streamed is over. */
    smime_status (*end)(void *user, unsigned depth);
} smime__ber_handler;

typedef struct smime__ber smime__ber;

smime_status smime__ber_new(const smime__ber_handler *handler, void *user,
                            const smime__limits *limits, smime__error *error,
                            smime__ber **ret_ber);
void smime__ber_free(smime__ber *ber);
smime_status smime__ber_write(smime__ber *ber, const uint8_t *data, size_t len);
int smime__ber_done(const smime__ber *ber); /* the outermost element is complete */
uint64_t smime__ber_trailing(const smime__ber *ber); /* bytes behind it, not looked at */
uint64_t smime__ber_position(const smime__ber *ber);

#endif
