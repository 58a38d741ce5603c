/* The input half of steps: ax = fround(W_x x + b), which depends on the word alone. */
#ifndef BG_INPUT_HALF_H
#define BG_INPUT_HALF_H

#include "model.h"

/* ax [count, gate_stride] of the first `count` of w->ahead_words, which w->input.places belong to. */
void bg_input_half(bg_workspace *w, size_t count, float *ax);

/*
 * w->ax_of for step `step` of the first `active` slots: from the table of the part, or computed for as many of the
 * coming steps as the workspace has room for. Steps are asked for one after the other from 0 on.
 */
void bg_find_input(bg_workspace *w, size_t step, size_t active);

/*
 * Of slot 0 alone: w->ax_of[k] for step `step` + k, of as many steps as there is room for, at most BG_STEPS_ALONE.
 *
 * Returns    how many; at least 1
 */
size_t bg_find_inputs(bg_workspace *w, size_t step);

#endif
