/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * What is allowed and required: limits, algorithms, time, spooling.
 *
 * A policy is a bag of settings. Every job and every path check copies the settings when it is
 * made, so a policy may be changed or given back at any time without touching work under way.
 * NULL stands for the default policy wherever a policy is taken.
 */
#ifndef SMIME_POLICY_H
#define SMIME_POLICY_H

#include <smime/status.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Settings; counted. One thread at a time may change it; reading is free for all. */
typedef struct smime_policy smime_policy;

/** Where a policy starts from. */
enum {
    SMIME_POLICY_DEFAULT = 0,
    /** As the default, and the local part of an address must agree in case. */
    SMIME_POLICY_STRICT = 1,
    /** As the default, and old algorithms are accepted for reading: signatures with SHA-1 or DSA and
     * content in 3DES, marked with the reason `weak-algorithm` in a message's report; certificates
     * signed so; and RSA keys from 1024 bits. */
    SMIME_POLICY_LEGACY = 2
};

/** What is read, and what is written; joined with |. */
enum { SMIME_POLICY_READING = 1, SMIME_POLICY_WRITING = 2 };

/** What can be limited. Every limit has a default; 0 is a limit like any other. */
enum {
    SMIME_LIMIT_DEPTH = 1,        /**< Levels of nested MIME entities (100). */
    SMIME_LIMIT_PARTS = 2,        /**< MIME entities in a message (10,000). */
    SMIME_LIMIT_HEADER_BYTES = 3, /**< Bytes in the header of one entity (1 MiB). */
    SMIME_LIMIT_LAYERS = 4,       /**< Cryptographic layers, nested (8). */
    SMIME_LIMIT_SIGNERS = 5,      /**< SignerInfos in one SignedData (64). */
    SMIME_LIMIT_RECIPIENTS = 6,   /**< RecipientInfos in one layer (4,096); all of them
                                     within 16 times SMIME_LIMIT_OBJECT_BYTES. */
    SMIME_LIMIT_ATTRIBUTES = 7,   /**< Attributes in one set (64). */
    SMIME_LIMIT_CERTS = 8,        /**< Certificates in one message or file (512). */
    SMIME_LIMIT_CERT_BYTES = 9,   /**< Bytes of all certificates in one message (4 MiB). */
    SMIME_LIMIT_OBJECT_BYTES = 10, /**< Bytes of one small structure or key file (1 MiB). */
    SMIME_LIMIT_SPOOL_MEMORY = 11, /**< Bytes held back in memory before a file is used (1 MiB). */
    SMIME_LIMIT_SPOOL_BYTES = 12, /**< Bytes held back by one layer in all (64 GiB). */
    SMIME_LIMIT_ITERATIONS = 13,  /**< Iterations of a password-based KDF (2,000,000). */
    SMIME_LIMIT_SIGNATURES = 14,  /**< Signature checks for one message or path (100). */
    SMIME_LIMIT_STEPS = 15,       /**< Path building steps for one message or path (2,000). */
    SMIME_LIMIT_PATH_LENGTH = 16, /**< Certificates in one path, anchor included (16). */
    SMIME_LIMIT_NAMES = 17,     /**< Comparisons of names for one message or path: name constraints
                                     and distribution points (250,000). */
    SMIME_LIMIT_CRL_BYTES = 18, /**< Bytes of all revocation lists of one message, or of one that
                                     is read alone (64 MiB). */
    SMIME_LIMIT_OCSP_SINGLES = 19, /**< Single responses in one OCSP response (64). */
    SMIME_LIMIT_OCSP_CERTS = 20,   /**< Certificates in one OCSP response (8). */
    SMIME_LIMIT_TREE_BYTES = 21,    /**< Bytes of memory for the headers that the tree of a message
                                     keeps (64 MiB). */
    SMIME_LIMIT_RATIO = 22         /**< Bytes that come out of each byte of compressed content, once
                                     a mebibyte came out (200). */
};

