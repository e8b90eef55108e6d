/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/distribution_point.h"

#include "pki/general_name.h"

int smime__point_name_read(smime__view content, smime__point_name *ret)
{
    smime__der der = smime__der_cursor(content);
    smime__view relative = { NULL, 0 };

    ret->full = ret->relative = relative;
    if (smime__der_take(&der, SMIME__CONTEXT_C(0), &ret->full))
        return smime__der_done(&der) && smime__general_names_check(ret->full);
    return smime__der_take(&der, SMIME__CONTEXT_C(1), &ret->relative) && smime__der_done(&der) &&
           ret->relative.len > 0;
}

int smime__distribution_point_take(smime__der *points, smime__distribution_point *ret)
{
    smime__der copy = *points, inside;
    smime__distribution_point made = { { { NULL, 0 }, { NULL, 0 } }, 0, SMIME__ALL_REASONS,
                                       { NULL, 0 } };
    smime__view name;

    if (!smime__der_enter(&copy, SMIME__SEQUENCE, &inside))
        return 0;
    if (smime__der_take(&inside, SMIME__CONTEXT_C(0), &name)) {
        made.has_name = 1;
        if (!smime__point_name_read(name, &made.name))
            return 0;
    }
    if (smime__der_take_named_bits(&inside, SMIME__CONTEXT(1), &made.reasons))
        made.reasons &= SMIME__ALL_REASONS;
    if (smime__der_take(&inside, SMIME__CONTEXT_C(2), &made.crl_issuer) &&
        !smime__general_names_check(made.crl_issuer))
        return 0;
    if (!smime__der_done(&inside))
        return 0;
    *ret = made;
    *points = copy;
    return 1;
}

int smime__distribution_points_check(smime__view value)
{
    smime__der der = smime__der_cursor(value), points;
    smime__distribution_point each;

    if (!smime__der_enter(&der, SMIME__SEQUENCE, &points) || !smime__der_done(&der) ||
        smime__der_done(&points))
        return 0;
    while (smime__distribution_point_take(&points, &each))
        ;
    return smime__der_done(&points);
}
