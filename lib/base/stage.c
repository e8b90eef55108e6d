/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/stage.h"

static smime_status drop_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    (void)stage;
    (void)data;
    (void)len;
    return SMIME_OK;
}

static smime_status drop_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

static void drop_free(smime__stage *stage)
{
    (void)stage;
}

smime__stage *smime__stage_null(void)
{
    /* never written to, so it is shared like a constant */
    static smime__stage null = { drop_write, drop_finish, drop_free, 0 };
    return &null;
}

static smime_status gather_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__buf_add(((smime__gather *)stage)->to, data, len);
}

smime__gather smime__gather_in(smime__buf *to)
{
    return (smime__gather){ { gather_write, drop_finish, drop_free, NULL }, to };
}
