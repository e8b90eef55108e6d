/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an editor is told (editor_settings.c) and how far it has come (editor.c). */
#ifndef SMIME_CMS_EDITOR_H
#define SMIME_CMS_EDITOR_H

#include "asn1/ber.h"
#include "cms/content_writer.h"
#include "cms/encoder.h"

/* What is added to a signer that is there. */
typedef struct smime__addition {
    size_t signer;
    smime__signer counter;  /* without identity: an attribute */
    smime__buf attribute;   /* whole */
} smime__addition;

struct smime_cms_editor {
    smime__job job;
    int32_t form;
    /* what is added; its signers, certificates and lists are an encoder's settings */
    smime_cms_encoder *more;
    smime__addition *additions;
    size_t addition_count, addition_room;
    smime__stage *detached; /* digests of the content that is not in the structure; or NULL */
    /* the work */
    smime__stage entry;
    smime__stage *armor_in, *armor_out;
    smime__ber *ber;
    int typed, entered, begun; /* type, [0] and SEQUENCE of the ContentInfo */
    int field, inner, version, has_content;
    smime__buf der;      /* scratch */
    smime__buf algorithms, type, certs, crls, signers; /* elements, as they were */
    size_t signer_count;
    smime__stage *digests; /* in front of the writer */
    smime__content_writer writer;
    int writing;
};

extern const smime__job_kind smime__editor_kind;
/* The digests of the new signers, a set of 1 << smime__hash. */
unsigned smime__editor_hashes(const smime_cms_editor *job);

#endif
