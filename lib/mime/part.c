/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What an entity is, read from its header. */
#include "mime/scan.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

/* Fields that may stand once and decide how the message is read. */
static const char *const single_fields[] = { "Content-Type", "Content-Transfer-Encoding",
                                             "Content-Disposition", "MIME-Version" };

static smime_status check_duplicates(const smime__header *header, smime__defects *defects)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < sizeof single_fields / sizeof single_fields[0]; i++) {
        int more;
        const smime__field *field = smime__header_find(header, single_fields[i], &more);
        if (more && status == SMIME_OK)
            status = smime__defect_add(defects, "duplicate-field", field->offset);
    }
    return status;
}

static int is_type(const char *value)
{
    const char *slash = strchr(value, '/');

    return slash && slash > value && slash[1] && !strchr(slash + 1, '/');
}

static smime_status set_type(smime__part *part, const char *value)
{
    char *copy = strdup(value);

    if (!copy)
        return SMIME_E_NOMEM;
    free(part->type.value);
    part->type.value = copy;
    return SMIME_OK;
}

static smime_status read_type(smime__part *part, const smime__header *header,
                              int digest_default, smime__defects *defects)
{
    const smime__field *field = smime__header_find(header, "Content-Type", NULL);
    smime__buf room = { 0 };
    smime__view text;
    smime_status status = SMIME_OK;

    if (field) {
        status = smime__field_text(&room, field->value, &text);
        if (status == SMIME_OK)
            status = smime__params_parse(&part->type, text);
        smime__buf_free(&room);
        if (status == SMIME_OK && part->type.comments)
            status = smime__defect_add(defects, "comment-in-structure", field->offset);
        if (status == SMIME_OK && part->type.duplicate)
            status = smime__defect_add(defects, "duplicate-parameter", field->offset);
        if (status == SMIME_OK && is_type(part->type.value) && part->type.junk)
            status = smime__defect_add(defects, "type-syntax", field->offset);
        if (status == SMIME_OK && !is_type(part->type.value)) {
            status = smime__defect_add(defects, "type-syntax", field->offset);
            if (status == SMIME_OK)
                status = set_type(part, "text/plain"); /* RFC 2045 5.2 */
            return status;
        }
        part->type_given = 1;
        return status;
    }
    return set_type(part, digest_default ? "message/rfc822" : "text/plain");
}

static void set_encoding_name(smime__part *part, const char *name)
{
    if (strlen(name) >= sizeof part->encoding_name)
        name = "unknown";
    memcpy(part->encoding_name, name, strlen(name) + 1);
}

/* The encodings there are, written as nearly everybody writes them. */
static const struct {
    const char *name;
    int encoding;
} encodings[] = {
    { "7bit", SMIME__ENC_IDENTITY },   { "8bit", SMIME__ENC_IDENTITY },
    { "binary", SMIME__ENC_IDENTITY }, { "base64", SMIME__ENC_BASE64 },
    { "quoted-printable", SMIME__ENC_QP },
};

/* 1 when the whole text is the name of one. */
static int find_encoding(smime__part *part, smime__view text)
{
    for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
        if (smime__view_is(text, encodings[i].name)) {
            part->encoding = encodings[i].encoding;
            set_encoding_name(part, encodings[i].name);
            return 1;
        }
    return 0;
}

/* With a comment, a parameter or junk beside it, or none that is known. */
static smime_status read_odd_encoding(smime__part *part, smime__view text, uint64_t offset,
                                      smime__defects *defects)
{
    smime__params value = { 0 };
    smime_status status = smime__params_parse(&value, text);

    if (status < 0) {
        smime__params_free(&value);
        return status;
    }
    if (value.comments)
        status = smime__defect_add(defects, "comment-in-structure", offset);
    if (!find_encoding(part, smime__view_text(value.value))) {
        part->encoding = SMIME__ENC_UNKNOWN;
        set_encoding_name(part, value.value);
        value.bad = 1;
    }
    /* "base64 x": some read base64 and some nothing that they know */
    if (status == SMIME_OK && value.bad)
        status = smime__defect_add(defects, "encoding-unknown", offset);
    smime__params_free(&value);
    return status;
}

/* Folded, with a blank at the end or with a parameter: some readers then know no encoding. */
static int is_spread(smime__view value, smime__view text)
{
    return value.len && (memchr(value.data, '\n', value.len) != NULL ||
                         smime__ascii_is_blank(value.data[value.len - 1]) ||
                         (text.len && memchr(text.data, ';', text.len) != NULL));
}

