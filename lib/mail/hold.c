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

#define BLOCK 16 /* of the cipher: a part of one waits in it for the rest */

static int is_empty(const smime__hold *hold)
{
    return hold->held % BLOCK == 0 && !smime__spool_waiting(&hold->gate->spool);
}

smime_status smime__hold_pass(smime__hold *hold, const uint8_t *data, size_t len,
                              uint64_t decided)
{
    /* the gate counts what goes through it */
    uint64_t allowed = decided > hold->beside ? decided - hold->beside : 0;
    size_t part = len;
    smime_status status = SMIME_OK;

    /* nothing has to wait: only what makes a block full goes the long way, and no more is allowed,
     * as the gate would take what goes beside it for bytes to come */
    if (allowed >= hold->held + len && !smime__spool_waiting(&hold->gate->spool)) {
        part = (size_t)((BLOCK - hold->held % BLOCK) % BLOCK);
        part = part < len ? part : len;
        allowed = hold->held + part;
    }
    smime__gate_allow(hold->gate, allowed);
    hold->held += part;
    if (part)
        status = smime__stage_write(hold->in, data, part);
    if (status < 0 || part == len)
        return status;
    if (!is_empty(hold))
        return smime__fail(hold->error, SMIME_E_STATE, "what need not wait was held back");
    hold->beside += len - part;
    return smime__stage_write(hold->next, data + part, len - part);
}

void smime__hold_clear(smime__hold *hold)
{
    smime__stage_free(hold->in);
    if (hold->gate)
        smime__stage_free(&hold->gate->stage);
    smime__stage_free(hold->out);
    memset(hold, 0, sizeof *hold);
}
