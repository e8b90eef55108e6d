/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Content decryption. Once an identifier matches a key at hand there is one failure, whatever
 * failed: a key that cannot be had is replaced by one that looks random and is the same at every
 * try, and the content then fails as any changed content does. */
#include "cms/attributes.h"
#include "cms/decoder_private.h"

#include "base/secret.h"
#include "crypto/keywrap.h"

#include <string.h>

static smime_status failed(smime__cms *cms)
{
    return smime__cms_fail(cms, "decryption-failed", SMIME_OK, "the content cannot be decrypted");
}

static smime__view no_bytes(void)
{
    return smime__view_of(NULL, 0);
}

static smime_status new_cipher(smime__cms *cms, smime__view aad, smime__stage *next,
                               smime__stage **ret)
{
    if (smime__cipher_is_ccm(cms->result.cipher))
        return smime__ccm_stage_new(cms->result.cipher, 0, cms->key, smime__buf_view(&cms->iv),
                                    aad, cms->tag_len, cms->ciphertext, next, ret);
    return smime__cipher_stage_new(cms->result.cipher, 0, cms->key, smime__buf_view(&cms->iv),
                                   aad, next, ret);
}

smime_status smime__decrypt_key(smime__cms *cms, size_t key_len)
{
    smime_status status = smime__recipient_info_fallback(&cms->hunt, cms->key, key_len);

    cms->key_len = key_len;
    return status == SMIME_OK ? smime__recipient_info_open(&cms->hunt, cms->key, key_len) : status;
}

smime_status smime__decrypt_begin(smime__cms *cms)
{
    smime_status status;

    if (!cms->hunt.matched) {
        cms->result.locked = 1;
        cms->result.refused = cms->hunt.refused;
        cms->swallow = 1;
        return SMIME_OK;
    }
    status = cms->key_len ? SMIME_OK
                          : smime__decrypt_key(cms, smime__cipher_key_size(cms->result.cipher));
    if (status == SMIME_OK && cms->derivation.len)
        status = smime__cek_hkdf(cms->key, cms->key_len, smime__buf_view(&cms->derivation));
    if (status == SMIME_OK)
        status = cms->spec.content(cms->spec.user, smime__buf_view(&cms->content_type),
                                   &cms->next);
    if (status < 0)
        return status;
    if (!cms->result.authenticated)
        return new_cipher(cms, no_bytes(), cms->next, &cms->cipher);
    /* the tag is computed as the ciphertext comes, and the ciphertext waits in the gate; CCM has to
     * know first how much that is */
    if (!smime__cipher_is_ccm(cms->result.cipher))
        status = new_cipher(cms, no_bytes(), smime__stage_null(), &cms->cipher);
    if (status == SMIME_OK)
        status = smime__gate_new(cms->spec.job, NULL, &cms->gate);
    return status;
}

void smime__decrypt_opened(smime__cms *cms)
{
    cms->result.opened = 1;
    if (cms->result.recipients.count)
        cms->result.recipients.list[cms->hunt.match].opened = 1;
}

smime_status smime__decrypt_end(smime__cms *cms)
{
    smime_status status = cms->cipher ? smime__stage_finish(cms->cipher) : SMIME_OK;

    if (status == SMIME__E_PADDING) {
        /* all goes on as if nothing were wrong, so that time does not tell bad padding from a bad
         * signature; in the end nobody gets to see what came of it */
        cms->result.damaged = 1;
        status = smime__stage_finish(cms->next);
    }
    if (status == SMIME_OK && !cms->result.authenticated)
        smime__decrypt_opened(cms);
    return status;
}

/* RFC 5083 2.2: the attributes as an explicit SET OF in DER are associated data. */
static smime_status make_aad(smime__cms *cms, smime__buf *aad)
{
    smime__der der = smime__der_cursor(smime__buf_view(&cms->auth_attributes));
    smime__view content, value;
    smime__buf sorted = { 0 };
    smime_status status;

    if (!smime__der_next(&der, NULL, &content, NULL) ||
        smime__attribute_count(content) == SIZE_MAX || !content.len)
        return smime__cms_malformed(cms, "authenticated attributes are malformed");
    if (smime__attribute_find(content, SMIME__OID_CONTENT_TYPE, &value) == SMIME__ATTR_BROKEN)
        return smime__cms_malformed(cms, "authenticated attributes are malformed");
    status = smime__limit_check(&cms->spec.job->settings.limits, SMIME_LIMIT_ATTRIBUTES,
                                smime__attribute_count(content), &cms->error);
    if (status == SMIME_OK)
        status = smime__der_sort_set(&sorted, content);
    if (status == SMIME_OK)
        status = smime__der_add_view(aad, SMIME__SET, smime__buf_view(&sorted));
    smime__buf_free(&sorted);
    return status;
}

