/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* After Wojciech Mula and Daniel Lemire, "Faster Base64 Encoding and Decoding Using AVX2
 * Instructions" (2018). In 128 bits, which nearly every x86-64 processor has, and for whole lines
 * in 256 bits where there are so many. */
#include "codec/base64_simd.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#define SIMD __attribute__((target("sse4.1")))
#define WIDE __attribute__((target("avx2")))
#define LINE 76 /* characters; with their CRLF 78 */
#define LINE_BYTES 57

static int has_simd(void)
{
    return __builtin_cpu_supports("sse4.1");
}

static int has_wide(void)
{
    return __builtin_cpu_supports("avx2");
}

/* Of sixteen bytes twelve become sixteen characters: the first ones, or the last ones. */
SIMD static inline void encode_block(char *to, const uint8_t *data, int last)
{
    const __m128i spread =
        last ? _mm_setr_epi8(5, 4, 6, 5, 8, 7, 9, 8, 11, 10, 12, 11, 14, 13, 15, 14)
             : _mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10);
    const __m128i offsets =
        _mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                      '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0);
    __m128i in = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(const void *)data), spread);
    /* the four six-bit values of each group into a byte each */
    __m128i first =
        _mm_mulhi_epu16(_mm_and_si128(in, _mm_set1_epi32(0x0fc0fc00)), _mm_set1_epi32(0x04000040));
    __m128i second =
        _mm_mullo_epi16(_mm_and_si128(in, _mm_set1_epi32(0x003f03f0)), _mm_set1_epi32(0x01000010));
    __m128i values = _mm_or_si128(first, second);
    /* which of the five ranges of the alphabet: 13 for A-Z, 0 for a-z, 1 to 10 for digits ... */
    __m128i range = _mm_subs_epu8(values, _mm_set1_epi8(51));
    __m128i upper = _mm_cmpgt_epi8(_mm_set1_epi8(26), values);

    range = _mm_or_si128(range, _mm_and_si128(upper, _mm_set1_epi8(13)));
    values = _mm_add_epi8(values, _mm_shuffle_epi8(offsets, range));
    _mm_storeu_si128((__m128i *)(void *)to, values);
}

SIMD static size_t encode_all(char *to, const uint8_t *data, size_t len)
{
    size_t done = 0;

    for (; len - done >= 16; done += 12, to += 16)
        encode_block(to, data + done, 0);
    return done;
}

WIDE static inline __m256i twice(__m128i half)
{
    return _mm256_broadcastsi128_si256(half);
}

/* The same for 24 bytes; 28 are read. */
WIDE static inline void encode_block_256(char *to, const uint8_t *data)
{
    const __m256i spread = twice(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
    const __m256i offsets =
        twice(_mm_setr_epi8('a' - 26, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52, '0' - 52,
                            '0' - 52, '0' - 52, '0' - 52, '0' - 52, '+' - 62, '/' - 63, 'A', 0, 0));
    __m128i low = _mm_loadu_si128((const __m128i *)(const void *)data);
    __m128i high = _mm_loadu_si128((const __m128i *)(const void *)(data + 12));
    __m256i in = _mm256_inserti128_si256(_mm256_castsi128_si256(low), high, 1);
    __m256i first, second, values, range, upper;

    in = _mm256_shuffle_epi8(in, spread);
    first = _mm256_mulhi_epu16(_mm256_and_si256(in, _mm256_set1_epi32(0x0fc0fc00)),
                               _mm256_set1_epi32(0x04000040));
    second = _mm256_mullo_epi16(_mm256_and_si256(in, _mm256_set1_epi32(0x003f03f0)),
                                _mm256_set1_epi32(0x01000010));
    values = _mm256_or_si256(first, second);
    range = _mm256_subs_epu8(values, _mm256_set1_epi8(51));
    upper = _mm256_cmpgt_epi8(_mm256_set1_epi8(26), values);
    range = _mm256_or_si256(range, _mm256_and_si256(upper, _mm256_set1_epi8(13)));
    values = _mm256_add_epi8(values, _mm256_shuffle_epi8(offsets, range));
    _mm256_storeu_si256((__m256i *)(void *)to, values);
}

/* Whole lines: two blocks of 24 bytes, and the last twelve, of which three are done already. */
WIDE static size_t encode_lines(char *to, const uint8_t *data, size_t len)
{
    size_t done = 0;

    for (; len - done >= LINE_BYTES; done += LINE_BYTES, to += LINE) {
        encode_block_256(to, data + done);
        encode_block_256(to + 32, data + done + 24);
        encode_block(to + LINE - 16, data + done + LINE_BYTES - 16, 1);
    }
    return done;
}

/* Sixteen characters become twelve bytes; sixteen are written. The result is not zero where a
 * character is not of the alphabet. */
SIMD static inline __m128i decode_block(uint8_t *to, const uint8_t *data)
{
    /* a bit for each way in which the two halves of a byte can go together outside the alphabet */
    const __m128i low_kinds = _mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                            0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a);
    const __m128i high_kinds = _mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08, 0x10,
                                             0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10);
    const __m128i offsets = _mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0);
    const __m128i pack = _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
    const __m128i slash = _mm_set1_epi8('/'); /* 0x2f, which serves as a mask too */
    __m128i in = _mm_loadu_si128((const __m128i *)(const void *)data);
    __m128i high = _mm_and_si128(_mm_srli_epi32(in, 4), slash);
    __m128i low = _mm_and_si128(in, slash);
    __m128i bad =
        _mm_and_si128(_mm_shuffle_epi8(low_kinds, low), _mm_shuffle_epi8(high_kinds, high));
    __m128i is_slash = _mm_cmpeq_epi8(in, slash);

    in = _mm_add_epi8(in, _mm_shuffle_epi8(offsets, _mm_add_epi8(is_slash, high)));
    in = _mm_maddubs_epi16(in, _mm_set1_epi32(0x01400140));
    in = _mm_madd_epi16(in, _mm_set1_epi32(0x00011000));
    _mm_storeu_si128((__m128i *)(void *)to, _mm_shuffle_epi8(in, pack));
    return bad;
}

