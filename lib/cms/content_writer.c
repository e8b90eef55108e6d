/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "cms/content_writer.h"

#include <string.h>

static const uint8_t end_of_contents[10] = { 0 };

static smime_status put(smime__content_writer *writer, const void *data, size_t len)
{
    return smime__stage_write(writer->stage.next, data, len);
}

static smime_status put_buf(smime__content_writer *writer, smime__buf *buf)
{
    smime_status status = put(writer, buf->data, buf->len);

    smime__buf_clear(buf);
    return status;
}

static smime_status add_indefinite(smime__buf *to, uint8_t tag)
{
    uint8_t head[2] = { tag, 0x80 };

    return smime__buf_add(to, head, 2);
}

static int is_data(const smime__content_writer *writer)
{
    return writer->type == SMIME__OID_DATA;
}

/* SEQUENCE { type, [0] { */
static smime_status add_content_info(const smime__content_writer *writer, smime__buf *to)
{
    smime_status status = add_indefinite(to, SMIME__SEQUENCE);

    if (status == SMIME_OK)
        status = smime__der_add_oid(to, writer->type);
    return status == SMIME_OK ? add_indefinite(to, SMIME__CONTEXT_C(0)) : status;
}

/* SEQUENCE { fields, SEQUENCE { fields, [0] { */
static smime_status add_structure(const smime__content_writer *writer, smime__buf *to)
{
    smime_status status = add_indefinite(to, SMIME__SEQUENCE);

    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&writer->before));
    if (status == SMIME_OK)
        status = add_indefinite(to, SMIME__SEQUENCE);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&writer->inside));
    return status == SMIME_OK ? add_indefinite(to, SMIME__CONTEXT_C(0)) : status;
}

static smime_status begin_streaming(smime__content_writer *writer)
{
    smime__buf head = { 0 };
    smime_status status = writer->bare ? SMIME_OK : add_content_info(writer, &head);

    if (status == SMIME_OK && !is_data(writer))
        status = add_structure(writer, &head);
    if (status == SMIME_OK && writer->is_explicit)
        status = add_indefinite(&head, 0x24);
    if (status == SMIME_OK)
        status = put_buf(writer, &head);
    smime__buf_free(&head);
    writer->streaming = 1;
    return status;
}

static smime_status put_segment(smime__content_writer *writer, const uint8_t *data, size_t len)
{
    smime__buf head = { 0 };
    smime_status status = smime__der_add_head(&head, SMIME__OCTET_STRING, len);

    if (status == SMIME_OK)
        status = put_buf(writer, &head);
    if (status == SMIME_OK)
        status = put(writer, data, len);
    smime__buf_free(&head);
    return status;
}

static smime_status writer_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime__content_writer *writer = (smime__content_writer *)stage;
    smime_status status = SMIME_OK;

    if (writer->absent)
        return SMIME_OK;
    while (len && status == SMIME_OK) {
        size_t part = SMIME__SEGMENT - writer->held.len;

        if (writer->held.len == SMIME__SEGMENT) {
            if (!writer->streaming)
                status = begin_streaming(writer);
            if (status == SMIME_OK)
                status = put_segment(writer, writer->held.data, writer->held.len);
            smime__buf_clear(&writer->held);
            continue;
        }
        if (writer->streaming && !writer->held.len && len > SMIME__SEGMENT) {
            status = put_segment(writer, data, SMIME__SEGMENT); /* where it stands */
            part = SMIME__SEGMENT;
        } else {
            if (part > len)
                part = len;
            status = smime__buf_add(&writer->held, data, part);
        }
        data += part;
        len -= part;
    }
    return status;
}

static smime_status writer_finish(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK; /* the owner calls smime__content_writer_end with the trailer */
}

static void writer_free(smime__stage *stage)
{
    (void)stage; /* part of its owner */
}

