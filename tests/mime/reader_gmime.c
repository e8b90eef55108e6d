/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GMime as a reader for differential.py; in and out as in reader.c. */
#include "describe.h"

#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>

static void add_data(text *to, GMimePart *part)
{
    GMimeDataWrapper *content = g_mime_part_get_content(part);
    GByteArray *bytes = g_byte_array_new();
    GMimeStream *out = g_mime_stream_mem_new_with_byte_array(bytes);

    if (content)
        g_mime_data_wrapper_write_to_stream(content, out);
    text_add(to, ",\"data\":\"", 9);
    text_hex(to, bytes->data, bytes->len);
    text_add(to, "\"", 1);
    g_object_unref(out);
}

static void add_object(text *to, GMimeObject *object);

static void add_children(text *to, GMimeObject *object)
{
    text_add(to, ",\"children\":[", 13);
    if (GMIME_IS_MULTIPART(object)) {
        int count = g_mime_multipart_get_count(GMIME_MULTIPART(object));
        for (int i = 0; i < count; i++) {
            text_add(to, ",", i > 0);
            add_object(to, g_mime_multipart_get_part(GMIME_MULTIPART(object), i));
        }
    } else if (GMIME_IS_MESSAGE_PART(object)) {
        GMimeMessage *inner = g_mime_message_part_get_message(GMIME_MESSAGE_PART(object));
        if (inner && g_mime_message_get_mime_part(inner))
            add_object(to, g_mime_message_get_mime_part(inner));
    }
    text_add(to, "]", 1);
}

static void add_object(text *to, GMimeObject *object)
{
    GMimeContentType *type = g_mime_object_get_content_type(object);
    char *name = g_mime_content_type_get_mime_type(type);

    text_add(to, "{\"type\":", 8);
    text_string(to, name);
    g_free(name);
    if (GMIME_IS_PART(object))
        add_data(to, GMIME_PART(object));
    add_children(to, object);
    text_add(to, "}", 1);
}

/* The addresses of From; groups are looked into. */
static void add_addresses(text *to, InternetAddressList *list, int *count)
{
    for (int i = 0; i < (list ? internet_address_list_length(list) : 0); i++) {
        InternetAddress *one = internet_address_list_get_address(list, i);
        if (INTERNET_ADDRESS_IS_GROUP(one)) {
            add_addresses(to, internet_address_group_get_members(INTERNET_ADDRESS_GROUP(one)),
                          count);
            continue;
        }
        text_add(to, ",", (*count)++ > 0);
        text_string(to, internet_address_mailbox_get_addr(INTERNET_ADDRESS_MAILBOX(one)));
    }
}

static void add_message(text *to, const char *mail, size_t len)
{
    GMimeStream *in = g_mime_stream_mem_new_with_buffer(mail, len);
    GMimeParser *parser = g_mime_parser_new_with_stream(in);
    GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
    GMimeObject *root = message ? g_mime_message_get_mime_part(message) : NULL;
    int count = 0;

    text_add(to, "{\"root\":", 8);
    if (root)
        add_object(to, root);
    else
        text_add(to, "null", 4);
    text_add(to, ",\"from\":[", 9);
    if (message)
        add_addresses(to, g_mime_message_get_from(message), &count);
    text_add(to, "]}", 2);
    if (message)
        g_object_unref(message);
    g_object_unref(parser);
    g_object_unref(in);
}

int main(void)
{
    unsigned char head[4];

    g_mime_init();
    while (fread(head, 1, 4, stdin) == 4) {
        size_t len = (size_t)head[0] << 24 | (size_t)head[1] << 16 | (size_t)head[2] << 8 | head[3];
        char *mail = g_malloc(len + 1);
        text line = { 0 };

        if (fread(mail, 1, len, stdin) != len)
            return 1;
        add_message(&line, mail, len);
        puts(line.data);
        text_clear(&line);
        g_free(mail);
    }
    return 0;
}
