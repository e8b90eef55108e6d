/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file of known correspondents from any bytes: what is read is written, and read again as the same. */
#include "fuzz.h"

#include <smime/smime.h>

static void same_people(const smime_known *a, const smime_known *b)
{
    CLAIM(smime_known_count(a) == smime_known_count(b));
    for (size_t i = 0; i < smime_known_count(a); i++) {
        const char *address = smime_known_address(a, i);
        CLAIM(!strcmp(address, smime_known_address(b, i)));
        CLAIM(smime_known_signs(a, address) == smime_known_signs(b, address));
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    smime_known *known = NULL, *again = NULL;
    uint8_t *first, *second;
    size_t first_len, second_len;
    smime_status status = smime_known_load(data, size, &known);

    CLAIM((status == SMIME_OK) == (known != NULL));
    if (!known)
        return 0;
    CLAIM(smime_known_save(known, &first, &first_len) == SMIME_OK);
    CLAIM(smime_known_load(first, first_len, &again) == SMIME_OK);
    same_people(known, again);
    CLAIM(smime_known_save(again, &second, &second_len) == SMIME_OK);
    CLAIM(first_len == second_len && !memcmp(first, second, first_len));
    smime_free(first);
    smime_free(second);
    smime_known_unref(known);
    smime_known_unref(again);
    return 0;
}
