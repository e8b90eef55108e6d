/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The message on its way inside: header fields sorted into outer and inner, leaves made safe. */
#include "mail/protect.h"

#include "base/ascii.h"
#include "codec/crlf.h"
#include "mime/date.h"

#include <string.h>

static smime_status put(smime__stage *to, const char *text)
{
    return smime__stage_write(to, (const uint8_t *)text, strlen(text));
}

static smime_status put_view(smime__stage *to, smime__view view)
{
    return smime__stage_write(to, view.data, view.len);
}

/* A header field as it stands, with CRLF; one that the end of input cut off gets its line end. */
static smime_status put_field(smime__stage *to, smime__view raw)
{
    smime_status status = SMIME_OK;
    size_t start = 0;

    for (size_t i = 0; i < raw.len && status == SMIME_OK; i++) {
        if (raw.data[i] != '\n')
            continue;
        size_t end = i > start && raw.data[i - 1] == '\r' ? i - 1 : i;
        status = smime__stage_write(to, raw.data + start, end - start);
        if (status == SMIME_OK)
            status = put(to, "\r\n");
        start = i + 1;
    }
    if (status == SMIME_OK && start < raw.len) {
        status = smime__stage_write(to, raw.data + start, raw.len - start);
        if (status == SMIME_OK)
            status = put(to, "\r\n");
    }
    return status;
}

static int date_of(const smime__header *header, int64_t *ret_date)
{
    const smime__field *field = smime__header_find(header, "Date", NULL);
    smime__buf text = { 0 };
    int good = field && smime__field_unfold(&text, field->value) == SMIME_OK &&
               smime__date_parse(smime__buf_view(&text), ret_date);

    smime__buf_free(&text);
    return good;
}

/* The signing time is what Date says when that is near the clock: readers compare them. */
static smime_status choose_time(smime_protect *job, const smime__header *header)
{
    int64_t now = job->job.settings.time, date = 0;

    job->signed_spec.signing_time = now;
    if (!job->signer_count || !smime__header_find(header, "Date", NULL))
        return SMIME_OK;
    if (!date_of(header, &date))
        return smime__protect_note(job, "The Date of the message cannot be read: the signing time is "
                                        "the clock's.");
    if (date - now <= 3600 && now - date <= 3600) {
        job->signed_spec.signing_time = date;
        return SMIME_OK;
    }
    return smime__protect_note(job, "The Date of the message is more than an hour from the clock: "
                                    "the signing time is the clock's.");
}

/* A field as it stands outside, with @p before in front of it. */
static smime_status put_outer_field(smime_protect *job, const smime__field *field,
                                    const char *before, smime__stage *to)
{
    smime__buf value = { 0 };
    int there;
    smime_status status;

    if (!*before && !smime__protect_hides(job))
        return put_field(to, field->raw);
    status = smime__protect_outer_value(job, field, &value, &there);
    if (status == SMIME_OK && there) {
        status = put(to, before);
        if (status == SMIME_OK)
            status = put_view(to, field->name);
        if (status == SMIME_OK)
            status = put(to, value.len && smime__ascii_is_blank(value.data[0]) ? ":" : ": ");
        if (status == SMIME_OK)
            status = put_field(to, smime__buf_view(&value));
        if (status == SMIME_OK && !value.len)
            status = put(to, "\r\n");
    }
    smime__buf_free(&value);
    return status;
}

static smime_status put_missing_date(smime_protect *job, const smime__header *header,
                                     const char *before, smime__stage *to)
{
    char date[SMIME__DATE_SIZE];
    smime_status status;

    if (smime__header_find(header, "Date", NULL))
        return SMIME_OK;
    smime__date_format(date, job->job.settings.time);
    status = put(to, before);
    if (status == SMIME_OK)
        status = put(to, "Date: ");
    if (status == SMIME_OK)
        status = put(to, date);
    return status == SMIME_OK ? put(to, "\r\n") : status;
}

/* What does not describe the content stays outside. */
static smime_status put_outer(smime_protect *job, const smime__header *header)
{
    smime__stage *to = &job->job.tail;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++)
        if (!smime__field_is_structural(&header->fields[i]))
            status = put_outer_field(job, &header->fields[i], "", to);
    if (status == SMIME_OK)
        status = put_missing_date(job, header, "", to);
    return status == SMIME_OK ? put(to, "MIME-Version: 1.0\r\n") : status;
}

static int is_protected(const smime_protect *job)
{
    return job->headers != SMIME_HEADERS_OUTSIDE;
}

/* RFC 9788 5.2.1: the fields inside, and under encryption a record of those outside. */
static smime_status put_protected(smime_protect *job, const smime__header *header)
{
    smime__stage *to = job->canonical;
    smime_status status = put_missing_date(job, header, "", to);

    for (size_t i = 0; i < header->count && status == SMIME_OK && job->recipient_count; i++)
        if (!smime__field_is_structural(&header->fields[i]))
            status = put_outer_field(job, &header->fields[i], "HP-Outer: ", to);
    if (status == SMIME_OK && job->recipient_count)
        status = put_missing_date(job, header, "HP-Outer: ", to);
    return status;
}

