/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "describe.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void reserve(text *to, size_t len)
{
    if (to->len + len < to->room)
        return;
    to->room = 2 * (to->len + len) + 256;
    to->data = realloc(to->data, to->room);
    if (!to->data)
        abort();
}

void text_add(text *to, const void *data, size_t len)
{
    reserve(to, len);
    if (len)
        memcpy(to->data + to->len, data, len);
    to->len += len;
    to->data[to->len] = 0;
}

void text_format(text *to, const char *format, ...)
{
    char line[256];
    va_list args;
    int len;

    va_start(args, format);
    len = vsnprintf(line, sizeof line, format, args);
    va_end(args);
    if (len < 0 || (size_t)len >= sizeof line)
        abort();
    text_add(to, line, (size_t)len);
}

void text_string(text *to, const char *string)
{
    if (!string) {
        text_add(to, "null", 4);
        return;
    }
    text_add(to, "\"", 1);
    for (; *string; string++) {
        if (*string == '"' || *string == '\\' || (unsigned char)*string < 32)
            text_format(to, "\\u%04x", (unsigned)(unsigned char)*string);
        else
            text_add(to, string, 1);
    }
    text_add(to, "\"", 1);
}

void text_hex(text *to, const void *data, size_t len)
{
    static const char digits[] = "0123456789abcdef";
    const uint8_t *at = data;

    reserve(to, 2 * len);
    for (size_t i = 0; i < len; i++) {
        to->data[to->len++] = digits[at[i] >> 4];
        to->data[to->len++] = digits[at[i] & 15];
    }
    to->data[to->len] = 0;
}

void text_clear(text *to)
{
    free(to->data);
    memset(to, 0, sizeof *to);
}

static smime_status collect(const uint8_t *data, size_t len, void *user_data)
{
    text_add(user_data, data, len);
    return SMIME_OK;
}

smime_parser *parsed(const uint8_t *mail, size_t len, size_t chunk, const char *path, int32_t form,
                     text *to, smime_status *ret_status)
{
    smime_parser *parser = NULL;
    smime_status status = smime_parser_new(NULL, &parser);
    size_t taken;

    if (status == SMIME_OK && path)
        status = smime_parser_select(parser, path, form);
    if (status == SMIME_OK && path)
        status = smime_parser_set_sink(parser, collect, to, NULL);
    for (size_t at = 0; status == SMIME_OK && at < len; at += chunk)
        status = smime_parser_write(parser, mail + at, len - at < chunk ? len - at : chunk, &taken);
    if (status == SMIME_OK)
        status = smime_parser_finish(parser);
    *ret_status = status;
    return parser;
}

typedef struct source {
    const uint8_t *mail;
    size_t len;
    size_t chunk;
    int what;
} source;

static void add_data(text *to, const source *from, const smime_entity *entity)
{
    text data = { 0 };
    smime_status status;
    smime_parser *parser = parsed(from->mail, from->len, from->chunk, smime_entity_path(entity),
                                  SMIME_PART_DECODED, &data, &status);

    smime_parser_free(parser);
    if (status != SMIME_OK || data.len != smime_entity_decoded_length(entity)) {
        fprintf(stderr, "part %s: %s, %zu bytes instead of %" PRIu64 "\n",
                smime_entity_path(entity), smime_status_name(status), data.len,
                smime_entity_decoded_length(entity));
        abort();
    }
    text_add(to, ",\"data\":\"", 9);
    text_hex(to, data.data, data.len);
    text_add(to, "\"", 1);
    text_clear(&data);
}

static void add_entity(text *to, const source *from, const smime_entity *entity)
{
    const char *name, *value;

    text_add(to, "{\"path\":", 8);
    text_string(to, smime_entity_path(entity));
    text_add(to, ",\"type\":", 8);
    text_string(to, smime_entity_type(entity));
    text_add(to, ",\"encoding\":", 12);
    text_string(to, smime_entity_encoding(entity));
    text_add(to, ",\"disposition\":", 15);
    text_string(to, smime_entity_disposition(entity));
    text_add(to, ",\"filename\":", 12);
    text_string(to, smime_entity_filename(entity));
    text_format(to,
                ",\"offset\":%" PRIu64 ",\"body\":%" PRIu64 ",\"length\":%" PRIu64
                ",\"decoded\":%" PRIu64 ",\"parameters\":{",
                smime_entity_offset(entity), smime_entity_body_offset(entity),
                smime_entity_length(entity), smime_entity_decoded_length(entity));
    for (size_t i = 0; smime_entity_parameter(entity, i, &name, &value) == SMIME_OK; i++) {
        text_add(to, ",", i > 0);
        text_string(to, name);
        text_add(to, ":", 1);
        text_string(to, value);
    }
    text_add(to, "}", 1);
    /* without children it is a leaf, or a multipart or message whose raw body comes out */
    if (from->what & DESCRIBE_DATA && smime_entity_decoded_length(entity))
        add_data(to, from, entity);
    text_add(to, ",\"children\":[", 13);
    for (size_t i = 0; i < smime_entity_child_count(entity); i++) {
        text_add(to, ",", i > 0);
        add_entity(to, from, smime_entity_child(entity, i));
    }
    text_add(to, "]}", 2);
}

static void add_from(text *to, const source *from)
{
    smime_open *job = NULL;
    smime_report *report = NULL;
    smime_status status = smime_open_new(NULL, &job);
    size_t taken;

    if (status == SMIME_OK)
        status = smime_open_set_release(job, SMIME_RELEASE_NOTHING);
    if (status == SMIME_OK)
        status = smime_open_write(job, from->mail, from->len, &taken);
    if (status == SMIME_OK)
        status = smime_open_finish(job);
    if (smime_open_report(job, &report) == SMIME_OK) {
        text_add(to, ",\"from\":", 8);
        text_string(to, smime_report_from_address(report));
    }
    smime_report_unref(report);
    smime_open_free(job);
}

void describe(text *to, const uint8_t *mail, size_t len, size_t chunk, int what)
{
    source from = { mail, len, chunk, what };
    smime_status status;
    smime_parser *parser = parsed(mail, len, chunk, NULL, 0, NULL, &status);
    const char *code;
    int32_t class;
    uint64_t offset;

    text_add(to, "{\"status\":", 10);
    text_string(to, smime_status_name(status));
    text_add(to, ",\"root\":", 8);
    if (smime_parser_root(parser) && status == SMIME_OK)
        add_entity(to, &from, smime_parser_root(parser));
    else
        text_add(to, "null", 4);
    text_add(to, ",\"defects\":[", 12);
    for (size_t i = 0; smime_parser_defect(parser, i, &code, &class, &offset, NULL) == SMIME_OK;
         i++) {
        text_add(to, ",", i > 0);
        text_format(to, "[\"%s\",%d,%" PRIu64 "]", code, (int)class, offset);
    }
    text_add(to, "]", 1);
    if (what & DESCRIBE_FROM)
        add_from(to, &from);
    text_add(to, "}", 1);
    smime_parser_free(parser);
}
