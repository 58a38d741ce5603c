/*
 * Bitgauge runtime: evaluates quantized LSTM text classifiers, bit for bit as docs/format/quantized-model.md defines.
 *
 * A model is read once and only read afterwards, by any number of threads. Each thread has a workspace of its own.
 * Nothing is allocated after a model is open and a workspace has its memory; there are no globals.
 */
#ifndef BITGAUGE_H
#define BITGAUGE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

#define BG_RUNTIME_VERSION "0.1.0"

typedef enum {
    BG_OK = 0,
    BG_NO_MEMORY = 1,
    BG_CANNOT_READ = 2,         /* the file does not open, or cannot be mapped */
    BG_NOT_THIS_FORMAT = 3,     /* other first bytes */
    BG_UNSUPPORTED_VERSION = 4, /* a version that this runtime does not know */
    BG_DAMAGED = 5,             /* the container: a length, checksum, place or gap that is not as it was written */
    BG_INVALID = 6,             /* a value outside the limits of the format */
    BG_TOO_LARGE = 7,           /* more than the format allows, or a sum that could leave 32 bits */
    BG_NON_FINITE = 8,          /* NaN or infinity where a number must be */
    BG_UNKNOWN_KERNELS = 9,     /* kernels of a name that does not exist, or that this machine cannot run */
    BG_BAD_ARGUMENT = 10,       /* a call that the description of the function does not allow */
    BG_UNKNOWN_WORD = 11,       /* a word id outside the vocabulary */
    BG_CANCELLED = 12
} bg_status;

/* One line in English, without a full stop; never NULL. */
const char *bg_status_text(bg_status status);

typedef struct bg_model bg_model;
typedef struct bg_workspace bg_workspace;

typedef struct {
    const char *kernels; /* "scalar", "avx2", "avx512", "neon", "dotprod"; NULL: BITGAUGE_KERNELS, else the fastest */
    int input_table; /* 1: the input half of every word is computed on opening: V x 4H float32 of memory, half the work
                      */
    int pack_head;   /* 1: a copy of the head's weights in the kernels' layout: R x H x bits / 8 bytes of memory, faster
                      */
} bg_options;

typedef struct {
    uint32_t generative;  /* 0 discriminative, 1 generative */
    uint32_t independent; /* 1: one LSTM a class */
    uint32_t words, inputs, hidden, classes, parts;
    uint64_t private_bytes; /* memory that the open model holds besides the file */
    float offset_range;     /* generative with a table of classes: max_y (max c_y - min c_y); up to 55 no word can be
                               guarded. Else -1 */
    const char *kernels;    /* name of the kernels that evaluate it */
} bg_model_info;

/* Where a model was refused: a section's kind and part as the file names them, and what is wrong, in one line. */
typedef struct {
    uint32_t section, part;
    char message[160];
} bg_refusal;

/*
 * Reads a model from memory that the caller keeps, unchanged, until bg_model_close. `bytes` is aligned to 64 bytes.
 * Every claim of the file is checked first (docs/format/quantized-model.md, Limits). `options` and `refusal` may be
 * NULL.
 */
bg_status bg_model_open(const void *bytes, size_t length, const bg_options *options, bg_model **model,
                        bg_refusal *refusal);

/* The same from a file, which is mapped and not copied; it must not change while the model is open. */
bg_status bg_model_open_file(const char *path, const bg_options *options, bg_model **model, bg_refusal *refusal);

void bg_model_close(bg_model *model); /* NULL is allowed */

void bg_model_describe(const bg_model *model, bg_model_info *info);

typedef struct {
    const uint32_t *words; /* word ids; NULL where count is 0 */
    size_t count;
} bg_text;

typedef struct {
    uint32_t predicted; /* lowest class of the largest score (logit) */
    uint32_t guarded; /* generative: words x classes whose factored sum was below 2^-80 and that took the direct form */
    double common;    /* generative: added to each of `values` it gives log p(text | class) */
} bg_result;

/*
 * Bytes of a workspace that evaluates `batch` texts side by side, 1 to 1,024. 0 where `batch` is outside that range.
 * They depend on the model and on `batch` alone, never on a text's length.
 */
size_t bg_workspace_bytes(const bg_model *model, size_t batch);

