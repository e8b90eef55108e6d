/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One level of content: finds out whether it is a cryptographic layer, and if so feeds it. */
#include "mail/open.h"

#include "codec/crlf.h"
#include "mime/decode.h"

#include <stdlib.h>
#include <string.h>

enum { UNDECIDED, LEAF, CLEAR_SIGNED, CMS, BARE_CMS, RAW };

struct smime__level {
    smime__stage entry;
    smime__open_run *run;
    int mode;
    int finished;
    smime__scan *scan;
    smime__stage *decoder;  /* transfer encoding of the CMS, or NULL */
    smime__stage *cms;
    /* multipart/signed: content to canonical line ends to digests to the next level */
    smime__stage *canonical;
    smime__stage *digests;
    smime__scan *signature; /* the second part, taken apart */
    smime__buf kept;        /* the first part as it stands, for a diagnosis */
    int kept_whole;
    uint64_t signature_offset;
    unsigned children;
    const char *failure;
    uint64_t failure_offset;
    const char *note;
    smime__listing parts;
    smime__stage *probe; /* takes the transfer encoding off the leaf that passes, to see if it can */
    /* the errant part that is opened by itself, while it streams by */
    const smime__part *apart;
    smime__stage *isolated; /* where it goes */
};

static smime__job *job_of(const smime__level *level)
{
    return &level->run->job->job;
}

static void fail(smime__level *level, const char *reason, uint64_t offset)
{
    if (!level->failure) {
        level->failure = reason;
        level->failure_offset = offset;
    }
}

/* micalg is a hint, RFC 8551 3.5.3.2: a list of names. */
static unsigned announced_hashes(const smime__level *level, const smime__part *part)
{
    const char *micalg = smime__params_get(&part->type, "micalg");
    unsigned usual = 1u << SMIME__HASH_SHA256 | 1u << SMIME__HASH_SHA384 |
                     1u << SMIME__HASH_SHA512;
    unsigned set = 0;

    if (level->run->job->all_hashes)
        return usual | 1u << SMIME__HASH_SHA1 | 1u << SMIME__HASH_SHA224;
    while (micalg && *micalg) {
        size_t len = strcspn(micalg, ", ");
        smime__hash hash = smime__hash_by_name(micalg, len);
        if (len && hash == SMIME__HASH_NONE)
            return usual;
        if (len)
            set |= 1u << hash;
        micalg += len + strspn(micalg + len, ", ");
    }
    return set ? set : usual;
}

static smime_status on_content(void *user, smime__view type, smime__stage **ret_next)
{
    smime__level *level = user;
    smime__oid known = smime__oid_find(type);

    /* Data inside is the content itself, and no layer of its own */
    if (known != SMIME__OID_DATA && smime__cms_layer_of(known) != SMIME__LAYER_UNKNOWN)
        return smime__level_new(level->run, SMIME__LEVEL_CMS, known, ret_next);
    return smime__level_new(level->run,
                            level->run->job->cms ? SMIME__LEVEL_RAW : SMIME__LEVEL_MIME,
                            SMIME__OID_UNKNOWN, ret_next);
}

static smime_status new_cms(smime__level *level, smime__oid start)
{
    smime_open *open = level->run->job;
    smime__path_context *paths = level->run->paths;
    smime__cms_spec spec;

    memset(&spec, 0, sizeof spec);
    spec.job = &open->job;
    spec.budget = &level->run->budget;
    spec.identities = open->identities;
    spec.identity_count = open->identity_count;
    spec.shared = &open->shared;
    spec.bag = &level->run->bag;
    spec.evidence = &level->run->brought;
    spec.pools[0] = &paths->shelf->anchors;
    spec.pools[1] = &paths->shelf->others;
    spec.digests = level->digests ? level->digests : open->detached;
    spec.more_hashes = 1u << SMIME__HASH_SHA256;
    spec.start = start;
    spec.content = on_content;
    spec.user = level;
    return smime__cms_new(&spec, &level->cms);
}

