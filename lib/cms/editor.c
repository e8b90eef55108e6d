/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_cms_editor at work: a SignedData read as it streams by, and written again with more in
 * it. */
#include "cms/editor.h"

#include "cms/attributes.h"
#include "cms/signed_fields.h"
#include "codec/armor.h"

static smime_cms_editor *of_entry(smime__stage *entry)
{
    return (smime_cms_editor *)((char *)entry - offsetof(smime_cms_editor, entry));
}

static smime_status malformed(smime_cms_editor *job)
{
    return smime__fail_at(&job->job.error, smime__ber_position(job->ber), SMIME_E_CMS_SYNTAX,
                          "this is no SignedData, or a malformed one");
}

unsigned smime__editor_hashes(const smime_cms_editor *job)
{
    unsigned set = 0;

    for (size_t i = 0; i < job->more->signer_count; i++)
        set |= 1u << job->more->signers[i].hash;
    return set;
}

/* The digest algorithms that are there, and those of the new signers that are not. */
static smime_status add_algorithms(smime_cms_editor *job, smime__buf *to)
{
    smime_status status = SMIME_OK;
    size_t mark;

    for (size_t i = 0; i < job->more->signer_count && status == SMIME_OK; i++) {
        smime__der der = smime__der_cursor(smime__buf_view(&job->algorithms));
        smime__algorithm algorithm;
        int there = 0;
        while (smime__algorithm_take(&der, &algorithm))
            there |= smime__algorithm_hash(&algorithm) == job->more->signers[i].hash;
        if (!there)
            status = smime__signer_digest_add(&job->algorithms, &job->more->signers[i]);
    }
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SET, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(&job->algorithms));
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

/* RFC 5652 5.1: never lower than it was. */
static int new_version(const smime_cms_editor *job)
{
    int version = job->version;

    for (size_t i = 0; i < job->more->signer_count; i++)
        if (job->more->signers[i].by_key_id && version < 3)
            version = 3;
    return job->more->evidence.ocsp_count && version < 5 ? 5 : version;
}

static smime_status check_new_signers(smime_cms_editor *job)
{
    int is_data = smime__view_equal(smime__buf_view(&job->type),
                                    smime__oid_bytes(SMIME__OID_DATA));

    for (size_t i = 0; i < job->more->signer_count; i++)
        if (job->more->signers[i].no_attributes && !is_data)
            return smime__fail(&job->job.error, SMIME_E_INVALID_ARG,
                               "only plain data is signed without attributes");
    return SMIME_OK;
}

/* The type of the content is known: everything in front of it is written. */
static smime_status begin_writing(smime_cms_editor *job, int has_content)
{
    smime__stage *next = &job->job.tail;
    smime_status status = check_new_signers(job);

    if (status < 0)
        return status;
    job->writing = 1;
    if (job->form == SMIME_FORM_PEM) {
        status = smime__armor_writer_new("CMS", next, &job->armor_out);
        next = job->armor_out;
    }
    smime__content_writer_init(&job->writer, SMIME__OID_SIGNED_DATA, 1, next);
    job->writer.absent = !has_content;
    if (status == SMIME_OK)
        status = smime__der_add_small(&job->writer.before, new_version(job));
    if (status == SMIME_OK)
        status = add_algorithms(job, &job->writer.before);
    if (status == SMIME_OK)
        status = smime__der_add_view(&job->writer.inside, SMIME__OBJECT_ID,
                                     smime__buf_view(&job->type));
    return status == SMIME_OK ? smime__digest_stage_new(smime__editor_hashes(job),
                                                        &job->writer.stage, &job->digests)
                              : status;
}

