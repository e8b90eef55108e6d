/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail/doctor.h"

#include "base/ascii.h"

#include <string.h>

#define ENDS_MAX 256 /* places at which a footer may begin */

/* The next line of @p at without its end; *ret_end are the bytes of that. */
static smime__view take_line(smime__view *at, size_t *ret_end)
{
    const uint8_t *lf = at->len ? memchr(at->data, '\n', at->len) : NULL;
    size_t whole = lf ? (size_t)(lf - at->data) + 1 : at->len;
    size_t end = lf ? (whole > 1 && lf[-1] == '\r' ? 2 : 1) : 0;
    smime__view line = smime__view_of(at->data, whole - end);

    *at = smime__view_of(at->data + whole, at->len - whole);
    *ret_end = end;
    return line;
}

enum { CANONICAL, WITH_LF, NO_BLANKS, DASH, UNQUOTED, UNQUOTED_NO_BLANKS, DOTS };

static smime__view without_blanks(smime__view line)
{
    while (line.len && smime__ascii_is_blank(line.data[line.len - 1]))
        line.len--;
    return line;
}

/* Every line changed in one way. */
static smime_status change_lines(smime__view text, int way, smime__buf *to)
{
    smime_status status = SMIME_OK;
    size_t end;

    while (text.len && status == SMIME_OK) {
        smime__view line = take_line(&text, &end);
        if (way == NO_BLANKS || way == UNQUOTED_NO_BLANKS)
            line = without_blanks(line);
        if ((way == UNQUOTED || way == UNQUOTED_NO_BLANKS) && line.len > 6 &&
            !memcmp(line.data, ">From ", 6))
            line = smime__view_of(line.data + 1, line.len - 1);
        if (way == DOTS && line.len > 1 && line.data[0] == '.' && line.data[1] == '.')
            line = smime__view_of(line.data + 1, line.len - 1);
        status = smime__buf_add_view(to, line);
        if (status == SMIME_OK && way == DASH && line.len == 2 && !memcmp(line.data, "--", 2))
            status = smime__buf_add_byte(to, ' '); /* the line before a signature */
        if (status == SMIME_OK && end)
            status = smime__buf_add_text(to, way == WITH_LF ? "\n" : "\r\n");
    }
    return status;
}

static smime_status cure_lines(smime__view sick, int variant, const smime__limits *limits,
                               smime__buf *to)
{
    (void)limits;
    return change_lines(sick, variant, to);
}

/* The end of the text: one line end more, one less, all of the empty lines gone. */
static smime_status cure_end(smime__view sick, int variant, const smime__limits *limits,
                             smime__buf *to)
{
    size_t len = sick.len;

    (void)limits;
    if (variant == 0) {
        smime_status status = smime__buf_add_view(to, sick);
        return status == SMIME_OK ? smime__buf_add_text(to, "\r\n") : status;
    }
    while (len >= 2 && !memcmp(sick.data + len - 2, "\r\n", 2)) {
        len -= 2;
        if (variant == 1)
            break;
    }
    return smime__buf_add(to, sick.data, len);
}

/* The first that fits is told, so the smaller changes come first. */
static const struct {
    const char *code;
    smime_status (*cure)(smime__view, int, const smime__limits *, smime__buf *);
    int variants, first;
    const char *text;
} cures[] = {
    { "damage-line-ends", cure_end, 3, 0,
      "the content would fit with other line ends at its end" },
    { "damage-line-ends", cure_lines, 1, WITH_LF,
      "the content would fit with LF line ends: it was signed before it was made ready for mail" },
    { "damage-trailing-blanks", cure_lines, 1, NO_BLANKS,
      "the content would fit without blanks at the ends of its lines" },
    { "damage-trailing-blanks", cure_lines, 1, DASH,
      "the content would fit with the blank behind \"--\" that stands before a sender's footer" },
    { "damage-from-quoting", cure_lines, 1, UNQUOTED,
      "the content would fit without the \">\" in front of \"From \"" },
    { "damage-from-quoting", cure_lines, 1, UNQUOTED_NO_BLANKS,
      "the content would fit without the \">\" in front of \"From \" and blanks at line ends" },
    { "damage-line-ends", cure_lines, 1, DOTS,
      "the content would fit without a second dot at the start of lines" },
    { "damage-header", smime__cure_header, 24, 0,
      "the content would fit with another header of its own: a field was added, removed or "
      "folded anew" },
    { "damage-encoding", smime__cure_encodings, 6, 0,
      "the content would fit with the transfer encoding that it had before a server changed it" },
    { "damage-charset", smime__cure_charset, 6, 0,
      "the content would fit in another charset: it was converted" },
};

