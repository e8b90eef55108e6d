/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/boundaries.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define ROOM_FIRST 16

static size_t hash(const char *text)
{
    uint32_t value = 2166136261u; /* FNV-1a */

    for (; *text; text++)
        value = (value ^ (unsigned char)*text) * 16777619u;
    return value;
}

static smime__boundary **bucket(const smime__boundaries *boundaries, const char *text)
{
    return &boundaries->buckets[hash(text) & (boundaries->room - 1)];
}

static void link_in(smime__boundaries *boundaries, smime__boundary *boundary)
{
    smime__boundary **head = bucket(boundaries, boundary->text);

    boundary->next = *head;
    *head = boundary;
}

static smime_status grow(smime__boundaries *boundaries)
{
    smime__boundaries larger = { NULL, boundaries->room ? boundaries->room * 2 : ROOM_FIRST,
                                 boundaries->count };

    larger.buckets = calloc(larger.room, sizeof(smime__boundary *));
    if (!larger.buckets)
        return SMIME_E_NOMEM;
    for (size_t i = 0; i < boundaries->room; i++)
        for (smime__boundary *at = boundaries->buckets[i], *next; at; at = next) {
            next = at->next;
            link_in(&larger, at);
        }
    free(boundaries->buckets);
    *boundaries = larger;
    return SMIME_OK;
}

int smime__boundaries_has(const smime__boundaries *boundaries, const char *text)
{
    const smime__boundary *at = boundaries->count ? *bucket(boundaries, text) : NULL;

    while (at && strcmp(at->text, text) != 0)
        at = at->next;
    return at != NULL;
}

smime_status smime__boundaries_add(smime__boundaries *boundaries, smime__boundary *boundary,
                                   const char *text)
{
    smime_status status = boundaries->count < boundaries->room ? SMIME_OK : grow(boundaries);

    if (status < 0)
        return status;
    boundary->text = text;
    link_in(boundaries, boundary);
    boundaries->count++;
    return SMIME_OK;
}

void smime__boundaries_remove(smime__boundaries *boundaries, smime__boundary *boundary)
{
    smime__boundary **at;

    if (!boundary->text)
        return;
    at = bucket(boundaries, boundary->text);
    while (*at != boundary)
        at = &(*at)->next;
    *at = boundary->next;
    boundary->text = NULL;
    boundaries->count--;
}

void smime__boundaries_free(smime__boundaries *boundaries)
{
    free(boundaries->buckets);
    memset(boundaries, 0, sizeof *boundaries);
}
