/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One object in its textual encoding, RFC 7468, as stages. */
#ifndef SMIME_CODEC_ARMOR_H
#define SMIME_CODEC_ARMOR_H

#include "base/stage.h"

/* Takes binary as it is, and text with a BEGIN line out of its base64. Whatever the label says:
 * what is inside is looked at anyway. Text in front of the BEGIN line is passed over when it is
 * text, and bytes behind the END line are ignored. */
smime_status smime__armor_reader_new(smime__stage *next, smime__stage **ret_stage);

/* @p label such as "CMS"; a constant. */
smime_status smime__armor_writer_new(const char *label, smime__stage *next,
                                     smime__stage **ret_stage);

#endif
