/*
 * A model as its file has it: views into the file's bytes, every value checked. Read by prepare.c, which makes the
 * model that is evaluated.
 */
#ifndef BG_PARSED_MODEL_H
#define BG_PARSED_MODEL_H

#include "bitgauge.h"

typedef enum { BG_SITE_FLOAT = 0, BG_SITE_STATIC = 1, BG_SITE_DYNAMIC = 2 } bg_site_kind;

/* Sites by number, in the order of the file. */
enum {
    BG_INPUT,
    BG_HIDDEN,
    BG_GATE_I,
    BG_GATE_F,
    BG_GATE_G,
    BG_GATE_O,
    BG_SIGMOID_I,
    BG_SIGMOID_F,
    BG_SIGMOID_O,
    BG_TANH_G,
    BG_TANH_C,
    BG_CELL,
    BG_HEAD_INPUT,
    BG_HEAD_OUTPUT,
    BG_SITES
};

/* Tables by number: what stands between a gate (or the cell) and its nonlinearity. */
enum { BG_TABLE_I, BG_TABLE_F, BG_TABLE_G, BG_TABLE_O, BG_TABLE_C, BG_TABLES };

typedef struct {
    bg_site_kind kind;
    uint8_t bits;         /* 2 to 8, 16; 0 for float */
    uint8_t affine;       /* dynamic */
    uint8_t power_of_two; /* dynamic */
    int32_t low, high;    /* both ends of q */
    int32_t zero;         /* static */
    float scale, reciprocal;
    int32_t divisor; /* dynamic */
} bg_site;

/* A matrix in the file: rows of integers at their true width, or of float32. */
typedef struct {
    uint32_t rows, cols;
    uint8_t bits;        /* 2 to 8, 16; 0 for float32 */
    uint8_t is_unsigned; /* an embedding whose integers are those of an unsigned input */
    const uint8_t *data; /* rows x row_bytes */
    size_t row_bytes;    /* integers: ceil(cols * bits / 8); float32: 4 * cols */
    const float *scales; /* [rows]; NULL for float32, and for an embedding whose integers are the input's */
} bg_file_matrix;

typedef struct {
    uint8_t shared_embedding; /* its integers are those of the input */
    bg_site sites[BG_SITES];
    bg_file_matrix embedding, wx, wh, head;
    const float *bias;                /* [4H]; NULL where there are integer biases */
    const int32_t *integer_bias;      /* [4H]; NULL where there are none */
    const float *head_bias;           /* [R] */
    const float *label_table;         /* [K, V]; NULL where there is none */
    const uint8_t *tables[BG_TABLES]; /* 16 bits an entry, by first integer - low; NULL where there is none */
} bg_parsed_part;

typedef struct {
    uint8_t generative, last_pooling, independent, predict_end;
    uint8_t divide;      /* rounding: 0 reciprocal, 1 divide */
    uint8_t zero_before; /* zero point: 0 after rounding, 1 before */
    uint8_t cell_rounds; /* 1 or 3 */
    uint32_t words, inputs, hidden, classes, parts;
    const double *log_prior; /* [classes]; NULL for a discriminative model */
    bg_parsed_part *part;    /* [parts], from malloc */
} bg_parsed_model;

/*
 * Checks every claim of a file, in the order of docs/format/quantized-model.md, and fills `parsed`, whose pointers stay
 * within `bytes`. The only memory that it takes is `parsed->part`, and that only when the claimed number of parts fits
 * into the file. On failure nothing is left to free, and `refusal` (may be NULL) says why.
 */
bg_status bg_parse_model(const void *bytes, size_t length, bg_parsed_model *parsed, bg_refusal *refusal);

void bg_parsed_free(bg_parsed_model *parsed);

/* Element `k` of a row of integers at their true width. `row` may have any alignment; nothing is read behind the row.
 */
int32_t bg_row_element(const uint8_t *row, size_t k, uint32_t bits, int is_unsigned);

#endif
