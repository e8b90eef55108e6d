/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Answers keep secret what was secret, RFC 9788 6.1. How a program makes the fields of an answer is
 * not known here, but that it makes them out of those of the message: what is found again inside of
 * a value is exchanged for what stood outside then. The message may be hostile: all is found in the
 * value as it was, and what came in its place is not looked at again. */
#include "mail/protect_header.h"

#include "base/ascii.h"
#include "mime/address.h"
#include "pki/cert.h"

#include <stdlib.h>
#include <string.h>

#define GROWTH_MAX 4096 /* a value that gets so much longer is left out */
#define WORK_MAX (UINT64_C(1) << 28) /* and one that takes so many comparisons of characters */

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

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_blanks(const char *text)
{
    while (is_blank(*text))
        text++;
    return text;
}

/* Behind the marks of answers and forwards in several languages. */
static const char *skip_marks(const char *text)
{
    static const char *const marks[] = { "re", "fw", "fwd", "aw", "wg", "antw", "sv", NULL };
    size_t i = 0;

    text = skip_blanks(text);
    while (marks[i]) {
        size_t len = strlen(marks[i]);
        const char *colon = text;
        if (smime__ascii_equal(text, strnlen(text, len), marks[i], len))
            colon = skip_blanks(text + len);
        i++;
        if (colon != text && *colon == ':') {
            text = skip_blanks(colon + 1);
            i = 0;
        }
    }
    return text;
}

/* A value that was hidden, and what stood outside. */
typedef struct secret {
    const char *inside, *outside;
    int subject;
    smime__mailboxes in, out; /* of PEOPLE */
} secret;

typedef struct secrets {
    secret *list;
    size_t count, room;
    int family;
} secrets;

static void forget(secrets *all)
{
    for (size_t i = 0; i < all->count; i++) {
        smime__mailboxes_free(&all->list[i].in);
        smime__mailboxes_free(&all->list[i].out);
    }
    free(all->list);
}

/* How many bytes of @p text are @p wanted, whatever the case and the blanks; 0: none. */
static size_t match(const char *text, const char *wanted)
{
    const char *at = text, *end = text;

    for (wanted = skip_blanks(wanted); *wanted; wanted = skip_blanks(wanted + 1)) {
        at = skip_blanks(at);
        if (smime__ascii_lower((unsigned char)*at) != smime__ascii_lower((unsigned char)*wanted))
            return 0;
        end = ++at;
    }
    return (size_t)(end - text);
}

static int is_alike(const char *a, const char *b)
{
    size_t len = match(a, b);

    return !*skip_blanks(a + len) && (len || !*skip_blanks(b));
}

static smime_status add_secret(secrets *all, const char *name, const char *inside,
                               const char *outside)
{
    secret made = { .inside = inside, .outside = outside,
                    .subject = smime__view_is(smime__view_text("Subject"), name) };
    smime_status status = SMIME_OK;

    if (all->family == TOPIC) {
        made.inside = skip_marks(inside);
        made.outside = skip_marks(outside);
        if (is_alike(made.inside, made.outside))
            return SMIME_OK;
    }
    status = smime__grow((void **)&all->list, all->count, &all->room, sizeof made);
    if (status < 0)
        return status;
    if (all->family == PEOPLE) {
        status = smime__mailboxes_parse(&made.in, smime__view_text(inside));
        if (status == SMIME_OK)
            status = smime__mailboxes_parse(&made.out, smime__view_text(outside));
    }
    all->list[all->count++] = made;
    return status;
}

static int is_about(smime__view name, const char *other)
{
    int mine = family(name);

    return mine ? mine == family(smime__view_text(other)) : smime__view_is(name, other);
}

/* What was hidden and may stand in a field of that name. */
static smime_status collect(secrets *all, const smime__header_plan *plan, smime__view name)
{
    smime_status status = SMIME_OK;

    all->family = family(name);
    for (size_t i = 0; i < plan->answered_count; i++) {
        const smime_report *report = plan->answered[i];
        for (size_t k = 0; k < smime_report_header_count(report) && status == SMIME_OK; k++) {
            const char *outside = smime_report_header_outside(report, k);
            const char *other = smime_report_header_name(report, k);
            if (outside && is_about(name, other))
                status = add_secret(all, other, smime_report_header_value(report, k), outside);
        }
    }
    return status;
}

