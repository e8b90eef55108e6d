/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/scan.h"

#include "base/ascii.h"
#include "codec/crlf.h"

#include <stdlib.h>
#include <string.h>

/* The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1). So a line end is
 * held back until the next line is known to be no delimiter; nothing else is. */
struct smime__scan {
    const smime__scan_handler *handler;
    void *user;
    int opaque;
    const smime__limits *limits;
    smime__error *error;
    smime__part *part;    /* the innermost open one */
    smime__defects defects;
    smime__buf header;    /* of `part`, while in_header */
    int in_header;
    int at_line_start;    /* the next byte begins a line */
    uint8_t held[2];      /* line end, or a CR that may begin one */
    size_t held_len;
    smime__buf line;      /* a line that may be a delimiter, from its "-" on */
    int in_line;
    size_t boundaries;    /* open multiparts */
    size_t longest;       /* boundary, of the open ones or those that were open */
    size_t parts;
    uint64_t position;
    int finished_root;    /* after the end of everything */
    int lf_seen, crlf_seen, mixed_told;
};

/* White space behind a delimiter that is still looked through. */
#define PADDING_MAX 1024

static smime_status out_of_memory(smime__scan *scan, smime_status status)
{
    return status < 0 ? smime__fail(scan->error, status, "%s", smime_status_text(status)) : status;
}

static smime_status emit(smime__scan *scan, const uint8_t *data, size_t len)
{
    smime__part *part = scan->part;

    if (!len)
        return SMIME_OK;
    if (part->kind == SMIME__LEAF)
        return scan->handler->body(scan->user, part, data, len);
    return scan->handler->frame(scan->user, part, data, len);
}

static smime_status emit_held(smime__scan *scan)
{
    size_t len = scan->held_len;

    scan->held_len = 0;
    return emit(scan, scan->held, len);
}

static smime_status open_part(smime__scan *scan, uint64_t offset)
{
    smime__part *parent = scan->part;
    smime__part *part;
    unsigned depth = parent ? parent->depth + 1 : 1;
    smime_status status;

    status = smime__limit_check(scan->limits, SMIME_LIMIT_DEPTH, depth, scan->error);
    if (status == SMIME_OK)
        status = smime__limit_check(scan->limits, SMIME_LIMIT_PARTS, ++scan->parts, scan->error);
    if (status < 0)
        return status;
    part = calloc(1, sizeof *part);
    if (!part)
        return out_of_memory(scan, SMIME_E_NOMEM);
    part->parent = parent;
    part->depth = depth;
    part->number = parent ? ++parent->children : 1;
    part->offset = part->body_offset = offset;
    scan->part = part;
    scan->at_line_start = 1;
    smime__buf_clear(&scan->header);
    if (scan->opaque && parent) {
        part->kind = SMIME__LEAF;
        return scan->handler->begin(scan->user, part, NULL);
    }
    scan->in_header = 1;
    return SMIME_OK;
}

static int digest_child(const smime__part *part)
{
    return part->parent && part->parent->kind == SMIME__MULTIPART &&
           !strcmp(part->parent->type.value, "multipart/digest");
}

/* The header block is complete; @p end is where the body begins. */
static smime_status close_header(smime__scan *scan, uint64_t end)
{
    smime__part *part = scan->part;
    smime__header header;
    smime_status status;

    scan->in_header = 0;
    part->body_offset = end;
    status = smime__header_parse(&header, smime__buf_view(&scan->header), part->offset,
                                 &scan->defects);
    if (status == SMIME_OK)
        status = smime__part_read_header(part, &header, digest_child(part), &scan->defects);
    if (status == SMIME_OK && part->kind == SMIME__MULTIPART) {
        size_t len = strlen(part->boundary);
        scan->boundaries++;
        if (len > scan->longest)
            scan->longest = len;
    }
    status = out_of_memory(scan, status);
    if (status == SMIME_OK)
        status = scan->handler->begin(scan->user, part, &header);
    smime__header_free(&header);
    if (status == SMIME_OK && part->kind == SMIME__MESSAGE && !(scan->opaque))
        status = open_part(scan, end);
    return status;
}

