/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What content was before a server gave it another transfer encoding, another charset, or another header:
 * taken apart and put together again. */
#include "mail/doctor.h"

#include "base/ascii.h"
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/reencode.h"

#include <string.h>

/* How a part is put together again. */
typedef struct rebuilt {
    smime__buf *to;
    int changed;
    /* encodings */
    const char *encoding; /* of what was encoded; "": the field is left out; NULL: it stays */
    int frames;           /* what stands around it was 8bit too */
    /* charset */
    const char *charset; /* instead of UTF-8; NULL: it stays */
    /* the leaf under way, decoded */
    smime__gather leaf;
    smime__buf body;
    smime__stage *decoder;
    int decode, convert;
} rebuilt;

static int is_field(const smime__field *field, const char *name)
{
    return smime__view_is(field->name, name);
}

/* The field with another value. */
static smime_status put_value(smime__buf *to, const smime__field *field, const char *value)
{
    smime_status status = smime__buf_add_view(to, field->name);

    if (status == SMIME_OK)
        status = smime__buf_add_text(to, ": ");
    if (status == SMIME_OK)
        status = smime__buf_add_text(to, value);
    return status == SMIME_OK ? smime__buf_add_text(to, "\r\n") : status;
}

/* The field with "utf-8" exchanged, however it is written. */
static smime_status put_charset(smime__buf *to, const smime__field *field, const char *charset)
{
    smime__view raw = field->raw;

    for (size_t i = 0; i + 5 <= raw.len; i++)
        if (smime__ascii_equal((const char *)raw.data + i, 5, "utf-8", 5)) {
            smime_status status = smime__buf_add(to, raw.data, i);
            if (status == SMIME_OK)
                status = smime__buf_add_text(to, charset);
            return status == SMIME_OK ? smime__buf_add(to, raw.data + i + 5, raw.len - i - 5)
                                      : status;
        }
    return smime__buf_add_view(to, raw);
}

static int is_utf8(const smime__part *part)
{
    const char *charset = smime__params_get(&part->type, "charset");

    return !strncmp(part->type.value, "text/", 5) && charset &&
           smime__view_is(smime__view_text(charset), "utf-8");
}

static smime_status put_header(rebuilt *self, const smime__part *part, const smime__header *header)
{
    int frame = self->frames && part->kind == SMIME__MULTIPART;
    size_t end = 0;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < header->count && status == SMIME_OK; i++) {
        const smime__field *field = &header->fields[i];
        end = (size_t)(field->raw.data + field->raw.len - header->raw.data);
        if (is_field(field, "Content-Transfer-Encoding") && (self->decode || frame)) {
            if (frame || *self->encoding)
                status = put_value(self->to, field, frame ? "8bit" : self->encoding);
        } else if (is_field(field, "Content-Type") && self->convert) {
            status = put_charset(self->to, field, self->charset);
        } else {
            status = smime__buf_add_view(self->to, field->raw);
        }
    }
    return status == SMIME_OK
               ? smime__buf_add(self->to, header->raw.data + end, header->raw.len - end)
               : status;
}

static smime_status on_begin(void *user, smime__part *part, const smime__header *header)
{
    rebuilt *self = user;
    int leaf = part->kind == SMIME__LEAF;

    self->convert = leaf && self->charset && is_utf8(part);
    self->decode = leaf && self->encoding &&
                   (part->encoding == SMIME__ENC_QP || part->encoding == SMIME__ENC_BASE64);
    self->changed |= self->convert || self->decode;
    if (self->decode || self->convert) {
        smime_status status;
        smime__buf_clear(&self->body);
        self->leaf = smime__gather_in(&self->body);
        status = smime__decode_new(part->encoding, &self->leaf.stage, &self->decoder);
        if (status < 0)
            return status;
    }
    return put_header(self, part, header);
}

static smime_status on_body(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    rebuilt *self = user;

    (void)part;
    if (!self->decode && !self->convert)
        return smime__buf_add(self->to, data, len);
    return smime__stage_write(self->decoder ? self->decoder : &self->leaf.stage, data, len);
}

static smime_status on_frame(void *user, smime__part *part, const uint8_t *data, size_t len)
{
    (void)part;
    return smime__buf_add(((rebuilt *)user)->to, data, len);
}

/* In the charset that it was in, and encoded as it stands. */
static smime_status put_converted(rebuilt *self, const smime__part *part)
{
    smime__gather out = smime__gather_in(self->to);
    smime__buf converted = { 0 };
    smime__reencoder encoder = { 0 };
    smime__part plain = *part;
    int there;
    smime_status status = smime__charset_from_utf8(&converted, smime__buf_view(&self->body),
                                                   self->charset, &there);

    plain.encoding = SMIME__ENC_IDENTITY;
    if (status == SMIME_OK && part->encoding == SMIME__ENC_IDENTITY) {
        status = smime__buf_add_view(self->to, smime__buf_view(&converted));
    } else if (status == SMIME_OK) {
        status = smime__reencoder_open(&encoder, &plain, 0, SMIME__LEGACY_NONE,
                                       smime__view_of(NULL, 0), &out.stage);
        if (status == SMIME_OK)
            status = smime__stage_write(encoder.in, converted.data, converted.len);
        if (status == SMIME_OK)
            status = smime__reencoder_finish(&encoder);
        smime__reencoder_close(&encoder);
    }
    smime__buf_free(&converted);
    return status;
}

