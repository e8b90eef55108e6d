/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Peak memory: each large job of libsmime in a fresh process, as the kernel counted it. The inputs
 * are made by the benchmark first: "peak BENCH [--size BYTES]". */
#define _GNU_SOURCE /* wait4 */
#include <smime/smime.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHUNK 65536

enum {
    SIGN,
    ENCRYPT,
    OPEN,
    PARSE,
    NOTHING
};

static const struct job {
    const char *name;
    const char *file;
    int work;
    int32_t setting; /* SMIME_CIPHER_* or SMIME_RELEASE_* */
} jobs[] = {
    { "library loaded", "root.pem", NOTHING, 0 },
    { "sign text", "text.eml", SIGN, 0 },
    { "sign attachment", "binary.eml", SIGN, 0 },
    { "verify, at once", "signed.eml", OPEN, SMIME_RELEASE_AT_ONCE },
    { "verify, held", "signed.eml", OPEN, SMIME_RELEASE_GOOD },
    { "encrypt CBC", "binary.eml", ENCRYPT, SMIME_CIPHER_AES_256_CBC },
    { "decrypt CBC, at once", "cbc.eml", OPEN, SMIME_RELEASE_AT_ONCE },
    { "decrypt CBC, held", "cbc.eml", OPEN, SMIME_RELEASE_GOOD },
    { "encrypt GCM", "binary.eml", ENCRYPT, SMIME_CIPHER_AES_256_GCM },
    { "decrypt GCM, at once", "gcm.eml", OPEN, SMIME_RELEASE_AT_ONCE },
    { "decrypt GCM, held", "gcm.eml", OPEN, SMIME_RELEASE_GOOD },
    { "parse MIME", "mailbox.eml", PARSE, 0 },
};

#define JOBS (sizeof jobs / sizeof jobs[0])

static int path_of(char *to, size_t room, const char *folder, const char *name)
{
    int len = snprintf(to, room, "%s/%s", folder, name);

    return len > 0 && (size_t)len < room;
}

static int open_file(const char *folder, const char *name)
{
    char path[4096];

    return path_of(path, sizeof path, folder, name) ? open(path, O_RDONLY | O_CLOEXEC) : -1;
}

static smime_status load(smime_bag *bag, const char *folder, const char *name)
{
    char data[16384];
    int fd = open_file(folder, name);
    ssize_t len = fd < 0 ? -1 : read(fd, data, sizeof data);

    if (fd >= 0)
        close(fd);
    return len <= 0 ? SMIME_E_IO : smime_bag_add(bag, data, (size_t)len);
}

static smime_status protect(const struct job *what, smime_identity *identity, int in, int out)
{
    smime_protect *job = NULL;
    smime_status status = smime_protect_new(NULL, &job);

    if (status == SMIME_OK && what->work == SIGN)
        status = smime_protect_sign(job, identity);
    if (status == SMIME_OK && what->work == ENCRYPT)
        status = smime_protect_encrypt_to(job, smime_identity_cert(identity));
    if (status == SMIME_OK && what->work == ENCRYPT)
        status = smime_protect_set_cipher(job, what->setting);
    if (status == SMIME_OK)
        status = smime_protect_fd(job, in, out);
    smime_protect_free(job);
    return status;
}

static smime_status open_message(const struct job *what, smime_bag *bag, int in, int out)
{
    smime_store *store = NULL;
    smime_report *report = NULL;
    smime_open *job = NULL;
    smime_status status = smime_open_new(NULL, &job);
    int32_t summary = SMIME_SUMMARY_UNDECIDED;

    if (status == SMIME_OK)
        status = smime_store_new(&store);
    if (status == SMIME_OK)
        status = smime_store_add_anchor(store, smime_bag_cert(bag, 1));
    if (status == SMIME_OK)
        status = smime_open_use_store(job, store);
    if (status == SMIME_OK)
        status = smime_open_add_identity(job, smime_bag_identity(bag, 0));
    if (status == SMIME_OK)
        status = smime_open_set_release(job, what->setting);
    if (status == SMIME_OK)
        status = smime_open_fd(job, in, out);
    if (status == SMIME_OK)
        status = smime_open_report(job, &report);
    if (status == SMIME_OK)
        summary = smime_report_summary(report);
    if (status == SMIME_OK && summary != SMIME_SUMMARY_VERIFIED &&
        summary != SMIME_SUMMARY_CONFIDENTIAL)
        status = SMIME_E_CALLBACK;
    smime_report_unref(report);
    smime_open_free(job);
    smime_store_unref(store);
    return status;
}

