/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header fields that are shown: those of the message, or protected ones from inside
 * (RFC 9788), with what protects each. */
#include "mail/open.h"

#include "base/ascii.h"
#include "mime/date.h"
#include "mime/transport.h"
#include "mime/words.h"
#include "pki/cert.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_LISTED_MAX 1000

/* Where the header fields of one header are collected. */
typedef struct listing {
    smime__report_field *list;
    size_t count, room;
} listing;

static const char *name_of(const smime_report *report, const smime__report_field *field)
{
    return (const char *)report->field_text.data + field->name;
}

static const char *value_of(const smime_report *report, const smime__report_field *field)
{
    return (const char *)report->field_text.data + field->value;
}

/* Name and value as two texts behind all those before. */
static smime_status list_field(smime_report *report, listing *fields, smime__view name,
                               smime__view value)
{
    smime__buf *to = &report->field_text;
    smime__report_field made = { .name = to->len };
    smime_status status;

    if (fields->count == FIELDS_LISTED_MAX)
        return SMIME_OK;
    status = smime__grow((void **)&fields->list, fields->count, &fields->room, sizeof made);
    if (status == SMIME_OK)
        status = smime__utf8_clean(to, name);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, 0);
    made.value = to->len;
    if (status == SMIME_OK)
        status = smime__words_decode(to, value);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, 0);
    if (status == SMIME_OK)
        fields->list[fields->count++] = made;
    return status;
}

static smime_status read_mailboxes(smime__mailboxes *to, smime__view text)
{
    smime__mailboxes_free(to);
    return smime__mailboxes_parse(to, text);
}

/* Exactly one readable mailbox in exactly one field: only then there is a sender to bind. */
static smime_status keep_from(smime__open_run *run)
{
    smime_report *report = run->report;

    if (run->from_fields != 1 || run->from.count != 1 || run->from.bad ||
        run->from.group_count)
        return SMIME_OK;
    report->from_address = strdup(run->from.list[0].address);
    if (!report->from_address)
        return SMIME_E_NOMEM;
    if (run->from.list[0].display &&
        !(report->from_display = strdup(run->from.list[0].display)))
        return SMIME_E_NOMEM;
    return SMIME_OK;
}

static smime_status note_from(smime__open_run *run, smime__view text)
{
    smime_status status = smime__words_decode(&run->claims, text);

    if (status == SMIME_OK)
        status = smime__buf_add_byte(&run->claims, '\n');
    return status == SMIME_OK && !run->from_fields++ ? read_mailboxes(&run->from, text) : status;
}

/* What the verdict needs of one field. */
static smime_status note_field(smime__open_run *run, smime__view name, smime__view text)
{
    if (smime__view_is(name, "From"))
        return note_from(run, text);
    if (smime__view_is(name, "Sender"))
        return read_mailboxes(&run->sender, text);
    if (smime__view_is(name, "Date") && !run->has_date)
        run->has_date = smime__date_parse(text, &run->date);
    return SMIME_OK;
}

static void give(smime__open_run *run, listing *fields)
{
    smime_report *report = run->report;

    if (!run->outer_fields) {
        run->outer_fields = report->fields;
        run->outer_field_count = report->field_count;
    } else {
        free(report->fields);
    }
    report->fields = fields->list;
    report->field_count = fields->count;
}

smime_status smime__open_read_header(smime__open_run *run, const smime__header *header)
{
    smime__buf room = { 0 };
    listing fields = { NULL, 0, 0 };
    smime_status status = smime__buf_reserve(&run->report->field_text, header->raw.len);

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        smime__view text;
        status = smime__field_text(&room, field->value, &text);
        if (status == SMIME_OK)
            status = list_field(run->report, &fields, field->name, text);
        if (status == SMIME_OK)
            status = note_field(run, field->name, text);
    }
    smime__buf_free(&room);
    run->report->fields = fields.list;
    run->report->field_count = fields.count;
    return status == SMIME_OK ? keep_from(run) : status;
}

enum { NO_SCHEME, HP_CLEAR, HP_CIPHER, OLDER };

static int scheme_of(const smime__part *part)
{
    smime__view hp = smime__view_text(smime__params_get(&part->type, "hp"));

    if (smime__view_is(hp, "clear"))
        return HP_CLEAR;
    if (smime__view_is(hp, "cipher"))
        return HP_CIPHER;
    return smime__view_is(smime__view_text(smime__params_get(&part->type, "protected-headers")),
                          "v1")
               ? OLDER
               : NO_SCHEME;
}

