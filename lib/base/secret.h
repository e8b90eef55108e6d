/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Wiping and comparing what must not be learned from memory or time. */
#ifndef SMIME_BASE_SECRET_H
#define SMIME_BASE_SECRET_H

#include <stddef.h>
#include <stdint.h>

/* Overwrites in a way that the compiler keeps. NULL is allowed with any length. */
void smime__wipe(void *memory, size_t len);

/* 1 when equal, in time that depends on @p len alone. */
int smime__secret_equal(const void *a, const void *b, size_t len);

/* All bits set when @p bit is 1, none when 0; any other value is a mistake of the caller. */
uint8_t smime__mask(unsigned bit);

/* Copies @p from over @p to where @p mask is 0xff, nothing where it is 0, in constant time. */
void smime__secret_select(uint8_t mask, uint8_t *to, const uint8_t *from, size_t len);

#endif
