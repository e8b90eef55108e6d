/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* AuthEnvelopedData built by hand, with attributes and tags as no writer of ours makes them. */
#include "cms_support.h"

#include "cms/attributes.h"
#include "cms/content_writer.h"

static const char text[] = "what is sealed";
static smime_identity *bob;

typedef struct recipe {
    smime__oid attribute; /* contentType among the attributes; 0: no attributes */
    smime__oid type;      /* of the content; 0: id-data */
    int doubled;          /* the attribute stands twice */
    int no_aad;           /* attributes that the tag does not cover */
    int change_tag;       /* a bit of it */
    int tag_len;          /* 0: 16 */
    int declared;         /* ICVlen; 0: as tag_len, -1: left out, which stands for 12 */
} recipe;

static const struct {
    recipe recipe;
    int opened;
} rows[] = {
    {{.attribute = 0}, 1},
    {{.attribute = SMIME__OID_DATA}, 1},
    {{.attribute = SMIME__OID_SIGNED_DATA, .type = SMIME__OID_SIGNED_DATA}, 1},
    {{.tag_len = 12}, 1},
    {{.tag_len = 12, .declared = -1}, 1},
    {{.tag_len = 14}, 1},
    /* RFC 5083 2.1: contentType must name the content, and be there unless that is id-data */
    {{.attribute = SMIME__OID_SIGNED_DATA}, 0},
    {{.attribute = SMIME__OID_DATA, .type = SMIME__OID_SIGNED_DATA}, 0},
    {{.type = SMIME__OID_SIGNED_DATA}, 0},
    {{.attribute = SMIME__OID_DATA, .doubled = 1}, 0},
    {{.attribute = SMIME__OID_DATA, .no_aad = 1}, 0},
    {{.change_tag = 1}, 0},
    {{.tag_len = 12, .change_tag = 1}, 0},
    {{.tag_len = 16, .declared = -1}, 0},
    {{.tag_len = 12, .declared = 16}, 0},
    {{.tag_len = 8}, 0},  /* RFC 5084 3.2: 12 bytes at least */
    {{.tag_len = 1}, 0},
    {{.tag_len = 11}, 0},
};

static void add_front(smime__content_writer *writer, const recipe *r, const uint8_t *key,
                      const uint8_t *nonce)
{
    smime__recipient recipient = {.cert = bob->cert, .oaep_hash = SMIME__HASH_SHA256};
    size_t mark, params;
    int plain, length = r->declared ? r->declared : r->tag_len ? r->tag_len : SMIME__TAG_SIZE;

    ck_ok(smime__der_add_small(&writer->before, 0));
    ck_ok(smime__der_begin(&writer->before, SMIME__SET, &mark));
    ck_ok(smime__recipient_info_add(&writer->before, &recipient, key, 16, &plain));
    ck_ok(smime__der_end(&writer->before, mark));
    ck_ok(smime__der_add_oid(&writer->inside, r->type ? r->type : SMIME__OID_DATA));
    ck_ok(smime__der_begin(&writer->inside, SMIME__SEQUENCE, &mark));
    ck_ok(smime__der_add_oid(&writer->inside, SMIME__OID_AES128_GCM));
    ck_ok(smime__der_begin(&writer->inside, SMIME__SEQUENCE, &params));
    ck_ok(smime__der_add(&writer->inside, SMIME__OCTET_STRING, nonce, SMIME__GCM_NONCE));
    if (length > 0)
        ck_ok(smime__der_add_small(&writer->inside, length));
    ck_ok(smime__der_end(&writer->inside, params));
    ck_ok(smime__der_end(&writer->inside, mark));
}

static void add_attributes(smime__buf *to, const recipe *r)
{
    smime__buf value = {0};

    if (!r->attribute)
        return;
    ck_ok(smime__der_add_oid(&value, r->attribute));
    for (int i = 0; i <= r->doubled; i++)
        ck_ok(smime__attribute_add(to, SMIME__OID_CONTENT_TYPE, smime__buf_view(&value)));
    smime__buf_free(&value);
}

static void build(smime__buf *to, const recipe *r)
{
    uint8_t key[16], nonce[SMIME__GCM_NONCE], tag[SMIME__TAG_SIZE];
    smime__buf attributes = {0}, aad = {0}, trailer = {0};
    smime__content_writer writer;
    smime__stage *cipher;
    capture sink;

    support_fill(key, sizeof key, 60);
    support_fill(nonce, sizeof nonce, 61);
    capture_init(&sink);
    smime__content_writer_init(&writer, SMIME__OID_AUTH_ENVELOPED_DATA, 0, &sink.stage);
    add_front(&writer, r, key, nonce);
    add_attributes(&attributes, r);
    if (attributes.len && !r->no_aad)
        ck_ok(smime__der_add_view(&aad, SMIME__SET, smime__buf_view(&attributes)));
    ck_ok(smime__cipher_stage_new(SMIME__CIPHER_AES128_GCM, 1, key,
                                  smime__view_of(nonce, sizeof nonce), smime__buf_view(&aad),
                                  &writer.stage, &cipher));
    ck_ok(feed(cipher, text, strlen(text), 0));
    memcpy(tag, smime__cipher_stage_tag(cipher), sizeof tag);
    tag[0] ^= (uint8_t)r->change_tag;
    if (attributes.len)
        ck_ok(smime__der_add_view(&trailer, SMIME__CONTEXT_C(1), smime__buf_view(&attributes)));
    ck_ok(smime__der_add(&trailer, SMIME__OCTET_STRING, tag,
                         r->tag_len ? (size_t)r->tag_len : sizeof tag));
    ck_ok(smime__content_writer_end(&writer, smime__buf_view(&trailer)));
    smime__stage_free(cipher);
    smime__content_writer_clear(&writer);
    smime__buf_free(&attributes);
    smime__buf_free(&aad);
    smime__buf_free(&trailer);
    *to = sink.bytes;
}

static void setup(void)
{
    bob = identity_named("bob-p256");
}

static void teardown(void)
{
    smime_identity_unref(bob);
}

START_TEST(opened_or_nothing_comes_out)
{
    smime__buf der;

    build(&der, &rows[_i].recipe);
    for (size_t step = 0; step < 40; step += 13) {
        reading r;

        reading_run(&r, der.data, der.len, step, &bob, 1);
        ck_assert_int_eq(r.result->opened, rows[_i].opened);
        ck_assert_int_eq(r.result->failure == NULL, rows[_i].opened);
        if (rows[_i].opened)
            ck_assert_str_eq(smime__buf_text(&r.out), text);
        else
            ck_assert_uint_eq(r.out.len, 0);
        reading_clear(&r);
    }
    smime__buf_free(&der);
}
END_TEST

void add_cms_auth(Suite *suite)
{
    TCase *tc = tcase_create("auth");

    tcase_add_checked_fixture(tc, setup, teardown);
    add_rows(tc, opened_or_nothing_comes_out, rows);
    suite_add_tcase(suite, tc);
}
