/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The side of GMime, whose parser a mail program gives one message after the other. */
#include "bench.h"

#include <gmime/gmime.h>

/* Every leaf decoded, and the bytes dropped: libsmime's parser always does it. */
static void decode_leaf(GMimeObject *parent, GMimeObject *part, gpointer user_data)
{
    GMimeDataWrapper *content =
        GMIME_IS_PART(part) ? g_mime_part_get_content(GMIME_PART(part)) : NULL;

    (void)parent;
    if (content)
        g_mime_data_wrapper_write_to_stream(content, user_data);
}

static void decode_all(GMimeMessage *message)
{
    GMimeStream *nowhere = g_mime_stream_null_new();

    g_mime_message_foreach(message, decode_leaf, nowhere);
    g_object_unref(nowhere);
}

/* From the bytes where they stand; what GMime copies of them is its own choice. */
static int parse_mail(const uint8_t *data, size_t len, int decoded)
{
    GByteArray bytes = { (guint8 *)(uintptr_t)data, (guint)len };
    GMimeStream *stream = g_mime_stream_mem_new();
    GMimeParser *parser;
    GMimeMessage *message;
    GMimeObject *root;
    int parts = 0;

    g_mime_stream_mem_set_byte_array(GMIME_STREAM_MEM(stream), &bytes); /* lent, not given */
    parser = g_mime_parser_new_with_stream(stream);
    message = g_mime_parser_construct_message(parser, NULL);
    root = message ? g_mime_message_get_mime_part(message) : NULL;
    if (root && GMIME_IS_MULTIPART(root))
        parts = g_mime_multipart_get_count(GMIME_MULTIPART(root));
    if (message && decoded)
        decode_all(message);
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    return parts ? 0 : -1;
}

static int parse_all(const bench_input *input, int decoded)
{
    static int begun;
    int result = 0;

    if (!begun)
        g_mime_init();
    begun = 1;
    if (!input->mails)
        return parse_mail(input->data, input->len, decoded);
    for (size_t i = 0; i < input->mails && result == 0; i++)
        result = parse_mail(input->data + input->starts[i], input->starts[i + 1] - input->starts[i],
                            decoded);
    return result;
}

int bench_gmime_parse(const bench_job *job, const bench_input *input)
{
    (void)job;
    return parse_all(input, 0);
}

int bench_gmime_decode(const bench_job *job, const bench_input *input)
{
    (void)job;
    return parse_all(input, 1);
}
