/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "codec/lines.h"

#include <string.h>

#define BLOCK 1024 /* bytes looked at in one go */
#define STRIDE 448 /* the same for plain lines: two are shorter than a line may be */

#if defined(__GNUC__)

/* Each 32 bytes are compared together with the 32 that begin one before. Where the processor has
 * no registers of that size the compiler takes two. */
typedef uint8_t lanes __attribute__((vector_size(32)));

#define INLINE static inline __attribute__((always_inline))

INLINE int is_zero(const lanes *of)
{
    uint64_t words[4];

    memcpy(words, of, sizeof words);
    return !(words[0] | words[1] | words[2] | words[3]);
}

INLINE int block_is_canonical(const uint8_t *data, uint8_t stop)
{
    lanes bad = { 0 };

    for (size_t i = 0; i < BLOCK; i += sizeof(lanes)) {
        lanes now, before;
        memcpy(&now, data + i, sizeof now);
        memcpy(&before, data + i - 1, sizeof before);
        bad |= ((lanes)(now == '\n') ^ (lanes)(before == '\r')) |
               ((lanes)(before == '\n') & (lanes)(now == stop));
    }
    return is_zero(&bad);
}

enum { NOT_PLAIN, PLAIN, PLAIN_BUT_F };

/* PLAIN_BUT_F: as far as lines that begin with "F" are no "From ". */
INLINE int stride_kind(const uint8_t *data, uint8_t stop, int lone_lf)
{
    lanes bad = { 0 }, ends = { 0 }, letters = { 0 };

    for (size_t i = 0; i < STRIDE; i += sizeof(lanes)) {
        lanes now, before, line_end, after_cr, begins;
        memcpy(&now, data + i, sizeof now);
        memcpy(&before, data + i - 1, sizeof before);
        line_end = (lanes)(now == '\n');
        after_cr = (lanes)(before == '\r');
        begins = (lanes)(before == '\n');
        bad |= (lanes)(now == 0) | (now & 0x80) | (begins & (lanes)(now == stop));
        bad |= lone_lf ? after_cr & ~line_end : after_cr ^ line_end;
        letters |= begins & (lanes)(now == 'F');
        ends |= line_end;
    }
    if (!is_zero(&bad) || is_zero(&ends))
        return NOT_PLAIN;
    return is_zero(&letters) ? PLAIN : PLAIN_BUT_F;
}

static int block_is_canonical_128(const uint8_t *data, uint8_t stop)
{
    return block_is_canonical(data, stop);
}

static int stride_kind_128(const uint8_t *data, uint8_t stop, int lone_lf)
{
    return lone_lf ? stride_kind(data, stop, 1) : stride_kind(data, stop, 0);
}

#if defined(__x86_64__)

#define WIDE __attribute__((target("avx2")))

WIDE static int block_is_canonical_256(const uint8_t *data, uint8_t stop)
{
    return block_is_canonical(data, stop);
}

WIDE static int stride_kind_256(const uint8_t *data, uint8_t stop, int lone_lf)
{
    return lone_lf ? stride_kind(data, stop, 1) : stride_kind(data, stop, 0);
}

static int is_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

#else

#define block_is_canonical_256 block_is_canonical_128
#define stride_kind_256 stride_kind_128

static int is_wide(void)
{
    return 0;
}

#endif

size_t smime__lines_canonical(const uint8_t *data, size_t len, uint8_t stop)
{
    int (*check)(const uint8_t *, uint8_t) =
        is_wide() ? block_is_canonical_256 : block_is_canonical_128;
    size_t done = 1; /* each byte is seen with the one before it */

    while (len > done && len - done >= BLOCK && check(data + done, stop))
        done += BLOCK;
    return done - 1;
}

/* Whether a line that begins behind a LF in the stride begins with "From ". Where the end of the
 * bytes is too near to know, it does. */
static int holds_from(const uint8_t *data, size_t len)
{
    const uint8_t *at = data - 1;
    const uint8_t *end = data + STRIDE - 1; /* a LF that is the last byte belongs to what follows */

    while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
        at++;
        if ((size_t)(at - data) + 5 > len || !memcmp(at, "From ", 5))
            return 1;
    }
    return 0;
}

size_t smime__lines_plain(const uint8_t *data, size_t len, uint8_t stop, int lone_lf)
{
    int (*check)(const uint8_t *, uint8_t, int) = is_wide() ? stride_kind_256 : stride_kind_128;
    size_t done = 1;

    while (len > done && len - done >= STRIDE) {
        int kind = check(data + done, stop, lone_lf);
        if (kind == NOT_PLAIN || (kind == PLAIN_BUT_F && holds_from(data + done, len - done)))
            break;
        done += STRIDE;
    }
    return done - 1;
}

#else

size_t smime__lines_canonical(const uint8_t *data, size_t len, uint8_t stop)
{
    (void)data;
    (void)len;
    (void)stop;
    return 0;
}

size_t smime__lines_plain(const uint8_t *data, size_t len, uint8_t stop, int lone_lf)
{
    (void)lone_lf;
    return smime__lines_canonical(data, len, stop);
}

#endif
