/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/buf.h"

#include "base/ascii.h"
#include "base/secret.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

smime_status smime__buf_reserve(smime__buf *buf, size_t more)
{
    size_t size = buf->size ? buf->size : 64;
    uint8_t *data;

    if (more > SIZE_MAX / 2 - buf->len)
        return SMIME_E_NOMEM;
    if (buf->len + more <= buf->size)
        return SMIME_OK;
    while (size < buf->len + more) /* small ones grow faster: most end below a page */
        size *= size < 4096 ? 4 : 2;
    if (buf->secret) {
        /* realloc would leave the old bytes behind in freed memory */
        data = malloc(size);
        if (!data)
            return SMIME_E_NOMEM;
        if (buf->len)
            memcpy(data, buf->data, buf->len);
        smime__wipe(buf->data, buf->size);
        free(buf->data);
    } else {
        data = realloc(buf->data, size);
        if (!data)
            return SMIME_E_NOMEM;
    }
    buf->data = data;
    buf->size = size;
    return SMIME_OK;
}

smime_status smime__buf_add(smime__buf *buf, const void *data, size_t len)
{
    smime_status status;

    if (!len)
        return SMIME_OK;
    status = smime__buf_reserve(buf, len);
    if (status < 0)
        return status;
    memcpy(buf->data + buf->len, data, len);
    buf->len += len;
    return SMIME_OK;
}

smime_status smime__buf_add_byte(smime__buf *buf, uint8_t byte)
{
    return smime__buf_add(buf, &byte, 1);
}

smime_status smime__buf_add_text(smime__buf *buf, const char *text)
{
    return smime__buf_add(buf, text, strlen(text));
}

smime_status smime__buf_add_view(smime__buf *buf, smime__view view)
{
    return smime__buf_add(buf, view.data, view.len);
}

smime_status smime__buf_format(smime__buf *buf, const char *format, ...)
{
    char line[512];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0)
        return SMIME_E_INVALID_ARG;
    if ((size_t)len >= sizeof line)
        len = (int)sizeof line - 1;
    return smime__buf_add(buf, line, (size_t)len);
}

void smime__buf_drop_front(smime__buf *buf, size_t count)
{
    if (count > buf->len)
        count = buf->len;
    if (count && buf->len > count)
        memmove(buf->data, buf->data + count, buf->len - count);
    if (buf->secret && count)
        smime__wipe(buf->data + buf->len - count, count);
    buf->len -= count;
}

void smime__buf_clear(smime__buf *buf)
{
    if (buf->secret)
        smime__wipe(buf->data, buf->len);
    buf->len = 0;
}

void smime__buf_free(smime__buf *buf)
{
    if (buf->secret)
        smime__wipe(buf->data, buf->size);
    free(buf->data);
    buf->data = NULL;
    buf->len = buf->size = 0;
}

const char *smime__buf_text(smime__buf *buf)
{
    if (smime__buf_reserve(buf, 1) < 0)
        return NULL;
    buf->data[buf->len] = 0;
    return (const char *)buf->data;
}

smime__view smime__buf_view(const smime__buf *buf)
{
    /* never NULL: C forbids to count from there */
    return smime__view_of(buf->data ? buf->data : (const uint8_t *)"", buf->len);
}

smime__view smime__view_of(const void *data, size_t len)
{
    smime__view view = { data, len };
    return view;
}

smime__view smime__view_text(const char *text)
{
    return smime__view_of(text, text ? strlen(text) : 0);
}

int smime__view_equal(smime__view a, smime__view b)
{
    return a.len == b.len && (!a.len || memcmp(a.data, b.data, a.len) == 0);
}

int smime__view_is(smime__view view, const char *text)
{
    return smime__ascii_equal((const char *)view.data, view.len, text, strlen(text));
}

char *smime__view_dup(smime__view view)
{
    char *copy = malloc(view.len + 1);
    if (!copy)
        return NULL;
    if (view.len)
        memcpy(copy, view.data, view.len);
    copy[view.len] = 0;
    return copy;
}

uint8_t *smime__dup(const void *data, size_t len)
{
    return (uint8_t *)smime__view_dup(smime__view_of(data, len));
}

smime_status smime__grow(void **array, size_t count, size_t *room, size_t element)
{
    size_t wanted;
    void *moved;

    if (count < *room)
        return SMIME_OK;
    wanted = *room ? *room * 2 : 8;
    if (wanted > SIZE_MAX / 2 / element)
        return SMIME_E_NOMEM;
    moved = realloc(*array, wanted * element);
    if (!moved)
        return SMIME_E_NOMEM;
    *array = moved;
    *room = wanted;
    return SMIME_OK;
}
