/*
 * What the sites of a float model have on texts: the activation profile of docs/format/profile.md, in two passes over
 * the same texts, the first for the ranges, the second for histograms and moments. Every operation is one that is
 * listed there, so that a profile has the same words on every machine, with all kernels, and however texts are grouped.
 *
 * A collector is filled once and then only read, by any number of threads, each with a side of its own.
 */
#ifndef BG_COLLECTOR_H
#define BG_COLLECTOR_H

#include "bitgauge.h"
#include "parsed_model.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Texts side by side; no result depends on it. */
#define BG_COLLECTED 24

typedef enum {
    BG_POOL_MEAN,
    BG_POOL_LAST,
    BG_POOL_NONE /* the head reads every hidden vector */
} bg_pooling;

/* One classifier or language model, row-major, all numbers finite; the embedding stays the caller's. */
typedef struct {
    uint32_t words, inputs, hidden;
    uint32_t rows;    /* of the head; 0: no logits are looked at */
    uint32_t classes; /* of the table of classes; 0: there is none */
    bg_pooling pooling;
    const float *embedding;   /* [words, inputs] */
    const float *kernel;      /* [inputs + hidden, 4 hidden], gates i, f, g, o */
    const float *bias;        /* [4 hidden] */
    const float *head;        /* [rows, hidden] */
    const float *head_bias;   /* [rows] */
    const float *label_table; /* [classes, rows] */
} bg_float_arrays;

/* A text with what its logits are looked at under; as many labels as `labels`, of the table of classes. */
typedef struct {
    bg_text text;
    uint32_t first_label, labels;
} bg_collected_text;

typedef struct bg_collector bg_collector;
typedef struct bg_collector_side bg_collector_side;

/*
 * `tabled` [count] distinct words whose input half is computed once, by bg_collector_fill, and not at each step; none
 * is right too. `kernels` as in bg_options. Sizes of 1 to 2^20, products of two below 2^40.
 */
bg_status bg_collector_open(const bg_float_arrays *arrays, const uint32_t *tabled, size_t count, const char *kernels,
                            bg_collector **collector);
void bg_collector_close(bg_collector *collector);
const char *bg_collector_kernels_name(const bg_collector *collector);

/* The input halves of `count` words from place `first` of `tabled`; each place once, by any thread, before texts are
 * read. */
bg_status bg_collector_fill(bg_collector *collector, size_t first, size_t count);

/* What a pass has seen of a site; count 0: nothing, and the rest means nothing. */
typedef struct {
    uint64_t count;
    float min, max;
} bg_site_range;

/* The first pass: a side that finds ranges. The second: one that counts within `ranges` [BG_SITES], in `bins` bins. */
bg_status bg_side_open(const bg_collector *collector, const bg_site_range *ranges, uint32_t bins,
                       bg_collector_side **side);
void bg_side_close(bg_collector_side *side);

/* How many floats the pre-activations of so many steps have. */
size_t bg_kept_floats(const bg_collector *collector, size_t steps);

/*
 * Reads up to BG_COLLECTED texts, the longest first. Words are below `words`.
 *
 * kept      [bg_kept_floats of all steps of the texts], at a multiple of 64: the first pass leaves the pre-activations
 * here, the second takes them where it reads the same texts side by side. NULL: they are computed. No result depends on
 * it.
 *
 * moments   [n, BG_SITES, 2] second pass: of each text the sums of x - m and of its square, m the middle of the site's
 * range; 0 where it has nothing there. NULL in the first.
 *
 * BG_NON_FINITE where a value is no number; BG_BAD_ARGUMENT where the second pass meets a value that the first did not
 */
bg_status bg_side_read(bg_collector_side *side, const bg_collected_text *texts, size_t n, float *kept, double *moments);

const bg_site_range *bg_side_ranges(const bg_collector_side *side); /* [BG_SITES] of the first pass */
const uint32_t *bg_side_histograms(const bg_collector_side *side);  /* [BG_SITES, bins] of the second */

#ifdef __cplusplus
}
#endif

#endif
