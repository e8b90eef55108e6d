/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The open job: levels of content, each of them found inside the one before. */
#ifndef SMIME_MAIL_OPEN_H
#define SMIME_MAIL_OPEN_H

#include "base/job.h"
#include "cms/decoder.h"
#include "mail/hold.h"
#include "mail/listing.h"
#include "mail/report.h"
#include "mime/address.h"
#include "mime/scan.h"
#include "pki/known.h"
#include "pki/path.h"

#include <smime/open.h>

typedef struct smime__level smime__level;

/* Everything that one reading of a message makes; thrown away before another reading. */
typedef struct smime__open_run {
    smime_open *job;
    smime__level *levels[64];
    size_t level_count;
    smime__budget budget;
    smime__pool bag;            /* certificates of the message */
    smime__evidence brought;    /* revocation lists and OCSP responses of the message */
    smime__path_context *paths;
    smime_report *report;
    smime__stage *armor;        /* in front of a ContentInfo that may be in PEM; or NULL */
    smime__stage *sink;         /* where content goes: the job's tail, or the hold in front of it */
    smime__hold hold;
    size_t isolated;            /* the first level of a part opened by itself; 0: none is */
    int unreadable;             /* a layer whose kind could not even be read */
    int diagnosed;
    int may_be_damaged;         /* clearly signed content is not what was signed */
    int missed_digest;          /* micalg named another hash than the signer used */
    /* the header of the message */
    smime__mailboxes from, sender;
    int from_fields;
    smime__buf claims; /* every From field, to be read as text; then those inside protection */
    size_t claims_outside;
    int has_date;
    int64_t date;
    /* when they are those of a protected header: what stood outside */
    int has_inner_from;
    char *outer_from, *outer_display;
    smime__mailboxes outer_boxes;
    int outer_from_fields;
    smime__report_field *outer_fields; /* NULL while those of the report are */
    size_t outer_field_count;
    /* of encryption without a tag whose content is not what it was: 1 + its level; nothing is told of
     * what stands inside */
    size_t shut;
} smime__open_run;

struct smime_open {
    smime__job job;
    smime__stage head;
    smime_identity **identities;
    size_t identity_count, identity_room;
    smime_store *store;
    smime__shared_keys shared;
    char **expected; /* addresses that sign their mail */
    size_t expected_count, expected_room;
    smime_known *known;
    char *isolate_path; /* the errant part that is wanted; NULL: none */
    int32_t isolate_within;
    int cms;          /* the input is a ContentInfo, and what it holds need be no mail */
    int32_t use;      /* of the signers' certificates: SMIME_USE_* */
    smime__stage *detached; /* digests of the content that the ContentInfo does not hold; or NULL */
    int32_t release;
    int buffered;    /* output goes to private memory: no need to hold it back */
    int all_hashes;  /* a second reading, after a wrong micalg */
    int diagnose;    /* content is kept, to find out what happened to it */
    smime__open_run run;
};

/* One more level of the content; the first is the message itself. @p as is for CMS: UNKNOWN for a
 * ContentInfo, or the structure that stands there without one. */
enum { SMIME__LEVEL_MIME, SMIME__LEVEL_CMS, SMIME__LEVEL_RAW };
smime_status smime__level_new(smime__open_run *run, int form, smime__oid as,
                              smime__stage **ret_entry);
void smime__level_free(smime__level *level);
/* What the level's own CMS layer came to, or NULL when it has none. */
const smime__cms_result *smime__level_result(const smime__level *level);
const char *smime__level_failure(const smime__level *level, uint64_t *ret_offset);
const char *smime__level_note(const smime__level *level); /* a reason code, or NULL */
int smime__level_is_layer(const smime__level *level);
int smime__level_is_clear(const smime__level *level); /* multipart/signed */
int smime__level_finished(const smime__level *level);
smime__defects *smime__level_defects(smime__level *level);
/* The content of a clear signature as it stands, when a diagnosis was wanted; else empty. */
smime__view smime__level_kept(const smime__level *level);
/* The parts of the level's content; of one that is a layer, those that are no content of it. */
const smime__listing *smime__level_parts(const smime__level *level);
/* It belongs to a part that was opened by itself. */
int smime__level_is_isolated(const smime__level *level);

/* The header of the message, once. */
smime_status smime__open_read_header(smime__open_run *run, const smime__header *header);
/* The header of the innermost content's root, or of its child when that is a message: when it is
 * protected (RFC 9788) its fields count instead. */
smime_status smime__open_read_inner(smime__open_run *run, const smime__part *part,
                                    const smime__header *header);
/* The header outside counts again, as if nothing stood inside. */
void smime__open_forget_inner(smime__open_run *run);
/* With the verdict: what protects each field, and which From is shown. */
smime_status smime__open_settle_header(smime__open_run *run);

smime_status smime__open_reason(smime__open_run *run, const char *code, const char *text, int layer,
                                int signer);
/* Puts the report together from all levels. */
smime_status smime__collect(smime__open_run *run);
/* Collects and decides. */
smime_status smime__verdict(smime__open_run *run);
/* The at sign, or what looks like it. */
/* What the sender shown is known for: reasons that come before all others. */
smime_status smime__open_compare_known(smime__open_run *run);
/* Whom to encrypt to, when a verified sender says so. */
smime_status smime__open_find_preferred(smime__open_run *run);
/* Whether content may be handed out under @p release. */
int smime__verdict_releases(const smime_report *report, int32_t release);
/* Every signer of the content is good and has a valid path; *ret_binding tells of the one who is the
 * sender, or of the first. */
int smime__signers_good(const smime__report_layer *layer, int32_t *ret_binding);
/* The sentence for people. */
void smime__verdict_sentence(smime_report *report, const smime__error *error);

/* A SignedData as a whole: its content, whatever the verdict is, and the report. */
smime_status smime__decode_once(smime__view cms, const smime_policy *policy, smime_store *store,
                                int32_t use, smime__buf *ret_content, smime_report **ret_report);

/* The address binding of one certificate. *ret_case: they differ in case alone. */
int32_t smime__binding_of(const smime__open_run *run, const smime_cert *cert, int strict,
                          int *ret_case);

#endif
