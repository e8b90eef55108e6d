/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Writing mail: text, HTML, pictures in it, attachments and forwarded messages made a message.
 *
 * The parts are nested as readers expect them: multipart/mixed of the text and the attachments, the
 * text a multipart/alternative of plain text and HTML, the HTML a multipart/related with what it
 * shows. A level with one part is left out. Nothing given to a composer can end a header field or
 * begin another one: line ends in values are refused, and everything else is quoted or encoded.
 *
 * What comes out goes to smime_protect_buffer() or, unprotected, to the mail server.
 *
 * Threads: a composer is used by one thread at a time.
 */
#ifndef SMIME_COMPOSE_H
#define SMIME_COMPOSE_H

#include <smime/mime.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A message that is being written. */
typedef struct smime_composer smime_composer;

/** What the servers on the way can carry. */
enum {
    SMIME_CARRY_7BIT = 0,    /**< Lines of ASCII: everything can. */
    SMIME_CARRY_8BIT = 1,    /**< Bodies in 8 bits (RFC 6152). */
    SMIME_CARRY_SMTPUTF8 = 2 /**< UTF-8 in header fields and addresses too (RFC 6531). */
};

/** Gives up to @p size bytes of a content; *ret_len is 0 at its end. */
typedef smime_status (*smime_content_function)(uint8_t *buffer, size_t size, size_t *ret_len,
                                               void *user_data);

/**
 * A composer of an empty message.
 *
 * @param policy        Limits, and the time that Date has; copied. NULL for the defaults.
 * @param carry         SMIME_CARRY_*.
 * @param ret_composer  Receives it; free it with smime_composer_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM, SMIME_E_RANDOM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_new(const smime_policy *policy,
                                                           int32_t carry,
                                                           smime_composer **ret_composer);

/** Frees the composer. NULL is allowed. @since 0.1 */
SMIME_API void smime_composer_free(smime_composer *composer);

/** The sentence of the last failure, or "", borrowed until the next call. @since 0.1 */
SMIME_API const char *smime_composer_error_text(const smime_composer *composer);

/**
 * Adds a header field of text for people, such as "Subject", which stands once; others may be added
 * several times. Refused are Date, Message-ID, MIME-Version and Content-*, which the composer
 * writes, and the fields of the next two calls.
 *
 * @param name  Letters, digits and "-".
 * @param text  UTF-8 without control characters; blanks at both ends are dropped.
 * @retval SMIME_OK, SMIME_E_NOMEM
 * @retval SMIME_E_INVALID_ARG  As smime_composer_error_text() says.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_add_field(smime_composer *composer,
                                                                 const char *name,
                                                                 const char *text);

/**
 * Adds a mailbox to a header field; several of one field stand in it in the order in which they
 * were added.
 *
 * @param field    From, Sender, Reply-To, To, Cc, Bcc, one of them with Resent- before it, or any
 *                 name that begins with X-. Bcc is written like the others: leave it out of what
 *                 goes to the others.
 * @param name     The name to be shown, UTF-8; NULL for none.
 * @param address  local-part@domain, at most 450 bytes. A domain in UTF-8 is written in its ASCII
 *                 form unless the message is carried by SMTPUTF8; a local part in UTF-8 needs
 *                 SMTPUTF8.
 * @retval SMIME_OK, SMIME_E_NOMEM
 * @retval SMIME_E_INVALID_ARG  As smime_composer_error_text() says.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_add_mailbox(smime_composer *composer,
                                                                   const char *field,
                                                                   const char *name,
                                                                   const char *address);

/**
 * Adds a message identifier to "In-Reply-To" or "References", in order.
 *
 * @param field  One of the two.
 * @param id     Without angle brackets, as smime_entity_message_id() gives it.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_add_reference(smime_composer *composer,
                                                                     const char *field,
                                                                     const char *id);

/** The Message-ID in place of a random one at the domain of From. @param id Without angle
 * brackets. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_set_message_id(smime_composer *composer,
                                                                      const char *id);

/**
 * The text, as plain text or as HTML. Both together are alternatives of one content. A second call
 * replaces the text of the first.
 *
 * @param text  UTF-8; lines end with LF or CRLF. Copied.
 * @param len   Bytes at @p text.
 * @retval SMIME_OK, SMIME_E_NOMEM
 * @retval SMIME_E_INVALID_ARG  Also when it is no UTF-8.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_set_text(smime_composer *composer,
                                                                const char *text, size_t len);
/** The same as HTML. @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_set_html(smime_composer *composer,
                                                                const char *text, size_t len);

/**
 * Adds what the HTML shows with `cid:` (RFC 2392): a picture. Without HTML nothing is written.
 *
 * @param content_id  Such as "logo@example.org", without angle brackets.
 * @param type        Such as "image/png".
 * @param data        Copied.
 * @param len         Bytes at @p data.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_add_related(smime_composer *composer,
                                                                   const char *content_id,
                                                                   const char *type,
                                                                   const void *data, size_t len);

/**
 * Adds an attachment, which arrives with the bytes that it has.
 *
 * @param filename  UTF-8 without control characters; NULL for none.
 * @param type      Such as "application/pdf", with parameters if it has any; ASCII.
 * @param data      Copied.
 * @param len       Bytes at @p data.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_attach(smime_composer *composer,
                                                              const char *filename,
                                                              const char *type, const void *data,
                                                              size_t len);

/**
 * The same with content of any size, which is asked for when the message is written.
 *
 * @param content    Called until it gives nothing; an error of it ends the writing.
 * @param user_data  Passed to it.
 * @param destroy    Called exactly once, also when this call fails; may be NULL.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_attach_function(
    smime_composer *composer, const char *filename, const char *type,
    smime_content_function content, void *user_data, void (*destroy)(void *user_data));

/**
 * Adds a whole message as message/rfc822. What the servers cannot carry in it is re-encoded, but
 * not below a signature of others.
 *
 * @param data  Copied.
 * @param len   Bytes at @p data.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @retval SMIME_E_MIME_ENCODING  It cannot be carried without a change to something signed.
 * @retval others  As smime_editor_finish().
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_attach_message(smime_composer *composer,
                                                                      const void *data,
                                                                      size_t len);

/**
 * Writes the message, with CRLF line ends. Once for a composer with contents by function, else as
 * often as wanted; every time with the same bytes. Without text and attachments the body is empty.
 *
 * @param write      Takes the bytes in order.
 * @param user_data  Passed to it.
 * @retval SMIME_OK, SMIME_E_NOMEM
 * @retval SMIME_E_INVALID_ARG  There is no From; it has several mailboxes and there is no Sender;
 *                              or there are pictures and no HTML.
 * @retval SMIME_E_STATE  It was written before and has contents by function.
 * @retval others         What a function returned.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_write(smime_composer *composer,
                                                             smime_write_function write,
                                                             void *user_data);

/**
 * Writes the message to memory.
 *
 * @param ret_data  Receives it, with a NUL behind it that is not counted; give it back with
 *                  smime_free().
 * @param ret_len   Receives its length.
 * @retval as smime_composer_write()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_composer_buffer(smime_composer *composer,
                                                              uint8_t **ret_data,
                                                              size_t *ret_len);

#ifdef __cplusplus
}
#endif

#endif
