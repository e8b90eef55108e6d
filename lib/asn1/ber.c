/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "asn1/ber.h"

#include "base/buf.h"

#include <stdlib.h>
#include <string.h>

#define FRAMES_MAX 32
#define INDEFINITE UINT64_MAX

typedef struct frame {
    uint8_t tag;
    uint8_t action;
    int primitive; /* content is bytes; also a constructed element taken as a whole */
    int outermost; /* of its action: end or collected is told here */
    uint64_t end;  /* absolute offset, or INDEFINITE */
    uint64_t bound; /* no child may end beyond: the nearest definite end */
    uint64_t offset;
} frame;

struct smime__ber {
    const smime__ber_handler *handler;
    void *user;
    const smime__limits *limits;
    smime__error *error;
    frame frames[FRAMES_MAX];
    unsigned depth; /* open frames */
    uint8_t head[10];
    size_t head_len;
    uint64_t position;
    uint64_t trailing;
    int done;
    smime__buf collected;
    int32_t collect_limit; /* SMIME_LIMIT_*_BYTES */
};

static smime_status malformed(smime__ber *ber, const char *what)
{
    return smime__fail_at(ber->error, ber->position, SMIME_E_BER, "%s", what);
}

static smime_status collect(smime__ber *ber, const uint8_t *data, size_t len)
{
    smime_status status = smime__limit_check(ber->limits, ber->collect_limit,
                                             ber->collected.len + len, ber->error);
    if (status == SMIME_OK)
        status = smime__buf_add(&ber->collected, data, len);
    return status;
}

/* The innermost element is over; so may be those around it. */
static smime_status pop(smime__ber *ber)
{
    frame top = ber->frames[--ber->depth];
    smime_status status = SMIME_OK;

    if (top.outermost && top.action == SMIME__BER_COLLECT) {
        status = ber->handler->collected(ber->user, ber->depth, ber->collected.data,
                                         ber->collected.len, top.offset);
        smime__buf_clear(&ber->collected);
    } else if (top.outermost && top.action != SMIME__BER_SKIP) {
        status = ber->handler->end(ber->user, ber->depth);
    }
    if (!ber->depth)
        ber->done = 1;
    return status;
}

static smime_status pop_complete(smime__ber *ber)
{
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && ber->depth &&
           ber->frames[ber->depth - 1].end == ber->position)
        status = pop(ber);
    return status;
}

/* 1 when the head is complete, 0 when more bytes are needed, below 0 an error. */
static int head_complete(const smime__ber *ber)
{
    if (ber->head_len < 2)
        return 0;
    if (!(ber->head[1] & 0x80) || ber->head[1] == 0x80)
        return 1;
    if ((ber->head[1] & 0x7f) > 8)
        return -1;
    return ber->head_len == 2u + (ber->head[1] & 0x7f);
}

static uint64_t head_length(const smime__ber *ber)
{
    uint64_t len = 0;

    if (!(ber->head[1] & 0x80))
        return ber->head[1];
    if (ber->head[1] == 0x80)
        return INDEFINITE;
    for (size_t i = 2; i < ber->head_len; i++)
        len = len << 8 | ber->head[i];
    return len;
}

/* What is done with a new element, and whether it is the outermost of that action. */
static smime_status choose_action(smime__ber *ber, frame *made)
{
    const frame *parent = ber->depth ? &ber->frames[ber->depth - 1] : NULL;
    smime__ber_action action = SMIME__BER_ENTER;
    smime_status status;

    if (parent && parent->action != SMIME__BER_ENTER) {
        made->action = parent->action;
        if (parent->action == SMIME__BER_STREAM && (made->tag & ~0x20) != 0x04)
            return malformed(ber, "a segment of a string is no OCTET STRING");
        return SMIME_OK;
    }
    status = ber->handler->begin(ber->user, ber->depth, made->tag, made->offset, &action);
    if (action == SMIME__BER_COLLECT || action == SMIME__BER_COLLECT_LIST) {
        ber->collect_limit = action == SMIME__BER_COLLECT ? SMIME_LIMIT_OBJECT_BYTES
                                                          : SMIME_LIMIT_CRL_BYTES;
        action = SMIME__BER_COLLECT;
    }
    made->action = (uint8_t)action;
    made->outermost = 1;
    if (status == SMIME_OK && action == SMIME__BER_ENTER && !(made->tag & 0x20))
        return malformed(ber, "an element that holds others is encoded as primitive");
    return status;
}