void smime__content_writer_init(smime__content_writer *writer, smime__oid type, int is_explicit,
                                smime__stage *next)
{
    memset(writer, 0, sizeof *writer);
    writer->stage.write = writer_write;
    writer->stage.finish = writer_finish;
    writer->stage.free = writer_free;
    writer->stage.next = next;
    writer->type = type;
    writer->is_explicit = is_explicit;
    writer->held.secret = 1;
}

void smime__content_writer_clear(smime__content_writer *writer)
{
    smime__buf_free(&writer->before);
    smime__buf_free(&writer->inside);
    smime__buf_free(&writer->held);
}

/* Content of a known length, as it stands in the structure. */
static smime_status add_content(const smime__content_writer *writer, smime__buf *to)
{
    smime__view content = smime__buf_view(&writer->held);
    size_t field;
    smime_status status;

    if (writer->absent)
        return SMIME_OK;
    if (!writer->is_explicit)
        return smime__der_add_view(to, SMIME__CONTEXT(0), content);
    if (is_data(writer)) /* the [0] is that of the ContentInfo */
        return smime__der_add_view(to, SMIME__OCTET_STRING, content);
    status = smime__der_begin(to, SMIME__CONTEXT_C(0), &field);
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__OCTET_STRING, content);
    return status == SMIME_OK ? smime__der_end(to, field) : status;
}

static smime_status add_whole_structure(const smime__content_writer *writer, smime__view trailer,
                                        smime__buf *to)
{
    size_t structure, encap;
    smime_status status = smime__der_begin(to, SMIME__SEQUENCE, &structure);

    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&writer->before));
    if (status == SMIME_OK)
        status = smime__der_begin(to, SMIME__SEQUENCE, &encap);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, smime__buf_view(&writer->inside));
    if (status == SMIME_OK)
        status = add_content(writer, to);
    if (status == SMIME_OK)
        status = smime__der_end(to, encap);
    if (status == SMIME_OK)
        status = smime__buf_add_view(to, trailer);
    return status == SMIME_OK ? smime__der_end(to, structure) : status;
}

/* All lengths are known: DER. */
static smime_status end_definite(smime__content_writer *writer, smime__view trailer)
{
    size_t info = 0, wrapper = 0;
    smime__buf out = { .secret = 1 };
    smime_status status =
        smime__buf_reserve(&out, writer->before.len + writer->inside.len + writer->held.len +
                                     trailer.len + 64);

    if (status == SMIME_OK && !writer->bare) {
        status = smime__der_begin(&out, SMIME__SEQUENCE, &info);
        if (status == SMIME_OK)
            status = smime__der_add_oid(&out, writer->type);
        if (status == SMIME_OK)
            status = smime__der_begin(&out, SMIME__CONTEXT_C(0), &wrapper);
    }
    if (status == SMIME_OK)
        status = is_data(writer) ? add_content(writer, &out)
                                 : add_whole_structure(writer, trailer, &out);
    if (status == SMIME_OK && !writer->bare) {
        status = smime__der_end(&out, wrapper);
        if (status == SMIME_OK)
            status = smime__der_end(&out, info);
    }
    if (status == SMIME_OK)
        status = put_buf(writer, &out);
    smime__buf_free(&out);
    return status;
}

smime_status smime__content_writer_end(smime__content_writer *writer, smime__view trailer)
{
    size_t inner = writer->is_explicit ? 2 : 0; /* of the string in segments */
    size_t outer = writer->bare ? 0 : 4;        /* [0] and ContentInfo */
    smime_status status = SMIME_OK;

    if (!writer->streaming)
        return end_definite(writer, trailer);
    if (writer->held.len)
        status = put_segment(writer, writer->held.data, writer->held.len);
    if (!is_data(writer)) {
        inner += 4; /* [0] and EncapsulatedContentInfo */
        outer += 2; /* the structure */
    }
    if (status == SMIME_OK)
        status = put(writer, end_of_contents, inner);
    if (status == SMIME_OK)
        status = put(writer, trailer.data, trailer.len);
    return status == SMIME_OK ? put(writer, end_of_contents, outer) : status;
}
