/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_parser: the scanner's events made a tree, and one part made output. */
#include "base/job.h"
#include "mime/decode.h"
#include "mime/entity.h"

#include <stdlib.h>
#include <string.h>

typedef struct counter {
    smime__stage stage;
    uint64_t bytes;
} counter;

struct smime_parser {
    smime__job job;
    smime__stage head;
    smime__scan *scan;
    smime_entity *root;
    char *selected;
    int form;
    int found;               /* the selected part was there */
    smime__part *selected_part; /* while it is open */
    uint64_t leaf_offset;
    smime__stage *decoder;   /* of the leaf being read */
    counter decoded;         /* end of its decoder */
};

static int is_selected(const smime_parser *parser, const smime__part *part)
{
    for (; part && parser->selected_part; part = part->parent)
        if (part == parser->selected_part)
            return 1;
    return 0;
}

static smime_status counter_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    ((counter *)stage)->bytes += len;
    return smime__stage_write(stage->next, data, len);
}

static smime_status counter_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

/* Raw output: everything between the header and the end of the selected part. */
static smime_status raw_out(smime_parser *parser, const smime__part *part, const uint8_t *data,
                            size_t len)
{
    if (!is_selected(parser, part))
        return SMIME_OK;
    if (parser->form == SMIME_PART_DECODED && parser->selected_part->kind == SMIME__LEAF)
        return SMIME_OK;
    return smime__stage_write(&parser->job.tail, data, len);
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime_parser *parser = user;
    smime_entity *entity;
    smime_status status = smime__entity_new(part, header, &entity);

    if (status < 0)
        return status;
    if (part->parent) {
        status = smime__entity_add_child(part->parent->user, entity);
        if (status < 0) {
            smime__entity_free(entity);
            return status;
        }
    } else {
        parser->root = entity;
    }
    part->user = entity;
    status = raw_out(parser, part, header->raw.data, header->raw.len);
    if (parser->selected && !strcmp(parser->selected, entity->path)) {
        parser->selected_part = part;
        parser->found = 1;
    }
    if (part->kind != SMIME__LEAF || status < 0)
        return status;
    parser->leaf_offset = part->body_offset;
    parser->decoded.bytes = 0;
    parser->decoded.stage.next =
        parser->selected_part == part && parser->form == SMIME_PART_DECODED ? &parser->job.tail
                                                                           : smime__stage_null();
    return smime__decode_new(part->encoding, &parser->decoded.stage, &parser->decoder);
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime_parser *parser = user;
    smime_status status = raw_out(parser, part, data, len);

    if (status < 0)
        return status;
    return smime__stage_write(parser->decoder ? parser->decoder : &parser->decoded.stage, data,
                              len);
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    return raw_out(user, part, data, len);
}

static smime_status on_end(void *user, smime__part *part)
{
    smime_parser *parser = user;
    smime_entity *entity = part->user;
    smime_status status = SMIME_OK;

    entity->length = part->length;
    if (part->kind == SMIME__LEAF) {
        if (parser->decoder) {
            status = smime__stage_finish(parser->decoder);
            if (status == SMIME_OK)
                status = smime__decode_defects(part->encoding, parser->decoder,
                                               part->body_offset,
                                               smime__scan_defects(parser->scan));
            smime__stage_free(parser->decoder);
            parser->decoder = NULL;
        }
        entity->decoded_length = parser->decoded.bytes;
    }
    if (parser->selected_part == part)
        parser->selected_part = NULL;
    return status;
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end };

static smime_parser *parser_of(smime__stage *head)
{
    return (smime_parser *)((char *)head - offsetof(smime_parser, head));
}

static smime_status head_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__scan_write(parser_of(stage)->scan, data, len);
}

static smime_status head_finish(smime__stage *stage)
{
    smime_parser *parser = parser_of(stage);

    if (!smime__scan_position(parser->scan))
        return smime__fail(&parser->job.error, SMIME_E_MIME_SYNTAX, "the message is empty");
    return smime__scan_finish(parser->scan);
}

static smime_status start(void *owner)
{
    smime_parser *parser = owner;

    parser->job.head = &parser->head;
    return smime__scan_new(&handler, parser, 0, &parser->job.settings.limits, &parser->job.error,
                           &parser->scan);
}

static smime_status complete(void *owner)
{
    smime_parser *parser = owner;

    if (parser->selected && !parser->found)
        return smime__fail(&parser->job.error, SMIME_E_NOT_FOUND, "there is no part %.60s",
                           parser->selected);
    return SMIME_OK;
}

static const smime__job_kind kind = { start, complete };

smime_status smime_parser_new(const smime_policy *policy, smime_parser **ret_parser)
{
    smime_parser *parser;
    smime_status status;

    if (!ret_parser)
        return SMIME_E_INVALID_ARG;
    parser = calloc(1, sizeof *parser);
    if (!parser)
        return SMIME_E_NOMEM;
    parser->head.write = head_write;
    parser->head.finish = head_finish;
    parser->decoded.stage.write = counter_write;
    parser->decoded.stage.finish = counter_finish;
    status = smime__job_init(&parser->job, &kind, parser, policy);
    if (status < 0) {
        smime_parser_free(parser);
        return status;
    }
    *ret_parser = parser;
    return SMIME_OK;
}

void smime_parser_free(smime_parser *parser)
{
    if (!parser)
        return;
    smime__stage_free(parser->decoder);
    smime__scan_free(parser->scan);
    smime__entity_free(parser->root);
    free(parser->selected);
    smime__job_free(&parser->job);
    free(parser);
}

smime_status smime_parser_select(smime_parser *parser, const char *path, int32_t form)
{
    smime_status status;
    char *copy;

    if (!parser || !path || !*path || (form != SMIME_PART_RAW && form != SMIME_PART_DECODED))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&parser->job);
    if (status < 0)
        return status;
    copy = strdup(path);
    if (!copy)
        return SMIME_E_NOMEM;
    free(parser->selected);
    parser->selected = copy;
    parser->form = form;
    return SMIME_OK;
}

smime_status smime_parser_set_sink(smime_parser *parser, smime_write_function write,
                                   void *user_data, void (*destroy)(void *user_data))
{
    if (!parser) {
        if (destroy)
            destroy(user_data);
        return SMIME_E_INVALID_ARG;
    }
    return smime__job_set_sink(&parser->job, write, NULL, user_data, destroy);
}

smime_status smime_parser_write(smime_parser *parser, const void *data, size_t len,
                                size_t *ret_taken)
{
    return parser ? smime__job_write(&parser->job, data, len, ret_taken) : SMIME_E_INVALID_ARG;
}

smime_status smime_parser_read(smime_parser *parser, void *buffer, size_t size, size_t *ret_got)
{
    return parser ? smime__job_read(&parser->job, buffer, size, ret_got) : SMIME_E_INVALID_ARG;
}

smime_status smime_parser_finish(smime_parser *parser)
{
    return parser ? smime__job_finish(&parser->job) : SMIME_E_INVALID_ARG;
}

const char *smime_parser_error_text(const smime_parser *parser)
{
    return parser ? smime__error_sentence(&parser->job.error) : "";
}

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
