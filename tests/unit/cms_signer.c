/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* SignerInfos built by hand: what is right, and one thing wrong at a time. */
#include "cms_support.h"

#include "cms/attributes.h"


/* How a SignerInfo differs from a good one. */
typedef struct recipe {
    int no_attributes;
    int version;              /* 0: 1 */
    int by_key_id;
    smime__oid content_type;  /* in the attribute; 0: id-data */
    int omit_type, omit_digest, double_type, double_digest, two_values;
    int wrong_digest, short_digest;
    uint8_t type_tag, digest_tag; /* the value's, when it is another than that of its type */
    int time;                 /* 1 good, 2 twice, 3 malformed, 4 of no time's type */
    int unsorted;             /* attributes in the message in another order than signed */
    int change_value;         /* of the signature */
    smime__hash declared;     /* digestAlgorithm; 0: SHA-256 */
    int certificate_id;       /* 1 right, 2 another's, 3 without a hash, 4 with bytes behind */
    int certificate_issuer;   /* 1 right, 2 another serial number, 3 no directoryName */
    int certificate_id_v1;    /* signingCertificate with SHA-1; numbers as in certificate_id */
    int protection;           /* 1 right, 2 other digest, 3 malformed */
    int unsigned_digest;      /* messageDigest among the unsigned attributes */
    int empty_attributes;
    int many;                 /* further attributes */
    int trailing;             /* a byte behind */
    smime__oid signature;     /* 0: what fits */
} recipe;

static const struct {
    recipe recipe;
    int verdict;
    const char *reason;
} rows[] = {
    {{.version = 0}, SMIME__SIGNER_GOOD, NULL},
    {{.no_attributes = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.by_key_id = 1, .version = 3}, SMIME__SIGNER_GOOD, NULL},
    {{.unsorted = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.time = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.certificate_id = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.protection = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.many = 60}, SMIME__SIGNER_GOOD, NULL},
    {{.version = 3}, SMIME__SIGNER_BAD, "signer-malformed"},
    {{.version = 2}, SMIME__SIGNER_BAD, "signer-malformed"},
    {{.by_key_id = 1}, SMIME__SIGNER_BAD, "signer-malformed"},
    {{.trailing = 1}, SMIME__SIGNER_BAD, "signer-malformed"},
    {{.content_type = SMIME__OID_SIGNED_DATA}, SMIME__SIGNER_BAD, "content-type-mismatch"},
    {{.omit_type = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.omit_digest = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.double_type = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.double_digest = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.two_values = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.empty_attributes = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.wrong_digest = 1}, SMIME__SIGNER_BAD, "content-changed"},
    {{.short_digest = 1}, SMIME__SIGNER_BAD, "content-changed"},
    {{.time = 2}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.time = 3}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.time = 4}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.type_tag = SMIME__OCTET_STRING}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.type_tag = SMIME__NULL}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.type_tag = SMIME__SEQUENCE}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.digest_tag = SMIME__BIT_STRING}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.digest_tag = SMIME__INTEGER}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.digest_tag = SMIME__UTF8_STRING}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.digest_tag = SMIME__NULL}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.change_value = 1}, SMIME__SIGNER_BAD, "bad-signature"},
    {{.no_attributes = 1, .change_value = 1}, SMIME__SIGNER_BAD, "content-changed"},
    {{.certificate_id = 2}, SMIME__SIGNER_BAD, "certificate-mismatch"},
    {{.certificate_id = 3}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.certificate_id = 4}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.certificate_id = 1, .certificate_issuer = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.certificate_id = 1, .certificate_issuer = 2}, SMIME__SIGNER_BAD, "certificate-mismatch"},
    {{.certificate_id = 1, .certificate_issuer = 3}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.certificate_id_v1 = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.certificate_id_v1 = 2}, SMIME__SIGNER_BAD, "certificate-mismatch"},
    {{.certificate_id_v1 = 3}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.certificate_id_v1 = 4}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.certificate_id = 1, .certificate_id_v1 = 1}, SMIME__SIGNER_GOOD, NULL},
    {{.certificate_id = 1, .certificate_id_v1 = 2}, SMIME__SIGNER_BAD, "certificate-mismatch"},
    {{.certificate_id = 2, .certificate_id_v1 = 1}, SMIME__SIGNER_BAD, "certificate-mismatch"},
    {{.protection = 2}, SMIME__SIGNER_BAD, "algorithm-mismatch"},
    {{.protection = 3}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.unsigned_digest = 1}, SMIME__SIGNER_BAD, "attribute-malformed"},
    {{.declared = SMIME__HASH_SHA512}, SMIME__SIGNER_BAD, "algorithm-mismatch"},
    {{.declared = SMIME__HASH_SHA1, .signature = SMIME__OID_ECDSA_SHA1}, SMIME__SIGNER_BAD,
     "weak-algorithm"},
    {{.signature = SMIME__OID_DATA}, SMIME__SIGNER_INDETERMINATE, "unsupported-algorithm"},
    {{.signature = SMIME__OID_RSA_SHA256}, SMIME__SIGNER_BAD, "bad-signature"},
};