/* The root of the payload, or (RFC 9788 4.10) of the message that is the payload. */
static int find_scheme(const smime__part *part)
{
    const smime__part *payload = part->parent;

    if (!payload)
        return scheme_of(part);
    if (payload->parent || payload->kind != SMIME__MESSAGE || scheme_of(payload) ||
        smime__params_get(&part->type, "hp") || smime__part_is_sealed(part) ||
        !strcmp(part->type.value, "application/pkcs7-mime") ||
        !strcmp(part->type.value, "application/x-pkcs7-mime"))
        return NO_SCHEME;
    return OLDER;
}

/* The first one of a name, or of a name and value. */
static const smime__report_field *find_field(const smime_report *report, const listing *fields,
                                             const char *name, const char *value)
{
    for (size_t i = 0; i < fields->count; i++)
        if (smime__view_is(smime__view_text(name), name_of(report, &fields->list[i])) &&
            (!value || !strcmp(value, value_of(report, &fields->list[i]))))
            return &fields->list[i];
    return NULL;
}

/* RFC 9788 4.2.1 */
static smime_status read_sets(smime_report *report, const smime__header *header, listing *inner,
                              listing *outer)
{
    smime__buf room = { 0 };
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        const uint8_t *colon;
        smime__view text;

        if (smime__field_is_structural(field))
            continue;
        status = smime__field_text(&room, field->value, &text);
        if (status < 0)
            break;
        if (!smime__view_is(field->name, "HP-Outer")) {
            status = list_field(report, inner, field->name, text);
            continue;
        }
        colon = text.len ? memchr(text.data, ':', text.len) : NULL;
        if (colon) {
            smime__view name = smime__view_of(text.data, (size_t)(colon - text.data));
            smime__view value = smime__view_of(colon + 1, text.len - name.len - 1);
            while (value.len && smime__ascii_is_blank(value.data[0]))
                value = smime__view_of(value.data + 1, value.len - 1);
            status = list_field(report, outer, name, value);
        }
    }
    smime__buf_free(&room);
    return status;
}

/* From, Sender and Date are now those inside; the From outside is kept for comparison. */
static smime_status take_sender(smime__open_run *run, const smime__header *header)
{
    smime_report *report = run->report;
    smime__buf room = { 0 };
    smime__view text;
    smime_status status = SMIME_OK;

    free(run->outer_from);
    free(run->outer_display);
    run->outer_from = report->from_address;
    run->outer_display = report->from_display;
    report->from_address = report->from_display = NULL;
    if (!run->has_inner_from) {
        run->outer_boxes = run->from;
        run->outer_from_fields = run->from_fields;
        run->claims_outside = run->claims.len;
        memset(&run->from, 0, sizeof run->from);
    }
    run->has_inner_from = 1;
    run->from_fields = run->has_date = 0;
    smime__mailboxes_free(&run->sender);
    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        status = smime__field_text(&room, header->fields[i].value, &text);
        if (status == SMIME_OK)
            status = note_field(run, header->fields[i].name, text);
    }
    smime__buf_free(&room);
    return status == SMIME_OK ? keep_from(run) : status;
}

/* The one address of the only From in the header. */
static smime_status inner_address(const smime__header *header, smime__mailboxes *boxes)
{
    int more;
    const smime__field *field = smime__header_find(header, "From", &more);
    smime__buf room = { 0 };
    smime__view text;
    smime_status status = SMIME_OK;

    if (field && !more) {
        status = smime__field_text(&room, field->value, &text);
        if (status == SMIME_OK)
            status = smime__mailboxes_parse(boxes, text);
    }
    smime__buf_free(&room);
    return status;
}

/* Older schemes are told by their looks, which a forwarded message has too. So they count only when
 * the sender inside is the one outside. */
static smime_status is_same_sender(const smime__open_run *run, const smime__header *header,
                                   int *ret_same)
{
    const char *outer = run->report->from_address;
    smime__mailboxes boxes = { 0 };
    smime_status status = inner_address(header, &boxes);

    *ret_same = outer && boxes.count == 1 && !boxes.bad && !boxes.group_count &&
                smime__mailbox_compare(boxes.list[0].address, outer);
    smime__mailboxes_free(&boxes);
    return status;
}

