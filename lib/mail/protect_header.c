/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header protection of a message on its way out, RFC 9788 3 and 5.2: the fields go inside, and what
 * stands outside of encryption is what the policy lets stand there. */
#include "mail/protect.h"

#include "base/ascii.h"
#include "mime/address.h"
#include "mime/date.h"
#include "mime/fold.h"
#include "mime/hazards.h"

#include <string.h>

static int is_one_of(smime__view name, const char *a, const char *b, const char *c)
{
    return smime__view_is(name, a) || smime__view_is(name, b) || smime__view_is(name, c);
}

/* RFC 9788 3.2.2: addresses without the names of people. */
static smime_status put_addresses(smime__fold *fold, smime__view text, int *ret_put)
{
    smime__mailboxes boxes = { 0 };
    smime_status status = smime__mailboxes_parse(&boxes, text);

    *ret_put = status == SMIME_OK && boxes.count && !boxes.bad && !boxes.group_count;
    for (size_t i = 0; i < boxes.count && *ret_put && status == SMIME_OK; i++) {
        if (i)
            status = smime__fold_join(fold, ",");
        if (status == SMIME_OK)
            status = smime__fold_mailbox(fold, smime__view_of(NULL, 0),
                                         smime__view_text(boxes.list[i].address));
    }
    smime__mailboxes_free(&boxes);
    return status;
}

static smime_status put_date(smime__fold *fold, smime__view text, int *ret_put)
{
    char date[SMIME__DATE_SIZE];
    int64_t moment;

    *ret_put = smime__date_parse(text, &moment);
    if (!*ret_put)
        return SMIME_OK;
    smime__date_format(date, moment);
    return smime__fold_raw(fold, smime__view_text(date));
}

/* What stands outside in place of a value: nothing is put where it stays. */
static smime_status put_hidden(int32_t policy, smime__fold *fold, smime__view name,
                               smime__view text, int *ret_put)
{
    *ret_put = 0;
    if (smime__view_is(name, "Subject")) {
        *ret_put = 1;
        return smime__fold_raw(fold, smime__view_text("[...]"));
    }
    if (policy != SMIME_HEADERS_SHY)
        return SMIME_OK;
    if (is_one_of(name, "From", "To", "Cc"))
        return put_addresses(fold, text, ret_put);
    return smime__view_is(name, "Date") ? put_date(fold, text, ret_put) : SMIME_OK;
}

int smime__protect_hides(const smime_protect *job)
{
    return job->recipient_count && (job->headers == SMIME_HEADERS_BASELINE ||
                                    job->headers == SMIME_HEADERS_SHY);
}

smime_status smime__protect_outer_value(const smime_protect *job, const smime__field *field,
                                        smime__buf *to, int *ret_there)
{
    smime__buf room = { 0 };
    smime__fold fold = { to, "\r\n", field->name.len + 1, field->name.len + 1, 0 };
    smime__view text;
    int put = 0;
    smime_status status;

    *ret_there = 1;
    smime__buf_clear(to);
    if (smime__protect_hides(job)) {
        *ret_there = !smime__view_is(field->name, "Comments") &&
                     !smime__view_is(field->name, "Keywords");
        status = smime__field_text(&room, field->value, &text);
        if (status == SMIME_OK && *ret_there)
            status = put_hidden(job->headers, &fold, field->name, text, &put);
        smime__buf_free(&room);
        if (status < 0 || put || !*ret_there)
            return status;
        smime__buf_clear(to);
    }
    return smime__buf_add_view(to, field->value);
}

smime_status smime__protect_check_header(smime_protect *job, const smime__part *part,
                                         const smime__header *header)
{
    if (smime__has_8bit(header->raw))
        return smime__fail(&job->job.error, SMIME_E_MIME_ENCODING,
                           "a header with bytes over 127 cannot be protected");
    if (smime__params_get(&part->type, "hp"))
        return smime__fail(&job->job.error, SMIME_E_MIME_SYNTAX,
                           "the message says already that its header is protected");
    return SMIME_OK;
}

smime_status smime_protect_set_headers(smime_protect *job, int32_t headers)
{
    smime_status status;

    if (!job || headers < SMIME_HEADERS_OUTSIDE || headers > SMIME_HEADERS_SHY)
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&job->job);
    if (status == SMIME_OK)
        job->headers = headers;
    return status;
}