static const char text[] = "what is signed";
static uint8_t digests[SMIME__HASH_COUNT][SMIME__DIGEST_MAX];
static smime_identity *alice;
static smime__settings settings;
static smime__budget budget;
static smime__error error;
static smime__pool pool;
static smime__signer_context context;
static smime__signer_result result;
static int has_digest[SMIME__HASH_COUNT];

static const uint8_t *lookup(void *user, smime__hash hash)
{
    ck_assert_ptr_eq(user, &pool);
    return has_digest[hash] ? digests[hash] : NULL;
}

static void setup(void)
{
    alice = identity_named("alice-p256");
    settings_now(&settings);
    memset(&budget, 0, sizeof budget);
    memset(&result, 0, sizeof result);
    budget.limits = settings.limits;
    smime__error_clear(&error);
    ck_ok(smime__pool_add(&pool, alice->cert));
    for (int i = 1; i < SMIME__HASH_COUNT; i++) {
        if (!smime__hash_is_available((smime__hash)i))
            continue;
        ck_ok(smime__digest_once((smime__hash)i, text, strlen(text), digests[i]));
        has_digest[i] = 1;
    }
    memset(&context, 0, sizeof context);
    context.settings = &settings;
    context.budget = &budget;
    context.error = &error;
    context.content_type = smime__oid_bytes(SMIME__OID_DATA);
    context.digest = lookup;
    context.digest_user = &pool;
    context.content_head = smime__view_text(text);
    context.content_length = strlen(text);
    context.pools[1] = &pool; /* the others are not there */
}

static void teardown(void)
{
    smime__signer_result_clear(&result);
    smime__pool_clear(&pool);
    smime__settings_clear(&settings);
    smime_identity_unref(alice);
}

static void add_value(smime__buf *set, smime__oid type, smime__buf *value)
{
    ck_ok(smime__attribute_add(set, type, smime__buf_view(value)));
    smime__buf_free(value);
}

/* IssuerSerial, with the directoryName of the issuer or with a host name. */
static void add_issuer(smime__buf *to, int how)
{
    smime__buf serial = {0};
    size_t a, b, c;

    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &a));
    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &b));
    ck_ok(smime__der_begin(to, how == 3 ? SMIME__CONTEXT(2) : SMIME__CONTEXT_C(4), &c));
    ck_ok(how == 3 ? smime__buf_add_text(to, "example.org")
                   : smime__buf_add_view(to, alice->cert->issuer));
    ck_ok(smime__der_end(to, c));
    ck_ok(smime__der_end(to, b));
    ck_ok(smime__buf_add_view(&serial, alice->cert->serial));
    serial.data[serial.len - 1] ^= how == 2;
    ck_ok(smime__der_add_view(to, SMIME__INTEGER, smime__buf_view(&serial)));
    ck_ok(smime__der_end(to, a));
    smime__buf_free(&serial);
}

static void add_certificate_id(smime__buf *set, const recipe *r, smime__oid type, int how)
{
    smime__hash hash = type == SMIME__OID_SIGNING_CERTIFICATE ? SMIME__HASH_SHA1
                                                              : SMIME__HASH_SHA256;
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__buf value = {0};
    size_t a, b, c;

    ck_ok(smime__digest_once(hash, alice->cert->der, alice->cert->len, digest));
    digest[0] ^= how == 2;
    ck_ok(smime__der_begin(&value, SMIME__SEQUENCE, &a));
    ck_ok(smime__der_begin(&value, SMIME__SEQUENCE, &b));
    ck_ok(smime__der_begin(&value, SMIME__SEQUENCE, &c));
    if (how != 3)
        ck_ok(smime__der_add(&value, SMIME__OCTET_STRING, digest, smime__hash_size(hash)));
    if (r->certificate_issuer)
        add_issuer(&value, r->certificate_issuer);
    if (how == 4)
        ck_ok(smime__der_add(&value, SMIME__NULL, "", 0));
    ck_ok(smime__der_end(&value, c));
    ck_ok(smime__der_end(&value, b));
    ck_ok(smime__der_end(&value, a));
    add_value(set, type, &value);
}

