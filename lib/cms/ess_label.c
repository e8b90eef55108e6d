/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Security labels, RFC 2634 3. */
#include "cms/ess.h"

#include "base/ascii.h"

#include <stdlib.h>
#include <string.h>

#define CATEGORIES_MAX 64
#define CLASS_MAX 256
#define MARK_PRINTABLE_MAX 128

typedef struct category {
    char *oid;
    smime__buf value;
} category;

struct smime_label {
    char *policy, *mark;
    int32_t classification;
    category list[CATEGORIES_MAX];
    size_t count;
};

void smime_label_free(smime_label *label)
{
    if (!label)
        return;
    for (size_t i = 0; i < label->count; i++) {
        free(label->list[i].oid);
        smime__buf_free(&label->list[i].value);
    }
    free(label->policy);
    free(label->mark);
    free(label);
}

static int is_oid(const char *dotted)
{
    smime__buf oid = { 0 };
    int good = dotted && smime__oid_parse(&oid, dotted) == SMIME_OK;

    smime__buf_free(&oid);
    return good;
}

smime_status smime_label_new(const char *policy_oid, smime_label **ret_label)
{
    smime_label *made;

    if (!ret_label || !is_oid(policy_oid))
        return SMIME_E_INVALID_ARG;
    made = calloc(1, sizeof *made);
    if (!made)
        return SMIME_E_NOMEM;
    made->classification = SMIME_CLASS_NONE;
    made->policy = strdup(policy_oid);
    if (!made->policy) {
        smime_label_free(made);
        return SMIME_E_NOMEM;
    }
    *ret_label = made;
    return SMIME_OK;
}

smime_status smime_label_set_class(smime_label *label, int32_t classification)
{
    if (!label || classification < SMIME_CLASS_NONE || classification > CLASS_MAX)
        return SMIME_E_INVALID_ARG;
    label->classification = classification;
    return SMIME_OK;
}

smime_status smime_label_set_mark(smime_label *label, const char *mark)
{
    smime__view text = smime__view_text(mark);
    char *copy;

    if (!label || !text.len || !smime__utf8_valid(text.data, text.len))
        return SMIME_E_INVALID_ARG;
    copy = strdup(mark);
    if (!copy)
        return SMIME_E_NOMEM;
    free(label->mark);
    label->mark = copy;
    return SMIME_OK;
}

smime_status smime_label_add_category(smime_label *label, const char *oid, const void *value,
                                      size_t len)
{
    smime__view der = smime__view_of(value, value ? len : 0);
    category *made;

    if (!label || !value || !is_oid(oid) || label->count == CATEGORIES_MAX)
        return SMIME_E_INVALID_ARG;
    if (!der.len || !smime__der_is_whole(der, der.data[0]))
        return SMIME_E_BER;
    made = &label->list[label->count];
    made->oid = strdup(oid);
    if (!made->oid || smime__buf_add_view(&made->value, der) < 0) {
        free(made->oid);
        made->oid = NULL;
        return SMIME_E_NOMEM;
    }
    label->count++;
    return SMIME_OK;
}

const char *smime_label_policy(const smime_label *label)
{
    return label ? label->policy : "";
}

int32_t smime_label_class(const smime_label *label)
{
    return label ? label->classification : SMIME_CLASS_NONE;
}

const char *smime_label_mark(const smime_label *label)
{
    return label ? label->mark : NULL;
}

size_t smime_label_category_count(const smime_label *label)
{
    return label ? label->count : 0;
}

smime_status smime_label_category(const smime_label *label, size_t index, const char **ret_oid,
                                  const uint8_t **ret_value, size_t *ret_len)
{
    if (!label || !ret_oid || !ret_value || !ret_len)
        return SMIME_E_INVALID_ARG;
    if (index >= label->count)
        return SMIME_E_NOT_FOUND;
    *ret_oid = label->list[index].oid;
    *ret_value = label->list[index].value.data;
    *ret_len = label->list[index].value.len;
    return SMIME_OK;
}

