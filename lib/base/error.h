/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The error that a handle keeps: code, sentence, offset. */
#ifndef SMIME_BASE_ERROR_H
#define SMIME_BASE_ERROR_H

#include <smime/status.h>
#include <stdarg.h>

#define SMIME__NO_OFFSET UINT64_MAX

typedef struct smime__error {
    smime_status status;
    uint64_t offset; /* SMIME__NO_OFFSET where no place applies */
    char text[240];
} smime__error;

/* Records the first failure and returns its status. Later failures of the same handle are
 * consequences and keep the first text. @p error may be NULL. */
smime_status smime__fail(smime__error *error, smime_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

/* The same with a place: @p offset counts bytes of the input that the handle reads. */
smime_status smime__fail_at(smime__error *error, uint64_t offset, smime_status status,
                            const char *format, ...) __attribute__((format(printf, 4, 5)));

void smime__error_clear(smime__error *error);

/* The sentence for people: the recorded one, else the general text of the status. */
const char *smime__error_sentence(const smime__error *error);

#endif
