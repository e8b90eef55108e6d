/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/words.h"

#include "base/ascii.h"
#include "codec/base64.h"
#include "mime/charset.h"

#include <stdlib.h>
#include <string.h>

typedef struct word {
    smime__view charset;
    uint8_t encoding; /* 'b' or 'q' */
    smime__view text;
    size_t len; /* of the whole word */
} word;

/* An encoded word at the start of @p text, RFC 2047 2. */
static int find_word(smime__view text, word *found)
{
    const uint8_t *end = text.data + text.len;
    const uint8_t *charset_end, *close;
    const uint8_t *star;

    if (text.len < 8 || text.data[0] != '=' || text.data[1] != '?')
        return 0;
    charset_end = memchr(text.data + 2, '?', text.len - 2);
    if (!charset_end || end - charset_end < 5 || charset_end[2] != '?')
        return 0;
    found->encoding = (uint8_t)smime__ascii_lower(charset_end[1]);
    if (found->encoding != 'b' && found->encoding != 'q')
        return 0;
    for (close = charset_end + 3; close + 1 < end; close++) {
        if (close[0] == '?' && close[1] == '=')
            break;
        if (*close == ' ' || *close == '?')
            return 0;
    }
    if (close + 1 >= end)
        return 0;
    found->charset = smime__view_of(text.data + 2, (size_t)(charset_end - text.data) - 2);
    star = memchr(found->charset.data, '*', found->charset.len); /* RFC 2231 5: language */
    if (star)
        found->charset.len = (size_t)(star - found->charset.data);
    found->text = smime__view_of(charset_end + 3, (size_t)(close - charset_end) - 3);
    found->len = (size_t)(close + 2 - text.data);
    return found->charset.len > 0;
}

static smime_status decode_q(smime__buf *to, smime__view text)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < text.len && status == SMIME_OK; i++) {
        uint8_t c = text.data[i];
        if (c == '_') {
            c = ' ';
        } else if (c == '=' && i + 2 < text.len && smime__ascii_hex(text.data[i + 1]) >= 0 &&
                   smime__ascii_hex(text.data[i + 2]) >= 0) {
            c = (uint8_t)(smime__ascii_hex(text.data[i + 1]) << 4 |
                          smime__ascii_hex(text.data[i + 2]));
            i += 2;
        }
        status = smime__buf_add_byte(to, c);
    }
    return status;
}

static smime_status decode_word(smime__buf *bytes, const word *found)
{
    smime__base64_decoder decoder = { 0 };
    smime_status status;

    if (found->encoding == 'q')
        return decode_q(bytes, found->text);
    status = smime__buf_reserve(bytes, found->text.len / 4 * 3 + 6);
    if (status == SMIME_OK)
        bytes->len += smime__base64_decode(&decoder, bytes->data + bytes->len, found->text.data,
                                           found->text.len);
    return status;
}

static smime_status flush_words(smime__buf *to, smime__buf *bytes, char **charset)
{
    smime_status status = SMIME_OK;

    if (*charset)
        status = smime__charset_to_utf8(to, smime__buf_view(bytes), *charset);
    smime__buf_clear(bytes);
    free(*charset);
    *charset = NULL;
    return status;
}

/* Adjacent words of one charset are joined before conversion: many writers cut inside a
 * character, and the blanks between two encoded words are no content. */
smime_status smime__words_decode(smime__buf *to, smime__view text)
{
    smime__buf bytes = { 0 };
    char *charset = NULL;
    smime_status status = SMIME_OK;
    size_t at = 0;

    while (at < text.len && status == SMIME_OK) {
        size_t blanks = at;
        word found;

        while (blanks < text.len && smime__ascii_is_blank(text.data[blanks]))
            blanks++;
        if (find_word(smime__view_of(text.data + blanks, text.len - blanks), &found)) {
            int joins = charset && smime__view_is(found.charset, charset);
            if (charset && !joins)
                status = flush_words(to, &bytes, &charset);
            else if (!charset)
                status = smime__buf_add(to, text.data + at, blanks - at);
            if (status == SMIME_OK && !joins && !(charset = smime__view_dup(found.charset)))
                status = SMIME_E_NOMEM;
            if (status == SMIME_OK)
                status = decode_word(&bytes, &found);
            at = blanks + found.len;
            continue;
        }
        status = flush_words(to, &bytes, &charset);
        if (status == SMIME_OK) {
            size_t stop = blanks;
            while (stop < text.len && !smime__ascii_is_blank(text.data[stop]) &&
                   (stop == blanks || text.data[stop] != '=' ))
                stop++;
            status = smime__utf8_clean(to, smime__view_of(text.data + at, stop - at));
            at = stop;
        }
    }
    if (status == SMIME_OK)
        status = flush_words(to, &bytes, &charset);
    smime__buf_free(&bytes);
    free(charset);
    return status;
}
