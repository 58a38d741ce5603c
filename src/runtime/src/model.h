/*
 * The model that is evaluated, and a workspace.
 *
 * Shapes in comments: V words, E inputs, H hidden, K classes, R rows of the head (K, or V of a generative model).
 */
#ifndef BG_MODEL_H
#define BG_MODEL_H

#include "arena.h"
#include "grid.h"
#include "map_file.h"
#include "pages.h"
#include "parsed_model.h"

/* Texts that take a step together: what they need at a time stays near the processor. */
#define BG_SLOTS 16
/* Steps of one text that are taken at once; BG_SLOTS or more. */
#define BG_STEPS_ALONE 64
/* Rows of a head that are multiplied together: laid out beforehand, and when they are needed. */
#define BG_KEPT_ROWS 256
#define BG_PASSING_ROWS 128
/* Words that wait for a head which is laid out in passing and multiplied twice, at most. */
#define BG_PASSING_WORDS 96
/* Vectors that are multiplied by rows of such a head at once: their logits of these rows stay near the processor. */
#define BG_PASSING_TILE 24
/* Words whose sums over classes are made together. */
#define BG_SUMMED_WORDS 4
/* Steps after which 32-bit sums of hidden integers could overflow. */
#define BG_SUMMED_STEPS 32768

/* How a matrix is multiplied. */
typedef enum {
    BG_PACKED, /* integers of up to 8 bits on both sides: the kernels */
    BG_WIDE,   /* integers, of 16 bits on one side or both: wide.c */
    BG_FLOATS  /* an operand is float32: the kernels, class "tolerance" */
} bg_route;

/* A matrix, with the site of its vectors. */
typedef struct {
    const bg_file_matrix *file;
    const bg_site *site;
    bg_route route;
    uint8_t woven;      /* its rows are those of the gates, and are woven (kernels.h) */
    uint32_t rows;      /* as they are laid out: of the file; of a woven matrix padded */
    uint32_t block;     /* rows that are laid out together; the last block may have fewer */
    size_t block_bytes; /* of a block as its route reads it: packed; int16 [block, cols]; packed float32 */
    uint8_t *blocks;    /* all of them; NULL: each is laid out when it is needed */
    int32_t *sums;  /* [rows] BG_PACKED with kept blocks, where the zero point is known when a vector is: row sums */
    int32_t *start; /* [rows] likewise, where it is known before: what accumulators begin with */
    float *factors; /* [rows] fround(s_W * s), where s is known and they are kept; else NULL */
    const int32_t *integer_bias; /* [rows], or NULL */
} bg_matrix;

/* Some rows of a matrix as its route reads them. */
typedef struct {
    uint32_t first, count;
    const uint8_t *data;
    const int32_t *sums, *start; /* of these rows, as in bg_matrix */
} bg_rows;

/* Whose a vector is: what a trace tells of it. */
typedef struct {
    size_t text;
    uint32_t step;
} bg_place;

/* A vector on a site, in the forms that are wanted of it; the others are NULL. */
typedef struct {
    uint8_t *bytes;    /* u = q - low; zeros from the end to the next multiple of 64 */
    int32_t *integers; /* q */
    float *values;     /* d(q); of a float site the values themselves */
    bg_grid *grid;     /* its numbers for this vector; of a float site nothing */
} bg_vector;

/* Vectors on a site, likewise. */
typedef struct {
    uint8_t *bytes;    /* [n, byte_stride] */
    int32_t *integers; /* [n, stride] */
    float *values;     /* [n, stride] */
    bg_grid *grids;    /* [n] */
    bg_place *places;  /* [n] */
    size_t byte_stride, stride;
    bg_trace_what accumulators; /* what a trace calls their products */
} bg_vectors;

/* The table of classes, and what the factored form makes of it once. */
typedef struct {
    const float *offsets; /* [K, V] c_yv, in the file; NULL where there is no table */
    float *largest;       /* [K] max c_y */
    float *weights;       /* [K, stride] exp(c_yv - max c_y); NULL where the head's output is quantized */
    size_t stride;
    float least; /* of the weights but 0 */
} bg_classes;

typedef struct {
    const bg_parsed_part *file;
    const bg_site *site;    /* [BG_SITES] */
    bg_grid grid[BG_SITES]; /* of static sites */
    bg_matrix wx, wh, head;
    float *bias;              /* [4H] of the LSTM, as the rows of wx; NULL where it is in the accumulators */
    float *shown[BG_TABLES];  /* [256] d(T[u]) of a nonlinearity by its byte; NULL: no table, or steps are fused */
    uint8_t *head_bytes;      /* [256] bytes of head-input by those of hidden; NULL unless both are static */
    bg_static_step *fused;    /* of a part all of whose sites are static and have tables; else NULL */
    uint8_t *step_tables;     /* its tables */
    uint8_t float_cell;       /* gates, nonlinearities and cell are float32: their step is one function too */
    const float *input_table; /* [V, gate_stride] the input half of each word; NULL: computed when needed */
    bg_classes classes;
} bg_part;

struct bg_model {
    bg_parsed_model file;
    bg_mapped_file mapped;
    const bg_kernels *kernels;
    uint32_t rows; /* R */
    uint8_t pack_head;
    float offset_range;
    size_t gate_stride; /* of [4H] */
    size_t private_bytes;
    bg_part *part;   /* [parts] */
    void *memory;    /* as malloc gave it */
    bg_pages tables; /* of the input tables */
};

