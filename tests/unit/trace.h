/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The events of the scanner as text that does not depend on how the input was cut. */
#ifndef SMIME_TESTS_TRACE_H
#define SMIME_TESTS_TRACE_H

#include "unit.h"

#include "mime/scan.h"

typedef struct trace {
    smime__buf text;   /* one line an event, runs of bytes joined */
    smime__buf bytes;  /* header, body and frame bytes in order: must be the input again */
    smime__buf run;    /* what is still to be told of the last run */
    char run_kind;
    char run_path[64];
    smime__buf defects; /* codes with offsets, "header-junk@12 " each */
    int structural;
    int open;          /* parts */
    smime_status status;
    smime__error error;
} trace;

/* Scans @p data in two pieces cut at @p cut, or with @p step in pieces of that size. */
void trace_run(trace *t, const smime__limits *limits, int opaque, const void *data, size_t len,
               size_t cut, size_t step);
void trace_clear(trace *t);
const char *trace_text(trace *t);
/* Also the defects. */
void trace_same(trace *a, trace *b);

/* Messages that between them reach every path of the scanner. */
typedef struct sample {
    const char *text;
    const char *events;  /* NULL: only the general rules are checked */
    const char *defects;
} sample;
extern const sample samples[];
extern const size_t sample_count;

#endif
