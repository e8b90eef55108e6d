/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The certificate for an address and a use, of all that are at hand, and why not the others. */
#include "base/ascii.h"
#include "base/settings.h"
#include "pki/known.h"
#include "pki/store.h"

#include <smime/choice.h>
#include <smime/key.h>
#include <smime/path.h>

#include <stdlib.h>
#include <string.h>

typedef struct candidate {
    smime_cert *cert;
    int usable, preferred;
    const char *reason;
    smime__buf text;
} candidate;

struct smime_choice {
    smime__refcount refs;
    candidate *list;
    size_t count, room;
    smime__buf text;
};

/* What all candidates are judged by. */
typedef struct judge {
    smime_store *store;
    const smime_policy *policy;
    smime__settings settings;
    const char *address;
    int32_t use;
    const smime__known_person *person;
} judge;

static smime_status add(smime_choice *choice, const judge *by, smime_cert *cert)
{
    smime_status status;

    if (!cert || !smime_cert_is_for(cert, by->address))
        return SMIME_OK;
    for (size_t i = 0; i < choice->count; i++)
        if (smime__cert_equal(choice->list[i].cert, cert))
            return SMIME_OK;
    status = smime__grow((void **)&choice->list, choice->count, &choice->room,
                         sizeof *choice->list);
    if (status < 0)
        return status;
    memset(&choice->list[choice->count], 0, sizeof *choice->list);
    choice->list[choice->count++].cert = smime_cert_ref(cert);
    return SMIME_OK;
}

static smime_status add_pool(smime_choice *choice, const judge *by, const smime__pool *pool)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < pool->count && status == SMIME_OK; i++)
        status = add(choice, by, pool->certs[i]);
    return status;
}

static smime_status gather(smime_choice *choice, const judge *by)
{
    smime__shelf *shelf = NULL;
    smime_status status = smime__store_shelf(by->store, &shelf);

    if (status == SMIME_OK)
        status = add_pool(choice, by, &shelf->anchors);
    if (status == SMIME_OK)
        status = add_pool(choice, by, &shelf->others);
    for (size_t i = 0; by->person && i < by->person->signer_count && status == SMIME_OK; i++)
        status = add(choice, by, by->person->signers[i]);
    if (status == SMIME_OK && by->person)
        status = add(choice, by, by->person->encryption);
    smime__shelf_unref(shelf);
    return status;
}

static smime_status say(candidate *of, const char *reason, const char *text)
{
    of->reason = reason;
    return smime__buf_add_text(&of->text, text);
}

static int is_short(const judge *by, const smime_cert *cert)
{
    int kind = (int)smime__pubkey_kind(cert->key);

    return (kind == SMIME__KEY_RSA || kind == SMIME__KEY_RSA_PSS || kind == SMIME__KEY_RSA_OAEP) &&
           smime__pubkey_bits(cert->key) < by->settings.rules.least_rsa[SMIME__WRITING];
}

static smime_status examine(candidate *of, const judge *by)
{
    const char *why = smime__cert_unusable(of->cert, by->use, by->settings.time);
    smime_path *path = NULL;
    smime_status status;

    of->preferred = by->use == SMIME_USE_ENCRYPT && by->person && by->person->encryption &&
                    smime__cert_equal(by->person->encryption, of->cert);
    if (!why && is_short(by, of->cert))
        why = "its RSA key is too short";
    if (why)
        return say(of, "unsuitable", why);
    status = smime_path_check(by->store, by->policy, of->cert, by->use, by->address, &path);
    if (status < 0)
        return status;
    of->usable = smime_path_valid(path);
    status = say(of, of->usable ? "usable" : smime_path_reason(path), smime_path_text(path));
    smime_path_unref(path);
    return status;
}

static int is_better(const candidate *a, const candidate *b)
{
    if (a->usable != b->usable)
        return a->usable;
    if (a->preferred != b->preferred)
        return a->preferred;
    if (a->cert->not_before != b->cert->not_before)
        return a->cert->not_before > b->cert->not_before;
    if (a->cert->not_after != b->cert->not_after)
        return a->cert->not_after > b->cert->not_after;
    return memcmp(a->cert->hash, b->cert->hash, sizeof a->cert->hash) < 0;
}

