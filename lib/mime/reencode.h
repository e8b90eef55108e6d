/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A leaf whose transfer encoding changes: decoder, canonical line ends, encoder. */
#ifndef SMIME_MIME_REENCODE_H
#define SMIME_MIME_REENCODE_H

#include "base/stage.h"
#include "mime/legacy_display.h"

typedef struct smime__reencoder {
    smime__stage *in; /* the body as it stands; NULL while none is open */
    smime__stage *decoder, *inserter, *canonical, *encoder;
    smime__stage out; /* passes on, and does not end with the leaf */
    int lf;           /* line ends come out as LF */
} smime__reencoder;

/* Text becomes quoted-printable, everything else base64. */
const char *smime__reencoded_name(const smime__part *part);
/* @p lf: the message around it has LF. @p element: put into the text on the way, in @p form of
 * SMIME__LEGACY_*; mostly nothing. */
smime_status smime__reencoder_open(smime__reencoder *reencoder, const smime__part *part, int lf,
                                   int form, smime__view element, smime__stage *next);
/* The body is complete. */
smime_status smime__reencoder_finish(smime__reencoder *reencoder);
void smime__reencoder_close(smime__reencoder *reencoder);

#endif
