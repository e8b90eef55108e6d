/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Undecided plaintext, encrypted under a key that exists only in memory while it waits. */
#include "mail/open.h"

#include "base/secret.h"
#include "crypto/random.h"

smime_status smime__hold_new(smime__open_run *run, smime__stage *tail)
{
    uint8_t key[SMIME__KEY_MAX];
    static const uint8_t nonce[SMIME__GCM_NONCE] = { 0 }; /* the key is used once */
    smime__view iv = smime__view_of(nonce, sizeof nonce);
    smime__view none = smime__view_of(NULL, 0);
    smime_status status = smime__random_key(key, sizeof key);

    if (status == SMIME_OK)
        status = smime__cipher_stage_new(SMIME__CIPHER_AES256_GCM, 0, key, iv, none, tail,
                                         &run->hold_out);
    if (status == SMIME_OK)
        status = smime__gate_new(&run->job->job, run->hold_out, &run->hold_gate);
    if (status == SMIME_OK)
        status = smime__cipher_stage_new(SMIME__CIPHER_AES256_GCM, 1, key, iv, none,
                                         &run->hold_gate->stage, &run->hold_in);
    smime__wipe(key, sizeof key);
    if (status == SMIME_OK)
        run->sink = run->hold_in;
    return status;
}
