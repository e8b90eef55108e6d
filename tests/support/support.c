/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "support.h"

#include <dirent.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char directory[64];

int support_main(Suite *suite)
{
    SRunner *runner = srunner_create(suite);
    int failed;

    /* The library must not care: the tests also run under tr_TR and fr_FR. */
    setlocale(LC_ALL, "");
    srunner_set_tap(runner, "-");
    srunner_run_all(runner, CK_SILENT);
    failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

uint8_t *support_load(const char *path, size_t *ret_len)
{
    FILE *file = fopen(path, "rb");
    uint8_t *data;
    long size;

    ck_assert_msg(file != NULL, "%s cannot be opened", path);
    ck_assert_int_eq(fseek(file, 0, SEEK_END), 0);
    size = ftell(file);
    ck_assert_int_ge(size, 0);
    rewind(file);
    data = malloc((size_t)size + 1);
    ck_assert_ptr_nonnull(data);
    ck_assert_uint_eq(fread(data, 1, (size_t)size, file), (size_t)size);
    data[size] = 0;
    fclose(file);
    *ret_len = (size_t)size;
    return data;
}

uint8_t *support_pki(const char *name, size_t *ret_len)
{
    const char *folder = getenv("SMIME_TEST_PKI");
    char path[1024];

    ck_assert_msg(folder != NULL, "SMIME_TEST_PKI is not set: run this through `meson test`");
    ck_assert_int_lt(snprintf(path, sizeof path, "%s/%s", folder, name), (int)sizeof path);
    return support_load(path, ret_len);
}

const char *support_make_dir(void)
{
    ck_assert_str_eq(directory, "");
    snprintf(directory, sizeof directory, "/tmp/smime-test-XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(directory));
    return directory;
}

void support_remove_dir(void)
{
    DIR *entries;
    struct dirent *entry;
    char path[512];

    if (!directory[0])
        return;
    entries = opendir(directory);
    while (entries && (entry = readdir(entries)) != NULL) {
        snprintf(path, sizeof path, "%s/%s", directory, entry->d_name);
        unlink(path); /* fails on . and .. as it should */
    }
    if (entries)
        closedir(entries);
    rmdir(directory);
    directory[0] = 0;
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    if (c >= 'A' && c <= 'F')
        return c - 'A' + 10;
    return -1;
}

uint8_t *support_unhex(const char *text, size_t *ret_len)
{
    uint8_t *data = malloc(strlen(text) / 2 + 1);
    size_t count = 0;
    int high = -1;

    ck_assert_ptr_nonnull(data);
    for (; *text; text++) {
        int value = hex_value(*text);

        if (*text == ' ' || *text == '\n')
            continue;
        ck_assert_msg(value >= 0, "a test vector holds '%c'", *text);
        if (high < 0) {
            high = value;
        } else {
            data[count++] = (uint8_t)(high << 4 | value);
            high = -1;
        }
    }
    ck_assert_int_eq(high, -1);
    *ret_len = count;
    return data;
}

void support_fill(uint8_t *to, size_t len, uint32_t seed)
{
    uint32_t state = seed * 2654435761u + 1;

    for (size_t i = 0; i < len; i++) {
        state = state * 1664525u + 1013904223u;
        to[i] = (uint8_t)(state >> 24);
    }
}
