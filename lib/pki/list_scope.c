/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/list_scope.h"

#include "pki/general_name.h"
#include "pki/name.h"

/* Names to compare: many as they stand, or one made canonical. */
typedef struct name_set {
    smime__view many; /* content of GeneralNames */
    smime__buf one;   /* canonical GeneralName; used when it is not empty */
} name_set;

/* The canonical GeneralName of a directory name given by its canonical form. */
static smime_status directory_name(smime__buf *to, const smime__buf *canonical)
{
    smime_status status = smime__buf_add_byte(to, SMIME__NAME_DIRECTORY);

    return status == SMIME_OK ? smime__buf_add_view(to, smime__buf_view(canonical)) : status;
}

/* The same of a name below @p issuer_canonical (4.2.1.13: nameRelativeToCRLIssuer). */
static smime_status relative_name(smime__buf *to, smime__view issuer_canonical, smime__view rdn)
{
    smime__buf name = { 0 };
    size_t outer;
    smime_status status = smime__der_begin(&name, SMIME__SEQUENCE, &outer);

    if (status == SMIME_OK)
        status = smime__der_add_view(&name, SMIME__SET, rdn);
    if (status == SMIME_OK)
        status = smime__der_end(&name, outer);
    if (status == SMIME_OK)
        status = smime__buf_add_byte(to, SMIME__NAME_DIRECTORY);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, issuer_canonical);
    if (status == SMIME_OK && smime__name_check(smime__buf_view(&name)))
        status = smime__name_canonical(to, smime__buf_view(&name));
    smime__buf_free(&name);
    return status;
}

static smime_status has(const name_set *set, smime__view canonical, smime__budget *budget,
                        smime__error *error, int *ret_has)
{
    if (!set->one.len)
        return smime__general_names_have(set->many, canonical, budget, error, ret_has);
    *ret_has = smime__view_equal(smime__buf_view(&set->one), canonical);
    return SMIME_OK;
}

static smime_status meet(const name_set *a, const name_set *b, smime__budget *budget,
                         smime__error *error, int *ret_meet)
{
    smime__der names = smime__der_cursor(a->many);
    smime__buf canonical = { 0 };
    smime__general_name each;
    smime_status status = SMIME_OK;

    *ret_meet = 0;
    if (a->one.len)
        return has(b, smime__buf_view(&a->one), budget, error, ret_meet);
    while (status == SMIME_OK && !*ret_meet && smime__general_name_take(&names, &each)) {
        smime__buf_clear(&canonical);
        status = smime__general_name_canonical(&canonical, &each);
        if (status == SMIME_OK)
            status = has(b, smime__buf_view(&canonical), budget, error, ret_meet);
    }
    smime__buf_free(&canonical);
    return status;
}

smime_status smime__list_is_of(const smime_crl *crl, const smime__distribution_point *point,
                               const smime_cert *cert, smime__budget *budget,
                               smime__error *error, int *ret_is)
{
    smime__buf issuer = { 0 };
    smime_status status;

    *ret_is = smime__view_equal(smime__buf_view(&crl->issuer_canonical),
                                smime__buf_view(&cert->issuer_canonical));
    if (!point->crl_issuer.len)
        return SMIME_OK;
    *ret_is = 0;
    if (!crl->indirect)
        return SMIME_OK;
    status = directory_name(&issuer, &crl->issuer_canonical);
    if (status == SMIME_OK)
        status = smime__general_names_have(point->crl_issuer, smime__buf_view(&issuer), budget,
                                           error, ret_is);
    smime__buf_free(&issuer);
    return status;
}

/* The names of the point, or those that stand in for them. */
static smime_status point_names(const smime_crl *crl, const smime__distribution_point *point,
                                const smime_cert *cert, name_set *ret)
{
    if (point->name.relative.len) /* to the issuer of the list, which was compared before */
        return relative_name(&ret->one, smime__buf_view(&crl->issuer_canonical),
                             point->name.relative);
    ret->many = point->has_name ? point->name.full : point->crl_issuer;
    return ret->many.len ? SMIME_OK : directory_name(&ret->one, &cert->issuer_canonical);
}

static smime_status names_meet(const smime_crl *crl, const smime__distribution_point *point,
                               const smime_cert *cert, smime__budget *budget,
                               smime__error *error, int *ret_meet)
{
    name_set of_list = { crl->scope_name.full, { 0 } }, of_point = { { NULL, 0 }, { 0 } };
    smime_status status = SMIME_OK;

    if (crl->scope_name.relative.len)
        status = relative_name(&of_list.one, smime__buf_view(&crl->issuer_canonical),
                               crl->scope_name.relative);
    if (status == SMIME_OK)
        status = point_names(crl, point, cert, &of_point);
    if (status == SMIME_OK)
        status = meet(&of_list, &of_point, budget, error, ret_meet);
    smime__buf_free(&of_list.one);
    smime__buf_free(&of_point.one);
    return status;
}

smime_status smime__list_covers(const smime_crl *crl, const smime__distribution_point *point,
                                const smime_cert *cert, smime__budget *budget,
                                smime__error *error, int *ret_covers)
{
    int ca = cert->has_basic_constraints && cert->is_ca;

    *ret_covers = !(crl->only_users && ca) && !(crl->only_cas && !ca) && !crl->only_attributes;
    if (!*ret_covers || !crl->has_scope_name)
        return SMIME_OK;
    return names_meet(crl, point, cert, budget, error, ret_covers);
}