typedef struct patient {
    smime__hash hash;
    smime__view digest;
} patient;

static smime_status fits(const patient *who, smime__view content, int *ret_fits)
{
    uint8_t value[SMIME__DIGEST_MAX];
    smime_status status = smime__digest_once(who->hash, content.data, content.len, value);

    *ret_fits = status == SMIME_OK &&
                smime__view_equal(who->digest, smime__view_of(value, smime__hash_size(who->hash)));
    return status;
}

/* Where the last lines begin, the last one first. */
static size_t last_lines(smime__view text, size_t *to, size_t room)
{
    size_t count = 0;

    for (size_t i = text.len; i-- > 1 && count < room;)
        if (text.data[i - 1] == '\n')
            to[count++] = i;
    return count;
}

/* Whether the text was longer by something at its end: the content that was signed is a beginning of
 * it, with or without the line end there. */
static smime_status find_footer(const patient *who, smime__view text, size_t *ret_at)
{
    size_t starts[ENDS_MAX], count = last_lines(text, starts, ENDS_MAX), done = 0;
    uint8_t value[SMIME__DIGEST_MAX];
    smime__digest *digest = NULL;
    smime_status status = smime__digest_new(who->hash, &digest);

    while (count-- && status == SMIME_OK && *ret_at == SIZE_MAX)
        for (int with_end = 0; with_end < 2 && status == SMIME_OK; with_end++) {
            size_t at = starts[count] - (with_end ? 0 : starts[count] >= 2 ? 2 : 0);
            if (at < done)
                continue;
            status = smime__digest_update(digest, text.data + done, at - done);
            done = at;
            if (status == SMIME_OK)
                status = smime__digest_peek(digest, value);
            if (status == SMIME_OK &&
                smime__view_equal(who->digest,
                                  smime__view_of(value, smime__hash_size(who->hash)))) {
                *ret_at = at;
                break;
            }
        }
    smime__digest_free(digest);
    return status;
}

static smime_status try_cures(const patient *who, smime__view text, const smime__limits *limits,
                              const char **ret_code, smime__buf *ret_text)
{
    smime__buf made = { 0 };
    smime_status status = SMIME_OK;
    int good = 0;

    for (size_t i = 0; i < sizeof cures / sizeof cures[0] && status == SMIME_OK && !good; i++)
        for (int k = 0; k < cures[i].variants && status == SMIME_OK && !good; k++) {
            smime__buf_clear(&made);
            status = cures[i].cure(text, cures[i].first + k, limits, &made);
            if (status == SMIME_OK && made.len)
                status = fits(who, smime__buf_view(&made), &good);
            if (status == SMIME_OK && good) {
                *ret_code = cures[i].code;
                status = smime__buf_add_text(ret_text, cures[i].text);
            }
        }
    smime__buf_free(&made);
    return status;
}

smime_status smime__doctor(smime__view content, smime__hash hash, smime__view digest,
                           const smime__limits *limits, const char **ret_code, smime__buf *text)
{
    const patient who = { hash, digest };
    smime__buf canonical = { 0 };
    size_t footer = SIZE_MAX;
    smime_status status = change_lines(content, CANONICAL, &canonical);

    *ret_code = NULL;
    if (status == SMIME_OK)
        status = try_cures(&who, smime__buf_view(&canonical), limits, ret_code, text);
    if (status == SMIME_OK && !*ret_code)
        status = find_footer(&who, smime__buf_view(&canonical), &footer);
    if (status == SMIME_OK && footer != SIZE_MAX) {
        *ret_code = "damage-footer";
        status = smime__buf_add_text(text, "text was appended to what was signed");
    }
    smime__buf_free(&canonical);
    return status;
}
