/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The protect job. */
#ifndef SMIME_MAIL_PROTECT_H
#define SMIME_MAIL_PROTECT_H

#include "base/job.h"
#include "cms/enveloped_data.h"
#include "cms/signed_data.h"
#include "mail/hold.h"
#include "mail/protect_header.h"
#include "pki/known.h"
#include "mime/legacy_display.h"
#include "mime/reencode.h"
#include "mime/transport.h"

#include <smime/protect.h>

/* What a recipient is known to read. */
typedef struct smime__capable {
    smime_cert *cert;
    smime__buf capabilities;
} smime__capable;

struct smime_protect {
    smime__job job;
    /* settings */
    smime__signer *signers;
    size_t signer_count, signer_room;
    smime__recipient *recipients;
    size_t recipient_count, recipient_room;
    int has_self, no_self, opaque, pss, hash_chosen, triple;
    smime_known *known;
    smime__capable *capable;
    size_t capable_count, capable_room;
    smime__hash hash;
    int32_t cipher, transport;
    smime__header_plan header;
    smime__hash oaep_hash;
    char **notes;
    size_t note_count, note_room;
    /* under way */
    smime__stage head;      /* feeds the scout and the hold */
    smime__scout *scout;    /* NULL when nothing is signed */
    int scouted;            /* a reading beforehand has decided everything */
    smime__hold hold;       /* of what the scout has not decided */
    smime__stage reader;    /* behind it: feeds the scanner */
    smime__scan *scan;
    size_t leaf;            /* index of the next leaf, as the scout counts */
    uint64_t body_offset;   /* of the root */
    int transparent;        /* the leaf's body is passed without canonical line ends */
    smime__stage *canonical; /* in front of the chain */
    smime__stage *chain;     /* signer, or encrypter: takes the entity */
    smime__stage *signer;
    smime__stage *wrapper;   /* signs what is encrypted, for a triple wrap */
    smime__stage *encrypter;
    smime__signed_data_spec signed_spec;
    smime__buf attributes;   /* of every signer of the content */
    smime__signer *outer;    /* the same signers without them, for a triple wrap */
    smime__signed_data_spec outer_spec;
    smime__pool carried;     /* certificates in the message */
    smime__reencoder reencoder; /* of the leaf, when its transfer encoding changes */
    smime__stage *inserter;     /* what is put into the leaf for old readers; or NULL */
    smime__stage inserted;      /* behind it: passes on, and does not end with the leaf */
};

smime_status smime__protect_note(smime_protect *job, const char *text);

/* Stages that take a MIME entity and write a MIME entity around it. */
smime_status smime__clear_signer_new(const smime__signed_data_spec *spec, smime__stage *next,
                                     smime__stage **ret_stage);
smime_status smime__opaque_signer_new(const smime__signed_data_spec *spec, smime__stage *next,
                                      smime__stage **ret_stage);
smime_status smime__encrypter_new(const smime__enveloped_spec *spec, smime__stage *next,
                                  smime__stage **ret_stage);

/* The digest for one signer: the one chosen, or by the key. */
smime__hash smime__protect_hash(const smime_protect *job, const smime_identity *identity);

/* The stages in front of the output, from the settings. */
smime_status smime__protect_build(smime_protect *job);
/* Chooses cipher and key transport, with a note where there was a choice. */
smime_status smime__protect_choose(smime_protect *job, smime__enveloped_spec *spec);
/* Whether the policy allows every signature. */
smime_status smime__protect_check_signers(smime_protect *job);

/* Decides where each field of the message stands. */
smime_status smime__protect_plan_header(smime_protect *job, const smime__part *part,
                                        const smime__header *header);

/* Handler of the scanner that rewrites the message. */
extern const smime__scan_handler smime__protect_rewrite;

#endif