/* Ends the innermost part; @p end is the offset behind its last byte. */
static smime_status close_part(smime__scan *scan, uint64_t end)
{
    smime__part *part = scan->part;
    smime_status status = SMIME_OK;

    if (scan->in_header) {
        status = smime__defect_add(&scan->defects, "header-unended", part->offset);
        if (status == SMIME_OK)
            status = close_header(scan, end);
        if (status < 0)
            return status;
        /* a message without a body got a child just now, which ends here too */
        while (status == SMIME_OK && scan->part != part)
            status = close_part(scan, end);
        if (status < 0)
            return status;
    }
    part->length = end - part->offset;
    if (part->kind == SMIME__MULTIPART) {
        if (!part->children)
            status = smime__defect_add(&scan->defects, "multipart-empty", part->offset);
        else if (!part->closed)
            status = smime__defect_add(&scan->defects, "part-unclosed", part->offset);
        if (!part->closed)
            scan->boundaries--;
    }
    if (status == SMIME_OK)
        status = scan->handler->end(scan->user, part);
    scan->part = part->parent;
    smime__part_clear(part);
    free(part);
    return out_of_memory(scan, status);
}

enum { NO_MATCH, MATCH_DELIMITER, MATCH_CLOSE, MATCH_DOUBTFUL };

/* @p line has no line end. */
static int match_boundary(smime__view line, const char *boundary)
{
    size_t len = strlen(boundary);
    size_t at = 2 + len;
    int match = MATCH_DELIMITER;

    /* a line can come here whole, from a header too: its hyphens were not looked at yet */
    if (line.len < at || line.data[0] != '-' || line.data[1] != '-' ||
        memcmp(line.data + 2, boundary, len) != 0)
        return NO_MATCH;
    if (line.len >= at + 2 && line.data[at] == '-' && line.data[at + 1] == '-') {
        match = MATCH_CLOSE;
        at += 2;
    }
    while (at < line.len && smime__ascii_is_blank(line.data[at]))
        at++;
    return at == line.len ? match : MATCH_DOUBTFUL;
}

/* The open multipart that the line delimits: the innermost first. */
static smime__part *find_match(smime__scan *scan, smime__view line, int *ret_match)
{
    int doubtful = 0;

    for (smime__part *p = scan->part; p; p = p->parent) {
        if (p->kind != SMIME__MULTIPART || p->closed)
            continue;
        *ret_match = match_boundary(line, p->boundary);
        if (*ret_match == MATCH_DELIMITER || *ret_match == MATCH_CLOSE)
            return p;
        if (*ret_match == MATCH_DOUBTFUL)
            doubtful = 1;
    }
    *ret_match = doubtful ? MATCH_DOUBTFUL : NO_MATCH;
    return NULL;
}

/* A delimiter is looked for in so many bytes, however the line was cut into chunks. */
static int is_too_long(const smime__scan *scan, smime__view line)
{
    if (line.data[line.len - 1] == '\r') /* the beginning of its line end, perhaps */
        line.len--;
    return line.len > scan->longest + 4 + PADDING_MAX;
}

/* Whether more bytes could still make a delimiter of the line so far. */
static int may_match(const smime__scan *scan, smime__view line)
{
    if (line.len > 1 && line.data[1] != '-')
        return 0;
    if (line.len <= 2)
        return 1;
    if (is_too_long(scan, line))
        return 0;
    for (const smime__part *p = scan->part; p; p = p->parent) {
        size_t len, shorter;
        if (p->kind != SMIME__MULTIPART || p->closed)
            continue;
        len = strlen(p->boundary);
        shorter = line.len - 2 < len ? line.len - 2 : len;
        if (!memcmp(line.data + 2, p->boundary, shorter))
            return 1;
    }
    return 0;
}

/* One header line, or what of it is here. */
static smime_status header_line_byte_run(smime__scan *scan, const uint8_t *data, size_t len,
                                         size_t *ret_used);

