/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Header protection of a message on its way out, RFC 9788 3 and 5.2: the fields go inside, and what
 * stands outside of encryption is what the policy lets stand there. */
#include "mail/protect.h"

#include "base/ascii.h"
#include "mime/address.h"
#include "mime/date.h"
#include "mime/fold.h"
#include "mime/hazards.h"
#include "mime/transport.h"
#include "mime/words.h"
#include "pki/cert.h"

#include <stdlib.h>
#include <string.h>

static int is_one_of(smime__view name, const char *const *names)
{
    for (; *names; names++)
        if (smime__view_is(name, *names))
            return 1;
    return 0;
}

static int has_addresses(smime__view name)
{
    static const char *const names[] = { "From", "Sender", "Reply-To", "To", "Cc", NULL };

    return is_one_of(name, names);
}

/* RFC 9787 1.1.2: what programs show to people. */
static int is_user_facing(smime__view name)
{
    static const char *const names[] = { "Subject", "Date", "Comments", "Keywords", NULL };

    return has_addresses(name) || is_one_of(name, names);
}

void smime__header_plan_clear(smime__header_plan *plan)
{
    for (size_t i = 0; i < plan->count; i++)
        smime__buf_free(&plan->fields[i].value);
    for (size_t i = 0; i < plan->answered_count; i++)
        smime_report_unref(plan->answered[i]);
    free(plan->answered);
    free(plan->fields);
    smime__buf_free(&plan->legacy);
    if (plan->decide_destroy)
        plan->decide_destroy(plan->decide_data);
    memset(plan, 0, sizeof *plan);
}

