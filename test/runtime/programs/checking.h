/* What a program that compares kernels with their scalar twin is made of: random numbers, exact buffers, counts. */
#ifndef BG_CHECKING_H
#define BG_CHECKING_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t check_state = 1;

/* splitmix64 */
static inline uint64_t check_random(void) {
    uint64_t z = check_state += 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static inline size_t check_below(size_t n) { return (size_t)(check_random() % n); }

/* -1 to 1 */
static inline float check_unit(void) { return (float)((double)(int64_t)check_random() * 0x1p-63); }

/* Memory at a multiple of 64 that ends where it says, so that a sanitizer sees every byte too many. */
static inline void *check_buffer(size_t bytes) {
    void *buffer = NULL;
    if (posix_memalign(&buffer, 64, bytes ? bytes : 1) != 0) {
        fputs("no memory\n", stderr);
        exit(2);
    }
    for (size_t k = 0; k < bytes; k++)
        ((uint8_t *)buffer)[k] = (uint8_t)(k * 37 % 120); /* padding: numbers, of float32 too */
    return buffer;
}

/* Counts of what was compared, by function, in the order of their first use. */
enum { CHECK_FUNCTIONS = 40 };
typedef struct {
    const char *function;
    unsigned long long compared, different;
} check_count;

static check_count check_counts[CHECK_FUNCTIONS];

static inline check_count *check_count_of(const char *function) {
    size_t k = 0;
    while (check_counts[k].function != NULL && strcmp(check_counts[k].function, function) != 0)
        k++;
    check_counts[k].function = function;
    return &check_counts[k];
}

/* Compares words of 32 bits, or bytes; the first difference of a function is told. */
static inline void check_same(const char *function, const void *found, const void *expected, size_t count, size_t size,
                              size_t what) {
    check_count *counts = check_count_of(function);
    counts->compared += count;
    for (size_t k = 0; k < count; k++) {
        const uint8_t *a = (const uint8_t *)found + k * size, *b = (const uint8_t *)expected + k * size;
        uint32_t one = 0, other = 0;
        if (memcmp(a, b, size) == 0)
            continue;
        memcpy(&one, a, size);
        memcpy(&other, b, size);
        if (counts->different++ == 0)
            printf("%s: element %zu of %zu (case %zu) is %08x, not %08x\n", function, k, count, what, one, other);
    }
}

/* One line a function; 1 where something differs. */
static inline int check_report(const char *kernels) {
    int failed = 0;
    for (size_t k = 0; k < CHECK_FUNCTIONS && check_counts[k].function != NULL; k++) {
        check_count *counts = &check_counts[k];
        printf("%s %s: %llu compared, %llu different\n", kernels, counts->function, counts->compared,
               counts->different);
        failed |= counts->different != 0;
    }
    memset(check_counts, 0, sizeof check_counts);
    return failed;
}

#endif
