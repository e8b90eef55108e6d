/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The anchors that the system's GnuTLS knows; only asked for by name. */
#include "pki/store.h"

#include <gnutls/x509.h>

static smime_status add_one(smime_store *store, gnutls_x509_crt_t crt, size_t *count)
{
    gnutls_datum_t der = { NULL, 0 };
    smime_cert *cert = NULL;
    smime_status status = SMIME_E_NOMEM;

    if (gnutls_x509_crt_export2(crt, GNUTLS_X509_FMT_DER, &der) >= 0)
        status = smime_cert_new(der.data, der.size, &cert);
    gnutls_free(der.data);
    if (status == SMIME_OK)
        status = smime_store_add_anchor(store, cert);
    *count += status == SMIME_OK;
    smime_cert_unref(cert);
    return status == SMIME_E_NOMEM ? status : SMIME_OK;
}

smime_status smime_store_add_system_anchors(smime_store *store, size_t *ret_count)
{
    gnutls_x509_trust_list_t list = NULL;
    gnutls_x509_trust_list_iter_t at = NULL;
    gnutls_x509_crt_t crt;
    smime_status status = SMIME_OK;
    size_t count = 0;

    if (!store)
        return SMIME_E_INVALID_ARG;
    if (gnutls_x509_trust_list_init(&list, 0) < 0)
        return SMIME_E_NOMEM;
    if (gnutls_x509_trust_list_add_system_trust(list, 0, 0) <= 0)
        status = SMIME_E_NOT_FOUND;
    while (status == SMIME_OK && gnutls_x509_trust_list_iter_get_ca(list, &at, &crt) >= 0) {
        status = add_one(store, crt, &count);
        gnutls_x509_crt_deinit(crt);
    }
    gnutls_x509_trust_list_iter_deinit(at);
    gnutls_x509_trust_list_deinit(list, 1);
    if (status == SMIME_OK && ret_count)
        *ret_count = count;
    return status;
}
