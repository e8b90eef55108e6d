/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/defect.h"

#include <stdlib.h>
#include <string.h>

/* Structural: two documented readings of these bytes give a different part tree, type, decoded
 * bytes or From. */
static const smime__defect known[] = {
    { "bare-cr", SMIME_DEFECT_STRUCTURAL, 0, "a header holds a CR that no LF follows" },
    { "bare-cr-body", SMIME_DEFECT_STRUCTURAL, 0,
      "a body holds a CR that no LF follows, and what may be a delimiter behind it" },
    { "bad-base64", SMIME_DEFECT_RECOVERABLE, 0, "a base64 body holds other characters" },
    { "base64-cut", SMIME_DEFECT_STRUCTURAL, 0, "a base64 body ends within a group" },
    { "base64-after-end", SMIME_DEFECT_STRUCTURAL, 0, "a base64 body goes on behind its padding" },
    { "bad-quoted-printable", SMIME_DEFECT_STRUCTURAL, 0,
      "a quoted-printable body holds a broken escape" },
    { "qp-blanks", SMIME_DEFECT_STRUCTURAL, 0,
      "lines of a quoted-printable body end with blanks, which are taken off" },
    { "qp-8bit", SMIME_DEFECT_RECOVERABLE, 0, "a quoted-printable body holds 8-bit bytes" },
    { "boundary-missing", SMIME_DEFECT_STRUCTURAL, 0, "a multipart has no boundary parameter" },
    { "boundary-syntax", SMIME_DEFECT_STRUCTURAL, 0,
      "a boundary is written so that readers take different ones" },
    { "boundary-doubtful", SMIME_DEFECT_STRUCTURAL, 0,
      "a line begins with the boundary and goes on with something else" },
    { "boundary-repeated", SMIME_DEFECT_STRUCTURAL, 0,
      "a nested multipart has the boundary of one around it" },
    { "comment-in-structure", SMIME_DEFECT_STRUCTURAL, 0,
      "a header field that decides the structure holds a comment" },
    { "duplicate-field", SMIME_DEFECT_STRUCTURAL, 0,
      "a header field that may stand once stands twice" },
    { "duplicate-parameter", SMIME_DEFECT_STRUCTURAL, 0, "a parameter is given twice" },
    { "encoded-composite", SMIME_DEFECT_STRUCTURAL, 0,
      "a multipart or message has a transfer encoding of its own" },
    { "field-name", SMIME_DEFECT_STRUCTURAL, 0,
      "a header field has a name that none can have: some readers end the header there" },
    { "header-8bit", SMIME_DEFECT_RECOVERABLE, 0, "a header holds bytes that are not UTF-8" },
    { "header-junk", SMIME_DEFECT_STRUCTURAL, 0,
      "a header line is no header field: the body begins with it" },
    { "header-cut", SMIME_DEFECT_STRUCTURAL, 0, "a part ends within its header" },
    { "header-unended", SMIME_DEFECT_RECOVERABLE, 0, "the header is not ended by an empty line" },
    { "blank-before-colon", SMIME_DEFECT_STRUCTURAL, 0,
      "there is white space between the name of a header field and its colon" },
    { "leading-fold", SMIME_DEFECT_STRUCTURAL, 0, "a header begins with a continuation line" },
    { "mbox-from", SMIME_DEFECT_COSMETIC, 0, "the message begins with a mailbox separator line" },
    { "mixed-line-ends", SMIME_DEFECT_RECOVERABLE, 0, "lines end with LF and with CRLF" },
    { "nul-in-header", SMIME_DEFECT_STRUCTURAL, 0, "a header holds a NUL" },
    { "part-unclosed", SMIME_DEFECT_STRUCTURAL, 0, "a multipart lacks its closing delimiter" },
    { "multipart-empty", SMIME_DEFECT_RECOVERABLE, 0, "a multipart holds no part" },
    { "type-syntax", SMIME_DEFECT_STRUCTURAL, 0, "a Content-Type cannot be read" },
    { "encoding-syntax", SMIME_DEFECT_STRUCTURAL, 0,
      "a Content-Transfer-Encoding is folded, ends with a blank, or has a parameter" },
    { "encoding-unknown", SMIME_DEFECT_STRUCTURAL, 0,
      "a Content-Transfer-Encoding is not known" },
};

smime_status smime__defect_add(smime__defects *defects, const char *code, uint64_t offset)
{
    const smime__defect *row = known;
    smime_status status;

    while (row < known + sizeof known / sizeof known[0] - 1 && strcmp(row->code, code) != 0)
        row++;
    if (row->kind == SMIME_DEFECT_STRUCTURAL)
        defects->structural = 1;
    if (defects->count >= SMIME__DEFECTS_MAX)
        return SMIME_OK;
    status = smime__grow((void **)&defects->list, defects->count, &defects->room,
                         sizeof *defects->list);
    if (status < 0)
        return status;
    defects->list[defects->count] = *row;
    defects->list[defects->count++].offset = offset;
    return SMIME_OK;
}

void smime__defects_free(smime__defects *defects)
{
    free(defects->list);
    defects->list = NULL;
    defects->count = defects->room = 0;
}
