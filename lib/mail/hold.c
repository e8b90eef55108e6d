/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail/hold.h"

#include "base/secret.h"
#include "crypto/cipher.h"
#include "crypto/random.h"

#include <string.h>

static smime__hold *hold_of(smime__stage *guard)
{
    return (smime__hold *)((char *)guard - offsetof(smime__hold, guard));
}

static smime_status guard_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(hold_of(stage)->next, data, len);
}

static smime_status guard_finish(smime__stage *stage)
{
    smime__hold *hold = hold_of(stage);

    if (!smime__secret_equal(smime__cipher_stage_tag(hold->in),
                             smime__cipher_stage_tag(hold->out), SMIME__TAG_SIZE))
        return smime__fail(hold->error, SMIME_E_IO,
                           "what was held back has changed while it waited");
    return smime__stage_finish(hold->next);
}

smime_status smime__hold_init(smime__hold *hold, smime__job *job, smime__stage *next)
{
    static const uint8_t nonce[SMIME__GCM_NONCE] = { 0 }; /* the key is used once */
    uint8_t key[SMIME__KEY_MAX];
    smime__view iv = smime__view_of(nonce, sizeof nonce);
    smime__view none = smime__view_of(NULL, 0);
    smime_status status = smime__random_key(key, sizeof key);

    memset(hold, 0, sizeof *hold);
    hold->next = next;
    hold->error = &job->error;
    hold->guard.write = guard_write;
    hold->guard.finish = guard_finish;
    if (status == SMIME_OK)
        status = smime__cipher_stage_new(SMIME__CIPHER_AES256_GCM, 0, key, iv, none, &hold->guard,
                                         &hold->out);
    if (status == SMIME_OK)
        status = smime__gate_new(job, hold->out, &hold->gate);
    if (status == SMIME_OK)
        status = smime__cipher_stage_new(SMIME__CIPHER_AES256_GCM, 1, key, iv, none,
                                         &hold->gate->stage, &hold->in);
    smime__wipe(key, sizeof key);
    return status;
}

void smime__hold_clear(smime__hold *hold)
{
    smime__stage_free(hold->in);
    if (hold->gate)
        smime__stage_free(&hold->gate->stage);
    smime__stage_free(hold->out);
    memset(hold, 0, sizeof *hold);
}
