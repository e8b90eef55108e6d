/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The verdict in words: what matters most comes first. */
#include "mail/open.h"

#include "base/ascii.h"

#include <string.h>

/* Who signed, where nobody is shown as the sender: the first of those whose signature is good. */
static const char *name_signer(const smime__report_layer *layer)
{
    const smime_cert *cert = NULL;

    for (size_t i = 0; layer && i < layer->signer_count && !cert; i++)
        if (smime__signer_is_good(&layer->signers[i]))
            cert = layer->signers[i].cert;
    if (cert && smime_cert_email_count(cert))
        return smime_cert_email(cert, 0);
    return cert ? smime_cert_subject(cert) : "somebody";
}

static smime_status say_signed(smime__buf *to, const smime_report *report)
{
    const smime__report_layer *layer = smime__innermost_signed(report);
    int sender = report->from_binding == SMIME_BINDING_MATCH;
    const char *who = sender ? report->from_address : name_signer(layer);
    size_t count = 0;
    smime_status status = smime__buf_format(to, "Signed by %.*s%s", smime__utf8_fit(who, 200), who,
                                            sender ? ", who is the sender" : "");

    for (size_t i = 0; layer && i < layer->signer_count; i++)
        count += smime__signer_is_good(&layer->signers[i]) != 0;
    if (count > 1 && status == SMIME_OK)
        status = smime__buf_format(to, "%s by %zu more", sender ? ", and" : " and", count - 1);
    return status == SMIME_OK ? smime__buf_add_text(to, ". Not changed. ") : status;
}

/* Who can read it: those whom the layer with the fewest recipients names. 0: passwords and keys are among
 * them, which anybody may have. */
static size_t count_readers(const smime_report *report)
{
    size_t least = SIZE_MAX;

    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        if (layer->errant || !smime__layer_encrypts(layer))
            continue;
        if (!layer->recipients.count)
            return 0;
        for (size_t k = 0; k < layer->recipients.count; k++) {
            const char *kind = layer->recipients.list[k].kind;
            if (strcmp(kind, "ktri") != 0 && strcmp(kind, "kari") != 0 &&
                strcmp(kind, "kemri") != 0)
                return 0;
        }
        if (layer->recipients.count < least)
            least = layer->recipients.count;
    }
    return least == SIZE_MAX ? 0 : least;
}

static smime_status say_readers(smime__buf *to, const smime_report *report)
{
    size_t readers = count_readers(report);

    if (!readers)
        return smime__buf_add_text(to, "Encrypted");
    if (readers == 1)
        return smime__buf_add_text(to, "Only you can read it");
    return smime__buf_format(to, "Only you and %zu other%s can read it", readers - 1,
                             readers == 2 ? "" : "s");
}

/* What comes before the verdict itself. */
static smime_status say_first(smime__buf *to, const smime_report *report)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < report->reason_count && status == SMIME_OK; i++)
        if (report->reasons[i].weight < 0)
            status = smime__buf_format(to, "%s ", report->reasons[i].text);
    return status;
}

/* What would explain a change, behind what is wrong. */
static smime_status say_damage(smime__buf *to, const smime_report *report)
{
    for (size_t i = 0; i < report->reason_count; i++)
        if (!strncmp(report->reasons[i].code, "damage-", 7))
            return smime__buf_format(to, " %s", report->reasons[i].text);
    return SMIME_OK;
}

static smime_status say_wrong(smime__buf *to, const smime_report *report)
{
    for (size_t i = 0; i < report->reason_count; i++)
        if (report->reasons[i].weight >= 0) {
            const char *text = report->reasons[i].text;
            smime_status status = smime__buf_format(to, "Not to be trusted. %.*s",
                                                    smime__utf8_fit(text, 400), text);
            return status == SMIME_OK ? say_damage(to, report) : status;
        }
    return smime__buf_add_text(to, "Not to be trusted.");
}

static smime_status say(smime__buf *to, const smime_report *report, const smime__error *error)
{
    smime_status status = say_first(to, report);

    if (status < 0)
        return status;
    switch (report->summary) {
    case SMIME_SUMMARY_UNPROTECTED:
        return smime__buf_add_text(to, "Neither signed nor encrypted: anyone may have written or "
                                       "read it.");
    case SMIME_SUMMARY_CONFIDENTIAL:
        status = say_readers(to, report);
        return status == SMIME_OK
                   ? smime__buf_add_text(to, ". Not signed inside: anyone may have written it.")
                   : status;
    case SMIME_SUMMARY_VERIFIED:
        status = say_signed(to, report);
        return status == SMIME_OK ? smime__buf_add_text(to, "Not encrypted.") : status;
    case SMIME_SUMMARY_CONFIDENTIAL_VERIFIED:
        status = say_signed(to, report);
        if (status == SMIME_OK)
            status = say_readers(to, report);
        return status == SMIME_OK ? smime__buf_add_byte(to, '.') : status;
    case SMIME_SUMMARY_INVALID:
        return say_wrong(to, report);
    case SMIME_SUMMARY_LOCKED:
        return smime__buf_add_text(to, "Encrypted, and for no key at hand: it cannot be opened.");
    default:
        return smime__buf_format(to, "No verdict: %.400s.", smime__error_sentence(error));
    }
}

/* What looks like somebody's and is not, where the verdict itself says nothing of it. */
static smime_status say_caution(smime__buf *to, const smime_report *report)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < report->reason_count && status == SMIME_OK; i++) {
        const char *code = report->reasons[i].code;
        if (!strcmp(code, "display-name-address") ||
            (!strcmp(code, "from-mismatch") && report->summary == SMIME_SUMMARY_CONFIDENTIAL))
            status = smime__buf_format(to, " %s", report->reasons[i].text);
    }
    return status;
}

void smime__verdict_sentence(smime_report *report, const smime__error *error)
{
    smime__buf text = { 0 };

    if (say(&text, report, error) < 0 || say_caution(&text, report) < 0 ||
        !smime__buf_text(&text)) {
        smime__buf_free(&text);
        return; /* the one before, if there is one: getters give "" for none */
    }
    smime__buf_free(&report->text);
    report->text = text;
}
