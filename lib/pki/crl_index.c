/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The entries of a revocation list, RFC 5280 5.3. They are read once and sorted by serial number,
 * eight bytes each beside the list itself, so that a list with millions of them is searched in
 * logarithmic time.
 */
#include "pki/crl.h"
#include "pki/extension.h"
#include "pki/general_name.h"
#include "pki/name.h"

#include <stdlib.h>
#include <string.h>

static smime_status read_entry_extension(void *user, const smime__extension *extension)
{
    smime__crl_entry *entry = user;
    smime__der der = smime__der_cursor(extension->value), names;
    smime__general_name name;
    smime__view content;
    int64_t time;
    int good = 1;

    switch (extension->oid) {
    case SMIME__OID_CRL_REASON:
        good = smime__der_take(&der, SMIME__ENUMERATED, &content) && content.len == 1 &&
               content.data[0] <= 10;
        if (good)
            entry->reason = content.data[0];
        break;
    case SMIME__OID_CERTIFICATE_ISSUER:
        good = smime__der_enter(&der, SMIME__SEQUENCE, &names);
        while (good && !entry->issuer.len && !smime__der_done(&names)) {
            good = smime__general_name_take(&names, &name);
            if (good && name.form == SMIME__NAME_DIRECTORY)
                entry->issuer = name.content;
        }
        good = good && entry->issuer.len;
        break;
    case SMIME__OID_INVALIDITY_DATE:
        good = smime__der_take_time(&der, &time);
        break;
    default:
        entry->unknown_critical |= extension->critical;
        return SMIME_OK;
    }
    return good && smime__der_done(&der) ? SMIME_OK : SMIME_E_CRL_SYNTAX;
}

int smime__crl_entry_read(const smime_crl *crl, size_t at, smime__crl_entry *ret,
                          size_t *ret_next)
{
    smime__der entries = { crl->entries.data + at, crl->entries.data + crl->entries.len };
    smime__der inside;
    smime__view extensions;

    memset(ret, 0, sizeof *ret);
    if (!smime__der_enter(&entries, SMIME__SEQUENCE, &inside) ||
        !smime__der_take_integer(&inside, &ret->serial) ||
        !smime__der_take_time(&inside, &ret->time))
        return 0;
    if (!smime__der_done(&inside) &&
        (!smime__der_take(&inside, SMIME__SEQUENCE, &extensions) || !smime__der_done(&inside) ||
         smime__extensions_each(extensions, SMIME_E_CRL_SYNTAX, read_entry_extension, ret) < 0))
        return 0;
    *ret_next = (size_t)(entries.at - crl->entries.data);
    return 1;
}

static int compare_serials(smime__view a, smime__view b)
{
    if (a.len != b.len)
        return a.len < b.len ? -1 : 1;
    return memcmp(a.data, b.data, a.len);
}

int smime__number_compare(smime__view a, smime__view b)
{
    return compare_serials(a, b); /* of the same sign: the longer one is the greater */
}

int smime__crl_compare_age(const smime_crl *a, const smime_crl *b)
{
    if (a->this_update != b->this_update)
        return a->this_update > b->this_update ? 1 : -1;
    return a->number.len && b->number.len ? smime__number_compare(a->number, b->number) : 0;
}

/* The serial number of a slot; its entry was read before. */
static smime__view serial_at(const smime_crl *crl, const smime__crl_slot *slot)
{
    smime__der entries = { crl->entries.data + slot->at, crl->entries.data + crl->entries.len };
    smime__der inside;
    smime__view serial = { NULL, 0 };

    if (smime__der_enter(&entries, SMIME__SEQUENCE, &inside))
        smime__der_take(&inside, SMIME__INTEGER, &serial);
    return serial;
}

/* Heap sort: in place, without a stack, and no order of entries makes it slow. */
static void sift(const smime_crl *crl, smime__crl_slot *slots, size_t root, size_t count)
{
    smime__crl_slot moved = slots[root];
    smime__view serial = serial_at(crl, &moved);

    for (size_t child = 2 * root + 1; child < count; root = child, child = 2 * root + 1) {
        if (child + 1 < count && compare_serials(serial_at(crl, &slots[child]),
                                                 serial_at(crl, &slots[child + 1])) < 0)
            child++;
        if (compare_serials(serial_at(crl, &slots[child]), serial) <= 0)
            break;
        slots[root] = slots[child];
    }
    slots[root] = moved;
}

