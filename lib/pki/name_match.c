/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "pki/name_match.h"

#include "base/ascii.h"
#include "crypto/idna.h"
#include "pki/name.h"

#include <string.h>

smime_status smime__match_name_of(const smime__general_name *name, smime__match_name *ret)
{
    smime__der value = smime__der_cursor(name->content);

    memset(ret, 0, sizeof *ret);
    ret->form = name->form;
    ret->text = name->content;
    ret->type = name->type;
    if (name->form == SMIME__NAME_DIRECTORY)
        return smime__name_canonical(&ret->canonical, name->content);
    if (name->form == SMIME__NAME_OTHER &&
        smime__oid_find(name->type) == SMIME__OID_SMTP_UTF8_MAILBOX &&
        smime__der_take(&value, SMIME__UTF8_STRING, &ret->text))
        ret->form = SMIME__NAME_RFC822;
    return SMIME_OK;
}

/* A host name: labels of at least one character, none of them a blank or a control; no dot at the
 * end, which would make another string of the same host. */
static int is_host(smime__view host)
{
    int label = 0;

    for (size_t i = 0; i < host.len; i++) {
        if (host.data[i] == '.' ? !label : host.data[i] <= ' ' || host.data[i] == 127)
            return 0;
        label = host.data[i] != '.';
    }
    return label;
}

static int equal(smime__view a, smime__view b)
{
    return smime__ascii_equal((const char *)a.data, a.len, (const char *)b.data, b.len);
}

static int ends_in(smime__view text, smime__view tail)
{
    return text.len > tail.len &&
           equal(smime__view_of(text.data + text.len - tail.len, tail.len), tail);
}

static smime__match in_or_out(int within)
{
    return within ? SMIME__MATCH_WITHIN : SMIME__MATCH_OUTSIDE;
}

/* @p base: ".domain", every host below it; "host", that host. */
static smime__match match_host(smime__view host, smime__view base)
{
    int below = base.len && base.data[0] == '.';

    if (!is_host(host) || !is_host(below ? smime__view_of(base.data + 1, base.len - 1) : base))
        return SMIME__MATCH_UNCLEAR;
    return in_or_out(below ? ends_in(host, base) : equal(host, base));
}

/* The last at sign ends the local part; only in quotes it may hold another. */
static int split_mailbox(smime__view text, smime__view *ret_local, smime__view *ret_host)
{
    for (size_t i = text.len; i > 1; i--)
        if (text.data[i - 1] == '@') {
            *ret_local = smime__view_of(text.data, i - 1);
            *ret_host = smime__view_of(text.data + i, text.len - i);
            return text.data[0] == '"' || !memchr(text.data, '@', i - 1);
        }
    return 0;
}

/* RFC 8398 6 as RFC 9598 has it: the host of any mailbox is compared by its A-labels. */
static smime_status match_mailbox(smime__view text, smime__view base, smime__match *ret)
{
    smime__view local, host, base_local, base_host;
    smime__buf ascii = { 0 };
    smime_status status;

    *ret = SMIME__MATCH_UNCLEAR;
    if (!split_mailbox(text, &local, &host))
        return SMIME_OK;
    status = smime__idna_to_ascii(&ascii, host);
    host = smime__buf_view(&ascii);
    if (status == SMIME_OK && !base.len) {
        *ret = in_or_out(is_host(host)); /* nothing named: every mailbox */
    } else if (status == SMIME_OK && !memchr(base.data, '@', base.len)) {
        *ret = match_host(host, base);
    } else if (status == SMIME_OK && split_mailbox(base, &base_local, &base_host) &&
               base_host.len && base_host.data[0] != '.') {
        *ret = match_host(host, base_host);
        if (*ret == SMIME__MATCH_WITHIN && !smime__view_equal(local, base_local))
            *ret = SMIME__MATCH_OUTSIDE;
    }
    smime__buf_free(&ascii);
    return status;
}

static int is_below(smime__view host, smime__view domain)
{
    return ends_in(host, domain) && host.data[host.len - domain.len - 1] == '.';
}

/* A host name is within a domain when it is that domain or adds labels to its left. A wildcard may
 * stand for names inside and outside. */
