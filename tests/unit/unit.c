/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "unit.h"

static smime_status capture_write(smime__stage *stage, const uint8_t *data, size_t len)
{
    capture *sink = (capture *)stage;

    must(!sink->finished);
    sink->writes++;
    if (sink->answer < 0)
        return sink->answer;
    return smime__buf_add(&sink->bytes, data, len);
}

static smime_status capture_finish(smime__stage *stage)
{
    ((capture *)stage)->finished++;
    return SMIME_OK;
}

static void capture_free(smime__stage *stage)
{
    (void)stage;
}

void capture_init(capture *sink)
{
    memset(sink, 0, sizeof *sink);
    sink->stage.write = capture_write;
    sink->stage.finish = capture_finish;
    sink->stage.free = capture_free;
}

void capture_clear(capture *sink)
{
    smime__buf_free(&sink->bytes);
}

void capture_is(const capture *sink, const void *text, size_t len)
{
    if (sink->bytes.len != len)
        ck_assert_uint_eq(sink->bytes.len, len);
    if (len && memcmp(sink->bytes.data, text, len) != 0)
        ck_assert_mem_eq(sink->bytes.data, text, len);
}

static smime_status write_copy(smime__stage *stage, const uint8_t *data, size_t len)
{
    uint8_t *copy = malloc(len);
    smime_status status;

    must(copy != NULL);
    memcpy(copy, data, len);
    status = smime__stage_write(stage, copy, len);
    free(copy);
    return status;
}

smime_status feed(smime__stage *stage, const void *data, size_t len, size_t step)
{
    const uint8_t *at = data;
    smime_status status = SMIME_OK;

    while (len && status == SMIME_OK) {
        size_t part = step && step < len ? step : len;
        status = write_copy(stage, at, part);
        at += part;
        len -= part;
    }
    return status == SMIME_OK ? smime__stage_finish(stage) : status;
}

smime_status feed_cut(smime__stage *stage, const void *data, size_t len, size_t cut)
{
    smime_status status = SMIME_OK;

    if (cut)
        status = write_copy(stage, data, cut);
    if (status == SMIME_OK && cut < len)
        status = write_copy(stage, (const uint8_t *)data + cut, len - cut);
    return status == SMIME_OK ? smime__stage_finish(stage) : status;
}

void settings_now(smime__settings *settings)
{
    ck_ok(smime__settings_snapshot(settings, NULL));
    settings->has_time = 1;
    settings->time = SUPPORT_NOW;
}
