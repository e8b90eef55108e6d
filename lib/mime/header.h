/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header fields, RFC 5322 2.2: found where they stand, unfolded on request. */
#ifndef SMIME_MIME_HEADER_H
#define SMIME_MIME_HEADER_H

#include "mime/defect.h"

typedef struct smime__field {
    smime__view raw;   /* the whole field with its line ends */
    smime__view name;  /* without blanks before the colon */
    smime__view value; /* behind the colon, folded, without the last line end */
    uint64_t offset;   /* of raw, in the input */
} smime__field;

typedef struct smime__header {
    smime__view raw;  /* the fields and the empty line that ends them, if it is there */
    uint64_t offset;  /* of raw, in the input */
    smime__field *fields; /* `few` while they fit */
    size_t count;
    smime__field few[16];
} smime__header;

/* Reads the fields of a header block. The views point into @p raw, which must stay; the header stays
 * where it is. */
smime_status smime__header_parse(smime__header *header, smime__view raw, uint64_t offset,
                                 smime__defects *defects);
void smime__header_free(smime__header *header);

/* The separator line of a mailbox file: "From " that begins no field of this name. */
int smime__header_is_mbox(smime__view line);

/* The first field of that name, or NULL; *ret_more is 1 when there is another. */
const smime__field *smime__header_find(const smime__header *header, const char *name,
                                       int *ret_more);

/* The value with its line ends taken out and blanks at both ends dropped. */
smime_status smime__field_unfold(smime__buf *to, smime__view value);

/* The same as a view: of where it stands if nothing is folded, else of @p room, which is cleared. */
smime_status smime__field_text(smime__buf *room, smime__view value, smime__view *ret_text);

/* Adds @p text as one quoted string, RFC 5322 3.2.4. */
smime_status smime__quote(smime__buf *to, smime__view text);

/* Whether the field says how the body is to be read: Content-*, MIME-Version. */
int smime__field_is_structural(const smime__field *field);

#endif
