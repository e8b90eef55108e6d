/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Sets of attributes, RFC 5652 5.3 and 11. */
#ifndef SMIME_CMS_ATTRIBUTES_H
#define SMIME_CMS_ATTRIBUTES_H

#include "asn1/der.h"
#include "base/limits.h"

enum { SMIME__ATTR_ABSENT, SMIME__ATTR_FOUND, SMIME__ATTR_BROKEN };

/* Looks for @p type in @p set (elements of the SET OF Attribute). FOUND gives the single value;
 * BROKEN when the type stands twice, or has not exactly one value. */
int smime__attribute_find(smime__view set, smime__oid type, smime__view *ret_value);
/* How many attributes; SIZE_MAX when the set is malformed. */
size_t smime__attribute_count(smime__view set);
/* Whether content of @p length that begins with @p head could be a SET OF Attribute in DER. What
 * protects content without attributes fits the attributes of another message too, when they are
 * taken for content (RFC 5652 11). */
#define SMIME__ATTRIBUTES_HEAD 10
int smime__attributes_alike(smime__view head, uint64_t length);
/* Adds one Attribute with one value. */
smime_status smime__attribute_add(smime__buf *to, smime__oid type, smime__view value);
/* The same with the content of an identifier. */
smime_status smime__attribute_add_bytes(smime__buf *to, smime__view type, smime__view value);

#endif
