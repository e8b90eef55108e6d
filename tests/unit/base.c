/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("base");

    add_base_text(suite);
    add_base_bytes(suite);
    add_base_spool(suite);
    add_base_policy(suite);
    add_base_job(suite);
    return support_main(suite);
}
