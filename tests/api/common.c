/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "common.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char plain_mail[] = "From: Alice <alice@example.org>\n"
                          "To: bob@example.org\n"
                          "Subject: A test\n"
                          "Date: Mon, 01 Jun 2026 00:00:00 +0000\n"
                          "MIME-Version: 1.0\n"
                          "Content-Type: text/plain\n"
                          "\n"
                          "Hello Bob,\n"
                          "this is all.\n";

typedef struct kept {
    void *what;
    void (*release)(void *);
} kept;

static kept *list;
static size_t count, room;

void keep(void *what, void (*release)(void *))
{
    if (count == room) {
        room = room ? 2 * room : 64;
        list = realloc(list, room * sizeof *list);
        ck_assert_ptr_nonnull(list);
    }
    list[count++] = (kept){ what, release };
}

void *take(size_t len)
{
    void *memory = malloc(len ? len : 1);

    ck_assert_ptr_nonnull(memory);
    keep(memory, free);
    return memory;
}

size_t mark(void)
{
    return count;
}

void give_back(size_t since)
{
    while (count > since) {
        count--;
        list[count].release(list[count].what);
    }
}

void common_teardown(void)
{
    give_back(0);
    free(list);
    list = NULL;
    room = 0;
}

bytes bytes_of(const void *data, size_t len)
{
    bytes made = { take(len + 1), len };

    if (len)
        memcpy(made.data, data, len);
    made.data[len] = 0;
    return made;
}

bytes text(const char *text)
{
    return bytes_of(text, strlen(text));
}

bytes crlf(const char *text)
{
    bytes made = { take(2 * strlen(text) + 1), 0 };

    for (; *text; text++) {
        if (*text == '\n')
            made.data[made.len++] = '\r';
        made.data[made.len++] = (uint8_t)*text;
    }
    made.data[made.len] = 0;
    return made;
}

bytes joined(bytes a, bytes b)
{
    bytes made = { take(a.len + b.len + 1), a.len + b.len };

    memcpy(made.data, a.data, a.len);
    memcpy(made.data + a.len, b.data, b.len);
    made.data[made.len] = 0;
    return made;
}

bytes part_of(bytes from, size_t start, size_t end)
{
    return bytes_of(from.data + start, end - start);
}

int same(bytes a, bytes b)
{
    return a.len == b.len && (!a.len || !memcmp(a.data, b.data, a.len));
}

size_t find(bytes in, const char *what, size_t start)
{
    size_t len = strlen(what);

    for (size_t i = start; i + len <= in.len; i++)
        if (!memcmp(in.data + i, what, len))
            return i;
    return SIZE_MAX;
}

int holds(bytes in, const char *what)
{
    return find(in, what, 0) != SIZE_MAX;
}

bytes changed(bytes in, const char *old, const char *new)
{
    size_t at = find(in, old, 0);

    ck_assert_msg(at != SIZE_MAX, "there is no \"%s\" to change in:\n%s", old, in.data);
    return joined(joined(part_of(in, 0, at), text(new)), part_of(in, at + strlen(old), in.len));
}

void ck_same(bytes got, bytes expected)
{
    ck_assert_msg(same(got, expected), "%zu bytes:\n%.2000s\n-- expected were %zu:\n%.2000s",
                  got.len, got.data ? (char *)got.data : "(none)", expected.len,
                  (char *)expected.data);
}

int fast(void)
{
    const char *fork = getenv("CK_FORK");

    return getenv("SMIME_TEST_FAST") || (fork && !strcmp(fork, "no"));
}

#define DROP(name, function)          \
    static void drop_##name(void *what) \
    {                                   \
        function(what);                 \
    }

DROP(cert, smime_cert_unref)
DROP(identity, smime_identity_unref)
DROP(store, smime_store_unref)
DROP(policy, smime_policy_unref)
DROP(bag, smime_bag_free)
DROP(protect, smime_protect_free)
DROP(open, smime_open_free)
DROP(report, smime_report_unref)

static bytes pki(const char *name, const char *suffix)
{
    char file[100];
    bytes made;

    snprintf(file, sizeof file, "%s%s", name, suffix);
    made.data = support_pki(file, &made.len);
    keep(made.data, free);
    return made;
}

