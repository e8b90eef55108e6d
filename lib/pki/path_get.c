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
    for (size_t i = 0; i < path->count; i++)
        smime_cert_unref(path->certs[i]);
    for (size_t i = 0; i < path->policy_count; i++)
        free(path->policies[i]);
    free(path->policies);
    free(path);
}

int32_t smime_path_status(const smime_path *path)
{
    return path ? path->status : SMIME_PATH_INVALID;
}

int32_t smime_path_valid(const smime_path *path)
{
    return path && path->status == SMIME_PATH_VALID;
}

const char *smime_path_reason(const smime_path *path)
{
    return path ? path->reason : "";
}

const char *smime_path_text(const smime_path *path)
{
    return path ? path->text : "";
}

size_t smime_path_count(const smime_path *path)
{
    return path ? path->count : 0;
}

smime_cert *smime_path_cert(const smime_path *path, size_t index)
{
    return path && index < path->count ? path->certs[index] : NULL;
}

int32_t smime_path_fault(const smime_path *path)
{
    return path ? path->fault : -1;
}

int32_t smime_path_revocation(const smime_path *path, size_t index)
{
    (void)path;
    (void)index;
    return SMIME_REVOKED_NOT_CHECKED;
}

size_t smime_path_policy_count(const smime_path *path)
{
    return path ? path->policy_count : 0;
}

const char *smime_path_policy(const smime_path *path, size_t index)
{
    return path && index < path->policy_count ? path->policies[index] : NULL;
}

uint64_t smime_path_steps(const smime_path *path)
{
    return path ? path->steps : 0;
}

uint64_t smime_path_signatures(const smime_path *path)
{
    return path ? path->signatures : 0;
}