/**
 * When revocation is looked at. In every mode but the first a certificate that is known to be
 * revoked makes its path invalid.
 */
enum {
    SMIME_REVOCATION_OFF = 0,  /**< Not at all. */
    SMIME_REVOCATION_USE = 1,  /**< What is at hand is used; nothing at hand is no fault. */
    SMIME_REVOCATION_LEAF = 2, /**< As USE, and the certificate asked about must be known good. */
    SMIME_REVOCATION_ALL = 3   /**< Every certificate below the anchor must be known good. */
};

/** Inputs of path validation (RFC 5280, 6.1.1); bits. */
enum {
    SMIME_PATH_EXPLICIT_POLICY = 1, /**< The path must be valid under a wanted policy. */
    SMIME_PATH_INHIBIT_MAPPING = 2, /**< Policies are not mapped. */
    SMIME_PATH_INHIBIT_ANY = 4      /**< anyPolicy in a certificate counts for nothing. */
};

/**
 * Makes a policy.
 *
 * @param preset      SMIME_POLICY_*.
 * @param ret_policy  Receives the policy; give it back with smime_policy_unref().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (unknown preset), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_new(int32_t preset,
                                                         smime_policy **ret_policy);

/** One reference more. Returns @p policy. NULL is allowed. Any thread. @since 0.1 */
SMIME_API smime_policy *smime_policy_ref(smime_policy *policy);

/** One reference less; the last one frees. NULL is allowed. Any thread. @since 0.1 */
SMIME_API void smime_policy_unref(smime_policy *policy);

