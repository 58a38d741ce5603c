#ifndef BG_SCORE_H
#define BG_SCORE_H

#include "model.h"

/*
 * Adds what the first `n` words that waited for the head say of the classes, numerics.md section 8: the twin of
 * score.ts. Their logits are w->logits, the largest of each w->maxima, the words themselves w->target.
 */
void bg_score_words(bg_workspace *w, size_t n);

#endif