static smime_status parse(int in)
{
    static uint8_t block[CHUNK];
    smime_parser *parser = NULL;
    smime_status status = smime_parser_new(NULL, &parser);
    size_t taken;
    ssize_t got;

    while (status == SMIME_OK && (got = read(in, block, sizeof block)) > 0)
        status = smime_parser_write(parser, block, (size_t)got, &taken);
    if (status == SMIME_OK)
        status = smime_parser_finish(parser);
    smime_parser_free(parser);
    return status;
}

static int work(const struct job *what, const char *folder)
{
    smime_bag *bag = NULL;
    int in = open_file(folder, what->file);
    int out = open("/dev/null", O_WRONLY | O_CLOEXEC);
    smime_status status = in < 0 || out < 0 ? SMIME_E_IO : smime_bag_new(NULL, &bag);

    if (status == SMIME_OK)
        status = load(bag, folder, "alice.pem");
    if (status == SMIME_OK)
        status = load(bag, folder, "root.pem");
    if (status == SMIME_OK && what->work == OPEN)
        status = open_message(what, bag, in, out);
    else if (status == SMIME_OK && what->work == PARSE)
        status = parse(in);
    else if (status == SMIME_OK && what->work != NOTHING)
        status = protect(what, smime_bag_identity(bag, 0), in, out);
    smime_bag_free(bag);
    if (status < 0)
        fprintf(stderr, "%s: %s\n", what->name, smime_status_name(status));
    return status < 0;
}

/* Runs a program and waits; its exit status, or -1. */
static int run(char *const *args, struct rusage *usage)
{
    int how = 0;
    pid_t child = fork();

    if (child == 0) {
        execv(args[0], args);
        _exit(127);
    }
    if (child < 0 || wait4(child, &how, 0, usage) < 0)
        return -1;
    return WIFEXITED(how) ? WEXITSTATUS(how) : -1;
}

static void clean(const char *folder)
{
    char path[4096];

    for (size_t i = 0; i < JOBS; i++)
        if (path_of(path, sizeof path, folder, jobs[i].file))
            unlink(path);
    if (path_of(path, sizeof path, folder, "alice.pem"))
        unlink(path);
    rmdir(folder);
}

static int measure_all(char *self, char *folder)
{
    struct rusage usage;
    int failed = 0;

    printf("%-23s %10s %8s\n", "job, a process each", "peak MiB", "user s");
    for (size_t i = 0; i < JOBS; i++) {
        char index[24];
        char *args[] = { self, (char *)(uintptr_t) "--work", index, folder, NULL };
        snprintf(index, sizeof index, "%zu", i);
        if (run(args, &usage) != 0) {
            failed = 1;
            printf("%-23s %10s\n", jobs[i].name, "failed");
            continue;
        }
        printf("%-23s %10.1f %8.2f\n", jobs[i].name, (double)usage.ru_maxrss / 1024,
               (double)usage.ru_utime.tv_sec + (double)usage.ru_utime.tv_usec / 1e6);
        fflush(stdout);
    }
    return failed;
}

int main(int argc, char **argv)
{
    char self[] = "/proc/self/exe";
    char folder[] = "/var/tmp/smime-peak-XXXXXX";
    char size_option[] = "--size", prepare_option[] = "--prepare", size[] = "268435456";
    struct rusage usage;
    int failed;

    if (argc == 4 && !strcmp(argv[1], "--work")) {
        size_t index = strtoul(argv[2], NULL, 10);
        return index < JOBS ? work(&jobs[index], argv[3]) : 2;
    }
    if ((argc != 2 && argc != 4) || (argc == 4 && strcmp(argv[2], "--size") != 0)) {
        fprintf(stderr, "usage: peak BENCH [--size BYTES]\n");
        return 2;
    }
    if (!mkdtemp(folder)) {
        perror(folder);
        return 1;
    }
    char *args[] = {
        argv[1], size_option, argc == 4 ? argv[3] : size, prepare_option, folder, NULL
    };
    failed = run(args, &usage) != 0;
    if (failed)
        fprintf(stderr, "the inputs could not be made\n");
    else
        failed = measure_all(self, folder);
    clean(folder);
    return failed;
}
