/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * The Cryptographic Message Syntax (RFC 5652 and its companions) by itself: documents, firmware,
 * archives - whatever is no mail. For mail there are smime_protect and smime_open.
 *
 * An encoder writes one structure and a decoder reads one, with all that is nested in it. Both are
 * jobs like every other here: bytes of any size go through them in constant memory, by write and
 * read, through a sink, or in one call.
 *
 * The kinds of structures are those that a report names, see SMIME_LAYER_* in report.h.
 */
#ifndef SMIME_CMS_H
#define SMIME_CMS_H

#include <smime/crl.h>
#include <smime/ocsp.h>
#include <smime/open.h>
#include <smime/protect.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A job that writes one structure. One thread at a time. */
typedef struct smime_cms_encoder smime_cms_encoder;

/** A job that reads one structure. One thread at a time. */
typedef struct smime_cms_decoder smime_cms_decoder;

/** How the structure is written. */
enum {
    SMIME_FORM_BINARY = 0, /**< DER where the content fits one segment (64 KiB), else streamed BER. */
    SMIME_FORM_PEM = 1     /**< The same in base64 between lines (RFC 7468, label CMS). */
};

/** About one signer; joined with |. */
enum {
    SMIME_SIGNER_KEY_ID = 1,        /**< Named by its subject key identifier. */
    SMIME_SIGNER_NO_ATTRIBUTES = 2, /**< Signs the content itself, which must be plain data. */
    SMIME_SIGNER_PSS = 4,           /**< RSA-PSS, when the key is RSA. */
    SMIME_SIGNER_NO_CAPABILITIES = 8 /**< Without SMIMECapabilities, which are for mail. */
};

/** About one recipient with a certificate; joined with |. */
enum {
    SMIME_RECIPIENT_KEY_ID = 1, /**< Named by its subject key identifier. */
    SMIME_RECIPIENT_OAEP = 2,   /**< RSA-OAEP with SHA-256, when the key is RSA; else PKCS#1 v1.5. */
    SMIME_RECIPIENT_KEM = 4     /**< RSA-KEM (RFC 9690), when the key is RSA; goes before OAEP. */
};

/**
 * Makes an encoder.
 *
 * @param policy  Time, limits; NULL for the defaults. Copied.
 * @param kind    SMIME_LAYER_*: SIGNED, ENVELOPED, AUTH_ENVELOPED, AUTHENTICATED, ENCRYPTED, DIGESTED,
 *                COMPRESSED or DATA.
 * @param ret_encoder  Receives the job; give it back with smime_cms_encoder_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @retval SMIME_E_UNSUPPORTED  COMPRESSED, in a build without zlib.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_new(const smime_policy *policy,
                                                              int32_t kind,
                                                              smime_cms_encoder **ret_encoder);

/** Frees a job at any moment, and what is nested in it. NULL is allowed. @since 0.1 */
SMIME_API void smime_cms_encoder_free(smime_cms_encoder *job);

