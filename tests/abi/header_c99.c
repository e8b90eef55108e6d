/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One public header alone, twice, as C99: HEADER names it. */
#include HEADER
#include HEADER

int main(void)
{
    return 0;
}
