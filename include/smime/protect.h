/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Protecting a message: signs, encrypts, or signs and then encrypts, in one pass.
 *
 * The input is a message (RFC 5322) or a bare MIME entity, with LF or CRLF line ends. The output is
 * a message with CRLF line ends: the header fields that do not describe the content stay outside,
 * the content goes inside. Before signing, leaves that are not 7-bit or hold "From " at the start of
 * a line are given a transfer encoding that every relay leaves alone; nothing else is touched.
 */
#ifndef SMIME_PROTECT_H
#define SMIME_PROTECT_H

#include <smime/key.h>
#include <smime/known.h>
#include <smime/mime.h>
#include <smime/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A job that protects one message. One thread at a time. */
typedef struct smime_protect smime_protect;

/** Digests for signing. Mail is signed with SHA-2 alone, which every reader has. */
enum {
    SMIME_DIGEST_SHA256 = 1,
    SMIME_DIGEST_SHA384 = 2,
    SMIME_DIGEST_SHA512 = 3,
    SMIME_DIGEST_SHA3_256 = 4,
    SMIME_DIGEST_SHA3_384 = 5,
    SMIME_DIGEST_SHA3_512 = 6,
    SMIME_DIGEST_SHAKE256 = 7 /**< 64 bytes of it (RFC 8702): with ECDSA keys, and for Ed448. */
};

/** Content encryption. AUTO is AES-256-GCM where every recipient is known to read it, by certificate (RFC
 * 4262), by what is known or by the program's word; else AES-256-CBC, and a note says which and
 * why. */
enum {
    SMIME_CIPHER_AUTO = 0,
    SMIME_CIPHER_AES_128_CBC = 1,
    SMIME_CIPHER_AES_256_CBC = 2,
    SMIME_CIPHER_AES_128_GCM = 3,
    SMIME_CIPHER_AES_256_GCM = 4
};

/** How the content key reaches an RSA key. AUTO is OAEP where the recipient is known to read it,
 * else PKCS#1 v1.5, which every reader has, and a note says so. */
enum { SMIME_TRANSPORT_AUTO = 0, SMIME_TRANSPORT_RSA_V15 = 1, SMIME_TRANSPORT_RSA_OAEP = 2 };

/** Where the header fields of the message stand (RFC 9788). */
enum {
    SMIME_HEADERS_OUTSIDE = 0,  /**< Outside alone: nothing protects them. */
    SMIME_HEADERS_NONE = 1,     /**< Inside too, and nothing is hidden outside. */
    SMIME_HEADERS_BASELINE = 2, /**< Inside too; outside of encryption Subject is "[...]", and Comments
                                     and Keywords are left out. */
    SMIME_HEADERS_SHY = 3       /**< As BASELINE, and From, To and Cc stand outside without names, Date
                                     without the time zone. */
};

/** What stands outside of encryption in the place of a field. */
enum {
    SMIME_OUTER_SAME = 0,   /**< The field as it is. */
    SMIME_OUTER_ABSENT = 1, /**< Nothing. */
    SMIME_OUTER_OTHER = 2   /**< Another value. */
};

/**
 * A header confidentiality policy of the program's own (RFC 9788, 3), called once for each field that
 * does not describe the content.
 *
 * @param name       Of the field, as it stands.
 * @param value      Unfolded and decoded, UTF-8.
 * @param ret_outer  Receives SMIME_OUTER_*; it is SMIME_OUTER_SAME before.
 * @param ret_value  Receives the other value, UTF-8, which has to stay until the next call. It is text,
 *                   and encoded as it needs: an encoded word in it (RFC 2047) is shown as it stands.
 * @return SMIME_OK, or any error: the job then ends with it.
 */
typedef smime_status (*smime_headers_function)(const char *name, const char *value,
                                               int32_t *ret_outer, const char **ret_value,
                                               void *user_data);

/**
 * Makes a job.
 *
 * @param policy       Time, limits; NULL for the defaults. Copied.
 * @param ret_protect  Receives the job; give it back with smime_protect_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_new(const smime_policy *policy,
                                                          smime_protect **ret_protect);

/** Frees a job at any moment. NULL is allowed. @since 0.1 */
SMIME_API void smime_protect_free(smime_protect *job);