static smime_status add_categories(smime__buf *to, const smime_label *label)
{
    smime__buf all = { 0 }, sorted = { 0 };
    size_t each, value;
    smime_status status = SMIME_OK;

    for (size_t i = 0; i < label->count && status == SMIME_OK; i++) {
        status = smime__der_begin(&all, SMIME__SEQUENCE, &each);
        if (status == SMIME_OK)
            status = smime__ess_add_oid(&all, SMIME__CONTEXT(0), label->list[i].oid);
        if (status == SMIME_OK)
            status = smime__der_begin(&all, SMIME__CONTEXT_C(1), &value);
        if (status == SMIME_OK)
            status = smime__buf_add_view(&all, smime__buf_view(&label->list[i].value));
        if (status == SMIME_OK)
            status = smime__der_end(&all, value);
        if (status == SMIME_OK)
            status = smime__der_end(&all, each);
    }
    if (status == SMIME_OK)
        status = smime__der_sort_set(&sorted, smime__buf_view(&all));
    if (status == SMIME_OK)
        status = smime__der_add_view(to, SMIME__SET, smime__buf_view(&sorted));
    smime__buf_free(&all);
    smime__buf_free(&sorted);
    return status;
}

/* ESSSecurityLabel is a SET, in DER by the tags of its members: INTEGER, OBJECT IDENTIFIER, UTF8String,
 * SET. */
static smime_status add_label(smime__buf *to, const smime_label *label)
{
    size_t mark;
    smime_status status = smime__der_begin(to, SMIME__SET, &mark);

    if (status == SMIME_OK && label->classification != SMIME_CLASS_NONE)
        status = smime__der_add_small(to, label->classification);
    if (status == SMIME_OK)
        status = smime__ess_add_oid(to, SMIME__OBJECT_ID, label->policy);
    if (status == SMIME_OK && label->mark)
        status = smime__der_add_view(to, SMIME__UTF8_STRING, smime__view_text(label->mark));
    if (status == SMIME_OK && label->count)
        status = add_categories(to, label);
    return status == SMIME_OK ? smime__der_end(to, mark) : status;
}

