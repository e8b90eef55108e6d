/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streaming BER reader with any chunking and any choice of actions, and BER made DER. */
#include "asn1/ber.h"
#include "asn1/der.h"
#include "fuzz.h"

typedef struct ber_record {
    fuzz_record record;
    uint64_t choice;
    size_t open; /* entered or streamed and not ended */
    size_t collected;
} ber_record;

/* What is done with an element depends on nothing but the element and the input. */
static smime__ber_action choose(uint64_t choice, unsigned depth, uint8_t tag)
{
    switch (choice & 3) {
    case 0:
        return SMIME__BER_COLLECT;
    case 1: /* as the CMS decoder does: into the structure, strings streamed */
        return tag & 0x20 && (tag & 0x1f) != 0x04 ? SMIME__BER_ENTER : SMIME__BER_STREAM;
    case 2:
        return depth < 4 && tag & 0x20 ? SMIME__BER_ENTER : SMIME__BER_COLLECT;
    default:
        return (smime__ber_action)((choice >> (2 + (depth * 5 + tag) % 30)) & 3);
    }
}

static smime_status on_begin(void *user, unsigned depth, uint8_t tag, uint64_t offset,
                             smime__ber_action *ret_action)
{
    ber_record *ber = user;

    *ret_action = choose(ber->choice, depth, tag);
    if (*ret_action == SMIME__BER_ENTER || *ret_action == SMIME__BER_STREAM)
        ber->open++;
    fuzz_end_run(&ber->record);
    return smime__buf_format(&ber->record.text, "begin %u %02x at %llu: %d\n", depth, tag,
                             (unsigned long long)offset, (int)*ret_action);
}

static smime_status on_collected(void *user, unsigned depth, const uint8_t *tlv, size_t len,
                                 uint64_t offset)
{
    ber_record *ber = user;
    smime__buf der = { 0 };
    smime_status status = smime__ber_to_der(smime__view_of(tlv, len), &der);

    CLAIM(len >= 2);
    ber->collected = depth ? 0 : len;
    smime__buf_free(&der);
    fuzz_end_run(&ber->record);
    return smime__buf_format(&ber->record.text, "collected %u at %llu: %zu %016llx %d\n", depth,
                             (unsigned long long)offset, len,
                             (unsigned long long)fuzz_hash(FUZZ_HASH_START, tlv, len),
                             (int)status);
}

static smime_status on_data(void *user, const uint8_t *data, size_t len)
{
    ber_record *ber = user;

    fuzz_add_run(&ber->record, ber, data, len);
    return SMIME_OK;
}

static smime_status on_end(void *user, unsigned depth)
{
    ber_record *ber = user;

    CLAIM(ber->open-- > 0);
    fuzz_end_run(&ber->record);
    return smime__buf_format(&ber->record.text, "end %u\n", depth);
}

static const smime__ber_handler handler = { on_begin, on_collected, on_data, on_end };

static smime_status read_once(const uint8_t *data, size_t size, uint64_t choice, uint64_t *state,
                              const smime__limits *limits, fuzz_record *ret_record)
{
    ber_record user;
    smime__error error;
    smime__ber *ber = NULL;
    smime_status status;

    memset(&user, 0, sizeof user);
    user.choice = choice;
    smime__error_clear(&error);
    CLAIM(smime__ber_new(&handler, &user, limits, &error, &ber) == SMIME_OK);
    status = state ? SMIME_OK : smime__ber_write(ber, data, size);
    for (size_t at = 0; state && at < size && status == SMIME_OK;) {
        size_t len = fuzz_chunk(state, size - at);
        status = smime__ber_write(ber, data + at, len);
        at += len;
    }
    fuzz_end_run(&user.record);
    if (status == SMIME_OK) {
        CLAIM(smime__ber_position(ber) + smime__ber_trailing(ber) == size);
        CLAIM(!smime__ber_done(ber) || !user.open);
        if (smime__ber_done(ber) && !(choice & 3))
            CLAIM(user.collected == smime__ber_position(ber));
        CLAIM(smime__buf_format(&user.record.text, "done %d trailing %llu\n", smime__ber_done(ber),
                                (unsigned long long)smime__ber_trailing(ber)) == SMIME_OK);
    } else {
        CLAIM(*error.text);
    }
    smime__ber_free(ber);
    *ret_record = user.record;
    return status;
}

static void read_both_ways(const uint8_t *data, size_t size, uint64_t choice, uint64_t *state,
                           const smime__limits *limits)
{
    fuzz_record whole, chunks;
    smime_status status = read_once(data, size, choice, NULL, limits, &whole);

    CLAIM(read_once(data, size, choice, state, limits, &chunks) == status);
    if (status == SMIME_OK)
        fuzz_compare(&whole, &chunks);
    smime__buf_free(&whole.text);
    smime__buf_free(&chunks.text);
}

/* What became DER stays as it is when it is read again. */
static void to_der(const uint8_t *data, size_t size)
{
    smime__buf once = { 0 }, twice = { 0 };

    if (smime__ber_to_der(smime__view_of(data, size), &once) == SMIME_OK) {
        CLAIM(once.len <= size * 2 + 16);
        CLAIM(smime__ber_to_der(smime__buf_view(&once), &twice) == SMIME_OK);
        CLAIM(smime__view_equal(smime__buf_view(&once), smime__buf_view(&twice)));
        CLAIM(smime__der_is_whole(smime__buf_view(&once), once.data[0]));
    }
    smime__buf_free(&once);
    smime__buf_free(&twice);
}

/* Every reading function either moves on inside the bytes or leaves the cursor where it was. */
static void walk(smime__view view, int depth)
{
    smime__der der = smime__der_cursor(view);

    while (!smime__der_done(&der)) {
        smime__der before = der, inside;
        smime__view content;
        int64_t seconds;
        uint8_t tag;
        int small;

        if (smime__der_take_oid(&der, &content)) {
            smime__buf text = { 0 };
            CLAIM(smime__oid_find(content) < SMIME__OID_COUNT);
            CLAIM(smime__oid_format(&text, content) == SMIME_OK);
            smime__buf_free(&text);
            continue;
        }
        if (smime__der_take_time(&der, &seconds) || smime__der_take_small(&der, &small) ||
            smime__der_take_integer(&der, &content) || smime__der_take_boolean(&der, &small) ||
            smime__der_take_bytes(&der, &content))
            continue;
        CLAIM(der.at == before.at && der.end == before.end);
        if (!smime__der_next(&der, &tag, &content, NULL)) {
            CLAIM(der.at == before.at);
            return;
        }
        CLAIM(der.at > before.at && der.at <= before.end);
        if (tag & 0x20 && depth < 20 && smime__der_enter(&before, tag, &inside))
            walk(content, depth + 1);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t state = fuzz_hash(FUZZ_HASH_START, data, size);
    smime__limits limits;

    smime__limits_default(&limits);
    if (fuzz_random(&state) % 8 == 0)
        limits.value[SMIME_LIMIT_OBJECT_BYTES] = 64;
    for (uint64_t choice = 0; choice < 4; choice++)
        read_both_ways(data, size, choice | (fuzz_random(&state) << 2), &state, &limits);
    to_der(data, size);
    walk(smime__view_of(data, size), 0);
    return 0;
}