static smime_status begin_inner(smime_cms_editor *job, unsigned depth, uint8_t tag,
                                smime__ber_action *ret_action)
{
    *ret_action = SMIME__BER_COLLECT;
    if (job->field == SMIME__SIGNED_CRLS)
        *ret_action = SMIME__BER_COLLECT_LIST;
    if (job->field != SMIME__SIGNED_CONTENT ||
        (depth == 4 && tag == SMIME__OBJECT_ID && !job->inner))
        return SMIME_OK;
    if (depth == 4 && tag == SMIME__CONTEXT_C(0) && job->inner == 1) {
        job->inner = 2;
        *ret_action = SMIME__BER_ENTER;
        return SMIME_OK;
    }
    if (depth != 5 || (tag & ~0x20) != SMIME__OCTET_STRING || job->inner != 2)
        return malformed(job);
    if (job->detached)
        return smime__fail(&job->job.error, SMIME_E_STATE,
                           "content was given, and the structure holds its own");
    job->inner = 3;
    job->has_content = 1;
    *ret_action = SMIME__BER_STREAM;
    return begin_writing(job, 1);
}

static smime_status on_begin(void *user, unsigned depth, uint8_t tag, uint64_t offset,
                             smime__ber_action *ret_action)
{
    smime_cms_editor *job = user;
    int field;

    (void)offset;
    *ret_action = SMIME__BER_ENTER;
    switch (depth) {
    case 0:
        return tag == SMIME__SEQUENCE ? SMIME_OK : malformed(job);
    case 1:
        if (tag == SMIME__OBJECT_ID && !job->typed++) {
            *ret_action = SMIME__BER_COLLECT;
            return SMIME_OK;
        }
        return tag == SMIME__CONTEXT_C(0) && job->typed && !job->entered++ ? SMIME_OK
                                                                            : malformed(job);
    case 2:
        return tag == SMIME__SEQUENCE && !job->begun++ ? SMIME_OK : malformed(job);
    case 3:
        field = smime__signed_next_field(job->field, tag);
        if (field < 0)
            return malformed(job);
        job->field = field;
        if (field == SMIME__SIGNED_VERSION)
            *ret_action = SMIME__BER_COLLECT;
        return SMIME_OK;
    default:
        return begin_inner(job, depth, tag, ret_action);
    }
}

static smime_status take_type(smime_cms_editor *job, const uint8_t *tlv, size_t len, int outer)
{
    smime__der der = smime__der_cursor(smime__view_of(tlv, len));
    smime__view id;

    if (!smime__der_take_oid(&der, &id) ||
        (outer && smime__oid_find(id) != SMIME__OID_SIGNED_DATA))
        return malformed(job);
    if (outer)
        return SMIME_OK;
    job->inner = 1;
    return smime__buf_add_view(&job->type, id);
}

static smime_status take_version(smime_cms_editor *job, const uint8_t *tlv, size_t len)
{
    smime__der der = smime__der_cursor(smime__view_of(tlv, len));

    return smime__der_take_small(&der, &job->version) && job->version <= 5 ? SMIME_OK
                                                                             : malformed(job);
}

/* As DER, which changes no byte of what a SignerInfo's attributes are signed as. Certificates and
 * lists are signed as they stand, and stay so. */
static smime_status keep(smime_cms_editor *job, smime__buf *to, const uint8_t *tlv, size_t len)
{
    smime_status status;

    smime__buf_clear(&job->der);
    status = smime__ber_to_der(smime__view_of(tlv, len), &job->der);
    if (status == SMIME_E_BER)
        return malformed(job);
    if (status == SMIME_OK &&
        (job->field == SMIME__SIGNED_CERTIFICATES || job->field == SMIME__SIGNED_CRLS) &&
        !smime__view_equal(smime__buf_view(&job->der), smime__view_of(tlv, len)))
        return smime__fail_at(&job->job.error, smime__ber_position(job->ber), SMIME_E_CMS_SYNTAX,
                              "a certificate or list is no DER, and would have to be changed");
    return status == SMIME_OK ? smime__buf_add_view(to, smime__buf_view(&job->der)) : status;
}