static smime_status note_line_end(smime__scan *scan, int crlf, uint64_t offset)
{
    if (crlf)
        scan->crlf_seen = 1;
    else
        scan->lf_seen = 1;
    if (!scan->crlf_seen || !scan->lf_seen || scan->mixed_told)
        return SMIME_OK;
    scan->mixed_told = 1;
    return out_of_memory(scan, smime__defect_add(&scan->defects, "mixed-line-ends", offset));
}

/* The line was no delimiter: its bytes are content like any other. */
static smime_status reject_line(smime__scan *scan)
{
    smime__buf line = scan->line;
    smime_status status = SMIME_OK;
    size_t used = 0;

    memset(&scan->line, 0, sizeof scan->line);
    scan->line.secret = line.secret;
    scan->in_line = 0;
    scan->at_line_start = 0;
    if (scan->in_header) {
        while (used < line.len && status == SMIME_OK && scan->in_header) {
            size_t step = 0;
            status = header_line_byte_run(scan, line.data + used, line.len - used, &step);
            used += step;
        }
    }
    if (status == SMIME_OK && used < line.len) {
        size_t len = line.len - used;
        status = emit_held(scan);
        /* a line end at its end may belong to a delimiter that follows */
        if (line.data[line.len - 1] == '\n') {
            size_t end = len > 1 && line.data[line.len - 2] == '\r' ? 2 : 1;
            len -= end;
            memcpy(scan->held, line.data + line.len - end, end);
            scan->held_len = end;
            scan->at_line_start = 1;
            if (status == SMIME_OK)
                status = note_line_end(scan, end == 2, scan->position - 1);
        } else if (line.data[line.len - 1] == '\r') {
            len--;
            scan->held[0] = '\r';
            scan->held_len = 1;
        }
        if (status == SMIME_OK) {
            size_t held_len = scan->held_len;
            scan->held_len = 0;
            status = emit(scan, line.data + used, len);
            scan->held_len = held_len;
        }
    }
    smime__buf_free(&line);
    return status;
}

static smime_status take_delimiter(smime__scan *scan, smime__part *multipart, int match)
{
    uint64_t end = scan->position - scan->line.len - scan->held_len;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && scan->part != multipart)
        status = close_part(scan, end);
    if (status == SMIME_OK)
        status = emit_held(scan);
    if (status == SMIME_OK)
        status = emit(scan, scan->line.data, scan->line.len);
    scan->held_len = 0;
    smime__buf_clear(&scan->line);
    scan->in_line = 0;
    scan->at_line_start = 1;
    if (status < 0)
        return status;
    if (match == MATCH_CLOSE) {
        multipart->closed = 1;
        scan->boundaries--;
        return SMIME_OK;
    }
    return open_part(scan, scan->position);
}

static smime_status decide_line(smime__scan *scan)
{
    smime__view line = smime__buf_view(&scan->line);
    smime__part *multipart;
    int match;

    if (line.len && line.data[line.len - 1] == '\n')
        line.len--;
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    multipart = line.len >= 2 ? find_match(scan, line, &match) : NULL;
    if (multipart && is_too_long(scan, line))
        match = MATCH_DOUBTFUL;
    else if (multipart)
        return take_delimiter(scan, multipart, match);
    if (line.len >= 2 && match == MATCH_DOUBTFUL) {
        smime_status status = smime__defect_add(&scan->defects, "boundary-doubtful",
                                                scan->position - scan->line.len);
        if (status < 0)
            return out_of_memory(scan, status);
    }
    return reject_line(scan);
}

