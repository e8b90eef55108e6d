/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* --known FILE: correspondents who are known, kept from one run to the next. */
#include "tool.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int known_load(const options *o, smime_known **ret_known, failure *f)
{
    unsigned char *data;
    size_t len;
    smime_status status;
    int code;

    if (!o->known)
        return EXIT_GOOD;
    if (o->learn && access(o->known, F_OK) != 0 && errno == ENOENT) { /* the first time */
        status = smime_known_new(ret_known);
        return status < 0 ? fail(f, exit_of(status), "internal", "%s", smime_status_text(status))
                          : EXIT_GOOD;
    }
    code = read_file(o->known, &data, &len, f);
    if (code != EXIT_GOOD)
        return code;
    status = smime_known_load(data, len, ret_known);
    free(data);
    return status < 0 ? fail(f, exit_of(status), "file-malformed", "%.200s: %s", o->known,
                             smime_status_text(status))
                      : EXIT_GOOD;
}

int write_all(int fd, const unsigned char *data, size_t len)
{
    while (len) {
        ssize_t done = write(fd, data, len);
        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return 0;
        data += done;
        len -= (size_t)done;
    }
    return 1;
}

int known_save(const options *o, const smime_known *known, failure *f)
{
    output out;
    uint8_t *data;
    size_t len;
    smime_status status = smime_known_save(known, &data, &len);
    int code;

    if (status < 0)
        return fail(f, exit_of(status), "internal", "%s", smime_status_text(status));
    code = output_open(&out, o->known, f);
    if (code == EXIT_GOOD && !write_all(out.fd, data, len))
        code = fail(f, EXIT_IO, "io", "%.200s: %s", o->known, strerror(errno));
    if (code == EXIT_GOOD)
        code = output_keep(&out, f);
    output_drop(&out);
    smime_free(data);
    return code;
}
