/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("mime");

    add_mime_header(suite);
    add_mime_address(suite);
    add_mime_scan(suite);
    add_mime_cuts(suite);
    add_mime_legacy(suite);
    add_mime_memory(suite);
    return support_main(suite);
}