/* Mailboxes, with the names of people or without; *ret_put 0 when @p text is no list of them. */
static smime_status put_addresses(smime__fold *fold, smime__view text, int names, int *ret_put)
{
    smime__mailboxes boxes = { 0 };
    smime_status status = smime__mailboxes_parse(&boxes, text);

    *ret_put = status == SMIME_OK && boxes.count && !boxes.bad && !boxes.group_count;
    for (size_t i = 0; i < boxes.count && *ret_put && status == SMIME_OK; i++) {
        const char *display = names ? boxes.list[i].display : NULL;
        if (i)
            status = smime__fold_join(fold, ",");
        if (status == SMIME_OK)
            status = smime__fold_mailbox(fold, smime__view_text(display),
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

/* RFC 9788 3.2.1 and 3.2.2. */
static smime_status apply_policy(int32_t headers, smime__view name, smime__view text,
                                 smime__fold *fold, smime__outer_field *ret)
{
    static const char *const absent[] = { "Comments", "Keywords", NULL };
    static const char *const shy[] = { "From", "To", "Cc", NULL };
    smime_status status = SMIME_OK;
    int put = 0;

    if (is_one_of(name, absent)) {
        ret->outer = SMIME_OUTER_ABSENT;
        return SMIME_OK;
    }
    if (smime__view_is(name, "Subject")) {
        put = 1;
        status = smime__fold_raw(fold, smime__view_text("[...]"));
    } else if (headers == SMIME_HEADERS_SHY && is_one_of(name, shy)) {
        status = put_addresses(fold, text, 0, &put);
    } else if (headers == SMIME_HEADERS_SHY && smime__view_is(name, "Date")) {
        status = put_date(fold, text, &put);
    }
    if (put)
        ret->outer = SMIME_OUTER_OTHER;
    return status;
}

/* A value that somebody gave as text: what looks encoded in it is text too, and words that are too
 * long for a line are encoded. */
static smime_status put_value(smime__fold *fold, smime__view name, smime__view text)
{
    int put = 0;
    smime_status status;

    if (!smime__fold_may_write(text))
        return SMIME_E_INVALID_ARG;
    if (!has_addresses(name) && !smime__view_is(name, "Mail-Followup-To"))
        return smime__fold_text(fold, text);
    status = put_addresses(fold, text, 1, &put);
    return status == SMIME_OK && !put ? SMIME_E_INVALID_ARG : status;
}

static smime_status ask_program(smime_protect *job, const char *name, const char *value,
                                smime__fold *fold, smime__outer_field *ret)
{
    const char *other = NULL;
    smime_status status = job->header.decide(name, value, &ret->outer, &other,
                                             job->header.decide_data);

    if (status < 0)
        return smime__fail(&job->job.error, status, "the program's header policy returned %s",
                           smime_status_name(status));
    if (ret->outer == SMIME_OUTER_OTHER && other)
        status = put_value(fold, smime__view_text(name), smime__view_text(other));
    else if (ret->outer != SMIME_OUTER_SAME && ret->outer != SMIME_OUTER_ABSENT)
        status = SMIME_E_INVALID_ARG;
    return status == SMIME_E_INVALID_ARG
               ? smime__fail(&job->job.error, status,
                             "the program's header policy gave no value for %.60s", name)
               : status;
}

/* Unfolded into @p room if need be, and decoded. */
static smime_status read_value(smime__view value, smime__buf *room, smime__view *ret_text,
                               smime__buf *decoded)
{
    smime_status status = smime__field_text(room, value, ret_text);

    if (status == SMIME_OK)
        status = smime__words_decode(decoded, *ret_text);
    return status == SMIME_OK && !smime__buf_text(decoded) ? SMIME_E_NOMEM : status;
}

/* Behind the policy: what would stand outside tells nothing of what is answered. */
static smime_status keep_secrets(const smime__header_plan *plan, smime__view name,
                                 smime__view field_value, smime__outer_field *ret)
{
    smime__fold fold = { &ret->value, "\r\n", name.len + 1, name.len + 1, 0 };
    smime__buf room = { 0 }, decoded = { 0 }, answered = { 0 };
    smime__view text, value = field_value;
    int32_t outer = SMIME_OUTER_SAME;
    int leaks = 0;
    smime_status status;

    if (ret->outer == SMIME_OUTER_OTHER)
        value = smime__buf_view(&ret->value);
    status = read_value(value, &room, &text, &decoded);
    if (status == SMIME_OK)
        status = smime__answer_outer(plan, name, text, (const char *)decoded.data, &outer,
                                     &answered, &leaks);
    if (status == SMIME_OK && outer != SMIME_OUTER_SAME &&
        (leaks || ret->outer == SMIME_OUTER_SAME)) {
        ret->outer = outer;
        smime__buf_clear(&ret->value);
        if (outer == SMIME_OUTER_OTHER && put_value(&fold, name, smime__buf_view(&answered)) < 0)
            ret->outer = SMIME_OUTER_ABSENT; /* what cannot be written is not shown */
    }
    smime__buf_free(&room);
    smime__buf_free(&decoded);
    smime__buf_free(&answered);
    return status;
}

static smime_status choose_outer(smime_protect *job, const smime__field *field, smime__view text,
                                 const char *value, smime__outer_field *ret)
{
    smime__header_plan *plan = &job->header;
    smime__view name = field->name;
    smime__fold fold = { &ret->value, "\r\n", name.len + 1, name.len + 1, 0 };
    char *name_text = smime__view_dup(name);
    smime_status status = name_text ? SMIME_OK : SMIME_E_NOMEM;

    if (status == SMIME_OK && plan->decide)
        status = ask_program(job, name_text, value, &fold, ret);
    else if (status == SMIME_OK && plan->headers >= SMIME_HEADERS_BASELINE)
        status = apply_policy(plan->headers, name, text, &fold, ret);
    if (status == SMIME_OK && ret->outer == SMIME_OUTER_SAME)
        smime__buf_clear(&ret->value);
    if (status == SMIME_OK && ret->outer != SMIME_OUTER_ABSENT && plan->answered_count)
        status = keep_secrets(plan, name, field->value, ret);
    free(name_text);
    return status;
}

/* The same addresses in the same order, at least one. */
static int same_addresses(const smime__mailboxes *a, const smime__mailboxes *b)
{
    int same = a->count == b->count && a->count > 0;

    for (size_t i = 0; i < a->count && same; i++)
        same = smime__mailbox_compare(a->list[i].address, b->list[i].address) != 0;
    return same;
}

/* RFC 9788 3.1.1: servers check the sender that stands outside. */
static smime_status check_from(smime_protect *job, smime__view inner,
                               const smime__outer_field *outer)
{
    smime__mailboxes in = { 0 }, out = { 0 };
    smime__buf room = { 0 };
    smime__view text;
    int same = 0;
    smime_status status = smime__mailboxes_parse(&in, inner);

    if (status == SMIME_OK && outer->outer == SMIME_OUTER_OTHER)
        status = smime__field_text(&room, smime__buf_view(&outer->value), &text);
    if (status == SMIME_OK && outer->outer == SMIME_OUTER_OTHER)
        status = smime__mailboxes_parse(&out, text);
    if (status == SMIME_OK)
        same = same_addresses(&in, &out);
    smime__mailboxes_free(&in);
    smime__mailboxes_free(&out);
    smime__buf_free(&room);
    return status == SMIME_OK && !same
               ? smime__fail(&job->job.error, SMIME_E_INVALID_ARG,
                             "From must stand outside with the addresses that it has inside")
               : status;
}

static smime_status add_legacy_line(smime__header_plan *plan, smime__view name, smime__view value)
{
    smime_status status = smime__buf_add_view(&plan->legacy, name);

    if (status == SMIME_OK)
        status = smime__buf_add_text(&plan->legacy, ": ");
    for (size_t i = 0; i < value.len && status == SMIME_OK; i++)
        if (value.data[i] >= ' ' || value.data[i] == '\t')
            status = smime__buf_add_byte(&plan->legacy, value.data[i]);
    return status == SMIME_OK ? smime__buf_add_text(&plan->legacy, "\r\n") : status;
}

static smime_status plan_field(smime_protect *job, const smime__field *field,
                               smime__outer_field *ret)
{
    smime__buf room = { 0 }, decoded = { 0 };
    smime__view text;
    smime_status status = read_value(field->value, &room, &text, &decoded);

    if (status == SMIME_OK)
        status = choose_outer(job, field, text, (const char *)decoded.data, ret);
    if (status == SMIME_OK && ret->outer != SMIME_OUTER_SAME &&
        smime__view_is(field->name, "From"))
        status = check_from(job, text, ret);
    if (status == SMIME_OK && ret->outer != SMIME_OUTER_SAME && is_user_facing(field->name) &&
        !job->header.no_legacy)
        status = add_legacy_line(&job->header, field->name, smime__buf_view(&decoded));
    smime__buf_free(&room);
    smime__buf_free(&decoded);
    return status;
}

/* A cryptographic layer. No reader looks for fields on its root, but on that of the payload. */
static int is_layer(const smime__part *part)
{
    return smime__part_is_sealed(part) ||
           (part->type.value && (!strcmp(part->type.value, "application/pkcs7-mime") ||
                                 !strcmp(part->type.value, "application/x-pkcs7-mime")));
}

static smime_status place_of_layer(smime_protect *job)
{
    smime__header_plan *plan = &job->header;

    plan->inside = 0;
    if (plan->headers == SMIME_HEADERS_OUTSIDE)
        return SMIME_OK;
    if (plan->chosen)
        return smime__fail(&job->job.error, SMIME_E_MIME_SYNTAX,
                           "the message is signed or encrypted already, so its header cannot be "
                           "protected any more");
    return smime__protect_note(job, "The message was signed or encrypted already: its header "
                                    "fields stand outside, in clear.");
}

/* RFC 9788 2.1.1: the mark speaks of the fields beside it, and goes with encryption or without.
 * Protected anew it would have two meanings, and left as it is it says what is not so. */
static smime_status check_mark(smime_protect *job, const smime__part *part)
{
    return smime__params_get(&part->type, "hp")
               ? smime__fail(&job->job.error, SMIME_E_MIME_SYNTAX,
                             "the message says already that its header is protected: hp= has to be "
                             "taken off its Content-Type first")
               : SMIME_OK;
}

/* Whether the fields stand inside. */
static smime_status choose_place(smime_protect *job, const smime__part *part,
                                 const smime__header *header)
{
    smime__header_plan *plan = &job->header;
    int some = 0;
    /* inside of encryption no relay can do harm */
    int fragile = !job->recipient_count && smime__has_8bit(header->raw);
    smime_status status;

    if (is_layer(part))
        return place_of_layer(job);
    status = check_mark(job, part);
    if (status < 0)
        return status;
    for (size_t i = 0; i < header->count; i++)
        some |= !smime__field_is_structural(&header->fields[i]);
    plan->inside = plan->headers != SMIME_HEADERS_OUTSIDE;
    if (!plan->inside)
        return SMIME_OK;
    if (plan->chosen && fragile)
        return smime__fail(&job->job.error, SMIME_E_MIME_ENCODING,
                           "a header with bytes over 127 cannot be protected by a signature alone");
    plan->inside = plan->chosen || (some && !fragile);
    if (fragile && some)
        return smime__protect_note(job, "The header has bytes over 127 and is not protected by the "
                                        "signature.");
    return SMIME_OK;
}

/* What is not hidden must not hold what was confidential in the message that is answered. */
static smime_status check_answer(smime_protect *job, const smime__field *field)
{
    smime__buf room = { 0 }, decoded = { 0 }, value = { 0 };
    int32_t outer = SMIME_OUTER_SAME;
    int leaks = 0;
    smime__view text;
    smime_status status = read_value(field->value, &room, &text, &decoded);

    if (status == SMIME_OK)
        status = smime__answer_outer(&job->header, field->name, text, (const char *)decoded.data,
                                     &outer, &value, &leaks);
    smime__buf_free(&room);
    smime__buf_free(&decoded);
    smime__buf_free(&value);
    return status == SMIME_OK && leaks
               ? smime__fail(&job->job.error, SMIME_E_POLICY,
                             "%.*s would show in clear what was confidential in the message that is "
                             "answered", (int)field->name.len, (const char *)field->name.data)
               : status;
}

/* Why a field leaves neither inside nor outside; NULL when it may. */
static const char *why_dropped(const smime__field *field)
{
    if (smime__view_is(field->name, "Bcc") || smime__view_is(field->name, "Resent-Bcc"))
        return "Bcc was left out: blind recipients get messages of their own.";
    /* RFC 9788 2.2: it says what stood outside, and that is not for the message to say */
    if (smime__view_is(field->name, "HP-Outer"))
        return "HP-Outer was left out: it is written with the protection alone.";
    return NULL;
}

smime_status smime__protect_plan_header(smime_protect *job, const smime__part *part,
                                        const smime__header *header)
{
    smime__header_plan *plan = &job->header;
    smime_status status = choose_place(job, part, header);

    if (status < 0)
        return status;
    plan->fields = calloc(header->count ? header->count : 1, sizeof *plan->fields);
    if (!plan->fields)
        return SMIME_E_NOMEM;
    plan->count = header->count;
    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const char *why = why_dropped(&header->fields[i]);
        plan->fields[i].dropped = why != NULL;
        if (why)
            status = smime__protect_note(job, why);
        else if (smime__field_is_structural(&header->fields[i]))
            continue;
        else if (plan->inside && job->recipient_count)
            status = plan_field(job, &header->fields[i], &plan->fields[i]);
        else if (plan->answered_count)
            status = check_answer(job, &header->fields[i]);
    }
    return status;
}

static smime_status configure(smime_protect *job)
{
    return job ? smime__job_may_configure(&job->job) : SMIME_E_INVALID_ARG;
}

static void forget_function(smime__header_plan *plan)
{
    if (plan->decide_destroy)
        plan->decide_destroy(plan->decide_data);
    plan->decide = NULL;
    plan->decide_destroy = NULL;
}

smime_status smime_protect_set_headers(smime_protect *job, int32_t headers)
{
    smime_status status;

    if (!job || headers < SMIME_HEADERS_OUTSIDE || headers > SMIME_HEADERS_SHY)
        return SMIME_E_INVALID_ARG;
    status = configure(job);
    if (status == SMIME_OK) {
        forget_function(&job->header);
        job->header.headers = headers;
        job->header.chosen = 1;
    }
    return status;
}

smime_status smime_protect_set_headers_function(smime_protect *job, smime_headers_function decide,
                                                void *user_data, void (*destroy)(void *user_data))
{
    smime_status status = decide ? configure(job) : SMIME_E_INVALID_ARG;

    if (status < 0) {
        if (destroy)
            destroy(user_data);
        return status;
    }
    forget_function(&job->header);
    job->header.headers = SMIME_HEADERS_NONE;
    job->header.chosen = 1;
    job->header.decide = decide;
    job->header.decide_data = user_data;
    job->header.decide_destroy = destroy;
    return SMIME_OK;
}

smime_status smime_protect_set_legacy_display(smime_protect *job, int32_t wanted)
{
    smime_status status = configure(job);

    if (status == SMIME_OK)
        job->header.no_legacy = !wanted;
    return status;
}

smime_status smime_protect_answer(smime_protect *job, smime_report *report)
{
    smime_status status = report ? configure(job) : SMIME_E_INVALID_ARG;

    if (status == SMIME_OK)
        status = smime__grow((void **)&job->header.answered, job->header.answered_count,
                             &job->header.answered_room, sizeof *job->header.answered);
    if (status == SMIME_OK)
        job->header.answered[job->header.answered_count++] = smime_report_ref(report);
    return status;
}
