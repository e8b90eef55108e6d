/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "trace.h"

static void end_run(trace *t)
{
    if (!t->run.len)
        return;
    ck_ok(smime__buf_format(&t->text, "%c%s ", t->run_kind, t->run_path));
    for (size_t i = 0; i < t->run.len; i++) {
        uint8_t c = t->run.data[i];

        if (c == '\r')
            ck_ok(smime__buf_add_text(&t->text, "\\r"));
        else if (c == '\n')
            ck_ok(smime__buf_add_text(&t->text, "\\n"));
        else
            ck_ok(smime__buf_add_byte(&t->text, c));
    }
    ck_ok(smime__buf_add_byte(&t->text, '\n'));
    smime__buf_clear(&t->run);
}

static void path_of(const smime__part *part, char to[64])
{
    char *path = smime__place_path(&part->place);

    ck_assert_ptr_nonnull(path);
    ck_assert(smime__place_is(&part->place, path));
    snprintf(to, 64, "%s", path);
    free(path);
}

static smime_status on_run(trace *t, const smime__part *part, char kind, const uint8_t *data,
                           size_t len)
{
    char path[64];

    path_of(part, path);
    if (t->run_kind != kind || strcmp(path, t->run_path) != 0)
        end_run(t);
    t->run_kind = kind;
    memcpy(t->run_path, path, sizeof path);
    must(len > 0);
    ck_ok(smime__buf_add(&t->run, data, len));
    return smime__buf_add(&t->bytes, data, len);
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    static const char kinds[] = "LMR"; /* leaf, multipart, message */
    static const char encodings[] = "ibq?";
    trace *t = user;
    char path[64];

    end_run(t);
    t->open++;
    path_of(part, path);
    must(part->offset == t->bytes.len);
    if (!header)
        return smime__buf_format(&t->text, "begin %s opaque\n", path);
    must(header->offset == part->offset);
    must(part->offset + header->raw.len == part->body_offset);
    ck_ok(smime__buf_add_view(&t->bytes, header->raw));
    return smime__buf_format(&t->text, "begin %s %s %c%c fields %zu\n", path, part->type.value,
                             kinds[part->kind], encodings[part->encoding], header->count);
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    return on_run(user, part, 'b', data, len);
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    return on_run(user, part, 'f', data, len);
}

static smime_status on_end(void *user, smime__part *part)
{
    trace *t = user;
    char path[64];

    end_run(t);
    t->open--;
    path_of(part, path);
    return smime__buf_format(&t->text, "end %s %u+%u\n", path, (unsigned)part->offset,
                             (unsigned)part->length);
}

void trace_run(trace *t, const smime__limits *limits, int opaque, const void *data, size_t len,
               size_t cut, size_t step)
{
    static const smime__scan_handler handler = {on_begin, on_body, on_frame, on_end, NULL};
    const uint8_t *at = data, *end = at + len;
    smime__limits defaults;
    smime__scan *scan = NULL;
    smime__defects *defects;

    memset(t, 0, sizeof *t);
    smime__error_clear(&t->error);
    smime__limits_default(&defaults);
    t->status = smime__scan_new(&handler, t, opaque, limits ? limits : &defaults, &t->error,
                                &scan);
    if (t->status < 0)
        return;
    while (at < end && t->status == SMIME_OK) {
        size_t part = step ? step : at == (const uint8_t *)data && cut ? cut : len;
        uint8_t *copy;

        if (part > (size_t)(end - at))
            part = (size_t)(end - at);
        copy = malloc(part);
        memcpy(copy, at, part);
        t->status = smime__scan_write(scan, copy, part);
        free(copy);
        at += part;
    }
    if (t->status == SMIME_OK)
        t->status = smime__scan_finish(scan);
    if (t->status == SMIME_OK)
        must(smime__scan_position(scan) == len);
    end_run(t);
    defects = smime__scan_defects(scan);
    t->structural = defects->structural;
    for (size_t i = 0; i < defects->count; i++)
        ck_ok(smime__buf_format(&t->defects, "%s@%u ", defects->list[i].code,
                                (unsigned)defects->list[i].offset));
    smime__scan_free(scan);
}

void trace_clear(trace *t)
{
    smime__buf_free(&t->text);
    smime__buf_free(&t->bytes);
    smime__buf_free(&t->run);
    smime__buf_free(&t->defects);
}

const char *trace_text(trace *t)
{
    return smime__buf_text(&t->text);
}

