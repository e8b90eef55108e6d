/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("crypto");

    add_crypto_digest(suite);
    add_crypto_cipher(suite);
    add_crypto_derive(suite);
    add_crypto_keys(suite);
    return support_main(suite);
}