static smime_status open_element(smime__ber *ber)
{
    frame made;
    uint64_t len = head_length(ber);
    uint64_t bound = ber->depth ? ber->frames[ber->depth - 1].bound : INDEFINITE;
    smime_status status;

    memset(&made, 0, sizeof made);
    made.tag = ber->head[0];
    made.offset = ber->position - ber->head_len;
    if ((made.tag & 0x1f) == 0x1f)
        return malformed(ber, "a tag with a high number has no place here");
    if (len == INDEFINITE && !(made.tag & 0x20))
        return malformed(ber, "a primitive element has an indefinite length");
    /* so that no sum below comes near INDEFINITE, which is a value like any other */
    if (ber->head[1] != 0x80 && len > INT64_MAX)
        return malformed(ber, "a length beyond all bounds");
    if (len != INDEFINITE && (len > bound || ber->position > bound - len))
        return malformed(ber, "an element is longer than the one around it");
    if (ber->depth == FRAMES_MAX)
        return smime__fail_at(ber->error, ber->position, SMIME_E_LIMIT_DEPTH,
                              "ASN.1 nested deeper than %d", FRAMES_MAX);
    made.end = len == INDEFINITE ? INDEFINITE : ber->position + len;
    made.bound = len == INDEFINITE ? bound : made.end;
    status = choose_action(ber, &made);
    if (status < 0)
        return status;
    made.primitive = !(made.tag & 0x20) ||
                     (len != INDEFINITE && (made.action == SMIME__BER_COLLECT ||
                                            made.action == SMIME__BER_SKIP));
    if (made.action == SMIME__BER_COLLECT) {
        /* told early: a length of gigabytes is refused before its bytes come */
        if (len != INDEFINITE)
            status = smime__limit_check(ber->limits, ber->collect_limit, len, ber->error);
        if (status == SMIME_OK)
            status = collect(ber, ber->head, ber->head_len);
    }
    ber->head_len = 0;
    ber->frames[ber->depth++] = made;
    return status == SMIME_OK ? pop_complete(ber) : status;
}

static smime_status end_of_contents(smime__ber *ber)
{
    frame *top = ber->depth ? &ber->frames[ber->depth - 1] : NULL;
    smime_status status = SMIME_OK;

    if (!top || top->end != INDEFINITE || ber->head[1] != 0)
        return malformed(ber, "an end-of-contents where none can be");
    if (top->action == SMIME__BER_COLLECT)
        status = collect(ber, ber->head, 2);
    ber->head_len = 0;
    if (status == SMIME_OK)
        status = pop(ber);
    return status == SMIME_OK ? pop_complete(ber) : status;
}

static smime_status read_head(smime__ber *ber, const uint8_t **data, size_t *len)
{
    int complete = 0;

    while (*len && !complete) {
        ber->head[ber->head_len++] = *(*data)++;
        --*len;
        ber->position++;
        complete = head_complete(ber);
        if (ber->depth && ber->position > ber->frames[ber->depth - 1].bound)
            return malformed(ber, "an element is longer than the one around it");
    }
    if (complete < 0)
        return malformed(ber, "a length of more than eight bytes");
    if (!complete)
        return SMIME_OK;
    return ber->head[0] == 0 ? end_of_contents(ber) : open_element(ber);
}

static smime_status read_content(smime__ber *ber, const uint8_t **data, size_t *len)
{
    frame *top = &ber->frames[ber->depth - 1];
    uint64_t left = top->end - ber->position;
    size_t part = *len < left ? *len : (size_t)left;
    smime_status status = SMIME_OK;

    ber->position += part;
    if (top->action == SMIME__BER_COLLECT)
        status = collect(ber, *data, part);
    else if (top->action == SMIME__BER_STREAM)
        status = ber->handler->data(ber->user, *data, part);
    *data += part;
    *len -= part;
    return status == SMIME_OK ? pop_complete(ber) : status;
}

smime_status smime__ber_write(smime__ber *ber, const uint8_t *data, size_t len)
{
    smime_status status = SMIME_OK;

    while (len && !ber->done && status == SMIME_OK) {
        if (!ber->head_len && ber->depth && ber->frames[ber->depth - 1].primitive)
            status = read_content(ber, &data, &len);
        else
            status = read_head(ber, &data, &len);
    }
    if (status == SMIME_OK)
        ber->trailing += len;
    return status;
}

smime_status smime__ber_new(const smime__ber_handler *handler, void *user,
                            const smime__limits *limits, smime__error *error,
                            smime__ber **ret_ber)
{
    smime__ber *ber = calloc(1, sizeof *ber);

    if (!ber)
        return SMIME_E_NOMEM;
    ber->handler = handler;
    ber->user = user;
    ber->limits = limits;
    ber->error = error;
    *ret_ber = ber;
    return SMIME_OK;
}

void smime__ber_free(smime__ber *ber)
{
    if (!ber)
        return;
    smime__buf_free(&ber->collected);
    free(ber);
}

int smime__ber_done(const smime__ber *ber)
{
    return ber->done;
}

uint64_t smime__ber_trailing(const smime__ber *ber)
{
    return ber->trailing;
}

uint64_t smime__ber_position(const smime__ber *ber)
{
    return ber->position;
}
