/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A report as JSON. */
#include "json.h"

#include <stdio.h>
#include <stdlib.h>

static json_object *index_or_null(int32_t index)
{
    return index < 0 ? NULL : json_object_new_int(index);
}

static json_object *offset_or_null(uint64_t offset)
{
    return offset == UINT64_MAX ? NULL : json_object_new_uint64(offset);
}

const char *json_binding(int32_t binding)
{
    static const char *const names[] = { "not-applicable", "match",     "mismatch", "no-address",
                                         "sender-only",    "ambiguous", "missing" };

    return binding >= 0 && binding < 7 ? names[binding] : "not-applicable";
}

static json_object *summary(const smime_report *report)
{
    static const char *const names[] = { NULL,       "UNPROTECTED",           "CONFIDENTIAL",
                                         "VERIFIED", "CONFIDENTIAL_VERIFIED", "INVALID",
                                         "LOCKED" };
    int32_t value = smime_report_summary(report);

    return value >= 0 && value < 7 ? json_text(names[value]) : NULL;
}

const char *json_layer(int32_t kind)
{
    static const char *const names[] = { "unknown",    "signed",    "enveloped", "auth-enveloped",
                                         "compressed", "encrypted", "digested",  "authenticated",
                                         "data" };

    return kind >= 0 && kind < 9 ? names[kind] : "unknown";
}

static json_object *reason(const char *code, const char *text)
{
    json_object *object = json_object_new_object();

    json_object_object_add(object, "code", json_text(code));
    json_object_object_add(object, "text", json_text(text));
    json_object_object_add(object, "layer", NULL);
    json_object_object_add(object, "signer", NULL);
    json_object_object_add(object, "certificate", NULL);
    json_object_object_add(object, "offset", NULL);
    return object;
}

static json_object *reasons(const smime_report *report)
{
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < smime_report_reason_count(report); i++) {
        json_object *object = reason(smime_report_reason_code(report, i),
                                     smime_report_reason_text(report, i));
        json_object_object_add(object, "layer",
                               index_or_null(smime_report_reason_layer(report, i)));
        json_object_object_add(object, "signer",
                               index_or_null(smime_report_reason_signer(report, i)));
        json_object_object_add(object, "certificate",
                               index_or_null(smime_report_reason_certificate(report, i)));
        json_object_object_add(object, "offset",
                               offset_or_null(smime_report_reason_offset(report, i)));
        json_object_array_add(list, object);
    }
    return list;
}

static json_object *from(const char *address, const char *display, int32_t binding,
                         const char *other)
{
    json_object *object = json_object_new_object();

    json_object_object_add(object, "address", json_text(address));
    json_object_object_add(object, "display_name", json_text(display));
    json_object_object_add(object, "binding", json_text(json_binding(binding)));
    json_object_object_add(object, "other", json_text(other));
    return object;
}

static json_object *recipients(const smime_report *report, size_t layer)
{
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < smime_report_recipient_count(report, layer); i++) {
        json_object *object = json_object_new_object();
        json_object_object_add(object, "kind",
                               json_text(smime_report_recipient_kind(report, layer, i)));
        json_object_object_add(object, "identifier",
                               json_text(smime_report_recipient_identifier(report, layer, i)));
        json_object_object_add(object, "algorithm",
                               json_text(smime_report_recipient_algorithm(report, layer, i)));
        json_object_object_add(
            object, "opened",
            json_object_new_boolean(smime_report_recipient_opened(report, layer, i)));
        json_object_array_add(list, object);
    }
    return list;
}

/* Type, whether it is signed, and the values in hexadecimal digits of their DER. */
static json_object *attribute(const smime_report *report, size_t layer, size_t signer,
                              int32_t is_signed, size_t index)
{
    json_object *object = json_object_new_object();
    const char *oid = "";
    const uint8_t *values = NULL;
    size_t len = 0;
    char *text;

    if (smime_report_attribute(report, layer, signer, is_signed, index, &oid, &values, &len) < 0)
        return object;
    text = malloc(2 * len + 1);
    for (size_t i = 0; text && i < len; i++)
        snprintf(text + 2 * i, 3, "%02x", values[i]);
    json_object_object_add(object, "type", json_text(oid));
    json_object_object_add(object, "signed", json_object_new_boolean(is_signed));
    json_object_object_add(object, "values", json_text(text));
    free(text);
    return object;
}