smime_cert *cert(const char *name)
{
    bytes file = pki(name, ".pem");
    smime_cert *made;

    ck_assert_int_eq(smime_cert_new(file.data, file.len, &made), SMIME_OK);
    keep(made, drop_cert);
    return made;
}

smime_identity *identity(const char *name)
{
    bytes file = pki(name, ".key");
    smime_identity *made;

    ck_assert_int_eq(smime_identity_new(cert(name), file.data, file.len, NULL, &made), SMIME_OK);
    keep(made, drop_identity);
    return made;
}

smime_identity *identity_with_chain(const char *name)
{
    static const char *const above[] = { "intermediate", "root", "carol-p384" };
    bytes file = pki(name, ".pem");
    smime_bag *bag;

    ck_assert_int_eq(smime_bag_new(NULL, &bag), SMIME_OK);
    keep(bag, drop_bag);
    ck_assert_int_eq(smime_bag_add(bag, file.data, file.len), SMIME_OK);
    file = pki(name, ".key");
    ck_assert_int_eq(smime_bag_add(bag, file.data, file.len), SMIME_OK);
    for (size_t i = 0; i < sizeof above / sizeof above[0]; i++) {
        file = pki(above[i], ".pem");
        ck_assert_int_eq(smime_bag_add(bag, file.data, file.len), SMIME_OK);
    }
    ck_assert_uint_eq(smime_bag_identity_count(bag), 1);
    return smime_bag_identity(bag, 0);
}

smime_store *store_of(const char *anchor)
{
    smime_store *store;

    ck_assert_int_eq(smime_store_new(&store), SMIME_OK);
    keep(store, drop_store);
    if (*anchor)
        ck_assert_int_eq(smime_store_add_anchor(store, cert(anchor)), SMIME_OK);
    ck_assert_int_eq(smime_store_add_cert(store, cert("intermediate")), SMIME_OK);
    return store;
}

smime_policy *policy(void)
{
    smime_policy *made;

    ck_assert_int_eq(smime_policy_new(SMIME_POLICY_DEFAULT, &made), SMIME_OK);
    keep(made, drop_policy);
    ck_assert_int_eq(smime_policy_set_time(made, SUPPORT_NOW), SMIME_OK);
    return made;
}

smime_policy *policy_with(int32_t limit, uint64_t value)
{
    smime_policy *made = policy();

    ck_assert_int_eq(smime_policy_set_limit(made, limit, value), SMIME_OK);
    return made;
}

smime_protect *protect_new(const sending *how)
{
    smime_protect *job;

    ck_assert_int_eq(smime_protect_new(how->policy ? how->policy : policy(), &job), SMIME_OK);
    keep(job, drop_protect);
    for (int i = 0; i < 4 && how->from[i]; i++)
        ck_assert_int_eq(smime_protect_sign(job, identity(how->from[i])), SMIME_OK);
    if (how->identity)
        ck_assert_int_eq(smime_protect_sign(job, how->identity), SMIME_OK);
    for (int i = 0; i < 4 && how->to[i]; i++)
        ck_assert_int_eq(smime_protect_encrypt_to(job, cert(how->to[i])), SMIME_OK);
    if (how->self)
        ck_assert_int_eq(smime_protect_encrypt_to_self(job, cert(how->self)), SMIME_OK);
    if (how->no_self)
        ck_assert_int_eq(smime_protect_no_self(job), SMIME_OK);
    ck_assert_int_eq(smime_protect_set_opaque(job, how->opaque), SMIME_OK);
    ck_assert_int_eq(smime_protect_set_pss(job, how->pss), SMIME_OK);
    ck_assert_int_eq(smime_protect_set_cipher(job, how->cipher), SMIME_OK);
    ck_assert_int_eq(smime_protect_set_transport(job, how->transport, 0), SMIME_OK);
    if (how->headers != DEFAULT_HEADERS)
        ck_assert_int_eq(smime_protect_set_headers(job, how->headers), SMIME_OK);
    ck_assert_int_eq(smime_protect_set_legacy_display(job, !how->no_legacy), SMIME_OK);
    if (how->digest)
        ck_assert_int_eq(smime_protect_set_digest(job, how->digest), SMIME_OK);
    return job;
}