static smime_status begin_clear(smime__level *level, smime__part *part)
{
    smime__stage *next;
    smime_status status = smime__level_new(level->run, SMIME__LEVEL_MIME, SMIME__OID_UNKNOWN,
                                           &next);

    level->mode = CLEAR_SIGNED;
    level->kept_whole = 1;
    smime__scan_set_opaque(level->scan);
    if (status == SMIME_OK)
        status = smime__digest_stage_new(announced_hashes(level, part), next, &level->digests);
    if (status == SMIME_OK)
        status = smime__crlf_new(level->digests, &level->canonical);
    if (status == SMIME_OK)
        status = new_cms(level, SMIME__OID_UNKNOWN);
    return status;
}

static smime_status begin_cms(smime__level *level, const smime__part *part)
{
    smime_status status;

    level->mode = CMS;
    status = new_cms(level, SMIME__OID_UNKNOWN);
    if (status == SMIME_OK)
        status = smime__decode_new(part->encoding, level->cms, &level->decoder);
    return status;
}

/* The root of the level: a layer, or the content itself. */
static smime_status decide(smime__level *level, smime__part *part, const smime__header *header)
{
    int inner = level->run->levels[0] != level;
    smime_status status = SMIME_OK;

    if (!inner)
        status = smime__open_read_header(level->run, header);
    if (status < 0)
        return status;
    if (inner && !header->raw.len) { /* no MIME at all: content of another kind, as it is */
        smime__defects *defects = smime__scan_defects(level->scan);
        defects->count = 0;
        defects->structural = 0;
    } else if (smime__part_is_signed(part)) {
        return begin_clear(level, part);
    } else if (smime__part_is_object(part, header)) {
        return begin_cms(level, part);
    } else if (!strcmp(part->type.value, "multipart/signed") ||
               !strcmp(part->type.value, "multipart/encrypted")) {
        level->note = "other-protocol";
    }
    level->mode = LEAF;
    return SMIME_OK;
}

/* What is protected is read by others, who may take a broken encoding apart in another way. */
static smime_status begin_probe(smime__level *level, const smime__part *part)
{
    smime__stage_free(level->probe);
    level->probe = NULL;
    if (part->kind != SMIME__LEAF || level->run->levels[0] == level)
        return SMIME_OK;
    return smime__decode_new(part->encoding, smime__stage_null(), &level->probe);
}

static smime_status end_probe(smime__level *level, const smime__part *part)
{
    smime_status status;

    if (!level->probe)
        return SMIME_OK;
    status = smime__stage_finish(level->probe);
    if (status == SMIME_OK)
        status = smime__decode_defects(part->encoding, level->probe, part->body_offset,
                                       smime__scan_defects(level->scan));
    smime__stage_free(level->probe);
    level->probe = NULL;
    return status;
}

/* When one part is wanted, what stands around it is not. */
static smime_status out(smime__level *level, const uint8_t *data, size_t len)
{
    if (level->apart)
        return smime__stage_write(level->isolated, data, len);
    if (level->run->job->isolate_path && !smime__level_is_isolated(level))
        return SMIME_OK;
    return smime__stage_write(level->run->sink, data, len);
}

static size_t index_of(const smime__level *level)
{
    size_t index = 0;

    while (level->run->levels[index] != level)
        index++;
    return index;
}

int smime__level_is_isolated(const smime__level *level)
{
    return level->run->isolated && index_of(level) >= level->run->isolated;
}

/* One more part of content that is no layer. An errant one may be the one to be opened apart. */
static smime_status list_part(smime__level *level, const smime__part *part,
                              const smime__header *header)
{
    const smime_open *open = level->run->job;
    int errant = part->parent ? smime__part_layer(part, header) : 0;
    smime_status status;

    if (!errant || !open->isolate_path || level->run->isolated ||
        (size_t)open->isolate_within != index_of(level) ||
        !smime__place_is(&part->place, open->isolate_path))
        return smime__listing_add(&level->parts, part, errant);
    status = smime__listing_add(&level->parts, part, 0);
    level->run->isolated = level->run->level_count;
    if (status == SMIME_OK)
        status = smime__level_new(level->run, SMIME__LEVEL_MIME, SMIME__OID_UNKNOWN,
                                  &level->isolated);
    if (status == SMIME_OK)
        level->apart = part;
    return status;
}

