/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The message on its way inside: header fields sorted into outer and inner, leaves made safe. */
#include "mail/protect.h"

#include "base/ascii.h"
#include "codec/crlf.h"
#include "mime/date.h"
#include "mime/hazards.h"
#include "mime/params.h"

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

/* Field @p index as it stands outside, with @p before in front of it. */
static smime_status put_outer_field(smime_protect *job, const smime__header *header, size_t index,
                                    const char *before, smime__stage *to)
{
    const smime__field *field = &header->fields[index];
    const smime__outer_field *plan = &job->header.fields[index];
    smime__view value = plan->outer == SMIME_OUTER_OTHER ? smime__buf_view(&plan->value)
                                                         : field->value;
    smime_status status;

    if (smime__field_is_structural(field) || plan->dropped || plan->outer == SMIME_OUTER_ABSENT)
        return SMIME_OK;
    if (!*before && plan->outer == SMIME_OUTER_SAME)
        return put_field(to, field->raw);
    status = put(to, before);
    if (status == SMIME_OK)
        status = put_view(to, field->name);
    if (status == SMIME_OK)
        status = put(to, value.len && smime__ascii_is_blank(value.data[0]) ? ":" : ": ");
    if (status == SMIME_OK)
        status = put_field(to, value);
    return status == SMIME_OK && !value.len ? put(to, "\r\n") : status;
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
        status = put_outer_field(job, header, i, "", to);
    if (status == SMIME_OK)
        status = put_missing_date(job, header, "", to);
    return status == SMIME_OK ? put(to, "MIME-Version: 1.0\r\n") : status;
}

/* RFC 9788 5.2.1: the fields inside, and under encryption a record of those outside. */
static smime_status put_protected(smime_protect *job, const smime__header *header)
{
    smime__stage *to = job->canonical;
    smime_status status = put_missing_date(job, header, "", to);

    for (size_t i = 0; i < header->count && status == SMIME_OK && job->recipient_count; i++)
        status = put_outer_field(job, header, i, "HP-Outer: ", to);
    if (status == SMIME_OK && job->recipient_count)
        status = put_missing_date(job, header, "HP-Outer: ", to);
    return status;
}

/* How the header of an entity inside is written. */
typedef struct inner {
    const char *encoding; /* replaces its transfer encoding; NULL leaves it */
    int dirty;            /* its body is not 7-bit */
    int legacy;           /* something is put into it for old readers, */
    int utf8;             /* which makes US-ASCII UTF-8 */
} inner;

/* "us-ascii" in the parameter of a Content-Type; NULL where it is not written so. */
static const uint8_t *find_ascii(smime__view raw)
{
    int behind = 0;

    for (size_t i = 0; i + 8 <= raw.len; i++) {
        behind |= smime__view_is(smime__view_of(raw.data + i, 8), "charset=");
        if (behind && smime__view_is(smime__view_of(raw.data + i, 8), "us-ascii"))
            return raw.data + i;
    }
    return NULL;
}

/* The same text in another name's charset. */
static smime_status put_as_utf8(smime__stage *to, smime__view raw)
{
    const uint8_t *at = find_ascii(raw);
    smime_status status = smime__stage_write(to, raw.data, at ? (size_t)(at - raw.data) : raw.len);

    if (status == SMIME_OK)
        status = put(to, at ? "utf-8" : ";\r\n charset=utf-8");
    return status == SMIME_OK && at
               ? smime__stage_write(to, at + 8, raw.len - (size_t)(at - raw.data) - 8)
               : status;
}

#define LEGACY "hp-legacy-display"

/* Content-Type with its marks; @p raw ends with a line end, or with the input. A mark for old readers
 * that is there already is replaced: two would be a parameter that readers differ in. */
