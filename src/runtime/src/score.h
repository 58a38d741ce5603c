#ifndef BG_SCORE_H
#define BG_SCORE_H

#include "model.h"

/*
 * Adds what the first `n` words that waited for the head say of the classes, numerics.md section 8: the twin of
 * score.ts. Their logits are w->logits, the largest of each w->maxima, the words themselves w->target, their logits
 * w->chosen. Where the head is multiplied twice, w->class_totals are there instead of w->logits.
 */
void bg_score_words(bg_workspace *w, size_t n);

/* w->class_totals of `n` words to 0, before blocks are added. */
void bg_start_totals(bg_workspace *w, size_t n);

/*
 * Adds to w->class_totals of the words from `at` on the shares of `count` rows from `first` on, whose logits are
 * w->block_logits [n]; rows go up, and end at each multiple of BG_BLOCK.
 */
void bg_add_block(bg_workspace *w, uint32_t first, uint32_t count, size_t at, size_t n);

#endif
