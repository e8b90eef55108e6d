/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The engine: push and pull, waiting output, gates, sinks, and what happens on errors. */
#include "unit.h"

#include "base/job.h"

#include <fcntl.h>
#include <unistd.h>

#define BIG 1000000

static uint8_t pattern[BIG];

/* A job whose chain is [gate ->] tail, as the tests want it. */
static struct {
    smime__job job;
    smime__gate *gate;
    int with_gate, open_at_complete, discard_at_complete;
    int started, completed;
    smime_status start_answer, complete_answer;
} self;

static struct {
    smime__buf bytes;
    int discarded, destroyed;
    smime_status answer;
} sink;

static smime_status on_start(void *owner)
{
    ck_assert_ptr_eq(owner, &self);
    self.started++;
    self.job.head = &self.job.tail;
    if (self.with_gate) {
        ck_ok(smime__gate_new(&self.job, &self.job.tail, &self.gate));
        self.job.head = &self.gate->stage;
    }
    return self.start_answer;
}

static smime_status on_complete(void *owner)
{
    ck_assert_ptr_eq(owner, &self);
    self.completed++;
    if (self.open_at_complete)
        smime__gate_open(self.gate);
    if (self.discard_at_complete)
        smime__gate_discard(self.gate);
    return self.complete_answer;
}

static const smime__job_kind kind = {on_start, on_complete};

static smime_status sink_write(const uint8_t *data, size_t len, void *user_data)
{
    ck_assert_ptr_eq(user_data, &sink);
    if (sink.answer < 0)
        return sink.answer;
    return smime__buf_add(&sink.bytes, data, len);
}

static void sink_discard(void *user_data)
{
    ck_assert_ptr_eq(user_data, &sink);
    sink.discarded++;
}

static void sink_destroy(void *user_data)
{
    ck_assert_ptr_eq(user_data, &sink);
    sink.destroyed++;
}

static void setup(void)
{
    memset(&self, 0, sizeof self);
    memset(&sink, 0, sizeof sink);
    support_fill(pattern, sizeof pattern, 3);
    ck_ok(smime__job_init(&self.job, &kind, &self, NULL));
}

static void teardown(void)
{
    if (self.gate)
        smime__stage_free(&self.gate->stage);
    smime__job_free(&self.job);
    smime__buf_free(&sink.bytes);
}

static size_t read_some(uint8_t *to, size_t size)
{
    size_t got = SIZE_MAX;

    ck_ok(smime__job_read(&self.job, to, size, &got));
    ck_assert_uint_le(got, size);
    return got;
}

START_TEST(push_and_pull_bring_everything_in_order)
{
    static uint8_t out[BIG + 1];
    size_t written = 0, read = 0, rounds = 0;
    size_t step = _i ? 5000 : BIG; /* how much is read at a time */

    while (written < BIG) {
        size_t taken = SIZE_MAX;

        ck_assert_uint_lt(rounds++, 100000);
        ck_ok(smime__job_write(&self.job, pattern + written, BIG - written, &taken));
        written += taken;
        ck_assert_uint_eq(self.job.consumed, written);
        /* no more waits than the mark and one block over it */
        ck_assert_uint_lt(written - read, SMIME__JOB_WAITING_MAX + SMIME__JOB_BLOCK);
        read += read_some(out + read, step < BIG - read ? step : BIG - read);
    }
    ck_ok(smime__job_finish(&self.job));
    for (size_t got = 1; got; read += got)
        got = read_some(out + read, sizeof out - read);
    ck_assert_uint_eq(read, BIG);
    ck_assert_mem_eq(out, pattern, BIG);
    ck_assert_int_eq(self.started, 1);
    ck_assert_int_eq(self.completed, 1);
    ck_assert_int_eq(self.job.state, SMIME__JOB_DONE);
}
END_TEST

START_TEST(write_takes_nothing_while_output_waits)
{
    size_t taken = 0;

    ck_ok(smime__job_write(&self.job, pattern, BIG, &taken));
    ck_assert_uint_eq(taken, SMIME__JOB_WAITING_MAX);
    ck_ok(smime__job_write(&self.job, pattern, 1, &taken));
    ck_assert_uint_eq(taken, 0);
    ck_ok(smime__job_write(&self.job, pattern, 0, &taken));
    ck_ok(smime__job_write(&self.job, NULL, 0, &taken));
}
END_TEST

