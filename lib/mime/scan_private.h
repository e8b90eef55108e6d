/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Shared by the files that make up the scanner: parts, delimiters, headers, and the loop. */
#ifndef SMIME_MIME_SCAN_PRIVATE_H
#define SMIME_MIME_SCAN_PRIVATE_H

#include "mime/scan.h"

/* The line end before a delimiter belongs to the delimiter (RFC 2046 5.1.1). So a line end is
 * held back until the next line is known to be no delimiter; nothing else is. */
struct smime__scan {
    const smime__scan_handler *handler;
    void *user;
    int opaque;
    const smime__limits *limits;
    smime__error *error;
    smime__part *part;    /* the innermost open one */
    smime__part root;     /* the outermost */
    smime__defects defects;
    smime__buf header;    /* of `part`, while in_header */
    int in_header;
    int at_line_start;    /* the next byte begins a line */
    uint8_t held[2];      /* line end, or a CR that may begin one */
    size_t held_len;
    smime__buf line;      /* a line that may be a delimiter, from its "-" on */
    int in_line;
    size_t unclosed;      /* multiparts that are open and wait for a delimiter */
    smime__boundaries boundaries; /* of all that are open */
    size_t longest;       /* boundary, of the open ones or those that were open */
    size_t parts;
    uint64_t position;
    int finished_root;    /* after the end of everything */
    int seek_plain;
    int lf_seen, crlf_seen, mixed_told;
    int bare_cr;           /* a CR alone with '-' behind it was in a body, told at the end */
    uint64_t bare_cr_at;   /* the first of them */
};

/* Records a lack of memory, or whatever else a status below zero says. */
smime_status smime__scan_oom(smime__scan *scan, smime_status status);

/* Bytes of the innermost part, to the handler; what was held back first. */
smime_status smime__scan_emit(smime__scan *scan, const uint8_t *data, size_t len);
smime_status smime__scan_emit_held(smime__scan *scan);
smime_status smime__scan_open_part(smime__scan *scan, uint64_t offset);
/* The header block is complete; @p end is where the body begins. */
smime_status smime__scan_close_header(smime__scan *scan, uint64_t end);
void smime__scan_free_part(smime__scan *scan, smime__part *part);
/* Ends the innermost part; @p end is the offset behind its last byte. */
smime_status smime__scan_close_part(smime__scan *scan, uint64_t end);

/* Collects a line that may be a delimiter, and decides when it is complete. */
smime_status smime__scan_line_run(smime__scan *scan, const uint8_t *data, size_t len,
                                  size_t *ret_used);
smime_status smime__scan_decide_line(smime__scan *scan);

/* Header bytes up to the end of a line; the first counts them as read, the second does not. */
smime_status smime__scan_header_run(smime__scan *scan, const uint8_t *data, size_t len,
                                    size_t *ret_used);
smime_status smime__scan_header_bytes(smime__scan *scan, const uint8_t *data, size_t len,
                                      size_t *ret_used);

/* Looks for a CR alone that ends a line for some readers, who may see a delimiter behind it. @p offset
 * is that of @p data. */
void smime__scan_seek_bare_cr(smime__scan *scan, const uint8_t *data, size_t len,
                              uint64_t offset);

/* Which line ends the bodies have. */
smime_status smime__scan_note_line_end(smime__scan *scan, int crlf, uint64_t offset);

#endif
