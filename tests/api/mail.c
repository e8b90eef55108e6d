/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mail.h"

#include <stdlib.h>
#include <string.h>

static void drop_parser(void *what)
{
    smime_parser_free(what);
}

static void drop_addresses(void *what)
{
    smime_addresses_unref(what);
}

smime_parser *parser_new(void)
{
    smime_parser *parser;

    ck_ok(smime_parser_new(policy(), &parser));
    keep(parser, drop_parser);
    return parser;
}

smime_parser *parsed(bytes message)
{
    smime_parser *parser = parser_new();

    ck_ok(smime_parser_set_hazards(parser, 1));
    ck_ok(smime_parser_buffer(parser, message.data, message.len));
    return parser;
}

smime_status parse_in_chunks(smime_parser *parser, bytes message, size_t chunk)
{
    smime_status status = SMIME_OK;

    for (size_t at = 0; at < message.len && status == SMIME_OK; at += chunk) {
        size_t len = message.len - at < chunk ? message.len - at : chunk, taken = 0;
        status = smime_parser_write(parser, message.data + at, len, &taken);
        must(status < 0 || taken == len);
    }
    return status == SMIME_OK ? smime_parser_finish(parser) : status;
}

bytes body_of(const smime_parser *parser, const char *path, int32_t form)
{
    const smime_entity *entity = smime_parser_entity(parser, path);
    bytes body = { NULL, 0 };

    ck_assert_msg(entity != NULL, "there is no part %s", path);
    ck_ok(smime_parser_body(parser, entity, form, &body.data, &body.len));
    must(body.data[body.len] == 0);
    keep(body.data, smime_free);
    return body;
}

const char *field_text(const smime_entity *entity, const char *name)
{
    size_t index;
    char *text;

    if (smime_entity_find_field(entity, name, 0, &index) != SMIME_OK)
        return "(none)";
    ck_ok(smime_entity_field_text(entity, index, &text));
    keep(text, smime_free);
    return text;
}

const char *safe_name(const smime_entity *entity)
{
    char *name;

    ck_ok(smime_entity_safe_filename(entity, &name));
    keep(name, smime_free);
    return name;
}

smime_addresses *addresses(const void *value, size_t len)
{
    smime_addresses *made;

    ck_ok(smime_addresses_new(value, len, &made));
    keep(made, drop_addresses);
    return made;
}

void ck_no_structural_defect(const smime_parser *parser)
{
    const char *code;
    int32_t class;

    for (size_t i = 0; i < smime_parser_defect_count(parser); i++) {
        ck_ok(smime_parser_defect(parser, i, &code, &class, NULL, NULL));
        if (class == SMIME_DEFECT_STRUCTURAL)
            ck_abort_msg("the message has the defect %s", code);
    }
}

int has_defect(const smime_parser *parser, const char *code)
{
    const char *found;

    for (size_t i = 0; i < smime_parser_defect_count(parser); i++) {
        ck_ok(smime_parser_defect(parser, i, &found, NULL, NULL, NULL));
        if (!strcmp(found, code))
            return 1;
    }
    return 0;
}

smime_status gather(const uint8_t *data, size_t len, void *user_data)
{
    bytes *all = user_data;
    uint8_t *more = realloc(all->data, all->len + len + 1);

    must(more != NULL);
    all->data = more;
    memcpy(all->data + all->len, data, len);
    all->len += len;
    all->data[all->len] = 0;
    return SMIME_OK;
}

bytes repeated(const char *text, size_t times)
{
    size_t len = strlen(text);
    bytes made = { take(len * times + 1), len * times };

    for (size_t i = 0; i < times; i++)
        memcpy(made.data + i * len, text, len);
    made.data[made.len] = 0;
    return made;
}

uint32_t carried_hazards(int32_t carry)
{
    return carry == SMIME_CARRY_7BIT   ? 0
           : carry == SMIME_CARRY_8BIT ? SMIME_HAZARD_8BIT
                                       : SMIME_HAZARD_8BIT | SMIME_HAZARD_HEADER_8BIT;
}

