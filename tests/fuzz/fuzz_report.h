/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the targets that end with a report share: the fixed identities beside this file, and a report
 * as text. */
#ifndef SMIME_FUZZ_REPORT_H
#define SMIME_FUZZ_REPORT_H

#include "fuzz.h"

#include <smime/smime.h>

/* A moment at which the fixed identities are valid. */
#define MOMENT INT64_C(1800000000)

static smime_policy *policy;
static smime_bag *bag;
static smime_store *store;

static void add_identity(const char *path)
{
    FILE *file = fopen(path, "rb");
    char text[16384];
    size_t len;

    if (!file) {
        perror(path);
        exit(1);
    }
    len = fread(text, 1, sizeof text, file);
    fclose(file);
    CLAIM(smime_bag_add(bag, text, len) == SMIME_OK);
}

/* Made once: not a part of what is tested. */
static void set_up(void)
{
    CLAIM(smime_policy_new(SMIME_POLICY_LEGACY, &policy) == SMIME_OK);
    CLAIM(smime_policy_set_time(policy, MOMENT) == SMIME_OK);
    /* so small that seeds reach the spool's file */
    CLAIM(smime_policy_set_limit(policy, SMIME_LIMIT_SPOOL_MEMORY, 2048) == SMIME_OK);
    /* a second for each input is no way to find anything */
    CLAIM(smime_policy_set_limit(policy, SMIME_LIMIT_ITERATIONS, 3000) == SMIME_OK);
    CLAIM(smime_bag_new(policy, &bag) == SMIME_OK);
    add_identity(FUZZ_SOURCE_DIR "/identity.pem");
    add_identity(FUZZ_SOURCE_DIR "/identity-ec.pem");
    CLAIM(smime_bag_identity_count(bag) == 2);
    CLAIM(smime_store_new(&store) == SMIME_OK);
    for (size_t i = 0; i < smime_bag_cert_count(bag); i++)
        CLAIM(smime_store_add_anchor(store, smime_bag_cert(bag, i)) == SMIME_OK);
}

static const char *shown(const char *text)
{
    return text ? text : "(none)";
}

static void record_signer(smime__buf *text, const smime_report *report, size_t layer, size_t i)
{
    int32_t state = smime_report_signer_status(report, layer, i);
    smime_path *path = smime_report_signer_path(report, layer, i);
    int64_t when = 0;

    CLAIM(state >= SMIME_SIGNER_GOOD && state <= SMIME_SIGNER_INDETERMINATE);
    CLAIM(state != SMIME_SIGNER_GOOD || smime_report_signer_cert(report, layer, i));
    CLAIM(smime_report_signer_time(report, layer, i, &when) <= SMIME_OK);
    smime__buf_format(text, " signer %d %s %s %s %lld %d %s\n", (int)state,
                      shown(smime_cert_sha256(smime_report_signer_cert(report, layer, i))),
                      shown(smime_report_signer_digest(report, layer, i)),
                      shown(smime_report_signer_signature(report, layer, i)), (long long)when,
                      (int)smime_report_signer_binding(report, layer, i),
                      path ? smime_path_reason(path) : "(none)");
    for (int32_t is_signed = 0; is_signed < 2; is_signed++)
        for (size_t k = 0; k < smime_report_attribute_count(report, layer, i, is_signed); k++) {
            const char *oid;
            const uint8_t *values;
            size_t len;
            CLAIM(smime_report_attribute(report, layer, i, is_signed, k, &oid, &values, &len) ==
                  SMIME_OK);
            smime__buf_format(text, "  attribute %s %016llx\n", oid,
                              (unsigned long long)fuzz_hash(FUZZ_HASH_START, values, len));
        }
}

static void record_layer(smime__buf *text, const smime_report *report, size_t layer)
{
    int32_t kind = smime_report_layer_kind(report, layer);
    int32_t authenticated = smime_report_layer_authenticated(report, layer);

    CLAIM(!authenticated || kind == SMIME_LAYER_AUTH_ENVELOPED);
    smime__buf_format(text, "layer %d %d %s %d %d covers %d %llu %llu %zu\n", (int)kind,
                      (int)smime_report_layer_errant(report, layer),
                      shown(smime_report_layer_algorithm(report, layer)), (int)authenticated,
                      (int)smime_report_layer_opened(report, layer),
                      (int)smime_report_covers_layer(report, layer),
                      (unsigned long long)smime_report_covers_offset(report, layer),
                      (unsigned long long)smime_report_covers_length(report, layer),
                      smime_report_covers_part_count(report, layer));
    for (size_t i = 0; i < smime_report_covers_part_count(report, layer); i++)
        smime__buf_format(text, " part %s\n", smime_report_covers_part(report, layer, i));
    for (size_t i = 0; i < smime_report_recipient_count(report, layer); i++)
        smime__buf_format(text, " recipient %s %s %s %d\n",
                          smime_report_recipient_kind(report, layer, i),
                          shown(smime_report_recipient_identifier(report, layer, i)),
                          smime_report_recipient_algorithm(report, layer, i),
                          (int)smime_report_recipient_opened(report, layer, i));
    smime__buf_format(text, " of %s\n", shown(smime_report_layer_content_type(report, layer)));
    for (size_t i = 0; i < smime_report_signer_count(report, layer); i++)
        record_signer(text, report, layer, i);
}

static void record_report(smime__buf *text, const smime_report *report)
{
    const char *code, *sentence;
    uint64_t offset;
    int32_t class, layer;

    smime__buf_format(text, "summary %d %d status %d from %s <%s> %d\n",
                      (int)smime_report_summary(report), (int)smime_report_presentation(report),
                      (int)smime_report_status(report),
                      shown(smime_report_from_display_name(report)),
                      shown(smime_report_from_address(report)),
                      (int)smime_report_from_binding(report));
    for (size_t i = 0; i < smime_report_reason_count(report); i++)
        smime__buf_format(text, "reason %s %d %d %d %llu %s\n",
                          smime_report_reason_code(report, i),
                          (int)smime_report_reason_layer(report, i),
                          (int)smime_report_reason_signer(report, i),
                          (int)smime_report_reason_certificate(report, i),
                          (unsigned long long)smime_report_reason_offset(report, i),
                          smime_report_reason_text(report, i));
    for (size_t i = 0; i < smime_report_layer_count(report); i++)
        record_layer(text, report, i);
    for (size_t i = 0; i < smime_report_header_count(report); i++)
        smime__buf_format(text, "header %s: %s %d\n", smime_report_header_name(report, i),
                          smime_report_header_value(report, i),
                          (int)smime_report_header_protection(report, i));
    for (size_t i = 0; i < smime_report_defect_count(report); i++) {
        CLAIM(smime_report_defect(report, i, &code, &class, &offset, &sentence, &layer) ==
              SMIME_OK);
        smime__buf_format(text, "defect %s %d at %llu of %d\n", code, (int)class,
                          (unsigned long long)offset, (int)layer);
    }
}

#endif
