/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is shown as the sender, and whether a certificate is that sender's. */
#include "mail/open.h"

#include "base/ascii.h"
#include "mime/date.h"
#include "mime/words.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_LISTED_MAX 1000

/* Name and value as two texts behind all those before. */
static smime_status list_field(smime_report *report, smime__view name, smime__view value)
{
    smime__buf *to = &report->field_text;
    smime__report_field made = { to->len, 0 };
    smime_status status;

    if (report->field_count == report->field_room)
        return SMIME_OK;
    status = smime__utf8_clean(to, name);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, 0);
    made.value = to->len;
    if (status == SMIME_OK)
        status = smime__words_decode(to, value);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, 0);
    if (status == SMIME_OK)
        report->fields[report->field_count++] = made;
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

smime_status smime__open_read_header(smime__open_run *run, const smime__header *header)
{
    smime_report *report = run->report;
    smime__buf room = { 0 };
    smime_status status = smime__buf_reserve(&report->field_text, header->raw.len);

    report->field_room = header->count < FIELDS_LISTED_MAX ? header->count : FIELDS_LISTED_MAX;
    report->fields = calloc(report->field_room + 1, sizeof *report->fields);
    if (!report->fields)
        status = SMIME_E_NOMEM;
    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        smime__view text;
        status = smime__field_text(&room, field->value, &text);
        if (status == SMIME_OK)
            status = list_field(report, field->name, text);
        if (status == SMIME_OK && smime__view_is(field->name, "From") && !run->from_fields++)
            status = read_mailboxes(&run->from, text);
        else if (status == SMIME_OK && smime__view_is(field->name, "Sender"))
            status = read_mailboxes(&run->sender, text);
        else if (status == SMIME_OK && smime__view_is(field->name, "Date") && !run->has_date)
            run->has_date = smime__date_parse(text, &run->date);
    }
    smime__buf_free(&room);
    return status == SMIME_OK ? keep_from(run) : status;
}

static int matches(const smime_cert *cert, const char *address, int strict, int *ret_case)
{
    int match = smime_cert_is_for(cert, address);

    if (match == 2)
        *ret_case = 1;
    return match == 1 || (match == 2 && !strict);
}

int32_t smime__binding_of(const smime__open_run *run, const smime_cert *cert, int strict,
                          int *ret_case)
{
    int ignored = 0;

    if (run->from_fields == 0)
        return SMIME_BINDING_MISSING;
    if (run->from_fields > 1 || run->from.count > 1)
        return SMIME_BINDING_AMBIGUOUS;
    if (run->from.count == 0)
        return run->from.group_count ? SMIME_BINDING_AMBIGUOUS : SMIME_BINDING_MISSING;
    if (run->from.bad || run->from.group_count) /* a group's name is shown, and anyone chooses it */
        return SMIME_BINDING_AMBIGUOUS;
    if (!cert->email_count)
        return SMIME_BINDING_NO_ADDRESS;
    if (matches(cert, run->from.list[0].address, strict, ret_case))
        return SMIME_BINDING_MATCH;
    /* RFC 5322 3.6.2: one mailbox; a list would multiply with the certificate's addresses */
    if (run->sender.count == 1 && matches(cert, run->sender.list[0].address, strict, &ignored))
        return SMIME_BINDING_SENDER_ONLY;
    return SMIME_BINDING_MISMATCH;
}
