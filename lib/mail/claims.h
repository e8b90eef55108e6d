/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_MAIL_CLAIMS_H
#define SMIME_MAIL_CLAIMS_H

#include "base/buf.h"

/* A status below zero ends the search. */
typedef smime_status (*smime__address_visitor)(void *user, const char *address);

/* Everything in @p text, which is UTF-8 or not, that somebody reading it takes for an address; in time
 * linear in its length. One address may be given twice, with and without what stands in front of it. */
smime_status smime__addresses_in(smime__view text, smime__address_visitor visit, void *user);

/* An at sign, or what looks like one. */
int smime__holds_at_sign(const char *text);

#endif
