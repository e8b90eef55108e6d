/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Reading MIME: a parser that gives the tree of entities with their header fields, its defects, and
 * bodies.
 *
 * Three ways, one reading:
 * - smime_parser_buffer() over memory of the program's: nothing is copied, any body is had later.
 * - smime_parser_write() with chunks: the tree with its headers is kept, one selected body is
 *   handed out.
 * - smime_parser_write() with smime_parser_set_events(): everything is told as it passes, and
 *   nothing need be kept, so that memory stays constant for any message.
 *
 * There is one documented reading of any bytes, and it does not depend on how they were cut
 * into chunks. What deviates from the standards is told as defects, never as a failure; limits
 * alone stop the parser, and an input without any byte is refused.
 *
 * Parts are named by a path: the root is "1", child k of P is "P.k"; a message/rfc822 entity
 * has one child. Offsets and lengths count bytes of the input.
 */
#ifndef SMIME_MIME_H
#define SMIME_MIME_H

#include <smime/address.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A job that reads one MIME entity, usually a message. One thread at a time. */
typedef struct smime_parser smime_parser;

/** One entity of the tree. Borrowed from the parser, and gone with it; immutable. */
typedef struct smime_entity smime_entity;

/** Classes of defects. */
enum {
    SMIME_DEFECT_COSMETIC = 0,    /**< No reader is misled. */
    SMIME_DEFECT_RECOVERABLE = 1, /**< Broken, with one reading that all agree on. */
    /** Two documented readings of these very bytes give a different part tree, type, decoded
     * bytes or From. A second From field alone is no defect: it makes the binding ambiguous, see
     * SMIME_BINDING_AMBIGUOUS. */
    SMIME_DEFECT_STRUCTURAL = 2
};

/** How a body is handed out. */
enum {
    SMIME_PART_RAW = 0,     /**< As it stands. */
    SMIME_PART_DECODED = 1, /**< Of a leaf, with its transfer encoding taken off. */
    SMIME_PART_TEXT = 2,    /**< Of a leaf, decoded and converted from its charset to UTF-8; what
                                 cannot be converted becomes U+FFFD. Line ends stay as they are. */
    SMIME_PART_SHOWN = 3    /**< As TEXT, without the header fields that a part repeats for old readers
                                 (hp-legacy-display, RFC 9788, 4.5.3). For content that was encrypted,
                                 when it is shown, quoted or acted upon. */
};

/**
 * Receives output. Called on the thread that drives the job.
 *
 * @return SMIME_OK, or any error: the job then ends with it. SMIME_E_CALLBACK is reserved for
 *         errors of the program's own.
 */
typedef smime_status (*smime_write_function)(const uint8_t *data, size_t len, void *user_data);

/**
 * Makes a parser.
 *
 * @param policy      Limits; NULL for the defaults. Copied.
 * @param ret_parser  Receives the parser; give it back with smime_parser_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_new(const smime_policy *policy,
                                                         smime_parser **ret_parser);

/** Frees a parser and its entities. NULL is allowed. @since 0.1 */
SMIME_API void smime_parser_free(smime_parser *parser);

/**
 * Chooses one part whose body becomes the output. Without this call there is none.
 *
 * @param path  Such as "1.2"; copied.
 * @param form  SMIME_PART_*; a part that has children is always raw.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @retval SMIME_E_STATE  Bytes were written, or there are events.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_select(smime_parser *parser,
                                                            const char *path, int32_t form);

/** A header was read: the entity knows its fields, type and offsets, not yet its length. */
typedef smime_status (*smime_entity_function)(const smime_entity *entity, void *user_data);

/** Bytes of the body of a leaf, in order. */
typedef smime_status (*smime_body_function)(const smime_entity *entity, const uint8_t *data,
                                            size_t len, void *user_data);

/** What smime_parser_set_events() keeps. */
enum {
    SMIME_KEEP_TREE = 0,   /**< The tree, as without events. */
    SMIME_KEEP_NOTHING = 1 /**< An entity lives until its end was told, and has no children;
                                smime_parser_root() is NULL. Memory is constant. */
};

