/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* smime: sign, encrypt, open and look into S/MIME mail. */
#include "tool.h"

#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const char usage[] =
    "usage:\n"
    "  smime sign    --identity FILE... [--password-file F] [--opaque] [--digest NAME] [--pss]\n"
    "                [--headers outside|none|baseline|shy]\n"
    "                [--receipt-to ADDR]... [--receipt-from ADDR]... [IN]\n"
    "  smime encrypt --to CERT... [--cipher NAME] [--key-transport NAME] [--oaep-digest NAME] [IN]\n"
    "  smime protect all options of sign and encrypt; [--no-self]\n"
    "                [--no-legacy-display] [--triple] [--known FILE] [--bcc CERT=FILE]... [IN]\n"
    "  smime open    [--trust FILE|DIR]... [--identity FILE]... [--password-file F]\n"
    "                [--untrusted FILE]... [--crl FILE]... [--ocsp FILE]...\n"
    "                [--revocation off|use|leaf|all] [--at RFC3339]\n"
    "                [--policy default|strict|legacy] [--out FILE] [--unverified] [--json]\n"
    "                [--explain] [--expect-signed ADDR]... [--known FILE [--learn]]\n"
    "                [--isolate [N:]PATH] [MESSAGE]\n"
    "  smime verify  as open; exit 0 only when the signer is proved to be the sender\n"
    "  smime decrypt as open; exit 0 when everything encrypted was opened\n"
    "  smime path    [--trust FILE|DIR]... [--untrusted FILE]... [--crl FILE]... [--ocsp FILE]...\n"
    "                [--revocation off|use|leaf|all] [--at RFC3339] [--use sign|encrypt|any]\n"
    "                [--email ADDR] [--policy-oid OID]... [--explicit-policy] [--inhibit-mapping]\n"
    "                [--inhibit-any] [--legacy] [--lint] [--json] CERT\n"
    "  smime choose  [--use sign|encrypt] [--known FILE] [--json] and the options of path, ADDR\n"
    "  smime receipt [--identity FILE]... [--email ADDR] [--out FILE] and the options of open, MESSAGE\n"
    "  smime receipt --check RECEIPT and the options of open, MESSAGE\n"
    "  smime policy  [--policy default|strict|legacy] [--revocation off|use|leaf|all]\n"
    "  smime parse   [--json] [--part PATH [--decode | --text | --shown]] [MESSAGE]\n"
    "  smime encode  --type signed|enveloped|auth-enveloped|authenticated|encrypted|digested|\n"
    "                       compressed|data\n"
    "                [--identity FILE]... [--password-file F] [--detached] [--digest NAME] [--pss]\n"
    "                [--no-attributes] [--to CERT]... [--oaep [--oaep-digest NAME]\n"
    "                [--oaep-mask NAME] [--oaep-label HEX]] [--kdf-digest NAME] [--cofactor]\n"
    "                [--ukm HEX] [--key-id] [--passphrase FILE]...\n"
    "                [--iterations N] [--shared-key FILE]... [--content-key FILE]\n"
    "                [--algorithm NAME] [--content-type OID] [--pem] [--out FILE] [IN]\n"
    "  smime decode  as open; [--passphrase FILE]... [--shared-key FILE]... [--content-key FILE]...\n"
    "                [--content FILE] [--use sign|any] [CMS]\n"
    "exit: 0 good, 1 refused or invalid, 2 usage, 3 malformed, 4 limit, 5 input or output\n";

int complain(int code, const char *format, ...)
{
    va_list args;

    fputs("smime: ", stderr);
    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    return code;
}

int fail(failure *f, int code, const char *reason, const char *format, ...)
{
    static const int rank[] = { 0, 1, 5, 2, 3, 4 }; /* by exit code: 2, 5, 4, 3, 1 */
    va_list args;

    if (rank[f->code] >= rank[code])
        return f->code;
    f->code = code;
    f->reason = reason;
    va_start(args, format);
    vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    return code;
}

int exit_of(smime_status status)
{
    switch (smime_status_category(status)) {
    case SMIME_CATEGORY_OK:
        return EXIT_GOOD;
    case SMIME_CATEGORY_USAGE:
        return EXIT_USAGE;
    case SMIME_CATEGORY_LIMIT:
        return EXIT_LIMIT;
    case SMIME_CATEGORY_SYNTAX:
        return EXIT_SYNTAX;
    case SMIME_CATEGORY_REFUSED:
        return EXIT_REFUSED;
    default:
        return EXIT_IO;
    }
}

int main(int argc, char **argv)
{
    static options o; /* large, and used once */
    int code;

    signal(SIGPIPE, SIG_IGN); /* a closed pipe is an error of write, told as one */
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--help") || (i == 1 && !strcmp(argv[i], "help"))) {
            fputs(usage, stdout);
            return EXIT_GOOD;
        }
    if (argc == 2 && !strcmp(argv[1], "--version")) {
        printf("smime %s\n", smime_version_text());
        return EXIT_GOOD;
    }
    if (argc < 2) {
        fputs(usage, stderr);
        return EXIT_USAGE;
    }
    code = options_parse(&o, argc, argv);
    if (code != EXIT_GOOD)
        return code;
    if (!strcmp(o.command, "parse"))
        return command_parse(&o);
    if (!strcmp(o.command, "encode"))
        return command_encode(&o);
    if (!strcmp(o.command, "decode"))
        return command_decode(&o);
    if (!strcmp(o.command, "path"))
        return command_path(&o);
    if (!strcmp(o.command, "choose"))
        return command_choose(&o);
    if (!strcmp(o.command, "receipt"))
        return command_receipt(&o);
    if (!strcmp(o.command, "policy"))
        return command_policy(&o);
    if (!strcmp(o.command, "open") || !strcmp(o.command, "verify") ||
        !strcmp(o.command, "decrypt"))
        return command_open(&o);
    return command_protect(&o);
}
