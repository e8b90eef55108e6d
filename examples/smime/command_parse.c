/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime parse */
#include "json.h"

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* The text of one field, for people; to be freed. */
static char *field_text(const smime_entity *entity, size_t index)
{
    char *text = NULL;

    return smime_entity_field_text(entity, index, &text) == SMIME_OK ? text : NULL;
}

static json_object *json_headers(const smime_entity *entity)
{
    json_object *list = json_object_new_array();
    const uint8_t *name;
    size_t len;

    for (size_t i = 0; (name = smime_entity_field_name(entity, i, &len)) != NULL; i++) {
        json_object *object = json_object_new_object();
        char *text = field_text(entity, i);
        json_object_object_add(object, "name", json_ascii(name, len));
        json_object_object_add(object, "value", json_text(text));
        json_object_object_add(object, "offset",
                               json_object_new_uint64(smime_entity_field_offset(entity, i)));
        json_object_array_add(list, object);
        smime_free(text);
    }
    return list;
}

static const struct {
    uint32_t bit;
    const char *name;
} hazards[] = {
    { SMIME_HAZARD_8BIT, "8bit" },
    { SMIME_HAZARD_LONG_LINE, "long-line" },
    { SMIME_HAZARD_FROM, "from-line" },
    { SMIME_HAZARD_TRAILING_BLANK, "trailing-blank" },
    { SMIME_HAZARD_CONTROL, "control" },
    { SMIME_HAZARD_HEADER_8BIT, "header-8bit" },
};

static json_object *json_hazards(const smime_entity *entity)
{
    json_object *list = json_object_new_array();

    for (size_t i = 0; i < sizeof hazards / sizeof hazards[0]; i++)
        if (smime_entity_hazards(entity) & hazards[i].bit)
            json_object_array_add(list, json_text(hazards[i].name));
    return list;
}

static json_object *json_safe_filename(const smime_entity *entity)
{
    json_object *text = NULL;
    char *name = NULL;

    if (smime_entity_filename(entity) && smime_entity_safe_filename(entity, &name) == SMIME_OK)
        text = json_text(name);
    smime_free(name);
    return text;
}

static json_object *json_entity(const smime_entity *entity)
{
    json_object *object = json_object_new_object(), *parameters = json_object_new_object(),
                *children = json_object_new_array();
    const char *name, *value;

    for (size_t i = 0; smime_entity_parameter(entity, i, &name, &value) == SMIME_OK; i++)
        json_object_object_add(parameters, name, json_text(value));
    for (size_t i = 0; i < smime_entity_child_count(entity); i++)
        json_object_array_add(children, json_entity(smime_entity_child(entity, i)));
    json_object_object_add(object, "path", json_text(smime_entity_path(entity)));
    json_object_object_add(object, "type", json_text(smime_entity_type(entity)));
    json_object_object_add(object, "parameters", parameters);
    json_object_object_add(object, "disposition", json_text(smime_entity_disposition(entity)));
    json_object_object_add(object, "filename", json_text(smime_entity_filename(entity)));
    json_object_object_add(object, "safe_filename", json_safe_filename(entity));
    json_object_object_add(object, "headers", json_headers(entity));
    json_object_object_add(object, "hazards", json_hazards(entity));
    json_object_object_add(object, "encoding", json_text(smime_entity_encoding(entity)));
    json_object_object_add(object, "offset",
                           json_object_new_uint64(smime_entity_offset(entity)));
    json_object_object_add(object, "body_offset",
                           json_object_new_uint64(smime_entity_body_offset(entity)));
    json_object_object_add(object, "length",
                           json_object_new_uint64(smime_entity_length(entity)));
    json_object_object_add(object, "decoded_length",
                           json_object_new_uint64(smime_entity_decoded_length(entity)));
    json_object_object_add(object, "children", children);
    return object;
}

static json_object *json_defects(const smime_parser *parser)
{
    static const char *const classes[] = { "cosmetic", "recoverable", "structural" };
    json_object *list = json_object_new_array();
    const char *code, *text;
    int32_t class;
    uint64_t offset;

    for (size_t i = 0;
         smime_parser_defect(parser, i, &code, &class, &offset, &text) == SMIME_OK; i++) {
        json_object *object = json_object_new_object();
        json_object_object_add(object, "code", json_text(code));
        json_object_object_add(object, "class", json_text(classes[class]));
        json_object_object_add(object, "offset", json_object_new_uint64(offset));
        json_object_object_add(object, "text", json_text(text));
        json_object_array_add(list, object);
    }
    return list;
}

/* What a stranger wrote, without what a terminal would obey: C0 and C1 controls. */
static void print_safe(const char *text)
{
    for (const unsigned char *at = (const unsigned char *)text; *at; at++) {
        if (*at < 0x20 || *at == 0x7f)
            printf("\\x%02x", *at);
        else if (*at == 0xc2 && at[1] >= 0x80 && at[1] < 0xa0)
            printf("\\x%02x", *++at);
        else
            putchar(*at);
    }
}

