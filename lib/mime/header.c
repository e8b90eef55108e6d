/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/header.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

/* The length of the line at @p at with its LF, or what is left. */
static size_t line_length(const uint8_t *at, const uint8_t *end)
{
    const uint8_t *lf = memchr(at, '\n', (size_t)(end - at));
    return lf ? (size_t)(lf - at) + 1 : (size_t)(end - at);
}

static smime__view without_line_end(smime__view line)
{
    if (line.len && line.data[line.len - 1] == '\n')
        line.len--;
    if (line.len && line.data[line.len - 1] == '\r')
        line.len--;
    return line;
}

static smime_status check_bytes(smime__view raw, uint64_t offset, smime__defects *defects)
{
    smime_status status = SMIME_OK;
    const uint8_t *nul = raw.len ? memchr(raw.data, 0, raw.len) : NULL;
    const uint8_t *at = raw.data;
    const uint8_t *end = raw.data + raw.len;

    if (nul)
        status = smime__defect_add(defects, "nul-in-header", offset + (uint64_t)(nul - raw.data));
    while (status == SMIME_OK && at < end && (at = memchr(at, '\r', (size_t)(end - at)))) {
        at++;
        if (at == end || *at != '\n') {
            status = smime__defect_add(defects, "bare-cr", offset + (uint64_t)(at - 1 - raw.data));
            break;
        }
    }
    if (status == SMIME_OK && !smime__utf8_valid(raw.data, raw.len))
        status = smime__defect_add(defects, "header-8bit", offset);
    return status;
}

static smime_status put_field(smime__header *header, size_t *room, const smime__field *field)
{
    size_t few = sizeof header->few / sizeof header->few[0];
    smime__field *moved = NULL;
    smime_status status = SMIME_OK;

    if (header->count == few && header->fields == header->few) {
        *room = 4 * few;
        moved = malloc(*room * sizeof *moved);
        if (!moved)
            return SMIME_E_NOMEM;
        memcpy(moved, header->few, sizeof header->few);
        header->fields = moved;
    } else if (header->count >= few) {
        status = smime__grow((void **)&header->fields, header->count, room, sizeof *field);
    }
    if (status == SMIME_OK)
        header->fields[header->count++] = *field;
    return status;
}

static smime_status add_field(smime__header *header, size_t *room, smime__view raw,
                              smime__defects *defects)
{
    smime__view line = without_line_end(raw);
    const uint8_t *colon = memchr(line.data, ':', line.len);
    smime__field field;
    smime_status status;

    field.raw = raw;
    field.offset = header->offset + (uint64_t)(raw.data - header->raw.data);
    if (!colon) /* only junk at the start comes here */
        return SMIME_OK;
    field.name = smime__view_of(line.data, (size_t)(colon - line.data));
    field.value = smime__view_of(colon + 1, line.len - field.name.len - 1);
    if (field.name.len && smime__ascii_is_blank(field.name.data[field.name.len - 1])) {
        status = smime__defect_add(defects, "blank-before-colon", field.offset);
        if (status < 0)
            return status;
    }
    while (field.name.len && smime__ascii_is_blank(field.name.data[field.name.len - 1]))
        field.name.len--;
    /* with a blank at the start it is a leading fold, which is told elsewhere */
    for (size_t i = 0; i < field.name.len && !smime__ascii_is_blank(line.data[0]); i++)
        if (field.name.data[i] <= 32 || field.name.data[i] >= 127) {
            status = smime__defect_add(defects, "field-name", field.offset);
            if (status < 0)
                return status;
            break;
        }
    return put_field(header, room, &field);
}

int smime__header_is_mbox(smime__view line)
{
    size_t at = 5;

    if (line.len <= at || memcmp(line.data, "From ", at) != 0)
        return 0;
    while (at < line.len && smime__ascii_is_blank(line.data[at]))
        at++;
    return at == line.len || line.data[at] != ':';
}

smime_status smime__header_parse(smime__header *header, smime__view raw, uint64_t offset,
                                 smime__defects *defects)
{
    const uint8_t *at = raw.data;
    const uint8_t *end = raw.data + raw.len;
    size_t room = 0;
    smime_status status;

    header->raw = raw;
    header->offset = offset;
    header->fields = header->few;
    header->count = 0;
    status = check_bytes(raw, offset, defects);
    while (status == SMIME_OK && at < end) {
        size_t len = line_length(at, end);
        if (without_line_end(smime__view_of(at, len)).len == 0)
            break;
        while (at + len < end && smime__ascii_is_blank(at[len]))
            len += line_length(at + len, end);
        if (at != raw.data || !smime__header_is_mbox(smime__view_of(at, len)))
            status = add_field(header, &room, smime__view_of(at, len), defects);
        at += len;
    }
    return status;
}

void smime__header_free(smime__header *header)
{
    if (header->fields != header->few)
        free(header->fields);
    header->fields = NULL;
    header->count = 0;
}

const smime__field *smime__header_find(const smime__header *header, const char *name,
                                       int *ret_more)
{
    const smime__field *found = NULL;

    if (ret_more)
        *ret_more = 0;
    for (size_t i = 0; i < header->count; i++) {
        if (!smime__view_is(header->fields[i].name, name))
            continue;
        if (found) {
            if (ret_more)
                *ret_more = 1;
            break;
        }
        found = &header->fields[i];
        if (!ret_more)
            break;
    }
    return found;
}

smime_status smime__field_unfold(smime__buf *to, smime__view value)
{
    size_t start = to->len;
    smime_status status = smime__buf_reserve(to, value.len);

    for (size_t at = 0; at < value.len && status == SMIME_OK; at++)
        if (value.data[at] != '\r' && value.data[at] != '\n')
            if (to->len > start || !smime__ascii_is_blank(value.data[at]))
                to->data[to->len++] = value.data[at];
    while (to->len > start && smime__ascii_is_blank(to->data[to->len - 1]))
        to->len--;
    return status;
}

smime_status smime__field_text(smime__buf *room, smime__view value, smime__view *ret_text)
{
    smime_status status;

    if (value.len && (memchr(value.data, '\n', value.len) || memchr(value.data, '\r', value.len))) {
        smime__buf_clear(room);
        status = smime__field_unfold(room, value);
        *ret_text = smime__buf_view(room);
        return status;
    }
    while (value.len && smime__ascii_is_blank(value.data[value.len - 1]))
        value.len--;
    while (value.len && smime__ascii_is_blank(value.data[0])) {
        value.data++;
        value.len--;
    }
    *ret_text = value;
    return SMIME_OK;
}

int smime__field_is_structural(const smime__field *field)
{
    return smime__view_is(field->name, "MIME-Version") ||
           (field->name.len > 8 &&
            smime__view_is(smime__view_of(field->name.data, 8), "Content-"));
}

smime_status smime__quote(smime__buf *to, smime__view text)
{
    smime_status status = smime__buf_add_byte(to, '"');

    for (size_t i = 0; i < text.len && status == SMIME_OK; i++) {
        if (text.data[i] == '"' || text.data[i] == '\\')
            status = smime__buf_add_byte(to, '\\');
        if (status == SMIME_OK)
            status = smime__buf_add_byte(to, text.data[i]);
    }
    return status == SMIME_OK ? smime__buf_add_byte(to, '"') : status;
}
