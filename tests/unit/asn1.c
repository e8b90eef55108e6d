/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("asn1");

    add_asn1_der(suite);
    add_asn1_oid(suite);
    add_asn1_ber(suite);
    return support_main(suite);
}
