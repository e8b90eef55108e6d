/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A store out of the files that --trust, --untrusted, --crl and --ocsp name. */
#define _GNU_SOURCE /* asprintf */
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

typedef enum kind { ANCHORS, OTHERS, LISTS, RESPONSES } kind;

static size_t count_of(const smime_bag *bag, kind what)
{
    switch (what) {
    case LISTS:
        return smime_bag_crl_count(bag);
    case RESPONSES:
        return smime_bag_ocsp_count(bag);
    default:
        return smime_bag_cert_count(bag);
    }
}

static smime_status add_one(smime_store *store, const smime_bag *bag, kind what, size_t i)
{
    switch (what) {
    case ANCHORS:
        return smime_store_add_anchor(store, smime_bag_cert(bag, i));
    case OTHERS:
        return smime_store_add_cert(store, smime_bag_cert(bag, i));
    case LISTS:
        return smime_store_add_crl(store, smime_bag_crl(bag, i));
    default:
        return smime_store_add_ocsp(store, smime_bag_ocsp(bag, i));
    }
}

static int add_found(smime_store *store, const smime_bag *bag, kind what, failure *f)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; status == SMIME_OK && i < count_of(bag, what); i++)
        status = add_one(store, bag, what, i);
    return status < 0 ? fail(f, exit_of(status), "internal", "%s", smime_status_text(status))
                      : EXIT_GOOD;
}

static int add_file(smime_store *store, const options *o, const smime_policy *policy,
                    const char *path, kind what, failure *f)
{
    static const char *const names[] = { "certificate", "certificate", "revocation list",
                                         "OCSP response" };
    smime_bag *bag = NULL;
    failure own = { 0, NULL, "" };
    int code = make_bag(o, policy, &bag, f);

    if (code == EXIT_GOOD && bag_add_file(bag, path, &own) != EXIT_GOOD) {
        int malformed = own.code == EXIT_SYNTAX || (what >= LISTS && own.code == EXIT_REFUSED);
        code = malformed ? fail(f, EXIT_SYNTAX, "file-malformed", "%.200s: not a readable %s", path,
                                names[what])
                         : fail(f, own.code, own.reason, "%s", own.text);
    }
    if (code == EXIT_GOOD)
        code = add_found(store, bag, what, f);
    if (code == EXIT_GOOD && smime_bag_skipped_count(bag))
        complain(code, "%.200s: %zu malformed and left out", path, smime_bag_skipped_count(bag));
    if (code == EXIT_GOOD && !count_of(bag, what))
        code = fail(f, EXIT_SYNTAX, "file-malformed", "%.200s holds no %s", path, names[what]);
    smime_bag_free(bag);
    return code;
}

/* The certificates in a directory; it may hold other files as well. */
static int add_directory(smime_store *store, const options *o, const smime_policy *policy,
                         const char *path, failure *f)
{
    DIR *directory = opendir(path);
    struct dirent *entry;

    if (!directory)
        return fail(f, EXIT_IO, "io", "%.200s: %s", path, strerror(errno));
    while (errno = 0, (entry = readdir(directory)) != NULL) {
        failure own = { 0, NULL, "" };
        struct stat info;
        char *each;

        if (entry->d_name[0] == '.')
            continue;
        if (asprintf(&each, "%s/%s", path, entry->d_name) < 0) {
            fail(f, EXIT_IO, "internal", "out of memory");
            break;
        }
        if (stat(each, &info) == 0 && S_ISREG(info.st_mode) &&
            add_file(store, o, policy, each, ANCHORS, &own) == EXIT_IO)
            fail(f, own.code, own.reason, "%s", own.text);
        free(each);
    }
    if (errno)
        fail(f, EXIT_IO, "io", "%.200s: %s", path, strerror(errno));
    closedir(directory);
    return f->code;
}

static void add_files(smime_store *store, const options *o, const smime_policy *policy,
                      const char *const *paths, size_t count, kind what, failure *f)
{
    for (size_t i = 0; i < count; i++) {
        struct stat info;
        if (what == ANCHORS && stat(paths[i], &info) == 0 && S_ISDIR(info.st_mode))
            add_directory(store, o, policy, paths[i], f);
        else
            add_file(store, o, policy, paths[i], what, f);
    }
}

int make_store(const options *o, const smime_policy *policy, smime_store **ret_store, failure *f)
{
    smime_status status = smime_store_new(ret_store);

    if (status < 0)
        return fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    add_files(*ret_store, o, policy, o->trust, o->trust_count, ANCHORS, f);
    add_files(*ret_store, o, policy, o->untrusted, o->untrusted_count, OTHERS, f);
    add_files(*ret_store, o, policy, o->crls, o->crl_count, LISTS, f);
    add_files(*ret_store, o, policy, o->ocsps, o->ocsp_count, RESPONSES, f);
    return f->code;
}