/**
 * Puts the structure that @p inner writes inside of this one, from the inside out: one that is nested
 * already takes no other. What is written to @p job then is the content of @p inner, whose kind is the
 * type of the content of @p job and whose form counts for nothing. Nothing else may be called on
 * @p inner any more: it belongs to @p job, and a failure in it is told by @p job.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_STATE        One of them has begun, or @p inner is nested already.
 * @retval SMIME_E_LIMIT_LAYERS More than SMIME_LIMIT_LAYERS in each other.
 * @retval SMIME_E_INVALID_ARG  NULL, @p inner is @p job or DATA, or @p job is DATA or detached. When
 *                              @p job encrypts with AES-CCM, the job ends with it once it begins.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_nest(smime_cms_encoder *job,
                                                               smime_cms_encoder *inner);

/** Chooses SMIME_FORM_*. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_form(smime_cms_encoder *job,
                                                                   int32_t form);

/**
 * Names the type of the content, id-data without this call.
 *
 * @param oid  Dotted, such as "1.2.840.113549.1.9.16.1.4".
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_content_type(smime_cms_encoder *job,
                                                                           const char *oid);

/** SIGNED: leaves the content out of the structure. @retval SMIME_OK, SMIME_E_INVALID_ARG (another
 * kind; 0 after smime_cms_encoder_set_digest()), SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_detached(smime_cms_encoder *job,
                                                                       int32_t detached);

/**
 * Declares how many bytes of content will come. AES-CCM needs to know it, and so cannot have another
 * structure inside; with any other cipher it need not be called. When another number comes, the job
 * ends with SMIME_E_INVALID_ARG.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_length(smime_cms_encoder *job,
                                                                     uint64_t length);

/**
 * SIGNED: adds a signer. Its certificate and those of its chain that lead upwards from it are carried.
 *
 * @param identity    A reference is taken.
 * @param digest      SMIME_DIGEST_*; 0 for what its key goes with: SHA-384 for P-384, SHA-512 for P-521
 *                    and Ed25519, SHAKE256 for Ed448, else SHA-256.
 * @param flags       SMIME_SIGNER_*.
 * @param ret_signer  Receives its number, from 0, for smime_cms_encoder_add_attribute(); may be NULL.
 *                    In the structure signers stand in the order of their encodings (a SET OF in
 *                    DER), and have other numbers: there a signer is known by its certificate.
 * @retval SMIME_OK
 * @retval SMIME_E_UNSUPPORTED  The key cannot sign so; or SMIME_SIGNER_KEY_ID and the certificate
 *                              has no subject key identifier.
 * @retval SMIME_E_POLICY       The policy does not allow such signatures.
 * @retval SMIME_E_LIMIT_SIGNERS, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 *
 * Not checked: what the certificate is for, and whether it is valid.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_signer(smime_cms_encoder *job,
                                                                     smime_identity *identity,
                                                                     int32_t digest,
                                                                     uint32_t flags,
                                                                     size_t *ret_signer);

/**
 * Adds an attribute to a signer.
 *
 * @param signer  As smime_cms_encoder_add_signer() numbered it.
 * @param is_signed  1 among the signed attributes, 0 among the unsigned ones.
 * @param oid     Its type, dotted. Not one that the encoder writes itself: contentType, messageDigest,
 *                signingTime, SMIMECapabilities, signingCertificateV2, CMSAlgorithmProtection.
 * @param value   Its one value, @p len bytes of DER; copied.
 * @retval SMIME_OK
 * @retval SMIME_E_BER  @p value is not one element of DER.
 * @retval SMIME_E_LIMIT_ATTRIBUTES, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_attribute(
    smime_cms_encoder *job, size_t signer, int32_t is_signed, const char *oid, const void *value,
    size_t len);

/** SIGNED: carries a certificate. Without any signer that makes a certs-only structure, which has no
 * content: the job ends with SMIME_E_NO_WORK when some comes. A reference
 * is taken. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_cert(smime_cms_encoder *job,
                                                                   smime_cert *cert);

/** SIGNED: carries a revocation list. A reference is taken.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_crl(smime_cms_encoder *job,
                                                                  smime_crl *crl);

/** SIGNED: carries an OCSP response (RFC 5940). A reference is taken.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_ocsp(smime_cms_encoder *job,
                                                                   smime_ocsp *ocsp);

/**
 * ENVELOPED, AUTH_ENVELOPED, AUTHENTICATED: adds a recipient with a certificate.
 *
 * @param cert   A reference is taken.
 * @param flags  SMIME_RECIPIENT_*.
 * @retval SMIME_OK
 * @retval SMIME_E_UNSUPPORTED  The kind of key cannot be encrypted to; or SMIME_RECIPIENT_KEY_ID and the
 *                              certificate has no subject key identifier.
 * @retval SMIME_E_LIMIT_RECIPIENTS, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 *
 * Not checked: what the certificate is for, and whether it is valid.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_recipient(smime_cms_encoder *job,
                                                                        smime_cert *cert,
                                                                        uint32_t flags);

/**
 * How OAEP is made for recipients that are added with SMIME_RECIPIENT_OAEP after this call.
 *
 * @param digest       SMIME_DIGEST_*, not SHAKE; 0 for SHA-256.
 * @param mask_digest  Of the mask (MGF1); 0 for the same one.
 * @param label        @p len bytes, copied; most readers know no other than the empty one.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_oaep(smime_cms_encoder *job,
                                                                   int32_t digest,
                                                                   int32_t mask_digest,
                                                                   const void *label, size_t len);

/**
 * How keys are agreed with recipients that have elliptic curve keys and are added after this call (RFC
 * 5753, RFC 8418).
 *
 * @param digest    Of the key derivation: SMIME_DIGEST_SHA256, SHA384 or SHA512; 0 for what goes with the
 *                  curve.
 * @param cofactor  1 for the schemes with cofactor multiplication, of the NIST curves alone; their cofactor
 *                  is 1.
 * @param ukm       User keying material, @p len bytes, copied; none when that is 0.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_agreement(smime_cms_encoder *job,
                                                                        int32_t digest,
                                                                        int32_t cofactor,
                                                                        const void *ukm,
                                                                        size_t len);

/**
 * The same kinds: adds whoever knows a password (RFC 3211, with PBKDF2 over HMAC-SHA-256).
 *
 * @param password    @p len bytes, copied, and wiped with the job. UTF-8 by custom.
 * @param iterations  Of PBKDF2; 0 for 600,000. Readers bound the sum over a message, and so does
 *                    this call: see SMIME_LIMIT_ITERATIONS.
 * @retval SMIME_OK, SMIME_E_LIMIT_RECIPIENTS, SMIME_E_LIMIT_ITERATIONS, SMIME_E_INVALID_ARG,
 *         SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_password(smime_cms_encoder *job,
                                                                       const void *password,
                                                                       size_t len,
                                                                       uint32_t iterations);

/**
 * The same kinds: adds whoever has a key beforehand (KEKRecipientInfo with AES key wrap).
 *
 * @param id   The identifier of the key, @p id_len bytes, in the clear.
 * @param key  16, 24 or 32 bytes, copied, and wiped with the job.
 * @retval SMIME_OK, SMIME_E_LIMIT_RECIPIENTS, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_add_shared_key(smime_cms_encoder *job,
                                                                         const void *id,
                                                                         size_t id_len,
                                                                         const void *key,
                                                                         size_t len);

/**
 * ENCRYPTED: the content key, which the structure says nothing of.
 *
 * @param key  As many bytes as the cipher wants, copied, and wiped with the job.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_content_key(smime_cms_encoder *job,
                                                                          const void *key,
                                                                          size_t len);

/**
 * Chooses the algorithm of the structure.
 *
 * @param name  ENVELOPED and ENCRYPTED: "aes-128-cbc", "aes-192-cbc", "aes-256-cbc" (the default).
 *              AUTH_ENVELOPED: "aes-128-gcm", "aes-192-gcm", "aes-256-gcm" (the default), "aes-128-ccm",
 *              "aes-192-ccm", "aes-256-ccm", "chacha20-poly1305".
 *              DIGESTED: "sha256" (the default), "sha384", "sha512", "sha3-256", "sha3-384",
 *              "sha3-512", "shake256".
 *              AUTHENTICATED: "hmac-sha256" (the default), "hmac-sha384", "hmac-sha512".
 * @retval SMIME_OK
 * @retval SMIME_E_INVALID_ARG  A kind of structure that has none, or a name that it has not.
 * @retval SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_algorithm(smime_cms_encoder *job,
                                                                        const char *name);

/** ENVELOPED, AUTH_ENVELOPED, ENCRYPTED: derives the key that the content is encrypted with from the one
 * that recipients get and from the algorithm (RFC 9709), so that nobody can pass one algorithm off as
 * another. Not every reader knows this. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_derived(smime_cms_encoder *job,
                                                                      int32_t derived);

/** Gives output to @p write as it comes; as smime_protect_set_sink(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_sink(
    smime_cms_encoder *job, smime_write_function write, void (*discard)(void *user_data),
    void *user_data, void (*destroy)(void *user_data));

/** Content; as smime_protect_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_write(smime_cms_encoder *job,
                                                                const void *data, size_t len,
                                                                size_t *ret_taken);

/** Output; as smime_protect_read(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_read(smime_cms_encoder *job,
                                                               void *buffer, size_t size,
                                                               size_t *ret_got);

/**
 * The content is complete.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_NO_WORK      No signer, no certificate and no revocation list; no recipient; or no
 *                              content key.
 * @retval SMIME_E_INVALID_ARG  A content key of the wrong length, AES-CCM without a declared length, or
 *                              another length than was declared.
 * @retval anything of smime_protect_finish()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_finish(smime_cms_encoder *job);

/** All at once; as smime_protect_buffer(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_buffer(smime_cms_encoder *job,
                                                                 const void *data, size_t len,
                                                                 uint8_t **ret_data,
                                                                 size_t *ret_len);

/** From one descriptor to the other; as smime_protect_fd(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_fd(smime_cms_encoder *job, int in,
                                                             int out);

/** A sentence about the failure of the job, "done" while there is none. Lives until the next call on
 * the job. @since 0.1 */
