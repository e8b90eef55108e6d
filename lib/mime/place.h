/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Where an entity stands: "1.2.1" is the first child of the second child of the root. */
#ifndef SMIME_MIME_PLACE_H
#define SMIME_MIME_PLACE_H

typedef struct smime__place {
    const struct smime__place *parent; /* NULL for the root */
    unsigned number;                   /* among its siblings, from 1 */
} smime__place;

/* The path as text, for the caller to free; NULL without memory. It is as long as the place is
 * deep, so nobody makes one that was not asked for. */
char *smime__place_path(const smime__place *place);
/* 1 when @p path is that of the place. */
int smime__place_is(const smime__place *place, const char *path);

#endif