/**
 * Tells the entities and bodies as they pass, before anything else is known. A callback's error
 * ends the job with it.
 *
 * @param begin      An entity begins; may be NULL.
 * @param body       A piece of a leaf's body in @p form; may be NULL.
 * @param end        An entity is complete, with its lengths; may be NULL.
 * @param form       SMIME_PART_*, of the bodies.
 * @param keep       SMIME_KEEP_*.
 * @param user_data  Passed to all.
 * @param destroy    Called exactly once when @p user_data is no longer needed, also when this call
 *                   fails; may be NULL.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @retval SMIME_E_STATE  Bytes were written, a part was selected, or there are events already.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_set_events(
    smime_parser *parser, smime_entity_function begin, smime_body_function body,
    smime_entity_function end, int32_t form, int32_t keep, void *user_data,
    void (*destroy)(void *user_data));

/**
 * Parses a whole message where it stands, in place of write and finish. With events, but without a
 * selected part.
 *
 * @param data  Borrowed until the parser is freed: entities point into it.
 * @param len   Bytes at @p data.
 * @retval as smime_parser_finish()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_buffer(smime_parser *parser,
                                                            const void *data, size_t len);

/**
 * The body of an entity, after smime_parser_buffer().
 *
 * @param entity    Of this parser.
 * @param form      SMIME_PART_*; an entity that has children is always raw.
 * @param ret_data  Receives the bytes, with a NUL behind them that is not counted; give them back
 *                  with smime_free().
 * @param ret_len   Receives their number.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @retval SMIME_E_STATE  Nothing was parsed by smime_parser_buffer().
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_body(const smime_parser *parser,
                                                          const smime_entity *entity,
                                                          int32_t form, uint8_t **ret_data,
                                                          size_t *ret_len);

/**
 * Leaves bodies undecoded when nobody asked for one: smime_entity_decoded_length() is then 0, and
 * defects of transfer encodings are not found. For walking through many messages.
 *
 * @param shallow  1, or 0 for the default.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE (bytes were written)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_set_shallow(smime_parser *parser,
                                                                 int32_t shallow);

/**
 * Looks for what a relay may change: see smime_entity_hazards().
 *
 * @param hazards  1, or 0 for the default.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE (bytes were written)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_set_hazards(smime_parser *parser,
                                                                 int32_t hazards);

/**
 * Sends the output to a function. smime_parser_write() then always takes everything.
 *
 * @param write      Receives output, in order; see smime_write_function.
 * @param user_data  Passed to both.
 * @param destroy    Called exactly once when @p user_data is no longer needed, also when this call
 *                   fails; may be NULL.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_set_sink(smime_parser *parser,
                                                              smime_write_function write,
                                                              void *user_data,
                                                              void (*destroy)(void *user_data));

/**
 * Gives the parser the next bytes of the input, in any chunking.
 *
 * @param len        Bytes at @p data; 0 is allowed.
 * @param ret_taken  Receives how many were taken: fewer than @p len when output waits to be
 *                   read. The rest is given again after smime_parser_read().
 * @retval SMIME_OK
 * @retval SMIME_E_LIMIT_DEPTH, SMIME_E_LIMIT_PARTS, SMIME_E_LIMIT_HEADER  Beyond a limit; the
 *         last also for SMIME_LIMIT_TREE_BYTES.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM, or what a sink or
 *         another callback returned
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_write(smime_parser *parser,
                                                           const void *data, size_t len,
                                                           size_t *ret_taken);

/** Takes waiting output; *ret_got is 0 when none waits. Statuses as smime_parser_write().
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_read(smime_parser *parser, void *buffer,
                                                          size_t size, size_t *ret_got);

/** Says that the input is complete. Statuses as smime_parser_write(), and SMIME_E_MIME_SYNTAX when
 * there was none, SMIME_E_NOT_FOUND when the selected part is not there. @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_finish(smime_parser *parser);

/** What went wrong, one sentence; valid until the next call on @p parser. @since 0.1 */
SMIME_API const char *smime_parser_error_text(const smime_parser *parser);

