/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The tables: twelve bits to two characters, one character to six bits at each of four places. */
#include "codec/base64.h"

#include "codec/base64_simd.h"

#include <string.h>

#define ALPHABET(X, arg)                                                                         \
    X(arg, 'A', 0) X(arg, 'B', 1) X(arg, 'C', 2) X(arg, 'D', 3) X(arg, 'E', 4) X(arg, 'F', 5)    \
    X(arg, 'G', 6) X(arg, 'H', 7) X(arg, 'I', 8) X(arg, 'J', 9) X(arg, 'K', 10)                  \
    X(arg, 'L', 11) X(arg, 'M', 12) X(arg, 'N', 13) X(arg, 'O', 14) X(arg, 'P', 15)              \
    X(arg, 'Q', 16) X(arg, 'R', 17) X(arg, 'S', 18) X(arg, 'T', 19) X(arg, 'U', 20)              \
    X(arg, 'V', 21) X(arg, 'W', 22) X(arg, 'X', 23) X(arg, 'Y', 24) X(arg, 'Z', 25)              \
    X(arg, 'a', 26) X(arg, 'b', 27) X(arg, 'c', 28) X(arg, 'd', 29) X(arg, 'e', 30)              \
    X(arg, 'f', 31) X(arg, 'g', 32) X(arg, 'h', 33) X(arg, 'i', 34) X(arg, 'j', 35)              \
    X(arg, 'k', 36) X(arg, 'l', 37) X(arg, 'm', 38) X(arg, 'n', 39) X(arg, 'o', 40)              \
    X(arg, 'p', 41) X(arg, 'q', 42) X(arg, 'r', 43) X(arg, 's', 44) X(arg, 't', 45)              \
    X(arg, 'u', 46) X(arg, 'v', 47) X(arg, 'w', 48) X(arg, 'x', 49) X(arg, 'y', 50)              \
    X(arg, 'z', 51) X(arg, '0', 52) X(arg, '1', 53) X(arg, '2', 54) X(arg, '3', 55)              \
    X(arg, '4', 56) X(arg, '5', 57) X(arg, '6', 58) X(arg, '7', 59) X(arg, '8', 60)              \
    X(arg, '9', 61) X(arg, '+', 62) X(arg, '/', 63)

#define PAIR(first, second, n) { first, second },
#define ROW(c) ALPHABET(PAIR, c)

static const char pairs[4096][2] = {
    ROW('A') ROW('B') ROW('C') ROW('D') ROW('E') ROW('F') ROW('G') ROW('H') ROW('I') ROW('J')
    ROW('K') ROW('L') ROW('M') ROW('N') ROW('O') ROW('P') ROW('Q') ROW('R') ROW('S') ROW('T')
    ROW('U') ROW('V') ROW('W') ROW('X') ROW('Y') ROW('Z') ROW('a') ROW('b') ROW('c') ROW('d')
    ROW('e') ROW('f') ROW('g') ROW('h') ROW('i') ROW('j') ROW('k') ROW('l') ROW('m') ROW('n')
    ROW('o') ROW('p') ROW('q') ROW('r') ROW('s') ROW('t') ROW('u') ROW('v') ROW('w') ROW('x')
    ROW('y') ROW('z') ROW('0') ROW('1') ROW('2') ROW('3') ROW('4') ROW('5') ROW('6') ROW('7')
    ROW('8') ROW('9') ROW('+') ROW('/')
};

/* Bits 0-23 hold the value at its place, bits 24-27 say at which of the four places a character
 * of the alphabet stood: a group is good when all four are set. */
#define PLACE(k, c, n) [c] = (uint32_t)(n) << (18 - 6 * (k)) | UINT32_C(1) << (24 + (k)),

static const uint32_t places[4][256] = {
    { ALPHABET(PLACE, 0) }, { ALPHABET(PLACE, 1) }, { ALPHABET(PLACE, 2) }, { ALPHABET(PLACE, 3) }
};

size_t smime__base64_encoded_size(size_t len)
{
    return (len + 2) / 3 * 4;
}

/* Compilers make one instruction of it. */
static uint64_t read_eight(const uint8_t *from)
{
    return (uint64_t)from[0] << 56 | (uint64_t)from[1] << 48 | (uint64_t)from[2] << 40 |
           (uint64_t)from[3] << 32 | (uint64_t)from[4] << 24 | (uint64_t)from[5] << 16 |
           (uint64_t)from[6] << 8 | from[7];
}

