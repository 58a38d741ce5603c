/* The head: vectors wait in a queue and go through it together. The twin of head.ts. */
#ifndef BG_HEAD_H
#define BG_HEAD_H

#include "model.h"

/* The hidden vector of slot `s` after `step` is to predict the word that follows. */
void bg_predict_word(bg_workspace *w, size_t s, size_t step);

/* The text of slot `s` has been read: its pooled vector is to be classified. */
void bg_classify_text(bg_workspace *w, size_t s);

/* Takes what waits through the head: words are scored, texts get their logits. */
void bg_flush_head(bg_workspace *w);

/* The logits of one of those that wait, once more: w->logits. */
void bg_logits_again(bg_workspace *w, size_t k);

#endif