smime_status smime_label_make(const smime_label *label, uint8_t **ret_der, size_t *ret_len)
{
    smime__buf made = { 0 };

    if (!label || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    return smime__ess_give(add_label(&made, label), &made, ret_der, ret_len);
}

smime_status smime_label_make_equivalent(const smime_label *const *labels, size_t count,
                                         uint8_t **ret_der, size_t *ret_len)
{
    smime__buf made = { 0 };
    size_t mark;
    smime_status status;

    if (!labels || !count || !ret_der || !ret_len)
        return SMIME_E_INVALID_ARG;
    status = smime__der_begin(&made, SMIME__SEQUENCE, &mark);
    for (size_t i = 0; i < count && status == SMIME_OK; i++)
        status = labels[i] ? add_label(&made, labels[i]) : SMIME_E_INVALID_ARG;
    if (status == SMIME_OK)
        status = smime__der_end(&made, mark);
    return smime__ess_give(status, &made, ret_der, ret_len);
}

static smime_status read_category(smime_label *label, smime__der der)
{
    smime__view type, value, whole;
    smime__der inside;
    char *oid;
    smime_status status;

    if (!smime__der_take(&der, SMIME__CONTEXT(0), &type) || !smime__oid_check(type) ||
        !smime__der_take(&der, SMIME__CONTEXT_C(1), &value) || !smime__der_done(&der))
        return SMIME_E_CMS_SYNTAX;
    inside = smime__der_cursor(value);
    if (!smime__der_next(&inside, NULL, NULL, &whole) || !smime__der_done(&inside) ||
        label->count == CATEGORIES_MAX)
        return SMIME_E_CMS_SYNTAX;
    oid = smime__ess_oid_text(type);
    status = oid ? smime_label_add_category(label, oid, whole.data, whole.len) : SMIME_E_NOMEM;
    free(oid);
    return status;
}

static smime_status read_mark(smime_label *label, smime__view text)
{
    smime_status status;
    char *copy;

    if (label->mark || !text.len || memchr(text.data, 0, text.len))
        return SMIME_E_CMS_SYNTAX;
    copy = smime__view_dup(text);
    status = copy ? smime_label_set_mark(label, copy) : SMIME_E_NOMEM;
    free(copy);
    return status == SMIME_E_INVALID_ARG ? SMIME_E_CMS_SYNTAX : status;
}

/* One member of the SET, whose order others may not keep. */
static smime_status read_member(smime_label *label, smime__der *set)
{
    smime__der categories, each;
    smime__view text;
    smime_status status = SMIME_OK;
    int number;

    if (smime__der_take_oid(set, &text)) {
        if (label->policy)
            return SMIME_E_CMS_SYNTAX;
        label->policy = smime__ess_oid_text(text);
        return label->policy ? SMIME_OK : SMIME_E_NOMEM;
    }
    if (smime__der_take_small(set, &number)) {
        if (label->classification != SMIME_CLASS_NONE || number > CLASS_MAX)
            return SMIME_E_CMS_SYNTAX;
        label->classification = number;
        return SMIME_OK;
    }
    if (smime__der_take(set, SMIME__UTF8_STRING, &text))
        return read_mark(label, text);
    if (smime__der_take(set, SMIME__PRINTABLE_STRING, &text))
        return text.len <= MARK_PRINTABLE_MAX ? read_mark(label, text) : SMIME_E_CMS_SYNTAX;
    if (label->count || !smime__der_enter(set, SMIME__SET, &categories))
        return SMIME_E_CMS_SYNTAX;
    do
        status = smime__der_enter(&categories, SMIME__SEQUENCE, &each) ? read_category(label, each)
                                                                       : SMIME_E_CMS_SYNTAX;
    while (status == SMIME_OK && !smime__der_done(&categories));
    return status;
}

/* The label at @p index, whole: of one, or of several that are equivalent. */
static smime_status find_label(const void *values, size_t len, size_t index, smime__view *ret)
{
    smime__der der, list;

    if (!smime__ess_value(values, len, ret))
        return SMIME_E_CMS_SYNTAX;
    if (ret->data[0] == SMIME__SET)
        return index ? SMIME_E_NOT_FOUND : SMIME_OK;
    der = smime__der_cursor(*ret);
    if (!smime__der_enter(&der, SMIME__SEQUENCE, &list))
        return SMIME_E_CMS_SYNTAX;
    for (size_t i = 0; i <= index; i++) {
        if (smime__der_done(&list))
            return SMIME_E_NOT_FOUND;
        if (!smime__der_next(&list, NULL, NULL, ret))
            return SMIME_E_CMS_SYNTAX;
    }
    return SMIME_OK;
}

smime_status smime_label_read(const void *values, size_t len, size_t index,
                              smime_label **ret_label)
{
    smime_label *made;
    smime__view whole;
    smime__der der, set;
    smime_status status;

    if (!values || !ret_label)
        return SMIME_E_INVALID_ARG;
    status = find_label(values, len, index, &whole);
    if (status < 0)
        return status;
    der = smime__der_cursor(whole);
    if (!smime__der_enter(&der, SMIME__SET, &set))
        return SMIME_E_CMS_SYNTAX;
    made = calloc(1, sizeof *made);
    if (!made)
        return SMIME_E_NOMEM;
    made->classification = SMIME_CLASS_NONE;
    while (status == SMIME_OK && !smime__der_done(&set))
        status = read_member(made, &set);
    if (status == SMIME_OK && !made->policy)
        status = SMIME_E_CMS_SYNTAX;
    if (status < 0)
        smime_label_free(made);
    else
        *ret_label = made;
    return status;
}