/* Thirty-two characters become 24 bytes; 32 are written. */
WIDE static inline __m256i decode_block_256(uint8_t *to, const uint8_t *data)
{
    const __m256i low_kinds = twice(_mm_setr_epi8(0x15, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11,
                                                  0x11, 0x11, 0x13, 0x1a, 0x1b, 0x1b, 0x1b, 0x1a));
    const __m256i high_kinds = twice(_mm_setr_epi8(0x10, 0x10, 0x01, 0x02, 0x04, 0x08, 0x04, 0x08,
                                                   0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x10));
    const __m256i offsets =
        twice(_mm_setr_epi8(0, 16, 19, 4, -65, -65, -71, -71, 0, 0, 0, 0, 0, 0, 0, 0));
    const __m256i pack =
        twice(_mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
    const __m256i slash = _mm256_set1_epi8('/');
    __m256i in = _mm256_loadu_si256((const __m256i *)(const void *)data);
    __m256i high = _mm256_and_si256(_mm256_srli_epi32(in, 4), slash);
    __m256i low = _mm256_and_si256(in, slash);
    __m256i bad = _mm256_and_si256(_mm256_shuffle_epi8(low_kinds, low),
                                   _mm256_shuffle_epi8(high_kinds, high));
    __m256i is_slash = _mm256_cmpeq_epi8(in, slash);

    in = _mm256_add_epi8(in, _mm256_shuffle_epi8(offsets, _mm256_add_epi8(is_slash, high)));
    in = _mm256_maddubs_epi16(in, _mm256_set1_epi32(0x01400140));
    in = _mm256_madd_epi16(in, _mm256_set1_epi32(0x00011000));
    in = _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(in, pack),
                                     _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7));
    _mm256_storeu_si256((__m256i *)(void *)to, in);
    return bad;
}

/* As decode_line(), for as many lines as are good. Returns the characters taken. */
WIDE static size_t decode_lines(uint8_t *to, const uint8_t *data, size_t len)
{
    size_t done = 0;

    while (len - done >= LINE + 8 && data[done + LINE] == '\r' && data[done + LINE + 1] == '\n') {
        const uint8_t *at = data + done;
        __m256i bad = decode_block_256(to, at);
        __m128i last;
        bad = _mm256_or_si256(bad, decode_block_256(to + 24, at + 32));
        last = decode_block(to + LINE_BYTES - 12, at + LINE - 16);
        if (!_mm256_testz_si256(bad, bad) || !_mm_testz_si128(last, last))
            break;
        done += LINE + 2;
        to += LINE_BYTES;
    }
    return done;
}

/* A line: four blocks, and a fifth that takes the last character of the fourth once more. */
SIMD static inline int decode_line(uint8_t *to, const uint8_t *data)
{
    __m128i bad = decode_block(to, data);

    bad = _mm_or_si128(bad, decode_block(to + 12, data + 16));
    bad = _mm_or_si128(bad, decode_block(to + 24, data + 32));
    bad = _mm_or_si128(bad, decode_block(to + 36, data + 48));
    bad = _mm_or_si128(bad, decode_block(to + 45, data + 60));
    return _mm_testz_si128(bad, bad);
}

SIMD static size_t decode_all(uint8_t *to, const uint8_t *data, size_t len, size_t *ret_written)
{
    const uint8_t *at = data;
    const uint8_t *end = data + len;
    uint8_t *out = to;

    if (has_wide()) {
        at += decode_lines(to, data, len);
        out += (size_t)(at - data) / (LINE + 2) * LINE_BYTES;
    }
    /* what is written beyond the bytes that count stays within what the rest may become */
    while (end - at >= LINE + 8 && at[LINE] == '\r' && at[LINE + 1] == '\n' &&
           decode_line(out, at)) {
        at += LINE + 2;
        out += LINE_BYTES;
    }
    while (end - at >= 24) {
        __m128i bad = decode_block(out, at);
        if (!_mm_testz_si128(bad, bad))
            break;
        at += 16;
        out += 12;
    }
    *ret_written = (size_t)(out - to);
    return (size_t)(at - data);
}

size_t smime__base64_encode_simd(char *to, const uint8_t *data, size_t len)
{
    size_t done = len >= LINE_BYTES && has_wide() ? encode_lines(to, data, len) : 0;

    if (len - done >= 16 && has_simd())
        done += encode_all(to + done / 3 * 4, data + done, len - done);
    return done;
}

size_t smime__base64_decode_simd(uint8_t *to, const uint8_t *data, size_t len, size_t *ret_written)
{
    *ret_written = 0;
    return len >= 24 && has_simd() ? decode_all(to, data, len, ret_written) : 0;
}

#else

size_t smime__base64_encode_simd(char *to, const uint8_t *data, size_t len)
{
    (void)to;
    (void)data;
    (void)len;
    return 0;
}

size_t smime__base64_decode_simd(uint8_t *to, const uint8_t *data, size_t len, size_t *ret_written)
{
    (void)to;
    (void)data;
    (void)len;
    *ret_written = 0;
    return 0;
}

#endif
