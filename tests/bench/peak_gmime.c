/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GMime in a process of its own, for `peak`: a message read from a file. */
#include "peak.h"

#include <gmime/gmime.h>

static int parse(int in)
{
    GMimeStream *stream = g_mime_stream_fs_new(in);
    GMimeParser *parser = g_mime_parser_new_with_stream(stream);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);

    g_object_unref(parser);
    g_object_unref(stream);
    if (!message)
        return 1;
    g_object_unref(message);
    return 0;
}

int main(int argc, char **argv)
{
    int in;
    const peak_job *job = peak_begin(argc, argv, &in);

    if (!job)
        return 2;
    g_mime_init();
    if (job->work == PEAK_NOTHING)
        return 0;
    return job->work == PEAK_PARSE ? parse(in) : PEAK_NOT_DONE;
}
