/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/transport.h"

#include "base/ascii.h"
#include "codec/lines.h"
#include "mime/hazards.h"

#include <stdlib.h>
#include <string.h>

struct smime__scout {
    smime__scan *scan;
    smime__error *error;
    uint8_t *verdicts;
    size_t count, room;
    uint64_t decided;
    int undecided;    /* the current leaf is */
    int encoding;     /* of the current leaf */
    size_t column;    /* bytes on the current line */
    uint8_t start[5]; /* of the current line */
    int after_cr;
    int kept_dirty;
    int allow_8bit; /* the relays carry it */
    int strict;     /* blanks at the end of lines count */
    uint8_t last;   /* the byte before, on this line, when strict */
    smime__hazards frames; /* of what stands around parts */
};

int smime__part_is_sealed(const smime__part *part)
{
    for (; part; part = part->parent)
        if (part->type.value && (!strcmp(part->type.value, "multipart/signed") ||
                                 !strcmp(part->type.value, "multipart/encrypted")))
            return 1;
    return 0;
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime__scout *scout = user;
    smime_status status;

    (void)header;
    if (part->kind != SMIME__LEAF)
        return SMIME_OK;
    status = smime__grow((void **)&scout->verdicts, scout->count, &scout->room, 1);
    if (status < 0)
        return status;
    scout->verdicts[scout->count] = 0;
    if (smime__part_is_sealed(part))
        scout->verdicts[scout->count] = SMIME__LEAF_KEEP;
    else if (!strcmp(part->encoding_name, "binary"))
        scout->verdicts[scout->count] = SMIME__LEAF_DIRTY;
    scout->undecided = !scout->verdicts[scout->count];
    scout->count++;
    scout->encoding = part->encoding;
    scout->column = 0;
    scout->after_cr = 0;
    scout->last = 0;
    if (scout->undecided) /* without the last byte of the header the leaf cannot begin */
        scout->decided = part->body_offset ? part->body_offset - 1 : 0;
    return SMIME_OK;
}

/* Blanks are looked at where the leaf can still be re-encoded: base64 is, and what is sealed must
 * not be. */
static int blank_counts(const smime__scout *scout)
{
    return scout->strict && scout->undecided && scout->encoding != SMIME__ENC_BASE64 &&
           smime__ascii_is_blank(scout->last);
}

/* 1 when the byte keeps to 7-bit (RFC 2045 2.7) and the line to transport. */
static int byte_is_safe(smime__scout *scout, uint8_t c)
{
    if (c == '\n') {
        int safe = !blank_counts(scout);
        scout->column = 0;
        scout->after_cr = 0;
        scout->last = 0;
        return safe;
    }
    if (scout->after_cr || c == 0 || (c >= 0x80 && !scout->allow_8bit))
        return 0;
    if (c == '\r') {
        scout->after_cr = 1;
        return 1;
    }
    scout->last = c;
    if (scout->column < 5) {
        scout->start[scout->column] = c;
        if (scout->column == 4 && !memcmp(scout->start, "From ", 5))
            return 0;
    }
    return ++scout->column <= SMIME__LINE_MAX_BYTES;
}

static smime_status found_dirty(smime__scout *scout, uint64_t offset)
{
    uint8_t *verdict = &scout->verdicts[scout->count - 1];

    if (*verdict == SMIME__LEAF_KEEP) {
        scout->kept_dirty = 1;
        return SMIME_OK;
    }
    if (*verdict == SMIME__LEAF_CLEAN)
        return smime__fail_at(scout->error, offset, SMIME_E_MIME_ENCODING,
                              "a body that is declared base64 holds lines that are none");
    *verdict = SMIME__LEAF_DIRTY;
    scout->undecided = 0;
    return SMIME_OK;
}

#define ONES UINT64_C(0x0101010101010101)
#define HIGHS UINT64_C(0x8080808080808080)

/* 1 when none of the bytes is 0, CR or over 127: eight at a time. */
static int run_is_plain(const uint8_t *data, size_t len)
{
    uint64_t bad = 0, word, cr;

    for (; len >= 8; data += 8, len -= 8) {
        memcpy(&word, data, 8);
        cr = word ^ ONES * '\r';
        /* the high bit of (x - 1) & ~x shows a zero byte; one of word itself an 8-bit byte */
        bad |= ((word - ONES) & ~word) | ((cr - ONES) & ~cr) | word;
    }
    if (bad & HIGHS)
        return 0;
    for (; len; data++, len--)
        if (*data == 0 || *data == '\r' || *data >= 0x80)
            return 0;
    return 1;
}

#define CLOSER 448 /* bytes looked at line by line where many at a time would not do */

/* The same for whole lines, many at a time. The byte before @p data is the LF of a line. */
static size_t plain_lines(const uint8_t *data, size_t len)
{
    size_t done = len ? smime__lines_plain(data - 1, len + 1, 0, 1) : 0;

    while (done && data[done - 1] != '\n')
        done--;
    return done;
}

