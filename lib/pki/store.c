/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_store: a shelf that changes by being replaced, and a memory of results. */
#include "pki/store.h"

#include "asn1/der.h"
#include "base/ascii.h"
#include "pki/general_name.h"
#include "pki/name_constraints.h"
#include "pki/shelf.h"

#include <smime/key.h>

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

struct smime_store {
    smime__refcount refs;
    pthread_mutex_t lock; /* of shelf */
    smime__shelf *shelf;
    smime__memory *memory;
};

smime_status smime_store_new(smime_store **ret_store)
{
    smime_store *store;
    smime_status status;

    if (!ret_store)
        return SMIME_E_INVALID_ARG;
    store = calloc(1, sizeof *store);
    if (!store)
        return SMIME_E_NOMEM;
    smime__ref_init(&store->refs);
    status = smime__shelf_new(&store->shelf);
    if (status == SMIME_OK)
        status = smime__memory_new(&store->memory);
    if (status == SMIME_OK && pthread_mutex_init(&store->lock, NULL) != 0)
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__shelf_unref(store->shelf);
        smime__memory_free(store->memory);
        free(store);
        return status;
    }
    *ret_store = store;
    return SMIME_OK;
}

smime_store *smime_store_ref(smime_store *store)
{
    if (store)
        smime__ref_up(&store->refs);
    return store;
}

void smime_store_unref(smime_store *store)
{
    if (!store || !smime__ref_down(&store->refs))
        return;
    smime__shelf_unref(store->shelf);
    smime__memory_free(store->memory);
    pthread_mutex_destroy(&store->lock);
    free(store);
}

smime__memory *smime__store_memory(smime_store *store)
{
    return store ? store->memory : NULL;
}

smime_status smime__store_shelf(smime_store *store, smime__shelf **ret_shelf)
{
    if (!store)
        return smime__shelf_new(ret_shelf);
    pthread_mutex_lock(&store->lock);
    smime__ref_up(&store->shelf->refs);
    *ret_shelf = store->shelf;
    pthread_mutex_unlock(&store->lock);
    return SMIME_OK;
}

/* Locks the store, with a shelf that nobody else reads: a copy when somebody does. */
static smime_status begin_change(smime_store *store)
{
    smime__shelf *copy;
    smime_status status;

    pthread_mutex_lock(&store->lock);
    if (smime__ref_single(&store->shelf->refs))
        return SMIME_OK;
    status = smime__shelf_copy(store->shelf, &copy);
    if (status < 0) {
        pthread_mutex_unlock(&store->lock);
        return status;
    }
    smime__shelf_unref(store->shelf);
    store->shelf = copy;
    return SMIME_OK;
}

static smime_status end_change(smime_store *store, smime_status status)
{
    store->shelf->generation++;
    pthread_mutex_unlock(&store->lock);
    return status;
}

smime_status smime_store_add_anchor(smime_store *store, smime_cert *cert)
{
    smime_status status = store && cert ? begin_change(store) : SMIME_E_INVALID_ARG;

    return status < 0 ? status
                      : end_change(store, smime__pool_add(&store->shelf->anchors, cert));
}

smime_status smime_store_add_cert(smime_store *store, smime_cert *cert)
{
    smime_status status = store && cert ? begin_change(store) : SMIME_E_INVALID_ARG;

    return status < 0 ? status : end_change(store, smime__pool_add(&store->shelf->others, cert));
}

smime_status smime_store_add_distrusted(smime_store *store, smime_cert *cert)
{
    smime_status status = store && cert ? begin_change(store) : SMIME_E_INVALID_ARG;

    return status < 0 ? status
                      : end_change(store, smime__pool_add(&store->shelf->distrusted, cert));
}

smime_status smime_store_add_crl(smime_store *store, smime_crl *crl)
{
    smime_status status = store && crl ? begin_change(store) : SMIME_E_INVALID_ARG;

    return status < 0 ? status
                      : end_change(store, smime__evidence_add_crl(&store->shelf->evidence, crl));
}

smime_status smime_store_add_ocsp(smime_store *store, smime_ocsp *ocsp)
{
    smime_status status = store && ocsp ? begin_change(store) : SMIME_E_INVALID_ARG;

    return status < 0
               ? status
               : end_change(store, smime__evidence_add_ocsp(&store->shelf->evidence, ocsp));
}

/* As begin_change(), with the rule of one anchor. */
static smime_status begin_rule(smime_store *store, const smime_cert *anchor,
                               smime__anchor_rule **ret_rule)
{
    smime_status status = begin_change(store);

    if (status < 0)
        return status;
    status = smime__pool_has(&store->shelf->anchors, anchor)
                 ? smime__shelf_make_rule(store->shelf, anchor->hash, ret_rule)
                 : SMIME_E_NOT_FOUND;
    return status < 0 ? end_change(store, status) : SMIME_OK;
}

smime_status smime_store_restrict_use(smime_store *store, const smime_cert *cert, int32_t use)
{
    smime__anchor_rule *rule;
    smime_status status;

    if (!store || !cert || !use || use & ~(SMIME_USE_SIGN | SMIME_USE_ENCRYPT))
        return SMIME_E_INVALID_ARG;
    status = begin_rule(store, cert, &rule);
    if (status < 0)
        return status;
    rule->use = use;
    return end_change(store, SMIME_OK);
}

/* A mailbox, a host, or a dot and a host: printable ASCII without blanks, one at sign at most. */
static int is_address_constraint(const char *text)
{
    size_t ats = 0;

    for (const char *at = text; *at; at++) {
        if (*at <= ' ' || *at > '~')
            return 0;
        ats += *at == '@';
    }
    return *text && *text != '@' && ats <= 1 && text[strlen(text) - 1] != '@' &&
           text[strlen(text) - 1] != '.' && !strstr(text, "..") && !strstr(text, "@.");
}

/* Adds GeneralSubtree { base rfc822Name } */
static smime_status add_subtree(smime__buf *to, const char *address)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &mark);

    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__CONTEXT(SMIME__NAME_RFC822),
                                     smime__view_text(address));
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

smime_status smime_store_restrict_address(smime_store *store, const smime_cert *cert,
                                          const char *address)
{
    smime__anchor_rule *rule;
    smime_status status;

    if (!store || !cert || !address || !is_address_constraint(address))
        return SMIME_E_INVALID_ARG;
    status = begin_rule(store, cert, &rule);
    return status < 0 ? status : end_change(store, add_subtree(&rule->addresses, address));
}

smime_status smime_store_restrict_names(smime_store *store, const smime_cert *cert,
                                        const void *der, size_t len)
{
    smime__view constraints = smime__view_of(der, len);
    smime__name_constraints parts;
    smime__anchor_rule *rule;
    smime_status status;

    if (!store || !cert || !der || !smime__name_constraints_read(constraints, &parts))
        return SMIME_E_INVALID_ARG;
    status = begin_rule(store, cert, &rule);
    return status < 0 ? status : end_change(store, smime__rule_add_names(rule, constraints));
}

size_t smime_store_count(const smime_store *store)
{
    smime_store *locked = (smime_store *)(uintptr_t)store;
    size_t count;

    if (!store)
        return 0;
    pthread_mutex_lock(&locked->lock);
    count = store->shelf->anchors.count;
    for (size_t i = 0; i < store->shelf->others.count; i++)
        count += !smime__pool_has(&store->shelf->anchors, store->shelf->others.certs[i]);
    pthread_mutex_unlock(&locked->lock);
    return count;
}
