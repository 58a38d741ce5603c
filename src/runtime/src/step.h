#ifndef BG_STEP_H
#define BG_STEP_H

#include "model.h"

/*
 * One step of the LSTM of the first `active` slots, one rounding at a time (numerics.md section 5): the twin of
 * cell.ts. w->ax_of holds the input halves; the state of the slots is read and written, their sums over time are added
 * to.
 */
void bg_step(bg_workspace *w, size_t active);

/* Whether a step writes of hidden vectors their bytes alone. */
int bg_leaves_bytes(const bg_workspace *w);

/* Whether bg_steps can take a text's steps in one go. */
int bg_can_run(const bg_workspace *w);

/* `count` steps of slot 0: those that bg_step would take; w->ax_of[k] holds the input half of the k-th. */
void bg_steps(bg_workspace *w, size_t count);

/* h_0 = 0, c_0 = 0 and sums of nothing. */
void bg_start_state(bg_workspace *w, size_t slots);

#endif
