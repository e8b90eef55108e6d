/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * Opening a message: decrypts, verifies, and says in one report what may be believed.
 *
 * smime_open_new(), settings, bytes in (any chunking), smime_open_finish(), bytes out,
 * smime_open_report(), smime_open_free(). Nothing is fetched; what is not at hand reads "not
 * checked".
 */
#ifndef SMIME_OPEN_H
#define SMIME_OPEN_H

#include <smime/known.h>
#include <smime/mime.h>
#include <smime/report.h>

#ifdef __cplusplus
extern "C" {
#endif

/** A job that opens one message. One thread at a time. */
typedef struct smime_open smime_open;

/** When the content - the bytes inside the protection - is handed out. Whatever is chosen, nothing
 * that an authenticated cipher protects leaves before its tag is checked. */
enum {
    /** Held back (encrypted, in the spool) until the summary is known, and handed out unless it is
     * INVALID or LOCKED. The default. */
    SMIME_RELEASE_GOOD = 0,
    /** Held back, and handed out only for VERIFIED and CONFIDENTIAL_VERIFIED. */
    SMIME_RELEASE_VERIFIED = 1,
    /** Held back, and handed out when there is encryption and all of it was opened, whatever the
     * signatures say. */
    SMIME_RELEASE_DECRYPTED = 2,
    /** Held back, and handed out when every encryption layer opened, if there are any, whatever the
     * signatures say. */
    SMIME_RELEASE_UNVERIFIED = 3,
    /** Handed out as it comes, before any signature or padding is known. The program must be able
     * to take it back: see the discard function of smime_open_set_sink(). */
    SMIME_RELEASE_AT_ONCE = 4,
    /** Not handed out: only the report is wanted. */
    SMIME_RELEASE_NOTHING = 5
};

/**
 * Makes a job.
 *
 * @param policy    Time, limits, algorithms; NULL for the defaults. Copied.
 * @param ret_open  Receives the job; give it back with smime_open_free().
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_new(const smime_policy *policy,
                                                       smime_open **ret_open);

/** Frees a job at any moment; reports taken from it stay. NULL is allowed. @since 0.1 */
SMIME_API void smime_open_free(smime_open *job);

/**
 * Adds a key that may decrypt. Keys are chosen by the recipients that the message names, so old
 * ones may stay.
 *
 * @param identity  A reference is taken.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE (bytes were written), SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_add_identity(smime_open *job,
                                                                smime_identity *identity);

/**
 * Adds a password, for recipients that have one (RFC 3211). Every password is tried with each of
 * them; SMIME_LIMIT_ITERATIONS bounds what all of it costs for one message.
 *
 * @param password  @p len bytes, copied, and wiped with the job. UTF-8 by custom.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_add_password(smime_open *job,
                                                                const void *password, size_t len);

/**
 * Adds a key that the sender has too, for recipients that are named by it (RFC 5652, 6.2.3).
 *
 * @param id   The identifier of the key, @p id_len bytes: recipients with the same one match.
 * @param key  16, 24 or 32 bytes, copied, and wiped with the job.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_add_shared_key(smime_open *job, const void *id,
                                                                  size_t id_len, const void *key,
                                                                  size_t len);

/**
 * Adds a key for EncryptedData (RFC 5652, 8), which names none: the first of the right length is
 * used.
 *
 * @param key  Up to 32 bytes, copied, and wiped with the job.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_add_content_key(smime_open *job,
                                                                   const void *key, size_t len);

/**
 * Sets the anchors and certificates against which signers are judged. Without a store nobody is
 * trusted.
 *
 * @param store  A reference is taken; NULL for none.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_use_store(smime_open *job,
                                                             smime_store *store);

/**
 * Says that an address signs its mail. When a From field holds it anywhere - as an address, in a display
 * name, in a comment, in something that is no address at all, outside or inside protection - and the
 * message is not verified, the report says `expected-signature-missing`, before all else. So it does when
 * one is verified, and names another one who signs beside its sender. Not so for what is locked: inside
 * may be the signature.
 *
 * @param address  "alice@example.org", copied; as often as one likes.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG (no address), SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_expect_signed(smime_open *job,
                                                                 const char *address);

/**
 * Says so of everybody who is known to sign. When a key signed that has not before, the report says
 * `signer-changed`. Nothing is learned: that is smime_known_learn(), after the report was looked at.
 *
 * @param known  A reference is taken; NULL for none.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_use_known(smime_open *job,
                                                             smime_known *known);

/**
 * Opens an errant part, and hands out its content alone. Whoever made the message around it chose what it
 * stands in: the content must be shown apart, must not be quoted into a reply, and nothing in it may be
 * fetched. The summary stays that of the message; the part's layers are marked as isolated, nobody is
 * compared with the sender, and content comes out when they are all good - never with
 * SMIME_RELEASE_VERIFIED. With a path where there is no errant part the job ends with
 * SMIME_E_NOT_FOUND.
 *
 * @param within  smime_report_layer_within() of an earlier report of the same message.
 * @param path    smime_report_layer_path(); copied.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_isolate(smime_open *job, int32_t within,
                                                           const char *path);

/**
 * Chooses when content is handed out: SMIME_RELEASE_*.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_set_release(smime_open *job, int32_t release);

/**
 * Keeps clearly signed content, up to 4 times SMIME_LIMIT_OBJECT_BYTES, so that when it is not what was
 * signed the report can say which damage that mail meets on its way would explain it: reasons
 * `damage-...`. It is never accepted for that. smime_open_buffer() and smime_open_fd() with a file do
 * this by themselves, in a second reading of messages whose content was changed.
 *
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_set_diagnose(smime_open *job,
                                                                int32_t diagnose);

/**
 * Sends content to a function. smime_open_write() then always takes everything.
 *
 * @param write      Receives content; see smime_write_function.
 * @param discard    Called at most once, when what was written turns out not to be released after
 *                   all (with SMIME_RELEASE_AT_ONCE, or when the job fails); may be NULL.
 * @param user_data  Passed to all three.
 * @param destroy    Called exactly once when @p user_data is no longer needed, also when this call
 *                   fails; may be NULL.
 * @retval SMIME_OK, SMIME_E_INVALID_ARG, SMIME_E_STATE
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_set_sink(smime_open *job,
                                                            smime_write_function write,
                                                            void (*discard)(void *user_data),
                                                            void *user_data,
                                                            void (*destroy)(void *user_data));

/**
 * Gives the job the next bytes of the message, in any chunking.
 *
 * @param ret_taken  Receives how many were taken: fewer than @p len when output waits to be read.
 * @retval SMIME_OK
 * @retval SMIME_E_LIMIT_DEPTH and the other limits  Beyond a limit; no verdict.
 * @retval SMIME_E_IO (the spool), SMIME_E_NOMEM, SMIME_E_RANDOM, SMIME_E_CRYPTO,
 *         SMIME_E_INVALID_ARG, SMIME_E_STATE, or what a sink returned
 *
 * After a failure every call returns the same status, and the report says how far things went.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_write(smime_open *job, const void *data,
                                                         size_t len, size_t *ret_taken);

/** Takes waiting content; *ret_got is 0 when none waits. After smime_open_finish() it is read
 * until nothing comes. Statuses as smime_open_finish(). @since 0.1 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_read(smime_open *job, void *buffer,
                                                        size_t size, size_t *ret_got);

/**
 * Says that the message is complete.
 *
 * @retval SMIME_OK  There is a report. A bad signature is an answer, not a failure.
 * @retval SMIME_E_MIME_SYNTAX, SMIME_E_BER, SMIME_E_CMS_SYNTAX  The structure cannot be parsed; the
 *         report is there, INVALID. In the push-and-pull form this may come from the last read.
 * @retval as smime_open_write()
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_finish(smime_open *job);

/**
 * The one-call form for memory.
 *
 * @param ret_data  Receives the content when it is released, else NULL; owned by the caller, who
 *                  gives it back with smime_free(). NULL when only the report is wanted.
 * @param ret_len   Receives its length.
 * @retval as smime_open_finish(), SMIME_E_INVALID_ARG (a sink is set)
 *
 * SMIME_RELEASE_AT_ONCE hands out what SMIME_RELEASE_GOOD does: nothing leaves before the end here.
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_buffer(smime_open *job, const void *data,
                                                          size_t len, uint8_t **ret_data,
                                                          size_t *ret_len);

/**
 * The one-call form for file descriptors: reads @p in to its end, writes content to @p out.
 *
 * @param out  -1 when only the report is wanted. With SMIME_RELEASE_AT_ONCE it is written to before
 *             the verdict, and what was written cannot be taken back.
 * @retval as smime_open_finish(), SMIME_E_IO, SMIME_E_INVALID_ARG (a sink is set)
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_fd(smime_open *job, int in, int out);

/**
 * The report, when the job is done or has failed.
 *
 * @param ret_report  Receives a reference; give it back with smime_report_unref().
 * @retval SMIME_OK, SMIME_E_STATE (not done yet), SMIME_E_INVALID_ARG, SMIME_E_NOMEM
 * @since 0.1
 */
SMIME_API SMIME_MUST_CHECK smime_status smime_open_report(smime_open *job,
                                                          smime_report **ret_report);

/** What went wrong, one sentence; valid until the next call on @p job. @since 0.1 */
SMIME_API const char *smime_open_error_text(const smime_open *job);

/** Where, in bytes of the message, or UINT64_MAX. @since 0.1 */
SMIME_API uint64_t smime_open_error_offset(const smime_open *job);

#ifdef __cplusplus
}
#endif

#endif
