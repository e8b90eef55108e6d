/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/known.h"

#include "pki/capabilities.h"

#include <stdlib.h>
#include <string.h>

smime_status smime_known_new(smime_known **ret_known)
{
    smime_known *made;

    if (!ret_known)
        return SMIME_E_INVALID_ARG;
    made = calloc(1, sizeof *made);
    if (!made)
        return SMIME_E_NOMEM;
    smime__ref_init(&made->refs);
    *ret_known = made;
    return SMIME_OK;
}

smime_known *smime_known_ref(smime_known *known)
{
    if (known)
        smime__ref_up(&known->refs);
    return known;
}

static void person_clear(smime__known_person *person)
{
    free(person->address);
    for (size_t i = 0; i < person->signer_count; i++)
        smime_cert_unref(person->signers[i]);
    smime_cert_unref(person->encryption);
    smime__buf_free(&person->capabilities);
}

void smime_known_unref(smime_known *known)
{
    if (!known || !smime__ref_down(&known->refs))
        return;
    for (size_t i = 0; i < known->count; i++)
        person_clear(&known->people[i]);
    free(known->people);
    free(known);
}

static smime_status look_up(const smime_known *known, const char *address,
                            smime__known_person **ret_person)
{
    smime_status status = SMIME_OK;
    int match = 0;

    *ret_person = NULL;
    for (size_t i = 0; known && address && i < known->count && status == SMIME_OK && !match; i++) {
        status = smime__mailbox_match(known->people[i].address, address, &match);
        if (match)
            *ret_person = &known->people[i];
    }
    return status;
}

static smime__known_person *find(const smime_known *known, const char *address)
{
    smime__known_person *person;

    return look_up(known, address, &person) == SMIME_OK ? person : NULL;
}

const smime__known_person *smime__known_find(const smime_known *known, const char *address)
{
    return find(known, address);
}

smime_status smime__known_look_up(const smime_known *known, const char *address,
                                  const smime__known_person **ret_person)
{
    smime__known_person *person;
    smime_status status = look_up(known, address, &person);

    *ret_person = person;
    return status;
}

static int is_address(const char *address)
{
    const char *at = address ? strrchr(address, '@') : NULL;

    return at && at != address && at[1] && smime__mailbox_compare(address, address) == 1;
}

static smime_status find_or_add(smime_known *known, const char *address,
                                smime__known_person **ret_person)
{
    smime_status status;

    if (!known || !is_address(address))
        return SMIME_E_INVALID_ARG;
    status = look_up(known, address, ret_person);
    if (status < 0 || *ret_person)
        return status;
    status = smime__grow((void **)&known->people, known->count, &known->room,
                         sizeof *known->people);
    if (status < 0)
        return status;
    *ret_person = &known->people[known->count];
    memset(*ret_person, 0, sizeof **ret_person);
    (*ret_person)->address = strdup(address);
    if (!(*ret_person)->address)
        return SMIME_E_NOMEM;
    known->count++;
    return SMIME_OK;
}

static void add_signer(smime__known_person *person, smime_cert *cert)
{
    for (size_t i = 0; i < person->signer_count; i++)
        if (smime__cert_equal(person->signers[i], cert))
            return;
    if (person->signer_count == SMIME__KNOWN_SIGNERS) {
        smime_cert_unref(person->signers[0]);
        memmove(person->signers, person->signers + 1,
                --person->signer_count * sizeof *person->signers);
    }
    person->signers[person->signer_count++] = smime_cert_ref(cert);
}

smime_status smime_known_add(smime_known *known, const char *address, smime_cert *cert)
{
    smime__known_person *person;
    smime_status status = find_or_add(known, address, &person);

    if (status < 0)
        return status;
    person->signs = 1;
    if (cert)
        add_signer(person, cert);
    return SMIME_OK;
}

smime_status smime_known_set_encryption(smime_known *known, const char *address,
                                        smime_cert *cert, const void *capabilities, size_t len)
{
    smime__view given = smime__view_of(capabilities, capabilities ? len : 0);
    smime__known_person *person = NULL;
    smime__buf copy = { 0 };
    smime_status status = SMIME_OK;

    if (capabilities && !smime__capabilities_check(given))
        return SMIME_E_BER;
    if (capabilities)
        status = smime__buf_add_view(&copy, given);
    if (status == SMIME_OK)
        status = find_or_add(known, address, &person);
    if (status < 0) {
        smime__buf_free(&copy);
        return status;
    }
    if (cert) {
        smime_cert_ref(cert);
        smime_cert_unref(person->encryption);
        person->encryption = cert;
    }
    if (capabilities) {
        smime__buf_free(&person->capabilities);
        person->capabilities = copy;
    }
    return SMIME_OK;
}

smime_status smime_known_forget(smime_known *known, const char *address)
{
    smime__known_person *person = find(known, address);

    if (!known || !address)
        return SMIME_E_INVALID_ARG;
    if (!person)
        return SMIME_E_NOT_FOUND;
    person_clear(person);
    known->count--;
    memmove(person, person + 1,
            (known->count - (size_t)(person - known->people)) * sizeof *person);
    return SMIME_OK;
}

int smime__known_has_signer(const smime__known_person *person, const smime_cert *cert)
{
    for (size_t i = 0; i < person->signer_count; i++)
        if (smime__view_equal(person->signers[i]->spki, cert->spki))
            return 1;
    return person->signer_count == 0;
}

size_t smime_known_count(const smime_known *known)
{
    return known ? known->count : 0;
}

const char *smime_known_address(const smime_known *known, size_t index)
{
    return known && index < known->count ? known->people[index].address : NULL;
}

int32_t smime_known_signs(const smime_known *known, const char *address)
{
    const smime__known_person *person = find(known, address);

    return person && person->signs;
}

smime_cert *smime_known_signer(const smime_known *known, const char *address, size_t index)
{
    const smime__known_person *person = find(known, address);

    return person && index < person->signer_count ? person->signers[index] : NULL;
}

smime_cert *smime_known_encryption(const smime_known *known, const char *address)
{
    const smime__known_person *person = find(known, address);

    return person ? person->encryption : NULL;
}

smime_status smime_known_capabilities(const smime_known *known, const char *address,
                                      const uint8_t **ret_der, size_t *ret_len)
{
    const smime__known_person *person = find(known, address);

    if (!known || !address || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    if (!person || !person->capabilities.len)
        return SMIME_E_NOT_FOUND;
    *ret_der = person->capabilities.data;
    *ret_len = person->capabilities.len;
    return SMIME_OK;
}