/** The root entity, or NULL before its header was read. @since 0.1 */
SMIME_API const smime_entity *smime_parser_root(const smime_parser *parser);

/** The entity at @p path, or NULL. @since 0.1 */
SMIME_API const smime_entity *smime_parser_entity(const smime_parser *parser, const char *path);

/** How many defects were found; at most 1,000 are kept. @since 0.1 */
SMIME_API size_t smime_parser_defect_count(const smime_parser *parser);

/**
 * One defect.
 *
 * @param index       Below smime_parser_defect_count().
 * @param ret_code    Receives a stable name such as "duplicate-field"; constant.
 * @param ret_class   Receives SMIME_DEFECT_*.
 * @param ret_offset  Receives where.
 * @param ret_text    Receives a sentence; constant. Each ret_ argument may be NULL.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_defect(const smime_parser *parser,
                                                            size_t index, const char **ret_code,
                                                            int32_t *ret_class,
                                                            uint64_t *ret_offset,
                                                            const char **ret_text);

/**
 * The path, such as "1.2.1": made when it is first asked for, in any thread.
 *
 * @return UTF-8 that lives as long as the entity; "" for NULL, and without memory.
 * @since 0.1
 */
SMIME_API const char *smime_entity_path(const smime_entity *entity);
/** The type in lower case, such as "text/plain": what counts after all defaults. @since 0.1 */
SMIME_API const char *smime_entity_type(const smime_entity *entity);
/** "attachment", "inline" or another word in lower case; NULL when not given. @since 0.1 */
SMIME_API const char *smime_entity_disposition(const smime_entity *entity);
/** The file name as it was given, UTF-8; NULL when not given. It may hold anything: see
 * smime_entity_safe_filename(). @since 0.1 */
SMIME_API const char *smime_entity_filename(const smime_entity *entity);
/**
 * A name under which the body can be offered to be saved: the last component of the given name,
 * without control characters, without characters that turn the direction of text, without what
 * file systems refuse, not hidden, not the name of a device, at most 200 bytes; "part-1.2" with the
 * path where nothing is left. Two entities may have the same.
 *
 * @param ret_name  Receives UTF-8; give it back with smime_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_safe_filename(const smime_entity *entity,
                                                                   char **ret_name);
/** The Content-Transfer-Encoding in lower case; "7bit" when not given. @since 0.1 */
SMIME_API const char *smime_entity_encoding(const smime_entity *entity);
/** Where the header begins. @since 0.1 */
SMIME_API uint64_t smime_entity_offset(const smime_entity *entity);
/** Where the body begins. @since 0.1 */
SMIME_API uint64_t smime_entity_body_offset(const smime_entity *entity);
/** Bytes of header and body, without the line end before the next delimiter. @since 0.1 */
SMIME_API uint64_t smime_entity_length(const smime_entity *entity);
/** Bytes of a leaf's body with the transfer encoding taken off; 0 for others. @since 0.1 */
SMIME_API uint64_t smime_entity_decoded_length(const smime_entity *entity);
/** How many parameters the Content-Type has. @since 0.1 */
SMIME_API size_t smime_entity_parameter_count(const smime_entity *entity);
/**
 * One parameter of the Content-Type.
 *
 * @param ret_name   Receives the name in lower case, borrowed from the entity.
 * @param ret_value  Receives the value as UTF-8, borrowed from the entity.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_parameter(const smime_entity *entity,
                                                               size_t index,
                                                               const char **ret_name,
                                                               const char **ret_value);
/** The value of one parameter of the Content-Type, such as "charset", borrowed; NULL when it is not
 * given. @since 0.1 */
SMIME_API const char *smime_entity_type_parameter(const smime_entity *entity, const char *name);

/** How many header fields. @since 0.1 */
SMIME_API size_t smime_entity_field_count(const smime_entity *entity);

