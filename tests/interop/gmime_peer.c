/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* GMime as a program: what peer_gmime.py runs, with GNUPGHOME set.
 *
 *     gmime_peer clear|opaque IN OUT USER      IN is an entity, OUT the signed one
 *     gmime_peer encrypt IN OUT USER...
 *     gmime_peer verify IN OUT                 IN is a message, OUT what was inside
 *     gmime_peer decrypt IN OUT
 *
 * Ends with 0, with 1 when the message is not accepted, and with 2 when work failed. */
#include <gmime/gmime.h>
#include <string.h>

static int print_error(GError *error, int code)
{
    g_printerr("%s\n", error ? error->message : "failed without a reason");
    return code;
}

static int write_object(GMimeObject *object, const char *path)
{
    GError *error = NULL;
    GMimeStream *out = g_mime_stream_file_open(path, "w", &error);
    ssize_t written;

    if (!out)
        return print_error(error, 2);
    written = g_mime_object_write_to_stream(object, NULL, out);
    if (g_mime_stream_close(out) != 0)
        written = -1;
    g_object_unref(out);
    return written < 0 ? print_error(NULL, 2) : 0;
}

static int all_good(GMimeSignatureList *signatures)
{
    int count = signatures ? g_mime_signature_list_length(signatures) : 0;
    int good = count > 0;

    for (int i = 0; i < count; i++) {
        GMimeSignatureStatus status =
            g_mime_signature_get_status(g_mime_signature_list_get_signature(signatures, i));
        g_printerr("signature %d: status %#x\n", i, (unsigned)status);
        if (!(status & GMIME_SIGNATURE_STATUS_VALID) || (status & GMIME_SIGNATURE_STATUS_RED) ||
            (status & GMIME_SIGNATURE_STATUS_ERROR_MASK))
            good = 0;
    }
    return good;
}

static int verify(GMimeObject *object, const char *out)
{
    GMimeObject *content = NULL;
    GMimeSignatureList *signatures = NULL;
    GError *error = NULL;

    if (GMIME_IS_MULTIPART_SIGNED(object)) {
        signatures = g_mime_multipart_signed_verify(GMIME_MULTIPART_SIGNED(object),
                                                    GMIME_VERIFY_NONE, &error);
        content = g_mime_multipart_get_part(GMIME_MULTIPART(object),
                                            GMIME_MULTIPART_SIGNED_CONTENT);
    } else if (GMIME_IS_APPLICATION_PKCS7_MIME(object)) {
        signatures = g_mime_application_pkcs7_mime_verify(GMIME_APPLICATION_PKCS7_MIME(object),
                                                          GMIME_VERIFY_NONE, &content, &error);
    }
    if (!signatures || !content)
        return print_error(error, 1);
    return all_good(signatures) ? write_object(content, out) : 1;
}

static int decrypt(GMimeObject *object, const char *out)
{
    GMimeObject *content = NULL;
    GError *error = NULL;

    if (GMIME_IS_APPLICATION_PKCS7_MIME(object))
        content = g_mime_application_pkcs7_mime_decrypt(GMIME_APPLICATION_PKCS7_MIME(object),
                                                        GMIME_DECRYPT_NONE, NULL, NULL, &error);
    return content ? write_object(content, out) : print_error(error, 1);
}

static int protect(const char *verb, GMimeObject *entity, const char *out, char **users)
{
    GMimeObject *made;
    GError *error = NULL;

    if (strcmp(verb, "clear") == 0) {
        GMimeCryptoContext *context = g_mime_pkcs7_context_new();
        made = (GMimeObject *)g_mime_multipart_signed_sign(context, entity, users[0], &error);
    } else if (strcmp(verb, "opaque") == 0) {
        made = (GMimeObject *)g_mime_application_pkcs7_mime_sign(entity, users[0], &error);
    } else {
        GPtrArray *recipients = g_ptr_array_new();
        for (; *users; users++)
            g_ptr_array_add(recipients, *users);
        made = (GMimeObject *)g_mime_application_pkcs7_mime_encrypt(
            entity, GMIME_ENCRYPT_ALWAYS_TRUST, recipients, &error);
    }
    return made ? write_object(made, out) : print_error(error, 2);
}

int main(int argc, char **argv)
{
    GError *error = NULL;
    GMimeStream *in;
    GMimeParser *parser;

    if (argc < 4) {
        g_printerr("usage: gmime_peer VERB IN OUT [USER...]\n");
        return 2;
    }
    g_mime_init();
    in = g_mime_stream_file_open(argv[2], "r", &error);
    if (!in)
        return print_error(error, 2);
    parser = g_mime_parser_new_with_stream(in);
    if (strcmp(argv[1], "verify") == 0 || strcmp(argv[1], "decrypt") == 0) {
        GMimeMessage *message = g_mime_parser_construct_message(parser, NULL);
        GMimeObject *object = message ? g_mime_message_get_mime_part(message) : NULL;
        if (!object)
            return print_error(NULL, 1);
        return argv[1][0] == 'v' ? verify(object, argv[3]) : decrypt(object, argv[3]);
    }
    return protect(argv[1], g_mime_parser_construct_part(parser, NULL), argv[3], argv + 4);
}
