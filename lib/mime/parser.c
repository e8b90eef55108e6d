/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime_parser: the scanner's events made a tree or told to the program, and bodies handed out. */
#include "mime/parser.h"

#include "mime/decode.h"

#include <stdlib.h>
#include <string.h>

static int is_selected(const smime_parser *parser, const smime__part *part)
{
    for (; part && parser->selected_part; part = part->parent)
        if (part == parser->selected_part)
            return 1;
    return 0;
}

/* Raw output: everything between the header and the end of the selected part. */
static smime_status raw_out(smime_parser *parser, const smime__part *part, const uint8_t *data,
                            size_t len)
{
    if (!is_selected(parser, part))
        return SMIME_OK;
    if (parser->form != SMIME_PART_RAW && parser->selected_part->kind == SMIME__LEAF)
        return SMIME_OK;
    return smime__stage_write(&parser->job.tail, data, len);
}

/* An entity becomes part of the tree, or lives until its end. */
static smime_status keep_entity(smime_parser *parser, smime__part *part, smime_entity *entity,
                                size_t bytes)
{
    smime_status status = SMIME_OK;

    if (!parser->events || parser->events->keep == SMIME_KEEP_TREE) {
        parser->kept += bytes;
        status = smime__limit_check(&parser->job.settings.limits, SMIME_LIMIT_TREE_BYTES,
                                    parser->kept, &parser->job.error);
        if (status == SMIME_OK && part->parent)
            status = smime__entity_add_child(part->parent->user, entity);
        if (status < 0) {
            smime__entity_free(entity);
            return status;
        }
        if (!part->parent)
            parser->root = entity;
    }
    part->user = entity;
    return status;
}

static smime_status told(smime_parser *parser, smime_status status)
{
    return status < 0 ? smime__fail(&parser->job.error, status, "a callback returned %s",
                                    smime_status_name(status))
                      : SMIME_OK;
}

/* Where the body of this leaf goes, and in which form. */
static smime_status open_leaf(smime_parser *parser, smime__part *part, smime_entity *entity)
{
    smime__stage *target = smime__stage_null();
    int wanted = 0;

    if (parser->events && parser->events->body) {
        target = &parser->event_out;
        parser->event_of = entity;
        wanted = 1;
    } else if (parser->selected_part == part && parser->form != SMIME_PART_RAW) {
        target = &parser->job.tail;
        wanted = 1;
    }
    memset(&parser->hazards, 0, sizeof parser->hazards);
    if (!wanted && parser->shallow)
        return SMIME_OK;
    return smime__leaf_open(&parser->leaf, part->encoding, &entity->type,
                            wanted ? parser->form : SMIME_PART_DECODED, target);
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    smime_parser *parser = user;
    smime_entity *entity;
    size_t bytes;
    smime_status status = smime__entity_new(part, header, parser->whole, &entity, &bytes);

    if (status == SMIME_OK)
        status = keep_entity(parser, part, entity, bytes);
    if (status < 0)
        return status;
    if (parser->seek_hazards && smime__has_8bit(header->raw))
        entity->hazards = SMIME_HAZARD_HEADER_8BIT;
    status = raw_out(parser, part, header->raw.data, header->raw.len);
    if (parser->selected && smime__place_is(&part->place, parser->selected)) {
        parser->selected_part = part;
        parser->found = 1;
    }
    if (status == SMIME_OK && parser->events && parser->events->begin)
        status = told(parser, parser->events->begin(entity, parser->events->user_data));
    if (status == SMIME_OK && part->kind == SMIME__LEAF)
        status = open_leaf(parser, part, entity);
    return status;
}

static smime_status event_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime_parser *parser = (smime_parser *)((char *)stage - offsetof(smime_parser, event_out));

    return told(parser, parser->events->body(parser->event_of, data, len,
                                             parser->events->user_data));
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime_parser *parser = user;
    smime_status status = raw_out(parser, part, data, len);

    if (parser->seek_hazards)
        smime__hazards_add(&parser->hazards, data, len);
    return status == SMIME_OK && parser->leaf.first
               ? smime__stage_write(parser->leaf.first, data, len)
               : status;
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    smime_parser *parser = user;

    if (parser->seek_hazards) {
        smime__hazards_add(&parser->frames, data, len);
        /* blanks behind a delimiter are padding, RFC 2046 5.1.1 */
        ((smime_entity *)part->user)->hazards |=
            parser->frames.found & ~(uint32_t)SMIME_HAZARD_TRAILING_BLANK;
        parser->frames.found = 0;
    }
    return raw_out(parser, part, data, len);
}

static smime_status close_leaf(smime_parser *parser, const smime__part *part,
                               smime_entity *entity)
{
    smime__leaf *leaf = &parser->leaf;
    smime_status status;

    if (!leaf->first)
        return SMIME_OK;
    status = smime__stage_finish(leaf->first);
    if (status == SMIME_OK)
        status = smime__decode_defects(part->encoding, leaf->decoder, part->body_offset,
                                       smime__scan_defects(parser->scan));
    entity->decoded_length = leaf->decoded;
    smime__leaf_close(leaf);
    return status;
}