/* The longest secret at the start of @p text; NULL for none. */
static const secret *secret_at(const secrets *all, const char *text, size_t *ret_len)
{
    const secret *best = NULL;

    *ret_len = 0;
    for (size_t i = 0; i < all->count && !is_blank(*text); i++) {
        size_t len = match(text, all->list[i].inside);
        if (len > *ret_len) {
            *ret_len = len;
            best = &all->list[i];
        }
    }
    return best;
}

static smime_status exchange_text(const secrets *all, const char *text, smime__buf *to,
                                  int *ret_leaks)
{
    size_t most = strlen(text) + GROWTH_MAX, len;
    smime_status status = SMIME_OK;

    while (*text && status == SMIME_OK) {
        const secret *found = secret_at(all, text, &len);
        *ret_leaks |= found != NULL;
        status = found ? smime__buf_add_text(to, found->outside)
                       : smime__buf_add_byte(to, (uint8_t)*text);
        text += found ? len : 1;
        if (to->len > most) {
            smime__buf_clear(to);
            return status;
        }
    }
    return status;
}

static const smime__mailbox *find_address(const smime__mailboxes *boxes, const char *address)
{
    for (size_t i = 0; i < boxes->count; i++)
        if (smime__mailbox_compare(boxes->list[i].address, address))
            return &boxes->list[i];
    return NULL;
}

/* What stood outside for this mailbox: the same address, if it stood there at all, else what stood
 * in its place, else NULL. *ret_hidden is 0 when it was not among what was hidden. */
static const smime__mailbox *shown_instead(const secrets *all, const smime__mailbox *box,
                                           int *ret_hidden)
{
    const smime__mailbox *place = NULL;

    *ret_hidden = 0;
    for (size_t i = 0; i < all->count; i++) {
        const secret *one = &all->list[i];
        const smime__mailbox *in = find_address(&one->in, box->address);
        const smime__mailbox *out = in ? find_address(&one->out, box->address) : NULL;
        *ret_hidden |= in != NULL;
        if (out)
            return out;
        if (in && !place && !one->in.bad && !one->out.bad && one->in.count == one->out.count)
            place = &one->out.list[in - one->in.list];
    }
    return place;
}

static smime_status add_mailbox(smime__buf *to, const smime__mailbox *box)
{
    smime_status status = to->len ? smime__buf_add_text(to, ", ") : SMIME_OK;

    if (status == SMIME_OK && box->display)
        status = smime__quote(to, smime__view_text(box->display));
    return status == SMIME_OK ? smime__buf_format(to, " <%s>", box->address) : status;
}

/* Whether @p box tells more than what stood outside for it. */
static int tells_more(const smime__mailbox *box, const smime__mailbox *shown)
{
    if (!shown || !smime__mailbox_compare(box->address, shown->address))
        return 1;
    return box->display && *box->display &&
           !(shown->display && is_alike(box->display, shown->display));
}

/* Mailbox by mailbox, by the address. @p text has its encoded words. */
static smime_status exchange_people(const secrets *all, smime__view text, const char *value,
                                    smime__buf *to, int *ret_leaks)
{
    smime__mailboxes boxes = { 0 };
    smime_status status = smime__mailboxes_parse(&boxes, text);
    int bad = boxes.bad, hidden, found = 0;

    for (size_t i = 0; i < boxes.count && status == SMIME_OK; i++) {
        const smime__mailbox *box = &boxes.list[i];
        const smime__mailbox *shown = shown_instead(all, box, &hidden);
        if (hidden && tells_more(box, shown)) {
            *ret_leaks = 1;
            box = shown;
        }
        if (box)
            status = add_mailbox(to, box);
    }
    smime__mailboxes_free(&boxes);
    for (size_t i = 0; i < all->count; i++)
        bad |= all->list[i].in.bad || !all->list[i].in.count;
    if (status == SMIME_OK && bad && !*ret_leaks) { /* found as text, it is left out whole */
        smime__buf_clear(to);
        status = exchange_text(all, value, to, &found);
        *ret_leaks = found;
        bad = found;
    }
    if (bad)
        smime__buf_clear(to);
    return status;
}

/* The next message identifier, or whatever stands there. */
static smime__view next_identifier(const char **text)
{
    const char *start = skip_blanks(*text), *end = start;

    while (*end && !is_blank(*end) && (end == start || (*end != '<' && end[-1] != '>')))
        end++;
    *text = end;
    return smime__view_of(start, (size_t)(end - start));
}

static size_t count_identifiers(const char *text)
{
    size_t count = 0;

    while (next_identifier(&text).len)
        count++;
    return count;
}

static int has_identifier(const char *text, smime__view wanted)
{
    smime__view one;

    while ((one = next_identifier(&text)).len)
        if (smime__ascii_equal((const char *)one.data, one.len, (const char *)wanted.data,
                               wanted.len))
            return 1;
    return 0;
}