static json_object *attributes(const smime_report *report, size_t layer, size_t signer)
{
    json_object *list = json_object_new_array();

    for (int32_t is_signed = 1; is_signed >= 0; is_signed--)
        for (size_t i = 0; i < smime_report_attribute_count(report, layer, signer, is_signed); i++)
            json_object_array_add(list, attribute(report, layer, signer, is_signed, i));
    return list;
}

static json_object *signer(const smime_report *report, size_t layer, size_t index)
{
    static const char *const states[] = { "indeterminate", "good", "bad", "indeterminate" };
    json_object *object = json_object_new_object(), *emails = json_object_new_array();
    smime_cert *cert = smime_report_signer_cert(report, layer, index);
    int64_t when;

    for (size_t i = 0; i < smime_cert_email_count(cert); i++)
        json_object_array_add(emails, json_text(smime_cert_email(cert, i)));
    json_object_object_add(object, "status",
                           json_text(states[smime_report_signer_status(report, layer, index)]));
    json_object_object_add(object, "certificate", json_cert(cert));
    json_object_object_add(object, "emails", emails);
    json_object_object_add(object, "digest",
                           json_text(smime_report_signer_digest(report, layer, index)));
    json_object_object_add(object, "signature",
                           json_text(smime_report_signer_signature(report, layer, index)));
    json_object_object_add(object, "signing_time",
                           smime_report_signer_time(report, layer, index, &when) == SMIME_OK
                               ? json_time(when)
                               : NULL);
    json_object_object_add(
        object, "countersigns",
        smime_report_signer_counter_of(report, layer, index) >= 0
            ? json_object_new_int(smime_report_signer_counter_of(report, layer, index))
            : NULL);
    json_object_object_add(object, "attributes", attributes(report, layer, index));
    json_object_object_add(object, "path",
                           json_path(smime_report_signer_path(report, layer, index)));
    json_object_object_add(
        object, "binding",
        json_text(json_binding(smime_report_signer_binding(report, layer, index))));
    return object;
}

static json_object *covers(const smime_report *report, size_t layer)
{
    json_object *object, *parts;
    int32_t where = smime_report_covers_layer(report, layer);

    if (where < 0)
        return NULL;
    object = json_object_new_object();
    parts = json_object_new_array();
    for (size_t i = 0; i < smime_report_covers_part_count(report, layer); i++)
        json_object_array_add(parts, json_text(smime_report_covers_part(report, layer, i)));
    json_object_object_add(object, "layer", json_object_new_int(where));
    json_object_object_add(object, "offset",
                           json_object_new_uint64(smime_report_covers_offset(report, layer)));
    json_object_object_add(object, "length",
                           json_object_new_uint64(smime_report_covers_length(report, layer)));
    json_object_object_add(object, "parts", parts);
    return object;
}

static json_object *layers(const smime_report *report)
{
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < smime_report_layer_count(report); i++) {
        json_object *object = json_object_new_object(), *signers = json_object_new_array();

        for (size_t k = 0; k < smime_report_signer_count(report, i); k++)
            json_object_array_add(signers, signer(report, i, k));
        json_object_object_add(object, "kind",
                               json_text(json_layer(smime_report_layer_kind(report, i))));
        json_object_object_add(object, "errant",
                               json_object_new_boolean(smime_report_layer_errant(report, i)));
        json_object_object_add(object, "isolated",
                               json_object_new_boolean(smime_report_layer_isolated(report, i)));
        json_object_object_add(object, "within",
                               index_or_null(smime_report_layer_within(report, i)));
        json_object_object_add(object, "part", json_text(smime_report_layer_path(report, i)));
        json_object_object_add(object, "algorithm",
                               json_text(smime_report_layer_algorithm(report, i)));
        json_object_object_add(object, "content_type",
                               json_text(smime_report_layer_content_type(report, i)));
        if (smime_report_layer_encrypts(report, i))
            json_object_object_add(
                object, "authenticated",
                json_object_new_boolean(smime_report_layer_authenticated(report, i)));
        json_object_object_add(object, "recipients", recipients(report, i));
        json_object_object_add(object, "signers", signers);
        json_object_object_add(object, "covers", covers(report, i));
        json_object_array_add(list, object);
    }
    return list;
}

