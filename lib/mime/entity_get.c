/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program reads from an entity. */
#include "mime/entity.h"

#include <stdatomic.h>
#include <stdlib.h>

/* Made when it is asked for. Two threads may do that at once: the first to be ready counts. */
const char *smime_entity_path(const smime_entity *entity)
{
    smime_entity *of = (smime_entity *)entity;
    char *path = of ? atomic_load(&of->path) : NULL;
    char *none = NULL;

    if (!of || path)
        return path ? path : "";
    path = smime__place_path(&of->place);
    if (!path)
        return "";
    if (atomic_compare_exchange_strong(&of->path, &none, path))
        return path;
    free(path);
    return none;
}

const char *smime_entity_type(const smime_entity *entity)
{
    return entity ? entity->type.value : "";
}

const char *smime_entity_disposition(const smime_entity *entity)
{
    return entity ? entity->disposition : NULL;
}

const char *smime_entity_filename(const smime_entity *entity)
{
    return entity ? entity->filename : NULL;
}

const char *smime_entity_encoding(const smime_entity *entity)
{
    return entity ? entity->encoding : "";
}

uint64_t smime_entity_offset(const smime_entity *entity)
{
    return entity ? entity->offset : 0;
}

uint64_t smime_entity_body_offset(const smime_entity *entity)
{
    return entity ? entity->body_offset : 0;
}

uint64_t smime_entity_length(const smime_entity *entity)
{
    return entity ? entity->length : 0;
}

uint64_t smime_entity_decoded_length(const smime_entity *entity)
{
    return entity ? entity->decoded_length : 0;
}

size_t smime_entity_parameter_count(const smime_entity *entity)
{
    return entity ? entity->type.count : 0;
}

smime_status smime_entity_parameter(const smime_entity *entity, size_t index,
                                    const char **ret_name, const char **ret_value)
{
    if (!entity || !ret_name || !ret_value)
        return SMIME_E_INVALID_ARG;
    if (index >= entity->type.count)
        return SMIME_E_NOT_FOUND;
    *ret_name = entity->type.list[index].name;
    *ret_value = entity->type.list[index].value;
    return SMIME_OK;
}

size_t smime_entity_child_count(const smime_entity *entity)
{
    return entity ? entity->count : 0;
}

const smime_entity *smime_entity_child(const smime_entity *entity, size_t index)
{
    return entity && index < entity->count ? entity->children[index] : NULL;
}

const char *smime_entity_type_parameter(const smime_entity *entity, const char *name)
{
    for (size_t i = 0; entity && name && i < entity->type.count; i++)
        if (smime__view_is(smime__view_text(name), entity->type.list[i].name))
            return entity->type.list[i].value;
    return NULL;
}

uint32_t smime_entity_hazards(const smime_entity *entity)
{
    return entity ? entity->hazards : 0;
}
