/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A leaf whose transfer encoding changes: decoder, canonical line ends, encoder. */
#ifndef SMIME_MIME_REENCODE_H
#define SMIME_MIME_REENCODE_H

#include "base/stage.h"
#include "mime/scan.h"

typedef struct smime__reencoder {
    smime__stage *in; /* the body as it stands; NULL while none is open */
    smime__stage *decoder, *canonical, *encoder;
    smime__stage out; /* passes on, and does not end with the leaf */
    int lf;           /* line ends come out as LF */
} smime__reencoder;

/* Text becomes quoted-printable, everything else base64. */
const char *smime__reencoded_name(const smime__part *part);
/* @p lf: the message around it has LF. */
smime_status smime__reencoder_open(smime__reencoder *reencoder, const smime__part *part, int lf,
                                   smime__stage *next);
/* The body is complete. */
smime_status smime__reencoder_finish(smime__reencoder *reencoder);
void smime__reencoder_close(smime__reencoder *reencoder);

#endif
