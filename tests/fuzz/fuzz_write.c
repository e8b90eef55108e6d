/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What is written is read back as what was given, or it was refused; an editor without calls
 * changes nothing, and one that makes a message fit for transport leaves it fit. */
#include "fuzz.h"

#include <smime/edit.h>

static const char *const fields[] = { "Subject", "X-A", "Comments", "x-a" };
static const char *const lists[] = { "From", "To", "Cc", "Sender", "Reply-To", "X-A" };

typedef struct input {
    const uint8_t *at;
    const uint8_t *end;
} input;

/* The next byte, 0 behind the end. */
static unsigned take_byte(input *in)
{
    return in->at < in->end ? *in->at++ : 0;
}

/* The next string: up to a NUL. */
static char *take_string(input *in)
{
    const uint8_t *nul = in->at < in->end ? memchr(in->at, 0, (size_t)(in->end - in->at)) : NULL;
    size_t len = (size_t)((nul ? nul : in->end) - in->at);
    char *text = malloc(len + 1);

    CLAIM(text);
    memcpy(text, in->at, len);
    text[len] = 0;
    in->at += len + (nul != NULL);
    return text;
}

/* What was accepted, to be found again. */
typedef struct given {
    char *subject;
    smime__buf to; /* "name|address\n" */
    size_t to_count;
    char *filename;
    smime__buf content;
    int attached;
} given;

static smime__view trimmed(const char *text)
{
    smime__view view = smime__view_text(text);

    while (view.len && *view.data == ' ')
        view = smime__view_of(view.data + 1, view.len - 1);
    while (view.len && view.data[view.len - 1] == ' ')
        view.len--;
    return view;
}

static void add_mailbox(smime_composer *composer, input *in, given *given)
{
    const char *field = lists[take_byte(in) % (sizeof lists / sizeof lists[0])];
    char *name = take_string(in), *address = take_string(in);
    smime_status status = smime_composer_add_mailbox(composer, field, name, address);

    if (status == SMIME_OK && !strcmp(field, "To")) {
        CLAIM(smime__buf_add_view(&given->to, trimmed(name)) == SMIME_OK);
        CLAIM(smime__buf_format(&given->to, "|\n") == SMIME_OK);
        given->to_count++;
    }
    free(name);
    free(address);
}

static void add_field(smime_composer *composer, input *in, given *given)
{
    const char *field = fields[take_byte(in) % (sizeof fields / sizeof fields[0])];
    char *text = take_string(in);
    smime_status status = smime_composer_add_field(composer, field, text);

    if (status == SMIME_OK && !strcmp(field, "Subject")) {
        CLAIM(!given->subject);
        given->subject = text;
        return;
    }
    free(text);
}

static void attach(smime_composer *composer, input *in, given *given)
{
    char *filename = take_string(in), *type = take_string(in), *content = take_string(in);

    if (given->attached ||
        smime_composer_attach(composer, filename, type, content, strlen(content)) != SMIME_OK) {
        free(filename);
    } else {
        given->filename = filename;
        given->attached = 1;
        CLAIM(smime__buf_add_text(&given->content, content) == SMIME_OK);
    }
    free(type);
    free(content);
}

static void one_call(smime_composer *composer, input *in, given *given)
{
    char *one = NULL, *other = NULL;
    smime_status status = SMIME_OK;

    switch (take_byte(in) % 9) {
    case 0:
        add_mailbox(composer, in, given);
        return;
    case 1:
        add_field(composer, in, given);
        return;
    case 2:
        attach(composer, in, given);
        return;
    case 3:
        one = take_string(in);
        status = smime_composer_add_reference(composer, "References", one);
        break;
    case 4:
        one = take_string(in);
        status = smime_composer_set_message_id(composer, one);
        break;
    case 5:
        one = take_string(in);
        status = smime_composer_set_text(composer, one, strlen(one));
        break;
    case 6:
        one = take_string(in);
        status = smime_composer_set_html(composer, one, strlen(one));
        break;
    case 7:
        one = take_string(in);
        other = take_string(in);
        status = smime_composer_add_related(composer, one, "image/png", other, strlen(other));
        break;
    default:
        one = take_string(in);
        other = take_string(in);
        status = smime_composer_add_field(composer, one, other);
        if (status == SMIME_OK && smime__view_is(smime__view_text(one), "Subject")) {
            given->subject = other;
            other = NULL;
        }
        break;
    }
    if (status < 0)
        CLAIM(*smime_composer_error_text(composer));
    free(one);
    free(other);
}