/* The tag over what waits: attributes follow the ciphertext, and CCM starts with its length. */
static smime_status recompute(smime__cms *cms, smime__view aad)
{
    const uint8_t *data;
    size_t len = 1;
    smime_status status;

    smime__stage_free(cms->cipher);
    cms->cipher = NULL;
    status = new_cipher(cms, aad, smime__stage_null(), &cms->cipher);
    if (status == SMIME_E_INVALID_ARG) /* CCM: longer than its nonce allows, so never made */
        return failed(cms);
    smime__spool_rewind(&cms->gate->spool);
    while (status == SMIME_OK && len) {
        status = smime__spool_next(&cms->gate->spool, UINT64_MAX, &data, &len);
        if (status == SMIME_OK && len)
            status = smime__stage_write(cms->cipher, data, len);
    }
    smime__spool_rewind(&cms->gate->spool);
    return status == SMIME_OK ? smime__stage_finish(cms->cipher) : status;
}

/* RFC 5083 2.1: the contentType attribute must be there unless the content is id-data, and must
 * name the type of the content. */
static int content_type_fits(const smime__cms *cms)
{
    smime__der der = smime__der_cursor(smime__buf_view(&cms->auth_attributes));
    smime__view content = no_bytes(), value, type;
    int found;

    smime__der_next(&der, NULL, &content, NULL);
    found = smime__attribute_find(content, SMIME__OID_CONTENT_TYPE, &value);
    if (found == SMIME__ATTR_ABSENT)
        return smime__view_equal(smime__buf_view(&cms->content_type),
                                 smime__oid_bytes(SMIME__OID_DATA));
    der = smime__der_cursor(value);
    return found == SMIME__ATTR_FOUND && smime__der_take_oid(&der, &type) &&
           smime__view_equal(type, smime__buf_view(&cms->content_type));
}

static smime__cms *cms_of_guard(smime__stage *guard)
{
    return (smime__cms *)((char *)guard - offsetof(smime__cms, guard));
}

static smime_status guard_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(cms_of_guard(stage)->next, data, len);
}

/* The same bytes gave the right tag before: if they do not now, the spool was tampered with. */
static smime_status guard_finish(smime__stage *stage)
{
    smime__cms *cms = cms_of_guard(stage);

    if (!smime__secret_equal(smime__cipher_stage_tag(cms->release),
                             smime__cipher_stage_tag(cms->cipher), SMIME__TAG_SIZE))
        return smime__fail(&cms->spec.job->error, SMIME_E_IO,
                           "what was held back has changed while it waited");
    return smime__stage_finish(cms->next);
}

static smime_status release(smime__cms *cms, smime__view aad)
{
    smime_status status;

    cms->guard.write = guard_write;
    cms->guard.finish = guard_finish;
    status = new_cipher(cms, aad, &cms->guard, &cms->release);
    if (status < 0)
        return status;
    cms->gate->stage.next = cms->release;
    smime__gate_open(cms->gate);
    smime__decrypt_opened(cms);
    return smime__stage_finish(&cms->gate->stage);
}

smime_status smime__decrypt_verify(smime__cms *cms)
{
    smime__der der = smime__der_cursor(smime__buf_view(&cms->mac));
    smime__buf aad = { 0 };
    smime__view mac;
    smime_status status = SMIME_OK;

    if (!cms->gate)
        return failed(cms);
    if (!smime__der_take(&der, SMIME__OCTET_STRING, &mac))
        return smime__cms_malformed(cms, "the tag of AuthEnvelopedData is malformed");
    if (cms->auth_attributes.len)
        status = make_aad(cms, &aad);
    if (status == SMIME_OK && (aad.len || smime__cipher_is_ccm(cms->result.cipher)))
        status = recompute(cms, smime__buf_view(&aad));
    if (cms->result.failure) {
        smime__buf_free(&aad);
        return status;
    }
    if (status == SMIME_OK && (mac.len != cms->tag_len || !content_type_fits(cms) ||
                               !smime__secret_equal(mac.data, smime__cipher_stage_tag(cms->cipher),
                                                    cms->tag_len)))
        status = failed(cms);
    else if (status == SMIME_OK)
        status = release(cms, smime__buf_view(&aad));
    smime__buf_free(&aad);
    return status;
}