static void heap_sort(const smime_crl *crl, smime__crl_slot *slots, size_t count)
{
    for (size_t i = count / 2; i > 0; i--)
        sift(crl, slots, i - 1, count);
    for (size_t last = count; last > 1; last--) {
        smime__crl_slot first = slots[0];
        slots[0] = slots[last - 1];
        slots[last - 1] = first;
        sift(crl, slots, 0, last - 1);
    }
}

/* The length of a serial number and its first seven bytes: what decides nearly every comparison,
 * without looking into the list. */
typedef struct sort_key {
    uint64_t key;
    smime__crl_slot slot;
} sort_key;

static int compare_keys(const void *a, const void *b)
{
    const sort_key *left = a, *right = b;

    return (left->key > right->key) - (left->key < right->key);
}

static uint64_t key_of(smime__view serial)
{
    uint64_t key = serial.len < 255 ? serial.len : 255;

    for (size_t i = 0; i < 7; i++)
        key = key << 8 | (i < serial.len ? serial.data[i] : 0u);
    return key;
}

static smime_status sort(smime_crl *crl)
{
    sort_key *keys = malloc(crl->slot_count * sizeof *keys);
    size_t run = 0; /* where keys like the last one begin */

    if (!keys)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < crl->slot_count; i++) {
        keys[i].key = key_of(serial_at(crl, &crl->slots[i]));
        keys[i].slot = crl->slots[i];
    }
    qsort(keys, crl->slot_count, sizeof *keys, compare_keys);
    for (size_t i = 0; i < crl->slot_count; i++) {
        crl->slots[i] = keys[i].slot;
        if (keys[i].key == keys[run].key)
            continue;
        heap_sort(crl, crl->slots + run, i - run);
        run = i;
    }
    heap_sort(crl, crl->slots + run, crl->slot_count - run);
    free(keys);
    return SMIME_OK;
}

static smime_status add_issuer(smime_crl *crl, smime__view name, uint32_t *ret_issuer)
{
    smime_status status = smime__grow((void **)&crl->issuers, crl->issuer_count,
                                      &crl->issuer_room, sizeof *crl->issuers);

    if (status < 0)
        return status;
    crl->issuers[crl->issuer_count] = (smime__buf){ 0 };
    status = smime__name_canonical(&crl->issuers[crl->issuer_count], name);
    *ret_issuer = (uint32_t)++crl->issuer_count;
    return status;
}

smime_status smime__crl_index(smime_crl *crl)
{
    smime__view before = { NULL, 0 };
    smime_status status = SMIME_OK;
    uint32_t issuer = 0;
    int sorted = 1;

    if (crl->entries.len > UINT32_MAX)
        return SMIME_E_LIMIT_REVOCATION;
    for (size_t at = 0, next; at < crl->entries.len && status == SMIME_OK; at = next) {
        smime__crl_entry entry;

        if (!smime__crl_entry_read(crl, at, &entry, &next))
            return SMIME_E_CRL_SYNTAX;
        crl->unknown_critical |= entry.unknown_critical;
        if (entry.issuer.len) /* it holds for the entries that follow, too (5.3.3) */
            status = add_issuer(crl, entry.issuer, &issuer);
        if (status == SMIME_OK)
            status = smime__grow((void **)&crl->slots, crl->slot_count, &crl->slot_room,
                                 sizeof *crl->slots);
        if (status < 0)
            return status;
        sorted &= !crl->slot_count || compare_serials(before, entry.serial) <= 0;
        before = entry.serial;
        crl->slots[crl->slot_count].at = (uint32_t)at;
        crl->slots[crl->slot_count++].issuer = issuer;
    }
    return status == SMIME_OK && !sorted ? sort(crl) : status;
}

static const smime__buf *issuer_of(const smime_crl *crl, const smime__crl_slot *slot)
{
    return slot->issuer ? &crl->issuers[slot->issuer - 1] : &crl->issuer_canonical;
}

int smime__crl_find(const smime_crl *crl, smime__view serial, const smime__buf *issuer_canonical,
                    smime__crl_entry *ret)
{
    size_t low = 0, high = crl->slot_count, next;

    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_serials(serial_at(crl, &crl->slots[middle]), serial) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    /* an indirect list may hold one number for several issuers */
    for (; low < crl->slot_count &&
           !compare_serials(serial_at(crl, &crl->slots[low]), serial); low++)
        if (smime__view_equal(smime__buf_view(issuer_of(crl, &crl->slots[low])),
                              smime__buf_view(issuer_canonical)))
            return smime__crl_entry_read(crl, crl->slots[low].at, ret, &next);
    return 0;
}