/* The lines that a person looks for in a message, and in one inside it. */
static void draw_message(const smime_entity *entity, int depth)
{
    static const char *const names[] = { "From", "To", "Cc", "Date", "Subject" };

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        size_t index;
        char *text;
        if (smime_entity_find_field(entity, names[i], 0, &index) < 0 ||
            !(text = field_text(entity, index)))
            continue;
        printf("%*s%s: ", depth * 2 + 2, "", names[i]);
        print_safe(text);
        putchar('\n');
        smime_free(text);
    }
}

static void draw(const smime_entity *entity, int depth)
{
    const char *name = smime_entity_filename(entity);

    printf("%*s%s ", depth * 2, "", smime_entity_path(entity));
    print_safe(smime_entity_type(entity));
    putchar(' ');
    print_safe(smime_entity_encoding(entity));
    printf(", %" PRIu64 " bytes at %" PRIu64 "%s", smime_entity_length(entity),
           smime_entity_offset(entity), name ? ", " : "");
    print_safe(name ? name : "");
    putchar('\n');
    draw_message(entity, depth);
    for (size_t i = 0; i < smime_entity_child_count(entity); i++)
        draw(smime_entity_child(entity, i), depth + 1);
}

static void tell(const smime_parser *parser)
{
    const char *code, *text;
    uint64_t offset;

    draw(smime_parser_root(parser), 0);
    for (size_t i = 0; smime_parser_defect(parser, i, &code, NULL, &offset, &text) == SMIME_OK; i++)
        printf("defect %s at %" PRIu64 ": %s\n", code, offset, text);
}

static smime_status write_stdout(const uint8_t *data, size_t len, void *user_data)
{
    (void)user_data;
    return fwrite(data, 1, len, stdout) == len ? SMIME_OK : SMIME_E_IO;
}

static smime_status feed(smime_parser *parser, int fd)
{
    uint8_t block[65536];
    smime_status status = SMIME_OK;
    size_t taken;
    ssize_t got = 1;

    while (status == SMIME_OK && got > 0) {
        got = read(fd, block, sizeof block);
        if (got < 0 && errno == EINTR)
            got = 1;
        else if (got < 0)
            status = SMIME_E_IO;
        else if (got > 0)
            status = smime_parser_write(parser, block, (size_t)got, &taken);
    }
    return status == SMIME_OK ? smime_parser_finish(parser) : status;
}

static int run(const options *o, smime_parser *parser, failure *f)
{
    smime_status status = SMIME_OK;
    int fd, code = open_input(o, &fd, f);

    if (code != EXIT_GOOD)
        return code;
    if (o->part)
        status = smime_parser_select(parser, o->part,
                                     o->shown    ? SMIME_PART_SHOWN
                                     : o->text   ? SMIME_PART_TEXT
                                     : o->decode ? SMIME_PART_DECODED
                                                 : SMIME_PART_RAW);
    if (status == SMIME_OK)
        status = smime_parser_set_hazards(parser, 1);
    if (status == SMIME_OK)
        status = smime_parser_set_sink(parser, write_stdout, NULL, NULL);
    if (status == SMIME_OK)
        status = feed(parser, fd);
    if (status == SMIME_OK && fflush(stdout) != 0)
        status = SMIME_E_IO;
    if (status < 0)
        return fail(f, exit_of(status), status == SMIME_E_IO ? "io" : "parse", "%s",
                    status == SMIME_E_IO ? "standard input or output failed"
                                         : smime_parser_error_text(parser));
    return EXIT_GOOD;
}

static json_object *json_answer(const smime_parser *parser, const failure *f)
{
    const smime_entity *root = smime_parser_root(parser);
    json_object *object = json_object_new_object();

    json_object_object_add(object, "version", json_object_new_int(1));
    json_object_object_add(object, "root", root ? json_entity(root) : NULL);
    json_object_object_add(object, "defects", json_defects(parser));
    if (f->code)
        json_object_object_add(object, "error", json_text(f->text));
    return object;
}

int command_parse(const options *o)
{
    failure f = { 0, NULL, "" };
    smime_parser *parser = NULL;
    smime_status status = smime_parser_new(NULL, &parser);
    int code = EXIT_GOOD;

    if (status < 0)
        code = fail(&f, exit_of(status), "internal", "%s", smime_status_text(status));
    if (code == EXIT_GOOD)
        code = run(o, parser, &f);
    if (f.code)
        complain(code, "%s", f.text);
    if (o->json && code != EXIT_USAGE) {
        int printed = json_print(json_answer(parser, &f));
        if (printed != EXIT_GOOD)
            code = printed;
    } else if (!f.code && !o->part) {
        tell(parser);
        if (fflush(stdout) != 0)
            code = complain(EXIT_IO, "standard output cannot be written");
    }
    smime_parser_free(parser);
    return code;
}
