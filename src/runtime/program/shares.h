/*
 * Which part of the library takes how much of the time. The functions of the kernels are called through others that
 * read the clock, so that what is found is a share and no latency.
 */
#ifndef BG_PROGRAM_SHARES_H
#define BG_PROGRAM_SHARES_H

#include "bitgauge.h"
#include "passes.h"

/* A line "shares" of some passes; the model evaluates as before when it is told. */
bg_status tell_shares(bg_model *model, passes *p, size_t texts);

#endif