static smime__match match_dns(smime__view name, smime__view base)
{
    if (!base.len)
        return in_or_out(is_host(name));
    if (!is_host(name) || !is_host(base))
        return SMIME__MATCH_UNCLEAR;
    if (equal(name, base) || is_below(name, base))
        return SMIME__MATCH_WITHIN;
    if (name.len > 2 && name.data[0] == '*' && name.data[1] == '.' &&
        is_below(base, smime__view_of(name.data + 2, name.len - 2)))
        return SMIME__MATCH_UNCLEAR;
    return SMIME__MATCH_OUTSIDE;
}

static int find_host(smime__view uri, smime__view *ret)
{
    const uint8_t *end = uri.data + uri.len, *at = uri.data, *stop;

    while (at < end && *at != ':')
        at++;
    if (end - at < 3 || memcmp(at, "://", 3) != 0)
        return 0;
    at += 3;
    for (stop = at; stop < end && !memchr("/?#", *stop, 3); stop++)
        if (*stop == '@')
            at = stop + 1;
    *ret = smime__view_of(at, (size_t)(stop - at));
    for (size_t i = ret->len; i > 0 && ret->data[i - 1] != ']'; i--)
        if (ret->data[i - 1] == ':') {
            ret->len = i - 1;
            break;
        }
    return ret->len > 0;
}

/* RFC 5280: a URI whose authority is not a host name cannot meet a constraint. */
static smime__match match_uri(smime__view uri, smime__view base)
{
    smime__view host;
    int letters = 0;

    if (!find_host(uri, &host))
        return SMIME__MATCH_UNCLEAR;
    for (size_t i = 0; i < host.len; i++) {
        if (host.data[i] == '[')
            return SMIME__MATCH_UNCLEAR;
        letters |= host.data[i] != '.' && !smime__ascii_is_digit(host.data[i]);
    }
    return letters ? match_host(host, base) : SMIME__MATCH_UNCLEAR;
}

static smime__match match_ip(smime__view address, smime__view base)
{
    if ((address.len != 4 && address.len != 16) || (base.len != 8 && base.len != 32))
        return SMIME__MATCH_UNCLEAR;
    if (base.len != 2 * address.len)
        return SMIME__MATCH_OUTSIDE; /* the other version of IP */
    for (size_t i = 0; i < address.len; i++)
        if ((address.data[i] ^ base.data[i]) & base.data[address.len + i])
            return SMIME__MATCH_OUTSIDE;
    return SMIME__MATCH_WITHIN;
}

/* The canonical form of a name is a run of whole RDNs, so the names below it begin with it. */
static smime_status match_directory(const smime__buf *name, smime__view base, smime__match *ret)
{
    smime__buf wanted = { 0 };
    smime_status status = smime__name_canonical(&wanted, base);

    *ret = in_or_out(wanted.len <= name->len &&
                     (!wanted.len || !memcmp(name->data, wanted.data, wanted.len)));
    smime__buf_free(&wanted);
    return status;
}

smime_status smime__name_within(const smime__match_name *name, const smime__general_name *base,
                                smime__match *ret)
{
    *ret = SMIME__MATCH_OTHER_FORM;
    if (name->form != base->form)
        return SMIME_OK;
    switch (name->form) {
    case SMIME__NAME_RFC822:
        return match_mailbox(name->text, base->content, ret);
    case SMIME__NAME_DIRECTORY:
        return match_directory(&name->canonical, base->content, ret);
    case SMIME__NAME_DNS:
        *ret = match_dns(name->text, base->content);
        return SMIME_OK;
    case SMIME__NAME_URI:
        *ret = match_uri(name->text, base->content);
        return SMIME_OK;
    case SMIME__NAME_IP:
        *ret = match_ip(name->text, base->content);
        return SMIME_OK;
    case SMIME__NAME_OTHER:
        if (smime__view_equal(name->type, base->type))
            *ret = SMIME__MATCH_UNSUPPORTED;
        return SMIME_OK;
    default:
        *ret = SMIME__MATCH_UNSUPPORTED;
        return SMIME_OK;
    }
}
