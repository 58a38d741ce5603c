#ifndef BG_STEP_H
#define BG_STEP_H

#include "model.h"

/*
 * One step of the LSTM of the first `active` slots, one rounding at a time (numerics.md section 5): the twin of
 * cell.ts. w->ax_of holds the input halves; the state of the slots is read and written, their sums over time are added
 * to.
 */
void bg_step(bg_workspace *w, size_t active);

/* h_0 = 0, c_0 = 0 and sums of nothing. */
void bg_start_state(bg_workspace *w, size_t slots);

#endif
