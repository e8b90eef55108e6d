/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* ZLIB streams, RFC 1950, as stages. Without zlib at build time both makers give
 * SMIME_E_UNSUPPORTED. */
#ifndef SMIME_CODEC_ZLIB_H
#define SMIME_CODEC_ZLIB_H

#include "base/limits.h"
#include "base/stage.h"

/* What the decoder returns when the stream is broken, ends early, or goes on behind its end. It never
 * leaves the library. */
#define SMIME__E_DEFLATE ((smime_status)-9002)

/* SMIME_LIMIT_RATIO bounds what comes out of each byte that came in at the outermost of a budget's
 * decompressions, once a mebibyte came out. @p budget and @p error are borrowed. */
smime_status smime__inflate_new(smime__budget *budget, smime__error *error, smime__stage *next,
                                smime__stage **ret_stage);
smime_status smime__deflate_new(smime__stage *next, smime__stage **ret_stage);

#endif
