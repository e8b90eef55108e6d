/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* One public header alone, twice, as C++17: HEADER names it. */
#include HEADER
#include HEADER

int main()
{
    return 0;
}