START_TEST(closed_gate_holds_and_open_gate_lets_go)
{
    static uint8_t out[BIG];
    size_t taken = 0, read = 0;

    self.with_gate = 1;
    self.open_at_complete = 1;
    ck_ok(smime__job_write(&self.job, pattern, BIG, &taken));
    ck_assert_uint_eq(taken, BIG); /* a gate takes what comes */
    ck_assert_uint_eq(read_some(out, BIG), 0);
    smime__gate_allow(self.gate, 1000);
    ck_ok(smime__job_write(&self.job, pattern, 0, &taken));
    ck_ok(smime__job_finish(&self.job));
    ck_assert_int_eq(self.completed, 1);
    /* a megabyte is let go at once, and still no more than the mark waits */
    ck_assert_uint_le(self.job.out.len - self.job.out_taken,
                      SMIME__JOB_WAITING_MAX + SMIME__SPOOL_BLOCK);
    for (size_t got = 1; got; read += got)
        got = read_some(out + read, BIG - read < 70000 ? BIG - read : 70000);
    ck_assert_uint_eq(read, BIG);
    ck_assert_mem_eq(out, pattern, BIG);
    ck_assert_int_eq(self.job.state, SMIME__JOB_DONE);
}
END_TEST

START_TEST(allowed_part_comes_before_the_rest)
{
    uint8_t out[1000];
    size_t taken;

    self.with_gate = 1;
    ck_ok(smime__job_write(&self.job, pattern, 500, &taken));
    smime__gate_allow(self.gate, 100);
    smime__gate_allow(self.gate, 50); /* never takes back */
    ck_ok(smime__job_write(&self.job, pattern + 500, 100, &taken));
    ck_assert_uint_eq(read_some(out, sizeof out), 100);
    ck_assert_mem_eq(out, pattern, 100);
    smime__gate_open(self.gate);
    ck_ok(smime__job_finish(&self.job));
    ck_assert_uint_eq(read_some(out, sizeof out), 500);
    ck_assert_mem_eq(out, pattern + 100, 500);
}
END_TEST

START_TEST(discarded_gate_lets_nothing_out)
{
    uint8_t out[10];
    size_t taken;

    self.with_gate = 1;
    self.discard_at_complete = 1;
    ck_ok(smime__job_write(&self.job, pattern, 5000, &taken));
    ck_ok(smime__job_finish(&self.job));
    ck_assert_uint_eq(read_some(out, sizeof out), 0);
    ck_assert_int_eq(self.job.state, SMIME__JOB_DONE);
}
END_TEST

START_TEST(gate_that_stays_closed_ends_the_job_without_output)
{
    uint8_t out[10];
    size_t taken;

    self.with_gate = 1;
    ck_ok(smime__job_write(&self.job, pattern, 5000, &taken));
    ck_ok(smime__job_finish(&self.job));
    ck_assert_uint_eq(read_some(out, sizeof out), 0);
    ck_assert_int_eq(self.job.state, SMIME__JOB_DONE);
}
END_TEST

START_TEST(sink_takes_everything_at_once)
{
    size_t taken;

    ck_ok(smime__job_set_sink(&self.job, sink_write, sink_discard, &sink, sink_destroy));
    ck_ok(smime__job_write(&self.job, pattern, BIG, &taken));
    ck_assert_uint_eq(taken, BIG);
    ck_ok(smime__job_finish(&self.job));
    ck_assert_uint_eq(sink.bytes.len, BIG);
    ck_assert_mem_eq(sink.bytes.data, pattern, BIG);
    ck_assert_int_eq(sink.discarded, 0);
    ck_assert_int_eq(sink.destroyed, 0);
}
END_TEST

START_TEST(sink_hears_of_failure_once)
{
    size_t taken;

    self.complete_answer = SMIME_E_CRYPTO;
    ck_ok(smime__job_set_sink(&self.job, sink_write, sink_discard, &sink, sink_destroy));
    ck_ok(smime__job_write(&self.job, pattern, 10, &taken));
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_CRYPTO);
    ck_assert_int_eq(sink.discarded, 1);
    smime__job_discard(&self.job);
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_CRYPTO);
    ck_assert_int_eq(sink.discarded, 1);
}
END_TEST

