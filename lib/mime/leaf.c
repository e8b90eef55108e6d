/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The way of a leaf's body through its decoder and to UTF-8. */
#include "mime/charset.h"
#include "mime/decode.h"
#include "mime/legacy_display.h"
#include "mime/parser.h"

#include <string.h>

static smime_status counter_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    smime__leaf *leaf = (smime__leaf *)((char *)stage - offsetof(smime__leaf, counter));

    leaf->decoded += len;
    return smime__stage_write(stage->next, data, len);
}

/* The target lives on: only what stands before it ends. */
static smime_status counter_finish(smime__stage *stage)
{
    smime__leaf *leaf = (smime__leaf *)((char *)stage - offsetof(smime__leaf, counter));

    return leaf->text ? smime__stage_finish(leaf->text) : SMIME_OK;
}

static smime_status target_end(smime__stage *stage)
{
    (void)stage;
    return SMIME_OK;
}

static smime_status target_pass(smime__stage *stage, const uint8_t *data, size_t len)
{
    return smime__stage_write(stage->next, data, len);
}

/* The charset in which the body of a leaf is text, or NULL when it is none. */
static const char *charset_of(const smime__params *type)
{
    const char *charset;

    if (strncmp(type->value, "text/", 5) != 0)
        return NULL;
    charset = smime__params_get(type, "charset");
    return charset && *charset ? charset : "us-ascii";
}

/* The form of what the body holds for old readers, when it says that it does. */
static int legacy_of(const smime__params *type)
{
    const char *mark = smime__params_get(type, "hp-legacy-display");

    return mark && !strcmp(mark, "1") ? smime__legacy_form(type->value) : SMIME__LEGACY_NONE;
}

smime_status smime__leaf_open(smime__leaf *leaf, int encoding, const smime__params *type,
                              int32_t form, smime__stage *target)
{
    int is_text = form == SMIME_PART_TEXT || form == SMIME_PART_SHOWN;
    const char *charset = is_text ? charset_of(type) : NULL;
    int legacy = form == SMIME_PART_SHOWN ? legacy_of(type) : SMIME__LEGACY_NONE;
    smime__stage *next = &leaf->target;
    smime_status status = SMIME_OK;

    leaf->decoded = 0;
    leaf->text = leaf->decoder = leaf->legacy = NULL;
    leaf->target.write = target_pass;
    leaf->target.finish = target_end;
    leaf->target.next = target;
    if (legacy) {
        status = smime__legacy_remover_new(legacy, next, &leaf->legacy);
        next = leaf->legacy;
    }
    if (status == SMIME_OK && charset) {
        status = smime__charset_stage_new(charset, next, &leaf->text);
        next = leaf->text;
    }
    leaf->counter.write = counter_write;
    leaf->counter.finish = counter_finish;
    leaf->counter.next = next;
    if (status == SMIME_OK)
        status = smime__decode_new(form == SMIME_PART_RAW ? SMIME__ENC_IDENTITY : encoding,
                                   &leaf->counter, &leaf->decoder);
    leaf->first = leaf->decoder ? leaf->decoder : &leaf->counter;
    return status;
}

void smime__leaf_close(smime__leaf *leaf)
{
    smime__stage_free(leaf->decoder);
    smime__stage_free(leaf->text);
    smime__stage_free(leaf->legacy);
    leaf->first = leaf->decoder = leaf->text = leaf->legacy = NULL;
}
