/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/secret.h"

#include <string.h>

void smime__wipe(void *memory, size_t len)
{
    if (!memory || !len)
        return;
    memset(memory, 0, len);
    /* the memory counts as read here, so the memset cannot be left out */
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

int smime__secret_equal(const void *a, const void *b, size_t len)
{
    const volatile uint8_t *left = a;
    const volatile uint8_t *right = b;
    unsigned difference = 0;

    for (size_t i = 0; i < len; i++)
        difference |= (unsigned)(left[i] ^ right[i]);
    return (int)(1 & ((difference - 1) >> 8));
}

uint8_t smime__mask(unsigned bit)
{
    return (uint8_t)(0u - bit);
}

void smime__secret_select(uint8_t mask, uint8_t *to, const uint8_t *from, size_t len)
{
    for (size_t i = 0; i < len; i++)
        to[i] = (uint8_t)((to[i] & ~mask) | (from[i] & mask));
}
