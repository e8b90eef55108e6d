/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The getters of a report. */
#include "mail/report.h"

int32_t smime_report_summary(const smime_report *report)
{
    return report ? report->summary : SMIME_SUMMARY_UNDECIDED;
}

int32_t smime_report_presentation(const smime_report *report)
{
    return report ? report->presentation : SMIME_SUMMARY_UNDECIDED;
}

const char *smime_report_text(const smime_report *report)
{
    return report && report->text.data ? (const char *)report->text.data : "";
}

smime_status smime_report_status(const smime_report *report)
{
    return report ? report->status : SMIME_E_INVALID_ARG;
}

size_t smime_report_reason_count(const smime_report *report)
{
    return report ? report->reason_count : 0;
}

static const smime__reason *reason_at(const smime_report *report, size_t index)
{
    return report && index < report->reason_count ? &report->reasons[index] : NULL;
}

const char *smime_report_reason_code(const smime_report *report, size_t reason)
{
    const smime__reason *r = reason_at(report, reason);
    return r ? r->code : NULL;
}

const char *smime_report_reason_text(const smime_report *report, size_t reason)
{
    const smime__reason *r = reason_at(report, reason);
    return r ? r->text : NULL;
}

int32_t smime_report_reason_layer(const smime_report *report, size_t reason)
{
    const smime__reason *r = reason_at(report, reason);
    return r ? r->layer : -1;
}

int32_t smime_report_reason_signer(const smime_report *report, size_t reason)
{
    const smime__reason *r = reason_at(report, reason);
    return r ? r->signer : -1;
}

int32_t smime_report_reason_certificate(const smime_report *report, size_t reason)
{
    const smime__reason *r = reason_at(report, reason);
    return r ? r->certificate : -1;
}

uint64_t smime_report_reason_offset(const smime_report *report, size_t reason)
{
    const smime__reason *r = reason_at(report, reason);
    return r ? r->offset : UINT64_MAX;
}

const char *smime_report_from_address(const smime_report *report)
{
    return report ? report->from_address : NULL;
}

const char *smime_report_from_display_name(const smime_report *report)
{
    return report ? report->from_display : NULL;
}

const char *smime_report_from_other(const smime_report *report)
{
    return report ? report->from_other : NULL;
}

int32_t smime_report_from_binding(const smime_report *report)
{
    return report ? report->from_binding : SMIME_BINDING_NOT_APPLICABLE;
}

size_t smime_report_layer_count(const smime_report *report)
{
    return report ? report->layer_count : 0;
}

static const smime__report_layer *layer_at(const smime_report *report, size_t index)
{
    return report && index < report->layer_count ? &report->layers[index] : NULL;
}

int32_t smime_report_layer_kind(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->kind : SMIME_LAYER_UNKNOWN;
}

int32_t smime_report_layer_errant(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->errant : 0;
}

int32_t smime_report_layer_isolated(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l && l->isolated;
}

const char *smime_report_layer_path(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->path : NULL;
}

int32_t smime_report_layer_within(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l && l->errant ? l->within : -1;
}

const char *smime_report_layer_algorithm(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->algorithm : NULL;
}

const char *smime_report_layer_content_type(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->content_type : NULL;
}

int32_t smime_report_layer_encrypts(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? smime__layer_encrypts(l) : 0;
}

int32_t smime_report_layer_authenticated(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->authenticated : 0;
}

int32_t smime_report_layer_opened(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->opened : 0;
}

int32_t smime_report_covers_layer(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l && l->kind == SMIME_LAYER_SIGNED && !l->errant ? (int32_t)layer + 1 : -1;
}

uint64_t smime_report_covers_offset(const smime_report *report, size_t layer)
{
    /* a signature covers the content of its own layer from the first byte to the last */
    (void)report;
    (void)layer;
    return 0;
}

uint64_t smime_report_covers_length(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->covers_length : 0;
}

size_t smime_report_covers_part_count(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->part_count : 0;
}

const char *smime_report_covers_part(const smime_report *report, size_t layer, size_t part)
{
    const smime__report_layer *l = layer_at(report, layer);

    if (!l || part >= l->part_count)
        return NULL;
    return l->first_part == SIZE_MAX ? "1" : report->parts[l->first_part + part].path;
}

size_t smime_report_recipient_count(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->recipients.count : 0;
}

static const smime__recipient_result *recipient_at(const smime_report *report, size_t layer,
                                                   size_t recipient)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l && recipient < l->recipients.count ? &l->recipients.list[recipient] : NULL;
}

const char *smime_report_recipient_kind(const smime_report *report, size_t layer,
                                        size_t recipient)
{
    const smime__recipient_result *r = recipient_at(report, layer, recipient);
    return r ? r->kind : NULL;
}

const char *smime_report_recipient_identifier(const smime_report *report, size_t layer,
                                              size_t recipient)
{
    const smime__recipient_result *r = recipient_at(report, layer, recipient);
    return r ? r->identifier : NULL;
}

const char *smime_report_recipient_algorithm(const smime_report *report, size_t layer,
                                             size_t recipient)
{
    const smime__recipient_result *r = recipient_at(report, layer, recipient);
    return r ? r->algorithm : NULL;
}

int32_t smime_report_recipient_opened(const smime_report *report, size_t layer,
                                      size_t recipient)
{
    const smime__recipient_result *r = recipient_at(report, layer, recipient);
    return r ? r->opened : 0;
}