void trace_same(trace *a, trace *b)
{
    must(a->status == b->status && a->structural == b->structural);
    if (strcmp(trace_text(a), trace_text(b)) != 0)
        ck_assert_str_eq(trace_text(a), trace_text(b));
    if (strcmp(smime__buf_text(&a->defects), smime__buf_text(&b->defects)) != 0)
        ck_assert_str_eq(smime__buf_text(&a->defects), smime__buf_text(&b->defects));
}

#define MULTI(boundary) "Content-Type: multipart/mixed; boundary=\"" boundary "\"\n\n"

const sample samples[] = {
    {"Subject: x\n\nbody\n",
     "begin 1 text/plain Li fields 1\nb1 body\\n\nend 1 0+17\n", ""},
    {"Subject: x\r\n\r\nbody", "begin 1 text/plain Li fields 1\nb1 body\nend 1 0+18\n", ""},
    {"Subject: x\n", "begin 1 text/plain Li fields 1\nend 1 0+11\n", "header-unended@0 "},
    {"Subject: x", "begin 1 text/plain Li fields 1\nend 1 0+10\n", "header-unended@0 "},
    {"\nbody", "begin 1 text/plain Li fields 0\nb1 body\nend 1 0+5\n", ""},
    {MULTI("b") "pre\n--b\n\none\n--b\nA: b\n\ntwo\n\n--b--\nepi\n",
     "begin 1 multipart/mixed Mi fields 1\nf1 pre\\n--b\\n\n"
     "begin 1.1 text/plain Li fields 0\nb1.1 one\nend 1.1 53+4\nf1 \\n--b\\n\n"
     "begin 1.2 text/plain Li fields 1\nb1.2 two\\n\nend 1.2 62+10\n"
     "f1 \\n--b--\\nepi\\n\nend 1 0+83\n",
     ""},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\none\r\n--b--\r\n",
     "begin 1 multipart/mixed Mi fields 1\nf1 --b\\r\\n\n"
     "begin 1.1 text/plain Li fields 0\nb1.1 one\nend 1.1 50+5\n"
     "f1 \\r\\n--b--\\r\\n\nend 1 0+64\n",
     ""},
    /* no closing delimiter; an empty part */
    {MULTI("b") "--b\n\none\n--b\n",
     "begin 1 multipart/mixed Mi fields 1\nf1 --b\\n\n"
     "begin 1.1 text/plain Li fields 0\nb1.1 one\nend 1.1 49+4\nf1 \\n--b\\n\n"
     "begin 1.2 text/plain Li fields 0\nend 1.2 58+0\nend 1 0+58\n",
     "header-cut@58 part-unclosed@0 "},
    {MULTI("b") "no parts\n", NULL, "multipart-empty@0 "},
    {MULTI("b") "--b--\n", NULL, "multipart-empty@0 "},
    /* blanks behind a delimiter; a boundary that is the beginning of another line */
    {MULTI("b") "--b \t\n\none\n--bc\n--b--x\n--b-- \n",
     NULL, "boundary-doubtful@56 boundary-doubtful@61 "},
    {MULTI("b") "--b\n\n-\n--\n---b\n - b\n--B\n--b--\n", NULL, ""},
    /* nested, the inner one not closed; the same prefix inside and outside */
    {MULTI("o") "--o\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\na\n--i\n\nb\n"
     "--o--\n",
     NULL, "part-unclosed@49 "},
    {MULTI("ab") "--ab\nContent-Type: multipart/x; boundary=abc\n\n--abc\n\nx\n--abc--\n--ab\n\ny\n"
     "--ab--\n", NULL, NULL},
    {MULTI("b") "--b\nContent-Type: multipart/x; boundary=b\n\n--b\n\nx\n--b--\n",
     NULL, "boundary-repeated@49 "},
    /* messages in messages */
    {"Content-Type: message/rfc822\n\nSubject: in\n\nbody",
     "begin 1 message/rfc822 Ri fields 1\nbegin 1.1 text/plain Li fields 1\nb1.1 body\n"
     "end 1.1 30+17\nend 1 0+47\n", ""},
    {MULTI("b") "--b\nContent-Type: message/rfc822\n\nSubject: in\n\nbody\n--b--\n", NULL, ""},
    {MULTI("b") "--b\nContent-Type: message/rfc822\n\n--b--\n", NULL, "header-unended@79 "},
    {MULTI("b") "--b\nContent-Type: message/rfc822\n--b--\n", NULL, NULL},
    {"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nU3ViamVjdA==\n",
     "begin 1 message/rfc822 Lb fields 2\nb1 U3ViamVjdA==\\n\nend 1 0+77\n",
     "encoded-composite@0 "},
    {"Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: in\n\nbody\n--b--\n",
     "begin 1 multipart/digest Mi fields 1\nf1 --b\\n\n"
     "begin 1.1 message/rfc822 Ri fields 0\nbegin 1.1.1 text/plain Li fields 1\n"
     "b1.1.1 body\nend 1.1.1 49+17\nend 1.1 48+18\nf1 \\n--b--\\n\nend 1 0+73\n", ""},
    /* headers that are none */
    {"Subject: x\njunk line\nTo: y\n\nbody\n",
     "begin 1 text/plain Li fields 1\nb1 junk line\\nTo: y\\n\\nbody\\n\nend 1 0+33\n",
     "header-junk@11 "},
    {MULTI("b") "--b\njunk\n--b\n: x\n\n--b\nA: x\n--b--\n", NULL, NULL},
    {"Content-Type: message/rfc822\njunk\nmore junk\n", NULL,
     "header-junk@29 header-junk@29 "},
    {"From alice Mon Jan  1 2020\nSubject: x\n\nbody", NULL, "mbox-from@0 "},
    {"From alice@example.org Mon Jan  1 10:00:00 2020\nSubject: x\n\nbody",
     "begin 1 text/plain Li fields 1\nb1 body\nend 1 0+64\n", "mbox-from@0 "},
    {"From : alice@example.org\n\nbody",
     "begin 1 text/plain Li fields 1\nb1 body\nend 1 0+30\n", "blank-before-colon@0 "},
    {" folded: x\nSubject: y\n\nbody", NULL, "leading-fold@0 "},
    {"Subject: x\n folded\n\tmore\n\nbody", NULL, ""},
    {"A: x\rB: y\n\nbody", NULL, "bare-cr@4 "},
    {"Content-Type: multipart/mixed\n\n--b\n\nx\n",
     "begin 1 multipart/mixed Li fields 1\nb1 --b\\n\\nx\\n\nend 1 0+38\n",
     "boundary-missing@0 "},
    {"Content-Type: nonsense\n\nx", "begin 1 text/plain Li fields 1\nb1 x\nend 1 0+25\n",
     "type-syntax@0 "},
    {"Content-Transfer-Encoding: x-odd\n\nx", "begin 1 text/plain L? fields 1\nb1 x\nend 1 0+35\n",
     "encoding-unknown@0 "},
    {"Content-Transfer-Encoding: Quoted-Printable (c)\n\nx", NULL, "comment-in-structure@0 "},
    {"Content-Type: text/html\nContent-Type: text/plain\n\nx",
     "begin 1 text/html Li fields 2\nb1 x\nend 1 0+51\n", "duplicate-field@0 "},
    {"Content-Type: text/html; a=1; a=2\n\nx", NULL, "duplicate-parameter@0 "},
    {"Content-Type: multipart/mixed; boundary=b\nContent-Transfer-Encoding: base64\n\n--b\n\nx\n"
     "--b--\n", NULL, "encoded-composite@0 "},
    /* line ends */
    {MULTI("b") "--b\n\none\r\ntwo\n--b--\n", NULL, "mixed-line-ends@58 "},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n-one\ntwo\r\n--b--\r\n", NULL,
     NULL},
    {"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nx\r\n-\n-y\r\n--b--\r\n", NULL,
     NULL},
    {MULTI("b") "--b\n\n\r\r\n\r--b\n--b\r\n\r\r\n--b--\r", NULL, NULL},
    {MULTI("b") "--b\r\n\r\n\r\n\r\n--b--", NULL, NULL},
    {"\r", NULL, NULL},
    {"\r\n", NULL, NULL},
    {":\n\n", NULL, NULL},
    {"-\n\n", NULL, NULL},
    {MULTI("b") "--b\n-x: y\n--z: 1\n\n-\n--b\n--\n\n--b-", NULL, NULL},
    {MULTI("b") "--b", NULL, NULL},
    {MULTI("b") "--b--", NULL, NULL},
    {MULTI("b") "\n\n--b\n\n--b\n\n--b--\n--b\n\nafter\n--b--\n", NULL, NULL},
    {MULTI("-") "-----\n---\n\nx\n-----\n", NULL, NULL},
    {MULTI(" b") "-- b\n\nx\n-- b--\n", NULL, NULL},
};
const size_t sample_count = sizeof samples / sizeof samples[0];