static void sort(smime_choice *choice)
{
    for (size_t i = 1; i < choice->count; i++) {
        candidate moved = choice->list[i];
        size_t k = i;
        for (; k > 0 && is_better(&moved, &choice->list[k - 1]); k--)
            choice->list[k] = choice->list[k - 1];
        choice->list[k] = moved;
    }
}

static smime_status conclude(smime_choice *choice, const judge *by)
{
    int fit = smime__utf8_fit(by->address, 200);
    const char *verb = by->use == SMIME_USE_SIGN ? "signs with" : "is encrypted to";

    if (!choice->count)
        return smime__buf_format(&choice->text, "No certificate for %.*s is at hand.", fit,
                                 by->address);
    if (!choice->list[0].usable && choice->count == 1)
        return smime__buf_format(&choice->text,
                                 "The only certificate for %.*s may not be used: %s.", fit,
                                 by->address, (const char *)choice->list[0].text.data);
    if (!choice->list[0].usable)
        return smime__buf_format(&choice->text,
                                 "None of %zu certificates for %.*s may be used; of the best one: %s.",
                                 choice->count, fit, by->address,
                                 (const char *)choice->list[0].text.data);
    return smime__buf_format(&choice->text, "%.*s %s the certificate with serial number %s%s.", fit,
                             by->address, verb, choice->list[0].cert->serial_text,
                             choice->list[0].preferred ? ", which its owner prefers" : "");
}

static smime_status make(smime_choice *choice, const judge *by)
{
    smime_status status = gather(choice, by);

    for (size_t i = 0; i < choice->count && status == SMIME_OK; i++) {
        status = examine(&choice->list[i], by);
        if (status == SMIME_OK && !smime__buf_text(&choice->list[i].text))
            status = SMIME_E_NOMEM;
    }
    sort(choice);
    if (status == SMIME_OK)
        status = conclude(choice, by);
    return status == SMIME_OK && !smime__buf_text(&choice->text) ? SMIME_E_NOMEM : status;
}

smime_status smime_choice_new(smime_store *store, const smime_known *known,
                              const smime_policy *policy, const char *address, int32_t use,
                              smime_choice **ret_choice)
{
    judge by = { .store = store, .policy = policy, .address = address, .use = use };
    smime_choice *made;
    smime_status status;

    if (!ret_choice || !address || !smime__mailbox_compare(address, address) ||
        (use != SMIME_USE_SIGN && use != SMIME_USE_ENCRYPT))
        return SMIME_E_INVALID_ARG;
    made = calloc(1, sizeof *made);
    if (!made)
        return SMIME_E_NOMEM;
    smime__ref_init(&made->refs);
    by.person = smime__known_find(known, address);
    status = smime__settings_snapshot(&by.settings, policy);
    if (status == SMIME_OK) {
        status = make(made, &by);
        smime__settings_clear(&by.settings);
    }
    if (status < 0)
        smime_choice_unref(made);
    else
        *ret_choice = made;
    return status;
}

smime_choice *smime_choice_ref(smime_choice *choice)
{
    if (choice)
        smime__ref_up(&choice->refs);
    return choice;
}

void smime_choice_unref(smime_choice *choice)
{
    if (!choice || !smime__ref_down(&choice->refs))
        return;
    for (size_t i = 0; i < choice->count; i++) {
        smime_cert_unref(choice->list[i].cert);
        smime__buf_free(&choice->list[i].text);
    }
    free(choice->list);
    smime__buf_free(&choice->text);
    free(choice);
}

smime_cert *smime_choice_cert(const smime_choice *choice)
{
    return choice && choice->count && choice->list[0].usable ? choice->list[0].cert : NULL;
}

const char *smime_choice_text(const smime_choice *choice)
{
    return choice ? (const char *)choice->text.data : "";
}

size_t smime_choice_count(const smime_choice *choice)
{
    return choice ? choice->count : 0;
}

smime_cert *smime_choice_candidate(const smime_choice *choice, size_t index)
{
    return choice && index < choice->count ? choice->list[index].cert : NULL;
}

const char *smime_choice_reason(const smime_choice *choice, size_t index)
{
    return choice && index < choice->count ? choice->list[index].reason : NULL;
}

const char *smime_choice_reason_text(const smime_choice *choice, size_t index)
{
    return choice && index < choice->count ? (const char *)choice->list[index].text.data : NULL;
}
