/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Files in and out, and the objects that come from them. */
#define _GNU_SOURCE /* asprintf, explicit_bzero */
#include "tool.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX_BYTES ((size_t)64 << 20)

int read_file(const char *path, unsigned char **ret_data, size_t *ret_len, failure *f)
{
    unsigned char *data = NULL, *moved;
    size_t len = 0, room = 0;
    ssize_t got = 1;
    int code = EXIT_GOOD, fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return fail(f, EXIT_IO, "io", "%.200s: %s", path, strerror(errno));
    while (got > 0) {
        if (len == room) {
            room = room ? room * 2 : 16384;
            moved = len >= FILE_MAX_BYTES ? NULL : realloc(data, room);
            if (!moved) {
                code = fail(f, EXIT_LIMIT, "limit", "%.200s is too large", path);
                break;
            }
            data = moved;
        }
        got = read(fd, data + len, room - len);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            code = fail(f, EXIT_IO, "io", "%.200s: %s", path, strerror(errno));
        else
            len += (size_t)got;
    }
    close(fd);
    if (code != EXIT_GOOD) {
        free(data);
        return code;
    }
    *ret_data = data;
    *ret_len = len;
    return EXIT_GOOD;
}

/* Fixed-width digits. */
static int number(const char **at, int digits)
{
    int value = 0;

    while (digits-- > 0) {
        if (**at < '0' || **at > '9')
            return -1;
        value = value * 10 + (*(*at)++ - '0');
    }
    return value;
}

static int expect(const char **at, char c)
{
    if (**at != c && !(c == 'T' && **at == 't') && !(c == 'T' && **at == ' '))
        return 0;
    (*at)++;
    return 1;
}

/* RFC 3339: 2026-01-31T12:00:00Z, with fraction and offset. */
static int read_time(const char *text, int64_t *ret_seconds)
{
    static const int before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365 };
    const char *at = text;
    int year = number(&at, 4), month, day, hour, minute, second, sign = 0, off_h = 0, off_m = 0;
    int leap;
    int64_t days, y;

    if (year < 1 || !expect(&at, '-') || (month = number(&at, 2)) < 1 || month > 12 ||
        !expect(&at, '-') || (day = number(&at, 2)) < 1 || day > 31 || !expect(&at, 'T') ||
        (hour = number(&at, 2)) < 0 || hour > 23 || !expect(&at, ':') ||
        (minute = number(&at, 2)) < 0 || minute > 59 || !expect(&at, ':') ||
        (second = number(&at, 2)) < 0 || second > 60)
        return 0;
    if (*at == '.')
        for (at++; *at >= '0' && *at <= '9'; at++)
            ;
    if (*at == 'Z' || *at == 'z') {
        at++;
    } else if (*at == '+' || *at == '-') {
        sign = *at++ == '-' ? 1 : -1;
        if ((off_h = number(&at, 2)) < 0 || !expect(&at, ':') || (off_m = number(&at, 2)) < 0)
            return 0;
    } else {
        return 0;
    }
    if (*at)
        return 0;
    leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day > before[month] - before[month - 1] + (month == 2 && leap) || off_h > 23 ||
        off_m > 59)
        return 0;
    y = year - 1;
    days = y * 365 + y / 4 - y / 100 + y / 400 - 719162 + before[month - 1] + day - 1;
    if (month > 2 && leap)
        days++;
    *ret_seconds = days * 86400 + hour * 3600 + minute * 60 + second +
                   sign * (off_h * 3600 + off_m * 60);
    return 1;
}

static int32_t revocation_mode(const char *name)
{
    if (!strcmp(name, "off"))
        return SMIME_REVOCATION_OFF;
    if (!strcmp(name, "leaf"))
        return SMIME_REVOCATION_LEAF;
    return strcmp(name, "all") ? SMIME_REVOCATION_USE : SMIME_REVOCATION_ALL;
}

static uint32_t path_flags(const options *o)
{
    return (o->explicit_policy ? SMIME_PATH_EXPLICIT_POLICY : 0u) |
           (o->inhibit_mapping ? SMIME_PATH_INHIBIT_MAPPING : 0u) |
           (o->inhibit_any ? SMIME_PATH_INHIBIT_ANY : 0u);
}