static smime_status on_end(void *user, smime__part *part)
{
    smime_parser *parser = user;
    smime_entity *entity = part->user;
    smime_status status = SMIME_OK;

    entity->length = part->length;
    if (part->kind == SMIME__LEAF && parser->seek_hazards) {
        smime__hazards_end(&parser->hazards);
        entity->hazards |= parser->hazards.found;
    }
    if (part->parent)
        ((smime_entity *)part->parent->user)->hazards |= entity->hazards;
    if (part->kind == SMIME__LEAF)
        status = close_leaf(parser, part, entity);
    if (parser->selected_part == part)
        parser->selected_part = NULL;
    if (status == SMIME_OK && parser->events && parser->events->end)
        status = told(parser, parser->events->end(entity, parser->events->user_data));
    if (parser->events && parser->events->keep == SMIME_KEEP_NOTHING) {
        smime__entity_free(entity);
        part->user = NULL;
    }
    return status;
}

/* A failure leaves parts open, whose entities belong to no tree. */
static void drop_part(void *user, smime__part *part)
{
    smime_parser *parser = user;

    if (parser->events && parser->events->keep == SMIME_KEEP_NOTHING)
        smime__entity_free(part->user);
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end, drop_part };

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
    parser->event_out.write = event_write;
    status = smime__job_init(&parser->job, &kind, parser, policy);
    if (status < 0) {
        smime_parser_free(parser);
        return status;
    }
    *ret_parser = parser;
    return SMIME_OK;
}

static void free_events(smime__events *events)
{
    if (events && events->destroy)
        events->destroy(events->user_data);
    free(events);
}

void smime_parser_free(smime_parser *parser)
{
    if (!parser)
        return;
    smime__leaf_close(&parser->leaf);
    smime__scan_free(parser->scan);
    smime__entity_free(parser->root);
    free_events(parser->events);
    free(parser->selected);
    smime__job_free(&parser->job);
    free(parser);
}

static int is_form(int32_t form)
{
    return form >= SMIME_PART_RAW && form <= SMIME_PART_SHOWN;
}

smime_status smime_parser_select(smime_parser *parser, const char *path, int32_t form)
{
    smime_status status;
    char *copy;

    if (!parser || !path || !*path || !is_form(form))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&parser->job);
    if (status == SMIME_OK && parser->events)
        status = SMIME_E_STATE;
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

static smime_status set_events(smime_parser *parser, const smime__events *events, int32_t form)
{
    smime__events *copy;
    smime_status status;

    if (!parser || !is_form(form) ||
        (events->keep != SMIME_KEEP_TREE && events->keep != SMIME_KEEP_NOTHING))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&parser->job);
    if (status == SMIME_OK && (parser->selected || parser->events))
        status = SMIME_E_STATE;
    if (status < 0)
        return status;
    copy = malloc(sizeof *copy);
    if (!copy)
        return SMIME_E_NOMEM;
    *copy = *events;
    parser->events = copy;
    parser->form = form;
    return SMIME_OK;
}

smime_status smime_parser_set_events(smime_parser *parser, smime_entity_function begin,
                                     smime_body_function body, smime_entity_function end,
                                     int32_t form, int32_t keep, void *user_data,
                                     void (*destroy)(void *user_data))
{
    const smime__events events = { begin, body, end, keep, user_data, destroy };
    smime_status status = set_events(parser, &events, form);

    if (status < 0 && destroy)
        destroy(user_data);
    return status;
}

static smime_status set_switch(smime_parser *parser, int *to, int32_t value)
{
    smime_status status = smime__job_may_configure(&parser->job);

    if (value != 0 && value != 1)
        return SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        *to = value;
    return status;
}

smime_status smime_parser_set_shallow(smime_parser *parser, int32_t shallow)
{
    return parser ? set_switch(parser, &parser->shallow, shallow) : SMIME_E_INVALID_ARG;
}

smime_status smime_parser_set_hazards(smime_parser *parser, int32_t hazards)
{
    return parser ? set_switch(parser, &parser->seek_hazards, hazards) : SMIME_E_INVALID_ARG;
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

smime_status smime_parser_buffer(smime_parser *parser, const void *data, size_t len)
{
    size_t taken;
    smime_status status;

    if (!parser || (len && !data))
        return SMIME_E_INVALID_ARG;
    status = smime__job_may_configure(&parser->job);
    if (status == SMIME_OK && parser->selected)
        status = SMIME_E_STATE;
    if (status < 0)
        return status;
    parser->whole = smime__view_of(len ? data : "", len);
    status = smime__job_write(&parser->job, data, len, &taken);
    return status == SMIME_OK ? smime__job_finish(&parser->job) : status;
}

const char *smime_parser_error_text(const smime_parser *parser)
{
    return parser ? smime__error_sentence(&parser->job.error) : "";
}