/* Collects a line that may be a delimiter. */
static smime_status line_run(smime__scan *scan, const uint8_t *data, size_t len,
                             size_t *ret_used)
{
    const uint8_t *lf = memchr(data, '\n', len);
    size_t part = lf ? (size_t)(lf - data) + 1 : len;
    size_t most = scan->longest + 8 + PADDING_MAX;
    smime_status status;

    /* as much as can still matter; what is longer is rejected below */
    if (part > most - (scan->line.len < most ? scan->line.len : most) + 1) {
        part = most - (scan->line.len < most ? scan->line.len : most) + 1;
        lf = NULL;
    }
    status = smime__buf_add(&scan->line, data, part);
    if (status < 0)
        return out_of_memory(scan, status);
    *ret_used = part;
    scan->position += part;
    if (lf)
        return decide_line(scan);
    if (!may_match(scan, smime__buf_view(&scan->line))) {
        smime__view start = smime__buf_view(&scan->line);
        int match;
        find_match(scan, start, &match);
        if (match != NO_MATCH) {
            status = smime__defect_add(&scan->defects, "boundary-doubtful",
                                       scan->position - start.len);
            if (status < 0)
                return out_of_memory(scan, status);
        }
        return reject_line(scan);
    }
    return SMIME_OK;
}

static smime_status header_line_end(smime__scan *scan, size_t line_start);

static size_t last_line_start(const smime__buf *header)
{
    size_t at = header->len - 1; /* the LF that ends it */

    while (at > 0 && header->data[at - 1] != '\n')
        at--;
    return at;
}

static smime_status header_line_byte_run(smime__scan *scan, const uint8_t *data, size_t len,
                                         size_t *ret_used)
{
    const uint8_t *lf = memchr(data, '\n', len);
    size_t part = lf ? (size_t)(lf - data) + 1 : len;
    smime_status status;

    status = smime__limit_check(scan->limits, SMIME_LIMIT_HEADER_BYTES,
                                scan->header.len + part, scan->error);
    if (status == SMIME_OK)
        status = out_of_memory(scan, smime__buf_add(&scan->header, data, part));
    if (status < 0)
        return status;
    *ret_used = part;
    if (!lf) {
        scan->at_line_start = 0;
        return SMIME_OK;
    }
    scan->at_line_start = 1;
    return header_line_end(scan, last_line_start(&scan->header));
}

static int is_mbox_line(const smime__scan *scan, smime__view line)
{
    return !scan->part->parent && line.data == scan->header.data &&
           smime__header_is_mbox(line);
}

/* A complete line stands at the end of the header buffer. */
static smime_status header_line_end(smime__scan *scan, size_t line_start)
{
    smime__view line = smime__view_of(scan->header.data + line_start,
                                      scan->header.len - line_start);
    uint64_t offset = scan->part->offset + line_start;
    smime_status status = SMIME_OK;

    if (line.len == 1 || (line.len == 2 && line.data[0] == '\r'))
        return close_header(scan, scan->part->offset + scan->header.len);
    if (smime__ascii_is_blank(line.data[0])) {
        if (line_start == 0)
            status = smime__defect_add(&scan->defects, "leading-fold", offset);
        return out_of_memory(scan, status);
    }
    if (is_mbox_line(scan, line)) /* first: the time in it holds colons */
        return out_of_memory(scan, smime__defect_add(&scan->defects, "mbox-from", offset));
    if (line.data[0] != ':' && memchr(line.data, ':', line.len))
        return SMIME_OK;
    /* no field: the header ends before this line, which is the first of the body, and may be a
     * delimiter there */
    status = smime__defect_add(&scan->defects, "header-junk", offset);
    if (status == SMIME_OK)
        status = smime__buf_add_view(&scan->line, line);
    if (status < 0)
        return out_of_memory(scan, status);
    scan->header.len = line_start;
    scan->in_line = 1;
    status = close_header(scan, offset);
    return status == SMIME_OK ? decide_line(scan) : status;
}

static smime_status header_run(smime__scan *scan, const uint8_t *data, size_t len,
                               size_t *ret_used)
{
    const uint8_t *lf = memchr(data, '\n', len);
    size_t part = lf ? (size_t)(lf - data) + 1 : len;

    scan->position += part;
    return header_line_byte_run(scan, data, part, ret_used);
}

