/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Legacy display elements put in and taken out, however the text comes. */
#include "unit.h"

#include "mime/legacy_display.h"

#define ELEMENT "<div class=\"header-protection-legacy-display\"><pre>a</pre></div>"

static const size_t steps[] = { 1, 1000, 4096, 1 << 20 };

/* Text with @p filler bytes where the first '~' stands. */
static void stretch(smime__buf *to, const char *text, size_t filler)
{
    const char *at = strchr(text, '~');

    if (!at) {
        ck_ok(smime__buf_add_text(to, text));
        return;
    }
    ck_ok(smime__buf_add(to, text, (size_t)(at - text)));
    for (size_t i = 0; i < filler; i++)
        ck_ok(smime__buf_add_byte(to, (uint8_t)"<b>x-- </b> "[i % 12]));
    ck_ok(smime__buf_add_text(to, at + 1));
}

static const struct {
    const char *in, *out;
} comments[] = {
    { "<p>a</p><!-- ~ --><p>b</p>", "<p>a</p><!-- ~ --><p>b</p>" },
    { "<p>a</p><!--~--><!--x--><p>b</p>" ELEMENT "c", "<p>a</p><!--~--><!--x--><p>b</p>c" },
    { "a<!--~", "a<!--~" },
    { "a<!--~--", "a<!--~--" },
    { "a<!--~-->" ELEMENT "<!--~-->b", "a<!--~--><!--~-->b" },
    { "a<div class=header-protection-legacy-display><!--~</div>--></div>b", "ab" },
};
static const size_t lengths[] = { 0, 1, 4080, 4084, 4085, 4086, 4087, 4088, 4089, 4090, 4091, 4092,
                                  4093, 4096, 8100, 8176, 8180, 8184, 8188, 12000 };

/* A comment of any length stays as it is. */
START_TEST(long_comments)
{
    for (size_t i = 0; i < sizeof lengths / sizeof *lengths; i++) {
        smime__buf in = { 0 }, out = { 0 };

        stretch(&in, comments[_i].in, lengths[i]);
        stretch(&out, comments[_i].out, lengths[i]);
        for (size_t k = 0; k < sizeof steps / sizeof *steps; k++) {
            smime__stage *stage;
            capture sink;

            capture_init(&sink);
            ck_ok(smime__legacy_remover_new(SMIME__LEGACY_HTML, &sink.stage, &stage));
            ck_ok(feed(stage, in.data, in.len, steps[k]));
            capture_is(&sink, out.data, out.len);
            smime__stage_free(stage);
            capture_clear(&sink);
        }
        smime__buf_free(&in);
        smime__buf_free(&out);
    }
}
END_TEST

void add_mime_legacy(Suite *suite)
{
    TCase *tcase = tcase_create("legacy");

    tcase_set_timeout(tcase, 120);
    add_rows(tcase, long_comments, comments);
    suite_add_tcase(suite, tcase);
}
