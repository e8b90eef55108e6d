/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Stands in for libFuzzer where there is none: runs a target over the files given as arguments. */
#include "fuzz.h"

static int replay(const char *path)
{
    FILE *file = fopen(path, "rb");
    smime__buf content = { 0 };
    uint8_t block[16384];
    size_t got;

    if (!file) {
        perror(path);
        return 1;
    }
    while ((got = fread(block, 1, sizeof block, file)) > 0)
        CLAIM(smime__buf_add(&content, block, got) == SMIME_OK);
    fclose(file);
    printf("%s\n", path);
    fflush(stdout); /* so that the name stands there when the target dies */
    LLVMFuzzerTestOneInput(content.data ? content.data : block, content.len);
    smime__buf_free(&content);
    return 0;
}

int main(int argc, char **argv)
{
    int bad = 0;

    for (int i = 1; i < argc; i++)
        bad |= replay(argv[i]);
    return bad;
}
