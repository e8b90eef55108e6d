/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail/timestamp.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

int smime__imprint_take(smime__der *der, smime__imprint *ret)
{
    smime__der look = *der, in;
    smime__algorithm algorithm;

    if (!smime__der_next(&look, NULL, NULL, &ret->whole) ||
        !smime__der_enter(der, SMIME__SEQUENCE, &in) ||
        !smime__algorithm_take(&in, &algorithm) ||
        !smime__der_take(&in, SMIME__OCTET_STRING, &ret->digest) || !smime__der_done(&in))
        return 0;
    ret->hash = smime__algorithm_hash(&algorithm);
    return ret->hash == SMIME__HASH_NONE || ret->digest.len == smime__hash_size(ret->hash);
}

/* A GeneralizedTime that may have a fraction of a second, which is cut off: "19980101000000.5Z". */
static int take_time(smime__der *der, int64_t *ret)
{
    uint8_t whole[17] = { SMIME__GENERALIZED_TIME, 15 };
    smime__der cut = smime__der_cursor(smime__view_of(whole, sizeof whole));
    smime__view text;

    if (!smime__der_take(der, SMIME__GENERALIZED_TIME, &text) || text.len < 15 ||
        text.data[text.len - 1] != 'Z')
        return 0;
    if (text.len > 15) { /* one digit at least, and no zero behind */
        if (text.len < 17 || text.data[14] != '.' || text.data[text.len - 2] == '0')
            return 0;
        for (size_t i = 15; i < text.len - 1; i++)
            if (text.data[i] < '0' || text.data[i] > '9')
                return 0;
    }
    memcpy(whole + 2, text.data, 14);
    whole[16] = 'Z';
    return smime__der_take_time(&cut, ret);
}

/* Accuracy: { seconds OPTIONAL, millis [0] (1..999) OPTIONAL, micros [1] (1..999) OPTIONAL } */
static int take_accuracy(smime__der *der, int64_t *ret)
{
    int seconds = 0, millis = 0, micros = 0;
    smime__der in;

    if (!smime__der_enter(der, SMIME__SEQUENCE, &in))
        return 0;
    smime__der_take_small(&in, &seconds);
    smime__der_take_small_as(&in, SMIME__CONTEXT(0), &millis);
    smime__der_take_small_as(&in, SMIME__CONTEXT(1), &micros);
    if (!smime__der_done(&in) || millis > 999 || micros > 999)
        return 0;
    *ret = (int64_t)seconds * 1000000 + millis * 1000 + micros;
    return 1;
}

/* What stands behind the time; the authority's name proves nothing, and an extension that is
 * critical is not understood. */
static int take_rest(smime__der *in, smime_timestamp *timestamp)
{
    smime__der extensions, one;
    smime__view type;
    int ordering, critical;

    if (smime__der_peek(in) == SMIME__SEQUENCE && !take_accuracy(in, &timestamp->accuracy))
        return 0;
    smime__der_take_boolean(in, &ordering);
    smime__der_take_integer(in, &timestamp->nonce);
    if (smime__der_peek(in) == SMIME__CONTEXT_C(0))
        smime__der_next(in, NULL, NULL, NULL);
    if (!smime__der_enter(in, SMIME__CONTEXT_C(1), &extensions))
        return smime__der_done(in);
    while (smime__der_enter(&extensions, SMIME__SEQUENCE, &one))
        if (!smime__der_take_oid(&one, &type) ||
            (smime__der_take_boolean(&one, &critical) && critical))
            return 0;
    return smime__der_done(&extensions) && smime__der_done(in);
}

smime_status smime__timestamp_read_info(smime_timestamp *timestamp)
{
    smime__der der = smime__der_cursor(smime__buf_view(&timestamp->info)), in;
    smime__buf policy = { 0 };
    smime__view serial;
    smime_status status;
    int version;

    timestamp->accuracy = -1;
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &in) || !smime__der_done(&der) ||
        !smime__der_take_small(&in, &version) || version != 1 ||
        !smime__der_take_oid(&in, &timestamp->policy) ||
        !smime__imprint_take(&in, &timestamp->imprint) ||
        !smime__der_take_integer(&in, &serial) || !take_time(&in, &timestamp->time) ||
        !take_rest(&in, timestamp))
        return SMIME_E_TIMESTAMP_SYNTAX;
    timestamp->serial_text = malloc(2 * serial.len + 1);
    status = timestamp->serial_text ? smime__oid_format(&policy, timestamp->policy)
                                    : SMIME_E_NOMEM;
    if (status == SMIME_OK) {
        smime__hex(timestamp->serial_text, serial.data, serial.len);
        timestamp->policy_text = smime__buf_text(&policy) ? (char *)policy.data : NULL;
        status = timestamp->policy_text ? SMIME_OK : SMIME_E_NOMEM;
    }
    if (status < 0)
        smime__buf_free(&policy);
    return status;
}
