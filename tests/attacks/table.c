/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

#include <smime/smime.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *file;
static table_row *rows;
static size_t count;

static void fail(const char *path, size_t line, const char *why)
{
    fprintf(stderr, "%s:%zu: %s\n", path, line, why);
    exit(99);
}

static char *load(const char *path)
{
    FILE *in = fopen(path, "rb");
    char *data;
    long size = 0;

    if (!in || fseek(in, 0, SEEK_END) || (size = ftell(in)) < 0)
        fail(path, 0, "cannot be read");
    rewind(in);
    data = malloc((size_t)size + 1);
    if (!data || fread(data, 1, (size_t)size, in) != (size_t)size)
        fail(path, 0, "cannot be read");
    fclose(in);
    data[size] = 0;
    return data;
}

/* The fields of a line, which is cut up. */
static void take_line(const char *path, size_t number, char *line)
{
    const char *fields[TABLE_COLUMNS];
    size_t have = 0;

    for (char *at = line; at; have++) {
        char *end = strchr(at, '\t');
        if (have < TABLE_COLUMNS)
            fields[have] = at;
        if (end)
            *end++ = 0;
        at = end;
    }
    if (have != TABLE_COLUMNS)
        fail(path, number, "not as many columns as there are");
    for (size_t i = 0; i < TABLE_COLUMNS; i++)
        if (!*fields[i])
            fail(path, number, "an empty column, where - stands for none");
    rows = realloc(rows, (count + 1) * sizeof *rows);
    if (!rows)
        fail(path, number, "no memory");
    memcpy(&rows[count++], fields, sizeof fields);
}

void table_read(const char *path)
{
    size_t number = 0;

    file = load(path);
    for (char *at = file, *end; *at; at = end) {
        end = strchr(at, '\n');
        if (!end)
            fail(path, number, "the last line is not ended");
        *end++ = 0;
        number++;
        if (*at && *at != '#')
            take_line(path, number, at);
    }
}

size_t table_count(void)
{
    return count;
}

const table_row *table_at(size_t row)
{
    return row < count ? &rows[row] : NULL;
}

void table_free(void)
{
    free(rows);
    free(file);
}

int32_t table_summary(const char *word)
{
    static const char *const words[] = {
        [SMIME_SUMMARY_UNDECIDED] = "UNDECIDED",
        [SMIME_SUMMARY_UNPROTECTED] = "UNPROTECTED",
        [SMIME_SUMMARY_CONFIDENTIAL] = "CONFIDENTIAL",
        [SMIME_SUMMARY_VERIFIED] = "VERIFIED",
        [SMIME_SUMMARY_CONFIDENTIAL_VERIFIED] = "CONFIDENTIAL_VERIFIED",
        [SMIME_SUMMARY_INVALID] = "INVALID",
        [SMIME_SUMMARY_LOCKED] = "LOCKED",
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (!strcmp(word, words[i]))
            return (int32_t)i;
    return -1;
}

int32_t table_binding(const char *word)
{
    static const char *const words[] = {
        [SMIME_BINDING_NOT_APPLICABLE] = "not-applicable",
        [SMIME_BINDING_MATCH] = "match",
        [SMIME_BINDING_MISMATCH] = "mismatch",
        [SMIME_BINDING_NO_ADDRESS] = "no-address",
        [SMIME_BINDING_SENDER_ONLY] = "sender-only",
        [SMIME_BINDING_AMBIGUOUS] = "ambiguous",
        [SMIME_BINDING_MISSING] = "missing",
    };

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (!strcmp(word, words[i]))
            return (int32_t)i;
    return -1;
}