/* Content inside a multipart: as long a run as possible in one piece. */
static smime_status body_run(smime__scan *scan, const uint8_t *data, size_t len,
                             size_t *ret_used)
{
    const uint8_t *end = data + len;
    const uint8_t *at = data;
    const uint8_t *stop = end;   /* end of the run */
    const uint8_t *resume = end; /* where reading goes on */
    smime_status status;

    /* a CR was held and a LF follows: now it is a line end */
    if (scan->held_len == 1 && scan->held[0] == '\r' && data[0] == '\n') {
        scan->held[1] = '\n';
        scan->held_len = 2;
        scan->at_line_start = 1;
        scan->position++;
        *ret_used = 1;
        return note_line_end(scan, 1, scan->position - 1);
    }
    status = emit_held(scan);
    scan->at_line_start = 0;
    /* what is all CRLF and no delimiter need not be stopped at line by line */
    if (scan->crlf_seen && data[0] != '\n')
        at += smime__crlf_run(data, len, '-');
    while (status == SMIME_OK && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        int crlf = at > data && at[-1] == '\r';
        if (!(crlf ? scan->crlf_seen : scan->lf_seen))
            status = note_line_end(scan, crlf, scan->position + (uint64_t)(at - data));
        if (at + 1 == end || at[1] == '-') {
            stop = at - crlf;
            resume = at + 1;
            scan->at_line_start = 1;
            break;
        }
        at++;
    }
    if (status == SMIME_OK && !scan->at_line_start && end[-1] == '\r')
        stop = end - 1;
    if (status == SMIME_OK)
        status = emit(scan, data, (size_t)(stop - data));
    if (stop < resume) {
        memcpy(scan->held, stop, (size_t)(resume - stop));
        scan->held_len = (size_t)(resume - stop);
    }
    *ret_used = (size_t)(resume - data);
    scan->position += *ret_used;
    return status;
}

smime_status smime__scan_write(smime__scan *scan, const uint8_t *data, size_t len)
{
    smime_status status = SMIME_OK;

    while (len && status == SMIME_OK) {
        size_t used = 0;

        if (scan->in_line) {
            status = line_run(scan, data, len, &used);
        } else if (scan->at_line_start && scan->boundaries && data[0] == '-') {
            scan->in_line = 1;
            status = line_run(scan, data, len, &used);
        } else if (scan->in_header) {
            status = header_run(scan, data, len, &used);
        } else if (!scan->boundaries) {
            status = emit_held(scan);
            if (status == SMIME_OK)
                status = emit(scan, data, len);
            used = len;
            scan->position += len;
        } else {
            status = body_run(scan, data, len, &used);
        }
        data += used;
        len -= used;
    }
    return status;
}

smime_status smime__scan_finish(smime__scan *scan)
{
    smime_status status = SMIME_OK;

    if (scan->in_line)
        status = decide_line(scan);
    if (status == SMIME_OK && !scan->in_header)
        status = emit_held(scan);
    while (status == SMIME_OK && scan->part)
        status = close_part(scan, scan->position);
    return status;
}

smime_status smime__scan_new(const smime__scan_handler *handler, void *user, int opaque,
                             const smime__limits *limits, smime__error *error,
                             smime__scan **ret_scan)
{
    smime__scan *scan = calloc(1, sizeof *scan);
    smime_status status;

    if (!scan)
        return SMIME_E_NOMEM;
    scan->handler = handler;
    scan->user = user;
    scan->opaque = opaque;
    scan->limits = limits;
    scan->error = error;
    scan->header.secret = scan->line.secret = 1; /* may be decrypted content */
    status = open_part(scan, 0);
    if (status < 0) {
        smime__scan_free(scan);
        return status;
    }
    *ret_scan = scan;
    return SMIME_OK;
}

void smime__scan_free(smime__scan *scan)
{
    if (!scan)
        return;
    while (scan->part) {
        smime__part *part = scan->part;
        scan->part = part->parent;
        smime__part_clear(part);
        free(part);
    }
    smime__defects_free(&scan->defects);
    smime__buf_free(&scan->header);
    smime__buf_free(&scan->line);
    free(scan);
}

void smime__scan_set_opaque(smime__scan *scan)
{
    scan->opaque = 1;
}

smime__defects *smime__scan_defects(smime__scan *scan)
{
    return &scan->defects;
}

uint64_t smime__scan_position(const smime__scan *scan)
{
    return scan->position;
}
