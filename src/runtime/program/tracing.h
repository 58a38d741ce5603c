/* What is computed on the way to one text's result, told by checksums, so that two machines find where they part. */
#ifndef BG_PROGRAM_TRACING_H
#define BG_PROGRAM_TRACING_H

#include "bitgauge.h"

/* Lines "trace" in the order of the computation. */
bg_status tell_trace(const bg_model *model, bg_text text);

#endif