/* The signature part of a multipart/signed, scanned as an entity of its own. */
static smime_status signature_begin(void *user, smime__part *part, const smime__header *header)
{
    smime__level *level = user;
    smime_status status;

    (void)header;
    if (part->parent)
        return SMIME_OK;
    status = smime__listing_put(&level->parts, "1.2", part->type.value, 0);
    if (status < 0)
        return status;
    if (!smime__part_is_pkcs7(part, "pkcs7-signature")) {
        fail(level, "signed-structure", level->signature_offset);
        return SMIME_OK;
    }
    return smime__decode_new(part->encoding, level->cms, &level->decoder);
}

static smime_status signature_body(void *user, smime__part *part, const uint8_t *data,
                                   size_t len)
{
    smime__level *level = user;

    if (part->parent || level->failure)
        return SMIME_OK;
    return smime__stage_write(level->decoder ? level->decoder : level->cms, data, len);
}

static smime_status signature_frame(void *user, smime__part *part, const uint8_t *data,
                                    size_t len)
{
    (void)user;
    (void)part;
    (void)data;
    (void)len;
    return SMIME_OK;
}

static smime_status signature_end(void *user, smime__part *part)
{
    (void)user;
    (void)part;
    return SMIME_OK;
}

static const smime__scan_handler signature_handler = { signature_begin, signature_body,
                                                       signature_frame, signature_end, NULL };

static smime_status begin_child(smime__level *level, const smime__part *part)
{
    level->children++;
    if (level->children == 2)
        level->signature_offset = part->offset;
    if (level->children == 2)
        return smime__scan_new(&signature_handler, level, 0, &job_of(level)->settings.limits,
                               &job_of(level)->error, &level->signature);
    if (level->children > 2)
        fail(level, "signed-structure", part->offset);
    return SMIME_OK;
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime__level *level = user;
    smime_status status = SMIME_OK;

    if (!part->parent)
        status = decide(level, part, header);
    else if (level->mode == CLEAR_SIGNED)
        return begin_child(level, part);
    if (status < 0)
        return status;
    if (level->mode != LEAF)
        return smime__listing_add(&level->parts, part, 0);
    if (!level->apart && level->run->levels[0] != level && !smime__level_is_isolated(level))
        status = smime__open_read_inner(level->run, part, header);
    if (status == SMIME_OK && !level->apart)
        status = list_part(level, part, header);
    if (status == SMIME_OK)
        status = begin_probe(level, part);
    return status == SMIME_OK ? out(level, header->raw.data, header->raw.len) : status;
}

/* The content of a clear signature, while a diagnosis is wanted and it is not too much. */
static smime_status keep_content(smime__level *level, const uint8_t *data, size_t len)
{
    uint64_t most = job_of(level)->settings.limits.value[SMIME_LIMIT_OBJECT_BYTES] * 4;

    if (!level->run->job->diagnose || !level->kept_whole)
        return SMIME_OK;
    level->kept_whole = level->kept.len + len <= most;
    return level->kept_whole ? smime__buf_add(&level->kept, data, len) : SMIME_OK;
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime__level *level = user;
    smime_status status;

    if (level->mode == LEAF) {
        status = level->probe ? smime__stage_write(level->probe, data, len) : SMIME_OK;
        return status == SMIME_OK ? out(level, data, len) : status;
    }
    if (level->mode == CMS)
        return smime__stage_write(level->decoder ? level->decoder : level->cms, data, len);
    if (!part->parent)
        return SMIME_OK;
    if (part->place.number == 1) {
        status = keep_content(level, data, len);
        if (status < 0)
            return status;
        return part->run_is_crlf ? smime__crlf_pass(level->canonical, data, len)
                                 : smime__stage_write(level->canonical, data, len);
    }
    if (part->place.number == 2)
        return smime__scan_write(level->signature, data, len);
    return SMIME_OK;
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime__level *level = user;

    (void)part;
    return level->mode == LEAF ? out(level, data, len) : SMIME_OK;
}

static smime_status finish_cms(smime__level *level)
{
    return smime__stage_finish(level->decoder ? level->decoder : level->cms);
}

