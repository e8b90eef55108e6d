/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The answer of a path check: references and getters. */
#include "pki/path.h"

#include <stdlib.h>

smime_path *smime_path_ref(smime_path *path)
{
    if (path)
        smime__ref_up(&path->refs);
    return path;
}

void smime_path_unref(smime_path *path)
{
    if (!path || !smime__ref_down(&path->refs))
        return;
    smime__path_facts_unref(path->facts);
    free(path);
}

int32_t smime_path_status(const smime_path *path)
{
    return path ? path->facts->status : SMIME_PATH_INVALID;
}

int32_t smime_path_valid(const smime_path *path)
{
    return path && path->facts->status == SMIME_PATH_VALID;
}

const char *smime_path_reason(const smime_path *path)
{
    return path ? path->facts->reason : "";
}

const char *smime_path_text(const smime_path *path)
{
    return path ? path->facts->text : "";
}

size_t smime_path_count(const smime_path *path)
{
    return path ? path->facts->count : 0;
}

smime_cert *smime_path_cert(const smime_path *path, size_t index)
{
    return path && index < path->facts->count ? path->facts->certs[index] : NULL;
}

smime_cert *smime_path_anchor(const smime_path *path)
{
    return smime_path_valid(path) ? path->facts->certs[path->facts->count - 1] : NULL;
}

int32_t smime_path_fault(const smime_path *path)
{
    return path ? path->facts->fault : -1;
}

static const smime__revocation *revocation_at(const smime_path *path, size_t index)
{
    return path && index < path->facts->count ? &path->facts->revocation[index] : NULL;
}

int32_t smime_path_revocation(const smime_path *path, size_t index)
{
    const smime__revocation *state = revocation_at(path, index);
    return state ? state->state : SMIME_REVOKED_NOT_CHECKED;
}

int32_t smime_path_revocation_source(const smime_path *path, size_t index)
{
    const smime__revocation *state = revocation_at(path, index);
    return state ? state->source : SMIME_SOURCE_NONE;
}

const char *smime_path_revocation_text(const smime_path *path, size_t index)
{
    const smime__revocation *state = revocation_at(path, index);

    if (!state)
        return "";
    return state->text ? state->text : "it was not looked at";
}

int32_t smime_path_revocation_times(const smime_path *path, size_t index, int64_t *ret_this,
                                    int64_t *ret_next)
{
    const smime__revocation *state = revocation_at(path, index);

    if (!state || state->source == SMIME_SOURCE_NONE)
        return 0;
    if (ret_this)
        *ret_this = state->this_update;
    if (ret_next && state->has_next)
        *ret_next = state->next_update;
    return state->has_next ? 2 : 1;
}

int32_t smime_path_revoked(const smime_path *path, size_t index, int64_t *ret_time,
                           int32_t *ret_reason)
{
    const smime__revocation *state = revocation_at(path, index);

    if (!state || state->state != SMIME_REVOKED_YES)
        return 0;
    if (ret_time)
        *ret_time = state->revoked_at;
    if (ret_reason)
        *ret_reason = state->reason;
    return 1;
}

size_t smime_path_tried_count(const smime_path *path)
{
    return path ? path->facts->tried_count : 0;
}

static const smime__path_tried *tried_at(const smime_path *path, size_t index)
{
    return path && index < path->facts->tried_count ? &path->facts->tried[index] : NULL;
}

const char *smime_path_tried_reason(const smime_path *path, size_t index)
{
    const smime__path_tried *tried = tried_at(path, index);
    return tried ? tried->reason : NULL;
}

const char *smime_path_tried_text(const smime_path *path, size_t index)
{
    const smime__path_tried *tried = tried_at(path, index);
    return tried ? tried->text : NULL;
}

size_t smime_path_tried_length(const smime_path *path, size_t index)
{
    const smime__path_tried *tried = tried_at(path, index);
    return tried ? tried->length : 0;
}

smime_cert *smime_path_tried_cert(const smime_path *path, size_t index)
{
    const smime__path_tried *tried = tried_at(path, index);
    return tried ? tried->last : NULL;
}

size_t smime_path_policy_count(const smime_path *path)
{
    return path ? path->facts->policy_count : 0;
}

const char *smime_path_policy(const smime_path *path, size_t index)
{
    return path && index < path->facts->policy_count ? path->facts->policies[index] : NULL;
}

uint64_t smime_path_steps(const smime_path *path)
{
    return path ? path->steps : 0;
}

uint64_t smime_path_signatures(const smime_path *path)
{
    return path ? path->signatures : 0;
}