bytes protected(const sending *how, bytes message)
{
    smime_protect *job = protect_new(how);
    bytes made = { NULL, 0 };
    smime_status status = smime_protect_buffer(job, message.data, message.len, &made.data,
                                               &made.len);

    ck_assert_msg(status == SMIME_OK, "%s: %s", smime_status_name(status),
                  smime_protect_error_text(job));
    keep(made.data, smime_free);
    return made;
}

smime_open *open_new(const reading *how)
{
    smime_store *store = store_of(how->anchor ? how->anchor : "root");
    smime_open *job;

    ck_assert_int_eq(smime_open_new(how->policy ? how->policy : policy(), &job), SMIME_OK);
    keep(job, drop_open);
    if (how->trusted)
        ck_assert_int_eq(smime_store_add_anchor(store, how->trusted), SMIME_OK);
    ck_assert_int_eq(smime_open_use_store(job, store), SMIME_OK);
    for (int i = 0; i < 4 && how->keys[i]; i++)
        ck_assert_int_eq(smime_open_add_identity(job, identity(how->keys[i])), SMIME_OK);
    ck_assert_int_eq(smime_open_set_release(job, how->release), SMIME_OK);
    for (int i = 0; i < 2 && how->expect[i]; i++)
        ck_assert_int_eq(smime_open_expect_signed(job, how->expect[i]), SMIME_OK);
    if (how->known)
        ck_assert_int_eq(smime_open_use_known(job, how->known), SMIME_OK);
    if (how->isolate)
        ck_assert_int_eq(smime_open_isolate(job, how->within, how->isolate), SMIME_OK);
    return job;
}

static void take_report(smime_open *job, outcome *got)
{
    ck_assert_int_eq(smime_open_report(job, &got->report), SMIME_OK);
    keep(got->report, drop_report);
    got->summary = smime_report_summary(got->report);
    if (got->status < 0)
        ck_assert_str_ne(smime_open_error_text(job), "");
}

outcome opened(const reading *how, bytes message)
{
    smime_open *job = open_new(how);
    outcome got = { 0 };

    got.status = smime_open_buffer(job, message.data, message.len, &got.content.data,
                                   &got.content.len);
    if (got.content.data)
        keep(got.content.data, smime_free);
    take_report(job, &got);
    return got;
}

static smime_status add(const uint8_t *data, size_t len, void *user_data)
{
    bytes *all = user_data;

    all->data = realloc(all->data, all->len + len + 1);
    ck_assert_ptr_nonnull(all->data);
    memcpy(all->data + all->len, data, len);
    all->len += len;
    all->data[all->len] = 0;
    return SMIME_OK;
}

outcome opened_in_chunks(const reading *how, bytes message, size_t chunk)
{
    smime_open *job = open_new(how);
    outcome got = { 0 };
    bytes all = { NULL, 0 };
    size_t taken;

    ck_assert_int_eq(smime_open_set_sink(job, add, NULL, &all, NULL), SMIME_OK);
    for (size_t i = 0; i < message.len && got.status == SMIME_OK; i += chunk) {
        size_t len = message.len - i < chunk ? message.len - i : chunk;
        got.status = smime_open_write(job, message.data + i, len, &taken);
        if (got.status == SMIME_OK)
            ck_assert_uint_eq(taken, len);
    }
    if (got.status == SMIME_OK)
        got.status = smime_open_finish(job);
    take_report(job, &got);
    if (all.data)
        keep(all.data, free);
    got.content = all;
    return got;
}

int has_reason(const smime_report *report, const char *code)
{
    for (size_t i = 0; i < smime_report_reason_count(report); i++)
        if (!strcmp(smime_report_reason_code(report, i), code))
            return 1;
    return 0;
}

void ck_verdict(outcome got, int32_t summary, const char *reason)
{
    char reasons[1000] = "";

    for (size_t i = 0; i < smime_report_reason_count(got.report); i++)
        snprintf(reasons + strlen(reasons), sizeof reasons - strlen(reasons), " %s",
                 smime_report_reason_code(got.report, i));
    ck_assert_msg(got.summary == summary && (!reason || has_reason(got.report, reason)),
                  "summary %d, status %s, reasons%s; expected %d with %s", (int)got.summary,
                  smime_status_name(got.status), reasons, (int)summary,
                  reason ? reason : "any reason");
    ck_assert_str_ne(smime_report_text(got.report), "");
}
