/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What the suites of the public interface share. Everything that a function here hands out lives
 * until the end of the test, or until give_back(): no test frees anything. */
#ifndef SMIME_TESTS_API_COMMON_H
#define SMIME_TESTS_API_COMMON_H

#include "support.h"

#include <smime/smime.h>

typedef struct bytes {
    uint8_t *data;
    size_t len;
} bytes;

/* Memory of the test; mark() and give_back() free what came in between. */
void *take(size_t len);
size_t mark(void);
void give_back(size_t since);
void keep(void *what, void (*release)(void *)); /* to be released then */
void common_teardown(void); /* a checked fixture's */

bytes bytes_of(const void *data, size_t len); /* a copy */
bytes text(const char *text);
bytes crlf(const char *text); /* LF becomes CRLF */
bytes joined(bytes a, bytes b);
bytes part_of(bytes from, size_t start, size_t end);
int same(bytes a, bytes b);
/* Where @p what stands in @p in from @p start on; SIZE_MAX: nowhere. */
size_t find(bytes in, const char *what, size_t start);
int holds(bytes in, const char *what);
/* The first @p old becomes @p new; the test fails when there is none. */
bytes changed(bytes in, const char *old, const char *new);
void ck_same(bytes got, bytes expected);

/* From the test PKI; "root" and "intermediate" are the anchor and what stands below it. */
smime_cert *cert(const char *name);
smime_identity *identity(const char *name);
smime_identity *identity_with_chain(const char *name); /* carries intermediate and root */
smime_store *store_of(const char *anchor); /* knows the intermediate too */
/* At SUPPORT_NOW. */
smime_policy *policy(void);
smime_policy *policy_with(int32_t limit, uint64_t value);

#define DEFAULT_HEADERS (-1)

/* How a message is protected; zero is the default everywhere but for the header fields. */
typedef struct sending {
    const char *from[4];
    const char *to[4];
    const char *self;
    int opaque, cipher, transport, digest, pss, no_self;
    int headers; /* SMIME_HEADERS_*, so OUTSIDE unless set; DEFAULT_HEADERS: not chosen */
    int no_legacy;
    smime_policy *policy;
    smime_identity *identity; /* one more signer */
} sending;

smime_protect *protect_new(const sending *how); /* freed with the test */
bytes protected(const sending *how, bytes message);

/* How a message is opened. */
typedef struct reading {
    const char *keys[4];
    const char *anchor; /* "root" by default; "" for nobody */
    int release;
    smime_policy *policy;
    smime_cert *trusted; /* one more anchor */
    const char *expect[2]; /* who signs their mail */
    smime_known *known;
    const char *isolate; /* the path of an errant part, */
    int within;          /* in the content of so many layers */
} reading;

typedef struct outcome {
    smime_status status;
    smime_report *report;
    bytes content; /* data NULL: nothing was released */
    int32_t summary;
} outcome;

smime_open *open_new(const reading *how); /* freed with the test */
outcome opened(const reading *how, bytes message);
/* As opened(), by write with chunks of @p chunk bytes and a sink. */
outcome opened_in_chunks(const reading *how, bytes message, size_t chunk);
int has_reason(const smime_report *report, const char *code);
/* Summary and first reason, as one assertion that shows all reasons when it fails. */
void ck_verdict(outcome got, int32_t summary, const char *reason);

/* A small message of alice's, LF. */
extern const char plain_mail[];

/* 1 when the tests are to be short: SMIME_TEST_FAST is set, or CK_FORK=no (valgrind). */
int fast(void);

#endif