static void add_special(smime__buf *set, const recipe *r)
{
    smime__buf value = {0};
    size_t a;

    for (int i = 0; i < (r->time == 2 ? 2 : r->time != 0); i++) {
        ck_ok(r->time == 3   ? smime__der_add(&value, SMIME__UTC_TIME, "nonsense", 8)
              : r->time == 4 ? smime__der_add(&value, SMIME__OCTET_STRING, "261125000000Z", 13)
                             : smime__der_add_time(&value, SUPPORT_NOW));
        add_value(set, SMIME__OID_SIGNING_TIME, &value);
    }
    if (r->certificate_id)
        add_certificate_id(set, r, SMIME__OID_SIGNING_CERTIFICATE_V2, r->certificate_id);
    if (r->certificate_id_v1)
        add_certificate_id(set, r, SMIME__OID_SIGNING_CERTIFICATE, r->certificate_id_v1);
    if (r->protection) {
        size_t start;

        ck_ok(smime__der_begin(&value, SMIME__SEQUENCE, &a));
        ck_ok(smime__algorithm_add_hash(&value, r->protection == 2 ? SMIME__HASH_SHA512
                                                                   : SMIME__HASH_SHA256));
        start = value.len;
        ck_ok(smime__algorithm_add(&value, SMIME__OID_ECDSA_SHA256, 0));
        value.data[start] = r->protection == 3 ? SMIME__CONTEXT_C(2) : SMIME__CONTEXT_C(1);
        ck_ok(smime__der_end(&value, a));
        add_value(set, SMIME__OID_ALGORITHM_PROTECTION, &value);
    }
}

static void add_two_values(smime__buf *set, smime__view digest)
{
    size_t attribute, values;

    ck_ok(smime__der_begin(set, SMIME__SEQUENCE, &attribute));
    ck_ok(smime__der_add_oid(set, SMIME__OID_MESSAGE_DIGEST));
    ck_ok(smime__der_begin(set, SMIME__SET, &values));
    ck_ok(smime__der_add_view(set, SMIME__OCTET_STRING, digest));
    ck_ok(smime__der_add_view(set, SMIME__OCTET_STRING, digest));
    ck_ok(smime__der_end(set, values));
    ck_ok(smime__der_end(set, attribute));
}

static void make_attributes(smime__buf *set, const recipe *r)
{
    smime__hash hash = r->declared ? r->declared : SMIME__HASH_SHA256;
    uint8_t digest[SMIME__DIGEST_MAX];
    smime__buf value = {0};
    size_t len = smime__hash_size(hash) - (r->short_digest ? 1 : 0);

    memcpy(digest, digests[hash], sizeof digest);
    digest[5] ^= (uint8_t)r->wrong_digest;
    for (int i = r->omit_type; i < 1 + r->double_type; i++) {
        ck_ok(smime__der_add_oid(&value, r->content_type ? r->content_type : SMIME__OID_DATA));
        if (r->type_tag)
            value.data[0] = r->type_tag;
        add_value(set, SMIME__OID_CONTENT_TYPE, &value);
    }
    if (r->two_values)
        add_two_values(set, smime__view_of(digest, len));
    for (int i = r->omit_digest + r->two_values; i < 1 + r->double_digest; i++) {
        ck_ok(smime__der_add(&value, r->digest_tag ? r->digest_tag : SMIME__OCTET_STRING, digest,
                             len));
        add_value(set, SMIME__OID_MESSAGE_DIGEST, &value);
    }
    for (int i = 0; i < r->many; i++) {
        ck_ok(smime__der_add_small(&value, i));
        add_value(set, SMIME__OID_SHA1, &value); /* any identifier will do */
    }
    add_special(set, r);
}

