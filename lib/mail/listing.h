/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The parts of one level's content, as a report tells them. */
#ifndef SMIME_MAIL_LISTING_H
#define SMIME_MAIL_LISTING_H

#include "mime/scan.h"

typedef struct smime__listed {
    char *path, *type;
    int errant; /* SMIME__LAYER_*; 0: not protected, or the level's own layer */
} smime__listed;

typedef struct smime__listing {
    smime__listed *list;
    size_t count, room;
    size_t plain; /* those that are not errant, of which not all are kept */
} smime__listing;

/* RFC 8551 3.10: "multipart/signed" with an S/MIME protocol; application/pkcs7-mime, or a file with a name
 * that says so. */
int smime__part_is_signed(const smime__part *part);
int smime__part_is_object(const smime__part *part, const smime__header *header);
/* "application/" and @p subtype, also with "x-" in front of it. */
int smime__part_is_pkcs7(const smime__part *part, const char *subtype);
/* The kind of layer that the part claims to be; 0 when it claims none. */
int smime__part_layer(const smime__part *part, const smime__header *header);

smime_status smime__listing_put(smime__listing *listing, const char *path, const char *type,
                                int errant);
smime_status smime__listing_add(smime__listing *listing, const smime__part *part, int errant);
void smime__listing_clear(smime__listing *listing);

#endif
