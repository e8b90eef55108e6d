/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Every file below a folder, as a mail:
 *
 *   - what is told of it does not depend on how it is cut: bytes one by one, or all at once;
 *   - the pieces told - headers by their offsets, bodies by --part - are the file again.
 *
 * A file that is no mail is read as one like any other. Prints TAP, one claim for each folder. */
#include "describe.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define FILE_MAX (1 << 20)   /* larger ones are archives of other files */
#define ONE_BY_ONE_MAX 65536 /* with the decoded leaves, which need a run for each */

typedef struct mail {
    const char *name;
    uint8_t *data;
    size_t len;
    int failed;
} mail;

static int failures;

static void complain(mail *from, const char *path, const char *what)
{
    printf("# %s: part %s: %s\n", from->name, path, what);
    from->failed = 1;
}

/* The body of the part is the part's bytes behind its header, and nothing is in two parts. */
static void check_entity(mail *from, const smime_entity *entity)
{
    const char *path = smime_entity_path(entity);
    uint64_t body = smime_entity_body_offset(entity);
    uint64_t end = smime_entity_offset(entity) + smime_entity_length(entity);
    text raw = { 0 };
    smime_status status;
    smime_parser *parser =
        parsed(from->data, from->len, from->len, path, SMIME_PART_RAW, &raw, &status);

    if (status != SMIME_OK || end < body || end > from->len || raw.len != end - body ||
        (raw.len && memcmp(raw.data, from->data + body, raw.len) != 0))
        complain(from, path, "its raw body is not what stands at its place");
    smime_parser_free(parser);
    text_clear(&raw);
    for (size_t i = 0; i < smime_entity_child_count(entity); i++) {
        const smime_entity *child = smime_entity_child(entity, i);
        if (smime_entity_offset(child) < body ||
            smime_entity_body_offset(child) < smime_entity_offset(child) ||
            smime_entity_offset(child) + smime_entity_length(child) > end)
            complain(from, smime_entity_path(child), "it does not lie behind what is before it");
        body = smime_entity_offset(child) + smime_entity_length(child);
        check_entity(from, child);
    }
}

/* Appends the entity, taken from its pieces: header, what stands between its parts, parts. */
static void put_together(const mail *from, const smime_entity *entity, text *to)
{
    uint64_t at = smime_entity_offset(entity);

    for (size_t i = 0; i < smime_entity_child_count(entity); i++) {
        const smime_entity *child = smime_entity_child(entity, i);
        text_add(to, from->data + at, (size_t)(smime_entity_offset(child) - at));
        put_together(from, child, to);
        at = smime_entity_offset(child) + smime_entity_length(child);
    }
    text_add(to, from->data + at,
             (size_t)(smime_entity_offset(entity) + smime_entity_length(entity) - at));
}

static void check_pieces(mail *from)
{
    smime_status status;
    smime_parser *parser = parsed(from->data, from->len, from->len, NULL, 0, NULL, &status);
    const smime_entity *root = smime_parser_root(parser);
    text whole = { 0 };

    if (status != SMIME_OK || !root) {
        complain(from, "1", "it is not read");
    } else {
        check_entity(from, root);
        if (!from->failed)
            put_together(from, root, &whole);
        if (whole.len != from->len || memcmp(whole.data, from->data, whole.len) != 0)
            complain(from, "1", "its pieces are not the file");
    }
    text_clear(&whole);
    smime_parser_free(parser);
}

static void check_cuts(mail *from)
{
    int what = from->len <= ONE_BY_ONE_MAX ? DESCRIBE_DATA : 0;
    text at_once = { 0 }, one_by_one = { 0 };

    describe(&at_once, from->data, from->len, from->len, what);
    describe(&one_by_one, from->data, from->len, 1, what);
    if (strcmp(at_once.data, one_by_one.data) != 0) {
        complain(from, "1", "bytes one by one give another reading");
        printf("# at once:    %.2000s\n# one by one: %.2000s\n", at_once.data, one_by_one.data);
    }
    text_clear(&at_once);
    text_clear(&one_by_one);
}

static int check_file(const char *name, size_t size)
{
    mail from = { name, malloc(size), 0, 0 };
    FILE *file = fopen(name, "rb");

    if (!from.data || !file)
        abort();
    from.len = fread(from.data, 1, size, file);
    fclose(file);
    if (from.len) {
        check_pieces(&from);
        check_cuts(&from);
    }
    free(from.data);
    return !from.failed;
}

/* Counts the files that hold, and those that do not. */
static void check_folder(const char *folder, int count[2])
{
    DIR *dir = opendir(folder);
    struct dirent *entry;

    while (dir && (entry = readdir(dir)) != NULL) {
        char name[4096];
        struct stat about;

        if (entry->d_name[0] == '.' ||
            snprintf(name, sizeof name, "%s/%s", folder, entry->d_name) >= (int)sizeof name ||
            stat(name, &about) != 0)
            continue;
        if (S_ISDIR(about.st_mode))
            check_folder(name, count);
        else if (S_ISREG(about.st_mode) && about.st_size > 0 && about.st_size <= FILE_MAX)
            count[check_file(name, (size_t)about.st_size)]++;
    }
    if (dir)
        closedir(dir);
}

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

int main(int argc, char **argv)
{
    struct dirent **sets = NULL;
    int number = 0, found = argc == 2 ? scandir(argv[1], &sets, NULL, by_name) : -1;

    if (found < 0) {
        printf("1..1\nok 1 - every mail # SKIP no outside data: the folder is absent\n");
        return 0;
    }
    for (int i = 0; i < found; i++) {
        int count[2] = { 0, 0 };
        char folder[4096];

        snprintf(folder, sizeof folder, "%s/%s", argv[1], sets[i]->d_name);
        if (sets[i]->d_name[0] != '.')
            check_folder(folder, count);
        if (count[0] + count[1])
            printf("%sok %d - %s: %d files come out as they went in, however they are cut\n",
                   count[0] ? "not " : "", ++number, sets[i]->d_name, count[0] + count[1]);
        failures += count[0];
        free(sets[i]);
    }
    free(sets);
    printf("1..%d\n", number);
    return failures > 0;
}
