/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Reports: the reasons, and how a report is put together. */
#include "mail/report.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

typedef struct reason_row {
    const char *code;
    int weight; /* -1: what a person has to know first; 0: something is wrong; 1: something is lacking; 2: to be known */
    const char *text;
} reason_row;

static const reason_row rows[] = {
    { "expected-signature-missing", -1, "The sender shown signs mail, and this is not signed so." },
    { "signer-changed", -1, "The sender's mail was signed with another key until now." },
    { "message-empty", 0, "The message is empty." },
    { "mime-malformed", 0, "The MIME structure of a protected message cannot be read." },
    { "cms-malformed", 0, "The cryptographic structure (CMS) cannot be read." },
    { "limit", 0, "A limit was met before there was a verdict." },
    { "io", 0, "Reading or writing failed." },
    { "internal", 0, "The work could not be done." },
    { "content-changed", 0, "The content is not what was signed." },
    { "bad-signature", 0, "A signature does not fit the signer's key." },
    { "signer-malformed", 0, "The data of a signer is malformed." },
    { "attribute-malformed", 0, "An attribute of a signer is missing, doubled or malformed." },
    { "algorithm-mismatch", 0, "The algorithms of a signer contradict each other." },
    { "content-type-mismatch", 0, "A signer signed another type of content." },
    { "certificate-mismatch", 0, "A signature names another certificate." },
    { "detached-has-content", 0, "A detached signature holds content of its own." },
    { "required-signer-missing", 0, "Somebody who has to sign did not, or not well." },
    { "no-signer", 0, "There is signed data without any signer." },
    { "signed-structure", 0, "A multipart/signed does not have exactly a content and a signature." },
    { "content-missing", 0, "There is a signature, and nothing that it signs." },
    { "decryption-failed", 0, "The content cannot be decrypted." },
    { "decompression-failed", 0, "The compressed content is damaged." },
    { "cipher-misplaced", 0, "A cipher stands in a structure where it must not." },
    { "structure-ambiguous", 0, "The structure of the message can be read in two ways." },
    { "from-mismatch", 0, "The signer is not the sender shown." },
    { "from-sender-only", 0, "The signer is the Sender, and not the one in From." },
    { "from-no-address", 0, "The signer's certificate names no e-mail address." },
    { "from-ambiguous", 0, "There is not exactly one address in From." },
    { "from-missing", 0, "There is no address in From." },
    { "weak-algorithm", 0, "A signature uses an algorithm that can be forged." },
    { "no-certificate", 1, "The certificate of a signer was not found." },
    { "digest-not-computed", 1, "The digest algorithm announced is not the one that was used." },
    { "no-anchor", 1, "No trusted issuer of a signer's certificate was found." },
    { "unsupported-algorithm", 1, "An algorithm is not supported." },
    { "unsupported-content-type", 1, "A type of CMS content is not supported." },
    { "no-key", 1, "The content is encrypted, and for no key at hand." },
    { "not-signed", 2, "Nothing in the message is signed." },
    { "signature-outside", 2, "A signature stands outside the encryption: the signer need not have "
                              "known the content." },
    { "not-authenticated", 2, "The encryption cannot show changes (CBC)." },
    { "certs-only", 2, "The message carries certificates and no signature." },
    { "other-protocol", 2, "A multipart/signed or encrypted part is not S/MIME." },
    { "errant-layer", 2, "A protected part stands beside or below other content; it does not "
                         "count and was not opened." },
    { "isolated", -1, "A part was opened by itself: nothing around it vouches for it, and it for "
                     "nothing around it." },
    { "certificate-skipped", 2, "A certificate in the message is malformed and was left out." },
    { "damage-line-ends", 2, "The content would fit with other line ends." },
    { "damage-trailing-blanks", 2, "The content would fit with other blanks at line ends." },
    { "damage-from-quoting", 2, "The content would fit without quoted \"From \" lines." },
    { "damage-encoding", 2, "The content would fit with another transfer encoding." },
    { "damage-charset", 2, "The content would fit in another charset." },
    { "damage-header", 2, "The content would fit with another header of its own." },
    { "damage-footer", 2, "The content would fit without text that was appended to it." },
    { "receipt-mismatch", 0, "A receipt is about another message than the one it is held against." },
    { "timestamp-signer", 0, "A timestamp is not signed by one who is there for timestamps alone, or "
                             "does not name that certificate." },
    { "countersignature-bad", 2, "A countersignature is not good, or nobody vouches for who made it." },
    { "version-odd", 2, "A structure has another version number than it should." },
    { "trailing-data", 2, "Bytes follow the cryptographic structure; they were ignored." },
    { "address-case", 2, "From and the certificate differ in upper and lower case." },
    { "display-name-address", 2, "The display name in From holds another address." },
    { "outer-from-differs", 2, "From outside of the protection is not the one inside." },
    { "signing-time-differs", 2, "The signing time is not that of the Date field." },
    { "revocation-skipped", 2, "Revocation data in the message is malformed and was left out." },
    { "revocation-not-checked", 2, "Whether a certificate was revoked was not checked." },
    { "revocation-undetermined", 2, "Whether a certificate was revoked could not be determined." },
};

static const reason_row *find(const char *code)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (!strcmp(rows[i].code, code))
            return &rows[i];
    return NULL;
}

smime_status smime__report_new(smime_report **ret_report)
{
    smime_report *report = calloc(1, sizeof *report);

    if (!report)
        return SMIME_E_NOMEM;
    smime__ref_init(&report->refs);
    *ret_report = report;
    return SMIME_OK;
}

