/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/place.h"

#include <stdlib.h>
#include <string.h>

static size_t digits(unsigned number)
{
    size_t count = 1;

    while (number /= 10)
        count++;
    return count;
}

/* From the end to the start, as each place knows only what is around it. */
char *smime__place_path(const smime__place *place)
{
    size_t len = 0;
    char *path, *at;

    for (const smime__place *p = place; p; p = p->parent)
        len += digits(p->number) + 1;
    path = malloc(len);
    if (!path)
        return NULL;
    at = path + len;
    for (const smime__place *p = place; p; p = p->parent) {
        unsigned number = p->number;
        *--at = p == place ? 0 : '.';
        do
            *--at = (char)('0' + number % 10);
        while (number /= 10);
    }
    return path;
}

int smime__place_is(const smime__place *place, const char *path)
{
    const char *at = path + strlen(path);

    for (; place; place = place->parent) {
        unsigned number = place->number;
        do
            if (at == path || *--at != (char)('0' + number % 10))
                return 0;
        while (number /= 10);
        if (place->parent && (at == path || *--at != '.'))
            return 0;
    }
    return at == path;
}
