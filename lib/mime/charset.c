/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/charset.h"

#include "base/ascii.h"

#include <errno.h>
#include <iconv.h>
#include <stdlib.h>
#include <string.h>

#define NONE ((iconv_t)-1)

/* What may be the beginning of a character at the end of a piece. */
#define CUT_MAX 16

/* *ret_converter is NONE for UTF-8 and for a charset that nobody knows. */
static smime_status open_converter(const char *charset, iconv_t *ret_converter)
{
    *ret_converter = NONE;
    /* behind "/" stand wishes about the conversion; a name without anything else is that of the
     * locale */
    if (strchr(charset, '/') || smime__view_is(smime__view_text(charset), "utf-8") ||
        smime__view_is(smime__view_text(charset), "us-ascii"))
        return SMIME_OK;
    *ret_converter = iconv_open("UTF-8", charset);
    return *ret_converter == NONE && errno == ENOMEM ? SMIME_E_NOMEM : SMIME_OK;
}

/* Adds what @p text becomes; *ret_left bytes at its end may belong to a character that is not
 * complete yet. */
static smime_status convert(iconv_t converter, smime__buf *to, smime__view text, size_t *ret_left)
{
    char *in = (char *)(uintptr_t)text.data; /* iconv only reads it */
    size_t in_left = text.len;
    smime_status status = SMIME_OK;

    while (in_left && status == SMIME_OK) {
        char block[1024];
        char *out = block;
        size_t out_left = sizeof block;
        size_t result = iconv(converter, &in, &in_left, &out, &out_left);
        int error = errno; /* of iconv(), not of what allocates below */

        status = smime__buf_add(to, block, sizeof block - out_left);
        if (result != (size_t)-1 || error == E2BIG)
            continue;
        if (error == EINVAL && in_left < CUT_MAX)
            break;
        if (status == SMIME_OK)
            status = smime__buf_add_text(to, "\xef\xbf\xbd");
        in++;
        in_left--;
    }
    *ret_left = in_left;
    return status;
}

/* The end of the text: what was cut off, and what the converter still holds. */
static smime_status convert_end(iconv_t converter, smime__buf *to, size_t left)
{
    char block[64];
    char *out = block;
    size_t out_left = sizeof block;
    smime_status status = SMIME_OK;

    if (left)
        status = smime__buf_add_text(to, "\xef\xbf\xbd");
    else if (iconv(converter, NULL, NULL, &out, &out_left) != (size_t)-1)
        status = smime__buf_add(to, block, sizeof block - out_left);
    return status;
}

smime_status smime__charset_to_utf8(smime__buf *to, smime__view text, const char *charset)
{
    smime__buf converted = { 0 };
    iconv_t converter;
    size_t left = 0;
    smime_status status = open_converter(charset, &converter);

    if (status < 0)
        return status;
    if (converter == NONE)
        return smime__utf8_clean(to, text);
    status = convert(converter, &converted, text, &left);
    if (status == SMIME_OK)
        status = convert_end(converter, &converted, left);
    iconv_close(converter);
    if (status == SMIME_OK)
        status = smime__utf8_clean(to, smime__buf_view(&converted));
    smime__buf_free(&converted);
    return status;
}

static int is_ascii(smime__view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] & 0x80)
            return 0;
    return 1;
}

/* What readers make of ASCII text that calls itself @p charset; to them an unknown one is UTF-8. */
static smime_status reads_same(smime__view text, const char *charset, int *ret_same)
{
    smime__buf read = { 0 };
    smime_status status = smime__charset_to_utf8(&read, text, charset);

    *ret_same = status == SMIME_OK && read.len == text.len &&
                (!text.len || !memcmp(read.data, text.data, text.len));
    smime__buf_free(&read);
    return status;
}

/* Without "\\" and "~", for which Japanese charsets have others, which harms no text in front of or
 * behind it. "+" is there for UTF-7. */
static const char ascii[] = "\r\n !\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ"
                            "[]^_`abcdefghijklmnopqrstuvwxyz{|}";

smime_status smime__charset_has_ascii(const char *charset, int *ret_has)
{
    smime__view name = smime__view_text(charset);
    iconv_t converter = NONE;
    smime_status status = open_converter(charset, &converter);

    *ret_has = status == SMIME_OK && (smime__view_is(name, "utf-8") ||
                                      smime__view_is(name, "us-ascii"));
    if (converter == NONE)
        return status;
    iconv_close(converter);
    return reads_same(smime__view_text(ascii), charset, ret_has);
}