static void check_lines(const uint8_t *data, size_t len)
{
    size_t column = 0;

    CLAIM(len > 2 && data[len - 1] == '\n');
    for (size_t i = 0; i < len; i++) {
        CLAIM(data[i] && (data[i] != '\r' || data[i + 1] == '\n'));
        column = data[i] == '\n' ? 0 : column + 1;
        CLAIM(column <= 999); /* with its CR */
        CLAIM(data[i] != '\n' || data[i - 1] == '\r');
    }
}

static void check_defects(const smime_parser *parser)
{
    const char *code;
    int32_t class;

    for (size_t i = 0; i < smime_parser_defect_count(parser); i++) {
        CLAIM(smime_parser_defect(parser, i, &code, &class, NULL, NULL) == SMIME_OK);
        if (class == SMIME_DEFECT_STRUCTURAL)
            fprintf(stderr, "%s\n", code);
        CLAIM(class != SMIME_DEFECT_STRUCTURAL);
    }
}

static void check_subject(const smime_entity *root, const given *given)
{
    size_t index;
    char *text = NULL;

    CLAIM((smime_entity_find_field(root, "Subject", 0, &index) == SMIME_OK) ==
          (given->subject != NULL));
    if (!given->subject)
        return;
    CLAIM(smime_entity_field_text(root, index, &text) == SMIME_OK);
    CLAIM(smime__view_equal(smime__view_text(text), trimmed(given->subject)));
    CLAIM(smime_entity_find_field(root, "Subject", index + 1, &index) == SMIME_E_NOT_FOUND);
    smime_free(text);
}

static void check_mailboxes(const smime_entity *root, const given *given)
{
    smime_addresses *to = NULL;
    smime__buf found = { 0 };

    if (smime_entity_addresses(root, "To", &to) != SMIME_OK) {
        CLAIM(!given->to_count);
        return;
    }
    CLAIM(smime_addresses_count(to) == given->to_count);
    CLAIM(!smime_addresses_defective(to) && !smime_addresses_group_count(to));
    for (size_t i = 0; i < given->to_count; i++) {
        const char *name = smime_addresses_name(to, i);
        CLAIM(smime__buf_add_text(&found, name ? name : "") == SMIME_OK);
        CLAIM(smime__buf_add_text(&found, "|\n") == SMIME_OK);
    }
    CLAIM(smime__view_equal(smime__buf_view(&found), smime__buf_view(&given->to)));
    smime__buf_free(&found);
    smime_addresses_unref(to);
}

static const smime_entity *find_attachment(const smime_entity *entity)
{
    const smime_entity *found = NULL;
    const char *disposition = smime_entity_disposition(entity);

    if (disposition && !strcmp(disposition, "attachment"))
        return entity;
    for (size_t i = 0; i < smime_entity_child_count(entity) && !found; i++)
        found = find_attachment(smime_entity_child(entity, i));
    return found;
}

static void check_attachment(const smime_parser *parser, const given *given)
{
    const smime_entity *part = find_attachment(smime_parser_root(parser));
    uint8_t *data = NULL;
    size_t len;

    CLAIM((part != NULL) == given->attached);
    if (!part)
        return;
    CLAIM(smime_entity_filename(part) && !strcmp(smime_entity_filename(part), given->filename));
    CLAIM(smime_parser_body(parser, part, SMIME_PART_DECODED, &data, &len) == SMIME_OK);
    CLAIM(smime__view_equal(smime__view_of(data, len), smime__buf_view(&given->content)));
    smime_free(data);
}

static uint32_t allowed(int32_t carry)
{
    return carry == SMIME_CARRY_7BIT   ? 0
           : carry == SMIME_CARRY_8BIT ? SMIME_HAZARD_8BIT
                                       : SMIME_HAZARD_8BIT | SMIME_HAZARD_HEADER_8BIT;
}

static void check_message(const uint8_t *data, size_t len, int32_t carry, const given *given)
{
    smime_parser *parser = NULL;

    CLAIM(data[len] == 0);
    check_lines(data, len);
    CLAIM(smime_parser_new(NULL, &parser) == SMIME_OK);
    CLAIM(smime_parser_set_hazards(parser, 1) == SMIME_OK);
    CLAIM(smime_parser_buffer(parser, data, len) == SMIME_OK);
    check_defects(parser);
    CLAIM(!(smime_entity_hazards(smime_parser_root(parser)) & ~allowed(carry)));
    check_subject(smime_parser_root(parser), given);
    check_mailboxes(smime_parser_root(parser), given);
    check_attachment(parser, given);
    smime_parser_free(parser);
}

