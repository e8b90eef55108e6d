/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* From what every level came to, the report and the one verdict. See docs/trust.md. */
#include "mail/open.h"

#include "pki/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_strict(const smime__open_run *run)
{
    return run->job->job.settings.preset == SMIME_POLICY_STRICT;
}

static smime_status reason(smime__open_run *run, const char *code, const char *text, int layer,
                           int signer)
{
    return smime__report_reason(run->report, code, text, layer, signer, -1, UINT64_MAX);
}

static smime_status judge_path(smime__open_run *run, smime__report_signer *signer, int layer,
                               int index)
{
    smime_status status = smime__path_find(run->paths, signer->cert, SMIME_USE_SIGN, NULL,
                                           &signer->path);

    if (status < 0 || smime_path_valid(signer->path))
        return status;
    return smime__report_reason(run->report, smime_path_reason(signer->path),
                                smime_path_text(signer->path), layer, index,
                                smime_path_fault(signer->path), UINT64_MAX);
}

static smime_status note_time(smime__open_run *run, const smime__report_signer *signer, int layer,
                              int index)
{
    int64_t apart = signer->time - run->date;

    if (!signer->has_time || !run->has_date || (apart <= 3600 && apart >= -3600))
        return SMIME_OK;
    return reason(run, "signing-time-differs", NULL, layer, index);
}

static smime_status add_signer(smime__open_run *run, smime__report_layer *layer, int layer_index,
                               int index, const smime__signer_result *result)
{
    smime__report_signer *signer = &layer->signers[index];
    int by_case = 0;
    smime_status status = SMIME_OK;

    signer->status = result->verdict == SMIME__SIGNER_GOOD  ? SMIME_SIGNER_GOOD
                     : result->verdict == SMIME__SIGNER_BAD ? SMIME_SIGNER_BAD
                                                            : SMIME_SIGNER_INDETERMINATE;
    signer->cert = smime_cert_ref(result->cert);
    signer->hash = result->hash;
    signer->scheme = result->scheme;
    signer->has_time = result->has_time;
    signer->time = result->time;
    if (result->reason)
        status = reason(run, result->reason, result->text, layer_index, index);
    if (result->reason && !strcmp(result->reason, "digest-not-computed"))
        run->missed_digest = 1;
    if (status == SMIME_OK && result->weak && !result->reason)
        status = reason(run, "weak-algorithm", NULL, layer_index, index);
    if (status < 0 || !signer->cert)
        return status;
    signer->binding = smime__binding_of(run, signer->cert, is_strict(run), &by_case);
    if (signer->status == SMIME_SIGNER_GOOD && by_case)
        status = reason(run, "address-case", NULL, layer_index, index);
    if (status == SMIME_OK && signer->status == SMIME_SIGNER_GOOD)
        status = note_time(run, signer, layer_index, index);
    return status == SMIME_OK ? judge_path(run, signer, layer_index, index) : status;
}

static smime_status add_signers(smime__open_run *run, smime__report_layer *layer, int index,
                                const smime__cms_result *result)
{
    smime_status status = SMIME_OK;

    if (result->failure || !result->signers)
        return SMIME_OK;
    layer->signers = calloc(result->signer_count ? result->signer_count : 1,
                            sizeof *layer->signers);
    if (!layer->signers)
        return SMIME_E_NOMEM;
    layer->signer_count = result->signer_count;
    for (size_t i = 0; i < result->signer_count && status == SMIME_OK; i++)
        status = add_signer(run, layer, index, (int)i, &result->signers[i]);
    return status;
}

/* Why a layer could not be read, @p index -1 when it is not even known what it was. */
static smime_status add_failures(smime__open_run *run, const smime__level *level, int index,
                                 int *ret_failed)
{
    const smime__cms_result *result = smime__level_result(level);
    uint64_t offset;
    const char *failure = smime__level_failure(level, &offset);
    smime_status status = SMIME_OK;

    if (failure)
        status = smime__report_reason(run->report, failure, NULL, index, -1, -1, offset);
    if (status == SMIME_OK && result->failure)
        status = smime__report_reason(run->report, result->failure, result->failure_text, index,
                                      -1, -1, result->failure_offset);
    *ret_failed = failure != NULL || result->failure != NULL;
    if (result->failure && result->failure_status < 0 && !run->report->status)
        run->report->status = result->failure_status;
    if (failure && !run->report->status)
        run->report->status = SMIME_E_MIME_SYNTAX;
    return status;
}

