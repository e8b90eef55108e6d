/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("cms");

    add_cms_writer(suite);
    add_cms_signer(suite);
    add_cms_recipient(suite);
    add_cms_layer(suite);
    add_cms_auth(suite);
    return support_main(suite);
}
