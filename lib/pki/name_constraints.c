/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * RFC 5280 keeps the intersection of all permitted subtrees as the state of a path. Here each
 * certificate's constraints are held against every certificate below it, which comes to the same:
 * a name is in an intersection when it is in every set.
 */
#include "pki/name_constraints.h"

#include "pki/general_name.h"
#include "pki/name_match.h"

static int read_subtrees(smime__view content)
{
    smime__der subtrees = smime__der_cursor(content), inside;
    smime__general_name base;

    if (smime__der_done(&subtrees))
        return 0;
    while (smime__der_enter(&subtrees, SMIME__SEQUENCE, &inside))
        if (!smime__general_name_take(&inside, &base) || !smime__der_done(&inside))
            return 0;
    return smime__der_done(&subtrees);
}

int smime__name_constraints_read(smime__view value, smime__name_constraints *ret)
{
    smime__der der = smime__der_cursor(value), inside;

    ret->permitted = ret->excluded = smime__view_of(NULL, 0);
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &inside) || !smime__der_done(&der) ||
        smime__der_done(&inside))
        return 0;
    if (smime__der_take(&inside, SMIME__CONTEXT_C(0), &ret->permitted) &&
        !read_subtrees(ret->permitted))
        return 0;
    if (smime__der_take(&inside, SMIME__CONTEXT_C(1), &ret->excluded) &&
        !read_subtrees(ret->excluded))
        return 0;
    return smime__der_done(&inside);
}

typedef struct check {
    const smime__name_constraints *constraints;
    int critical;
    smime__budget *budget;
    smime__error *error;
    const char *why;
} check;

/* What one list of subtrees says of a name. */
typedef struct answer {
    int constrained; /* a subtree is of the name's form */
    int within;
    int unclear; /* the name or a subtree cannot be compared: taken for the worse answer */
} answer;

static smime_status ask(check *c, smime__view content, const smime__match_name *name, answer *ret)
{
    smime__der subtrees = smime__der_cursor(content), inside;
    smime__general_name base;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && smime__der_enter(&subtrees, SMIME__SEQUENCE, &inside) &&
           smime__general_name_take(&inside, &base)) {
        smime__match result;

        status = smime__budget_name(c->budget, c->error);
        if (status == SMIME_OK)
            status = smime__name_within(name, &base, &result);
        if (status == SMIME_OK && result == SMIME__MATCH_UNSUPPORTED && c->critical)
            c->why = "a name is of a form whose constraints are not evaluated";
        if (status < 0 || result == SMIME__MATCH_OTHER_FORM || result == SMIME__MATCH_UNSUPPORTED)
            continue;
        ret->constrained = 1;
        ret->within |= result == SMIME__MATCH_WITHIN;
        ret->unclear |= result == SMIME__MATCH_UNCLEAR;
    }
    return status;
}

static smime_status check_name(check *c, const smime__match_name *name)
{
    answer permitted = { 0, 0, 0 }, excluded = { 0, 0, 0 };
    smime_status status = ask(c, c->constraints->permitted, name, &permitted);

    if (status == SMIME_OK)
        status = ask(c, c->constraints->excluded, name, &excluded);
    if (status < 0 || c->why)
        return status;
    if (permitted.constrained && !permitted.within)
        c->why = permitted.unclear ? "a name that is constrained is malformed"
                                   : "a name is outside of what its issuer may name";
    else if (excluded.within)
        c->why = "a name is among those that its issuer must not name";
    else if (excluded.unclear)
        c->why = "a name that is constrained is malformed";
    return status;
}

static smime_status check_alt_names(check *c, const smime_cert *cert)
{
    smime__der names = smime__der_cursor(cert->alt_names);
    smime__general_name each;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && !c->why && smime__general_name_take(&names, &each)) {
        smime__match_name name;

        status = smime__match_name_of(&each, &name);
        if (status == SMIME_OK)
            status = check_name(c, &name);
        smime__buf_free(&name.canonical);
    }
    return status;
}

/* The addresses of the subject count where the extension names none; so they are constrained. */
static smime_status check_subject_emails(check *c, const smime_cert *cert)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < cert->email_count && status == SMIME_OK && !c->why; i++) {
        smime__match_name name = { SMIME__NAME_RFC822, smime__view_text(cert->emails[i].address),
                                   { NULL, 0 }, { 0 } };
        if (cert->emails[i].from_subject)
            status = check_name(c, &name);
    }
    return status;
}

smime_status smime__name_constraints_check(const smime__name_constraints *constraints,
                                           const smime_cert *cert, int critical,
                                           smime__budget *budget, smime__error *error,
                                           const char **ret_why)
{
    check c = { constraints, critical, budget, error, NULL };
    smime_status status = SMIME_OK;

    if (cert->subject_canonical.len) {
        smime__match_name name = { SMIME__NAME_DIRECTORY, { NULL, 0 }, { NULL, 0 },
                                   cert->subject_canonical };
        status = check_name(&c, &name);
    }
    if (status == SMIME_OK && !c.why)
        status = check_alt_names(&c, cert);
    if (status == SMIME_OK && !c.why)
        status = check_subject_emails(&c, cert);
    *ret_why = c.why;
    return status;
}
