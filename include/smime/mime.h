/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Reading MIME: a push parser that gives the tree of entities, its defects, and one part.
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

#include <smime/policy.h>

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

/** How a selected part is handed out. */
enum {
    SMIME_PART_RAW = 0,     /**< The body as it stands. */
    SMIME_PART_DECODED = 1  /**< The body of a leaf with its transfer encoding taken off. */
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
 * @param form  SMIME_PART_RAW or SMIME_PART_DECODED; a part that has children is always raw.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM, SMIME_E_STATE (bytes were written)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_parser_select(smime_parser *parser,
                                                            const char *path, int32_t form);

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
 * @retval SMIME_E_LIMIT_DEPTH, SMIME_E_LIMIT_PARTS, SMIME_E_LIMIT_HEADER  Beyond a limit.
 * @retval SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM, or what a sink returned
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

/** The path, such as "1.2.1". @since 0.1 */
SMIME_API const char *smime_entity_path(const smime_entity *entity);
/** The type in lower case, such as "text/plain": what counts after all defaults. @since 0.1 */
SMIME_API const char *smime_entity_type(const smime_entity *entity);
/** "attachment", "inline" or another word in lower case; NULL when not given. @since 0.1 */
SMIME_API const char *smime_entity_disposition(const smime_entity *entity);
/** The file name for people, UTF-8; NULL when not given. It may hold anything: path
 * separators are not taken out. @since 0.1 */
SMIME_API const char *smime_entity_filename(const smime_entity *entity);
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
/** How many children. @since 0.1 */
SMIME_API size_t smime_entity_child_count(const smime_entity *entity);
/** Child @p index from 0, or NULL. @since 0.1 */
SMIME_API const smime_entity *smime_entity_child(const smime_entity *entity, size_t index);

#ifdef __cplusplus
}
#endif

#endif
