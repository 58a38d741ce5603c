/*
 * Passes over the texts of a token file, by one thread or several. A pass goes in blocks of batches: the threads share
 * a block's batches, and between blocks one thread tells what was found, so that neither a write nor a lock falls into
 * a timed section.
 */
#ifndef BG_PROGRAM_PASSES_H
#define BG_PROGRAM_PASSES_H

#include "bitgauge.h"
#include "token_file.h"
#include "watch.h"

typedef struct passes passes;

/* Of all texts of a pass. */
typedef struct {
    uint64_t checksum;
    uint64_t guarded;
    uint64_t right; /* texts whose label was predicted */
    int labelled;   /* 0: no labels, or those of other classes */
} pass_sums;

/* Memory and threads for passes over the first `texts` texts. On failure nothing is left to free. */
bg_status passes_open(const bg_model *model, const bg_token_file *tokens, size_t texts, size_t batch, size_t threads,
                      passes **opened);
void passes_close(passes *p);

/* From now on timed passes tell these numbers between their blocks, which are short then. */
void passes_watch(passes *p, const watched *watch);

/* Tells them now. */
void passes_look(passes *p);

/* Since the first timed pass began; 0 before it. */
uint64_t passes_timed_ns(const passes *p);

/* Evaluates every text once and tells its prediction, or nothing. */
bg_status passes_check(passes *p, int predictions, pass_sums *sums);

/* Evaluates every text once, not telling anything (`number` below 0), or as timed pass `number`: lines "samples", then
 * a line "pass". */
bg_status passes_time(passes *p, int64_t number);

#endif