static smime_status on_collected(void *user, unsigned depth, const uint8_t *tlv, size_t len,
                                 uint64_t offset)
{
    smime_cms_editor *job = user;
    const smime__limits *limits = &job->job.settings.limits;
    smime_status status = SMIME_OK;

    (void)offset;
    if (depth == 1)
        return take_type(job, tlv, len, 1);
    switch (job->field) {
    case SMIME__SIGNED_VERSION:
        return take_version(job, tlv, len);
    case SMIME__SIGNED_DIGESTS:
        status = smime__limit_check(limits, SMIME_LIMIT_OBJECT_BYTES, job->algorithms.len + len,
                                    &job->job.error);
        return status == SMIME_OK ? keep(job, &job->algorithms, tlv, len) : status;
    case SMIME__SIGNED_CONTENT:
        return take_type(job, tlv, len, 0);
    case SMIME__SIGNED_CERTIFICATES:
        status = smime__limit_check(limits, SMIME_LIMIT_CERT_BYTES, job->certs.len + len,
                                    &job->job.error);
        return status == SMIME_OK ? keep(job, &job->certs, tlv, len) : status;
    case SMIME__SIGNED_CRLS:
        status = smime__limit_check(limits, SMIME_LIMIT_CRL_BYTES, job->crls.len + len,
                                    &job->job.error);
        return status == SMIME_OK ? keep(job, &job->crls, tlv, len) : status;
    default:
        status = smime__limit_check(limits, SMIME_LIMIT_SIGNERS, ++job->signer_count,
                                    &job->job.error);
        return status == SMIME_OK ? keep(job, &job->signers, tlv, len) : status;
    }
}

static smime_status on_data(void *user, const uint8_t *data, size_t len)
{
    return smime__stage_write(((smime_cms_editor *)user)->digests, data, len);
}

static smime_status on_end(void *user, unsigned depth)
{
    (void)user;
    (void)depth;
    return SMIME_OK;
}

static const smime__ber_handler handler = { on_begin, on_collected, on_data, on_end };

/* [n] IMPLICIT SET OF, left out when it is empty. */
static smime_status add_set(smime__buf *to, uint8_t tag, const smime__buf *elements)
{
    size_t mark;
    smime_status status;

    if (!elements->len && tag != SMIME__SET)
        return SMIME_OK;
    status = smime__der_begin(to, tag, &mark);
    if (status == SMIME_OK)
        status = smime__der_sort_set(to, smime__buf_view(elements));
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

static int holds(const smime__buf *set, smime__view element)
{
    smime__der der = smime__der_cursor(smime__buf_view(set));
    smime__view whole;

    while (smime__der_next(&der, NULL, NULL, &whole))
        if (smime__view_equal(whole, element))
            return 1;
    return 0;
}

static smime_status add_certs(smime_cms_editor *job)
{
    const smime__pool *carried = &job->more->carried;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < carried->count && status == SMIME_OK; i++) {
        smime__view der = smime__view_of(carried->certs[i]->der, carried->certs[i]->len);
        if (!holds(&job->certs, der))
            status = smime__buf_add_view(&job->certs, der);
    }
    return status;
}

/* The attribute that the addition is, for the signature it may sign. */
static smime_status make_attribute(const smime_cms_editor *job, const smime__addition *add,
                                   smime__view signature, smime__buf *to)
{
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__buf info = { 0 };
    smime_status status;

    if (!add->counter.identity)
        return smime__buf_add_view(to, smime__buf_view(&add->attribute));
    status = smime__digest_once(add->counter.hash, signature.data, signature.len, digest);
    if (status == SMIME_OK)
        status = smime__signer_info_add(&info, &add->counter, smime__view_of(NULL, 0), digest,
                                        job->job.settings.time);
    if (status == SMIME_OK)
        status = smime__attribute_add(to, SMIME__OID_COUNTERSIGNATURE, smime__buf_view(&info));
    smime__buf_free(&info);
    return status;
}

/* One SignerInfo, with what is added to the signer of that number. */
static smime_status add_signer_info(smime_cms_editor *job, smime__view whole, size_t number,
                                    smime__buf *to)
{
    smime__buf attributes = { 0 };
    smime__view signature;
    smime_status status = SMIME_OK;

    if (!smime__signer_info_signature(whole, &signature))
        return malformed(job);
    for (size_t i = 0; i < job->addition_count && status == SMIME_OK; i++)
        if (job->additions[i].signer == number)
            status = make_attribute(job, &job->additions[i], signature, &attributes);
    if (status == SMIME_OK)
        status = attributes.len ? smime__signer_info_extend(to, whole, smime__buf_view(&attributes))
                                : smime__buf_add_view(to, whole);
    smime__buf_free(&attributes);
    return status;
}

