/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The header fields of an entity: as they stand, and as what they say. */
#include "mime/addresses.h"
#include "mime/date.h"
#include "mime/entity.h"
#include "mime/words.h"

#include "base/ascii.h"

#include <string.h>

static const smime__field *field_at(const smime_entity *entity, size_t index)
{
    return entity && index < entity->field_count ? &entity->fields[index] : NULL;
}

static const uint8_t *give(const smime__field *field, smime__view view, size_t *ret_len)
{
    if (ret_len)
        *ret_len = field ? view.len : 0;
    return field ? view.data : NULL;
}

size_t smime_entity_field_count(const smime_entity *entity)
{
    return entity ? entity->field_count : 0;
}

const uint8_t *smime_entity_field_name(const smime_entity *entity, size_t index, size_t *ret_len)
{
    const smime__field *field = field_at(entity, index);

    return give(field, field ? field->name : smime__view_of(NULL, 0), ret_len);
}

const uint8_t *smime_entity_field_value(const smime_entity *entity, size_t index, size_t *ret_len)
{
    const smime__field *field = field_at(entity, index);

    return give(field, field ? field->value : smime__view_of(NULL, 0), ret_len);
}

const uint8_t *smime_entity_field_raw(const smime_entity *entity, size_t index, size_t *ret_len)
{
    const smime__field *field = field_at(entity, index);

    return give(field, field ? field->raw : smime__view_of(NULL, 0), ret_len);
}

uint64_t smime_entity_field_offset(const smime_entity *entity, size_t index)
{
    const smime__field *field = field_at(entity, index);

    return field ? field->offset : 0;
}

static smime_status dup_out(smime_status status, smime__buf *text, char **ret_text)
{
    if (status == SMIME_OK && !(*ret_text = smime__view_dup(smime__buf_view(text))))
        status = SMIME_E_NOMEM;
    smime__buf_free(text);
    return status;
}

smime_status smime_entity_field_text(const smime_entity *entity, size_t index, char **ret_text)
{
    const smime__field *field = field_at(entity, index);
    smime__buf room = { 0 }, decoded = { 0 };
    smime__view text;
    smime_status status;

    if (!entity || !ret_text)
        return SMIME_E_INVALID_ARG;
    if (!field)
        return SMIME_E_NOT_FOUND;
    status = smime__field_text(&room, field->value, &text);
    if (status == SMIME_OK)
        status = smime__words_decode(&decoded, text);
    smime__buf_free(&room);
    return dup_out(status, &decoded, ret_text);
}

smime_status smime_entity_find_field(const smime_entity *entity, const char *name, size_t from,
                                     size_t *ret_index)
{
    if (!entity || !name || !ret_index)
        return SMIME_E_INVALID_ARG;
    for (size_t i = from; i < entity->field_count; i++)
        if (smime__view_is(entity->fields[i].name, name)) {
            *ret_index = i;
            return SMIME_OK;
        }
    return SMIME_E_NOT_FOUND;
}

smime_status smime_entity_date(const smime_entity *entity, const char *name, int64_t *ret_seconds)
{
    smime__buf room = { 0 };
    smime__view text;
    size_t index;
    smime_status status;

    if (!ret_seconds)
        return SMIME_E_INVALID_ARG;
    status = smime_entity_find_field(entity, name, 0, &index);
    if (status == SMIME_OK)
        status = smime__field_text(&room, entity->fields[index].value, &text);
    if (status == SMIME_OK && !smime__date_parse(text, ret_seconds))
        status = SMIME_E_MIME_SYNTAX;
    smime__buf_free(&room);
    return status;
}

smime_status smime_entity_addresses(const smime_entity *entity, const char *name,
                                    smime_addresses **ret_addresses)
{
    smime_addresses *made;
    size_t index = 0;
    smime_status status;

    if (!ret_addresses)
        return SMIME_E_INVALID_ARG;
    status = smime_entity_find_field(entity, name, 0, &index);
    if (status < 0)
        return status;
    status = smime__addresses_new(&made);
    if (status < 0)
        return status;
    do {
        status = smime__addresses_add(made, entity->fields[index].value);
    } while (status == SMIME_OK &&
             smime_entity_find_field(entity, name, index + 1, &index) == SMIME_OK);
    if (status == SMIME_OK)
        *ret_addresses = made;
    else
        smime_addresses_unref(made);
    return status;
}

/* Number @p index of what stands between angle brackets; blanks in it are of old writers and no
 * content. In quotes and comments nothing is looked for. */
static int find_id(smime__view text, size_t index, smime__view *ret_id)
{
    const uint8_t *at = text.data, *end = text.len ? text.data + text.len : NULL;
    const uint8_t *begin = NULL;
    int quoted = 0, depth = 0;

    for (; at < end; at++) {
        if ((quoted || depth) && *at == '\\') {
            at++;
        } else if (*at == '"' && !depth) {
            quoted = !quoted;
        } else if (*at == '(' && !quoted && !begin) {
            depth++;
        } else if (*at == ')' && depth) {
            depth--;
        } else if (*at == '<' && !quoted && !depth) {
            begin = at + 1;
        } else if (*at == '>' && begin && !quoted) {
            *ret_id = smime__view_of(begin, (size_t)(at - begin));
            begin = NULL;
            if (!index--)
                return 1;
        }
    }
    return 0;
}

smime_status smime_entity_message_id(const smime_entity *entity, const char *name, size_t index,
                                     char **ret_id)
{
    smime__buf room = { 0 }, id = { 0 };
    smime__view text, found;
    size_t at;
    smime_status status;

    if (!ret_id)
        return SMIME_E_INVALID_ARG;
    status = smime_entity_find_field(entity, name, 0, &at);
    if (status == SMIME_OK)
        status = smime__field_text(&room, entity->fields[at].value, &text);
    if (status == SMIME_OK && !find_id(text, index, &found))
        status = SMIME_E_NOT_FOUND;
    if (status == SMIME_OK) {
        while (found.len && smime__ascii_is_blank(found.data[0]))
            found = smime__view_of(found.data + 1, found.len - 1);
        while (found.len && smime__ascii_is_blank(found.data[found.len - 1]))
            found.len--;
        status = smime__utf8_clean(&id, found);
    }
    smime__buf_free(&room);
    return dup_out(status, &id, ret_id);
}
