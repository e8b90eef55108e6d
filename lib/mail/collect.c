/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What every level came to, put into the report: layers, signers, recipients, reasons, defects. */
#include "mail/open.h"

#include "mail/doctor.h"
#include "pki/path.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int is_strict(const smime__open_run *run)
{
    return run->job->job.settings.rules.exact_case;
}

smime_status smime__open_reason(smime__open_run *run, const char *code, const char *text, int layer,
                                int signer)
{
    return smime__report_reason(run->report, code, text, layer, signer, -1, UINT64_MAX);
}

static smime_status judge_path(smime__open_run *run, smime__report_signer *signer, int layer,
                               int index)
{
    smime_status status = smime__path_find(run->paths, signer->cert, run->job->use, NULL,
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
    return smime__open_reason(run, "signing-time-differs", NULL, layer, index);
}

static smime_status read_attributes(smime__report_signer *signer,
                                    const smime__signer_result *result)
{
    smime_status status = smime__report_attributes_read(&signer->attributes[0],
                                                        result->more_unsigned);

    if (status == SMIME_OK && result->signature.len)
        status = smime__buf_add_view(&signer->value, result->signature);
    return status == SMIME_OK ? smime__report_attributes_read(&signer->attributes[1],
                                                              result->more_signed)
                              : status;
}

/* Whoever countersigns says nothing of the content, and anybody can add one: it is told, and takes
 * nothing away from the signer. */
static smime_status add_counter(smime__open_run *run, smime__report_signer *signer, int layer,
                                int index, const smime__signer_result *result)
{
    smime_status status = read_attributes(signer, result);

    if (status == SMIME_OK && signer->cert)
        status = smime__path_find(run->paths, signer->cert, run->job->use, NULL, &signer->path);
    if (status == SMIME_OK && (result->reason || !smime_path_valid(signer->path)))
        status = smime__open_reason(run, "countersignature-bad",
                                    result->reason ? result->text : smime_path_text(signer->path),
                                    layer, index);
    return status;
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
    signer->damaged = signer->status == SMIME_SIGNER_BAD &&
                      strcmp(result->reason, "weak-algorithm") != 0;
    signer->cert = smime_cert_ref(result->cert);
    signer->hash = result->hash;
    signer->scheme = result->scheme;
    signer->has_time = result->has_time;
    signer->time = result->time;
    signer->counter_of = result->counter_of;
    if (result->counter_of >= 0)
        return add_counter(run, signer, layer_index, index, result);
    if (result->reason)
        status = smime__open_reason(run, result->reason, result->text, layer_index, index);
    if (status == SMIME_OK && result->weak && !result->reason)
        status = smime__open_reason(run, "weak-algorithm", NULL, layer_index, index);
    if (status == SMIME_OK)
        status = read_attributes(signer, result);
    if (status < 0 || !signer->cert)
        return status;
    if (!run->job->cms && !layer->isolated)
        signer->binding = smime__binding_of(run, signer->cert, is_strict(run), &by_case);
    if (signer->status == SMIME_SIGNER_GOOD && by_case)
        status = smime__open_reason(run, "address-case", NULL, layer_index, index);
    if (status == SMIME_OK && signer->status == SMIME_SIGNER_GOOD && !layer->isolated)
        status = note_time(run, signer, layer_index, index);
    return status == SMIME_OK ? judge_path(run, signer, layer_index, index) : status;
}

/* No server sees what is encrypted; and who sends changed ciphertext could tell by the time that a
 * diagnosis takes how far it was read. */
static int is_inside_encryption(const smime_report *report, int layer)
{
    for (int i = 0; i < layer; i++)
        if (smime__layer_encrypts(&report->layers[i]))
            return 1;
    return 0;
}

/* Which damage would explain that content is not what was signed. */
static smime_status diagnose(smime__open_run *run, const smime__level *level, int layer, int index,
                             const smime__signer_result *result)
{
    smime__view kept = smime__level_kept(level);
    const char *code;
    smime__buf text = { 0 };
    smime_status status;

    if (!result->reason || strcmp(result->reason, "content-changed") != 0 ||
        !result->message_digest.len || !smime__level_is_clear(level) ||
        is_inside_encryption(run->report, layer))
        return SMIME_OK;
    run->may_be_damaged |= !smime__level_is_isolated(level);
    if (!kept.len || run->diagnosed)
        return SMIME_OK;
    run->diagnosed = 1; /* once for a message: it costs many digests */
    status = smime__doctor(kept, result->hash, result->message_digest,
                           &run->job->job.settings.limits, &code, &text);
    if (status == SMIME_OK && code && !smime__buf_text(&text))
        status = SMIME_E_NOMEM;
    if (status == SMIME_OK && code)
        status = smime__open_reason(run, code, (const char *)text.data, layer, index);
    smime__buf_free(&text);
    return status;
}

static smime_status add_signers(smime__open_run *run, smime__report_layer *layer, int index,
                                const smime__level *level, const smime__cms_result *result)
{
    smime_status status = SMIME_OK;

    if (result->failure || !result->signers)
        return SMIME_OK;
    layer->signers = calloc(result->signer_count ? result->signer_count : 1,
                            sizeof *layer->signers);
    if (!layer->signers)
        return SMIME_E_NOMEM;
    layer->signer_count = result->signer_count;
    for (size_t i = 0; i < result->signer_count && status == SMIME_OK; i++) {
        status = add_signer(run, layer, index, (int)i, &result->signers[i]);
        if (status == SMIME_OK)
            status = diagnose(run, level, index, (int)i, &result->signers[i]);
    }
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
    if (smime__level_is_isolated(level))
        return status;
    if (result->failure && result->failure_status < 0 && !run->report->status) {
        run->report->status = result->failure_status;
        smime__fail_at(&run->job->job.error, result->failure_offset, result->failure_status, "%s",
                       result->failure_text);
    }
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
        status = smime__open_reason(run, "no-key",
                                    result->refused
                                        ? "the policy does not allow the way in which the content "
                                          "key is encrypted to a key at hand"
                                        : NULL,
                                    index, -1);
    if (status == SMIME_OK && smime__layer_encrypts(layer) && layer->opened &&
        !layer->authenticated)
        status = smime__open_reason(run, "not-authenticated", NULL, index, -1);
    if (status == SMIME_OK && smime__cipher_is_weak(result->cipher) && !result->failure)
        status = smime__open_reason(run, "weak-algorithm",
                                    "The content is encrypted with a cipher that is too weak to "
                                    "rely on.", index, -1);
    if (status == SMIME_OK && result->odd_version)
        status = smime__open_reason(run, "version-odd", NULL, index, -1);
    if (status == SMIME_OK && result->skipped_certs)
        status = smime__open_reason(run, "certificate-skipped", NULL, index, -1);
    if (status == SMIME_OK && result->skipped_revocation)
        status = smime__open_reason(run, "revocation-skipped", NULL, index, -1);
    if (status == SMIME_OK && result->trailing)
        status = smime__open_reason(run, "trailing-data", NULL, index, -1);
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

static smime_status copy_type(smime__report_layer *layer, smime__view type)
{
    smime__buf dotted = { 0 };
    smime_status status = type.len ? smime__oid_format(&dotted, type) : SMIME_OK;

    if (status == SMIME_OK && type.len && !smime__buf_text(&dotted))
        status = SMIME_E_NOMEM;
    if (status < 0)
        smime__buf_free(&dotted);
    else
        layer->content_type = (char *)dotted.data;
    return status;
}

static smime_status add_layer(smime__open_run *run, smime__level *level)
{
    const smime__cms_result *result = smime__level_result(level);
    int index = (int)run->report->layer_count;
    int shut = run->shut && run->levels[run->shut - 1] == level;
    smime__report_layer *layer;
    smime_status status = smime__report_add_layer(run->report, &layer);

    if (status < 0)
        return status;
    layer->kind = smime__level_is_clear(level) ? SMIME_LAYER_SIGNED : result->kind;
    layer->errant = layer->isolated = smime__level_is_isolated(level);
    layer->algorithm = result->algorithm;
    layer->authenticated = result->authenticated;
    layer->opened = result->opened && !result->failure && !shut;
    layer->locked = result->locked;
    layer->covers_length = result->content_length;
    status = copy_type(layer, result->content_type);
    if (status == SMIME_OK)
        status = copy_recipients(layer, &result->recipients);
    if (status == SMIME_OK)
        status = add_failures(run, level, index, &layer->failed);
    if (status == SMIME_OK && shut) {
        layer->failed = 1;
        for (size_t i = 0; i < layer->recipients.count; i++)
            layer->recipients.list[i].opened = 0;
        status = smime__open_reason(run, "decryption-failed", NULL, index, -1);
    }
    if (status == SMIME_OK)
        status = add_layer_reasons(run, layer, index, result);
    if (status == SMIME_OK && layer->kind == SMIME_LAYER_SIGNED)
        status = add_signers(run, layer, index, level, result);
    layer->certs_only = layer->kind == SMIME_LAYER_SIGNED && !layer->failed &&
                        !layer->signer_count && !result->has_content &&
                        !smime__level_is_clear(level) && !run->job->detached;
    if (status == SMIME_OK && layer->kind == SMIME_LAYER_SIGNED && !layer->failed &&
        !layer->signer_count)
        status = smime__open_reason(run, layer->certs_only ? "certs-only" : "no-signer", NULL, index,
                                    -1);
    else if (status == SMIME_OK && layer->kind == SMIME_LAYER_SIGNED && !layer->failed &&
             !layer->covers_length && !result->has_content && layer->signer_count &&
             !run->job->detached &&
             run->levels[run->level_count - 1] == level) {
        layer->failed = 1;
        status = smime__open_reason(run, "content-missing", NULL, index, -1);
    }
    return status;
}

static smime_status place_errant(smime__report_layer *layer, size_t within, const char *path)
{
    layer->errant = 1;
    layer->within = (int32_t)within;
    layer->path = strdup(path);
    return layer->path ? SMIME_OK : SMIME_E_NOMEM;
}

static smime_status add_errants(smime__open_run *run, const smime__level *level, size_t within)
{
    const smime__listing *parts = smime__level_parts(level);
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < parts->count && status == SMIME_OK; i++) {
        smime__report_layer *layer;
        if (!parts->list[i].errant)
            continue;
        status = smime__report_add_layer(run->report, &layer);
        if (status < 0)
            break;
        layer->kind = parts->list[i].errant;
        status = place_errant(layer, within, parts->list[i].path);
        if (status == SMIME_OK)
            status = smime__open_reason(run, "errant-layer", NULL,
                                        (int)run->report->layer_count - 1, -1);
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
    if (smime__level_is_isolated(level))
        report->isolated_structural |= defects->structural;
    else
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

/* The parts of one level's content, as far as it was taken apart. */
static smime_status add_parts(smime_report *report, const smime__level *level, int32_t within)
{
    const smime__listing *parts = smime__level_parts(level);
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < parts->count && status == SMIME_OK; i++) {
        smime__report_part *made;
        status = smime__grow((void **)&report->parts, report->part_count, &report->part_room,
                             sizeof *report->parts);
        if (status < 0)
            break;
        made = &report->parts[report->part_count];
        made->layer = within;
        made->path = strdup(parts->list[i].path);
        made->type = strdup(parts->list[i].type);
        report->part_count++;
        status = made->path && made->type ? SMIME_OK : SMIME_E_NOMEM;
    }
    return status;
}

/* Which of them a signature covered: all of the content inside, or what is a layer itself. */
static void set_coverage(smime_report *report, smime__report_layer *layer,
                         const smime__level *inner, size_t first)
{
    int apart = inner && !smime__level_is_layer(inner) && smime__level_parts(inner)->count;

    if (layer->kind != SMIME_LAYER_SIGNED)
        return;
    layer->first_part = apart ? first : SIZE_MAX;
    layer->part_count = apart ? report->part_count - first : 1;
}

/* Whether it is known what kind of layer this is. One inside content that was cut off may have begun
 * without a single byte. */
static int has_kind(const smime__level *level)
{
    return smime__level_is_clear(level) ||
           smime__level_result(level)->kind != SMIME__LAYER_UNKNOWN;
}

/* One level: its layer if it is one, and what its content is made of. */
static smime_status collect_level(smime__open_run *run, size_t index, int *ret_closed)
{
    smime__level *level = run->levels[index];
    int isolated = smime__level_is_isolated(level);
    int32_t within = (int32_t)index - isolated;
    size_t first = run->report->part_count;
    smime_status status = SMIME_OK;
    int failed;

    *ret_closed = 0;
    if (smime__level_note(level))
        status = smime__open_reason(run, smime__level_note(level), NULL, -1, -1);
    if (status == SMIME_OK)
        status = add_defects(run, level, within);
    /* the part opened apart is listed where it stands */
    if (status == SMIME_OK && !(isolated && index == run->isolated))
        status = add_parts(run->report, level, within);
    if (status == SMIME_OK && index && run->report->layer_count)
        set_coverage(run->report, &run->report->layers[run->report->layer_count - 1], level,
                     first);
    if (status < 0 || !smime__level_is_layer(level))
        return status;
    if (!has_kind(level)) {
        status = add_failures(run, level, -1, &failed);
        run->unreadable |= failed && !isolated;
        run->report->isolated_unreadable |= failed && isolated;
        return status;
    }
    status = add_layer(run, level);
    if (status == SMIME_OK) {
        smime__report_layer *layer = &run->report->layers[run->report->layer_count - 1];
        set_coverage(run->report, layer, NULL, 0);
        /* What a failed decryption left is noise, or an answer to whoever tampers with ciphertext:
         * nothing is told of it. */
        *ret_closed = smime__layer_encrypts(layer) && !layer->opened;
        if (isolated && index == run->isolated)
            status = place_errant(layer, (size_t)run->job->isolate_within,
                                  run->job->isolate_path);
        else if (isolated)
            layer->within = within;
    }
    return status;
}

static smime_status keep_certs(smime__open_run *run)
{
    smime_report *report = run->report;

    if (!run->bag.count)
        return SMIME_OK;
    report->certs = calloc(run->bag.count, sizeof *report->certs);
    if (!report->certs)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < run->bag.count; i++)
        report->certs[report->cert_count++] = smime_cert_ref(run->bag.certs[i]);
    return SMIME_OK;
}

/* Also of what is not told, inside encryption that did not open to its end: how often the input is read
 * must not tell how it failed. */
static int misses_digest(const smime__open_run *run)
{
    for (size_t i = 0; i < run->level_count; i++) {
        const smime__cms_result *result = smime__level_result(run->levels[i]);
        for (size_t k = 0; result && result->signers && k < result->signer_count; k++)
            if (result->signers[k].counter_of < 0 && result->signers[k].reason &&
                !strcmp(result->signers[k].reason, "digest-not-computed"))
                return 1;
    }
    return 0;
}

smime_status smime__collect(smime__open_run *run)
{
    size_t levels = run->level_count;
    smime_status status = SMIME_OK;
    int closed = 0;

    run->report->isolation = run->job->isolate_path != NULL;
    run->missed_digest = misses_digest(run);
    for (size_t i = 0; i < levels && status == SMIME_OK; i++) {
        status = collect_level(run, i, &closed);
        if (closed)
            levels = i + 1;
    }
    if (status == SMIME_OK && levels == run->level_count) /* else nobody knows whose they are */
        status = keep_certs(run);
    if (status == SMIME_OK && run->isolated && run->isolated < levels)
        status = smime__open_reason(run, "isolated", NULL, -1, -1);
    for (size_t i = 0; i < levels && status == SMIME_OK; i++)
        status = add_errants(run, run->levels[i],
                             i - (size_t)smime__level_is_isolated(run->levels[i]));
    return status;
}