/* What is to be known of one layer as a whole. */
static smime_status add_layer_reasons(smime__open_run *run, smime__report_layer *layer, int index,
                                      const smime__cms_result *result)
{
    smime_status status = SMIME_OK;

    if (result->locked)
        status = reason(run, "no-key", NULL, index, -1);
    if (status == SMIME_OK && layer->opened && !layer->authenticated)
        status = reason(run, "not-authenticated", NULL, index, -1);
    if (status == SMIME_OK && result->cipher == SMIME__CIPHER_3DES_CBC)
        status = reason(run, "weak-algorithm", "The content is encrypted with 3DES.", index, -1);
    if (status == SMIME_OK && result->skipped_certs)
        status = reason(run, "certificate-skipped", NULL, index, -1);
    if (status == SMIME_OK && result->trailing)
        status = reason(run, "trailing-data", NULL, index, -1);
    return status;
}

static smime_status copy_recipients(smime__report_layer *layer, const smime__recipients *from)
{
    layer->recipients.list = calloc(from->count ? from->count : 1, sizeof *from->list);
    if (!layer->recipients.list)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < from->count; i++) {
        layer->recipients.list[i] = from->list[i];
        if (from->list[i].identifier &&
            !(layer->recipients.list[i].identifier = strdup(from->list[i].identifier)))
            return SMIME_E_NOMEM;
        layer->recipients.count++;
    }
    return SMIME_OK;
}

static smime_status add_layer(smime__open_run *run, smime__level *level)
{
    const smime__cms_result *result = smime__level_result(level);
    int index = (int)run->report->layer_count;
    smime__report_layer *layer;
    smime_status status = smime__report_add_layer(run->report, &layer);

    if (status < 0)
        return status;
    layer->kind = smime__level_is_clear(level) ? SMIME_LAYER_SIGNED : result->kind;
    layer->algorithm = result->cipher ? smime__cipher_name(result->cipher) : NULL;
    layer->authenticated = result->authenticated;
    layer->opened = result->opened && !result->failure;
    layer->locked = result->locked;
    layer->covers_length = result->content_length;
    status = copy_recipients(layer, &result->recipients);
    if (status == SMIME_OK)
        status = add_failures(run, level, index, &layer->failed);
    if (status == SMIME_OK)
        status = add_layer_reasons(run, layer, index, result);
    if (status == SMIME_OK && layer->kind == SMIME_LAYER_SIGNED)
        status = add_signers(run, layer, index, result);
    if (status == SMIME_OK && layer->kind == SMIME_LAYER_SIGNED && !layer->failed &&
        !layer->signer_count)
        status = reason(run, result->has_content ? "no-signer" : "certs-only", NULL, index, -1);
    else if (status == SMIME_OK && layer->kind == SMIME_LAYER_SIGNED && !layer->failed &&
             !layer->covers_length && !result->has_content && layer->signer_count &&
             run->levels[run->level_count - 1] == level) {
        layer->failed = 1;
        status = reason(run, "content-missing", NULL, index, -1);
    }
    return status;
}

static smime_status add_errants(smime__open_run *run, const smime__level *level)
{
    size_t count;
    const int *kinds = smime__level_errants(level, &count);
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < count && status == SMIME_OK; i++) {
        smime__report_layer *layer;
        status = smime__report_add_layer(run->report, &layer);
        if (status < 0)
            break;
        layer->kind = kinds[i];
        layer->errant = 1;
        status = reason(run, "errant-layer", NULL, (int)run->report->layer_count - 1, -1);
    }
    return status;
}

static smime_status add_defects(smime__open_run *run, smime__level *level, int index)
{
    const smime__defects *defects = smime__level_defects(level);
    smime_report *report = run->report;
    smime_status status = SMIME_OK;

    if (!defects)
        return SMIME_OK;
    report->structural |= defects->structural;
    for (size_t i = 0; i < defects->count && status == SMIME_OK; i++) {
        status = smime__grow((void **)&report->defects, report->defect_count,
                             &report->defect_room, sizeof *report->defects);
        if (status == SMIME_OK) {
            report->defects[report->defect_count].defect = defects->list[i];
            report->defects[report->defect_count++].layer = index;
        }
    }
    return status;
}

/* Which parts a signature covered: those of the content inside, as far as it was taken apart. */
static smime_status add_parts(smime__report_layer *layer, smime__level *inner)
{
    size_t count = 0;
    char **parts = inner && !smime__level_is_layer(inner) ? smime__level_parts(inner, &count)
                                                          : NULL;

    if (layer->kind == SMIME_LAYER_SIGNED && parts) {
        layer->parts = parts;
        layer->part_count = count;
        return SMIME_OK;
    }
    for (size_t i = 0; i < count; i++)
        free(parts[i]);
    free(parts);
    if (layer->kind != SMIME_LAYER_SIGNED)
        return SMIME_OK;
    layer->parts = calloc(1, sizeof *layer->parts);
    if (!layer->parts || !(layer->parts[0] = strdup("1")))
        return SMIME_E_NOMEM;
    layer->part_count = 1;
    return SMIME_OK;
}

