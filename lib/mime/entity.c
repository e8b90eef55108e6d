/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/entity.h"

#include "base/ascii.h"
#include "mime/words.h"

#include <stdlib.h>
#include <string.h>

/* Encoded words stand in plain parameters against RFC 2047 5, and everywhere. */
static smime_status name_dup(const smime__param *name, char **ret_text)
{
    smime__buf buf = { 0 };
    smime__view text = smime__view_text(name->value);
    smime_status status = name->decoded ? smime__buf_add_view(&buf, text)
                                        : smime__words_decode(&buf, text);

    if (status == SMIME_OK && !(*ret_text = smime__view_dup(smime__buf_view(&buf))))
        status = SMIME_E_NOMEM;
    smime__buf_free(&buf);
    return status;
}

/* Text of a stranger for programs, which are promised UTF-8. */
static smime_status clean_dup(const char *text, char **ret_text)
{
    smime__buf buf = { 0 };
    smime_status status = smime__utf8_clean(&buf, smime__view_text(text));

    if (status == SMIME_OK && !(*ret_text = smime__view_dup(smime__buf_view(&buf))))
        status = SMIME_E_NOMEM;
    smime__buf_free(&buf);
    return status;
}

static smime_status read_disposition(smime_entity *entity, const smime__header *header)
{
    const smime__field *field = smime__header_find(header, "Content-Disposition", NULL);
    const smime__param *name = NULL;
    smime__params params = { 0 };
    smime__buf room = { 0 };
    smime__view text;
    smime_status status = SMIME_OK;

    if (field) {
        status = smime__field_text(&room, field->value, &text);
        if (status == SMIME_OK)
            status = smime__params_parse(&params, text);
        smime__buf_free(&room);
        if (status == SMIME_OK && *params.value)
            status = clean_dup(params.value, &entity->disposition);
        if (status == SMIME_OK)
            name = smime__params_find(&params, "filename");
    }
    if (!name)
        name = smime__params_find(&entity->type, "name");
    if (status == SMIME_OK && name)
        status = name_dup(name, &entity->filename);
    smime__params_free(&params);
    return status;
}

static smime_status add_clean(smime__params *to, const smime__param *param)
{
    smime__buf name = { 0 }, value = { 0 };
    smime_status status;

    /* nearly always both are ASCII */
    if (smime__utf8_valid((const uint8_t *)param->name, strlen(param->name)) &&
        smime__utf8_valid((const uint8_t *)param->value, strlen(param->value)))
        return smime__param_add(to, smime__view_text(param->name),
                                smime__view_text(param->value));
    status = smime__utf8_clean(&name, smime__view_text(param->name));
    if (status == SMIME_OK)
        status = smime__utf8_clean(&value, smime__view_text(param->value));
    if (status == SMIME_OK)
        status = smime__param_add(to, smime__buf_view(&name), smime__buf_view(&value));
    smime__buf_free(&name);
    smime__buf_free(&value);
    return status;
}

static smime_status copy_type(smime__params *to, const smime__params *from)
{
    smime_status status;

    memset(to, 0, sizeof *to);
    status = clean_dup(from->value, &to->value);
    for (size_t i = 0; i < from->count && status == SMIME_OK; i++) {
        if (from->list[i].hidden)
            continue;
        status = add_clean(to, &from->list[i]);
        if (status == SMIME_OK)
            to->list[to->count - 1].decoded = from->list[i].decoded;
    }
    return status;
}

/* The fields move from the scanner's memory to the program's or to a copy: one piece of memory for
 * all of them. */
static smime_status keep_header(smime_entity *entity, const smime__header *header,
                                smime__view whole, size_t *ret_kept)
{
    size_t fields = header->count * sizeof *entity->fields;
    size_t copied = whole.data ? 0 : header->raw.len;
    const uint8_t *to;

    *ret_kept = fields + copied;
    entity->kept = malloc(*ret_kept + 1);
    if (!entity->kept)
        return SMIME_E_NOMEM;
    entity->fields = entity->kept;
    entity->field_count = header->count;
    if (copied)
        memcpy((uint8_t *)entity->kept + fields, header->raw.data, copied);
    to = whole.data ? whole.data + header->offset : (const uint8_t *)entity->kept + fields;
    for (size_t i = 0; i < header->count; i++) {
        smime__field *field = &entity->fields[i];
        *field = header->fields[i];
        field->raw.data = to + (field->raw.data - header->raw.data);
        field->name.data = to + (field->name.data - header->raw.data);
        field->value.data = to + (field->value.data - header->raw.data);
    }
    return SMIME_OK;
}

smime_status smime__entity_new(const smime__part *part, const smime__header *header,
                               smime__view whole, smime_entity **ret_entity, size_t *ret_kept)
{
    smime_entity *entity = calloc(1, sizeof *entity);
    smime_status status;

    if (!entity)
        return SMIME_E_NOMEM;
    entity->place.number = part->place.number;
    if (part->parent)
        entity->place.parent = &((const smime_entity *)part->parent->user)->place;
    memcpy(entity->encoding, part->encoding_name, sizeof entity->encoding);
    entity->coding = part->encoding;
    entity->offset = part->offset;
    entity->body_offset = part->body_offset;
    status = keep_header(entity, header, whole, ret_kept);
    if (status == SMIME_OK)
        status = copy_type(&entity->type, &part->type);
    if (status == SMIME_OK)
        status = read_disposition(entity, header);
    if (status < 0) {
        smime__entity_free(entity);
        return status;
    }
    *ret_entity = entity;
    return SMIME_OK;
}

static void free_one(smime_entity *entity)
{
    free(entity->children);
    free(entity->path);
    free(entity->disposition);
    free(entity->filename);
    free(entity->kept);
    smime__params_free(&entity->type);
    free(entity);
}

/* The depth is as large as the caller lets it be: no recursion. */
void smime__entity_free(smime_entity *entity)
{
    smime_entity *at = entity;

    while (at) {
        smime_entity *next;
        if (at->count) {
            at = at->children[--at->count];
            continue;
        }
        next = at == entity ? NULL : at->parent;
        free_one(at);
        at = next;
    }
}

smime_status smime__entity_add_child(smime_entity *parent, smime_entity *child)
{
    smime_status status = smime__grow((void **)&parent->children, parent->count, &parent->room,
                                      sizeof *parent->children);
    if (status < 0)
        return status;
    parent->children[parent->count++] = child;
    child->parent = parent;
    return SMIME_OK;
}

/* A number of a path and the dot behind it; 0 when there is none. */
static size_t read_number(const char **text)
{
    size_t number = 0;

    if (**text == '0')
        return 0;
    while (smime__ascii_is_digit(**text) && number < UINT32_MAX)
        number = number * 10 + (size_t)(*(*text)++ - '0');
    if (**text == '.' && (*text)[1])
        ++*text;
    else if (**text)
        return 0;
    return number;
}

const smime_entity *smime__entity_find(const smime_entity *root, const char *path)
{
    const smime_entity *at = read_number(&path) == 1 ? root : NULL;

    while (at && *path) {
        size_t number = read_number(&path);
        at = number && number <= at->count ? at->children[number - 1] : NULL;
    }
    return at;
}
