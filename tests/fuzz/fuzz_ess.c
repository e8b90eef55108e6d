/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The attributes of RFC 2634 from any bytes. */
#include "fuzz.h"

#include <smime/smime.h>

static void read_hint(const uint8_t *data, size_t size)
{
    char *description = NULL, *type = NULL;
    uint8_t *der;
    size_t len;

    if (smime_ess_read_hint(data, size, &description, &type) != SMIME_OK)
        return;
    CLAIM(type);
    if (smime_ess_make_hint(description, type, &der, &len) == SMIME_OK)
        smime_free(der);
    smime_free(description);
    smime_free(type);
}

/* A label that was read is written and read as the same. */
static void read_label(const uint8_t *data, size_t size, size_t index)
{
    smime_label *label = NULL;
    uint8_t *der = NULL;
    size_t len;

    if (smime_label_read(data, size, index, &label) != SMIME_OK)
        return;
    CLAIM(smime_label_policy(label));
    for (size_t i = 0; i < smime_label_category_count(label); i++) {
        const char *oid;
        const uint8_t *value;
        size_t value_len;
        CLAIM(smime_label_category(label, i, &oid, &value, &value_len) == SMIME_OK);
        CLAIM(oid && (value || !value_len));
    }
    if (smime_label_make(label, &der, &len) == SMIME_OK)
        smime_free(der);
    smime_label_free(label);
}

static void read_expansion(const uint8_t *data, size_t size)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; status == SMIME_OK; i++) {
        char *list = NULL;
        int64_t when;
        int32_t receipts;
        status = smime_ess_read_expansion(data, size, i, &list, &when, &receipts);
        CLAIM((status == SMIME_OK) == (list != NULL));
        smime_free(list);
        CLAIM(i <= size);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    read_hint(data, size);
    for (size_t i = 0; i < 3; i++)
        read_label(data, size, i);
    read_expansion(data, size);
    CLAIM(smime_ess_has_expanded(data, size, NULL) == 0);
    return 0;
}