/* Makes a workspace in memory of the caller, aligned to 64 bytes. It is gone when that memory is. */
bg_status bg_workspace_place(const bg_model *model, size_t batch, void *memory, size_t bytes, bg_workspace **workspace);

/*
 * Evaluates texts of any number and length. A text's result does not depend on the others.
 *
 * results   [count]
 * values    [count, classes] discriminative: logits. Generative: what of log p(text | class) depends on the class
 * scores    [count, classes] generative: log p(class) + values; discriminative: the logits. May be NULL
 *
 * Fails with BG_UNKNOWN_WORD before anything is evaluated.
 */
bg_status bg_evaluate(const bg_model *model, bg_workspace *workspace, const bg_text *texts, size_t count,
                      bg_result *results, double *values, double *scores);

/* What a trace tells of: the sites in the order of the file, then what is between them. */
typedef enum {
    BG_TRACE_INPUT = 0,
    BG_TRACE_HIDDEN,
    BG_TRACE_GATE_I,
    BG_TRACE_GATE_F,
    BG_TRACE_GATE_G,
    BG_TRACE_GATE_O,
    BG_TRACE_SIGMOID_I,
    BG_TRACE_SIGMOID_F,
    BG_TRACE_SIGMOID_O,
    BG_TRACE_TANH_G,
    BG_TRACE_TANH_C,
    BG_TRACE_CELL,
    BG_TRACE_HEAD_INPUT,
    BG_TRACE_HEAD_OUTPUT,       /* generative without factoring: once a class */
    BG_TRACE_ACCUMULATORS_X,    /* [4H] int64, integer biases included; absent where an operand is float */
    BG_TRACE_ACCUMULATORS_H,    /* [4H] */
    BG_TRACE_PRE_ACTIVATION,    /* [4H] float32 fround(ax + ah) */
    BG_TRACE_FORGET_PRODUCT,    /* [H] f * c on the cell's grid, where a step quantizes it three times */
    BG_TRACE_INPUT_PRODUCT,     /* [H] i * g likewise */
    BG_TRACE_POOLED,            /* [H] float32, discriminative */
    BG_TRACE_ACCUMULATORS_HEAD, /* [R] int64 */
    BG_TRACE_LOGITS,            /* [R] float32, bias included, before the site head-output */
    BG_TRACE_WORD_RELATIVE,     /* [K] (independent heads: [1]) float32, a word's share in `values` */
    BG_TRACE_WORD_COMMON        /* [1] float32, a word's share in `common` */
} bg_trace_what;

typedef struct {
    bg_trace_what what;
    size_t text;             /* index into texts */
    uint32_t part;           /* class of independent heads, else 0 */
    uint32_t step;           /* 0 for the first word read; 0 for what is once a text */
    uint32_t label;          /* BG_TRACE_HEAD_OUTPUT of a generative model: the class */
    uint32_t count;          /* of values */
    const float *values;     /* float32: what the integers of a site stand for; NULL for accumulators */
    const int32_t *integers; /* a quantized site's q; else NULL */
    const int64_t *accumulators;
    float scale;  /* of a quantized site, of this vector */
    int32_t zero; /* likewise */
} bg_trace_record;

typedef void (*bg_trace_function)(void *context, const bg_trace_record *record);

/* Bytes that bg_trace_start needs besides. */
size_t bg_trace_bytes(const bg_model *model);

/*
 * From now on the workspace tells `function` of everything that it computes, at the cost of speed; its results stay the
 * same. Memory of the caller, aligned to 64 bytes, as long as the trace runs. What a trace tells of one text and part
 * is in the order of the computation; texts of a batch alternate.
 */
bg_status bg_trace_start(const bg_model *model, bg_workspace *workspace, void *memory, size_t bytes,
                         bg_trace_function function, void *context);
void bg_trace_stop(bg_workspace *workspace);

/*
 * While a trace runs: tells only of what has its bit, 1u << what, in `wanted`. Where neither BG_TRACE_HEAD_OUTPUT nor
 * anything behind BG_TRACE_POOLED is wanted, a generative model's words are not scored: its results mean nothing then.
 */
void bg_trace_only(bg_workspace *workspace, uint32_t wanted);

/* Names of all kernels of this build, fastest first; NULL behind the last. */
const char *bg_kernels_name(size_t index);

/* 1 where this machine can run them. */
int bg_kernels_usable(const char *name);

#ifdef __cplusplus
}
#endif

#endif
