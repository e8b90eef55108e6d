/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Section 7.1.4.2: what the subject of a certificate says, by its type and generation. */
#include "pki/lint.h"

#include "base/ascii.h"
#include "pki/name.h"

#include <string.h>

enum {
    COMMON_NAME, ORGANIZATION, UNIT, ORGANIZATION_ID, GIVEN_NAME, SURNAME, PSEUDONYM,
    SERIAL_NUMBER, EMAIL, TITLE, STREET, LOCALITY, STATE, POSTAL_CODE, COUNTRY, OTHER, ATTRIBUTES
};

#define OID(bytes) { (const uint8_t *)(bytes), sizeof(bytes) - 1 }

static const smime__view types[OTHER] = {
    [COMMON_NAME] = OID("\x55\x04\x03"),   [ORGANIZATION] = OID("\x55\x04\x0a"),
    [UNIT] = OID("\x55\x04\x0b"),          [ORGANIZATION_ID] = OID("\x55\x04\x61"),
    [GIVEN_NAME] = OID("\x55\x04\x2a"),    [SURNAME] = OID("\x55\x04\x04"),
    [PSEUDONYM] = OID("\x55\x04\x41"),     [SERIAL_NUMBER] = OID("\x55\x04\x05"),
    [EMAIL] = OID("\x2a\x86\x48\x86\xf7\x0d\x01\x09\x01"),
    [TITLE] = OID("\x55\x04\x0c"),         [STREET] = OID("\x55\x04\x09"),
    [LOCALITY] = OID("\x55\x04\x07"),      [STATE] = OID("\x55\x04\x08"),
    [POSTAL_CODE] = OID("\x55\x04\x11"),   [COUNTRY] = OID("\x55\x04\x06"),
};

#define BIT(attribute) (1u << (attribute))
#define PERSON (BIT(GIVEN_NAME) | BIT(SURNAME))
#define ORGANIZED (BIT(ORGANIZATION) | BIT(UNIT) | BIT(ORGANIZATION_ID))
#define ANY_TYPE (BIT(COMMON_NAME) | BIT(SERIAL_NUMBER) | BIT(EMAIL))
#define PLACE (BIT(LOCALITY) | BIT(STATE) | BIT(COUNTRY))
#define ADDRESS (BIT(STREET) | BIT(POSTAL_CODE)) /* not in the strict generation */

/* 7.1.4.2.3 to 7.1.4.2.6, the columns that all generations share. */
static const unsigned allowed[] = {
    [SMIME_LINT_TYPE_NONE] = ~0u,
    [SMIME_LINT_TYPE_MAILBOX] = ANY_TYPE,
    [SMIME_LINT_TYPE_ORGANIZATION] = ANY_TYPE | ORGANIZED | PLACE,
    [SMIME_LINT_TYPE_SPONSOR] = ANY_TYPE | ORGANIZED | PLACE | PERSON | BIT(PSEUDONYM) | BIT(TITLE),
    [SMIME_LINT_TYPE_INDIVIDUAL] = ANY_TYPE | PLACE | PERSON | BIT(PSEUDONYM) | BIT(TITLE),
};

typedef struct subject {
    smime_lint *lint;
    const smime_cert *cert;
    unsigned present; /* bits of attributes */
    int attribute;    /* the one that is told */
} subject;

static unsigned allowed_for(const smime_lint *lint)
{
    unsigned bits = allowed[lint->type];

    if (lint->type == SMIME_LINT_TYPE_NONE || lint->type == SMIME_LINT_TYPE_MAILBOX)
        return bits;
    if (!smime__lint_is(lint, SMIME_LINT_GENERATION_STRICT))
        bits |= ADDRESS;
    if (smime__lint_is(lint, SMIME_LINT_GENERATION_LEGACY))
        bits |= BIT(OTHER);
    return bits;
}

static int is_own_mailbox(const subject *s, smime__view text)
{
    for (size_t i = 0; i < s->cert->email_count; i++)
        if (!s->cert->emails[i].from_subject &&
            smime__view_is(text, s->cert->emails[i].address))
            return 1;
    return 0;
}

