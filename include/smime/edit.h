/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Changing a message that exists: header fields of it, and bodies that would not survive transport.
 *
 * Every byte that no call names stays as it is. Without any call the output is the input.
 *
 * Threads: an editor is used by one thread at a time.
 */
#ifndef SMIME_EDIT_H
#define SMIME_EDIT_H

#include <smime/compose.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A job that takes a message and gives the changed one. */
typedef struct smime_editor smime_editor;

/** How a value is given. */
enum {
    SMIME_FIELD_TEXT = 0, /**< UTF-8 for people; encoded and folded as it needs. */
    SMIME_FIELD_RAW = 1   /**< As it shall stand, ASCII or UTF-8, without line ends; folded at its
                               blanks where it is long. */
};

/**
 * An editor that changes nothing.
 *
 * @param policy      Limits; NULL for the defaults.
 * @param ret_editor  Receives it; free it with smime_editor_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_new(const smime_policy *policy,
                                                         smime_editor **ret_editor);

/** Frees the editor. NULL is allowed. @since 0.1 */
SMIME_API void smime_editor_free(smime_editor *editor);

/**
 * Gives a header field of the message a value: the first one of that name is replaced where it
 * stands and others of it are taken out; without one it becomes the last field. A later call for
 * the same name, also to take it out, replaces an earlier one. New fields have the line ends of
 * the message.
 *
 * Content-* and MIME-Version may be changed like any other: whether the body still fits is then
 * the program's affair.
 *
 * @param name   Compared without case; written as given.
 * @param value  UTF-8 without control characters.
 * @param form   SMIME_FIELD_*.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM, SMIME_E_STATE (bytes were written)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_set_field(smime_editor *editor,
                                                               const char *name,
                                                               const char *value, int32_t form);

/** Adds a field behind all others, as smime_editor_set_field() otherwise. @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_add_field(smime_editor *editor,
                                                               const char *name,
                                                               const char *value, int32_t form);

/** Takes out every field of a name. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM,
 * SMIME_E_STATE (bytes were written) @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_remove_field(smime_editor *editor,
                                                                  const char *name);

/**
 * Makes bodies survive transport: a leaf with a hazard (smime_entity_hazards()) that is none with
 * @p carry becomes quoted-printable when it is text, else base64, and decodes to what it was, text
 * with CRLF line ends. What is signed or encrypted by others is left alone.
 *
 * Until a leaf is decided its bytes wait, encrypted when they wait in a file. Header fields, of the
 * message and of its parts, are not encoded anew: bytes over 127 in them need SMTPUTF8.
 *
 * @param carry  SMIME_CARRY_*.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE (bytes were written)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_set_carry(smime_editor *editor,
                                                               int32_t carry);

/** As smime_parser_set_sink(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_set_sink(
    smime_editor *editor, smime_write_function write, void *user_data,
    void (*destroy)(void *user_data));

/** As smime_parser_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_write(smime_editor *editor, const void *data,
                                                           size_t len, size_t *ret_taken);

/** As smime_parser_read(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_read(smime_editor *editor, void *buffer,
                                                          size_t size, size_t *ret_got);

/**
 * Ends the input.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_MIME_ENCODING  With smime_editor_set_carry(): something cannot be made safe
 *                                without a change to what is signed, or in a header, or has an
 *                                encoding that nobody knows.
 * @retval SMIME_E_LIMIT_*, SMIME_E_NOMEM, SMIME_E_IO
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_finish(smime_editor *editor);

/**
 * The whole message at once, in place of write and finish.
 *
 * @param ret_data  Receives the changed message, with a NUL behind it that is not counted; give it
 *                  back with smime_free().
 * @retval as smime_editor_finish()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_editor_buffer(smime_editor *editor,
                                                            const void *data, size_t len,
                                                            uint8_t **ret_data, size_t *ret_len);

/** The sentence of the failure, or "", borrowed until the next call. @since 0.1 */
SMIME_API const char *smime_editor_error_text(const smime_editor *editor);

#ifdef __cplusplus
}
#endif

#endif
