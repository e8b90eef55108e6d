/* SPDX-License-Identifier: LGPL-2.1-or-later */
#define _GNU_SOURCE /* memmem */
#include "crypto/pem.h"

#include <nettle/base64.h>
#include <string.h>

static const uint8_t *find(const uint8_t *from, const uint8_t *end, const char *what)
{
    return memmem(from, (size_t)(end - from), what, strlen(what));
}

/* Behind RFC 1421 header fields ("Proc-Type: ..."), if there are any. */
static const uint8_t *skip_fields(const uint8_t *body, const uint8_t *end)
{
    const uint8_t *colon = memchr(body, ':', (size_t)(end - body));
    const uint8_t *blank, *blank_crlf;

    if (!colon)
        return body;
    blank = find(colon, end, "\n\n");
    blank_crlf = find(colon, end, "\n\r\n");
    if (blank_crlf && (!blank || blank_crlf < blank))
        return blank_crlf;
    return blank ? blank : body;
}

smime_status smime__pem_next(smime__view *text, smime__pem *pem)
{
    const uint8_t *end = text->len ? text->data + text->len : NULL;
    const uint8_t *begin, *label_end, *body, *stop, *tail;
    struct base64_decode_ctx ctx;
    smime_status status;
    size_t done;

    if (!text->len || !(begin = find(text->data, end, "-----BEGIN ")))
        return SMIME_E_NOT_FOUND;
    label_end = find(begin + 11, end, "-----");
    stop = label_end ? find(label_end + 5, end, "-----END ") : NULL;
    tail = stop ? find(stop + 9, end, "-----") : NULL;
    if (!tail)
        return SMIME_E_BER;
    pem->label = smime__view_of(begin + 11, (size_t)(label_end - begin) - 11);
    pem->whole = smime__view_of(begin, (size_t)(tail + 5 - begin));
    *text = smime__view_of(tail + 5, (size_t)(end - tail) - 5);
    if (!smime__view_equal(pem->label, smime__view_of(stop + 9, (size_t)(tail - stop) - 9)))
        return SMIME_E_BER;
    body = skip_fields(label_end + 5, stop);
    pem->der.secret = 1;
    smime__buf_clear(&pem->der);
    status = smime__buf_reserve(&pem->der, BASE64_DECODE_LENGTH((size_t)(stop - body)));
    if (status < 0)
        return status;
    base64_decode_init(&ctx);
    done = pem->der.size;
    if (!base64_decode_update(&ctx, &done, pem->der.data, (size_t)(stop - body),
                              (const char *)body) ||
        !base64_decode_final(&ctx))
        return SMIME_E_BER;
    pem->der.len = done;
    return SMIME_OK;
}

smime_status smime__pem_find(smime__view *text, const char *label, smime__pem *pem)
{
    smime_status status;

    do
        status = smime__pem_next(text, pem);
    while (status == SMIME_OK && !smime__view_is(pem->label, label));
    return status;
}