/* A text that takes its steps beside others. */
typedef struct {
    const uint32_t *words;
    size_t count; /* of words */
    size_t steps; /* of its LSTM: the words, and EOS where a generative model predicts it */
    size_t text;
} bg_slot;

typedef struct bg_trace bg_trace;

struct bg_workspace {
    const bg_model *model;
    bg_trace *trace; /* NULL: none */

    /* what is evaluated at the moment */
    const bg_part *part;
    uint32_t part_index;
    bg_result *results;
    double *values;
    bg_slot slot[BG_SLOTS]; /* the longest first */

    uint8_t pools_mean; /* hidden vectors are summed over time */
    size_t slots;       /* texts side by side */
    size_t window;      /* texts that are sorted together */
    uint32_t *order;    /* [window] */

    /* the input half of some words ahead: those of a step, then those of the next */
    size_t places; /* most of them */
    size_t ahead_filled, ahead_taken;
    const float **ahead_ax; /* [places] */
    const float *ax_of[BG_STEPS_ALONE];
    const float *later_of[BG_STEPS_ALONE]; /* rows of the input table that come after those */

    /* those of them that are computed */
    size_t ahead;          /* most of them */
    uint32_t *ahead_words; /* [ahead] */
    bg_vectors input;      /* [ahead] */
    float *embedded;       /* [E] */

    /* input halves of words of the part that came lately, as words come again soon: written row after row, then from
     * the first again */
    size_t kept, indexed; /* rows, at least `ahead`; a power of two, some times as many */
    float *ax;            /* [kept, gate_stride] */
    uint32_t *kept_words; /* [kept] v + 1; 0: the row is empty */
    uint16_t *kept_rows;  /* [indexed] row that was written last for a word with these lowest bits */
    const bg_part *kept_of;
    size_t row, room; /* the next to be written; so many from it on may be before the words ahead are taken */

    /* state of the slots */
    size_t stride;        /* of [H] */
    bg_vectors hidden;    /* [slots] */
    uint8_t *next_hidden; /* [slots, hidden.byte_stride] bytes of the step that is taken */
    float *cell;          /* [slots, stride] d(c) */
    int32_t *sums;     /* [slots, stride] hidden q - z of at most BG_SUMMED_STEPS steps, where their mean is wanted */
    int64_t *totals;   /* [slots, stride] those of the steps before */
    float *float_sums; /* [slots, stride] of d(h), where hidden is not static */

    /* products */
    size_t tile;    /* vectors that are multiplied at once */
    int32_t *acc;   /* [vectors, bg_acc_stride] of the matrix that is multiplied */
    int32_t *start; /* zeros, where zero points differ: what they make of row sums is added to acc */
    int64_t *wide;  /* [rows of a block] */
    float *factors; /* likewise */

    /* a step, pass by pass */
    float *ah;  /* [slots, gate_stride] */
    float *pre; /* [gate_stride] */
    bg_vector gate[4], bent[BG_TABLES], next, product[2];
    float *scratch; /* [H] */

    /* a step of float32 gates and cell, where hidden is quantized */
    float *unquantized; /* [slots, stride] hidden before its site */
    float *ranges;      /* [slots, 2] */

    /* vectors that wait for the head */
    size_t queue, queued;
    bg_vectors head_in;  /* [queue] */
    uint32_t *target;    /* [queue] words to be scored */
    float *head_vector;  /* [H] before the site head-input */
    uint8_t *head_block; /* rows that are laid out when they are needed */
    float *head_floats;  /* [BG_PASSING_ROWS, H] integers that are multiplied as floats */
    float *head_bias;    /* [BG_KEPT_ROWS] */
    int32_t *head_start; /* [BG_PASSING_ROWS] sums or starts of those in head_block */
    uint8_t *ones;       /* [H] as bytes: their products are row sums */
    size_t logit_stride;
    float *logits; /* [queue, logit_stride]; where all are multiplied twice: of one word that is guarded, or NULL */

    /* scores of words */
    uint8_t twice;       /* the head is multiplied for the maxima, and again for the shares: logits are not kept */
    size_t logits_of;    /* the word that waits whose logits were computed once more; none: SIZE_MAX */
    float *block_logits; /* [tile, BG_PASSING_ROWS] */
    float *lanes;        /* [queue, K, BG_LANES] sums of a block by lanes */
    float *chosen;       /* [queue] s of the word to be scored */
    float *maxima;       /* [queue] */
    float *terms;        /* [BG_SUMMED_WORDS, BG_BLOCK] */
    float *offsets;      /* [BG_BLOCK] */
    float *class_sums;   /* [BG_SUMMED_WORDS, K] */
    float *class_totals; /* [queue, K] */
};

static inline size_t bg_byte_stride(size_t count) { return (count + BG_ALIGN - 1) / BG_ALIGN * BG_ALIGN; }

static inline size_t bg_acc_stride(const bg_matrix *matrix) { return bg_padded(matrix->block); }

static inline bg_vector bg_vector_at(const bg_vectors *vectors, size_t k) {
    bg_vector one = {vectors->bytes != NULL ? vectors->bytes + k * vectors->byte_stride : NULL,
                     vectors->integers != NULL ? vectors->integers + k * vectors->stride : NULL,
                     vectors->values != NULL ? vectors->values + k * vectors->stride : NULL, vectors->grids + k};
    return one;
}

#endif