SMIME_API const char *smime_cms_encoder_error_text(const smime_cms_encoder *job);

/**
 * SIGNED, detached: signs content that was hashed elsewhere. Every signer must use this digest; no
 * content is written then.
 *
 * @param digest  SMIME_DIGEST_*, as each signer was given it or has it by its key.
 * @param value   The digest of the content, @p len bytes, copied.
 * @retval SMIME_OK
 * @retval SMIME_E_INVALID_ARG  Another length than the digest has, not detached, or another kind.
 * @retval SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_encoder_set_digest(smime_cms_encoder *job,
                                                                     int32_t digest,
                                                                     const void *value, size_t len);

/** A job that adds to a SignedData that there is. One thread at a time. */
typedef struct smime_cms_editor smime_cms_editor;

/**
 * Makes an editor. It takes SignedData in DER, BER or PEM and writes it again with what is added:
 * content, signatures and certificates stay byte for byte what they were. Nothing is verified.
 *
 * @param policy  Time, limits; NULL for the defaults. Copied.
 * @param ret_editor  Receives the job; give it back with smime_cms_editor_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_new(const smime_policy *policy,
                                                             smime_cms_editor **ret_editor);

/** Frees a job at any moment. NULL is allowed. @since 0.1 */
SMIME_API void smime_cms_editor_free(smime_cms_editor *job);

