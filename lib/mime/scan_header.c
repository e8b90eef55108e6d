/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header lines, collected until the empty one. */
#include "mime/scan_private.h"

#include "base/ascii.h"

#include <string.h>

static smime_status header_line_end(smime__scan *scan, size_t line_start);

static size_t last_line_start(const smime__buf *header)
{
    size_t at = header->len - 1; /* the LF that ends it */

    while (at > 0 && header->data[at - 1] != '\n')
        at--;
    return at;
}

smime_status smime__scan_header_bytes(smime__scan *scan, const uint8_t *data, size_t len,
                                      size_t *ret_used)
{
    const uint8_t *lf = memchr(data, '\n', len);
    size_t part = lf ? (size_t)(lf - data) + 1 : len;
    smime_status status;

    status = smime__limit_check(scan->limits, SMIME_LIMIT_HEADER_BYTES,
                                scan->header.len + part, scan->error);
    if (status == SMIME_OK)
        status = smime__scan_oom(scan, smime__buf_add(&scan->header, data, part));
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
        return smime__scan_close_header(scan, scan->part->offset + scan->header.len);
    if (smime__ascii_is_blank(line.data[0])) {
        if (line_start == 0)
            status = smime__defect_add(&scan->defects, "leading-fold", offset);
        return smime__scan_oom(scan, status);
    }
    if (is_mbox_line(scan, line)) /* first: the time in it holds colons */
        return smime__scan_oom(scan, smime__defect_add(&scan->defects, "mbox-from", offset));
    if (line.data[0] != ':' && memchr(line.data, ':', line.len))
        return SMIME_OK;
    /* no field: the header ends before this line, which is the first of the body, and may be a
     * delimiter there */
    status = smime__defect_add(&scan->defects, "header-junk", offset);
    if (status == SMIME_OK)
        status = smime__buf_add_view(&scan->line, line);
    if (status < 0)
        return smime__scan_oom(scan, status);
    scan->header.len = line_start;
    scan->in_line = 1;
    status = smime__scan_close_header(scan, offset);
    return status == SMIME_OK ? smime__scan_decide_line(scan) : status;
}

smime_status smime__scan_header_run(smime__scan *scan, const uint8_t *data, size_t len,
                                    size_t *ret_used)
{
    const uint8_t *lf = memchr(data, '\n', len);
    size_t part = lf ? (size_t)(lf - data) + 1 : len;

    scan->position += part;
    return smime__scan_header_bytes(scan, data, part, ret_used);
}