static smime_status put_type(smime_protect *job, smime__view raw, int root, const inner *how)
{
    smime__stage *to = job->canonical;
    smime__buf bare = { 0 };
    smime_status status = SMIME_OK;

    if (!(root && job->header.inside) && !how->legacy)
        return put_field(to, raw);
    if (how->legacy) {
        status = smime__params_drop(&bare, raw, LEGACY);
        raw = smime__buf_view(&bare);
    }
    while (raw.len && strchr("\r\n \t;", raw.data[raw.len - 1]))
        raw.len--;
    if (status == SMIME_OK)
        status = how->utf8 ? put_as_utf8(to, raw) : put_view(to, raw);
    if (status == SMIME_OK && root && job->header.inside)
        status = put(to, job->recipient_count ? ";\r\n hp=\"cipher\"" : ";\r\n hp=\"clear\"");
    if (status == SMIME_OK && how->legacy)
        status = put(to, ";\r\n " LEGACY "=\"1\"");
    smime__buf_free(&bare);
    return status == SMIME_OK ? put(to, "\r\n") : status;
}

/* What RFC 2045 5.2 says for no type at all; said, because readers look for it. */
static smime_status put_default_type(smime_protect *job, int root, const inner *how)
{
    inner plain = *how;

    plain.utf8 = 0;
    return put_type(job, smime__view_text(how->dirty || how->utf8
                                              ? "Content-Type: text/plain; charset=utf-8"
                                              : "Content-Type: text/plain; charset=us-ascii"),
                    root, &plain);
}

static smime_status put_inner_field(smime_protect *job, const smime__header *header, size_t index,
                                    int root, const inner *how)
{
    const smime__field *field = &header->fields[index];

    if (root && ((!job->header.inside && !smime__field_is_structural(field)) ||
                 job->header.fields[index].dropped || smime__view_is(field->name, "MIME-Version")))
        return SMIME_OK;
    if (how->encoding && smime__view_is(field->name, "Content-Transfer-Encoding"))
        return SMIME_OK;
    if (smime__view_is(field->name, "Content-Type") && (root || how->legacy))
        return put_type(job, field->raw, root, how);
    if (field->raw.len && field->raw.data[field->raw.len - 1] == '\n')
        return put_view(job->canonical, field->raw);
    return put_field(job->canonical, field->raw);
}

/* The header of an entity inside. */
static smime_status put_inner(smime_protect *job, const smime__part *part,
                              const smime__header *header, const inner *how)
{
    smime__stage *to = job->canonical;
    smime_status status = SMIME_OK;
    int root = part->parent == NULL;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++)
        status = put_inner_field(job, header, i, root, how);
    if ((root || how->legacy) && status == SMIME_OK &&
        !smime__header_find(header, "Content-Type", NULL))
        status = put_default_type(job, root, how);
    if (root && status == SMIME_OK && job->header.inside)
        status = put_protected(job, header);
    if (status == SMIME_OK && how->encoding) {
        status = put(to, "Content-Transfer-Encoding: ");
        if (status == SMIME_OK)
            status = put(to, how->encoding);
        if (status == SMIME_OK)
            status = put(to, "\r\n");
    }
    return status == SMIME_OK ? put(to, "\r\n") : status;
}

static smime_status inserted_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(stage->next, data, len);
}

static smime_status inserted_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

/* Whether the charset may be called UTF-8, of which US-ASCII is a part. */
static int may_be_utf8(const smime__part *part, const smime__header *header)
{
    const char *charset = smime__params_get(&part->type, "charset");
    const smime__field *type = smime__header_find(header, "Content-Type", NULL);

    return !charset || (smime__view_is(smime__view_text(charset), "us-ascii") && type &&
                        find_ascii(type->raw));
}

/* The element that this leaf gets for old readers; nothing for most. *ret_utf8: for it the charset has
 * to be another. */
