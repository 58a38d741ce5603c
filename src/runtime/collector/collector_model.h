/* What a collector's files share. */
#ifndef BG_COLLECTOR_MODEL_H
#define BG_COLLECTOR_MODEL_H

#include "arena.h"
#include "collector.h"
#include "collector_kernels.h"

enum { BG_UNTABLED = -1 };

struct bg_collector {
    bg_float_arrays arrays; /* `kernel`, `head` and what follows it are NULL: they are here */
    const bg_collector_kernels *kernels;
    bg_turned wx, wh, head;
    float *bias, *head_bias;
    float *label_table;               /* [classes, head_stride] */
    size_t stride, gate_stride;       /* of [H], [4H] */
    size_t input_stride, head_stride; /* of [E], [rows] */
    uint32_t tabled;
    uint32_t *tabled_words; /* [tabled] */
    int32_t *place_of;      /* [words] in tabled_words, or BG_UNTABLED */
    float *table;           /* [tabled, gate_stride] W_x x + b */
    void *memory;           /* all of the above */
};

/* ax[v] = W_x x[v] + b, the sum first; x [n, input_stride], out [n, gate_stride] */
void bg_multiply_inputs(const bg_collector *c, const float *x, size_t n, float *out);

/* Zeros at a multiple of 64, from what `raw` will be freed as; NULL where there is not so much. */
void *bg_zeros(size_t bytes, void **raw);

#endif
