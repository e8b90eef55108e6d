/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a policy says, as every layer reads it. */
#ifndef SMIME_BASE_SETTINGS_H
#define SMIME_BASE_SETTINGS_H

#include "base/buf.h"
#include "base/limits.h"
#include "base/refcount.h"
#include "base/rules.h"

/* The program's own spool, shared by every policy copy that names it. */
typedef struct smime__spool_functions {
    smime__refcount refs;
    smime_spool_open_function open;
    smime_spool_write_function write;
    smime_spool_read_function read;
    smime_spool_close_function close;
    void *user_data;
    void (*destroy)(void *);
} smime__spool_functions;

typedef struct smime__settings {
    int32_t preset;
    smime__rules rules;
    char **required; /* addresses of those who have to sign; none: all who did */
    size_t required_count, required_room;
    smime__limits limits;
    int has_time;
    int64_t time; /* of validation; the clock's when a snapshot is taken without has_time */
    int32_t revocation;
    int64_t tolerance;   /* of clocks, seconds */
    uint32_t path_flags; /* SMIME_PATH_* */
    /* policies that are wanted: contents of object identifiers, owned; an empty list is any */
    smime__view *initial_policies;
    size_t initial_count, initial_room;
    int initial_any; /* anyPolicy was among them */
    char *spool_directory; /* NULL: the default */
    smime__spool_functions *spool_functions;
} smime__settings;

/* A copy of what @p policy says (NULL: the defaults), with the time filled in. */
smime_status smime__settings_snapshot(smime__settings *to, const smime_policy *policy);
smime__settings *smime__policy_settings(smime_policy *policy);
smime_status smime__settings_want(smime__settings *settings, smime__view policy_oid);
void smime__settings_clear(smime__settings *settings);

int64_t smime__clock_now(void);

#endif