static smime_status read_encoding(smime__part *part, const smime__header *header,
                                  smime__defects *defects)
{
    const smime__field *field = smime__header_find(header, "Content-Transfer-Encoding", NULL);
    smime__buf room = { 0 };
    smime__view text;
    smime_status status = SMIME_OK;

    part->encoding = SMIME__ENC_IDENTITY;
    set_encoding_name(part, "7bit");
    if (field)
        status = smime__field_text(&room, field->value, &text);
    if (field && status == SMIME_OK && is_spread(field->value, text))
        status = smime__defect_add(defects, "encoding-syntax", field->offset);
    if (field && status == SMIME_OK && !find_encoding(part, text))
        status = read_odd_encoding(part, text, field->offset, defects);
    smime__buf_free(&room);
    return status;
}

/* Whether the field holds the boundary with quotes around it. */
static int holds_quoted(smime__view value, const char *boundary)
{
    size_t len = strlen(boundary);

    for (size_t i = 0; i + len + 2 <= value.len; i++)
        if (value.data[i] == '"' && value.data[i + 1 + len] == '"' &&
            !memcmp(value.data + i + 1, boundary, len))
            return 1;
    return 0;
}

/* RFC 2046 5.1.1: of the characters that a boundary may have, quoted where RFC 2045 5.1 asks for it,
 * and without what readers undo in their own ways: escapes, folds and encoded words. */
static int is_plain_boundary(const smime__header *header, const char *boundary)
{
    const smime__field *field = smime__header_find(header, "Content-Type", NULL);
    int quoted = 0;

    if (!field || memchr(field->value.data, '\\', field->value.len) || strstr(boundary, "=?"))
        return 0;
    for (const char *at = boundary; *at; at++) {
        if (!smime__ascii_is_alpha(*at) && !smime__ascii_is_digit(*at) &&
            !strchr("'()+_,-./:=? ", *at))
            return strchr("!#$%&*^`{|}~", *at) != NULL;
        quoted |= strchr("(),/:=? ", *at) != NULL;
    }
    return !quoted || holds_quoted(field->value, boundary);
}

static smime_status read_kind(smime__part *part, const smime__header *header,
                              smime__defects *defects)
{
    const char *type = part->type.value;
    const char *boundary = smime__params_get(&part->type, "boundary");
    int composite = !strncmp(type, "multipart/", 10) || !strcmp(type, "message/rfc822") ||
                    !strcmp(type, "message/global");

    part->kind = SMIME__LEAF;
    if (!composite)
        return SMIME_OK;
    if (part->encoding != SMIME__ENC_IDENTITY) {
        /* RFC 2045 6.4 forbids it; read as what it claims, a multipart is looked into as it
         * stands and an encoded message is left alone */
        smime_status status = smime__defect_add(defects, "encoded-composite", header->offset);
        if (status < 0 || type[1] == 'e')
            return status;
    }
    if (type[1] == 'e') {
        part->kind = SMIME__MESSAGE;
        return SMIME_OK;
    }
    if (!boundary || !*boundary)
        return smime__defect_add(defects, "boundary-missing", header->offset);
    /* readers take different boundaries from the same bytes; a blank at the end is one that some
     * take off (RFC 2046 5.1.1) */
    if (part->type.bad || smime__ascii_is_blank(boundary[strlen(boundary) - 1])) {
        smime_status status = smime__defect_add(defects, "type-syntax", header->offset);
        if (status < 0)
            return status;
    }
    if (!is_plain_boundary(header, boundary)) {
        smime_status status = smime__defect_add(defects, "boundary-syntax", header->offset);
        if (status < 0)
            return status;
    }
    part->boundary = strdup(boundary);
    if (!part->boundary)
        return SMIME_E_NOMEM;
    part->kind = SMIME__MULTIPART;
    return SMIME_OK;
}

smime_status smime__part_read_header(smime__part *part, const smime__header *header,
                                     int digest_default, smime__defects *defects)
{
    smime_status status = check_duplicates(header, defects);

    if (status == SMIME_OK)
        status = read_type(part, header, digest_default, defects);
    if (status == SMIME_OK)
        status = read_encoding(part, header, defects);
    if (status == SMIME_OK)
        status = read_kind(part, header, defects);
    return status;
}

void smime__part_clear(smime__part *part)
{
    smime__params_free(&part->type);
    free(part->boundary);
    part->boundary = NULL;
}
