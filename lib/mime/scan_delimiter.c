/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Delimiters, RFC 2046 5.1.1: lines that may be one are collected until they are decided. */
#include "mime/scan_private.h"

#include "base/ascii.h"

#include <string.h>

/* White space behind a delimiter that is still looked through. */
#define PADDING_MAX 1024

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
            status = smime__scan_header_bytes(scan, line.data + used, line.len - used, &step);
            used += step;
        }
    }
    if (status == SMIME_OK && used < line.len) {
        size_t len = line.len - used;
        smime__scan_seek_bare_cr(scan, line.data + used, len, scan->position - len);
        status = smime__scan_emit_held(scan);
        /* a line end at its end may belong to a delimiter that follows */
        if (line.data[line.len - 1] == '\n') {
            size_t end = len > 1 && line.data[line.len - 2] == '\r' ? 2 : 1;
            len -= end;
            memcpy(scan->held, line.data + line.len - end, end);
            scan->held_len = end;
            scan->at_line_start = 1;
            if (status == SMIME_OK)
                status = smime__scan_note_line_end(scan, end == 2, scan->position - 1);
        } else if (line.data[line.len - 1] == '\r') {
            len--;
            scan->held[0] = '\r';
            scan->held_len = 1;
        }
        if (status == SMIME_OK) {
            size_t held_len = scan->held_len;
            scan->held_len = 0;
            status = smime__scan_emit(scan, line.data + used, len);
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
        status = smime__scan_close_part(scan, end);
    if (status == SMIME_OK)
        status = smime__scan_emit_held(scan);
    if (status == SMIME_OK)
        status = smime__scan_emit(scan, scan->line.data, scan->line.len);
    scan->held_len = 0;
    smime__buf_clear(&scan->line);
    scan->in_line = 0;
    scan->at_line_start = 1;
    if (status < 0)
        return status;
    if (match == MATCH_CLOSE) {
        multipart->closed = 1;
        scan->unclosed--;
        return SMIME_OK;
    }
    return smime__scan_open_part(scan, scan->position);
}

smime_status smime__scan_decide_line(smime__scan *scan)
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
            return smime__scan_oom(scan, status);
    }
    return reject_line(scan);
}

/* Collects a line that may be a delimiter. */
smime_status smime__scan_line_run(smime__scan *scan, const uint8_t *data, size_t len,
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
        return smime__scan_oom(scan, status);
    *ret_used = part;
    scan->position += part;
    if (lf)
        return smime__scan_decide_line(scan);
    if (!may_match(scan, smime__buf_view(&scan->line))) {
        smime__view start = smime__buf_view(&scan->line);
        int match;
        find_match(scan, start, &match);
        if (match != NO_MATCH) {
            status = smime__defect_add(&scan->defects, "boundary-doubtful",
                                       scan->position - start.len);
            if (status < 0)
                return smime__scan_oom(scan, status);
        }
        return reject_line(scan);
    }
    return SMIME_OK;
}
