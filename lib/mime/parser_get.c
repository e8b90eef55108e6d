/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What a program reads from a parser. */
#include "mime/parser.h"

#include <stdlib.h>

const smime_entity *smime_parser_root(const smime_parser *parser)
{
    return parser ? parser->root : NULL;
}

const smime_entity *smime_parser_entity(const smime_parser *parser, const char *path)
{
    return parser && path ? smime__entity_find(parser->root, path) : NULL;
}

static const smime__defects *defects_of(const smime_parser *parser)
{
    return parser && parser->scan ? smime__scan_defects(parser->scan) : NULL;
}

size_t smime_parser_defect_count(const smime_parser *parser)
{
    const smime__defects *defects = defects_of(parser);

    return defects ? defects->count : 0;
}

smime_status smime_parser_defect(const smime_parser *parser, size_t index,
                                 const char **ret_code, int32_t *ret_class, uint64_t *ret_offset,
                                 const char **ret_text)
{
    const smime__defects *defects = defects_of(parser);
    const smime__defect *defect;

    if (!parser)
        return SMIME_E_INVALID_ARG;
    if (!defects || index >= defects->count)
        return SMIME_E_NOT_FOUND;
    defect = &defects->list[index];
    if (ret_code)
        *ret_code = defect->code;
    if (ret_class)
        *ret_class = defect->kind;
    if (ret_offset)
        *ret_offset = defect->offset;
    if (ret_text)
        *ret_text = defect->text;
    return SMIME_OK;
}

/* The body as it comes through its decoder, in @p to. */
static smime_status decode_body(const smime_entity *entity, smime__view body, int32_t form,
                                smime__buf *to)
{
    smime__gather end = smime__gather_in(to);
    smime__leaf leaf = { 0 };
    smime_status status;

    status = smime__leaf_open(&leaf, entity->coding, &entity->type, form, &end.stage);
    if (status == SMIME_OK)
        status = smime__stage_write(leaf.first, body.data, body.len);
    if (status == SMIME_OK)
        status = smime__stage_finish(leaf.first);
    smime__leaf_close(&leaf);
    return status;
}

smime_status smime_parser_body(const smime_parser *parser, const smime_entity *entity,
                               int32_t form, uint8_t **ret_data, size_t *ret_len)
{
    smime__buf bytes = { 0 };
    smime__view body;
    smime_status status;

    if (!parser || !entity || form < SMIME_PART_RAW || form > SMIME_PART_SHOWN || !ret_data ||
        !ret_len)
        return SMIME_E_INVALID_ARG;
    if (!parser->whole.data)
        return SMIME_E_STATE;
    if (entity->body_offset > parser->whole.len ||
        entity->length > parser->whole.len - entity->offset ||
        entity->body_offset - entity->offset > entity->length)
        return SMIME_E_INVALID_ARG; /* of another parser, or not complete */
    body = smime__view_of(parser->whole.data + entity->body_offset,
                          (size_t)(entity->offset + entity->length - entity->body_offset));
    status = form == SMIME_PART_RAW || entity->count
                 ? smime__buf_add_view(&bytes, body)
                 : decode_body(entity, body, form, &bytes);
    if (status == SMIME_OK && !smime__buf_text(&bytes))
        status = SMIME_E_NOMEM;
    if (status < 0) {
        smime__buf_free(&bytes);
        return status;
    }
    *ret_data = bytes.data;
    *ret_len = bytes.len;
    return SMIME_OK;
}
