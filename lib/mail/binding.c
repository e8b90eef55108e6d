/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who is shown as the sender, and whether a certificate is that sender's. */
#include "mail/open.h"

#include "base/ascii.h"
#include "mime/date.h"
#include "mime/words.h"

#include <stdlib.h>
#include <string.h>

#define FIELDS_LISTED_MAX 1000

/* Name and value as two texts in one piece of memory. @p text is lent, for the unfolded value. */
static smime_status list_field(smime_report *report, const smime__field *field, smime__buf *text)
{
    smime__buf made = { 0 };
    size_t value = 0;
    smime_status status;

    if (report->field_count >= FIELDS_LISTED_MAX)
        return SMIME_OK;
    status = smime__grow((void **)&report->fields, report->field_count, &report->field_room,
                         sizeof *report->fields);
    if (status == SMIME_OK)
        status = smime__field_unfold(text, field->value);
    if (status == SMIME_OK)
        status = smime__buf_reserve(&made, field->name.len + text->len + 2);
    if (status == SMIME_OK)
        status = smime__utf8_clean(&made, field->name);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(&made, 0);
    value = made.len;
    if (status == SMIME_OK)
        status = smime__words_decode(&made, smime__buf_view(text));
    if (status == SMIME_OK && !smime__buf_text(&made))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&made);
        return status;
    }
    report->fields[report->field_count].name = (char *)made.data;
    report->fields[report->field_count++].value = (char *)made.data + value;
    return SMIME_OK;
}

static smime_status read_mailboxes(smime__mailboxes *to, const smime__field *field)
{
    smime__buf text = { 0 };
    smime_status status = smime__field_unfold(&text, field->value);

    smime__mailboxes_free(to);
    if (status == SMIME_OK)
        status = smime__mailboxes_parse(to, smime__buf_view(&text));
    smime__buf_free(&text);
    return status;
}

static smime_status read_date(smime__open_run *run, const smime__field *field)
{
    smime__buf text = { 0 };
    smime_status status = smime__field_unfold(&text, field->value);

    if (status == SMIME_OK)
        run->has_date = smime__date_parse(smime__buf_view(&text), &run->date);
    smime__buf_free(&text);
    return status;
}

/* Exactly one readable mailbox in exactly one field: only then there is a sender to bind. */
static smime_status keep_from(smime__open_run *run)
{
    smime_report *report = run->report;

    if (run->from_fields != 1 || run->from.count != 1 || run->from.bad ||
        run->from.groups)
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
    smime__buf text = { 0 };
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        status = list_field(run->report, field, &text);
        smime__buf_clear(&text);
        if (status == SMIME_OK && smime__view_is(field->name, "From") && !run->from_fields++)
            status = read_mailboxes(&run->from, field);
        else if (status == SMIME_OK && smime__view_is(field->name, "Sender"))
            status = read_mailboxes(&run->sender, field);
        else if (status == SMIME_OK && smime__view_is(field->name, "Date") && !run->has_date)
            status = read_date(run, field);
    }
    smime__buf_free(&text);
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
        return run->from.groups ? SMIME_BINDING_AMBIGUOUS : SMIME_BINDING_MISSING;
    if (run->from.bad || run->from.groups) /* a group's name is shown, and anyone chooses it */
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