/** The name of field @p index as it stands, not NUL-terminated, borrowed; NULL past the end.
 * @p ret_len may be NULL; it receives 0 past the end. So also in the next two. @since 0.1 */
SMIME_API const uint8_t *smime_entity_field_name(const smime_entity *entity, size_t index,
                                                 size_t *ret_len);

/** What stands behind the colon, folded, without the last line end, borrowed; NULL past the end.
 * @since 0.1 */
SMIME_API const uint8_t *smime_entity_field_value(const smime_entity *entity, size_t index,
                                                  size_t *ret_len);

/** The whole field with its line ends, borrowed; NULL past the end. @since 0.1 */
SMIME_API const uint8_t *smime_entity_field_raw(const smime_entity *entity, size_t index,
                                                size_t *ret_len);

/** Where field @p index begins in the input; 0 past the end. @since 0.1 */
SMIME_API uint64_t smime_entity_field_offset(const smime_entity *entity, size_t index);

/**
 * The value of a field for people: unfolded, encoded words decoded (RFC 2047), UTF-8.
 *
 * @param ret_text  Receives the text; give it back with smime_free().
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (past the end), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_field_text(const smime_entity *entity,
                                                                size_t index, char **ret_text);

/**
 * The next field of a name, compared without case.
 *
 * @param from       The first index to look at.
 * @param ret_index  Receives where it is.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_find_field(const smime_entity *entity,
                                                                const char *name, size_t from,
                                                                size_t *ret_index);

/**
 * The moment that the first field of a name gives (RFC 5322, 3.3 and 4.3).
 *
 * @param name         Such as "Date".
 * @param ret_seconds  Receives seconds since 1970 UTC.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such field), SMIME_E_MIME_SYNTAX (no date),
 *         SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_date(const smime_entity *entity,
                                                          const char *name,
                                                          int64_t *ret_seconds);

/**
 * The mailboxes of all fields of a name, such as "To", in order.
 *
 * @param ret_addresses  Receives them; give them back with smime_addresses_unref().
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such field), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_addresses(const smime_entity *entity,
                                                               const char *name,
                                                               smime_addresses **ret_addresses);

/**
 * One message identifier (RFC 5322, 3.6.4) of the first field of a name: "Message-ID",
 * "Content-ID", "In-Reply-To" or "References".
 *
 * @param index   From 0.
 * @param ret_id  Receives it without the angle brackets; give it back with smime_free().
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such field, or past the end), SMIME_E_INVALID_ARG,
 *         SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_entity_message_id(const smime_entity *entity,
                                                                const char *name, size_t index,
                                                                char **ret_id);

/** What a relay may change in a body (RFC 5321, 4.5.3.1; RFC 2045, 2.7; RFC 8551, 3.1.2); bits. */
enum {
    SMIME_HAZARD_8BIT = 1,           /**< Bytes over 127. */
    SMIME_HAZARD_LONG_LINE = 2,      /**< A line of more than 998 bytes. */
    SMIME_HAZARD_FROM = 4,           /**< A line that begins with "From ". */
    SMIME_HAZARD_TRAILING_BLANK = 8, /**< A blank at the end of a line of a leaf. */
    SMIME_HAZARD_CONTROL = 16,       /**< NUL, or a CR without a LF. */
    SMIME_HAZARD_HEADER_8BIT = 32    /**< Bytes over 127 in the header. */
};

/**
 * What in the entity would not survive relays unchanged: SMIME_HAZARD_*, of it and of all its
 * children. 0 when nothing. Only after smime_parser_set_hazards(), and when the entity has ended.
 *
 * @since 0.1
 */
SMIME_API uint32_t smime_entity_hazards(const smime_entity *entity);

/** How many children. @since 0.1 */
SMIME_API size_t smime_entity_child_count(const smime_entity *entity);
/** Child @p index from 0, or NULL. @since 0.1 */
SMIME_API const smime_entity *smime_entity_child(const smime_entity *entity, size_t index);

#ifdef __cplusplus
}
#endif

#endif
