/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which damage that mail meets on its way would explain that a digest does not fit. Nothing is accepted
 * for that: it is told to people who look for the cause. */
#ifndef SMIME_MAIL_DOCTOR_H
#define SMIME_MAIL_DOCTOR_H

#include "base/limits.h"
#include "crypto/digest.h"

/* @p content: the first part of a multipart/signed as it stands. *ret_code is NULL when nothing that is
 * known explains it; else a code of the report, with a sentence in @p text when that is not empty. */
smime_status smime__doctor(smime__view content, smime__hash hash, smime__view digest,
                           const smime__limits *limits, const char **ret_code, smime__buf *text);

/* What a sick message was before: each adds to @p to what @p sick may have been, or nothing when that cure
 * does not apply. Of content with canonical line ends. */
smime_status smime__cure_encodings(smime__view sick, int variant, const smime__limits *limits,
                                   smime__buf *to);
smime_status smime__cure_charset(smime__view sick, int variant, const smime__limits *limits,
                                 smime__buf *to);
smime_status smime__cure_header(smime__view sick, int variant, const smime__limits *limits,
                                smime__buf *to);

#endif
