/* SPDX-License-Identifier: LGPL-2.1-or-later */
/**
 * @file
 * libsmime: sign, encrypt, decrypt and verify S/MIME 4.0 messages (RFC 8551).
 *
 * Each header stands alone. The rules that hold for all of them:
 *
 * - Functions are named smime_OBJECT_VERB and return a status or a plain value. What is handed over
 *   goes through `ret_` arguments, written only on success.
 * - A `const T *` result is borrowed from the object it came from.
 * - Counted objects have `_ref` and `_unref`, jobs have `_free`; all take NULL.
 * - Different objects may be used by different threads at the same time. What is documented as
 *   immutable may be shared; everything else belongs to one thread at a time.
 * - The library opens no socket, reads no environment, keeps no global state and prints nothing.
 */
#ifndef SMIME_SMIME_H
#define SMIME_SMIME_H

#include <smime/address.h>
#include <smime/cert.h>
#include <smime/choice.h>
#include <smime/cms.h>
#include <smime/compose.h>
#include <smime/crl.h>
#include <smime/edit.h>
#include <smime/ess.h>
#include <smime/key.h>
#include <smime/known.h>
#include <smime/lint.h>
#include <smime/mime.h>
#include <smime/ocsp.h>
#include <smime/open.h>
#include <smime/path.h>
#include <smime/policy.h>
#include <smime/protect.h>
#include <smime/report.h>
#include <smime/status.h>
#include <smime/store.h>
#include <smime/timestamp.h>

#endif