static json_object *headers(const smime_report *report)
{
    static const char *const states[] = { "none", "signed", "encrypted", "signed-and-encrypted" };
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < smime_report_header_count(report); i++) {
        json_object *object = json_object_new_object();
        json_object_object_add(object, "name", json_text(smime_report_header_name(report, i)));
        json_object_object_add(object, "value", json_text(smime_report_header_value(report, i)));
        json_object_object_add(
            object, "protection",
            json_text(states[smime_report_header_protection(report, i) & 3]));
        json_object_object_add(object, "inside",
                               json_object_new_boolean(smime_report_header_inside(report, i)));
        json_object_object_add(object, "outside",
                               json_text(smime_report_header_outside(report, i)));
        json_object_array_add(list, object);
    }
    return list;
}

static json_object *defects(const smime_report *report)
{
    static const char *const classes[] = { "cosmetic", "recoverable", "structural" };
    json_object *list = json_object_new_array();
    const char *code, *text;
    int32_t class, layer;
    uint64_t offset;

    for (size_t i = 0; i < smime_report_defect_count(report); i++) {
        json_object *object = json_object_new_object();
        if (smime_report_defect(report, i, &code, &class, &offset, &text, &layer) < 0)
            continue;
        json_object_object_add(object, "code", json_text(code));
        json_object_object_add(object, "class", json_text(classes[class]));
        json_object_object_add(object, "offset", json_object_new_uint64(offset));
        json_object_object_add(object, "text", json_text(text));
        json_object_object_add(object, "layer", json_object_new_int(layer));
        json_object_array_add(list, object);
    }
    return list;
}

static json_object *parts(const smime_report *report)
{
    json_object *list = json_object_new_array();
    const char *path, *type;
    int32_t layer;

    for (size_t i = 0; smime_report_part(report, i, &layer, &path, &type) == SMIME_OK; i++) {
        json_object *object = json_object_new_object();
        json_object_object_add(object, "layer", json_object_new_int(layer));
        json_object_object_add(object, "path", json_text(path));
        json_object_object_add(object, "type", json_text(type));
        json_object_array_add(list, object);
    }
    return list;
}

json_object *json_report(const smime_report *report)
{
    json_object *object = json_object_new_object();

    json_object_object_add(object, "version", json_object_new_int(1));
    json_object_object_add(object, "summary", summary(report));
    json_object_object_add(object, "text", json_text(smime_report_text(report)));
    json_object_object_add(object, "reasons", reasons(report));
    json_object_object_add(object, "from", from(smime_report_from_address(report),
                                                smime_report_from_display_name(report),
                                                smime_report_from_binding(report),
                                                smime_report_from_other(report)));
    json_object_object_add(object, "layers", layers(report));
    json_object_object_add(object, "parts", parts(report));
    json_object_object_add(object, "headers", headers(report));
    json_object_object_add(object, "defects", defects(report));
    return object;
}

json_object *json_open_failure(const failure *f)
{
    json_object *object = json_object_new_object(), *list = json_object_new_array();

    json_object_array_add(list, reason(f->reason, f->text));
    json_object_object_add(object, "version", json_object_new_int(1));
    /* after a limit or a failure to read there is no verdict */
    json_object_object_add(object, "summary",
                           f->code == EXIT_SYNTAX || f->code == EXIT_REFUSED
                               ? json_text("INVALID")
                               : NULL);
    json_object_object_add(object, "text", json_text(f->text));
    json_object_object_add(object, "reasons", list);
    json_object_object_add(object, "from", from(NULL, NULL, SMIME_BINDING_NOT_APPLICABLE, NULL));
    json_object_object_add(object, "layers", json_object_new_array());
    json_object_object_add(object, "parts", json_object_new_array());
    json_object_object_add(object, "headers", json_object_new_array());
    json_object_object_add(object, "defects", json_object_new_array());
    return object;
}