smime_status smime__report_add_layer(smime_report *report, smime__report_layer **ret_layer)
{
    smime_status status = smime__grow((void **)&report->layers, report->layer_count,
                                      &report->layer_room, sizeof *report->layers);
    if (status < 0)
        return status;
    *ret_layer = &report->layers[report->layer_count++];
    memset(*ret_layer, 0, sizeof **ret_layer);
    return SMIME_OK;
}

/* Reasons come from layers that write fragments; people get sentences. */
static smime_status add_sentence(smime__buf *to, const char *text)
{
    smime_status status = smime__utf8_clean(to, smime__view_text(text));

    if (status == SMIME_OK && to->len && to->data[0] >= 'a' && to->data[0] <= 'z')
        to->data[0] = (uint8_t)(to->data[0] - 32);
    if (status == SMIME_OK && to->len && to->data[to->len - 1] != '.')
        status = smime__buf_add_byte(to, '.');
    return status;
}

smime_status smime__report_reason(smime_report *report, const char *code, const char *text,
                                  int layer, int signer, int certificate, uint64_t offset)
{
    const reason_row *row = find(code);
    smime__buf clean = { 0 };
    smime__reason *made;
    smime_status status = smime__grow((void **)&report->reasons, report->reason_count,
                                      &report->reason_room, sizeof *report->reasons);

    if (status == SMIME_OK && (!text || !*text))
        text = row ? row->text : code;
    if (status == SMIME_OK)
        status = add_sentence(&clean, text);
    if (status == SMIME_OK && !smime__buf_text(&clean))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&clean);
        return status;
    }
    made = &report->reasons[report->reason_count++];
    /* codes of certificate paths are not in the table: the path's own list has them */
    made->code = row ? row->code : code;
    made->text = (char *)clean.data;
    made->layer = layer;
    made->signer = signer;
    made->certificate = certificate;
    made->offset = offset;
    made->weight = row ? row->weight : 0;
    return SMIME_OK;
}

/* By weight, and stable: a small insertion sort. */
void smime__report_sort_reasons(smime_report *report)
{
    for (size_t i = 1; i < report->reason_count; i++) {
        smime__reason moved = report->reasons[i];
        size_t k = i;
        for (; k > 0 && report->reasons[k - 1].weight > moved.weight; k--)
            report->reasons[k] = report->reasons[k - 1];
        report->reasons[k] = moved;
    }
}

int smime__layer_encrypts(const smime__report_layer *layer)
{
    return layer->kind == SMIME_LAYER_ENVELOPED || layer->kind == SMIME_LAYER_AUTH_ENVELOPED ||
           layer->kind == SMIME_LAYER_ENCRYPTED;
}

smime_report *smime_report_ref(smime_report *report)
{
    if (report)
        smime__ref_up(&report->refs);
    return report;
}

int smime__signer_is_good(const smime__report_signer *signer)
{
    return signer->counter_of < 0 && signer->status == SMIME_SIGNER_GOOD &&
           smime_path_valid(signer->path);
}

smime__report_layer *smime__innermost_signed(const smime_report *report)
{
    for (size_t i = report->layer_count; i--;)
        if (!report->layers[i].errant && report->layers[i].kind == SMIME_LAYER_SIGNED &&
            !report->layers[i].certs_only)
            return &report->layers[i];
    return NULL;
}

static void clear_layer(smime__report_layer *layer)
{
    for (size_t i = 0; i < layer->signer_count; i++) {
        smime_cert_unref(layer->signers[i].cert);
        smime_path_unref(layer->signers[i].path);
        smime_cert_unref(layer->signers[i].preferred);
        smime__report_attributes_clear(&layer->signers[i].attributes[0]);
        smime__report_attributes_clear(&layer->signers[i].attributes[1]);
        smime__buf_free(&layer->signers[i].value);
    }
    free(layer->signers);
    free(layer->content_type);
    free(layer->path);
    smime__recipients_clear(&layer->recipients);
}

void smime__report_empty(smime_report *report)
{
    for (size_t i = 0; i < report->reason_count; i++)
        free(report->reasons[i].text);
    for (size_t i = 0; i < report->layer_count; i++)
        clear_layer(&report->layers[i]);
    for (size_t i = 0; i < report->part_count; i++) {
        free(report->parts[i].path);
        free(report->parts[i].type);
    }
    for (size_t i = 0; i < report->cert_count; i++)
        smime_cert_unref(report->certs[i]);
    free(report->reasons);
    free(report->layers);
    free(report->parts);
    free(report->certs);
    free(report->defects);
    report->reasons = NULL;
    report->layers = NULL;
    report->parts = NULL;
    report->certs = NULL;
    report->defects = NULL;
    report->reason_count = report->reason_room = report->layer_count = report->layer_room = 0;
    report->part_count = report->part_room = report->cert_count = 0;
    report->defect_count = report->defect_room = 0;
    report->structural = report->isolated_structural = report->isolated_unreadable = 0;
    report->status = SMIME_OK;
    report->from_binding = SMIME_BINDING_NOT_APPLICABLE;
}

void smime_report_unref(smime_report *report)
{
    if (!report || !smime__ref_down(&report->refs))
        return;
    smime__report_empty(report);
    free(report->fields);
    smime__buf_free(&report->field_text);
    smime__buf_free(&report->text);
    free(report->from_address);
    free(report->from_display);
    free(report->from_other);
    free(report);
}