static void drop_composer(void *what)
{
    smime_composer_free(what);
}

smime_composer *composer_new(int32_t carry)
{
    smime_composer *made;

    ck_ok(smime_composer_new(policy(), carry, &made));
    keep(made, drop_composer);
    return made;
}

smime_composer *from_alice(int32_t carry)
{
    smime_composer *made = composer_new(carry);

    ck_ok(smime_composer_add_mailbox(made, "From", "Alice", "alice@example.org"));
    return made;
}

bytes written(smime_composer *composer)
{
    bytes made = { NULL, 0 };
    smime_status status = smime_composer_buffer(composer, &made.data, &made.len);

    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_composer_error_text(composer));
    must(made.data[made.len] == 0);
    keep(made.data, smime_free);
    return made;
}

/* Every line ends with CRLF and none is longer than @p most. */
void check_lines(bytes message, size_t most)
{
    size_t column = 0;

    must(message.len && message.data[message.len - 1] == '\n');
    for (size_t i = 0; i < message.len; i++) {
        if (message.data[i] != '\n') {
            must(message.data[i] != '\r' || message.data[i + 1] == '\n');
            column++;
            continue;
        }
        must(i && message.data[i - 1] == '\r');
        if (column - 1 > most)
            ck_abort_msg("a line of %zu bytes in:\n%.2000s", column - 1, message.data);
        column = 0;
    }
}

size_t header_length(bytes message)
{
    return find(message, "\r\n\r\n", 0) + 2;
}

/* The message, checked in what holds for all: written twice the same, no defect, and fit for what
 * its servers carry. */
bytes composed(smime_composer *composer, int32_t carry)
{
    bytes message = written(composer);
    smime_parser *parser = parsed(message);

    ck_same(written(composer), message);
    check_lines(message, 998);
    ck_assert_uint_eq(smime_parser_defect_count(parser), 0);
    ck_assert_uint_eq(smime_entity_hazards(smime_parser_root(parser)) & ~carried_hazards(carry), 0);
    return message;
}

const char letter[] = "Dear Bob,\n\nwe meet on Monday.\n";
const char page[] = "<p>Dear Bob <img src=\"cid:logo@x.org\">\n";
const char forwarded[] = "From: c@x.org\nSubject: inner\n\nforwarded\n";

smime_status give(uint8_t *buffer, size_t size, size_t *ret_len, void *user_data)
{
    source *from = user_data;
    size_t len = from->left < from->step ? from->left : from->step;

    len = len < size ? len : size;
    for (size_t i = 0; i < len; i++)
        buffer[i] = from->next++;
    from->left -= len;
    *ret_len = len;
    return from->answer;
}

void destroyed(void *user_data)
{
    ((source *)user_data)->destroyed++;
}

source *source_of(size_t len, size_t step)
{
    source *made = take(sizeof *made);

    *made = (source){ .left = len, .step = step };
    return made;
}

bytes all_bytes(size_t len)
{
    bytes made = { take(len), len };

    for (size_t i = 0; i < len; i++)
        made.data[i] = (uint8_t)i;
    return made;
}

smime_composer *busy_composer(void)
{
    smime_composer *composer = from_alice(SMIME_CARRY_7BIT);

    ck_ok(smime_composer_add_field(composer, "X-Field", "before"));
    ck_ok(smime_composer_add_mailbox(composer, "To", "Bob", "bob@example.org"));
    ck_ok(smime_composer_add_reference(composer, "References", "one@example.org"));
    ck_ok(smime_composer_set_message_id(composer, "id@example.org"));
    ck_ok(smime_composer_set_text(composer, letter, strlen(letter)));
    ck_ok(smime_composer_set_html(composer, page, strlen(page)));
    ck_ok(smime_composer_add_related(composer, "logo@x.org", "image/png", "x", 1));
    ck_ok(smime_composer_attach(composer, "a", "a/b", "x", 1));
    ck_ok(smime_composer_add_field(composer, "Subject", "last"));
    return composer;
}