static smime_status add_new_signers(smime_cms_editor *job, smime__buf *to)
{
    const smime__stage *digests = job->has_content ? job->digests : job->detached;
    smime_status status = SMIME_OK;

    if (job->more->signer_count && !digests)
        return smime__fail(&job->job.error, SMIME_E_STATE,
                           "the content of the detached signature was not given");
    for (size_t i = 0; i < job->more->signer_count && status == SMIME_OK; i++)
        status = smime__signer_info_add(
            to, &job->more->signers[i], smime__buf_view(&job->type),
            smime__digest_stage_value(digests, job->more->signers[i].hash),
            job->job.settings.time);
    return status;
}

static smime_status make_trailer(smime_cms_editor *job, smime__buf *to)
{
    smime__der der = smime__der_cursor(smime__buf_view(&job->signers));
    smime__buf set = { 0 };
    smime__view whole;
    smime_status status = add_certs(job);

    if (status == SMIME_OK)
        status = add_set(to, SMIME__CONTEXT_C(0), &job->certs);
    if (status == SMIME_OK)
        status = smime__evidence_encode(&job->crls, &job->more->evidence);
    if (status == SMIME_OK)
        status = add_set(to, SMIME__CONTEXT_C(1), &job->crls);
    for (size_t i = 0; status == SMIME_OK && smime__der_next(&der, NULL, NULL, &whole); i++)
        status = add_signer_info(job, whole, i, &set);
    if (status == SMIME_OK)
        status = add_new_signers(job, &set);
    if (status == SMIME_OK)
        status = add_set(to, SMIME__SET, &set);
    smime__buf_free(&set);
    return status;
}

static smime_status check_additions(smime_cms_editor *job)
{
    for (size_t i = 0; i < job->addition_count; i++)
        if (job->additions[i].signer >= job->signer_count)
            return smime__fail(&job->job.error, SMIME_E_NOT_FOUND,
                               "there is no signer number %zu", job->additions[i].signer);
    return SMIME_OK;
}

static smime_status entry_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__ber_write(of_entry(stage)->ber, data, len);
}

static smime_status entry_finish(smime__stage *stage)
{
    smime_cms_editor *job = of_entry(stage);
    smime__buf trailer = { 0 };
    smime_status status = SMIME_OK;

    if (!smime__ber_done(job->ber))
        return smime__fail(&job->job.error, SMIME_E_BER, "the structure is cut off");
    if (job->field != SMIME__SIGNED_SIGNERS || !job->inner)
        return malformed(job);
    if (smime__ber_trailing(job->ber))
        return smime__fail(&job->job.error, SMIME_E_CMS_SYNTAX,
                           "there are bytes behind the structure");
    status = check_additions(job);
    if (status == SMIME_OK)
        status = smime__limit_check(&job->job.settings.limits, SMIME_LIMIT_SIGNERS,
                                    job->signer_count + job->more->signer_count,
                                    &job->job.error);
    if (status == SMIME_OK && !job->writing)
        status = begin_writing(job, 0);
    if (status == SMIME_OK)
        status = smime__stage_finish(job->digests);
    if (status == SMIME_OK)
        status = make_trailer(job, &trailer);
    if (status == SMIME_OK)
        status = smime__content_writer_end(&job->writer, smime__buf_view(&trailer));
    smime__buf_free(&trailer);
    return status == SMIME_OK ? smime__stage_finish(job->writer.stage.next) : status;
}

static smime_status start(void *owner)
{
    smime_cms_editor *job = owner;
    smime_status status;

    job->entry.write = entry_write;
    job->entry.finish = entry_finish;
    status = smime__ber_new(&handler, job, &job->job.settings.limits, &job->job.error, &job->ber);
    if (status == SMIME_OK)
        status = smime__armor_reader_new(&job->entry, &job->armor_in);
    if (status == SMIME_OK && job->detached)
        status = smime__stage_finish(job->detached);
    job->job.head = job->armor_in;
    return status;
}

static smime_status complete(void *owner)
{
    (void)owner;
    return SMIME_OK;
}

const smime__job_kind smime__editor_kind = { start, complete };
