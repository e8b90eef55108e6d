/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Dates in header fields, RFC 5322 3.3 and 4.3, without any locale. */
#ifndef SMIME_MIME_DATE_H
#define SMIME_MIME_DATE_H

#include "base/buf.h"
#include "base/civil.h"

/* 1 and the moment in seconds since 1970 UTC, or 0 when @p text (unfolded) is no date. */
int smime__date_parse(smime__view text, int64_t *ret_seconds);

#define SMIME__DATE_SIZE 40
/* "Sun, 22 Nov 2026 17:00:00 +0000" */
void smime__date_format(char to[SMIME__DATE_SIZE], int64_t seconds);

#endif
