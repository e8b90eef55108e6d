/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a timestamp says: TSTInfo, RFC 3161 2.4.2. */
#ifndef SMIME_MAIL_TIMESTAMP_H
#define SMIME_MAIL_TIMESTAMP_H

#include "base/refcount.h"
#include "pki/algorithm.h"

#include <smime/timestamp.h>

/* MessageImprint, and the nonce: what a request and its answer have in common. */
typedef struct smime__imprint {
    smime__hash hash; /* NONE: not known */
    smime__view whole;
    smime__view digest;
} smime__imprint;

struct smime_timestamp {
    smime__refcount refs;
    smime__buf token; /* DER */
    smime__buf info;  /* TSTInfo */
    smime__imprint imprint; /* in `info`, as the next are */
    smime__view policy;
    smime__view nonce; /* empty: none */
    char *policy_text, *serial_text;
    int64_t time;
    int64_t accuracy; /* microseconds, or -1 */
};

int smime__imprint_take(smime__der *der, smime__imprint *ret);
/* Reads `info` into the rest. SMIME_E_TIMESTAMP_SYNTAX when it is malformed. */
smime_status smime__timestamp_read_info(smime_timestamp *timestamp);

#endif