START_TEST(sink_that_got_nothing_hears_nothing)
{
    self.complete_answer = SMIME_E_CRYPTO;
    ck_ok(smime__job_set_sink(&self.job, sink_write, sink_discard, &sink, NULL));
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_CRYPTO);
    ck_assert_int_eq(sink.discarded, 0);
}
END_TEST

START_TEST(errors_stay)
{
    uint8_t out[10];
    size_t count = 77;

    sink.answer = SMIME_E_CALLBACK;
    ck_ok(smime__job_set_sink(&self.job, sink_write, NULL, &sink, NULL));
    ck_assert_int_eq(smime__job_write(&self.job, pattern, 10, &count), SMIME_E_CALLBACK);
    ck_assert_uint_eq(count, 77);
    sink.answer = SMIME_OK;
    ck_assert_int_eq(smime__job_write(&self.job, pattern, 10, &count), SMIME_E_CALLBACK);
    ck_assert_int_eq(smime__job_read(&self.job, out, 10, &count), SMIME_E_CALLBACK);
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_CALLBACK);
    ck_assert_str_ne(smime__error_sentence(&self.job.error), "");
    ck_assert_uint_eq(sink.bytes.len, 0);
}
END_TEST

START_TEST(output_that_waits_is_gone_after_a_failure)
{
    uint8_t out[10];
    size_t count;

    self.complete_answer = SMIME_E_CMS_SYNTAX;
    ck_ok(smime__job_write(&self.job, pattern, 10, &count));
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_CMS_SYNTAX);
    ck_assert_uint_eq(self.job.out.len, 0);
    ck_assert_int_eq(smime__job_read(&self.job, out, 10, &count), SMIME_E_CMS_SYNTAX);
}
END_TEST

START_TEST(start_that_fails_fails_the_job)
{
    size_t count;

    self.start_answer = SMIME_E_NO_WORK;
    ck_assert_int_eq(smime__job_write(&self.job, pattern, 10, &count), SMIME_E_NO_WORK);
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_NO_WORK);
    ck_assert_int_eq(self.started, 1);
}
END_TEST