bytes canonical(const char *from, size_t len)
{
    bytes made = { take(2 * len + 1), 0 };

    for (size_t i = 0; i < len; i++) {
        if (from[i] == '\n' && (!i || from[i - 1] != '\r'))
            made.data[made.len++] = '\r';
        made.data[made.len++] = (uint8_t)from[i];
    }
    made.data[made.len] = 0;
    return made;
}

static void drop_editor(void *what)
{
    smime_editor_free(what);
}

smime_editor *editor_with(smime_policy *limits)
{
    smime_editor *made;

    ck_ok(smime_editor_new(limits, &made));
    keep(made, drop_editor);
    return made;
}

smime_editor *editor_new(void)
{
    return editor_with(policy());
}

/* In chunks of @p chunk bytes, or with 0 at once. */
smime_status edit(smime_editor *editor, bytes message, size_t chunk, bytes *ret_made)
{
    smime_status status = SMIME_OK;
    size_t taken;

    *ret_made = (bytes){ NULL, 0 };
    if (!chunk) {
        status = smime_editor_buffer(editor, message.data, message.len, &ret_made->data,
                                     &ret_made->len);
        if (status == SMIME_OK)
            must(ret_made->data[ret_made->len] == 0);
    } else {
        ck_ok(smime_editor_set_sink(editor, gather, ret_made, NULL));
        for (size_t at = 0; at < message.len && status == SMIME_OK; at += chunk) {
            size_t len = message.len - at < chunk ? message.len - at : chunk;
            status = smime_editor_write(editor, message.data + at, len, &taken);
            must(status < 0 || taken == len);
        }
        if (status == SMIME_OK)
            status = smime_editor_finish(editor);
    }
    if (ret_made->data)
        keep(ret_made->data, smime_free);
    if (status < 0)
        ck_assert_str_ne(smime_editor_error_text(editor), "");
    return status;
}

bytes edited(smime_editor *editor, bytes message, size_t chunk)
{
    bytes made;
    smime_status status = edit(editor, message, chunk, &made);

    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_editor_error_text(editor));
    return made;
}

const char *const mails[] = {
    "From: a@example.org\nSubject: s\n\nbody\n",
    "From: a@example.org\nSubject: s\n\nno line end",
    "From: a@example.org\nSubject: s\n\n",
    "From: a@example.org\nSubject: unended",
    "From: a@example.org\nSubject: unended\n",
    "From a@example.org Mon Jun  1 00:00:00 2026\nFrom: a@example.org\nSubject: s\n\nmbox\n",
    "From a@example.org Mon Jun  1 00:00:00 2026\n\nonly the line of a mailbox file\n",
    "\nheaderless\n",
    "a text that has no header\nat all\n",
    "Subject: folded\n over\n\tthree lines\nX-Empty:\nno colon in this line\nTo: b@x\n\njunk\n",
    "Subject: s\r\nX-A: mixed\n line\r\n ends\n\r\nmixed\nbody\r\n",
    "Content-Type: multipart/mixed; boundary=b\n\npreamble\n--b\n\none\n--b\n"
    "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n\n"
    "Gr\xc3\xbc\xc3\x9f"
    "e\n--b--\nepilogue\n",
    "Content-Type: multipart/mixed; boundary=\"b b\"\n\n--b b\n"
    "Content-Type: multipart/alternative; boundary=c\n\n--c\n\nx\n--c\n"
    "Content-Type: text/html\n\n<p>x\n--c--\n--b b\n"
    "Content-Type: application/octet-stream; name=a.bin\nContent-Transfer-Encoding: base64\n\n"
    "AAECAwQF\n--b b\nContent-Type: message/rfc822\n\nSubject: in\n\ninner\n--b b--\n",
    "Content-Type: multipart/mixed; boundary=b\n\n--b\n\nnever closed\n--b\n\n",
    "Content-Type: multipart/mixed; boundary=b\n\nnothing in it\n",
    "Content-Type: text/plain\nContent-Type: text/html\n\ntwice\n",
    "Subject: q\nContent-Transfer-Encoding: quoted-printable\n\nx=C3=BC=20=\nend =\n",
};
const size_t mail_count = sizeof mails / sizeof mails[0];
