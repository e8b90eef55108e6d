/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/fold.h"

#include "base/ascii.h"
#include "mime/header.h"

#include <string.h>

#define NAME_BYTES 76    /* of a field: with colon and blank it leaves room on a line */
/* RFC 2047 2: on a line with an encoded word 76, of which one is left for a comma behind it */
#define COLUMNS 75
#define WORD_COLUMNS 75  /* RFC 2047 2: an encoded word */
#define WORD_FRAME 12    /* "=?UTF-8?Q?" and "?=" */
#define WORD_LEAST 30    /* a shorter one is not begun at the end of a line */
#define TOKEN_BYTES 900  /* a longer one is encoded, so that it can be cut */
#define BLANKS_MAX 30    /* more are encoded with the word behind them */
#define QUOTED_BYTES 60  /* a longer name or value is encoded, for the same reason */

int smime__fold_may_write(smime__view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] < 32 || text.data[i] == 127)
            return 0;
    return smime__utf8_valid(text.data, text.len);
}

int smime__fold_is_name(const char *name)
{
    if (!*name || strlen(name) > NAME_BYTES)
        return 0;
    for (; *name; name++)
        if (!smime__ascii_is_alpha(*name) && !smime__ascii_is_digit(*name) && *name != '-')
            return 0;
    return 1;
}

static smime_status put(smime__fold *fold, smime__view text)
{
    fold->column += text.len;
    return smime__buf_add_view(fold->to, text);
}

smime_status smime__fold_join(smime__fold *fold, const char *text)
{
    return put(fold, smime__view_text(text));
}

smime_status smime__fold_begin(smime__fold *fold, const char *name)
{
    smime_status status;

    fold->column = 0;
    status = smime__fold_join(fold, name);
    if (status == SMIME_OK)
        status = smime__fold_join(fold, ":");
    fold->start = fold->column;
    return status;
}

smime_status smime__fold_end(smime__fold *fold)
{
    fold->column = 0;
    return smime__buf_add_text(fold->to, fold->line_end);
}

/* A fold, where more than the name of the field stands before it. */
static smime_status fold_line(smime__fold *fold)
{
    if (fold->column <= fold->start)
        return SMIME_OK;
    fold->column = fold->start = 0;
    return smime__buf_add_text(fold->to, fold->line_end);
}

smime_status smime__fold_token(smime__fold *fold, smime__view blanks, smime__view token)
{
    smime_status status = SMIME_OK;

    if (fold->column + blanks.len + token.len > COLUMNS)
        status = fold_line(fold);
    if (status == SMIME_OK)
        status = put(fold, blanks);
    return status == SMIME_OK ? put(fold, token) : status;
}

/* What stands for itself in an encoded word, also in one within a phrase (RFC 2047 5). */
static int is_q_plain(uint8_t c)
{
    return smime__ascii_is_alpha(c) || smime__ascii_is_digit(c) || (c && strchr("!*+-/", c));
}

static size_t q_length(smime__view text)
{
    size_t len = 0;

    for (size_t i = 0; i < text.len; i++)
        len += is_q_plain(text.data[i]) || text.data[i] == ' ' ? 1 : 3;
    return len;
}

static size_t b_length(size_t len)
{
    return (len + 2) / 3 * 4;
}

/* How much of the text fits into @p room columns of a word; never a part of a character. */
static size_t word_fill(smime__view text, int q, size_t room)
{
    size_t used = 0, columns = 0;

    while (used < text.len) {
        size_t len = smime__utf8_length(text.data + used, text.len - used);
        size_t more = q ? columns + q_length(smime__view_of(text.data + used, len))
                        : b_length(used + len);
        if (more > room)
            break;
        columns = more;
        used += len;
    }
    return used;
}

static smime_status put_q(smime__fold *fold, smime__view text)
{
    static const char digits[] = "0123456789ABCDEF";
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < text.len && status == SMIME_OK; i++) {
        uint8_t c = text.data[i];
        char escaped[4] = { '=', digits[c >> 4], digits[c & 15], 0 };
        if (c == ' ')
            status = smime__fold_join(fold, "_");
        else if (is_q_plain(c))
            status = put(fold, smime__view_of(&c, 1));
        else
            status = smime__fold_join(fold, escaped);
    }
    return status;
}