/** Chooses SMIME_FORM_*. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_set_form(smime_cms_editor *job,
                                                                  int32_t form);

/** One more signer of the content; as smime_cms_encoder_add_signer(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_add_signer(smime_cms_editor *job,
                                                                    smime_identity *identity,
                                                                    int32_t digest,
                                                                    uint32_t flags);

/**
 * Signs the signature of a signer that is there (countersignature, RFC 5652, 11.4).
 *
 * @param signer  Its number in the structure as it is read, from 0, the one that a report gives it.
 *                When there is none, the job ends with SMIME_E_NOT_FOUND.
 * @param identity, digest, flags  As in smime_cms_encoder_add_signer(); not
 *                SMIME_SIGNER_NO_ATTRIBUTES.
 * @retval as smime_cms_encoder_add_signer()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_countersign(smime_cms_editor *job,
                                                                     size_t signer,
                                                                     smime_identity *identity,
                                                                     int32_t digest,
                                                                     uint32_t flags);

/**
 * Adds an unsigned attribute to a signer that is there, such as a timestamp.
 *
 * @param signer  As in smime_cms_editor_countersign().
 * @param oid, value, len  As in smime_cms_encoder_add_attribute().
 * @retval as smime_cms_encoder_add_attribute()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_add_attribute(smime_cms_editor *job,
                                                                       size_t signer,
                                                                       const char *oid,
                                                                       const void *value,
                                                                       size_t len);

/** As smime_cms_encoder_add_cert(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_add_cert(smime_cms_editor *job,
                                                                  smime_cert *cert);

/** As smime_cms_encoder_add_crl(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_add_crl(smime_cms_editor *job,
                                                                 smime_crl *crl);

/** As smime_cms_encoder_add_ocsp(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_add_ocsp(smime_cms_editor *job,
                                                                  smime_ocsp *ocsp);

/** Gives the content of a detached signature, before the structure is written, so that it can be
 * signed once more; as often as one likes, and behind all signers are added. When the structure holds
 * content of its own, the job ends with SMIME_E_STATE.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM, SMIME_E_CRYPTO @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_content(smime_cms_editor *job,
                                                                 const void *data, size_t len);

/** Gives output to @p write as it comes; as smime_protect_set_sink(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_set_sink(
    smime_cms_editor *job, smime_write_function write, void (*discard)(void *user_data),
    void *user_data, void (*destroy)(void *user_data));

/** Bytes of the structure; as smime_protect_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_write(smime_cms_editor *job,
                                                               const void *data, size_t len,
                                                               size_t *ret_taken);

/** Output; as smime_protect_read(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_read(smime_cms_editor *job, void *buffer,
                                                              size_t size, size_t *ret_got);

/**
 * The structure is complete.
 *
 * @retval SMIME_OK
 * @retval SMIME_E_CMS_SYNTAX  It is no SignedData, or a malformed one, or there are bytes behind it;
 *                             or a certificate or list in it is no DER.
 * @retval SMIME_E_BER         It is cut off.
 * @retval SMIME_E_NOT_FOUND   It has no signer of a number that was given.
 * @retval SMIME_E_STATE       A signer was added to a detached signature, and no content was given.
 * @retval SMIME_E_INVALID_ARG A signer without attributes, and the content is no plain data.
 * @retval anything of smime_protect_finish()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_finish(smime_cms_editor *job);

/** All at once; as smime_protect_buffer(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_buffer(smime_cms_editor *job,
                                                                const void *data, size_t len,
                                                                uint8_t **ret_data,
                                                                size_t *ret_len);

/** From one descriptor to the other; as smime_protect_fd(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_editor_fd(smime_cms_editor *job, int in, int out);

/** As smime_cms_encoder_error_text(). @since 0.1 */
SMIME_API const char *smime_cms_editor_error_text(const smime_cms_editor *job);

