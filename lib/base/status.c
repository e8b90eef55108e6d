/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The one table of status codes: number, name, category, sentence. */
#include <smime/status.h>

#include <stdlib.h>

typedef struct status_row {
    smime_status status;
    int32_t category;
    const char *name;
    const char *text;
} status_row;

#define ROW(code, category, text)                        \
    {                                                    \
        code, SMIME_CATEGORY_##category, #code, text     \
    }

static const status_row rows[] = {
    ROW(SMIME_OK, OK, "done"),
    ROW(SMIME_E_NOMEM, SYSTEM, "out of memory"),
    ROW(SMIME_E_INVALID_ARG, USAGE, "an argument is missing or out of range"),
    ROW(SMIME_E_STATE, USAGE, "the call does not fit the state of the object"),
    ROW(SMIME_E_IO, SYSTEM, "reading or writing failed"),
    ROW(SMIME_E_CALLBACK, CALLER, "a callback of the program reported an error"),
    ROW(SMIME_E_RANDOM, SYSTEM, "the system gave no random numbers"),
    ROW(SMIME_E_UNSUPPORTED, REFUSED, "an algorithm or form that is not supported"),
    ROW(SMIME_E_CRYPTO, SYSTEM, "the cryptographic library failed"),
    ROW(SMIME_E_NOT_FOUND, USAGE, "what was asked for is not there"),
    ROW(SMIME_E_LIMIT_DEPTH, LIMIT, "nested deeper than the limit"),
    ROW(SMIME_E_LIMIT_PARTS, LIMIT, "more MIME parts than the limit"),
    ROW(SMIME_E_LIMIT_HEADER, LIMIT, "a header larger than the limit"),
    ROW(SMIME_E_LIMIT_LAYERS, LIMIT, "more cryptographic layers than the limit"),
    ROW(SMIME_E_LIMIT_SIGNERS, LIMIT, "more signers than the limit"),
    ROW(SMIME_E_LIMIT_RECIPIENTS, LIMIT, "more recipients than the limit"),
    ROW(SMIME_E_LIMIT_CERTS, LIMIT, "more certificates than the limit"),
    ROW(SMIME_E_LIMIT_OBJECT, LIMIT, "a structure larger than the limit"),
    ROW(SMIME_E_LIMIT_SPOOL, LIMIT, "more held-back data than the limit"),
    ROW(SMIME_E_LIMIT_ITERATIONS, LIMIT, "more key derivation iterations than the limit"),
    ROW(SMIME_E_LIMIT_SIGNATURES, LIMIT, "more signature checks than the limit"),
    ROW(SMIME_E_LIMIT_STEPS, LIMIT, "more path building steps than the limit"),
    ROW(SMIME_E_LIMIT_ATTRIBUTES, LIMIT, "more attributes than the limit"),
    ROW(SMIME_E_LIMIT_NAMES, LIMIT, "more comparisons of names than the limit"),
    ROW(SMIME_E_LIMIT_REVOCATION, LIMIT, "more revocation data than the limit"),
    ROW(SMIME_E_LIMIT_RATIO, LIMIT, "compressed content grows by more than the limit"),
    ROW(SMIME_E_MIME_SYNTAX, SYNTAX, "the MIME structure cannot be read"),
    ROW(SMIME_E_MIME_ENCODING, SYNTAX, "a body does not keep to its transfer encoding, or cannot get another one"),
    ROW(SMIME_E_BER, SYNTAX, "the ASN.1 encoding is broken or cut off"),
    ROW(SMIME_E_CERT_SYNTAX, SYNTAX, "not a readable certificate"),
    ROW(SMIME_E_KEY_SYNTAX, SYNTAX, "not a readable private key"),
    ROW(SMIME_E_PASSWORD, REFUSED, "no password fits"),
    ROW(SMIME_E_KEY_MISMATCH, REFUSED, "the key does not belong to the certificate"),
    ROW(SMIME_E_CERT_UNSUITABLE, REFUSED, "the certificate must not be used for this"),
    ROW(SMIME_E_CRL_SYNTAX, SYNTAX, "not a readable certificate revocation list"),
    ROW(SMIME_E_OCSP_SYNTAX, SYNTAX, "not a readable OCSP response"),
    ROW(SMIME_E_CMS_SYNTAX, SYNTAX, "the CMS structure cannot be read"),
    ROW(SMIME_E_TIMESTAMP_SYNTAX, SYNTAX, "not a readable timestamp"),
    ROW(SMIME_E_TIMESTAMP_REFUSED, REFUSED, "the authority gave no timestamp"),
    ROW(SMIME_E_NO_SELF, REFUSED, "no certificate to encrypt to the sender"),
    ROW(SMIME_E_NO_WORK, USAGE, "neither a signer nor a recipient was given"),
    ROW(SMIME_E_NOT_VERIFIED, REFUSED, "the message is not verified"),
    ROW(SMIME_E_POLICY, REFUSED, "the policy does not allow it"),
};

static const status_row *find(smime_status status)
{
    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
        if (rows[i].status == status)
            return &rows[i];
    return NULL;
}

int32_t smime_status_category(smime_status status)
{
    const status_row *row = find(status);
    if (row)
        return row->category;
    return status >= 0 ? SMIME_CATEGORY_OK : SMIME_CATEGORY_SYSTEM;
}

const char *smime_status_name(smime_status status)
{
    const status_row *row = find(status);
    return row ? row->name : "SMIME_E_UNKNOWN";
}

const char *smime_status_text(smime_status status)
{
    const status_row *row = find(status);
    return row ? row->text : "an unknown status";
}

smime_status smime_status_at(size_t index, smime_status *ret_status)
{
    if (!ret_status)
        return SMIME_E_INVALID_ARG;
    if (index >= sizeof rows / sizeof rows[0])
        return SMIME_E_NOT_FOUND;
    *ret_status = rows[index].status;
    return SMIME_OK;
}

uint32_t smime_version_number(void)
{
    return SMIME__VERSION_MAJOR * 65536u + SMIME__VERSION_MINOR * 256u + SMIME__VERSION_PATCH;
}

const char *smime_version_text(void)
{
    return SMIME__VERSION_TEXT;
}

void smime_free(void *memory)
{
    free(memory);
}