/* As shown_instead(); "" when nothing was, NULL when it was not hidden. */
static const char *identifier_instead(const secrets *all, smime__view one)
{
    const char *instead = NULL;

    for (size_t i = 0; i < all->count; i++) {
        const secret *other = &all->list[i];
        if (has_identifier(other->outside, one))
            return NULL;
        if (instead || !has_identifier(other->inside, one))
            continue;
        instead = count_identifiers(other->inside) == 1 && count_identifiers(other->outside) == 1
                      ? other->outside
                      : "";
    }
    return instead;
}

static smime_status exchange_identifiers(const secrets *all, const char *text, smime__buf *to,
                                         int *ret_leaks)
{
    size_t most = strlen(text) + GROWTH_MAX;
    smime_status status = SMIME_OK;
    smime__view one;

    while (status == SMIME_OK && (one = next_identifier(&text)).len) {
        const char *instead = identifier_instead(all, one);
        *ret_leaks |= instead != NULL;
        if (instead)
            one = smime__view_text(instead);
        if (one.len && to->len)
            status = smime__buf_add_byte(to, ' ');
        if (status == SMIME_OK)
            status = smime__buf_add_view(to, one);
        if (to->len > most) {
            smime__buf_clear(to);
            break;
        }
    }
    return status;
}

/* When the subject was hidden nothing else tells of it: programs make topics in their own ways. */
static smime_status hide_topic(const secrets *all, smime__view name, int32_t *ret_outer,
                               smime__buf *to)
{
    const secret *subject = NULL;
    int leaks = *ret_outer != SMIME_OUTER_SAME;

    for (size_t i = 0; i < all->count && !subject; i++)
        if (all->list[i].subject)
            subject = &all->list[i];
    if (!subject || (leaks && smime__view_is(name, "Subject")))
        return SMIME_OK;
    smime__buf_clear(to);
    *ret_outer = *subject->outside ? SMIME_OUTER_OTHER : SMIME_OUTER_ABSENT;
    if (!smime__view_is(name, "Subject"))
        *ret_outer = SMIME_OUTER_ABSENT;
    return *ret_outer == SMIME_OUTER_OTHER ? smime__buf_add_text(to, subject->outside) : SMIME_OK;
}

/* Every part of the value is compared with every secret, and both may be as long as a header is. */
static int is_too_much(const secrets *all, const char *value)
{
    uint64_t mine = 0, theirs = 0;

    for (const char *at = value; *at; at++)
        mine += all->family != PEOPLE ? 1 : *at == '@' ? 16 : 0;
    for (size_t i = 0; i < all->count; i++) {
        const secret *one = &all->list[i];
        theirs += all->family == PEOPLE ? one->in.count + one->out.count
                                        : strlen(one->inside) + strlen(one->outside);
    }
    return theirs && mine > WORK_MAX / theirs;
}

static int is_empty(const smime__buf *text)
{
    for (size_t i = 0; i < text->len; i++)
        if (!is_blank((char)text->data[i]) && text->data[i] != ',')
            return 0;
    return 1;
}

smime_status smime__answer_outer(const smime__header_plan *plan, smime__view name,
                                 smime__view text, const char *value, int32_t *ret_outer,
                                 smime__buf *ret_value, int *ret_leaks)
{
    secrets all = { 0 };
    smime_status status;

    *ret_outer = SMIME_OUTER_SAME;
    *ret_leaks = 0;
    if (!plan->answered_count || smime__view_is(name, "From") || smime__view_is(name, "Date"))
        return SMIME_OK; /* those are of the one who answers */
    status = collect(&all, plan, name);
    if (status == SMIME_OK && is_too_much(&all, value))
        *ret_leaks = 1; /* left out */
    else if (status == SMIME_OK && all.family == PEOPLE)
        status = exchange_people(&all, text, value, ret_value, ret_leaks);
    else if (status == SMIME_OK && all.family == IDENTIFIERS)
        status = exchange_identifiers(&all, value, ret_value, ret_leaks);
    else if (status == SMIME_OK)
        status = exchange_text(&all, value, ret_value, ret_leaks);
    if (*ret_leaks)
        *ret_outer = is_empty(ret_value) ? SMIME_OUTER_ABSENT : SMIME_OUTER_OTHER;
    if (status == SMIME_OK && all.family == TOPIC)
        status = hide_topic(&all, name, ret_outer, ret_value);
    forget(&all);
    return status;
}
