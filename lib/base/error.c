/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/error.h"

#include <stdio.h>
#include <string.h>

__attribute__((format(printf, 4, 0))) static smime_status
record(smime__error *error, uint64_t offset, smime_status status, const char *format, va_list args)
{
    if (!error || error->status < 0)
        return status;
    error->status = status;
    error->offset = offset;
    vsnprintf(error->text, sizeof error->text, format, args);
    return status;
}

smime_status smime__fail(smime__error *error, smime_status status, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(error, SMIME__NO_OFFSET, status, format, args);
    va_end(args);
    return status;
}

smime_status smime__fail_at(smime__error *error, uint64_t offset, smime_status status,
                            const char *format, ...)
{
    va_list args;
    va_start(args, format);
    record(error, offset, status, format, args);
    va_end(args);
    return status;
}

void smime__error_clear(smime__error *error)
{
    memset(error, 0, sizeof *error);
    error->offset = SMIME__NO_OFFSET;
}

const char *smime__error_sentence(const smime__error *error)
{
    return error->text[0] ? error->text : smime_status_text(error->status);
}
