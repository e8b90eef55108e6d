/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Lines looked at many bytes at a time, for those who need not stop at each. Both functions say how
 * many bytes from the start may be passed over. The first byte is taken on trust. They count in
 * blocks, so the truth may be more. */
#ifndef SMIME_CODEC_LINES_H
#define SMIME_CODEC_LINES_H

#include <stddef.h>
#include <stdint.h>

/* No LF is without its CR, no CR without its LF but perhaps the last byte, and no line that begins there begins with @p stop. */
size_t smime__lines_canonical(const uint8_t *data, size_t len, uint8_t stop);

/* Lines that every transport carries as they are: besides @p stop none begins with "From ", none is
 * longer than 900 bytes, no byte is 0 or over 127, no CR is without its LF. With @p lone_lf, a LF
 * may be without its CR. A first line that began before @p data may be longer. */
size_t smime__lines_plain(const uint8_t *data, size_t len, uint8_t stop, int lone_lf);

#endif