/* The fields inside first, then those that were added on the way. */
static smime_status merge(smime__open_run *run, int scheme, listing *inner,
                          const listing *recorded)
{
    smime_report *report = run->report;
    listing outside = { report->fields, report->field_count, 0 };
    const listing *visible = scheme == OLDER ? &outside : recorded;
    size_t protected_count = inner->count;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < protected_count; i++) {
        smime__report_field *field = &inner->list[i];
        const char *name = name_of(report, field);
        const smime__report_field *instead = find_field(report, visible, name, NULL);
        field->protected = 1;
        field->hidden = scheme != HP_CLEAR &&
                        !find_field(report, visible, name, value_of(report, field));
        field->outside = instead ? instead->value + 1 : 0;
    }
    for (size_t i = 0; i < outside.count && status == SMIME_OK; i++) {
        listing inside = { inner->list, protected_count, 0 };
        if (find_field(report, &inside, name_of(report, &outside.list[i]), NULL) ||
            inner->count == FIELDS_LISTED_MAX)
            continue;
        status = smime__grow((void **)&inner->list, inner->count, &inner->room,
                             sizeof *inner->list);
        if (status == SMIME_OK)
            inner->list[inner->count++] = outside.list[i];
    }
    return status;
}

smime_status smime__open_read_inner(smime__open_run *run, const smime__part *part,
                                    const smime__header *header)
{
    int scheme = find_scheme(part), use = scheme != NO_SCHEME;
    listing inner = { NULL, 0, 0 }, recorded = { NULL, 0, 0 };
    smime_status status = SMIME_OK;

    if (scheme == OLDER && smime__header_find(header, "From", NULL))
        status = is_same_sender(run, header, &use);
    if (status < 0 || !use)
        return status;
    status = read_sets(run->report, header, &inner, &recorded);
    if (status == SMIME_OK)
        status = merge(run, scheme, &inner, &recorded);
    free(recorded.list);
    if (status < 0) {
        free(inner.list);
        return status;
    }
    give(run, &inner);
    return smime__header_find(header, "From", NULL) ? take_sender(run, header) : SMIME_OK;
}

void smime__open_forget_inner(smime__open_run *run)
{
    smime_report *report = run->report;

    if (run->outer_fields) {
        free(report->fields);
        report->fields = run->outer_fields;
        report->field_count = run->outer_field_count;
        run->outer_fields = NULL;
    }
    if (!run->has_inner_from)
        return;
    free(report->from_address);
    free(report->from_display);
    report->from_address = run->outer_from;
    report->from_display = run->outer_display;
    run->outer_from = run->outer_display = NULL;
    smime__mailboxes_free(&run->from);
    run->from = run->outer_boxes;
    run->from_fields = run->outer_from_fields;
    memset(&run->outer_boxes, 0, sizeof run->outer_boxes);
    run->claims.len = run->claims_outside;
    run->has_inner_from = 0;
}

static int is_opened(const smime_report *report)
{
    for (size_t i = 0; i < report->layer_count; i++)
        if (!report->layers[i].errant && report->layers[i].opened && !report->layers[i].failed &&
            smime__layer_encrypts(&report->layers[i]))
            return 1;
    return 0;
}

/* RFC 9788 4.4: without a good signature of the sender inside, the one outside is shown. */
static smime_status settle_from(smime__open_run *run, int verified)
{
    smime_report *report = run->report;
    smime__buf text = { 0 };
    smime_status status;

    if (!run->has_inner_from ||
        (report->from_address && run->outer_from &&
         smime__mailbox_compare(report->from_address, run->outer_from)))
        return SMIME_OK;
    status = smime__buf_add_text(&text, "inside the protection From is ");
    if (status == SMIME_OK)
        status = smime__buf_add_text(&text, report->from_address ? report->from_address
                                                                 : "not one address");
    if (status == SMIME_OK)
        status = smime__buf_add_text(&text, ", and outside ");
    if (status == SMIME_OK)
        status = smime__buf_add_text(&text, run->outer_from ? run->outer_from
                                                            : "not one address");
    if (status == SMIME_OK && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK)
        status = smime__open_reason(run, verified ? "outer-from-differs" : "from-mismatch",
                                    (const char *)text.data, -1, -1);
    smime__buf_free(&text);
    if (verified) {
        report->from_other = run->outer_from;
        run->outer_from = NULL;
        return status;
    }
    report->from_other = report->from_address;
    free(report->from_display);
    report->from_address = run->outer_from;
    report->from_display = run->outer_display;
    run->outer_from = run->outer_display = NULL;
    return status;
}

smime_status smime__open_settle_header(smime__open_run *run)
{
    smime_report *report = run->report;
    int verified = report->summary == SMIME_SUMMARY_VERIFIED ||
                   report->summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED;
    int opened = is_opened(report);

    for (size_t i = 0; i < report->field_count; i++) {
        smime__report_field *field = &report->fields[i];
        int32_t bits = SMIME_PROTECTION_NONE;
        if (field->protected && verified)
            bits |= SMIME_PROTECTION_SIGNED;
        if (field->protected && field->hidden && opened)
            bits |= SMIME_PROTECTION_ENCRYPTED;
        field->protection = bits;
    }
    return settle_from(run, verified);
}
