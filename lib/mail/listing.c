/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail/listing.h"

#include "base/ascii.h"
#include "cms/decoder.h"

#include <stdlib.h>
#include <string.h>

#define LISTED_MAX 1000

int smime__part_is_pkcs7(const smime__part *part, const char *subtype)
{
    const char *type = part->type.value;

    if (strncmp(type, "application/", 12) != 0)
        return 0;
    type += 12;
    if (!strncmp(type, "x-", 2))
        type += 2;
    return !strcmp(type, subtype);
}

static smime__view parameter(const smime__part *part, const char *name)
{
    return smime__view_text(smime__params_get(&part->type, name));
}

int smime__part_is_signed(const smime__part *part)
{
    smime__view protocol = parameter(part, "protocol");

    return part->kind == SMIME__MULTIPART && !strcmp(part->type.value, "multipart/signed") &&
           (smime__view_is(protocol, "application/pkcs7-signature") ||
            smime__view_is(protocol, "application/x-pkcs7-signature"));
}

/* "smime.p7m"; not .p7s, which has no content of its own. */
static int has_suffix(const char *name)
{
    static const char *const suffixes[] = { ".p7m", ".p7c", ".p7z" };
    size_t len = name ? strlen(name) : 0;

    for (size_t i = 0; len > 4 && i < sizeof suffixes / sizeof suffixes[0]; i++)
        if (smime__ascii_equal(name + len - 4, 4, suffixes[i], 4))
            return 1;
    return 0;
}

/* RFC 8551 3.10: servers that know no better make a file of it, and its name is all that is left. */
static int is_file_object(const smime__part *part, const smime__header *header)
{
    const smime__field *field = header ? smime__header_find(header, "Content-Disposition", NULL)
                                       : NULL;
    smime__params disposition = { 0 };
    smime__buf room = { 0 };
    smime__view text;
    int found = has_suffix(smime__params_get(&part->type, "name"));

    if (strcmp(part->type.value, "application/octet-stream") != 0)
        return 0;
    if (!found && field && smime__field_text(&room, field->value, &text) == SMIME_OK &&
        smime__params_parse(&disposition, text) == SMIME_OK)
        found = has_suffix(smime__params_get(&disposition, "filename"));
    smime__params_free(&disposition);
    smime__buf_free(&room);
    return found;
}

int smime__part_is_object(const smime__part *part, const smime__header *header)
{
    return part->kind == SMIME__LEAF &&
           (smime__part_is_pkcs7(part, "pkcs7-mime") || is_file_object(part, header));
}

int smime__part_layer(const smime__part *part, const smime__header *header)
{
    smime__view kind = parameter(part, "smime-type");

    if (smime__part_is_signed(part))
        return SMIME__LAYER_SIGNED;
    if (!smime__part_is_object(part, header) || smime__view_is(kind, "certs-only"))
        return 0;
    if (smime__view_is(kind, "signed-data") || smime__view_is(kind, "signed-receipt"))
        return SMIME__LAYER_SIGNED;
    if (smime__view_is(kind, "authEnveloped-data"))
        return SMIME__LAYER_AUTH_ENVELOPED;
    if (smime__view_is(kind, "compressed-data"))
        return SMIME__LAYER_COMPRESSED;
    return SMIME__LAYER_ENVELOPED;
}

smime_status smime__listing_put(smime__listing *listing, const char *path, const char *type,
                                int errant)
{
    smime__listed *made;
    smime_status status;

    if (!errant && listing->plain == LISTED_MAX)
        return SMIME_OK;
    status = smime__grow((void **)&listing->list, listing->count, &listing->room,
                         sizeof *listing->list);
    if (status < 0)
        return status;
    made = &listing->list[listing->count];
    made->path = strdup(path);
    made->type = strdup(type);
    made->errant = errant;
    listing->count++;
    listing->plain += !errant;
    return made->path && made->type ? SMIME_OK : SMIME_E_NOMEM;
}

smime_status smime__listing_add(smime__listing *listing, const smime__part *part, int errant)
{
    char *path;
    smime_status status;

    if (!errant && listing->plain == LISTED_MAX)
        return SMIME_OK;
    path = smime__place_path(&part->place);
    status = path ? smime__listing_put(listing, path, part->type.value, errant) : SMIME_E_NOMEM;
    free(path);
    return status;
}

void smime__listing_clear(smime__listing *listing)
{
    for (size_t i = 0; i < listing->count; i++) {
        free(listing->list[i].path);
        free(listing->list[i].type);
    }
    free(listing->list);
    memset(listing, 0, sizeof *listing);
}
