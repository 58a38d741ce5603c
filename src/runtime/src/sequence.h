#ifndef BG_SEQUENCE_H
#define BG_SEQUENCE_H

#include "model.h"

/*
 * Runs the part w->part over the texts of w->slot [count], the longest first, to their ends, and hands what its head
 * says to w->values and w->results.
 */
void bg_run_sequence(bg_workspace *w, size_t count);

#endif
