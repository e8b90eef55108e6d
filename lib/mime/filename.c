/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A name that is safe to save under, made of one that anybody wrote. */
#include "base/ascii.h"
#include "mime/entity.h"

#include <string.h>

#define NAME_MAX_BYTES 200 /* file systems stop at 255, and the program may add to it */

/* Characters of two and more bytes that no name shows: other controls, marks that turn the
 * direction of text (a name could seem to end in ".txt"), and line ends of Unicode. */
static int is_hidden(const uint8_t *at, size_t len)
{
    if (len == 2)
        return (at[0] == 0xc2 && at[1] < 0xa0) || (at[0] == 0xd8 && at[1] == 0x9c); /* C1, ALM */
    if (len == 3 && at[0] == 0xe2 && at[1] == 0x80)
        return (at[2] >= 0x8b && at[2] <= 0x8f) || (at[2] >= 0xa8 && at[2] <= 0xae);
    if (len == 3 && at[0] == 0xe2 && at[1] == 0x81)
        return at[2] >= 0xa0 && at[2] <= 0xaf;
    return len == 3 && !memcmp(at, "\xef\xbb\xbf", 3);
}

/* What some file system or shell takes for more than a letter. */
static int is_refused(uint8_t c)
{
    return c < 32 || c == 127 || strchr("\"*:<>?|", c) != NULL;
}

static smime__view last_component(const char *name)
{
    smime__view text = smime__view_text(name);

    for (size_t i = text.len; i > 0; i--)
        if (name[i - 1] == '/' || name[i - 1] == '\\')
            return smime__view_of(name + i, text.len - i);
    return text;
}

/* Names of devices, with any ending. */
static int is_device(smime__view name)
{
    static const char *const devices[] = { "con", "prn", "aux", "nul" };
    static const char *const numbered[] = { "com", "lpt" };
    const uint8_t *dot = name.len ? memchr(name.data, '.', name.len) : NULL;
    smime__view stem = dot ? smime__view_of(name.data, (size_t)(dot - name.data)) : name;

    while (stem.len && stem.data[stem.len - 1] == ' ')
        stem.len--;
    if (stem.len == 4 && smime__ascii_is_digit(stem.data[3])) {
        stem.len = 3;
        for (size_t i = 0; i < sizeof numbered / sizeof numbered[0]; i++)
            if (smime__view_is(stem, numbered[i]))
                return 1;
        return 0;
    }
    for (size_t i = 0; i < sizeof devices / sizeof devices[0]; i++)
        if (smime__view_is(stem, devices[i]))
            return 1;
    return 0;
}

static smime_status add_safe(smime__buf *to, smime__view name)
{
    smime_status status = SMIME_OK;

    for (size_t at = 0; at < name.len && status == SMIME_OK;) {
        size_t len = smime__utf8_length(name.data + at, name.len - at);
        if (to->len + len > NAME_MAX_BYTES)
            break;
        if (!len || (len == 1 && is_refused(name.data[at])))
            status = smime__buf_add_byte(to, '_');
        else if (len == 1 || !is_hidden(name.data + at, len))
            status = smime__buf_add(to, name.data + at, len);
        at += len ? len : 1;
    }
    return status;
}

smime_status smime_entity_safe_filename(const smime_entity *entity, char **ret_name)
{
    smime__buf name = { 0 };
    smime__view safe;
    smime_status status = SMIME_OK;

    if (!entity || !ret_name)
        return SMIME_E_INVALID_ARG;
    if (entity->filename)
        status = add_safe(&name, last_component(entity->filename));
    safe = smime__buf_view(&name);
    /* a dot in front hides it, a dot or blank behind it is lost in some file systems */
    while (safe.len && (safe.data[0] == '.' || safe.data[0] == ' '))
        safe = smime__view_of(safe.data + 1, safe.len - 1);
    while (safe.len && (safe.data[safe.len - 1] == '.' || safe.data[safe.len - 1] == ' '))
        safe.len--;
    if (status == SMIME_OK && (!safe.len || is_device(safe))) {
        smime__buf_clear(&name);
        status = smime__buf_add_text(&name, "part-");
        if (status == SMIME_OK)
            status = smime__buf_add_text(&name, smime_entity_path(entity));
        safe = smime__buf_view(&name);
        if (safe.len > NAME_MAX_BYTES)
            safe.len = NAME_MAX_BYTES;
    }
    if (status == SMIME_OK && !(*ret_name = smime__view_dup(safe)))
        status = SMIME_E_NOMEM;
    smime__buf_free(&name);
    return status;
}
