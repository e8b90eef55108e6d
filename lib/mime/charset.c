/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/charset.h"

#include "base/ascii.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

static smime_status convert(iconv_t converter, smime__buf *to, smime__view text)
{
    char *in = (char *)(uintptr_t)text.data; /* iconv only reads it */
    size_t in_left = text.len;
    smime_status status = SMIME_OK;

    while (in_left && status == SMIME_OK) {
        char block[1024];
        char *out = block;
        size_t out_left = sizeof block;
        size_t result = iconv(converter, &in, &in_left, &out, &out_left);

        status = smime__buf_add(to, block, sizeof block - out_left);
        if (status == SMIME_OK && result == (size_t)-1 && errno != E2BIG) {
            status = smime__buf_add_text(to, "\xef\xbf\xbd");
            in++;
            in_left--;
        }
    }
    return status;
}

smime_status smime__charset_to_utf8(smime__buf *to, smime__view text, const char *charset)
{
    smime__buf converted = { 0 };
    iconv_t converter;
    smime_status status;

    if (smime__view_is(smime__view_text(charset), "utf-8") ||
        smime__view_is(smime__view_text(charset), "us-ascii"))
        return smime__utf8_clean(to, text);
    converter = iconv_open("UTF-8", charset);
    if (converter == (iconv_t)-1)
        return smime__utf8_clean(to, text);
    status = convert(converter, &converted, text);
    iconv_close(converter);
    if (status == SMIME_OK)
        status = smime__utf8_clean(to, smime__buf_view(&converted));
    smime__buf_free(&converted);
    return status;
}