/* In reverse order of the DER. */
static void reverse(smime__buf *set)
{
    smime__buf other = {0};
    smime__der der = smime__der_cursor(smime__buf_view(set));
    smime__view each;

    while (smime__der_next(&der, NULL, NULL, &each)) {
        smime__buf front = {0};

        ck_ok(smime__buf_add_view(&front, each));
        ck_ok(smime__buf_add_view(&front, smime__buf_view(&other)));
        smime__buf_free(&other);
        other = front;
    }
    smime__buf_free(set);
    *set = other;
}

static void sign(smime__buf *signature, const recipe *r, const smime__buf *sorted)
{
    smime__signature_kind how = {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA256, 0, 0};
    smime__buf set = {0};

    if (r->no_attributes) {
        ck_ok(smime__privkey_sign(alice->key, &how, smime__view_text(text), 0, signature));
    } else {
        ck_ok(smime__der_add_view(&set, SMIME__SET, smime__buf_view(sorted)));
        ck_ok(smime__privkey_sign(alice->key, &how, smime__buf_view(&set), 0, signature));
    }
    if (r->change_value)
        signature->data[signature->len - 1] ^= 1;
    smime__buf_free(&set);
}

static void build(smime__buf *to, const recipe *r)
{
    smime__buf set = {0}, sorted = {0}, signature = {0}, value = {0}, extra = {0};
    size_t mark;

    if (!r->no_attributes && !r->empty_attributes)
        make_attributes(&set, r);
    ck_ok(smime__der_sort_set(&sorted, smime__buf_view(&set)));
    sign(&signature, r, &sorted);
    if (r->unsorted)
        reverse(&sorted);
    ck_ok(smime__der_begin(to, SMIME__SEQUENCE, &mark));
    ck_ok(smime__der_add_small(to, r->version ? r->version : 1));
    if (r->by_key_id)
        ck_ok(smime__der_add_view(to, SMIME__CONTEXT(0), alice->cert->subject_key_id));
    else
        ck_ok(smime__identifier_add(to, alice->cert));
    ck_ok(smime__algorithm_add_hash(to, r->declared ? r->declared : SMIME__HASH_SHA256));
    if (!r->no_attributes)
        ck_ok(smime__der_add_view(to, SMIME__CONTEXT_C(0), smime__buf_view(&sorted)));
    ck_ok(smime__algorithm_add(to, r->signature ? r->signature : SMIME__OID_ECDSA_SHA256, 0));
    ck_ok(smime__der_add_view(to, SMIME__OCTET_STRING, smime__buf_view(&signature)));
    if (r->unsigned_digest) {
        ck_ok(smime__der_add(&value, SMIME__OCTET_STRING, digests[SMIME__HASH_SHA256], 32));
        add_value(&extra, SMIME__OID_MESSAGE_DIGEST, &value);
        ck_ok(smime__der_add_view(to, SMIME__CONTEXT_C(1), smime__buf_view(&extra)));
    }
    ck_ok(smime__der_end(to, mark));
    if (r->trailing)
        ck_ok(smime__buf_add_byte(to, 0));
    smime__buf_free(&set);
    smime__buf_free(&sorted);
    smime__buf_free(&signature);
    smime__buf_free(&extra);
}

static smime_status verify(const recipe *r)
{
    smime__buf der = {0};
    smime_status status;

    smime__signer_result_clear(&result);
    build(&der, r);
    status = smime__signer_info_verify(&context, smime__buf_view(&der), &result);
    smime__buf_free(&der);
    return status;
}

static void expect(int verdict, const char *reason)
{
    ck_assert_msg(result.verdict == verdict &&
                      (reason ? result.reason && !strcmp(reason, result.reason)
                              : !result.reason),
                  "verdict %d, reason %s: %s", result.verdict,
                  result.reason ? result.reason : "none", result.text);
    if (reason)
        ck_assert_str_ne(result.text, "");
}

START_TEST(one_thing_wrong_at_a_time)
{
    ck_ok(verify(&rows[_i].recipe));
    expect(rows[_i].verdict, rows[_i].reason);
    if (rows[_i].recipe.time == 1) {
        ck_assert_int_eq(result.has_time, 1);
        ck_assert_int_eq(result.time, SUPPORT_NOW);
    }
    if (!rows[_i].reason) {
        ck_assert(smime__cert_equal(result.cert, alice->cert));
        ck_assert_int_eq(result.hash, SMIME__HASH_SHA256);
        ck_assert_int_eq(result.scheme, SMIME__SCHEME_ECDSA);
        ck_assert_int_eq(result.weak, 0);
    }
}
END_TEST