/* How many bytes at @p data, which begins a line, are whole lines that are plainly safe. The rest
 * is looked at byte by byte. */
static size_t safe_lines(const uint8_t *data, size_t len)
{
    const uint8_t *end = data + len, *line = data, *lf;
    const uint8_t *closer = data + 1; /* up to here line by line */

    while (line < end) {
        size_t size;
        if (line >= closer) {
            line += plain_lines(line, (size_t)(end - line));
            closer = (size_t)(end - line) > CLOSER ? line + CLOSER : end;
        }
        lf = memchr(line, '\n', (size_t)(end - line));
        if (!lf)
            break;
        size = (size_t)(lf - line);
        if (size && lf[-1] == '\r')
            size--;
        if (size > SMIME__LINE_MAX_BYTES || (size >= 5 && !memcmp(line, "From ", 5)) ||
            !run_is_plain(line, size))
            break;
        line = lf + 1;
    }
    return (size_t)(line - data);
}

/* Whole lines among bytes that are known to be plain, of which some may hold no line end. */
static size_t known_lines(const uint8_t *data, size_t len)
{
    while (len && data[len - 1] != '\n')
        len--;
    return len;
}

/* base64 is judged by its first line, so that attachments of any size need not wait. */
static void line_was_safe(smime__scout *scout)
{
    if (!scout->undecided || scout->encoding != SMIME__ENC_BASE64)
        return;
    scout->verdicts[scout->count - 1] = SMIME__LEAF_CLEAN;
    scout->undecided = 0;
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime__scout *scout = user;
    const uint8_t *verdict = &scout->verdicts[scout->count - 1];
    size_t plain = part->run_plain < len ? part->run_plain : len;
    size_t at = 0;

    if (*verdict == SMIME__LEAF_DIRTY || (*verdict == SMIME__LEAF_KEEP && scout->kept_dirty))
        return SMIME_OK;
    while (at < len) {
        /* the scanner has looked at the first lines already, but for the one it began with */
        if (!scout->strict && scout->column == 0 && !scout->after_cr && (at || !plain)) {
            size_t safe = at < plain ? known_lines(data + at, plain - at)
                                     : safe_lines(data + at, len - at);
            at += safe;
            if (safe)
                line_was_safe(scout);
            if (at == len)
                break;
        }
        if (!byte_is_safe(scout, data[at]))
            return found_dirty(scout, smime__scan_position(scout->scan));
        if (data[at] == '\n')
            line_was_safe(scout);
        at++;
    }
    return SMIME_OK;
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    (void)part;
    smime__hazards_add(&((smime__scout *)user)->frames, data, len);
    return SMIME_OK;
}

static smime_status on_end(void *user, smime__part *part)
{
    smime__scout *scout = user;

    if (part->kind == SMIME__LEAF && scout->undecided) {
        if (blank_counts(scout) || (scout->strict && scout->after_cr))
            return found_dirty(scout, smime__scan_position(scout->scan));
        scout->verdicts[scout->count - 1] = SMIME__LEAF_CLEAN;
        scout->undecided = 0;
    }
    return SMIME_OK;
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end, NULL };

smime_status smime__scout_new(const smime__limits *limits, smime__error *error,
                              smime__scout **ret_scout)
{
    smime__scout *scout = calloc(1, sizeof *scout);
    smime_status status;

    if (!scout)
        return SMIME_E_NOMEM;
    scout->error = error;
    status = smime__scan_new(&handler, scout, 0, limits, error, &scout->scan);
    if (status < 0) {
        free(scout);
        return status;
    }
    smime__scan_seek_plain(scout->scan);
    *ret_scout = scout;
    return SMIME_OK;
}

void smime__scout_free(smime__scout *scout)
{
    if (!scout)
        return;
    smime__scan_free(scout->scan);
    free(scout->verdicts);
    free(scout);
}

void smime__scout_carry(smime__scout *scout, int allow_8bit)
{
    scout->allow_8bit = allow_8bit;
    scout->strict = 1;
}

smime_status smime__scout_write(smime__scout *scout, const uint8_t *data, size_t len)
{
    return smime__scan_write(scout->scan, data, len);
}

smime_status smime__scout_finish(smime__scout *scout)
{
    return smime__scan_finish(scout->scan);
}

uint64_t smime__scout_decided(const smime__scout *scout)
{
    return scout->undecided ? scout->decided : smime__scan_position(scout->scan);
}

int smime__scout_verdict(const smime__scout *scout, size_t index)
{
    return index < scout->count ? scout->verdicts[index] : 0;
}

smime__defects *smime__scout_defects(smime__scout *scout)
{
    return smime__scan_defects(scout->scan);
}

int smime__scout_frame_dirty(const smime__scout *scout)
{
    uint32_t allowed = SMIME_HAZARD_TRAILING_BLANK;

    if (scout->allow_8bit)
        allowed |= SMIME_HAZARD_8BIT;
    return (scout->frames.found & ~allowed) != 0;
}

int smime__scout_kept_dirty(const smime__scout *scout)
{
    return scout->kept_dirty;
}