size_t smime_report_signer_count(const smime_report *report, size_t layer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l ? l->signer_count : 0;
}

static const smime__report_signer *signer_at(const smime_report *report, size_t layer,
                                             size_t signer)
{
    const smime__report_layer *l = layer_at(report, layer);
    return l && signer < l->signer_count ? &l->signers[signer] : NULL;
}

int32_t smime_report_signer_status(const smime_report *report, size_t layer, size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return s ? s->status : SMIME_SIGNER_INDETERMINATE;
}

smime_cert *smime_report_signer_cert(const smime_report *report, size_t layer, size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return s ? s->cert : NULL;
}

const char *smime_report_signer_digest(const smime_report *report, size_t layer, size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return smime__hash_name(s ? s->hash : SMIME__HASH_NONE);
}

const char *smime_report_signer_signature(const smime_report *report, size_t layer,
                                          size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return smime__scheme_name(s ? s->scheme : SMIME__SCHEME_NONE);
}

smime_status smime_report_signer_time(const smime_report *report, size_t layer, size_t signer,
                                      int64_t *ret_seconds)
{
    const smime__report_signer *s = signer_at(report, layer, signer);

    if (!ret_seconds)
        return SMIME_E_INVALID_ARG;
    if (!s || !s->has_time)
        return SMIME_E_NOT_FOUND;
    *ret_seconds = s->time;
    return SMIME_OK;
}

smime_path *smime_report_signer_path(const smime_report *report, size_t layer, size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return s ? s->path : NULL;
}

int32_t smime_report_signer_binding(const smime_report *report, size_t layer, size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return s ? s->binding : SMIME_BINDING_NOT_APPLICABLE;
}

int32_t smime_report_signer_counter_of(const smime_report *report, size_t layer, size_t signer)
{
    const smime__report_signer *s = signer_at(report, layer, signer);
    return s ? s->counter_of : -1;
}

smime_status smime_report_signer_value(const smime_report *report, size_t layer, size_t signer,
                                       const uint8_t **ret_value, size_t *ret_len)
{
    const smime__report_signer *s = signer_at(report, layer, signer);

    if (!report || !ret_value || !ret_len)
        return SMIME_E_INVALID_ARG;
    if (!s || !s->value.len)
        return SMIME_E_NOT_FOUND;
    *ret_value = s->value.data;
    *ret_len = s->value.len;
    return SMIME_OK;
}

size_t smime_report_cert_count(const smime_report *report)
{
    return report ? report->cert_count : 0;
}

smime_cert *smime_report_cert(const smime_report *report, size_t index)
{
    return report && index < report->cert_count ? report->certs[index] : NULL;
}

size_t smime_report_part_count(const smime_report *report)
{
    return report ? report->part_count : 0;
}

smime_status smime_report_part(const smime_report *report, size_t index, int32_t *ret_layer,
                               const char **ret_path, const char **ret_type)
{
    if (!report)
        return SMIME_E_INVALID_ARG;
    if (index >= report->part_count)
        return SMIME_E_NOT_FOUND;
    if (ret_layer)
        *ret_layer = report->parts[index].layer;
    if (ret_path)
        *ret_path = report->parts[index].path;
    if (ret_type)
        *ret_type = report->parts[index].type;
    return SMIME_OK;
}

size_t smime_report_header_count(const smime_report *report)
{
    return report ? report->field_count : 0;
}

const char *smime_report_header_name(const smime_report *report, size_t header)
{
    return report && header < report->field_count
               ? (const char *)report->field_text.data + report->fields[header].name
               : NULL;
}

const char *smime_report_header_value(const smime_report *report, size_t header)
{
    return report && header < report->field_count
               ? (const char *)report->field_text.data + report->fields[header].value
               : NULL;
}

int32_t smime_report_header_protection(const smime_report *report, size_t header)
{
    return report && header < report->field_count ? report->fields[header].protection
                                                  : SMIME_PROTECTION_NONE;
}

int32_t smime_report_header_inside(const smime_report *report, size_t header)
{
    return report && header < report->field_count && report->fields[header].protected;
}

const char *smime_report_header_outside(const smime_report *report, size_t header)
{
    const smime__report_field *f = report && header < report->field_count
                                       ? &report->fields[header] : NULL;

    if (!f || !(f->protection & SMIME_PROTECTION_ENCRYPTED))
        return NULL;
    return f->outside ? (const char *)report->field_text.data + f->outside - 1 : "";
}

size_t smime_report_defect_count(const smime_report *report)
{
    return report ? report->defect_count : 0;
}

smime_status smime_report_defect(const smime_report *report, size_t index, const char **ret_code,
                                 int32_t *ret_class, uint64_t *ret_offset, const char **ret_text,
                                 int32_t *ret_layer)
{
    const smime__report_defect *d;

    if (!report)
        return SMIME_E_INVALID_ARG;
    if (index >= report->defect_count)
        return SMIME_E_NOT_FOUND;
    d = &report->defects[index];
    if (ret_code)
        *ret_code = d->defect.code;
    if (ret_class)
        *ret_class = d->defect.kind;
    if (ret_offset)
        *ret_offset = d->defect.offset;
    if (ret_text)
        *ret_text = d->defect.text;
    if (ret_layer)
        *ret_layer = d->layer;
    return SMIME_OK;
}
