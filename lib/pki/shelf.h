/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* How a store changes its shelf; everybody else only reads one. */
#ifndef SMIME_PKI_SHELF_H
#define SMIME_PKI_SHELF_H

#include "pki/store.h"

smime_status smime__shelf_new(smime__shelf **ret_shelf);
smime_status smime__shelf_copy(const smime__shelf *from, smime__shelf **ret_shelf);
/* The rule of an anchor, made when there is none. */
smime_status smime__shelf_make_rule(smime__shelf *shelf, const uint8_t *anchor_hash,
                                    smime__anchor_rule **ret_rule);
smime_status smime__rule_add_names(smime__anchor_rule *rule, smime__view constraints);

#endif
