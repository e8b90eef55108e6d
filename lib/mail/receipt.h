/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Signed receipts, RFC 2634 2. */
#ifndef SMIME_MAIL_RECEIPT_H
#define SMIME_MAIL_RECEIPT_H

#include "cms/ess.h"
#include "mail/report.h"

/* ReceiptRequest, taken apart. */
typedef struct smime__receipt_request {
    smime__view id; /* content */
    int32_t from;   /* SMIME_RECEIPTS_* */
    smime__der from_list, to; /* GeneralNames, one after the other */
} smime__receipt_request;

/* 0 when it is malformed. */
int smime__receipt_request_read(smime__view values, smime__receipt_request *ret);
/* The innermost signed layer of the envelope, or NULL. */
/* The first good signer with a request: SMIME_E_NOT_FOUND when there is no request, _NOT_VERIFIED when no
 * good signer has one, _CMS_SYNTAX when requests of good ones differ or are malformed. */
smime_status smime__receipt_signer(const smime_report *report,
                                   const smime__report_signer **ret_signer,
                                   smime__receipt_request *ret_request);

#endif
