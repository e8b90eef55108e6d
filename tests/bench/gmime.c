/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The side of GMime, whose parser a mail program gives one message after the other. */
#include "bench.h"

#include <gmime/gmime.h>

/* From the bytes where they stand; what GMime copies of them is its own choice. */
static int parse_mail(const uint8_t *data, size_t len)
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
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(stream);
    return parts ? 0 : -1;
}

int bench_gmime_parse(const bench_job *job, const bench_input *input)
{
    static int begun;
    int result = 0;

    (void)job;
    if (!begun)
        g_mime_init();
    begun = 1;
    if (!input->mails)
        return parse_mail(input->data, input->len);
    for (size_t i = 0; i < input->mails && result == 0; i++)
        result =
            parse_mail(input->data + input->starts[i], input->starts[i + 1] - input->starts[i]);
    return result;
}
