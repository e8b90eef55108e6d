/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The job behind smime_parser. */
#ifndef SMIME_MIME_PARSER_H
#define SMIME_MIME_PARSER_H

#include "base/job.h"
#include "mime/entity.h"
#include "mime/hazards.h"

/* What becomes of the body of a leaf: decoder, counter, conversion to UTF-8, target. Stages that
 * have nothing to do are left out. */
typedef struct smime__leaf {
    smime__stage *first; /* NULL: nobody wants the body */
    smime__stage *decoder;
    smime__stage *text;
    smime__stage *legacy;   /* takes out what is there for old readers */
    smime__stage counter; /* of decoded bytes */
    smime__stage target;  /* passes on, and does not end with the leaf */
    uint64_t decoded;
} smime__leaf;

/* @p type: of the leaf; @p form: SMIME_PART_*. */
smime_status smime__leaf_open(smime__leaf *leaf, int encoding, const smime__params *type,
                              int32_t form, smime__stage *target);
/* Also when something failed. */
void smime__leaf_close(smime__leaf *leaf);

typedef struct smime__events {
    smime_entity_function begin;
    smime_body_function body;
    smime_entity_function end;
    int32_t keep;
    void *user_data;
    void (*destroy)(void *user_data);
} smime__events;

struct smime_parser {
    smime__job job;
    smime__stage head;
    smime__scan *scan;
    smime__view whole; /* the message, when it is the program's memory */
    smime_entity *root;
    uint64_t kept;     /* bytes of headers in the tree */
    int32_t form;      /* of the bodies that are handed out */
    int shallow;
    int seek_hazards;
    smime__hazards hazards; /* of the leaf that is read */
    smime__hazards frames;  /* of what stands around parts */
    char *selected;    /* path of the part that is handed out */
    int found;         /* it was there */
    smime__part *selected_part; /* while it is open */
    smime__events *events;
    smime__stage event_out;  /* hands to events->body */
    smime_entity *event_of;  /* the leaf whose body it is */
    smime__leaf leaf;
};

#endif