static smime_status put_b(smime__fold *fold, smime__view text)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < text.len && status == SMIME_OK; i += 3) {
        size_t left = text.len - i;
        uint32_t bits = (uint32_t)text.data[i] << 16;
        char four[5] = { 0 };
        if (left > 1)
            bits |= (uint32_t)text.data[i + 1] << 8;
        if (left > 2)
            bits |= text.data[i + 2];
        four[0] = digits[bits >> 18];
        four[1] = digits[bits >> 12 & 63];
        four[2] = left > 1 ? digits[bits >> 6 & 63] : '=';
        four[3] = left > 2 ? digits[bits & 63] : '=';
        status = smime__fold_join(fold, four);
    }
    return status;
}

/* The text as encoded words; the blanks between them are no content. */
static smime_status put_encoded(smime__fold *fold, smime__view blanks, smime__view text)
{
    int q = q_length(text) <= b_length(text.len);
    smime_status status = SMIME_OK;

    while (text.len && status == SMIME_OK) {
        size_t room = WORD_COLUMNS, used;

        if (fold->column + blanks.len + WORD_LEAST > COLUMNS)
            status = fold_line(fold);
        if (fold->column + blanks.len + room > COLUMNS)
            room = fold->column + blanks.len + WORD_LEAST > COLUMNS
                       ? WORD_LEAST
                       : COLUMNS - fold->column - blanks.len;
        used = word_fill(text, q, room - WORD_FRAME);
        if (status == SMIME_OK)
            status = put(fold, blanks);
        if (status == SMIME_OK)
            status = smime__fold_join(fold, q ? "=?UTF-8?Q?" : "=?UTF-8?B?");
        if (status == SMIME_OK)
            status = q ? put_q(fold, smime__view_of(text.data, used))
                       : put_b(fold, smime__view_of(text.data, used));
        if (status == SMIME_OK)
            status = smime__fold_join(fold, "?=");
        text = smime__view_of(text.data + used, text.len - used);
        blanks = smime__view_text(" ");
    }
    return status;
}

static int is_ascii(smime__view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (text.data[i] >= 0x80)
            return 0;
    return 1;
}

static int looks_encoded(smime__view text)
{
    for (size_t i = 0; i + 1 < text.len; i++)
        if (text.data[i] == '=' && text.data[i + 1] == '?')
            return 1;
    return 0;
}

static int must_encode(const smime__fold *fold, smime__view word)
{
    return (!fold->utf8 && !is_ascii(word)) || looks_encoded(word) || word.len > TOKEN_BYTES;
}

/* The run of bytes at the start of @p text that are blanks, or that are none. */
static smime__view run_of(smime__view text, int blank)
{
    size_t len = 0;

    while (len < text.len && (text.data[len] == ' ') == blank)
        len++;
    return smime__view_of(text.data, len);
}

static smime__view behind(smime__view text, size_t len)
{
    return smime__view_of(text.data + len, text.len - len);
}

/* From the start of @p text to the end of the last word that must be encoded too: with a plain word
 * between, the blanks beside it would be content, and without one they are not. */
static smime__view encoded_run(const smime__fold *fold, smime__view text)
{
    size_t end = run_of(text, 0).len;

    for (;;) {
        smime__view rest = behind(text, end);
        smime__view blanks = run_of(rest, 1);
        smime__view word = run_of(behind(rest, blanks.len), 0);
        if (!word.len || !must_encode(fold, word))
            return smime__view_of(text.data, end);
        end += blanks.len + word.len;
    }
}

static smime__view trimmed(smime__view text)
{
    while (text.len && text.data[0] == ' ')
        text = behind(text, 1);
    while (text.len && text.data[text.len - 1] == ' ')
        text.len--;
    return text;
}

smime_status smime__fold_text(smime__fold *fold, smime__view text)
{
    smime__view blanks = smime__view_text(" ");
    int encode = 0;
    smime_status status = SMIME_OK;

    text = trimmed(text);
    while (text.len && status == SMIME_OK) {
        smime__view word = run_of(text, 0);
        /* between two encoded words no blank counts, else one stands before them */
        size_t inside = blanks.len > BLANKS_MAX ? blanks.len - !encode : 0;

        encode = inside || must_encode(fold, word);
        if (encode)
            word = encoded_run(fold, text);
        text = behind(text, word.len);
        if (inside) {
            word = smime__view_of(word.data - inside, word.len + inside);
            blanks = smime__view_text(" ");
        }
        status = encode ? put_encoded(fold, blanks, word) : smime__fold_token(fold, blanks, word);
        blanks = run_of(text, 1);
        text = behind(text, blanks.len);
    }
    return status;
}

