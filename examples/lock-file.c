/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A file under a password:
 *
 *     lock-file lock <FILE >FILE.cms         the password is read from the terminal's first line
 *     lock-file unlock <FILE.cms >FILE       ... or from descriptor 3, when that is open
 */
#include <smime/smime.h>

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* One line, without its end. */
static size_t read_password(char *to, size_t size)
{
    int fd = fcntl(3, F_GETFD) >= 0 ? 3 : open("/dev/tty", O_RDONLY);
    size_t len = 0;

    while (fd >= 0 && len < size && read(fd, to + len, 1) == 1 && to[len] != '\n')
        len++;
    return len;
}

static int lock(const char *password, size_t len)
{
    smime_cms_encoder *job = NULL;
    smime_status status = smime_cms_encoder_new(NULL, SMIME_LAYER_AUTH_ENVELOPED, &job);

    if (status == SMIME_OK)
        status = smime_cms_encoder_add_password(job, password, len, 0);
    if (status == SMIME_OK)
        status = smime_cms_encoder_fd(job, STDIN_FILENO, STDOUT_FILENO);
    if (status < 0)
        fprintf(stderr, "lock-file: %s\n", smime_cms_encoder_error_text(job));
    smime_cms_encoder_free(job);
    return status == SMIME_OK;
}

/* Nothing is written before all of it is known to be what was locked. */
static int unlock(const char *password, size_t len)
{
    smime_cms_decoder *job = NULL;
    smime_report *report = NULL;
    smime_status status = smime_cms_decoder_new(NULL, &job);
    int good = 0;

    if (status == SMIME_OK)
        status = smime_cms_decoder_add_password(job, password, len);
    if (status == SMIME_OK)
        status = smime_cms_decoder_set_release(job, SMIME_RELEASE_DECRYPTED);
    if (status == SMIME_OK)
        status = smime_cms_decoder_fd(job, STDIN_FILENO, STDOUT_FILENO);
    if (job && smime_cms_decoder_report(job, &report) == SMIME_OK) {
        good = smime_report_summary(report) == SMIME_SUMMARY_CONFIDENTIAL;
        if (!good)
            fprintf(stderr, "lock-file: %s\n", smime_report_text(report));
    } else {
        fprintf(stderr, "lock-file: %s\n", smime_status_text(status));
    }
    smime_report_unref(report);
    smime_cms_decoder_free(job);
    return good;
}

int main(int argc, char **argv)
{
    char password[256];
    size_t len;
    int good;

    if (argc != 2 || (strcmp(argv[1], "lock") && strcmp(argv[1], "unlock"))) {
        fprintf(stderr, "usage: lock-file lock|unlock <IN >OUT\n");
        return 2;
    }
    len = read_password(password, sizeof password);
    if (!len) {
        fprintf(stderr, "lock-file: there is no password\n");
        return 2;
    }
    good = argv[1][0] == 'l' ? lock(password, len) : unlock(password, len);
    memset(password, 0, sizeof password);
    return !good;
}