static int says_nothing(smime__view text)
{
    for (size_t i = 0; i < text.len; i++)
        if (!memchr(".- ", text.data[i], 3))
            return 0;
    return 1;
}

static smime_status check_value(void *user, smime__view text)
{
    subject *s = user;

    smime__lint_warn(s->lint, SMIME__LINT_SUBJECT_EMPTY_VALUE, says_nothing(text));
    if (s->attribute == EMAIL)
        smime__lint_warn(s->lint, SMIME__LINT_SUBJECT_EMAIL, !is_own_mailbox(s, text));
    if (s->attribute == COUNTRY)
        smime__lint_warn(s->lint, SMIME__LINT_SUBJECT_COUNTRY,
                         text.len != 2 || !smime__ascii_is_alpha(text.data[0]) ||
                             !smime__ascii_is_alpha(text.data[1]));
    /* other types may have a name there, and only the issuer knows whether it is the right one */
    if (s->attribute == COMMON_NAME)
        smime__lint_warn(s->lint, SMIME__LINT_SUBJECT_COMMON_NAME,
                         !is_own_mailbox(s, text) &&
                             (s->lint->type == SMIME_LINT_TYPE_MAILBOX ||
                              memchr(text.data, '@', text.len)));
    return SMIME_OK;
}

static int attribute_of(smime__view type)
{
    int i = 0;

    while (i < OTHER && !smime__view_equal(types[i], type))
        i++;
    return i;
}

static smime_status read_attributes(subject *s)
{
    smime__der der = smime__der_cursor(s->cert->subject), rdns, rdn, each;
    smime__view type;
    smime_status status = SMIME_OK;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &rdns))
        return SMIME_OK;
    while (smime__der_enter(&rdns, SMIME__SET, &rdn))
        while (smime__der_enter(&rdn, SMIME__SEQUENCE, &each) && smime__der_take_oid(&each, &type))
            s->present |= BIT(attribute_of(type));
    for (s->attribute = 0; s->attribute < OTHER && status == SMIME_OK; s->attribute++)
        if (s->present & BIT(s->attribute))
            status = smime__name_values(s->cert->subject, types[s->attribute], check_value, s);
    return status;
}

static void check_combination(const subject *s)
{
    smime_lint *lint = s->lint;
    unsigned has = s->present, organization = BIT(ORGANIZATION) | BIT(ORGANIZATION_ID);
    int organized = lint->type == SMIME_LINT_TYPE_ORGANIZATION ||
                    lint->type == SMIME_LINT_TYPE_SPONSOR;
    int personal = lint->type == SMIME_LINT_TYPE_SPONSOR ||
                   lint->type == SMIME_LINT_TYPE_INDIVIDUAL;

    smime__lint_warn(lint, SMIME__LINT_SUBJECT_FORBIDDEN, (has & ~allowed_for(lint)) != 0);
    smime__lint_warn(lint, SMIME__LINT_SUBJECT_REQUIRED,
                     organized && (has & organization) != organization);
    smime__lint_warn(lint, SMIME__LINT_SUBJECT_PERSON,
                     personal && !(has & (PERSON | BIT(PSEUDONYM))) &&
                         !(smime__lint_is(lint, SMIME_LINT_GENERATION_LEGACY) &&
                           has & BIT(COMMON_NAME)));
    smime__lint_warn(lint, SMIME__LINT_SUBJECT_PSEUDONYM,
                     has & PERSON && has & BIT(PSEUDONYM));
    smime__lint_warn(lint, SMIME__LINT_SUBJECT_PLACE,
                     (has & BIT(STREET) && !(has & (BIT(LOCALITY) | BIT(STATE)))) ||
                         (has & (BIT(LOCALITY) | BIT(STATE) | BIT(POSTAL_CODE)) &&
                          !(has & BIT(COUNTRY))));
}

smime_status smime__lint_subject(smime_lint *lint, const smime_cert *cert)
{
    subject s = { lint, cert, 0, 0 };
    smime_status status = read_attributes(&s);

    if (status == SMIME_OK)
        check_combination(&s);
    return status;
}
