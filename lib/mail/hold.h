/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A gate for plaintext: what waits in its spool is encrypted under a key that exists only in
 * memory. The lengths of plaintext and ciphertext are the same, so what the gate counts is right;
 * a few bytes less than allowed come out, never more. */
#ifndef SMIME_MAIL_HOLD_H
#define SMIME_MAIL_HOLD_H

#include "base/job.h"

typedef struct smime__hold {
    smime__stage *in;   /* write and finish here */
    smime__gate *gate;  /* allow, open or discard here */
    smime__stage *out;
    smime__stage guard; /* behind `out`: what came back is what was put in */
    smime__stage *next;
    smime__error *error;
    uint64_t held;   /* bytes that went through the gate */
    uint64_t beside; /* bytes that did not have to */
} smime__hold;

/* In front of @p next; @p hold stays where it is until it is cleared. */
smime_status smime__hold_init(smime__hold *hold, smime__job *job, smime__stage *next);
/* Writes to `in` instead, but for what need not wait: bytes before @p decided, counted from the first
 * one written, when all before them are gone. Then the gate is allowed so many, too. */
smime_status smime__hold_pass(smime__hold *hold, const uint8_t *data, size_t len,
                              uint64_t decided);
void smime__hold_clear(smime__hold *hold);

#endif
