/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Entities opened and closed as the scanner meets them. */
#include "mime/scan_private.h"

#include <stdlib.h>
#include <string.h>

smime_status smime__scan_oom(smime__scan *scan, smime_status status)
{
    return status < 0 ? smime__fail(scan->error, status, "%s", smime_status_text(status)) : status;
}

smime_status smime__scan_emit(smime__scan *scan, const uint8_t *data, size_t len)
{
    smime__part *part = scan->part;

    if (!len)
        return SMIME_OK;
    if (part->kind == SMIME__LEAF)
        return scan->handler->body(scan->user, part, data, len);
    return scan->handler->frame(scan->user, part, data, len);
}

smime_status smime__scan_emit_held(smime__scan *scan)
{
    size_t len = scan->held_len;

    scan->held_len = 0;
    return smime__scan_emit(scan, scan->held, len);
}

smime_status smime__scan_open_part(smime__scan *scan, uint64_t offset)
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
    part = parent ? calloc(1, sizeof *part) : &scan->root; /* which is open once */
    if (!part)
        return smime__scan_oom(scan, SMIME_E_NOMEM);
    part->parent = parent;
    part->depth = depth;
    part->place.parent = parent ? &parent->place : NULL;
    part->place.number = parent ? ++parent->children : 1;
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

/* A multipart with the boundary of one around it has no parts of its own. */
static smime_status open_multipart(smime__scan *scan, smime__part *part)
{
    size_t len = strlen(part->boundary);

    if (smime__boundaries_has(&scan->boundaries, part->boundary)) {
        part->kind = SMIME__LEAF;
        return smime__defect_add(&scan->defects, "boundary-repeated", part->offset);
    }
    scan->unclosed++;
    if (len > scan->longest)
        scan->longest = len;
    return smime__boundaries_add(&scan->boundaries, &part->open, part->boundary);
}

/* The header block is complete; @p end is where the body begins. */
smime_status smime__scan_close_header(smime__scan *scan, uint64_t end)
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
    if (status == SMIME_OK && part->kind == SMIME__MULTIPART)
        status = open_multipart(scan, part);
    status = smime__scan_oom(scan, status);
    if (status == SMIME_OK)
        status = scan->handler->begin(scan->user, part, &header);
    smime__header_free(&header);
    if (status == SMIME_OK && part->kind == SMIME__MESSAGE && !(scan->opaque))
        status = smime__scan_open_part(scan, end);
    return status;
}

void smime__scan_free_part(smime__scan *scan, smime__part *part)
{
    smime__boundaries_remove(&scan->boundaries, &part->open);
    smime__part_clear(part);
    if (part != &scan->root)
        free(part);
}

/* A message of header fields alone ends well enough. A part of a multipart is none for some readers
 * then, and a last line that is no field is the body for others. */
static int is_cut(const smime__scan *scan)
{
    const smime__buf *header = &scan->header;
    size_t line = header->len;

    if (scan->part->parent && scan->part->parent->kind == SMIME__MULTIPART)
        return 1;
    while (line && header->data[line - 1] != '\n')
        line--;
    return line < header->len && header->data[line] != ' ' && header->data[line] != '\t' &&
           !memchr(header->data + line, ':', header->len - line);
}

/* Ends the innermost part; @p end is the offset behind its last byte. */
smime_status smime__scan_close_part(smime__scan *scan, uint64_t end)
{
    smime__part *part = scan->part;
    smime_status status = SMIME_OK;

    if (scan->in_header) {
        status = smime__defect_add(&scan->defects, is_cut(scan) ? "header-cut" : "header-unended",
                                   part->offset);
        if (status == SMIME_OK)
            status = smime__scan_close_header(scan, end);
        if (status < 0)
            return status;
        /* a message without a body got a child just now, which ends here too */
        while (status == SMIME_OK && scan->part != part)
            status = smime__scan_close_part(scan, end);
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
            scan->unclosed--;
    }
    if (status == SMIME_OK)
        status = scan->handler->end(scan->user, part);
    scan->part = part->parent;
    smime__scan_free_part(scan, part);
    return smime__scan_oom(scan, status);
}
