/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* attacks.tsv as it is read. */
#ifndef SMIME_TESTS_ATTACKS_TABLE_H
#define SMIME_TESTS_ATTACKS_TABLE_H

#include <stddef.h>
#include <stdint.h>

/* The columns of a line, in their order; "-" is none. */
typedef struct table_row {
    const char *class, *name, *what, *summary, *reason, *binding, *content, *reader, *once,
        *pending;
} table_row;

enum { TABLE_COLUMNS = 10 };

/* Reads the table; ends the program with a sentence when it is malformed. */
void table_read(const char *path);
size_t table_count(void);
const table_row *table_at(size_t row);
void table_free(void);

/* SMIME_SUMMARY_* and SMIME_BINDING_* of a word; -1 when there is none of that name. */
int32_t table_summary(const char *word);
int32_t table_binding(const char *word);

#endif
