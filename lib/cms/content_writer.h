/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The frame that all content types share: ContentInfo, the structure, and the content inside it,
 * whose length is not known beforehand. Data has no structure around its content.
 *
 * Content that fits one segment is written as DER; what is longer streams as BER with indefinite
 * lengths and a string of segments. */
#ifndef SMIME_CMS_CONTENT_WRITER_H
#define SMIME_CMS_CONTENT_WRITER_H

#include "asn1/der.h"
#include "base/stage.h"

typedef struct smime__content_writer {
    smime__stage stage;     /* takes the content; its finish is not used */
    smime__oid type;        /* of the ContentInfo */
    int bare;               /* without ContentInfo: the structure is the content of another one */
    smime__buf before;      /* elements before the EncapsulatedContentInfo */
    smime__buf inside;      /* elements before the content in it */
    int is_explicit;        /* content is [0] EXPLICIT OCTET STRING; else [0] IMPLICIT */
    int absent;             /* no content element at all (a detached signature) */
    int streaming;
    smime__buf held;
} smime__content_writer;

#define SMIME__SEGMENT 65536

void smime__content_writer_init(smime__content_writer *writer, smime__oid type, int is_explicit,
                                smime__stage *next);
void smime__content_writer_clear(smime__content_writer *writer);
/* The content is complete; @p trailer holds the elements behind the EncapsulatedContentInfo. */
smime_status smime__content_writer_end(smime__content_writer *writer, smime__view trailer);

#endif