static const recipe plain, bare = {.no_attributes = 1};

START_TEST(certificate_that_is_not_there)
{
    context.pools[1] = NULL;
    ck_ok(verify(&plain));
    expect(SMIME__SIGNER_INDETERMINATE, "no-certificate");
    ck_assert_ptr_null(result.cert);
    context.pools[2] = &pool; /* any of the places will do */
    ck_ok(verify(&plain));
    expect(SMIME__SIGNER_GOOD, NULL);
}
END_TEST

START_TEST(digest_that_was_not_computed)
{
    has_digest[SMIME__HASH_SHA256] = 0;
    ck_ok(verify(&plain));
    expect(SMIME__SIGNER_INDETERMINATE, "digest-not-computed");
    ck_ok(verify(&bare));
    expect(SMIME__SIGNER_INDETERMINATE, "digest-not-computed");
}
END_TEST

START_TEST(content_that_is_not_data_wants_attributes)
{
    context.content_type = smime__oid_bytes(SMIME__OID_SIGNED_DATA);
    ck_ok(verify(&bare));
    expect(SMIME__SIGNER_BAD, "attribute-malformed");
    ck_ok(verify(&(recipe){.content_type = SMIME__OID_SIGNED_DATA}));
    expect(SMIME__SIGNER_GOOD, NULL);
    ck_ok(verify(&plain));
    expect(SMIME__SIGNER_BAD, "content-type-mismatch");
}
END_TEST

START_TEST(attributes_of_another_message_are_no_content)
{
    /* content that begins as a SET OF Attribute of exactly its length */
    context.content_head = smime__view_of("\x31\x0c\x30\x0a\x06\x03\x55\x04\x03\x31\x03\x13", 12);
    context.content_length = 14;
    ck_ok(verify(&bare));
    expect(SMIME__SIGNER_BAD, "attribute-malformed");
    ck_ok(verify(&plain)); /* with attributes of its own there is no such doubt */
    expect(SMIME__SIGNER_GOOD, NULL);
    context.content_length = 15;
    ck_ok(verify(&bare));
    expect(SMIME__SIGNER_GOOD, NULL);
}
END_TEST

START_TEST(limits_are_told_as_limits)
{
    ck_assert_int_eq(verify(&(recipe){.many = 63}), SMIME_E_LIMIT_ATTRIBUTES);
    budget.limits.value[SMIME_LIMIT_SIGNATURES] = 0;
    ck_assert_int_eq(verify(&plain), SMIME_E_LIMIT_SIGNATURES);
    ck_assert_int_eq(verify(&bare), SMIME_E_LIMIT_SIGNATURES);
}
END_TEST

START_TEST(legacy_policy_reads_sha1_and_marks_it)
{
    smime__signature_kind how = {SMIME__SCHEME_ECDSA, SMIME__HASH_SHA1, 0, 0};
    smime__signer signer = {.identity = alice, .hash = SMIME__HASH_SHA1, .pss = 0};
    smime__buf der = {0};

    (void)how;
    ck_ok(smime__signer_info_add(&der, &signer, smime__oid_bytes(SMIME__OID_DATA),
                                 digests[SMIME__HASH_SHA1], SUPPORT_NOW));
    ck_ok(smime__signer_info_verify(&context, smime__buf_view(&der), &result));
    expect(SMIME__SIGNER_BAD, "weak-algorithm");
    smime__signer_result_clear(&result);
    smime__rules_default(&settings.rules, SMIME_POLICY_LEGACY);
    ck_ok(smime__signer_info_verify(&context, smime__buf_view(&der), &result));
    expect(SMIME__SIGNER_GOOD, NULL);
    ck_assert_int_eq(result.weak, 1);
    smime__buf_free(&der);
}
END_TEST