size_t smime__base64_encode(char *to, const uint8_t *data, size_t len)
{
    size_t done = smime__base64_encode_simd(to, data, len);
    char *at = to + done / 3 * 4;

    data += done;
    len -= done;
    /* eight bytes are read at once, of which six are used: one load instead of six */
    while (len >= 8) {
        uint64_t bits = read_eight(data) >> 16;
        memcpy(at, pairs[bits >> 36], 2);
        memcpy(at + 2, pairs[bits >> 24 & 4095], 2);
        memcpy(at + 4, pairs[bits >> 12 & 4095], 2);
        memcpy(at + 6, pairs[bits & 4095], 2);
        at += 8;
        data += 6;
        len -= 6;
    }
    while (len >= 3) {
        uint32_t bits = (uint32_t)data[0] << 16 | (uint32_t)data[1] << 8 | data[2];
        memcpy(at, pairs[bits >> 12], 2);
        memcpy(at + 2, pairs[bits & 4095], 2);
        at += 4;
        data += 3;
        len -= 3;
    }
    if (len) {
        uint32_t bits = (uint32_t)data[0] << 16 | (len == 2 ? (uint32_t)data[1] << 8 : 0);
        memcpy(at, pairs[bits >> 12], 2);
        memcpy(at + 2, pairs[bits & 4095], 2);
        at[3] = '=';
        if (len == 1)
            at[2] = '=';
        at += 4;
    }
    return (size_t)(at - to);
}

/* One character outside a whole good group: line ends, blanks, padding, garbage, or the start
 * of a group that the chunk cuts. Returns the bytes that became complete. */
static size_t decode_slowly(smime__base64_decoder *decoder, uint8_t *to, uint8_t c)
{
    uint32_t value = places[3][c];

    if (c == '=') {
        size_t bytes = 0;
        /* the first padding character closes the group: 2 characters gave a byte, 3 gave two */
        if (!decoder->padded && decoder->count >= 2) {
            uint32_t bits = decoder->bits << (24 - 6 * decoder->count);
            to[0] = (uint8_t)(bits >> 16);
            to[1] = (uint8_t)(bits >> 8);
            bytes = (size_t)decoder->count - 1;
            decoder->count = 0;
            decoder->bits = 0;
        }
        decoder->padded = 1;
        return bytes;
    }
    if (!value) {
        if (c != '\r' && c != '\n' && c != ' ' && c != '\t')
            decoder->garbage = 1;
        return 0;
    }
    if (decoder->padded) {
        decoder->after_end = 1;
        return 0;
    }
    decoder->bits = decoder->bits << 6 | (value & 63);
    if (++decoder->count < 4)
        return 0;
    to[0] = (uint8_t)(decoder->bits >> 16);
    to[1] = (uint8_t)(decoder->bits >> 8);
    to[2] = (uint8_t)decoder->bits;
    decoder->count = 0;
    decoder->bits = 0;
    return 3;
}

/* Whole good groups, and the CRLF between lines of them. Returns where something else stands. */
static const uint8_t *decode_groups(uint8_t **ret_at, const uint8_t *data, const uint8_t *end)
{
    uint8_t *at = *ret_at;

    for (;;) {
        size_t written;
        data += smime__base64_decode_simd(at, data, (size_t)(end - data), &written);
        at += written;
        while (end - data >= 4) {
            uint32_t bits = places[0][data[0]] | places[1][data[1]] | places[2][data[2]] |
                            places[3][data[3]];
            if (bits >> 24 != 15)
                break;
            at[0] = (uint8_t)(bits >> 16);
            at[1] = (uint8_t)(bits >> 8);
            at[2] = (uint8_t)bits;
            at += 3;
            data += 4;
        }
        if (end - data < 2 || data[0] != '\r' || data[1] != '\n')
            break;
        data += 2;
    }
    *ret_at = at;
    return data;
}

size_t smime__base64_decode(smime__base64_decoder *decoder, uint8_t *to, const uint8_t *data,
                            size_t len)
{
    const uint8_t *end = data + len;
    uint8_t *at = to;

    while (data < end) {
        if (!decoder->count && !decoder->padded) {
            data = decode_groups(&at, data, end);
            if (data == end)
                break;
        }
        at += decode_slowly(decoder, at, *data++);
    }
    return (size_t)(at - to);
}

int smime__base64_complete(const smime__base64_decoder *decoder)
{
    return decoder->count == 0;
}
