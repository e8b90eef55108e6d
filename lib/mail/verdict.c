/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one verdict over what the report holds. See docs/trust.md. */
#include "mail/open.h"

#include "mail/claims.h"
#include "pki/path.h"

#include <string.h>

int smime__signers_good(const smime__report_layer *layer, int32_t *ret_binding)
{
    int good = layer->signer_count > 0 && !layer->failed;

    *ret_binding = SMIME_BINDING_NOT_APPLICABLE;
    for (size_t i = 0; i < layer->signer_count; i++) {
        const smime__report_signer *signer = &layer->signers[i];
        if (signer->counter_of >= 0)
            continue;
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

/* With names of those who have to sign: each is among the good ones, and one good one is the sender. */
static smime_status check_required(smime__open_run *run, int index, int *ret_good)
{
    const smime__settings *settings = &run->job->job.settings;
    smime__report_layer *layer = &run->report->layers[index];
    smime_status status = SMIME_OK;

    *ret_good = !layer->failed;
    run->report->from_binding = SMIME_BINDING_NOT_APPLICABLE;
    for (size_t k = 0; k < layer->signer_count; k++)
        if (smime__signer_is_good(&layer->signers[k]) &&
            run->report->from_binding != SMIME_BINDING_MATCH)
            run->report->from_binding = layer->signers[k].binding;
    for (size_t i = 0; i < settings->required_count && status == SMIME_OK; i++) {
        int found = 0;
        for (size_t k = 0; k < layer->signer_count; k++)
            found |= smime__signer_is_good(&layer->signers[k]) &&
                     smime_cert_is_for(layer->signers[k].cert, settings->required[i]);
        *ret_good &= found;
        if (!found)
            status = smime__open_reason(run, "required-signer-missing", NULL, index, -1);
    }
    return status;
}

typedef struct tally {
    int encrypted, locked, broken; /* layers: some encrypt; some are locked; some are wrong */
    int signed_any, inner_good, outer_good; /* the innermost signed layer, and those around it */
    int innermost_signed;   /* index, -1 */
    int innermost_encrypted;
} tally;

static smime_status count_layers(smime__open_run *run, tally *t)
{
    smime_report *report = run->report;

    memset(t, 0, sizeof *t);
    t->broken = run->unreadable;
    t->inner_good = t->outer_good = 1;
    t->innermost_signed = t->innermost_encrypted = -1;
    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        int32_t binding;

        if (layer->errant)
            continue;
        t->broken |= layer->failed;
        t->locked |= layer->locked && smime__layer_encrypts(layer);
        if (layer->kind == SMIME_LAYER_SIGNED) {
            if (layer->certs_only)
                continue;
            t->signed_any = 1;
            t->innermost_signed = (int)i;
            t->outer_good &= t->inner_good;
            t->inner_good = smime__signers_good(layer, &binding);
            report->from_binding = binding;
        } else if (smime__layer_encrypts(layer)) {
            t->encrypted = 1;
            t->innermost_encrypted = (int)i;
        }
    }
    return SMIME_OK;
}

/* What a valid path leaves open. */
static smime_status note_revocation(smime__open_run *run, int layer)
{
    const smime__report_layer *signed_layer = &run->report->layers[layer];
    smime_status status = SMIME_OK;

    if (run->job->job.settings.revocation == SMIME_REVOCATION_OFF)
        return SMIME_OK;
    for (size_t i = 0; i < signed_layer->signer_count && status == SMIME_OK; i++) {
        const smime_path *path = signed_layer->signers[i].path;
        int32_t state = smime_path_revocation(path, 0);

        if (signed_layer->signers[i].counter_of >= 0)
            continue;
        if (state == SMIME_REVOKED_NOT_CHECKED && smime_path_count(path) > 1)
            status = smime__open_reason(run, "revocation-not-checked", NULL, layer, (int)i);
        else if (state == SMIME_REVOKED_UNKNOWN)
            status = smime__report_reason(run->report, "revocation-undetermined",
                                          smime_path_revocation_text(path, 0), layer, (int)i, 0,
                                          UINT64_MAX);
    }
    return status;
}

static smime_status decide(smime__open_run *run)
{
    smime_report *report = run->report;
    const char *unbound;
    smime_status status;
    tally t;

    status = count_layers(run, &t);
    if (status == SMIME_OK && t.innermost_signed >= 0 && run->job->job.settings.required_count)
        status = check_required(run, t.innermost_signed, &t.inner_good);
    unbound = run->job->job.settings.rules.bindings >> report->from_binding & 1
                  ? NULL
                  : binding_reason(report->from_binding);
    report->presentation = t.encrypted && !t.broken && !t.locked ? SMIME_SUMMARY_CONFIDENTIAL
                                                                 : SMIME_SUMMARY_UNPROTECTED;
    if (status == SMIME_OK && t.signed_any && unbound && t.innermost_signed >= 0)
        status = smime__open_reason(run, unbound, NULL, t.innermost_signed, -1);
    if (status == SMIME_OK && report->structural)
        status = smime__open_reason(run, "structure-ambiguous", NULL, -1, -1);
    if (status < 0)
        return status;
    if (report->status < 0 || t.broken ||
        (t.signed_any && (!t.inner_good || !t.outer_good || unbound || report->structural)))
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
        status = smime__open_reason(run, "not-signed", NULL, -1, -1);
    if (status == SMIME_OK && t.encrypted && t.signed_any && t.innermost_signed < t.innermost_encrypted)
        status = smime__open_reason(run, "signature-outside", NULL, t.innermost_signed, -1);
    if (report->summary != SMIME_SUMMARY_INVALID && report->summary != SMIME_SUMMARY_LOCKED)
        report->presentation = report->summary;
    return status == SMIME_OK && t.signed_any && t.inner_good && t.outer_good
               ? note_revocation(run, t.innermost_signed)
               : status;
}

static smime_status note_display_name(smime__open_run *run)
{
    const char *display = run->report->from_display;

    if (!display || !smime__holds_at_sign(display) ||
        smime__mailbox_compare(display, run->report->from_address))
        return SMIME_OK;
    return smime__open_reason(run, "display-name-address", NULL, -1, -1);
}

/* What tampering with ciphertext brings about, and not what a sender or a policy does. */
static int is_damaged(const smime__report_layer *layer)
{
    if (layer->failed)
        return 1;
    for (size_t i = 0; i < layer->signer_count; i++)
        if (layer->signers[i].counter_of < 0 && layer->signers[i].damaged)
            return 1;
    return 0;
}

/* Encryption without a tag lets anybody change what is inside, and what came of that is an answer to whoever
 * did. So nothing is told but that it failed, unless the caller wants content whatever it is. */
static int find_damaged(const smime__open_run *run, size_t *ret_level)
{
    const smime_report *report = run->report;
    int32_t release = run->job->release;
    size_t outer = SIZE_MAX;

    for (size_t i = 0; i < report->layer_count && i < run->level_count; i++) {
        const smime__cms_result *result = smime__level_result(run->levels[i]);
        *ret_level = i;
        if (!report->layers[i].errant && result && result->damaged)
            return 1; /* its padding is wrong, whatever the caller wants */
    }
    if (release == SMIME_RELEASE_DECRYPTED || release == SMIME_RELEASE_UNVERIFIED ||
        release == SMIME_RELEASE_AT_ONCE || report->summary != SMIME_SUMMARY_INVALID ||
        run->job->cms)
        return 0;
    for (size_t i = 0; i < report->layer_count; i++) {
        const smime__report_layer *layer = &report->layers[i];
        if (layer->errant)
            continue;
        if (outer == SIZE_MAX) {
            if (smime__layer_encrypts(layer) && layer->opened && !layer->authenticated)
                outer = i;
            continue;
        }
        if (is_damaged(layer)) {
            *ret_level = outer;
            return 1;
        }
    }
    *ret_level = outer;
    return outer != SIZE_MAX && (run->unreadable || report->status < 0 || report->structural);
}

static smime_status shut(smime__open_run *run, size_t level)
{
    smime_status status;

    smime__report_empty(run->report);
    smime__open_forget_inner(run);
    smime__error_clear(&run->job->job.error);
    run->unreadable = run->may_be_damaged = 0;
    run->shut = level + 1;
    status = smime__collect(run);
    return status == SMIME_OK ? decide(run) : status;
}

/* Encryption that did not open to its end: what was read inside by then may be anybody's. */
static int is_closed(const smime__open_run *run)
{
    for (size_t i = 0; i < run->level_count; i++) {
        const smime__cms_result *result = smime__level_result(run->levels[i]);
        if (result && !smime__level_is_isolated(run->levels[i]) &&
            (result->kind == SMIME__LAYER_ENVELOPED || result->kind == SMIME__LAYER_ENCRYPTED ||
             result->kind == SMIME__LAYER_AUTH_ENVELOPED) &&
            (!result->opened || result->failure))
            return 1;
    }
    return 0;
}

smime_status smime__verdict(smime__open_run *run)
{
    smime_status status;
    size_t level;

    if (is_closed(run))
        smime__open_forget_inner(run);
    status = smime__collect(run);
    if (status == SMIME_OK)
        status = decide(run);
    if (status == SMIME_OK && find_damaged(run, &level))
        status = shut(run, level);
    if (status == SMIME_OK)
        status = smime__open_settle_header(run);
    if (status == SMIME_OK)
        status = note_display_name(run);
    if (status == SMIME_OK)
        status = smime__open_compare_known(run);
    if (status == SMIME_OK)
        status = smime__open_find_preferred(run);
    smime__report_sort_reasons(run->report);
    return status;
}
