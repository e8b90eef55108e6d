/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The streaming MIME scanner: bytes in, events out, every byte in exactly one event. */
#ifndef SMIME_MIME_SCAN_H
#define SMIME_MIME_SCAN_H

#include "base/limits.h"
#include "mime/boundaries.h"
#include "mime/defect.h"
#include "mime/header.h"
#include "mime/params.h"
#include "mime/place.h"

enum { SMIME__LEAF, SMIME__MULTIPART, SMIME__MESSAGE };
enum {
    SMIME__ENC_IDENTITY, /* 7bit, 8bit, binary, absent */
    SMIME__ENC_BASE64,
    SMIME__ENC_QP,
    SMIME__ENC_UNKNOWN
};

/* An open entity. */
typedef struct smime__part {
    struct smime__part *parent;
    unsigned depth;  /* 1 for the root */
    smime__place place;
    unsigned children;
    int kind;
    int encoding;
    char encoding_name[24]; /* lower case */
    smime__params type;     /* value is "type/subtype" after all defaults */
    int type_given;         /* a readable Content-Type field was there */
    char *boundary;         /* of a multipart */
    smime__boundary open;   /* the same, while it is open */
    int closed;             /* the closing delimiter was seen */
    uint64_t offset;
    uint64_t body_offset;
    uint64_t length; /* known in `end` */
    void *user;      /* the handler's */
    /* In `body`, of the bytes that it is given; 0 where nothing was looked at. */
    int run_is_crlf;  /* every LF has its CR there */
    size_t run_plain; /* so many are plain lines, codec/lines.h, when they were asked for */
} smime__part;

typedef struct smime__scan_handler {
    /* The header is complete; both arguments are valid for the call, the part until `end`. For
     * an opaque child @p header is NULL. */
    smime_status (*begin)(void *user, smime__part *part, const smime__header *header);
    /* Raw bytes of the body of a leaf or of an opaque child (header included then). */
    smime_status (*body)(void *user, smime__part *part, const uint8_t *data, size_t len);
    /* Bytes of a multipart that belong to no child: preamble, delimiters, epilogue. */
    smime_status (*frame)(void *user, smime__part *part, const uint8_t *data, size_t len);
    smime_status (*end)(void *user, smime__part *part);
    /* A part that stays open because the scanner is freed early; may be NULL. */
    void (*drop)(void *user, smime__part *part);
} smime__scan_handler;

typedef struct smime__scan smime__scan;

/* @p opaque: the children of the root are not looked into; each is one run of body bytes. */
smime_status smime__scan_new(const smime__scan_handler *handler, void *user, int opaque,
                             const smime__limits *limits, smime__error *error,
                             smime__scan **ret_scan);
/* In `begin` of the root: the children are not looked into after all. */
void smime__scan_set_opaque(smime__scan *scan);
/* Bodies in multiparts are looked at for plain lines too, which costs little beside the rest. */
void smime__scan_seek_plain(smime__scan *scan);
void smime__scan_free(smime__scan *scan);
smime_status smime__scan_write(smime__scan *scan, const uint8_t *data, size_t len);
smime_status smime__scan_finish(smime__scan *scan);
smime__defects *smime__scan_defects(smime__scan *scan);
uint64_t smime__scan_position(const smime__scan *scan); /* bytes written so far */

/* What the scanner takes from a header; also used on a header alone. */
smime_status smime__part_read_header(smime__part *part, const smime__header *header,
                                     int digest_default, smime__defects *defects);
void smime__part_clear(smime__part *part);

#endif
