/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answer for people: the sentence, the reasons, and with --explain everything behind them. */
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static void tell_reason(const smime_report *report, size_t i)
{
    int32_t layer = smime_report_reason_layer(report, i);
    int32_t signer = smime_report_reason_signer(report, i);
    int32_t certificate = smime_report_reason_certificate(report, i);
    uint64_t offset = smime_report_reason_offset(report, i);

    fprintf(stderr, "  %s: %s", smime_report_reason_code(report, i),
            smime_report_reason_text(report, i));
    if (layer >= 0)
        fprintf(stderr, " [layer %" PRId32, layer + 1);
    if (signer >= 0)
        fprintf(stderr, ", signer %" PRId32, signer + 1);
    if (certificate >= 0)
        fprintf(stderr, ", certificate %" PRId32 " of its path", certificate + 1);
    if (offset != UINT64_MAX)
        fprintf(stderr, "%sbyte %" PRIu64, layer >= 0 ? ", " : " [", offset);
    fputs(layer >= 0 || offset != UINT64_MAX ? "]\n" : "\n", stderr);
}

static void indent(size_t depth)
{
    for (size_t i = 0; i < depth; i++)
        fputs("   ", stderr);
}

/* "1.2.1" is two levels below the root. */
static size_t depth_of(const char *path)
{
    size_t depth = 0;

    for (; *path; path++)
        depth += *path == '.';
    return depth;
}

static void tell_layer(const smime_report *report, size_t layer)
{
    const char *algorithm = smime_report_layer_algorithm(report, layer);

    fprintf(stderr, "[layer %zu: %s", layer + 1, json_layer(smime_report_layer_kind(report, layer)));
    if (algorithm)
        fprintf(stderr, ", %s", algorithm);
    if (smime_report_layer_isolated(report, layer))
        fputs(", opened by itself", stderr);
    else if (smime_report_layer_errant(report, layer))
        fputs(", not opened, does not count", stderr);
    else if (smime_report_layer_encrypts(report, layer))
        fprintf(stderr, ", %s, %s", smime_report_layer_opened(report, layer) ? "opened" : "closed",
                smime_report_layer_authenticated(report, layer) ? "authenticated"
                                                                : "not authenticated");
    fputs("]\n", stderr);
}

/* What is errant at this part, behind its type. */
static void tell_errant(const smime_report *report, int32_t within, const char *path)
{
    for (size_t i = 0; i < smime_report_layer_count(report); i++) {
        const char *at = smime_report_layer_path(report, i);
        if (at && smime_report_layer_within(report, i) == within && !strcmp(at, path)) {
            fputs("  ", stderr);
            tell_layer(report, i);
            return;
        }
    }
    fputc('\n', stderr);
}

/* The message from the outside in: parts, and between them the layers. */
static void draw(const smime_report *report)
{
    size_t layers = smime_report_layer_count(report), depth = 1;
    const char *path, *type;
    int32_t layer;

    fputs("structure:\n", stderr);
    for (size_t level = 0; level <= layers; level++) {
        for (size_t i = 0; smime_report_part(report, i, &layer, &path, &type) == SMIME_OK; i++) {
            if (layer != (int32_t)level)
                continue;
            indent(depth + depth_of(path));
            fprintf(stderr, "%s  %s", path, type);
            tell_errant(report, layer, path);
        }
        if (level == layers || smime_report_layer_errant(report, level))
            break;
        indent(depth++);
        tell_layer(report, level);
    }
}

static const char *shown(const char *text)
{
    return text ? text : "unknown";
}

static void tell_signer(const smime_report *report, size_t layer, size_t signer)
{
    static const char *const states[] = { "not decided", "good", "bad", "not decided" };
    smime_cert *cert = smime_report_signer_cert(report, layer, signer);
    smime_path *path = smime_report_signer_path(report, layer, signer);
    int64_t when;

    fprintf(stderr, "   signer %zu: %s\n", signer + 1,
            cert ? smime_cert_subject(cert) : "certificate not found");
    fprintf(stderr, "      signature %s (%s, %s)\n",
            states[smime_report_signer_status(report, layer, signer) & 3],
            shown(smime_report_signer_signature(report, layer, signer)),
            shown(smime_report_signer_digest(report, layer, signer)));
    for (size_t i = 0; i < smime_cert_email_count(cert); i++)
        fprintf(stderr, "      address %s\n", smime_cert_email(cert, i));
    fprintf(stderr, "      sender %s\n",
            json_binding(smime_report_signer_binding(report, layer, signer)));
    if (path)
        fprintf(stderr, "      path %s: %s\n", smime_path_valid(path) ? "valid" : "not valid",
                smime_path_text(path));
    if (smime_report_signer_time(report, layer, signer, &when) == SMIME_OK) {
        json_object *text = json_time(when);
        fprintf(stderr, "      claims to have signed at %s\n", json_object_get_string(text));
        json_object_put(text);
    }
}

static void tell_layers(const smime_report *report)
{
    for (size_t i = 0; i < smime_report_layer_count(report); i++) {
        tell_layer(report, i);
        for (size_t k = 0; k < smime_report_recipient_count(report, i); k++)
            fprintf(stderr, "   recipient %zu: %s, %s%s\n", k + 1,
                    shown(smime_report_recipient_identifier(report, i, k)),
                    shown(smime_report_recipient_algorithm(report, i, k)),
                    smime_report_recipient_opened(report, i, k) ? ", opened it" : "");
        for (size_t k = 0; k < smime_report_signer_count(report, i); k++)
            tell_signer(report, i, k);
    }
}

static void tell_headers(const smime_report *report)
{
    static const char *const states[] = { "unprotected", "signed", "encrypted",
                                          "signed and encrypted" };

    fputs("header:\n", stderr);
    for (size_t i = 0; i < smime_report_header_count(report); i++) {
        const char *outside = smime_report_header_outside(report, i);
        fprintf(stderr, "   %s: %.200s  (%s", smime_report_header_name(report, i),
                smime_report_header_value(report, i),
                states[smime_report_header_protection(report, i) & 3]);
        if (outside && *outside)
            fprintf(stderr, "; outside: %.100s", outside);
        fputs(")\n", stderr);
    }
}

static void tell_defects(const smime_report *report)
{
    const char *code, *text;
    uint64_t offset;
    int32_t kind, layer;

    for (size_t i = 0; i < smime_report_defect_count(report); i++)
        if (smime_report_defect(report, i, &code, &kind, &offset, &text, &layer) == SMIME_OK)
            fprintf(stderr, "defect: %s: %s (%s, byte %" PRIu64 " of %s %" PRId32 ")\n", code, text,
                    kind == SMIME_DEFECT_STRUCTURAL ? "structural" : "harmless", offset,
                    layer ? "layer" : "file", layer);
}

void tell_report(const smime_report *report, int explain)
{
    const char *from = smime_report_from_address(report);

    fprintf(stderr, "%s\n", smime_report_text(report));
    for (size_t i = 0; i < smime_report_reason_count(report); i++)
        tell_reason(report, i);
    if (!explain)
        return;
    draw(report);
    tell_layers(report);
    fprintf(stderr, "from: %s (%s)\n", from ? from : "not one address",
            json_binding(smime_report_from_binding(report)));
    if (smime_report_from_other(report))
        fprintf(stderr, "from, not shown: %s\n", smime_report_from_other(report));
    tell_headers(report);
    tell_defects(report);
}
