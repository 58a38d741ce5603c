/*
 * The nonlinearities over the vector of vector_body.h, which says what a set defines before it includes this.
 */
#ifndef BG_VECTOR_SEQUENCES_H
#define BG_VECTOR_SEQUENCES_H

#include <stdint.h>

/* ---- the sequences of docs/format/nonlinearities.md ---- */

V_INLINE v_float v_all(v_float x) { return x; }
V_INLINE v_float v_pick_less(v_float x, v_float y, v_float a, v_float b) { return v_pick(v_less(x, y), a, b); }

#define S_FLOAT v_float
#define S(name) v_##name
#include "sequences_body.h"
#undef S
#undef S_FLOAT

V_INLINE v_float v_exp(v_float x) {
    v_float core = v_exp_core(v_min(x, v_set(88.0f)));
    return v_pick(v_less(x, v_term(0xc2aeac4f)), v_set(0.0f), core);
}

/* -min(|x|, 40) */
V_INLINE v_float v_sigmoid_clamp(v_float x) { return v_sub(v_set(0.0f), v_min(v_abs(x), v_set(40.0f))); }

V_INLINE v_float v_sigmoid(v_float x) {
    v_float e = v_exp_core(v_sigmoid_clamp(x)), one = v_set(1.0f);
    return v_div(v_pick_less(x, v_set(0.0f), e, one), v_add(one, e));
}

/* Sums in registers are variables with a name each, and what is done for each stands as often in the code: an array, or
 * a loop over them, would put them into memory where a compiler unrolls too late. */
/* clang-format off */
#define V_16_TIMES(DO) \
    DO(0, 1) DO(1, 2) DO(2, 3) DO(3, 4) DO(4, 5) DO(5, 6) DO(6, 7) DO(7, 8) \
    DO(8, 9) DO(9, 10) DO(10, 11) DO(11, 12) DO(12, 13) DO(13, 14) DO(14, 15) DO(15, 16)
#define V_28_TIMES(DO) \
    V_16_TIMES(DO) DO(16, 17) DO(17, 18) DO(18, 19) DO(19, 20) DO(20, 21) DO(21, 22) \
    DO(22, 23) DO(23, 24) DO(24, 25) DO(25, 26) DO(26, 27) DO(27, 27)
/* clang-format on */

#endif
