/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers keep secret what was secret, RFC 9788 6.1. How a program makes the fields of an answer is not
 * known here, but that it makes them out of those of the message: what is found again inside of a value
 * is exchanged for what stood outside then. */
#include "mail/protect_header.h"

#include "base/ascii.h"

#include <string.h>

enum { TOPIC = 1, PEOPLE, IDENTIFIERS };

/* Fields that are made out of each other. */
static int family(smime__view name)
{
    static const struct {
        const char *name;
        int family;
    } known[] = {
        { "Subject", TOPIC },        { "Comments", TOPIC },      { "Keywords", TOPIC },
        { "Thread-Topic", TOPIC },   { "From", PEOPLE },         { "Sender", PEOPLE },
        { "To", PEOPLE },            { "Cc", PEOPLE },           { "Reply-To", PEOPLE },
        { "Mail-Followup-To", PEOPLE }, { "Message-ID", IDENTIFIERS },
        { "In-Reply-To", IDENTIFIERS }, { "References", IDENTIFIERS },
    };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
        if (smime__view_is(name, known[i].name))
            return known[i].family;
    return 0;
}

static size_t blanks(const char *text)
{
    return strspn(text, " \t");
}

/* How many bytes of @p text are @p wanted, whatever the case and the blanks; 0: none. */
static size_t match(const char *text, const char *wanted)
{
    const char *start = text;

    while (*wanted) {
        size_t gap = blanks(wanted);
        if (gap) {
            if (!blanks(text) && wanted[gap])
                return 0;
            text += blanks(text);
            wanted += gap;
        } else if (smime__ascii_lower((unsigned char)*text) ==
                   smime__ascii_lower((unsigned char)*wanted)) {
            text++;
            wanted++;
        } else {
            return 0;
        }
    }
    return (size_t)(text - start);
}

/* Every @p old in @p text becomes @p new; *ret_found when there was one. */
static smime_status exchange(smime__buf *text, const char *old, const char *new, int *ret_found)
{
    const char *at = smime__buf_text(text);
    smime__buf made = { 0 };
    smime_status status = at ? SMIME_OK : SMIME_E_NOMEM;

    *ret_found = 0;
    old += blanks(old);
    if (status < 0 || !*old)
        return status;
    for (const char *start = at; *at && status == SMIME_OK; at = start) {
        size_t len = 0;
        while (*at && !(len = match(at, old)))
            at++;
        status = smime__buf_add(&made, start, (size_t)(at - start));
        if (status == SMIME_OK && len) {
            *ret_found = 1;
            status = smime__buf_add_text(&made, new);
        }
        start = at + len;
    }
    if (status < 0 || !*ret_found) {
        smime__buf_free(&made);
        return status;
    }
    smime__buf_free(text);
    *text = made;
    return SMIME_OK;
}

static int is_about(smime__view name, const char *other)
{
    int mine = family(name);

    return mine ? mine == family(smime__view_text(other)) : smime__view_is(name, other);
}

static int is_blank(const smime__buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (!strchr(" \t,", text->data[i]))
            return 0;
    return 1;
}

smime_status smime__answer_outer(const smime__header_plan *plan, smime__view name, const char *value,
                                 int32_t *ret_outer, smime__buf *ret_value)
{
    smime_status status;
    int any = 0, found;

    if (!plan->answered_count || smime__view_is(name, "From") || smime__view_is(name, "Date"))
        return SMIME_OK; /* those are of the one who answers */
    status = smime__buf_add_text(ret_value, value);
    for (size_t i = 0; i < plan->answered_count && status == SMIME_OK; i++) {
        const smime_report *report = plan->answered[i];
        for (size_t k = 0; k < smime_report_header_count(report) && status == SMIME_OK; k++) {
            const char *outside = smime_report_header_outside(report, k);
            if (!outside || !is_about(name, smime_report_header_name(report, k)))
                continue;
            status = exchange(ret_value, smime_report_header_value(report, k), outside, &found);
            any |= found;
        }
    }
    if (status == SMIME_OK && any)
        *ret_outer = is_blank(ret_value) ? SMIME_OUTER_ABSENT : SMIME_OUTER_OTHER;
    return status;
}
