/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * What every call answers with, and the version of the library.
 *
 * There are two kinds of "no". A status below zero means that the work could not be done: the
 * input is malformed beyond reading, memory ran out, a limit was met, a file could not be
 * written. A report or a path that says "invalid" is a successful answer: a bad signature is
 * an answer, not a failure of the call.
 */
#ifndef SMIME_STATUS_H
#define SMIME_STATUS_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define SMIME_API __attribute__((visibility("default")))
#define SMIME_MUST_CHECK __attribute__((warn_unused_result))
#else
#define SMIME_API
#define SMIME_MUST_CHECK
#endif

/** 0 is done, below zero an error, above zero not an error. More values may come. */
typedef int32_t smime_status;

enum {
    SMIME_OK = 0,

    /* The call and its surroundings. */
    SMIME_E_NOMEM = -101,       /**< Memory could not be had. */
    SMIME_E_INVALID_ARG = -102, /**< An argument is NULL, out of range or does not fit. */
    SMIME_E_STATE = -103,       /**< The object is not in a state where this call makes sense. */
    SMIME_E_IO = -104,          /**< Reading, writing or spooling failed. */
    SMIME_E_CALLBACK = -105,    /**< Reserved for callbacks: the caller's own error, passed on. */
    SMIME_E_RANDOM = -106,      /**< The system gave no random numbers. */
    SMIME_E_UNSUPPORTED = -107, /**< An algorithm or form that this library does not handle. */
    SMIME_E_CRYPTO = -108,      /**< The cryptographic library failed where it should not. */
    SMIME_E_NOT_FOUND = -109,   /**< What was asked for is not there. */

    /* Limits; each can be set, see smime_policy_set_limit(). */
    SMIME_E_LIMIT_DEPTH = -151,
    SMIME_E_LIMIT_PARTS = -152,
    SMIME_E_LIMIT_HEADER = -153,
    SMIME_E_LIMIT_LAYERS = -154,
    SMIME_E_LIMIT_SIGNERS = -155,
    SMIME_E_LIMIT_RECIPIENTS = -156,
    SMIME_E_LIMIT_CERTS = -157,
    SMIME_E_LIMIT_OBJECT = -158,
    SMIME_E_LIMIT_SPOOL = -159,
    SMIME_E_LIMIT_ITERATIONS = -160,
    SMIME_E_LIMIT_SIGNATURES = -161,
    SMIME_E_LIMIT_STEPS = -162,
    SMIME_E_LIMIT_ATTRIBUTES = -163,
    SMIME_E_LIMIT_NAMES = -164,
    SMIME_E_LIMIT_REVOCATION = -165,
    SMIME_E_LIMIT_RATIO = -166,

    /* MIME. */
    SMIME_E_MIME_SYNTAX = -201, /**< Not readable as a MIME entity of the kind it claims. */
    SMIME_E_MIME_ENCODING = -202, /**< A body does not keep to its transfer encoding,
                                     or something cannot be encoded for transport. */

    /* ASN.1. */
    SMIME_E_BER = -301, /**< Not BER, or BER that ends too early. */

    /* Keys and certificates. */
    SMIME_E_CERT_SYNTAX = -401,     /**< Not a certificate, or a malformed one. */
    SMIME_E_KEY_SYNTAX = -402,      /**< Not a private key, or a malformed one. */
    SMIME_E_PASSWORD = -403,        /**< No password fits. */
    SMIME_E_KEY_MISMATCH = -404,    /**< The key does not belong to the certificate. */
    SMIME_E_CERT_UNSUITABLE = -405, /**< The certificate must not be used for this. */
    SMIME_E_CRL_SYNTAX = -406,      /**< Not a certificate revocation list, or a malformed one. */
    SMIME_E_OCSP_SYNTAX = -407,     /**< Not an OCSP response, or a malformed one. */

    /* CMS. */
    SMIME_E_CMS_SYNTAX = -501,        /**< Not a CMS structure of the kind it claims. */
    SMIME_E_TIMESTAMP_SYNTAX = -502,  /**< Not a timestamp, or a malformed one. */
    SMIME_E_TIMESTAMP_REFUSED = -503, /**< The authority gave no timestamp. */

    /* Messages. */
    SMIME_E_NO_SELF = -601, /**< No certificate to encrypt to the sender, and not refused. */
    SMIME_E_NO_WORK = -602, /**< Neither a signer nor a recipient was given. */
    SMIME_E_NOT_VERIFIED = -603, /**< Nothing is learned from what is not verified. */
    SMIME_E_POLICY = -604 /**< The policy does not allow it. */
};

/** What kind of trouble a status is; for decisions. More values may come. */
enum {
    SMIME_CATEGORY_OK = 0,
    SMIME_CATEGORY_USAGE = 1,   /**< The program's mistake. */
    SMIME_CATEGORY_SYSTEM = 2,  /**< Memory, random numbers, input and output. */
    SMIME_CATEGORY_LIMIT = 3,   /**< A limit was met: neither valid nor invalid. */
    SMIME_CATEGORY_SYNTAX = 4,  /**< The input cannot be read. */
    SMIME_CATEGORY_REFUSED = 5, /**< Understood, and refused. */
    SMIME_CATEGORY_CALLER = 6   /**< A callback's own error. */
};

/**
 * The category of a status, one of SMIME_CATEGORY_*.
 *
 * @param status  Any number; one that is unknown counts as SMIME_CATEGORY_SYSTEM.
 * @since 0.1
 */
SMIME_API int32_t smime_status_category(smime_status status);

/**
 * The name of a status, such as "SMIME_E_NOMEM"; "SMIME_E_UNKNOWN" for an unknown number.
 *
 * @return A constant string, never NULL.
 * @since 0.1
 */
SMIME_API const char *smime_status_name(smime_status status);

/**
 * One English sentence without a final period that says what the status means in general.
 * The object that failed usually knows more: see the `_error_text` functions.
 *
 * @return A constant string, never NULL.
 * @since 0.1
 */
SMIME_API const char *smime_status_text(smime_status status);

/**
 * The status number at @p index in the list of all, for programs and tests that walk it.
 *
 * @param index       0, 1, 2 ...
 * @param ret_status  Receives the status.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND past the end, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_status_at(size_t index, smime_status *ret_status);

/**
 * The version of the library in use: major * 65536 + minor * 256 + patch.
 *
 * @since 0.1
 */
SMIME_API uint32_t smime_version_number(void);

/**
 * The version of the library in use as text, such as "0.1.0".
 *
 * @return A constant string.
 * @since 0.1
 */
SMIME_API const char *smime_version_text(void);

/**
 * Gives back memory that a function of this library handed over (`ret_*` of type pointer to
 * bytes or characters). NULL is allowed.
 *
 * @since 0.1
 */
SMIME_API void smime_free(void *memory);

#ifdef __cplusplus
}
#endif

#endif
