/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef SMIME_MIME_ADDRESSES_H
#define SMIME_MIME_ADDRESSES_H

#include "base/refcount.h"
#include "mime/address.h"

#include <smime/address.h>

struct smime_addresses {
    smime__refcount refs;
    smime__mailboxes boxes;
};

smime_status smime__addresses_new(smime_addresses **ret_addresses);
/* Adds those of a field's value, folded or not. */
smime_status smime__addresses_add(smime_addresses *addresses, smime__view value);

#endif
