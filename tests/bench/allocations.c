/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Counts requests for memory: the program's own malloc stands in front of the C library's, for
 * every library in the process. Only where the C library can still be reached by another name. */
#include "bench.h"

#ifdef BENCH_COUNT_MALLOC

static long count;

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t number, size_t size);
void *__libc_realloc(void *memory, size_t size);

void *malloc(size_t size);
void *calloc(size_t number, size_t size);
void *realloc(void *memory, size_t size);

void *malloc(size_t size)
{
    count++;
    return __libc_malloc(size);
}

void *calloc(size_t number, size_t size)
{
    count++;
    return __libc_calloc(number, size);
}

void *realloc(void *memory, size_t size)
{
    count++;
    return __libc_realloc(memory, size);
}

long bench_allocations(void)
{
    long since = count;

    count = 0;
    return since;
}

#else

long bench_allocations(void)
{
    return -1;
}

#endif