int make_policy(const options *o, smime_policy **ret_policy, failure *f)
{
    int32_t preset = SMIME_POLICY_DEFAULT;
    smime_status status;
    int64_t when;

    if (o->legacy || (o->policy && !strcmp(o->policy, "legacy")))
        preset = SMIME_POLICY_LEGACY;
    else if (o->policy && !strcmp(o->policy, "strict"))
        preset = SMIME_POLICY_STRICT;
    status = smime_policy_new(preset, ret_policy);
    if (status == SMIME_OK && o->at) {
        if (!read_time(o->at, &when)) {
            smime_policy_unref(*ret_policy);
            *ret_policy = NULL;
            return complain(EXIT_USAGE, "--at takes a time such as 2026-01-31T12:00:00Z");
        }
        status = smime_policy_set_time(*ret_policy, when);
    }
    if (status == SMIME_OK && o->revocation)
        status = smime_policy_set_revocation(*ret_policy, revocation_mode(o->revocation));
    if (status == SMIME_OK)
        status = smime_policy_set_path_flags(*ret_policy, path_flags(o));
    for (size_t i = 0; i < o->policy_oid_count && status == SMIME_OK; i++)
        if (smime_policy_add_initial_policy(*ret_policy, o->policy_oids[i]) ==
            SMIME_E_INVALID_ARG) {
            smime_policy_unref(*ret_policy);
            *ret_policy = NULL;
            return complain(EXIT_USAGE, "--policy-oid takes an object identifier such as "
                                        "2.16.840.1.101.3.2.1.48.1");
        }
    return status < 0 ? fail(f, exit_of(status), "internal", "%s", smime_status_text(status))
                      : EXIT_GOOD;
}

int bag_add_file(smime_bag *bag, const char *path, failure *f)
{
    unsigned char *data;
    size_t len;
    smime_status status;
    int code = read_file(path, &data, &len, f);

    if (code != EXIT_GOOD)
        return code;
    status = smime_bag_add(bag, data, len);
    if (status < 0) {
        code = status == SMIME_E_NOT_FOUND ? EXIT_SYNTAX : exit_of(status);
        code = fail(f, code, status == SMIME_E_PASSWORD ? "wrong-password" : "file-malformed",
             "%.200s: %s", path, smime_bag_error_text(bag));
    }
    explicit_bzero(data, len);
    free(data);
    return code;
}

static int add_passwords(smime_bag *bag, const char *path, failure *f)
{
    unsigned char *data;
    size_t len, start = 0;
    smime_status status = SMIME_OK;
    int code = read_file(path, &data, &len, f);

    if (code != EXIT_GOOD)
        return code;
    while (start < len && status == SMIME_OK) {
        const unsigned char *lf = memchr(data + start, '\n', len - start);
        size_t end = lf ? (size_t)(lf - data) : len;
        size_t stop = end > start && data[end - 1] == '\r' ? end - 1 : end;
        char *line = strndup((const char *)data + start, stop - start);

        status = line ? smime_bag_add_password(bag, line) : SMIME_E_NOMEM;
        if (line)
            explicit_bzero(line, strlen(line));
        free(line);
        start = end + 1;
    }
    explicit_bzero(data, len);
    free(data);
    return status < 0 ? fail(f, exit_of(status), "internal", "%s", smime_status_text(status))
                      : EXIT_GOOD;
}

int make_bag(const options *o, const smime_policy *policy, smime_bag **ret_bag, failure *f)
{
    smime_status status = smime_bag_new(policy, ret_bag);

    if (status < 0)
        return fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    return o->password_file ? add_passwords(*ret_bag, o->password_file, f) : EXIT_GOOD;
}

int open_input(const options *o, int *ret_fd, failure *f)
{
    struct stat info;

    *ret_fd = o->operand ? open(o->operand, O_RDONLY | O_CLOEXEC) : STDIN_FILENO;
    if (*ret_fd < 0)
        return fail(f, EXIT_IO, "io", "%.200s: %s", o->operand, strerror(errno));
    if (fstat(*ret_fd, &info) == 0 && S_ISDIR(info.st_mode))
        return fail(f, EXIT_IO, "io", "%.200s is a directory", o->operand ? o->operand : "-");
    return EXIT_GOOD;
}
