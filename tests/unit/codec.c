/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

int main(void)
{
    Suite *suite = suite_create("codec");

    add_codec_base64(suite);
    add_codec_qp(suite);
    add_codec_lines(suite);
    return support_main(suite);
}
