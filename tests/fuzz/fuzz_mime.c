/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The MIME scanner and parser: one reading for any chunking, every byte in exactly one event, and
 * offsets that are where they say. */
#include "fuzz.h"
#include "mime/scan.h"
#include "mime/transport.h"

#include <smime/mime.h>

typedef struct scan_record {
    fuzz_record record;
    uint64_t bytes;
} scan_record;

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    scan_record *scan = user;
    uint64_t hash = FUZZ_HASH_START;

    fuzz_end_run(&scan->record);
    if (header) {
        hash = fuzz_hash(hash, header->raw.data, header->raw.len);
        scan->bytes += header->raw.len;
        CLAIM(header->offset == part->offset);
        CLAIM(part->body_offset == part->offset + header->raw.len);
    }
    return smime__buf_format(&scan->record.text,
                             "begin %u.%u kind %d %s %s at %llu body %llu header %016llx\n",
                             part->depth, part->place.number, part->kind,
                             part->type.value ? part->type.value : "-", part->encoding_name,
                             (unsigned long long)part->offset,
                             (unsigned long long)part->body_offset, (unsigned long long)hash);
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    scan_record *scan = user;

    CLAIM(part->kind == SMIME__LEAF);
    fuzz_add_run(&scan->record, part, data, len);
    scan->bytes += len;
    return SMIME_OK;
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    scan_record *scan = user;

    CLAIM(part->kind != SMIME__LEAF);
    fuzz_add_run(&scan->record, part, data, len);
    scan->bytes += len;
    return SMIME_OK;
}

static smime_status on_end(void *user, smime__part *part)
{
    scan_record *scan = user;

    fuzz_end_run(&scan->record);
    CLAIM(part->offset + part->length >= part->body_offset);
    return smime__buf_format(&scan->record.text, "end %u.%u length %llu\n", part->depth,
                             part->place.number, (unsigned long long)part->length);
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end, NULL };

static void record_defects(smime__buf *text, const smime__defects *defects)
{
    for (size_t i = 0; i < defects->count; i++)
        CLAIM(smime__buf_format(text, "defect %s %llu\n", defects->list[i].code,
                                (unsigned long long)defects->list[i].offset) == SMIME_OK);
}

static smime_status scan_once(const uint8_t *data, size_t size, int opaque, uint64_t *state,
                              const smime__limits *limits, fuzz_record *ret_record)
{
    scan_record user;
    smime__error error;
    smime__scan *scan = NULL;
    smime_status status;

    memset(&user, 0, sizeof user);
    smime__error_clear(&error);
    CLAIM(smime__scan_new(&handler, &user, opaque, limits, &error, &scan) == SMIME_OK);
    status = state ? SMIME_OK : smime__scan_write(scan, data, size);
    for (size_t at = 0; state && at < size && status == SMIME_OK;) {
        size_t len = fuzz_chunk(state, size - at);
        status = smime__scan_write(scan, data + at, len);
        at += len;
    }
    if (status == SMIME_OK)
        status = smime__scan_finish(scan);
    if (status == SMIME_OK) {
        CLAIM(smime__scan_position(scan) == size);
        CLAIM(user.bytes == size);
        record_defects(&user.record.text, smime__scan_defects(scan));
    } else {
        CLAIM(smime_status_category(status) == SMIME_CATEGORY_LIMIT);
    }
    smime__scan_free(scan);
    *ret_record = user.record;
    return status;
}

static void scan_both_ways(const uint8_t *data, size_t size, int opaque, uint64_t *state,
                           const smime__limits *limits)
{
    fuzz_record whole, chunks;
    smime_status status = scan_once(data, size, opaque, NULL, limits, &whole);

    CLAIM(scan_once(data, size, opaque, state, limits, &chunks) == status);
    if (status == SMIME_OK)
        fuzz_compare(&whole, &chunks);
    smime__buf_free(&whole.text);
    smime__buf_free(&chunks.text);
}

/* The scout may decide early, but not differently. */
static void scout_both_ways(const uint8_t *data, size_t size, uint64_t *state,
                            const smime__limits *limits)
{
    smime__scout *scouts[2];
    smime__error error;
    smime_status status[2] = { SMIME_OK, SMIME_OK };

    smime__error_clear(&error);
    for (int i = 0; i < 2; i++) {
        CLAIM(smime__scout_new(limits, &error, &scouts[i]) == SMIME_OK);
        for (size_t at = 0; at < size && status[i] == SMIME_OK;) {
            size_t len = i ? fuzz_chunk(state, size - at) : size;
            status[i] = smime__scout_write(scouts[i], data + at, len);
            at += len;
        }
        if (status[i] == SMIME_OK)
            status[i] = smime__scout_finish(scouts[i]);
    }
    CLAIM(status[0] == status[1]);
    for (size_t leaf = 0; status[0] == SMIME_OK && leaf < 50; leaf++)
        CLAIM(smime__scout_verdict(scouts[0], leaf) == smime__scout_verdict(scouts[1], leaf));
    smime__scout_free(scouts[0]);
    smime__scout_free(scouts[1]);
}

static smime_status collect(const uint8_t *data, size_t len, void *user_data)
{
    return smime__buf_add(user_data, data, len);
}