static smime_status on_end(void *user, smime__part *part)
{
    rebuilt *self = user;
    smime_status status = SMIME_OK;

    if (part->kind != SMIME__LEAF || (!self->decode && !self->convert))
        return SMIME_OK;
    if (self->decoder)
        status = smime__stage_finish(self->decoder);
    smime__stage_free(self->decoder);
    self->decoder = NULL;
    if (status == SMIME_OK)
        status = self->convert ? put_converted(self, part)
                               : smime__buf_add_view(self->to, smime__buf_view(&self->body));
    self->decode = self->convert = 0;
    return status;
}

static const smime__scan_handler handler = { on_begin, on_body, on_frame, on_end, NULL };

/* Nothing but memory fails: what cannot be read has no cure. */
static smime_status rebuild(rebuilt *self, smime__view sick, const smime__limits *limits)
{
    smime__error error = { 0 };
    smime__scan *scan = NULL;
    smime_status status = smime__scan_new(&handler, self, 0, limits, &error, &scan);

    if (status == SMIME_OK)
        status = smime__scan_write(scan, sick.data, sick.len);
    if (status == SMIME_OK)
        status = smime__scan_finish(scan);
    smime__scan_free(scan);
    smime__stage_free(self->decoder);
    smime__buf_free(&self->body);
    if (status < 0 || !self->changed)
        smime__buf_clear(self->to);
    return status == SMIME_E_NOMEM ? status : SMIME_OK;
}

smime_status smime__cure_encodings(smime__view sick, int variant, const smime__limits *limits,
                                   smime__buf *to)
{
    static const char *const encodings[] = { "8bit", "7bit", "" };
    rebuilt self = { .to = to, .encoding = encodings[variant % 3], .frames = variant >= 3 };

    return rebuild(&self, sick, limits);
}

smime_status smime__cure_charset(smime__view sick, int variant, const smime__limits *limits,
                                 smime__buf *to)
{
    static const char *const charsets[] = { "iso-8859-1",  "ISO-8859-1",   "iso-8859-15",
                                            "ISO-8859-15", "windows-1252", "Windows-1252" };
    rebuilt self = { .to = to, .charset = charsets[variant] };

    return rebuild(&self, sick, limits);
}

/* Fields that servers take away, or write anew in one line. */
static smime_status put_unfolded(smime__buf *to, smime__view raw)
{
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < raw.len && status == SMIME_OK; i++) {
        if (i + 2 < raw.len && raw.data[i] == '\r' && raw.data[i + 1] == '\n' &&
            smime__ascii_is_blank(raw.data[i + 2])) {
            i += 2;
            status = smime__buf_add_byte(to, ' ');
        } else {
            status = smime__buf_add_byte(to, raw.data[i]);
        }
    }
    return status;
}

enum { FIELDS = 16, UNFOLDED = FIELDS, ADDED };

static smime_status put_other_header(const smime__header *header, int variant, smime__buf *to)
{
    static const struct {
        const char *text;
        int first;
    } added[] = {
        { "MIME-Version: 1.0\r\n", 1 },
        { "Content-Transfer-Encoding: 7bit\r\n", 0 },
        { "Content-Transfer-Encoding: 7bit\r\n", 1 },
        { "Content-Transfer-Encoding: 8bit\r\n", 0 },
        { "Content-Disposition: inline\r\n", 0 },
        { "Content-Type: text/plain\r\n", 1 },
        { "Content-Type: text/plain; charset=us-ascii\r\n", 1 },
    };
    int more = variant - ADDED;
    smime_status status = SMIME_OK;

    if (more >= 0 && added[more].first)
        status = smime__buf_add_text(to, added[more].text);
    for (size_t i = 0; i < header->count && status == SMIME_OK; i++)
        if (variant == UNFOLDED)
            status = put_unfolded(to, header->fields[i].raw);
        else if (i != (size_t)variant)
            status = smime__buf_add_view(to, header->fields[i].raw);
    if (more >= 0 && !added[more].first && status == SMIME_OK)
        status = smime__buf_add_text(to, added[more].text);
    return status;
}

/* Where the empty line stands that ends the header; SIZE_MAX: nowhere. */
static size_t header_end(smime__view sick)
{
    if (sick.len >= 2 && !memcmp(sick.data, "\r\n", 2))
        return 0;
    for (size_t i = 0; i + 4 <= sick.len; i++)
        if (!memcmp(sick.data + i, "\r\n\r\n", 4))
            return i + 2;
    return SIZE_MAX;
}

smime_status smime__cure_header(smime__view sick, int variant, const smime__limits *limits,
                                smime__buf *to)
{
    size_t end = header_end(sick);
    smime__defects defects = { 0 };
    smime__header header;
    smime_status status;

    if (end == SIZE_MAX || end > limits->value[SMIME_LIMIT_HEADER_BYTES])
        return SMIME_OK;
    status = smime__header_parse(&header, smime__view_of(sick.data, end), 0, &defects);
    if (status == SMIME_OK && (variant >= FIELDS || (size_t)variant < header.count)) {
        status = put_other_header(&header, variant, to);
        if (status == SMIME_OK)
            status = smime__buf_add(to, sick.data + end, sick.len - end);
    }
    smime__header_free(&header);
    smime__defects_free(&defects);
    return status;
}
