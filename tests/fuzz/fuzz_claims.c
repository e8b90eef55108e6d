/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The addresses that a person sees in any bytes. */
#include "fuzz.h"
#include "mail/claims.h"

typedef struct seen {
    size_t count, bytes;
} seen;

static smime_status see(void *user, const char *address)
{
    seen *all = user;
    const char *at = strchr(address, '@');

    CLAIM(at && at != address && at[1] && !strchr(at + 1, '@'));
    CLAIM(strlen(address) <= 320);
    CLAIM(!strchr(address, ' '));
    all->count++;
    all->bytes += strlen(address);
    return SMIME_OK;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    seen all = { 0, 0 };
    char *text = malloc(size + 1);

    CLAIM(smime__addresses_in(smime__view_of(data, size), see, &all) == SMIME_OK);
    CLAIM(all.count <= size * 2 && all.bytes <= size * 4);
    CLAIM(text);
    memcpy(text, data, size);
    text[size] = 0;
    if (all.count && strlen(text) == size)
        CLAIM(smime__holds_at_sign(text));
    free(text);
    return 0;
}