START_TEST(states_and_arguments)
{
    uint8_t out[10];
    size_t count;

    ck_ok(smime__job_may_configure(&self.job));
    ck_assert_int_eq(smime__job_write(&self.job, NULL, 1, &count), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime__job_write(&self.job, out, 1, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime__job_read(&self.job, NULL, 1, &count), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime__job_read(&self.job, out, 1, NULL), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime__job_set_sink(&self.job, NULL, NULL, &sink, sink_destroy),
                     SMIME_E_INVALID_ARG);
    ck_assert_int_eq(sink.destroyed, 1); /* also on failure */
    ck_ok(smime__job_write(&self.job, pattern, 1, &count));
    ck_assert_int_eq(smime__job_may_configure(&self.job), SMIME_E_STATE);
    ck_assert_int_eq(smime__job_set_sink(&self.job, sink_write, NULL, &sink, sink_destroy),
                     SMIME_E_STATE);
    ck_assert_int_eq(sink.destroyed, 2);
    ck_ok(smime__job_finish(&self.job));
    ck_assert_int_eq(smime__job_finish(&self.job), SMIME_E_STATE);
    ck_assert_int_eq(smime__job_write(&self.job, pattern, 1, &count), SMIME_E_STATE);
    ck_assert_uint_eq(read_some(out, 10), 1); /* what was made stays readable */
}
END_TEST

START_TEST(sink_is_destroyed_when_replaced_and_with_the_job)
{
    ck_ok(smime__job_set_sink(&self.job, sink_write, NULL, &sink, sink_destroy));
    ck_ok(smime__job_set_sink(&self.job, sink_write, NULL, &sink, sink_destroy));
    ck_assert_int_eq(sink.destroyed, 1);
    smime__job_free(&self.job);
    ck_assert_int_eq(sink.destroyed, 2);
    ck_ok(smime__job_init(&self.job, &kind, &self, NULL));
}
END_TEST

START_TEST(buffer_loop)
{
    uint8_t *data = NULL;
    size_t len = 0;

    self.with_gate = _i;
    self.open_at_complete = _i;
    ck_ok(smime__job_buffer(&self.job, pattern, BIG, &data, &len));
    ck_assert_uint_eq(len, BIG);
    ck_assert_mem_eq(data, pattern, BIG);
    free(data);
    ck_assert_int_eq(smime__job_buffer(&self.job, pattern, 1, &data, &len), SMIME_E_STATE);
}
END_TEST

START_TEST(buffer_loop_hands_nothing_over_on_failure)
{
    uint8_t *data = NULL;
    size_t len = 5;

    ck_assert_int_eq(smime__job_buffer(&self.job, NULL, 1, &data, &len), SMIME_E_INVALID_ARG);
    ck_assert_int_eq(smime__job_buffer(&self.job, pattern, 1, &data, NULL),
                     SMIME_E_INVALID_ARG);
    self.complete_answer = SMIME_E_BER;
    ck_assert_int_eq(smime__job_buffer(&self.job, pattern, BIG, &data, &len), SMIME_E_BER);
    ck_assert_ptr_null(data);
    ck_assert_uint_eq(len, 5);
}
END_TEST

START_TEST(fd_loop)
{
    char in_path[300], out_path[300];
    const char *folder = support_make_dir();
    uint8_t *copied;
    size_t len;
    int in, out;

    snprintf(in_path, sizeof in_path, "%s/in", folder);
    snprintf(out_path, sizeof out_path, "%s/out", folder);
    in = open(in_path, O_RDWR | O_CREAT, 0600);
    out = open(out_path, O_RDWR | O_CREAT, 0600);
    ck_assert_int_eq(write(in, pattern, BIG), BIG);
    ck_assert_int_eq(lseek(in, 0, SEEK_SET), 0);
    ck_assert_int_eq(smime__job_fd(&self.job, -1, out), SMIME_E_INVALID_ARG);
    ck_ok(smime__job_fd(&self.job, in, out));
    copied = support_load(out_path, &len);
    ck_assert_uint_eq(len, BIG);
    ck_assert_mem_eq(copied, pattern, BIG);
    free(copied);
    close(in);
    close(out);
    support_remove_dir();
}
END_TEST

START_TEST(fd_loop_tells_of_failures)
{
    int in = open("/dev/zero", O_RDONLY), out = open("/dev/null", O_RDONLY);

    ck_assert_int_eq(smime__job_fd(&self.job, in, out), SMIME_E_IO); /* not for writing */
    ck_assert_ptr_nonnull(strstr(self.job.error.text, "cannot be written"));
    smime__job_free(&self.job);
    ck_ok(smime__job_init(&self.job, &kind, &self, NULL));
    close(in);
    in = open("/", O_RDONLY); /* a folder cannot be read */
    ck_assert_int_eq(smime__job_fd(&self.job, in, out), SMIME_E_IO);
    ck_assert_ptr_nonnull(strstr(self.job.error.text, "cannot be read"));
    close(in);
    close(out);
}
END_TEST

void add_base_job(Suite *suite)
{
    TCase *tc = tcase_create("job");

    tcase_add_checked_fixture(tc, setup, teardown);
    tcase_add_loop_test(tc, push_and_pull_bring_everything_in_order, 0, 2);
    tcase_add_test(tc, write_takes_nothing_while_output_waits);
    tcase_add_test(tc, closed_gate_holds_and_open_gate_lets_go);
    tcase_add_test(tc, allowed_part_comes_before_the_rest);
    tcase_add_test(tc, discarded_gate_lets_nothing_out);
    tcase_add_test(tc, gate_that_stays_closed_ends_the_job_without_output);
    tcase_add_test(tc, sink_takes_everything_at_once);
    tcase_add_test(tc, sink_hears_of_failure_once);
    tcase_add_test(tc, sink_that_got_nothing_hears_nothing);
    tcase_add_test(tc, errors_stay);
    tcase_add_test(tc, output_that_waits_is_gone_after_a_failure);
    tcase_add_test(tc, start_that_fails_fails_the_job);
    tcase_add_test(tc, states_and_arguments);
    tcase_add_test(tc, sink_is_destroyed_when_replaced_and_with_the_job);
    tcase_add_loop_test(tc, buffer_loop, 0, 2);
    tcase_add_test(tc, buffer_loop_hands_nothing_over_on_failure);
    tcase_add_test(tc, fd_loop);
    tcase_add_test(tc, fd_loop_tells_of_failures);
    suite_add_tcase(suite, tc);
}