static const struct {
    const char *name;
    smime__hash hash;
    int pss;
    smime__scheme scheme;
} signers[] = {
    {"alice-rsa", SMIME__HASH_SHA256, 0, SMIME__SCHEME_RSA},
    {"alice-rsa", SMIME__HASH_SHA512, 0, SMIME__SCHEME_RSA},
    {"alice-rsa", SMIME__HASH_SHA256, 1, SMIME__SCHEME_RSA_PSS},
    {"alice-rsa", SMIME__HASH_SHA384, 1, SMIME__SCHEME_RSA_PSS},
    {"dave-pss", SMIME__HASH_SHA256, 0, SMIME__SCHEME_RSA_PSS},
    {"alice-p256", SMIME__HASH_SHA256, 0, SMIME__SCHEME_ECDSA},
    {"carol-p384", SMIME__HASH_SHA384, 0, SMIME__SCHEME_ECDSA},
    {"carol-p521", SMIME__HASH_SHA512, 0, SMIME__SCHEME_ECDSA},
    {"dave-ed25519", SMIME__HASH_SHA512, 0, SMIME__SCHEME_ED25519},
};

START_TEST(what_the_library_signs_it_verifies)
{
    smime_identity *identity = identity_named(signers[_i].name);
    smime__signer signer = {.identity = identity, .hash = signers[_i].hash, .pss = signers[_i].pss};
    smime__signature_kind how;
    smime__buf der = {0};

    ck_ok(smime__pool_add(&pool, identity->cert));
    ck_ok(smime__signer_kind(&signer, &how));
    ck_assert_int_eq(how.scheme, signers[_i].scheme);
    ck_ok(smime__signer_info_add(&der, &signer, smime__oid_bytes(SMIME__OID_DATA),
                                 digests[signers[_i].hash],
                                 SUPPORT_NOW));
    ck_ok(smime__signer_info_verify(&context, smime__buf_view(&der), &result));
    expect(SMIME__SIGNER_GOOD, NULL);
    ck_assert_int_eq(result.has_time, 1);
    ck_assert_int_eq(result.time, SUPPORT_NOW);
    ck_assert_int_eq(result.scheme, signers[_i].scheme);
    smime__signer_result_clear(&result);
    digests[signers[_i].hash][0] ^= 1;
    ck_ok(smime__signer_info_verify(&context, smime__buf_view(&der), &result));
    expect(SMIME__SIGNER_BAD, "content-changed");
    digests[signers[_i].hash][0] ^= 1;
    smime__buf_free(&der);
    smime_identity_unref(identity);
}
END_TEST

START_TEST(every_prefix_and_every_byte)
{
    smime__buf der = {0};

    build(&der, &(recipe){.time = 1, .certificate_id = 1, .protection = 1});
    budget.limits.value[SMIME_LIMIT_SIGNATURES] = 1000000;
    for (size_t len = 0; len < der.len; len++) {
        uint8_t *exact = malloc(len ? len : 1);

        memcpy(exact, der.data, len);
        ck_ok(smime__signer_info_verify(&context, smime__view_of(exact, len), &result));
        ck_assert_int_ne(result.verdict, SMIME__SIGNER_GOOD);
        smime__signer_result_clear(&result);
        free(exact);
    }
    for (size_t i = 0; i < der.len; i++) {
        der.data[i] ^= 0x01;
        ck_ok(smime__signer_info_verify(&context, smime__buf_view(&der), &result));
        ck_assert_msg(result.verdict != SMIME__SIGNER_GOOD, "byte %zu of %zu", i, der.len);
        smime__signer_result_clear(&result);
        der.data[i] ^= 0x01;
    }
    smime__buf_free(&der);
}
END_TEST

void add_cms_signer(Suite *suite)
{
    TCase *tc = tcase_create("signer");

    tcase_set_timeout(tc, 60);
    tcase_add_checked_fixture(tc, setup, teardown);
    add_rows(tc, one_thing_wrong_at_a_time, rows);
    tcase_add_test(tc, certificate_that_is_not_there);
    tcase_add_test(tc, digest_that_was_not_computed);
    tcase_add_test(tc, content_that_is_not_data_wants_attributes);
    tcase_add_test(tc, attributes_of_another_message_are_no_content);
    tcase_add_test(tc, limits_are_told_as_limits);
    tcase_add_test(tc, legacy_policy_reads_sha1_and_marks_it);
    add_rows(tc, what_the_library_signs_it_verifies, signers);
    tcase_add_test(tc, every_prefix_and_every_byte);
    suite_add_tcase(suite, tc);
}