/**
 * Sets one limit.
 *
 * @param limit  SMIME_LIMIT_*.
 * @param value  The greatest number that is still accepted.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (unknown limit)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_limit(smime_policy *policy,
                                                               int32_t limit, uint64_t value);

/**
 * Reads one limit.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_get_limit(const smime_policy *policy,
                                                               int32_t limit,
                                                               uint64_t *ret_value);

/**
 * Fixes the moment at which certificates are judged and signing times are compared. Without
 * this call it is the system clock when the job is made.
 *
 * @param seconds  Seconds since 1970-01-01T00:00:00Z, leap seconds not counted.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_time(smime_policy *policy,
                                                              int64_t seconds);

/**
 * Chooses SMIME_REVOCATION_*.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_revocation(smime_policy *policy,
                                                                    int32_t mode);

/**
 * Allows or refuses an algorithm.
 *
 * What is refused for reading makes a signature, a certificate or encrypted content bad
 * (`weak-algorithm`), and a recipient as if it were for somebody else. What is refused
 * for writing is not chosen, and SMIME_E_POLICY when the program asks for it.
 *
 * @param directions  SMIME_POLICY_READING, SMIME_POLICY_WRITING or both.
 * @param algorithm   A name of smime_policy_describe(), such as "sha224", "rsa-v1.5", "3des-cbc" or
 *                    "rsa-v1.5-encryption". Allowing one for writing that this library only reads
 *                    changes nothing.
 * @retval SMIME_OK, SMIME_E_NOT_FOUND (no such algorithm), SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_allow(smime_policy *policy,
                                                           int32_t directions,
                                                           const char *algorithm,
                                                           int32_t allowed);

/** The least number of bits of an RSA key: 2048, under the legacy policy 1024.
 * @param least  From 1024 to 8192. @retval SMIME_OK, SMIME_E_INVALID_ARG @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_rsa_size(smime_policy *policy,
                                                                  int32_t directions,
                                                                  uint32_t least);

/**
 * Which results of comparing From with the signer a verified message may have: SMIME_BINDING_MATCH alone
 * by default. For programs that know by other means who has to sign, such as a robot's key for
 * many addresses: they look at the signer, as the report then names no sender.
 *
 * @param binding  SMIME_BINDING_MATCH to SMIME_BINDING_MISSING.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_allow_binding(smime_policy *policy,
                                                                   int32_t binding,
                                                                   int32_t allowed);

/** Whether local parts of addresses have to agree in case, as under the strict policy.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_exact_case(smime_policy *policy,
                                                                    int32_t exact);

/**
 * Names somebody who has to sign. Without this call all who signed have to be good. With it each who is
 * named has to be among the good signers of the innermost signed layer, and others may be bad;
 * one good signer still has to be the sender.
 *
 * @param address  Of a certificate of that signer's. Copied; as often as one likes.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (no address), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_require_signer(smime_policy *policy,
                                                                    const char *address);

/**
 * Tells everything that a policy allows, a line for each: a name, a blank, and "allowed", "refused", a
 * number or a word. "reading.digest.sha1 refused", "writing.key.rsa 2048", "sender.match allowed",
 * "signer.required all", "revocation use", "limit.depth 100". Lines may be added; names stay.
 *
 * @param policy    NULL for the default policy.
 * @param ret_text  Receives the text; give it back with smime_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_describe(const smime_policy *policy,
                                                              char **ret_text);

/**
 * How far clocks may differ when the dates of revocation lists and OCSP responses are compared
 * with the moment of validation. 300 seconds by default. An OCSP response without nextUpdate is
 * fresh for a day, a revocation list without it only when it is issued.
 *
 * @param seconds  0 or more.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_clock_tolerance(smime_policy *policy,
                                                                         int64_t seconds);

/**
 * Adds one certificate policy to those that are wanted (user-initial-policy-set, RFC 5280, 6.1.1).
 * Without this call any is. What is wanted is compared with what holds; it is required only with
 * SMIME_PATH_EXPLICIT_POLICY or when a certificate of the path asks for it.
 *
 * @param oid  A dotted object identifier, such as "2.16.840.1.101.3.2.1.48.1"; "2.5.29.32.0" is
 *             anyPolicy. Copied.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (no object identifier), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_add_initial_policy(smime_policy *policy,
                                                                        const char *oid);

/**
 * Sets the inputs of path validation.
 *
 * @param flags  SMIME_PATH_* bits; none by default.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (unknown bits)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_path_flags(smime_policy *policy,
                                                                    uint32_t flags);

/**
 * Where held-back data goes once SMIME_LIMIT_SPOOL_MEMORY is exceeded: an unnamed file in a
 * directory, "/var/tmp" by default. What is held there is ciphertext, or plaintext encrypted
 * under a key that exists only in memory.
 *
 * @param directory  Path, copied. Not checked here: a job that needs it fails with SMIME_E_IO.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_spool_directory(smime_policy *policy,
                                                                         const char *directory);

/**
 * Opens a spool of the program's own, used in place of a file. Called when a job first holds
 * back more than SMIME_LIMIT_SPOOL_MEMORY; @p ret_spool names the new spool in the other calls.
 */
typedef smime_status (*smime_spool_open_function)(void **ret_spool, void *user_data);
/** Writes @p len bytes at @p offset, which is never beyond the end. */
typedef smime_status (*smime_spool_write_function)(void *spool, uint64_t offset,
                                                   const uint8_t *data, size_t len,
                                                   void *user_data);
/** Reads exactly @p len bytes at @p offset; they were written before. */
typedef smime_status (*smime_spool_read_function)(void *spool, uint64_t offset, uint8_t *data,
                                                  size_t len, void *user_data);
/** Ends a spool; called once for each successful open. */
typedef void (*smime_spool_close_function)(void *spool, void *user_data);

/**
 * Sets a spool of the program's own. The functions run on the thread that drives the job and
 * return SMIME_OK or any error, which the job then ends with.
 *
 * @param destroy  Called exactly once when @p user_data is no longer needed, also when this
 *                 call fails; NULL is allowed.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (a function missing), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_policy_set_spool_functions(
    smime_policy *policy, smime_spool_open_function open, smime_spool_write_function write,
    smime_spool_read_function read, smime_spool_close_function close, void *user_data,
    void (*destroy)(void *user_data));

#ifdef __cplusplus
}
#endif

#endif