/* Whether it is known what kind of layer this is. One inside content that was cut off may have begun
 * without a single byte. */
static int has_kind(const smime__level *level)
{
    return smime__level_is_clear(level) ||
           smime__level_result(level)->kind != SMIME__LAYER_UNKNOWN;
}

static smime_status collect(smime__open_run *run)
{
    size_t levels = run->level_count;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < levels && status == SMIME_OK; i++) {
        smime__level *level = run->levels[i];
        if (smime__level_note(level))
            status = reason(run, smime__level_note(level), NULL, -1, -1);
        if (status == SMIME_OK)
            status = add_defects(run, level, (int)i);
        if (status == SMIME_OK && smime__level_is_layer(level) && !has_kind(level)) {
            int failed;
            status = add_failures(run, level, -1, &failed);
            run->unreadable |= failed;
        } else if (status == SMIME_OK && smime__level_is_layer(level)) {
            const smime__report_layer *layer;
            status = add_layer(run, level);
            if (status == SMIME_OK)
                status = add_parts(&run->report->layers[run->report->layer_count - 1],
                                   i + 1 < run->level_count ? run->levels[i + 1] : NULL);
            /* What a failed decryption left is noise, or an answer to whoever tampers with
             * ciphertext: nothing is told of it. */
            layer = &run->report->layers[run->report->layer_count - 1];
            if (status == SMIME_OK && smime__layer_encrypts(layer) && !layer->opened)
                levels = i + 1;
        }
    }
    for (size_t i = 0; i < levels && status == SMIME_OK; i++)
        status = add_errants(run, run->levels[i]);
    return status;
}

/* All signers good with a valid path; *ret_bound: one of them is the sender. */
static int signers_good(const smime__report_layer *layer, int32_t *ret_binding)
{
    int good = layer->signer_count > 0 && !layer->failed;

    *ret_binding = SMIME_BINDING_NOT_APPLICABLE;
    for (size_t i = 0; i < layer->signer_count; i++) {
        const smime__report_signer *signer = &layer->signers[i];
        if (signer->status != SMIME_SIGNER_GOOD || !smime_path_valid(signer->path))
            good = 0;
        if (*ret_binding != SMIME_BINDING_MATCH &&
            (*ret_binding == SMIME_BINDING_NOT_APPLICABLE ||
             signer->binding == SMIME_BINDING_MATCH))
            *ret_binding = signer->binding;
    }
    return good;
}

static const char *binding_reason(int32_t binding)
{
    switch (binding) {
    case SMIME_BINDING_MISMATCH:
        return "from-mismatch";
    case SMIME_BINDING_NO_ADDRESS:
        return "from-no-address";
    case SMIME_BINDING_SENDER_ONLY:
        return "from-sender-only";
    case SMIME_BINDING_AMBIGUOUS:
        return "from-ambiguous";
    case SMIME_BINDING_MISSING:
        return "from-missing";
    default:
        return NULL;
    }
}

typedef struct tally {
    int encrypted, locked, broken; /* layers: some encrypt; some are locked; some are wrong */
    int signed_any, signed_good;
    int innermost_signed;   /* index, -1 */
    int innermost_encrypted;
} tally;

static smime_status count_layers(smime__open_run *run, tally *t)
{
    smime_report *report = run->report;

    memset(t, 0, sizeof *t);
    t->broken = run->unreadable;
    t->signed_good = 1;
    t->innermost_signed = t->innermost_encrypted = -1;
    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        int32_t binding;

        if (layer->errant)
            continue;
        t->broken |= layer->failed;
        t->locked |= layer->locked;
        if (layer->kind == SMIME_LAYER_SIGNED) {
            if (!layer->signer_count && !layer->failed && !layer->covers_length)
                continue; /* certs-only */
            t->signed_any = 1;
            t->innermost_signed = (int)i;
            t->signed_good &= signers_good(layer, &binding);
            report->from_binding = binding;
        } else {
            t->encrypted = 1;
            t->innermost_encrypted = (int)i;
        }
    }
    return SMIME_OK;
}