/**
 * Makes a decoder. It takes DER, BER and PEM, and tells them apart itself.
 *
 * @param policy  Time, limits, algorithms, revocation; NULL for the defaults. Copied.
 * @param ret_decoder  Receives the job; give it back with smime_cms_decoder_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_new(const smime_policy *policy,
                                                              smime_cms_decoder **ret_decoder);

/** Frees a job at any moment. NULL is allowed. @since 0.1 */
SMIME_API void smime_cms_decoder_free(smime_cms_decoder *job);

/** As smime_open_add_identity(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_add_identity(smime_cms_decoder *job,
                                                                       smime_identity *identity);

/** As smime_open_add_password(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_add_password(smime_cms_decoder *job,
                                                                       const void *password,
                                                                       size_t len);

/** As smime_open_add_shared_key(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_add_shared_key(smime_cms_decoder *job,
                                                                         const void *id,
                                                                         size_t id_len,
                                                                         const void *key,
                                                                         size_t len);

/** As smime_open_add_content_key(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_add_content_key(smime_cms_decoder *job,
                                                                          const void *key,
                                                                          size_t len);

/** As smime_open_use_store(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_use_store(smime_cms_decoder *job,
                                                                    smime_store *store);

/** What the certificates of signers must be good for: SMIME_USE_SIGN, which is e-mail, without this
 * call; SMIME_USE_ANY for whatever is not. No other value is taken. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_set_use(smime_cms_decoder *job,
                                                                  int32_t use);

/** As smime_open_set_release(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_set_release(smime_cms_decoder *job,
                                                                      int32_t release);

/**
 * Gives the content of a detached signature, before the structure is written; as often as one likes.
 * It is hashed and not kept, with every digest that a signer can have used - the structure that names
 * them comes later - and with SHA-1 and SHA-224 too under the legacy policy. A structure that holds
 * content of its own is then refused.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE (bytes of the structure came already),
 *         SMIME_E_NOMEM, SMIME_E_CRYPTO
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_content(smime_cms_decoder *job,
                                                                  const void *data, size_t len);

/** The same from a descriptor, up to its end. @retval as smime_cms_decoder_content(), and SMIME_E_IO
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_content_fd(smime_cms_decoder *job,
                                                                     int in);

/** As smime_open_set_sink(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_set_sink(
    smime_cms_decoder *job, smime_write_function write, void (*discard)(void *user_data),
    void *user_data, void (*destroy)(void *user_data));

/** Bytes of the structure; as smime_open_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_write(smime_cms_decoder *job,
                                                                const void *data, size_t len,
                                                                size_t *ret_taken);

/** The content; as smime_open_read(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_read(smime_cms_decoder *job,
                                                               void *buffer, size_t size,
                                                               size_t *ret_got);

/** As smime_open_finish(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_finish(smime_cms_decoder *job);

/** As smime_open_buffer(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_buffer(smime_cms_decoder *job,
                                                                 const void *data, size_t len,
                                                                 uint8_t **ret_data,
                                                                 size_t *ret_len);

/** As smime_open_fd(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_fd(smime_cms_decoder *job, int in,
                                                             int out);

/**
 * The report, as smime_open_report(). It is about the structure alone: nobody is compared with a
 * sender, so VERIFIED says that every signature is good and every signer's path is valid, and who
 * signed is to be looked at: smime_report_signer_cert().
 *
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_cms_decoder_report(smime_cms_decoder *job,
                                                                 smime_report **ret_report);

/** As smime_open_error_text(). @since 0.1 */
SMIME_API const char *smime_cms_decoder_error_text(const smime_cms_decoder *job);

/** As smime_open_error_offset(). @since 0.1 */
SMIME_API uint64_t smime_cms_decoder_error_offset(const smime_cms_decoder *job);

#ifdef __cplusplus
}
#endif

#endif
