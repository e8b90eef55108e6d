/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The scout: reads an entity ahead and says which leaves would not survive transport as they are
 * (RFC 8551 3.1.2 and 3.1.3: not 7-bit, or "From " at the start of a line). */
#ifndef SMIME_MIME_TRANSPORT_H
#define SMIME_MIME_TRANSPORT_H

#include "mime/scan.h"

enum { SMIME__LEAF_CLEAN = 1, SMIME__LEAF_DIRTY = 2, SMIME__LEAF_KEEP = 3 };

typedef struct smime__scout smime__scout;

smime_status smime__scout_new(const smime__limits *limits, smime__error *error,
                              smime__scout **ret_scout);
/* Before the first byte: whether the relays carry 8 bits; blanks at the end of lines count too. */
void smime__scout_carry(smime__scout *scout, int allow_8bit);
void smime__scout_free(smime__scout *scout);
smime_status smime__scout_write(smime__scout *scout, const uint8_t *data, size_t len);
smime_status smime__scout_finish(smime__scout *scout);
/* How many bytes from the start may be read by whoever asks for verdicts: every leaf whose header
 * ends before is decided. */
uint64_t smime__scout_decided(const smime__scout *scout);
/* The verdict on leaf number @p index, in the order in which they come; 0 when undecided. KEEP is a
 * leaf below a signature or encryption of others, which must not be touched. */
int smime__scout_verdict(const smime__scout *scout, size_t index);
smime__defects *smime__scout_defects(smime__scout *scout);
/* What stands around the parts of a multipart, which no encoding can make safe, is not 7-bit. */
int smime__scout_frame_dirty(const smime__scout *scout);
int smime__scout_kept_dirty(const smime__scout *scout); /* a KEEP leaf is not 7-bit */

/* 1 when the part is, or stands below, something signed or encrypted. */
int smime__part_is_sealed(const smime__part *part);

#endif
