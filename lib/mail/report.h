/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a report holds. */
#ifndef SMIME_MAIL_REPORT_H
#define SMIME_MAIL_REPORT_H

#include "base/refcount.h"
#include "cms/decoder.h"
#include "mime/defect.h"

#include <smime/report.h>

typedef struct smime__reason {
    const char *code;
    char *text;
    int layer, signer, certificate; /* -1: none */
    uint64_t offset;
    int weight; /* errors before notes */
} smime__reason;

typedef struct smime__report_attribute {
    char *oid;       /* dotted */
    uint8_t *values; /* the SET of them, DER */
    size_t len;
} smime__report_attribute;

typedef struct smime__report_attributes {
    smime__report_attribute *list;
    size_t count, room;
} smime__report_attributes;

struct smime__report_signer;

/* @p set: the elements of a SET OF Attribute. */
smime_status smime__report_attributes_read(smime__report_attributes *to, smime__view set);
/* The SET of values of a signed attribute; 0 when the signer has none of that type. */
int smime__report_find_signed(const struct smime__report_signer *signer, const char *oid,
                              smime__view *ret_values);
void smime__report_attributes_clear(smime__report_attributes *attributes);

typedef struct smime__report_signer {
    int32_t status;
    int damaged; /* bad, and not for an algorithm that is refused */
    smime_cert *cert;
    smime__hash hash;
    smime__scheme scheme;
    int has_time;
    int64_t time;
    smime_path *path;
    smime_cert *preferred; /* to encrypt to, whose path is valid; NULL: none, or the signer's own */
    int32_t binding;
    int32_t counter_of; /* -1: it signs the content */
    smime__report_attributes attributes[2]; /* unsigned, signed */
    smime__buf value; /* the signature */
} smime__report_signer;

typedef struct smime__report_layer {
    int32_t kind;
    int errant, isolated;
    int32_t within; /* of an errant one: in the content of how many layers, and where there */
    char *path;
    const char *algorithm;
    char *content_type; /* dotted */
    int authenticated;
    int opened;
    int locked;
    int failed;
    int certs_only; /* signed by nobody, and made for that */
    smime__recipients recipients;
    smime__report_signer *signers;
    size_t signer_count;
    uint64_t covers_length;
    size_t first_part, part_count; /* of the report's parts: what a signature covers */
} smime__report_layer;

/* It signs the content, and both its signature and its path are good. */
int smime__signer_is_good(const smime__report_signer *signer);
/* The innermost signature that is in its place, whose signers are who wrote; NULL without one. */
smime__report_layer *smime__innermost_signed(const smime_report *report);

typedef struct smime__report_part {
    int32_t layer; /* in the content of how many layers */
    char *path, *type;
} smime__report_part;

typedef struct smime__report_field {
    size_t name; /* where its text begins in `field_text` */
    size_t value;
    size_t outside; /* 1 + where begins what stood in its place; 0: nothing did */
    int protected; /* stands inside */
    int hidden;    /* and not outside: its writer made it secret */
    int32_t protection; /* SMIME_PROTECTION_*, once there is a verdict */
} smime__report_field;

typedef struct smime__report_defect {
    smime__defect defect;
    int32_t layer;
} smime__report_defect;

struct smime_report {
    smime__refcount refs;
    int32_t summary;
    int32_t presentation;
    smime_status status;
    smime__buf text;
    smime__reason *reasons;
    size_t reason_count, reason_room;
    char *from_address;
    char *from_display;
    char *from_other; /* of inside and outside the one that is not shown */
    int32_t from_binding;
    smime__report_layer *layers;
    size_t layer_count, layer_room;
    smime__report_field *fields;
    size_t field_count;
    smime__buf field_text;
    smime__report_defect *defects;
    size_t defect_count, defect_room;
    int structural;
    int isolated_structural, isolated_unreadable; /* of the part that was opened by itself */
    int isolation; /* a part by itself was asked for */
    smime__report_part *parts;
    size_t part_count, part_room;
    smime_cert **certs; /* that the message carried */
    size_t cert_count;
};

smime_status smime__report_new(smime_report **ret_report);
/* Everything is gone but the header fields and the sender shown. */
void smime__report_empty(smime_report *report);
smime_status smime__report_add_layer(smime_report *report, smime__report_layer **ret_layer);
/* @p text NULL: the table's own sentence for the code. */
smime_status smime__report_reason(smime_report *report, const char *code, const char *text,
                                  int layer, int signer, int certificate, uint64_t offset);
void smime__report_sort_reasons(smime_report *report);
int smime__layer_encrypts(const smime__report_layer *layer);

#endif