static void compose(const uint8_t *data, size_t size, int32_t carry)
{
    input in = { data, data + size };
    given given = { 0 };
    smime_composer *composer = NULL;
    uint8_t *made = NULL, *again = NULL;
    size_t len = 0, again_len = 0;
    smime_status status;

    CLAIM(smime_composer_new(NULL, carry, &composer) == SMIME_OK);
    for (int calls = 0; in.at < in.end && calls < 100; calls++)
        one_call(composer, &in, &given);
    status = smime_composer_buffer(composer, &made, &len);
    if (status == SMIME_OK) {
        check_message(made, len, carry, &given);
        CLAIM(smime_composer_buffer(composer, &again, &again_len) == SMIME_OK);
        CLAIM(smime__view_equal(smime__view_of(made, len), smime__view_of(again, again_len)));
    } else {
        CLAIM(status == SMIME_E_INVALID_ARG && !made);
    }
    smime_free(made);
    smime_free(again);
    smime_composer_free(composer);
    free(given.subject);
    free(given.filename);
    smime__buf_free(&given.to);
    smime__buf_free(&given.content);
}

static smime_status collect(const uint8_t *data, size_t len, void *user_data)
{
    return smime__buf_add(user_data, data, len);
}

/* In chunks, with the carry that is not -1. */
static smime_status edit(smime__view message, int32_t carry, uint64_t *state, smime__buf *made)
{
    smime_editor *editor = NULL;
    smime_status status = SMIME_OK;
    size_t taken;

    CLAIM(smime_editor_new(NULL, &editor) == SMIME_OK);
    CLAIM(smime_editor_set_sink(editor, collect, made, NULL) == SMIME_OK);
    if (carry >= 0)
        CLAIM(smime_editor_set_carry(editor, carry) == SMIME_OK);
    for (size_t at = 0; at < message.len && status == SMIME_OK;) {
        size_t len = fuzz_chunk(state, message.len - at);
        status = smime_editor_write(editor, message.data + at, len, &taken);
        CLAIM(status < 0 || taken == len);
        at += len;
    }
    if (status == SMIME_OK)
        status = smime_editor_finish(editor);
    CLAIM(status == SMIME_OK || *smime_editor_error_text(editor));
    smime_editor_free(editor);
    return status;
}

static int is_sealed(const smime_entity *entity)
{
    int sealed = !strcmp(smime_entity_type(entity), "multipart/signed") ||
                 !strcmp(smime_entity_type(entity), "multipart/encrypted") ||
                 !strcmp(smime_entity_encoding(entity), "base64"); /* blanks in it may stay */

    for (size_t i = 0; i < smime_entity_child_count(entity) && !sealed; i++)
        sealed = is_sealed(smime_entity_child(entity, i));
    return sealed;
}

static void check_carried(smime__view message, int32_t carry, uint64_t *state)
{
    smime__buf made = { 0 }, again = { 0 };
    smime_parser *parser = NULL;
    smime_status status = edit(message, carry, state, &made);

    if (status == SMIME_OK && made.len) {
        uint32_t may = allowed(carry);

        CLAIM(smime_parser_new(NULL, &parser) == SMIME_OK);
        CLAIM(smime_parser_set_hazards(parser, 1) == SMIME_OK);
        CLAIM(smime_parser_buffer(parser, made.data, made.len) == SMIME_OK);
        if (is_sealed(smime_parser_root(parser)))
            may |= SMIME_HAZARD_TRAILING_BLANK | SMIME_HAZARD_CONTROL;
        CLAIM(!(smime_entity_hazards(smime_parser_root(parser)) & ~may));
        smime_parser_free(parser);
        CLAIM(edit(smime__buf_view(&made), carry, state, &again) == SMIME_OK);
        CLAIM(smime__view_equal(smime__buf_view(&again), smime__buf_view(&made)));
    } else {
        CLAIM(status == SMIME_OK || status == SMIME_E_MIME_ENCODING ||
              smime_status_category(status) == SMIME_CATEGORY_LIMIT);
    }
    smime__buf_free(&made);
    smime__buf_free(&again);
}

static void edit_both_ways(const uint8_t *data, size_t size, uint64_t *state)
{
    smime__view message = smime__view_of(data, size);
    smime__buf made = { 0 };
    smime_status status = edit(message, -1, state, &made);

    CLAIM(status == SMIME_OK || smime_status_category(status) == SMIME_CATEGORY_LIMIT);
    if (status == SMIME_OK)
        CLAIM(smime__view_equal(smime__buf_view(&made), message));
    smime__buf_free(&made);
    check_carried(message, (int32_t)(fuzz_random(state) % 3), state);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t state = fuzz_hash(FUZZ_HASH_START, data, size);

    if (!size)
        return 0;
    if (data[0] < 3) /* what no message begins with */
        compose(data + 1, size - 1, data[0]);
    else
        edit_both_ways(data, size, &state);
    return 0;
}