static smime_status on_end(void *user, smime__part *part)
{
    smime__level *level = user;
    smime_status status = SMIME_OK;

    if (level->mode == CMS) {
        status = finish_cms(level);
        return status == SMIME_OK
                   ? smime__decode_defects(part->encoding, level->decoder, part->body_offset,
                                           smime__scan_defects(level->scan))
                   : status;
    }
    status = end_probe(level, part);
    if (status < 0)
        return status;
    if (level->apart == part) {
        level->apart = NULL;
        return smime__stage_finish(level->isolated);
    }
    if (level->mode != CLEAR_SIGNED)
        return SMIME_OK;
    if (part->parent && part->place.number == 1)
        return smime__stage_finish(level->canonical);
    if (part->parent && part->place.number == 2) {
        status = smime__scan_finish(level->signature);
        if (status == SMIME_OK && !level->failure)
            status = finish_cms(level);
        return status;
    }
    if (!part->parent && level->children < 2)
        fail(level, "signed-structure", part->offset);
    return SMIME_OK;
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end, NULL };

static smime_status entry_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime__level *level = (smime__level *)stage;

    if (level->mode == RAW)
        return out(level, data, len);
    return level->scan ? smime__scan_write(level->scan, data, len)
                       : smime__stage_write(level->cms, data, len);
}

static smime_status entry_finish(smime__stage *stage)
{
    smime__level *level = (smime__level *)stage;

    level->finished = 1;
    if (level->mode == RAW)
        return SMIME_OK;
    return level->scan ? smime__scan_finish(level->scan) : smime__stage_finish(level->cms);
}

static void entry_free(smime__stage *stage)
{
    (void)stage; /* smime__level_free */
}

smime_status smime__level_new(smime__open_run *run, int form, smime__oid as,
                              smime__stage **ret_entry)
{
    smime__job *job = &run->job->job;
    smime__level *level;
    smime_status status;

    /* level n is the content of n layers */
    status = smime__limit_check(&job->settings.limits, SMIME_LIMIT_LAYERS, run->level_count,
                                &job->error);
    if (status == SMIME_OK && run->level_count == sizeof run->levels / sizeof run->levels[0])
        status = smime__fail(&job->error, SMIME_E_LIMIT_LAYERS, "too many layers");
    if (status < 0)
        return status;
    level = calloc(1, sizeof *level);
    if (!level)
        return SMIME_E_NOMEM;
    level->entry.write = entry_write;
    level->entry.finish = entry_finish;
    level->entry.free = entry_free;
    level->run = run;
    run->levels[run->level_count++] = level;
    if (form == SMIME__LEVEL_CMS) {
        level->mode = BARE_CMS;
        status = new_cms(level, as);
    } else if (form == SMIME__LEVEL_RAW) {
        level->mode = RAW;
    } else {
        status = smime__scan_new(&handler, level, 0, &job->settings.limits, &job->error,
                                 &level->scan);
    }
    *ret_entry = &level->entry;
    return status;
}

void smime__level_free(smime__level *level)
{
    smime__scan_free(level->signature);
    smime__scan_free(level->scan);
    smime__stage_free(level->decoder);
    smime__stage_free(level->cms);
    smime__stage_free(level->canonical);
    smime__stage_free(level->digests);
    smime__stage_free(level->probe);
    smime__listing_clear(&level->parts);
    smime__buf_free(&level->kept);
    free(level);
}

const smime__cms_result *smime__level_result(const smime__level *level)
{
    return level->cms ? smime__cms_result_of(level->cms) : NULL;
}

const char *smime__level_failure(const smime__level *level, uint64_t *ret_offset)
{
    *ret_offset = level->failure_offset;
    return level->failure;
}

const char *smime__level_note(const smime__level *level)
{
    return level->note;
}

int smime__level_is_layer(const smime__level *level)
{
    return level->mode == CLEAR_SIGNED || level->mode == CMS || level->mode == BARE_CMS;
}

int smime__level_is_clear(const smime__level *level)
{
    return level->mode == CLEAR_SIGNED;
}

int smime__level_finished(const smime__level *level)
{
    return level->finished;
}

smime__defects *smime__level_defects(smime__level *level)
{
    return level->scan ? smime__scan_defects(level->scan) : NULL;
}

smime__view smime__level_kept(const smime__level *level)
{
    return level->kept_whole ? smime__buf_view(&level->kept) : smime__view_of(NULL, 0);
}

const smime__listing *smime__level_parts(const smime__level *level)
{
    return &level->parts;
}
