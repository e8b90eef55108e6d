/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "mime/hazards.h"

#include "base/ascii.h"

#include <smime/mime.h>
#include <string.h>

int smime__has_8bit(smime__view bytes)
{
    for (size_t i = 0; i < bytes.len; i++)
        if (bytes.data[i] >= 0x80)
            return 1;
    return 0;
}

static void end_line(smime__hazards *hazards)
{
    if (smime__ascii_is_blank(hazards->last))
        hazards->found |= SMIME_HAZARD_TRAILING_BLANK;
    hazards->column = 0;
    hazards->last = 0;
}

static void add_byte(smime__hazards *hazards, uint8_t c)
{
    if (hazards->last == '\r' || c == 0) /* a CR that no LF follows */
        hazards->found |= SMIME_HAZARD_CONTROL;
    if (c >= 0x80)
        hazards->found |= SMIME_HAZARD_8BIT;
    if (hazards->column < sizeof hazards->start)
        hazards->start[hazards->column] = c;
    if (++hazards->column == sizeof hazards->start && !memcmp(hazards->start, "From ", 5))
        hazards->found |= SMIME_HAZARD_FROM;
    if (hazards->column > SMIME__LINE_MAX_BYTES)
        hazards->found |= SMIME_HAZARD_LONG_LINE;
    hazards->last = c;
}

void smime__hazards_add(smime__hazards *hazards, const uint8_t *data, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (data[i] == '\n') {
            end_line(hazards);
        } else if (data[i] == '\r' && hazards->last != '\r') {
            /* most often the line ends here: the blank before it counts then, the CR does not */
            if (smime__ascii_is_blank(hazards->last))
                hazards->found |= SMIME_HAZARD_TRAILING_BLANK;
            hazards->last = '\r';
        } else {
            add_byte(hazards, data[i]);
        }
    }
}

void smime__hazards_end(smime__hazards *hazards)
{
    if (hazards->last == '\r')
        hazards->found |= SMIME_HAZARD_CONTROL;
    end_line(hazards);
}