/**
 * Adds a signer; several make several signatures over the same content.
 *
 * @param identity  A reference is taken. Its certificate and those of its chain that lead upwards
 *                  from it are carried in the message.
 * @retval SMIME_OK
 * @retval SMIME_E_CERT_UNSUITABLE  The certificate is not for signing, or not valid now.
 * @retval SMIME_E_UNSUPPORTED      The kind of key cannot sign.
 * @retval SMIME_E_LIMIT_SIGNERS, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_sign(smime_protect *job,
                                                           smime_identity *identity);

/**
 * Adds a recipient.
 *
 * @param cert  A reference is taken.
 * @retval SMIME_OK (also when it is a recipient already)
 * @retval SMIME_E_CERT_UNSUITABLE  The certificate is not for encryption, is not valid now, or its
 *                                  key is too weak.
 * @retval SMIME_E_UNSUPPORTED      The kind of key cannot be encrypted to.
 * @retval SMIME_E_LIMIT_RECIPIENTS, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 *
 * No path is built: whom to trust with a message is asked with smime_path_check() before.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_encrypt_to(smime_protect *job,
                                                                 smime_cert *cert);

/**
 * Names the certificate to which the sender's own copy is encrypted. Without this call a signer's
 * certificate that is for encryption serves; a job that signs and encrypts and finds neither ends
 * with SMIME_E_NO_SELF.
 *
 * @retval as smime_protect_encrypt_to()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_encrypt_to_self(smime_protect *job,
                                                                      smime_cert *cert);

/** Refuses encryption to the sender. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_no_self(smime_protect *job);

/** Signs with the content inside the signature (application/pkcs7-mime) instead of beside it
 * (multipart/signed). @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_opaque(smime_protect *job,
                                                                 int32_t opaque);

/**
 * Adds an attribute to what every signer says of the content, such as those of ess.h.
 *
 * @param oid    Its type, dotted. Not one that is written anyway: see
 *               smime_cms_encoder_add_attribute().
 * @param value  Its one value, @p len bytes of DER; copied.
 * @retval SMIME_OK, SMIME_E_BER (not one element of DER), SMIME_E_LIMIT_ATTRIBUTES,
 *         SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_add_attribute(smime_protect *job,
                                                                    const char *oid,
                                                                    const void *value,
                                                                    size_t len);

/** Signs, encrypts, and signs again (RFC 2634, 1.1): gateways and lists see who sent what they cannot
 * read. A job without signer or without recipient ends with SMIME_E_NO_WORK.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_triple(smime_protect *job,
                                                                 int32_t triple);

/**
 * What is known of recipients: their capabilities decide about cipher and key transport, beside what
 * their certificates say (RFC 4262).
 *
 * @param known  A reference is taken; NULL for none.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_use_known(smime_protect *job,
                                                                smime_known *known);

/**
 * What the program knows of one recipient.
 *
 * @param cert          The recipient's; a reference is taken.
 * @param capabilities  SMIMECapabilities (RFC 8551, 2.5.2), @p len bytes of DER, copied.
 * @retval SMIME_OK, SMIME_E_BER (no SMIMECapabilities), SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_capabilities(smime_protect *job,
                                                                       smime_cert *cert,
                                                                       const void *capabilities,
                                                                       size_t len);

/** Chooses SMIME_DIGEST_*. Without this call SHA-256, SHA-384 for P-384 keys and SHA-512 for P-521
 * and Ed25519 keys (RFC 8419); with another one and an Ed25519 key the job ends with
 * SMIME_E_INVALID_ARG.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_digest(smime_protect *job,
                                                                 int32_t digest);

/** Signs with RSA-PSS where a key is RSA. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_pss(smime_protect *job, int32_t pss);

/** Chooses SMIME_CIPHER_*. @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_cipher(smime_protect *job,
                                                                 int32_t cipher);

/**
 * Chooses SMIME_TRANSPORT_* for RSA keys.
 *
 * @param digest  SMIME_DIGEST_* for OAEP and its mask; 0 for SHA-256.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_transport(smime_protect *job,
                                                                    int32_t transport,
                                                                    int32_t digest);

/**
 * Chooses where the header fields stand. Without a recipient nothing is hidden, whatever is chosen. Bcc
 * and Resent-Bcc never leave: those recipients get messages of their own. HP-Outer in the input is left
 * out, with a note.
 *
 * @param headers  SMIME_HEADERS_*. Without this call it is BASELINE; but fields stay outside when there
 *                 are none to protect and, with a note, when a message that is only signed has bytes
 *                 over 127 in its header, or when the message was signed or encrypted before: no
 *                 reader looks for fields between two layers. Chosen by this call such a message is
 *                 refused.
 *
 * Whatever is chosen, a message whose Content-Type says hp= is refused with SMIME_E_MIME_SYNTAX: it was
 * taken out of protection, and the mark and its HP-Outer fields hold for that one alone (RFC 9788, 2.1.1).
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE (bytes were written)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_headers(smime_protect *job,
                                                                  int32_t headers);

/**
 * The program's own policy of what stands outside. The job ends with SMIME_E_INVALID_ARG when it changes
 * an address in From (RFC 9788, 3.1.1), or gives a value that cannot be written.
 *
 * @param destroy  Called exactly once when @p user_data is no longer needed, also when this call fails;
 *                 may be NULL.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_headers_function(
    smime_protect *job, smime_headers_function decide, void *user_data,
    void (*destroy)(void *user_data));

/**
 * Whether fields that people look at and that are hidden outside are repeated in the body, for readers
 * that do not know RFC 9788 and would show "[...]" alone. Others take them out again:
 * SMIME_PART_SHOWN. Parts of the main body get them, text/plain and text/html; those
 * whose charset cannot hold the text do without.
 *
 * @param wanted  1, the default; 0 when all recipients are known to read RFC 9788.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_legacy_display(smime_protect *job,
                                                                         int32_t wanted);

/**
 * Says what message this one answers or forwards. What was confidential in its header does not stand
 * outside of this one, whatever the policy, the program's own too: what its writer let stand outside takes
 * its place (RFC 9788, 6.1). May be called for several.
 *
 * - Subjects are found in a value behind marks such as "Re:", whatever the case and the blanks. When the
 *   subject was hidden, that of the answer is hidden whatever it says, and Thread-Topic, Comments and
 *   Keywords are left out.
 * - Mailboxes are found one by one, by the address. One whose address stood outside stands so, without
 *   its name; another is left out of the field.
 * - Message identifiers are found one by one, and left out.
 *
 * What would get longer by more than 4 KiB is left out.
 *
 * @param report  Of the message that is answered; a reference is taken.
 * A job that would show such a value in clear, because nothing is encrypted or the fields stand outside,
 * ends with SMIME_E_POLICY.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 *
 * Not checked: what the answer quotes, to whom it goes, its From and Date, and what was written anew in
 * other words where the fields stand in clear.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_answer(smime_protect *job,
                                                             smime_report *report);

/**
 * Sends the output to a function. smime_protect_write() then always takes everything.
 *
 * @param write      Receives output, in order; see smime_write_function.
 * @param discard    Called at most once, when the job fails after something was written; may be
 *                   NULL.
 * @param user_data  Passed to all three.
 * @param destroy    Called exactly once when @p user_data is no longer needed, also when this call
 *                   fails; may be NULL.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_set_sink(smime_protect *job,
                                                               smime_write_function write,
                                                               void (*discard)(void *user_data),
                                                               void *user_data,
                                                               void (*destroy)(void *user_data));

/**
 * Gives the job the next bytes of the message, in any chunking.
 *
 * @param ret_taken  Receives how many were taken: fewer than @p len when output waits to be read.
 * @retval SMIME_OK
 * @retval SMIME_E_NO_WORK, SMIME_E_NO_SELF  See above.
 * @retval SMIME_E_MIME_SYNTAX    The message is empty, or its structure can be read in two ways:
 *                                nobody could say what is signed. Where nothing is signed, only
 *                                the header of the message has to be clear. Or it says already
 *                                that its header is protected.
 * @retval SMIME_E_MIME_ENCODING  A body does not keep to the transfer encoding it declares.
 * @retval SMIME_E_LIMIT_DEPTH, SMIME_E_LIMIT_PARTS, SMIME_E_LIMIT_HEADER, SMIME_E_LIMIT_SPOOL
 * @retval SMIME_E_IO, SMIME_E_NOMEM, SMIME_E_RANDOM, SMIME_E_CRYPTO, SMIME_E_INVALID_ARG,
 *         SMIME_E_STATE, or what a sink returned
 *
 * Nothing is ever written in clear because encryption failed. After a failure every call returns
 * the same status.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_write(smime_protect *job, const void *data,
                                                            size_t len, size_t *ret_taken);

/** Takes waiting output; *ret_got is 0 when none waits. After smime_protect_finish() it is read
 * until nothing comes. Statuses as smime_protect_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_read(smime_protect *job, void *buffer,
                                                           size_t size, size_t *ret_got);

/** Says that the message is complete. Statuses as smime_protect_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_finish(smime_protect *job);

/**
 * The one-call form for memory.
 *
 * @param ret_data  Receives the protected message; owned by the caller, who gives it back with
 *                  smime_free().
 * @param ret_len   Receives its length.
 * @retval as smime_protect_write()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_buffer(smime_protect *job,
                                                             const void *data, size_t len,
                                                             uint8_t **ret_data,
                                                             size_t *ret_len);

/** The one-call form for file descriptors: reads @p in to its end, writes to @p out. Statuses as
 * smime_protect_write(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_protect_fd(smime_protect *job, int in, int out);

/** What went wrong, one sentence; valid until the next call on @p job. @since 0.1 */
SMIME_API const char *smime_protect_error_text(const smime_protect *job);

/** How many notes: choices that the sender may want to know of. @since 0.1 */
SMIME_API size_t smime_protect_note_count(const smime_protect *job);

/** Note @p index, one sentence, borrowed; NULL past the end. @since 0.1 */
SMIME_API const char *smime_protect_note(const smime_protect *job, size_t index);

#ifdef __cplusplus
}
#endif

#endif