/* No character that the charset lacks is replaced: iconv() says so instead. */
static smime_status convert_back(iconv_t converter, smime__buf *to, smime__view text,
                                 int *ret_there)
{
    char *in = (char *)(uintptr_t)text.data;
    size_t in_left = text.len;
    smime_status status = SMIME_OK;
    int flushed = 0;

    while (status == SMIME_OK && *ret_there && !flushed) {
        char block[1024];
        char *out = block;
        size_t out_left = sizeof block;
        size_t result;

        flushed = !in_left;
        result = flushed ? iconv(converter, NULL, NULL, &out, &out_left)
                         : iconv(converter, &in, &in_left, &out, &out_left);
        if (result != 0 && !(result == (size_t)-1 && errno == E2BIG))
            *ret_there = 0;
        status = smime__buf_add(to, block, sizeof block - out_left);
    }
    return status;
}

smime_status smime__charset_from_utf8(smime__buf *to, smime__view text, const char *charset,
                                      int *ret_there)
{
    size_t start = to->len;
    iconv_t converter;
    smime_status status = SMIME_OK;

    *ret_there = smime__view_is(smime__view_text(charset), "utf-8");
    if (!*ret_there && is_ascii(text))
        status = reads_same(text, charset, ret_there);
    if (status < 0 || *ret_there)
        return status < 0 ? status : smime__buf_add_view(to, text);
    converter = strchr(charset, '/') ? NONE : iconv_open(charset, "UTF-8");
    *ret_there = converter != NONE;
    if (converter == NONE)
        return SMIME_OK;
    status = convert_back(converter, to, text, ret_there);
    iconv_close(converter);
    if (status < 0 || !*ret_there)
        to->len = start;
    return status;
}

typedef struct charset_stage {
    smime__stage stage;
    iconv_t converter; /* NONE: the text is UTF-8 */
    smime__buf in;     /* a character that was cut, and the piece behind it */
    smime__buf converted;
    smime__buf out;
} charset_stage;

/* How many bytes at the end of @p text may be the beginning of a UTF-8 character. */
static size_t cut_utf8(smime__view text)
{
    for (size_t len = 1; len < 4 && len <= text.len; len++) {
        uint8_t c = text.data[text.len - len];
        if ((c & 0xc0) == 0x80)
            continue;
        return c >= (len == 1 ? 0xc2 : len == 2 ? 0xe0 : 0xf0) && c <= 0xf4 ? len : 0;
    }
    return 0;
}

static smime_status pass_clean(charset_stage *self, smime__view text)
{
    smime_status status;

    smime__buf_clear(&self->out);
    status = smime__utf8_clean(&self->out, text);
    return status == SMIME_OK
               ? smime__stage_write(self->stage.next, self->out.data, self->out.len)
               : status;
}

static smime_status charset_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    charset_stage *self = (charset_stage *)stage;
    smime__view text = smime__view_of(data, len);
    size_t left = 0;
    smime_status status = SMIME_OK;

    if (self->in.len) {
        status = smime__buf_add(&self->in, data, len);
        text = smime__buf_view(&self->in);
    }
    smime__buf_clear(&self->converted);
    if (status == SMIME_OK && self->converter == NONE) {
        left = cut_utf8(text);
        status = pass_clean(self, smime__view_of(text.data, text.len - left));
    } else if (status == SMIME_OK) {
        status = convert(self->converter, &self->converted, text, &left);
        if (status == SMIME_OK)
            status = pass_clean(self, smime__buf_view(&self->converted));
    }
    if (status < 0)
        return status;
    if (self->in.len) {
        smime__buf_drop_front(&self->in, self->in.len - left);
        return SMIME_OK;
    }
    return smime__buf_add(&self->in, text.data + text.len - left, left);
}

static smime_status charset_finish(smime__stage *stage)
{
    charset_stage *self = (charset_stage *)stage;
    smime_status status;

    smime__buf_clear(&self->converted);
    if (self->converter == NONE)
        status = smime__buf_add_view(&self->converted, smime__buf_view(&self->in));
    else
        status = convert_end(self->converter, &self->converted, self->in.len);
    if (status == SMIME_OK)
        status = pass_clean(self, smime__buf_view(&self->converted));
    return status == SMIME_OK ? smime__stage_finish(stage->next) : status;
}

static void charset_free(smime__stage *stage)
{
    charset_stage *self = (charset_stage *)stage;

    if (self->converter != NONE)
        iconv_close(self->converter);
    smime__buf_free(&self->in);
    smime__buf_free(&self->converted);
    smime__buf_free(&self->out);
    free(self);
}

smime_status smime__charset_stage_new(const char *charset, smime__stage *next,
                                      smime__stage **ret_stage)
{
    charset_stage *self = calloc(1, sizeof *self);
    smime_status status;

    if (!self)
        return SMIME_E_NOMEM;
    status = open_converter(charset, &self->converter);
    if (status < 0) {
        free(self);
        return status;
    }
    self->stage.write = charset_write;
    self->stage.finish = charset_finish;
    self->stage.free = charset_free;
    self->stage.next = next;
    self->in.secret = self->converted.secret = self->out.secret = 1; /* may be decrypted text */
    *ret_stage = &self->stage;
    return SMIME_OK;
}
