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