/* The tree as text, and how many entities it has; *ret_chosen is entity number @p choice. */
static size_t record_tree(smime__buf *text, const smime_entity *entity, size_t count,
                          size_t choice, const smime_entity **ret_chosen)
{
    uint64_t end = smime_entity_offset(entity) + smime_entity_length(entity);
    const char *name, *value;

    if (count++ == choice)
        *ret_chosen = entity;
    CLAIM(smime_entity_body_offset(entity) >= smime_entity_offset(entity));
    CLAIM(smime_entity_body_offset(entity) <= end);
    CLAIM(smime__buf_format(text, "%s %s %s %s %s %llu %llu %llu %llu\n",
                            smime_entity_path(entity), smime_entity_type(entity),
                            smime_entity_encoding(entity),
                            smime_entity_disposition(entity) ? smime_entity_disposition(entity) : "-",
                            smime_entity_filename(entity) ? smime_entity_filename(entity) : "-",
                            (unsigned long long)smime_entity_offset(entity),
                            (unsigned long long)smime_entity_body_offset(entity),
                            (unsigned long long)smime_entity_length(entity),
                            (unsigned long long)smime_entity_decoded_length(entity)) == SMIME_OK);
    for (size_t i = 0; smime_entity_parameter(entity, i, &name, &value) == SMIME_OK; i++)
        CLAIM(smime__buf_format(text, " %s=%s\n", name, value) == SMIME_OK);
    for (size_t i = 0; i < smime_entity_child_count(entity); i++) {
        const smime_entity *child = smime_entity_child(entity, i);
        CLAIM(smime_entity_offset(child) >= smime_entity_body_offset(entity));
        CLAIM(smime_entity_offset(child) + smime_entity_length(child) <= end);
        count = record_tree(text, child, count, choice, ret_chosen);
    }
    return count;
}

/* Feeds a parser, in one piece or in chunks. */
static smime_status parse(smime_parser *parser, const uint8_t *data, size_t size, uint64_t *state)
{
    smime_status status = SMIME_OK;
    size_t taken;

    for (size_t at = 0; at < size && status == SMIME_OK;) {
        size_t len = state ? fuzz_chunk(state, size - at) : size;
        status = smime_parser_write(parser, data + at, len, &taken);
        CLAIM(status != SMIME_OK || taken == len); /* a sink, or no output at all */
        at += len;
    }
    if (status == SMIME_OK)
        status = smime_parser_finish(parser);
    return status;
}

static void check_part(const uint8_t *data, size_t size, uint64_t *state,
                       const smime_entity *expected, int32_t form)
{
    smime_parser *parser = NULL;
    smime__buf output = { 0 };
    uint64_t body = smime_entity_body_offset(expected);
    uint64_t end = smime_entity_offset(expected) + smime_entity_length(expected);

    CLAIM(smime_parser_new(NULL, &parser) == SMIME_OK);
    CLAIM(smime_parser_select(parser, smime_entity_path(expected), form) == SMIME_OK);
    CLAIM(smime_parser_set_sink(parser, collect, &output, NULL) == SMIME_OK);
    CLAIM(parse(parser, data, size, state) == SMIME_OK);
    /* a multipart is raw in either form, also one without parts */
    if (form == SMIME_PART_RAW || smime_entity_child_count(expected) ||
        (output.len != smime_entity_decoded_length(expected) &&
         !strncmp(smime_entity_type(expected), "multipart/", 10)))
        CLAIM(output.len == end - body &&
              (!output.len || !memcmp(output.data, data + body, output.len)));
    else
        CLAIM(output.len == smime_entity_decoded_length(expected));
    smime_parser_free(parser);
    smime__buf_free(&output);
}

static void parse_both_ways(const uint8_t *data, size_t size, uint64_t *state)
{
    smime_parser *whole = NULL, *chunks = NULL;
    const smime_entity *chosen = NULL, *same = NULL;
    smime__buf tree = { 0 }, other = { 0 };
    smime_status status;
    size_t choice = (size_t)(fuzz_random(state) % 8);

    CLAIM(smime_parser_new(NULL, &whole) == SMIME_OK);
    CLAIM(smime_parser_new(NULL, &chunks) == SMIME_OK);
    status = parse(whole, data, size, NULL);
    CLAIM(parse(chunks, data, size, state) == status);
    if (status == SMIME_OK) {
        if (record_tree(&tree, smime_parser_root(whole), 0, choice, &chosen) && !chosen)
            chosen = smime_parser_root(whole);
        record_tree(&other, smime_parser_root(chunks), 0, choice, &same);
        CLAIM(smime__view_equal(smime__buf_view(&tree), smime__buf_view(&other)));
        CLAIM(smime_parser_defect_count(whole) == smime_parser_defect_count(chunks));
        CLAIM(smime_parser_entity(whole, smime_entity_path(chosen)) == chosen);
        check_part(data, size, state, chosen, SMIME_PART_RAW);
        check_part(data, size, state, chosen, SMIME_PART_DECODED);
    } else {
        CLAIM(*smime_parser_error_text(whole));
    }
    smime__buf_free(&tree);
    smime__buf_free(&other);
    smime_parser_free(whole);
    smime_parser_free(chunks);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t state = fuzz_hash(FUZZ_HASH_START, data, size);
    smime__limits limits;

    smime__limits_default(&limits);
    if (fuzz_random(&state) % 4 == 0) {
        limits.value[SMIME_LIMIT_DEPTH] = 3;
        limits.value[SMIME_LIMIT_PARTS] = 6;
        limits.value[SMIME_LIMIT_HEADER_BYTES] = 300;
    }
    scan_both_ways(data, size, 0, &state, &limits);
    scan_both_ways(data, size, 1, &state, &limits);
    scout_both_ways(data, size, &state, &limits);
    parse_both_ways(data, size, &state);
    return 0;
}
