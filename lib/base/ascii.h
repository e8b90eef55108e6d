/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Character work that no locale can change, and UTF-8 made safe to show. */
#ifndef SMIME_BASE_ASCII_H
#define SMIME_BASE_ASCII_H

#include "base/buf.h"

#include <stddef.h>
#include <stdint.h>

int smime__ascii_lower(int c);
int smime__ascii_is_blank(int c); /* space or tab */
int smime__ascii_is_digit(int c);
int smime__ascii_is_alpha(int c);
int smime__ascii_hex(int c); /* 0-15, or -1 */
int smime__ascii_equal(const char *a, size_t a_len, const char *b, size_t b_len);

/* The length of the well-formed UTF-8 sequence at @p data, 0 where there is none. */
size_t smime__utf8_length(const uint8_t *data, size_t len);
int smime__utf8_valid(const uint8_t *data, size_t len);
/* How many bytes of the UTF-8 text fit into @p most without a part of a character. */
int smime__utf8_fit(const char *text, int most);
/* Adds @p text as UTF-8: what is not well formed and NUL become U+FFFD. */
smime_status smime__utf8_clean(smime__buf *to, smime__view text);
smime_status smime__utf8_add(smime__buf *to, uint32_t code_point);

/* Lower-case hexadecimal of @p len bytes; @p to has 2 * len + 1 characters. */
void smime__hex(char *to, const uint8_t *data, size_t len);

#endif
