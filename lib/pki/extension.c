/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/extension.h"

int smime__extension_take(smime__der *list, smime__extension *ret)
{
    smime__der copy = *list, inside;
    smime__extension made = { SMIME__OID_UNKNOWN, { NULL, 0 }, 0, { NULL, 0 } };

    if (!smime__der_enter(&copy, SMIME__SEQUENCE, &inside) ||
        !smime__der_take_oid(&inside, &made.id))
        return 0;
    if (smime__der_peek(&inside) == SMIME__BOOLEAN &&
        !smime__der_take_boolean(&inside, &made.critical))
        return 0;
    if (!smime__der_take(&inside, SMIME__OCTET_STRING, &made.value) || !smime__der_done(&inside))
        return 0;
    made.oid = smime__oid_find(made.id);
    *ret = made;
    *list = copy;
    return 1;
}

#define EXTENSIONS_MAX 128

smime_status smime__extensions_each(smime__view content, smime_status malformed,
                                    smime_status (*tell)(void *user,
                                                         const smime__extension *extension),
                                    void *user)
{
    smime__der list = smime__der_cursor(content);
    smime__view seen[EXTENSIONS_MAX];
    size_t count = 0;
    smime_status status = SMIME_OK;

    while (status == SMIME_OK && !smime__der_done(&list)) {
        smime__extension each;

        if (!smime__extension_take(&list, &each) || count == EXTENSIONS_MAX)
            return malformed;
        for (size_t i = 0; i < count; i++)
            if (smime__view_equal(seen[i], each.id))
                return malformed;
        seen[count++] = each.id;
        status = tell(user, &each);
    }
    return status == SMIME_OK && !count ? malformed : status;
}
