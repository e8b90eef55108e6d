/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The JSON that docs/json.md describes. */
#ifndef SMIME_TOOL_JSON_H
#define SMIME_TOOL_JSON_H

#include "tool.h"

#include <json-c/json.h>

json_object *json_text(const char *text); /* null for NULL */
/* ASCII; every other byte becomes U+FFFD. */
json_object *json_ascii(const uint8_t *data, size_t len);
json_object *json_time(int64_t seconds);
json_object *json_cert(smime_cert *cert); /* null for NULL */
json_object *json_path(const smime_path *path);
json_object *json_report(const smime_report *report);
/* What can be told when there is no report: @p summary "INVALID" or NULL. */
json_object *json_open_failure(const failure *f);
/* Prints and frees; EXIT_IO when standard output does not take it. */
int json_print(json_object *object);
const char *json_binding(int32_t binding);
const char *json_layer(int32_t kind);

#endif