static smime_status decide(smime__open_run *run)
{
    smime_report *report = run->report;
    const char *unbound;
    smime_status status;
    tally t;

    status = count_layers(run, &t);
    unbound = binding_reason(report->from_binding);
    report->presentation = t.encrypted && !t.broken && !t.locked ? SMIME_SUMMARY_CONFIDENTIAL
                                                                 : SMIME_SUMMARY_UNPROTECTED;
    if (status == SMIME_OK && t.signed_any && unbound && t.innermost_signed >= 0)
        status = reason(run, unbound, NULL, t.innermost_signed, -1);
    if (status == SMIME_OK && report->structural)
        status = reason(run, "structure-ambiguous", NULL, -1, -1);
    if (status < 0)
        return status;
    if (report->status < 0 || t.broken ||
        (t.signed_any && (!t.signed_good || unbound || report->structural)))
        report->summary = SMIME_SUMMARY_INVALID;
    else if (t.locked)
        report->summary = SMIME_SUMMARY_LOCKED;
    /* who signs what is still encrypted inside need not know it, whatever stands around both */
    else if (t.encrypted && t.innermost_signed > t.innermost_encrypted)
        report->summary = SMIME_SUMMARY_CONFIDENTIAL_VERIFIED;
    else if (t.encrypted)
        report->summary = SMIME_SUMMARY_CONFIDENTIAL;
    else
        report->summary = t.signed_any ? SMIME_SUMMARY_VERIFIED : SMIME_SUMMARY_UNPROTECTED;
    if (report->summary == SMIME_SUMMARY_UNPROTECTED ||
        (report->summary == SMIME_SUMMARY_CONFIDENTIAL && !t.signed_any))
        status = reason(run, "not-signed", NULL, -1, -1);
    if (status == SMIME_OK && t.encrypted && t.signed_any && t.innermost_signed < t.innermost_encrypted)
        status = reason(run, "signature-outside", NULL, t.innermost_signed, -1);
    if (report->summary != SMIME_SUMMARY_INVALID && report->summary != SMIME_SUMMARY_LOCKED)
        report->presentation = report->summary;
    if (status == SMIME_OK && t.signed_any && t.signed_good &&
        run->job->job.settings.revocation != SMIME_REVOCATION_OFF)
        status = reason(run, "revocation-not-checked", NULL, t.innermost_signed, -1);
    return status;
}

static smime_status note_display_name(smime__open_run *run)
{
    const char *display = run->report->from_display;

    if (!display || !strchr(display, '@') ||
        smime__mailbox_compare(display, run->report->from_address))
        return SMIME_OK;
    return reason(run, "display-name-address", NULL, -1, -1);
}

smime_status smime__verdict(smime__open_run *run)
{
    smime_status status = collect(run);

    if (status == SMIME_OK)
        status = decide(run);
    if (status == SMIME_OK)
        status = note_display_name(run);
    smime__report_sort_reasons(run->report);
    return status;
}

int smime__verdict_releases(const smime_report *report, int32_t release)
{
    int encrypted = 0, all_opened = 1;

    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        if (layer->errant || layer->kind == SMIME_LAYER_SIGNED)
            continue;
        encrypted |= smime__layer_encrypts(layer);
        all_opened &= layer->opened;
    }
    switch (release) {
    case SMIME_RELEASE_VERIFIED:
        return report->summary == SMIME_SUMMARY_VERIFIED ||
               report->summary == SMIME_SUMMARY_CONFIDENTIAL_VERIFIED;
    case SMIME_RELEASE_DECRYPTED:
        return encrypted && all_opened && report->status >= 0;
    case SMIME_RELEASE_UNVERIFIED:
        return all_opened && report->status >= 0 &&
               report->summary != SMIME_SUMMARY_UNDECIDED;
    case SMIME_RELEASE_NOTHING:
        return 0;
    default:
        return report->summary != SMIME_SUMMARY_UNDECIDED &&
               report->summary != SMIME_SUMMARY_INVALID &&
               report->summary != SMIME_SUMMARY_LOCKED;
    }
}

/* The sentence for people. */
void smime__verdict_sentence(smime_report *report, const smime__error *error)
{
    const char *first = report->reason_count ? report->reasons[0].text : "";
    const char *from = report->from_address ? report->from_address : "the sender";
    char text[640];

    switch (report->summary) {
    case SMIME_SUMMARY_UNPROTECTED:
        snprintf(text, sizeof text, "Neither signed nor encrypted: anyone may have written or "
                                    "read it.");
        break;
    case SMIME_SUMMARY_CONFIDENTIAL:
        snprintf(text, sizeof text, "Encrypted, and not signed inside: anyone may have written "
                                    "it.");
        break;
    case SMIME_SUMMARY_VERIFIED:
        snprintf(text, sizeof text, "Signed by %.200s, who is the sender. Not changed. Not "
                                    "encrypted.", from);
        break;
    case SMIME_SUMMARY_CONFIDENTIAL_VERIFIED:
        snprintf(text, sizeof text, "Signed by %.200s, who is the sender. Not changed. "
                                    "Encrypted.", from);
        break;
    case SMIME_SUMMARY_INVALID:
        snprintf(text, sizeof text, "Not to be trusted. %.400s", first);
        break;
    case SMIME_SUMMARY_LOCKED:
        snprintf(text, sizeof text, "Encrypted, and for no key at hand: it cannot be opened.");
        break;
    default:
        snprintf(text, sizeof text, "No verdict: %.400s.", smime__error_sentence(error));
    }
    free(report->text);
    report->text = strdup(text);
}
