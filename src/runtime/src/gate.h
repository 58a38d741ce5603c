/* What happens to one vector: a site, a nonlinearity. The twin of siteVector.ts and lookupTable.ts. */
#ifndef BG_GATE_H
#define BG_GATE_H

#include "model.h"

/*
 * Puts float32 values on a site, in the forms that `out` has, with its grid. Magnitudes below 2^-60 become +0 on float
 * sites of gates, cell and hidden vector.
 *
 * Shapes    x [count], may be out->values. A site of more than 8 bits gives no bytes.
 * what      BG_TRACE_FORGET_PRODUCT and BG_TRACE_INPUT_PRODUCT are on the cell's site, all others on their own
 */
void bg_to_site(bg_workspace *w, bg_place place, bg_trace_what what, uint32_t label, const float *x, size_t count,
                bg_vector *out);

/* quantize(phi(d(q))) from a site of `table` to the one behind it, by the table where there is one: `values` of `to`.
 */
void bg_bend(bg_workspace *w, bg_place place, int table, const bg_vector *from, bg_vector *to);

#endif
