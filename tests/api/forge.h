/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Messages that the library would not make itself: GnuTLS signs whatever it is given. */
#ifndef SMIME_TESTS_API_FORGE_H
#define SMIME_TESTS_API_FORGE_H

#include "der_edit.h"

/* SignedData over @p content by a member of the test PKI; @p embed: the content inside. */
bytes forged(const char *signer, bytes content, int embed);
/* A message of alice's: multipart/signed over @p content with @p cms as signature. */
bytes clear_message(bytes content, bytes cms);
/* A message of alice's: application/pkcs7-mime. */
bytes opaque_message(const char *smime_type, bytes cms);

#define ALICE "From: Alice <alice@example.org>\r\nMIME-Version: 1.0\r\n"

#endif
