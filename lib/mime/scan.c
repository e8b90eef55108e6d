/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The loop of the scanner: which kind of bytes comes next. */
#include "mime/scan_private.h"

#include "codec/lines.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_USUAL 1024 /* bytes of memory for headers, at first */

smime_status smime__scan_note_line_end(smime__scan *scan, int crlf, uint64_t offset)
{
    if (crlf)
        scan->crlf_seen = 1;
    else
        scan->lf_seen = 1;
    if (!scan->crlf_seen || !scan->lf_seen || scan->mixed_told)
        return SMIME_OK;
    scan->mixed_told = 1;
    return smime__scan_oom(scan, smime__defect_add(&scan->defects, "mixed-line-ends", offset));
}

/* What is all CRLF and no delimiter need not be stopped at line by line. */
static size_t pass_lines(smime__scan *scan, const uint8_t *data, size_t len)
{
    size_t plain = 0;

    if (!scan->crlf_seen || data[0] == '\n')
        return 0;
    if (scan->seek_plain)
        plain = scan->part->run_plain = smime__lines_plain(data, len, '-', 0);
    return plain + smime__lines_canonical(data + plain, len - plain, '-');
}

static void note_bare_cr(smime__scan *scan, uint64_t offset)
{
    if (!scan->bare_cr)
        scan->bare_cr_at = offset;
    scan->bare_cr = 1;
}

void smime__scan_seek_bare_cr(smime__scan *scan, const uint8_t *data, size_t len,
                              uint64_t offset)
{
    const uint8_t *at = data, *end = data + len;

    while (!scan->bare_cr && end - at > 1 &&
           (at = memchr(at, '\r', (size_t)(end - at - 1))) != NULL) {
        if (at[1] == '-')
            note_bare_cr(scan, offset + (uint64_t)(at - data));
        at++;
    }
}

/* Bytes of the body, with what is known of them. */
static smime_status emit_run(smime__scan *scan, const uint8_t *data, size_t len, int is_crlf)
{
    smime__part *part = scan->part;
    smime_status status;

    part->run_is_crlf = is_crlf;
    status = smime__scan_emit(scan, data, len);
    part->run_is_crlf = 0;
    part->run_plain = 0;
    return status;
}

static smime_status body_run(smime__scan *scan, const uint8_t *data, size_t len,
                             size_t *ret_used)
{
    const uint8_t *end = data + len;
    const uint8_t *at = data;
    const uint8_t *stop = end;   /* end of the run */
    const uint8_t *resume = end; /* where reading goes on */
    int all_crlf = 1;
    size_t passed; /* bytes among which no CR is alone */
    smime_status status;

    /* a CR was held and a LF follows: now it is a line end */
    if (scan->held_len == 1 && scan->held[0] == '\r' && data[0] == '\n') {
        scan->held[1] = '\n';
        scan->held_len = 2;
        scan->at_line_start = 1;
        scan->position++;
        *ret_used = 1;
        return smime__scan_note_line_end(scan, 1, scan->position - 1);
    }
    if (scan->held_len == 1 && scan->held[0] == '\r' && data[0] == '-')
        note_bare_cr(scan, scan->position - 1);
    status = smime__scan_emit_held(scan);
    scan->at_line_start = 0;
    at += pass_lines(scan, data, len);
    passed = (size_t)(at - data);
    passed -= passed > 0; /* its last byte may be one */
    while (status == SMIME_OK && (at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        int crlf = at > data && at[-1] == '\r';
        if (!(crlf ? scan->crlf_seen : scan->lf_seen))
            status = smime__scan_note_line_end(scan, crlf, scan->position + (uint64_t)(at - data));
        if (at + 1 == end || at[1] == '-') {
            stop = at - crlf;
            resume = at + 1;
            scan->at_line_start = 1;
            break;
        }
        all_crlf &= crlf;
        at++;
    }
    smime__scan_seek_bare_cr(scan, data + passed, (size_t)(resume - data) - passed,
                             scan->position + passed);
    if (status == SMIME_OK && !scan->at_line_start && end[-1] == '\r')
        stop = end - 1;
    if (status == SMIME_OK)
        status = emit_run(scan, data, (size_t)(stop - data), all_crlf);
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
            status = smime__scan_line_run(scan, data, len, &used);
        } else if (scan->at_line_start && scan->unclosed && data[0] == '-') {
            scan->in_line = 1;
            status = smime__scan_line_run(scan, data, len, &used);
        } else if (scan->in_header) {
            status = smime__scan_header_run(scan, data, len, &used);
        } else if (!scan->unclosed) {
            status = smime__scan_emit_held(scan);
            if (status == SMIME_OK)
                status = smime__scan_emit(scan, data, len);
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
        status = smime__scan_decide_line(scan);
    if (status == SMIME_OK && !scan->in_header)
        status = smime__scan_emit_held(scan);
    while (status == SMIME_OK && scan->part)
        status = smime__scan_close_part(scan, scan->position);
    if (status == SMIME_OK && scan->bare_cr)
        status = smime__scan_oom(scan, smime__defect_add(&scan->defects, "bare-cr-body",
                                                         scan->bare_cr_at));
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
    status = smime__buf_reserve(&scan->header, HEADER_USUAL);
    if (status == SMIME_OK)
        status = smime__scan_open_part(scan, 0);
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
        if (scan->handler->drop)
            scan->handler->drop(scan->user, part);
        smime__scan_free_part(scan, part);
    }
    smime__boundaries_free(&scan->boundaries);
    smime__defects_free(&scan->defects);
    smime__buf_free(&scan->header);
    smime__buf_free(&scan->line);
    free(scan);
}

void smime__scan_set_opaque(smime__scan *scan)
{
    scan->opaque = 1;
}

void smime__scan_seek_plain(smime__scan *scan)
{
    scan->seek_plain = 1;
}

smime__defects *smime__scan_defects(smime__scan *scan)
{
    return &scan->defects;
}

uint64_t smime__scan_position(const smime__scan *scan)
{
    return scan->position;
}