static smime_status make_element(smime_protect *job, const smime__part *part,
                                 const smime__header *header, smime__buf *to, int *ret_utf8)
{
    const char *charset = smime__params_get(&part->type, "charset");
    smime__view lines = smime__buf_view(&job->header.legacy);
    int form = smime__legacy_form(part->type.value), there;
    smime_status status;

    *ret_utf8 = 0;
    if (!lines.len || !smime__part_is_main_body(part, header))
        return SMIME_OK;
    *ret_utf8 = form == SMIME__LEGACY_PLAIN && smime__has_8bit(lines) && may_be_utf8(part, header);
    status = smime__legacy_element(to, form, lines,
                                   *ret_utf8 ? "utf-8" : charset ? charset : "us-ascii", &there);
    return status == SMIME_OK && !there
               ? smime__protect_note(job, "A part of the body cannot hold the hidden header fields in "
                                          "its charset: readers that do not know protected headers "
                                          "will not show them.")
               : status;
}

/* Encryption alone has no relay to fear, so there is no verdict then. */
static int needs_encoding(const smime__part *part, int verdict, const smime__buf *element)
{
    if (verdict == SMIME__LEAF_DIRTY)
        return 1;
    return element->len && (part->encoding != SMIME__ENC_IDENTITY ||
                            (smime__has_8bit(smime__buf_view(element)) &&
                             strcmp(part->encoding_name, "8bit") != 0 &&
                             strcmp(part->encoding_name, "binary") != 0));
}

static smime_status open_leaf(smime_protect *job, const smime__part *part,
                              const smime__header *header, int verdict, const smime__buf *element,
                              int utf8)
{
    int form = smime__legacy_form(part->type.value);
    int encode = needs_encoding(part, verdict, element);
    const inner how = { encode ? smime__reencoded_name(part) : NULL,
                        verdict == SMIME__LEAF_DIRTY, element->len > 0, utf8 };
    smime_status status = put_inner(job, part, header, &how);

    if (status == SMIME_OK && encode)
        return smime__reencoder_open(&job->reencoder, part, 0, form, smime__buf_view(element),
                                     job->canonical);
    if (status < 0 || !element->len)
        return status;
    job->inserted.write = inserted_write;
    job->inserted.finish = inserted_finish;
    job->inserted.next = job->transparent ? job->chain : job->canonical;
    return smime__legacy_inserter_new(form, smime__buf_view(element), &job->inserted,
                                      &job->inserter);
}

static smime_status begin_leaf(smime_protect *job, const smime__part *part,
                               const smime__header *header)
{
    int verdict = job->scout ? smime__scout_verdict(job->scout, job->leaf) : SMIME__LEAF_KEEP;
    smime__buf element = { 0 };
    int utf8;
    smime_status status;

    job->leaf++;
    job->transparent = verdict == SMIME__LEAF_KEEP && !strcmp(part->encoding_name, "binary");
    if (!verdict)
        return smime__fail(&job->job.error, SMIME_E_IO, "the input changed while it was read");
    if (verdict == SMIME__LEAF_DIRTY && part->encoding == SMIME__ENC_UNKNOWN)
        return smime__fail(&job->job.error, SMIME_E_MIME_ENCODING,
                           "a body with an unknown transfer encoding cannot be made safe");
    status = make_element(job, part, header, &element, &utf8);
    if (status == SMIME_OK)
        status = open_leaf(job, part, header, verdict, &element, utf8);
    smime__buf_free(&element);
    return status;
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime_protect *job = user;
    const char *encoding = NULL;
    smime_status status = SMIME_OK;

    if (!part->parent) {
        job->body_offset = part->body_offset;
        status = smime__protect_plan_header(job, part, header);
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
    return put_inner(job, part, header, &(inner){ .encoding = encoding });
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime_protect *job = user;

    if (job->reencoder.in)
        return smime__stage_write(job->reencoder.in, data, len);
    if (job->inserter)
        return smime__stage_write(job->inserter, data, len);
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

    if (status == SMIME_OK && job->inserter)
        status = smime__stage_finish(job->inserter);
    smime__stage_free(job->inserter);
    job->inserter = NULL;
    job->transparent = 0;
    if (status == SMIME_OK && !part->parent)
        status = smime__stage_finish(job->canonical);
    return status;
}

const smime__scan_handler smime__protect_rewrite = { on_begin, on_body, on_frame, on_end, NULL };