/* Content-Type with the mark; @p raw ends with a line end, or with the input. */
static smime_status put_marked_type(smime_protect *job, smime__view raw)
{
    smime__stage *to = job->canonical;
    smime_status status;

    while (raw.len && strchr("\r\n \t;", raw.data[raw.len - 1]))
        raw.len--;
    status = put_view(to, raw);
    return status == SMIME_OK ? put(to, job->recipient_count ? ";\r\n hp=\"cipher\"\r\n"
                                                             : ";\r\n hp=\"clear\"\r\n")
                              : status;
}

static int is_encoding_field(const smime__field *field)
{
    return smime__view_is(field->name, "Content-Transfer-Encoding");
}

static smime_status put_default_type(smime_protect *job, int dirty)
{
    const char *type = dirty ? "Content-Type: text/plain; charset=utf-8"
                             : "Content-Type: text/plain; charset=us-ascii";

    if (is_protected(job))
        return put_marked_type(job, smime__view_text(type));
    return put_field(job->canonical, smime__view_text(type));
}

/* The header of an entity inside. @p encoding replaces its transfer encoding; NULL leaves it. */
static smime_status put_inner(smime_protect *job, const smime__part *part,
                              const smime__header *header, const char *encoding, int dirty)
{
    smime__stage *to = job->canonical;
    smime_status status = SMIME_OK;
    int root = part->parent == NULL;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        if (root && ((!is_protected(job) && !smime__field_is_structural(field)) ||
                     smime__view_is(field->name, "MIME-Version")))
            continue;
        if (encoding && is_encoding_field(field))
            continue;
        if (root && is_protected(job) && smime__view_is(field->name, "Content-Type")) {
            status = put_marked_type(job, field->raw);
            continue;
        }
        status = put_view(to, field->raw);
        if (status == SMIME_OK && field->raw.data[field->raw.len - 1] != '\n')
            status = put(to, "\r\n");
    }
    /* what RFC 2045 5.2 says for no type at all; said, because readers look for it */
    if (root && status == SMIME_OK && !smime__header_find(header, "Content-Type", NULL))
        status = put_default_type(job, dirty);
    if (root && status == SMIME_OK && is_protected(job))
        status = put_protected(job, header);
    if (status == SMIME_OK && encoding) {
        status = put(to, "Content-Transfer-Encoding: ");
        if (status == SMIME_OK)
            status = put(to, encoding);
        if (status == SMIME_OK)
            status = put(to, "\r\n");
    }
    return status == SMIME_OK ? put(to, "\r\n") : status;
}

static smime_status begin_leaf(smime_protect *job, const smime__part *part,
                               const smime__header *header)
{
    int verdict = job->scout ? smime__scout_verdict(job->scout, job->leaf) : SMIME__LEAF_KEEP;
    smime_status status;

    job->leaf++;
    job->transparent = verdict == SMIME__LEAF_KEEP && !strcmp(part->encoding_name, "binary");
    if (!verdict)
        return smime__fail(&job->job.error, SMIME_E_IO, "the input changed while it was read");
    if (verdict != SMIME__LEAF_DIRTY)
        return put_inner(job, part, header, NULL, 0);
    if (part->encoding == SMIME__ENC_UNKNOWN)
        return smime__fail(&job->job.error, SMIME_E_MIME_ENCODING,
                           "a body with an unknown transfer encoding cannot be made safe");
    status = put_inner(job, part, header, smime__reencoded_name(part), 1);
    return status == SMIME_OK ? smime__reencoder_open(&job->reencoder, part, 0, job->canonical)
                              : status;
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime_protect *job = user;
    const char *encoding = NULL;
    smime_status status = SMIME_OK;

    if (!part->parent) {
        job->body_offset = part->body_offset;
        status = is_protected(job) ? smime__protect_check_header(job, part, header) : SMIME_OK;
        if (status == SMIME_OK)
            status = choose_time(job, header);
        if (status == SMIME_OK)
            status = put_outer(job, header);
        if (status == SMIME_OK)
            status = smime__protect_build(job);
        if (status < 0)
            return status;
    }
    if (part->kind == SMIME__LEAF)
        return begin_leaf(job, part, header);
    /* everything inside is 7-bit when this job has made it so */
    if (job->scout && !smime__part_is_sealed(part) && strcmp(part->encoding_name, "7bit") != 0)
        encoding = "7bit";
    return put_inner(job, part, header, encoding, 0);
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime_protect *job = user;

    if (job->reencoder.in)
        return smime__stage_write(job->reencoder.in, data, len);
    if (part->run_is_crlf && !job->transparent)
        return smime__crlf_pass(job->canonical, data, len);
    return smime__stage_write(job->transparent ? job->chain : job->canonical, data, len);
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    (void)part;
    return smime__stage_write(((smime_protect *)user)->canonical, data, len);
}

static smime_status on_end(void *user, smime__part *part)
{
    smime_protect *job = user;
    smime_status status = smime__reencoder_finish(&job->reencoder);

    job->transparent = 0;
    if (status == SMIME_OK && !part->parent)
        status = smime__stage_finish(job->canonical);
    return status;
}

const smime__scan_handler smime__protect_rewrite = { on_begin, on_body, on_frame, on_end, NULL };