smime_status smime__fold_raw(smime__fold *fold, smime__view text)
{
    smime__view blanks = smime__view_text(" ");
    smime_status status = SMIME_OK;

    text = trimmed(text);
    while (text.len && status == SMIME_OK) {
        smime__view word = run_of(text, 0);

        status = smime__fold_token(fold, blanks, word);
        text = behind(text, word.len);
        blanks = run_of(text, 1);
        text = behind(text, blanks.len);
    }
    return status;
}

static int is_atom(uint8_t c)
{
    return smime__ascii_is_alpha(c) || smime__ascii_is_digit(c) || c >= 0x80 ||
           (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static smime_status put_quoted(smime__fold *fold, smime__view blanks, const char *before,
                               smime__view text)
{
    smime__buf quoted = { 0 };
    smime_status status = smime__buf_add_text(&quoted, before);

    if (status == SMIME_OK)
        status = smime__quote(&quoted, text);
    if (status == SMIME_OK)
        status = smime__fold_token(fold, blanks, smime__buf_view(&quoted));
    smime__buf_free(&quoted);
    return status;
}

smime_status smime__fold_phrase(smime__fold *fold, smime__view name)
{
    int bare = 1;

    name = trimmed(name);
    if ((!fold->utf8 && !is_ascii(name)) || looks_encoded(name) || name.len > QUOTED_BYTES)
        return put_encoded(fold, smime__view_text(" "), name);
    for (size_t i = 0; i < name.len; i++)
        bare &= is_atom(name.data[i]) || (name.data[i] == ' ' && name.data[i - 1] != ' ');
    return bare ? smime__fold_text(fold, name) : put_quoted(fold, smime__view_text(" "), "", name);
}

static int is_attribute_char(uint8_t c)
{
    return smime__ascii_is_alpha(c) || smime__ascii_is_digit(c) || (c && strchr("-._~!$&+", c));
}

/* "name*0*=UTF-8''..." in pieces that fit on a line; one piece has no number. */
static smime_status put_extended(smime__fold *fold, const char *name, smime__view value)
{
    static const char digits[] = "0123456789ABCDEF";
    smime__buf piece = { 0 };
    size_t at = 0;
    int whole = q_length(value) < QUOTED_BYTES / 2;
    smime_status status = SMIME_OK;

    for (unsigned number = 0; (at < value.len || !number) && status == SMIME_OK; number++) {
        smime__buf_clear(&piece);
        status = whole ? smime__buf_format(&piece, "%s*=UTF-8''", name)
                       : smime__buf_format(&piece, "%s*%u*=%s", name, number,
                                           number ? "" : "UTF-8''");
        while (at < value.len && status == SMIME_OK && (whole || piece.len < QUOTED_BYTES)) {
            uint8_t c = value.data[at++];
            char escaped[4] = { '%', digits[c >> 4], digits[c & 15], 0 };
            status = is_attribute_char(c) ? smime__buf_add_byte(&piece, c)
                                          : smime__buf_add_text(&piece, escaped);
        }
        if (status == SMIME_OK)
            status = smime__fold_join(fold, ";");
        if (status == SMIME_OK)
            status = smime__fold_token(fold, smime__view_text(" "), smime__buf_view(&piece));
    }
    smime__buf_free(&piece);
    return status;
}

smime_status smime__fold_parameter(smime__fold *fold, const char *name, smime__view value)
{
    char before[64];
    smime_status status;

    if (!is_ascii(value) || looks_encoded(value) || value.len > QUOTED_BYTES)
        return put_extended(fold, name, value);
    if (strlen(name) + 2 > sizeof before)
        return SMIME_E_INVALID_ARG;
    memcpy(before, name, strlen(name));
    memcpy(before + strlen(name), "=", 2);
    status = smime__fold_join(fold, ";");
    return status == SMIME_OK ? put_quoted(fold, smime__view_text(" "), before, value) : status;
}
