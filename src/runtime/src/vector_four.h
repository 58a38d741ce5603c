/*
 * Four vectors of vector_body.h, which says what a set defines before it includes this. A sequence is a chain of
 * operations each of which waits for the one before: where the registers hold four of them (V_BESIDE), four vectors
 * take it step by step side by side, else one after the other.
 */
#ifndef BG_VECTOR_FOUR_H
#define BG_VECTOR_FOUR_H

#include "vector_sequences.h"

typedef struct {
    v_float a, b, c, d;
} v_four;

#define V_FOUR_1(call, x) ((v_four){call((x).a), call((x).b), call((x).c), call((x).d)})
#define V_FOUR_2(call, x, y) ((v_four){call((x).a, (y).a), call((x).b, (y).b), call((x).c, (y).c), call((x).d, (y).d)})

V_INLINE v_four v4_all(v_float x) { return (v_four){x, x, x, x}; }
V_INLINE v_four v4_set(float value) { return v4_all(v_set(value)); }
V_INLINE v_four v4_add(v_four x, v_four y) { return V_FOUR_2(v_add, x, y); }
V_INLINE v_four v4_mul(v_four x, v_four y) { return V_FOUR_2(v_mul, x, y); }
V_INLINE v_four v4_div(v_four x, v_four y) { return V_FOUR_2(v_div, x, y); }

#ifdef V_BESIDE

V_INLINE v_four v4_sub(v_four x, v_four y) { return V_FOUR_2(v_sub, x, y); }
V_INLINE v_four v4_min(v_four x, v_four y) { return V_FOUR_2(v_min, x, y); }
V_INLINE v_four v4_abs(v_four x) { return V_FOUR_1(v_abs, x); }
V_INLINE v_four v4_rint(v_four x) { return V_FOUR_1(v_rint, x); }
V_INLINE v_four v4_raise(v_four x, v_four n) { return V_FOUR_2(v_raise, x, n); }
V_INLINE v_four v4_pick_less(v_four x, v_four y, v_four p, v_four q) {
    return (v_four){v_pick_less(x.a, y.a, p.a, q.a), v_pick_less(x.b, y.b, p.b, q.b), v_pick_less(x.c, y.c, p.c, q.c),
                    v_pick_less(x.d, y.d, p.d, q.d)};
}

#define S_FLOAT v_four
#define S(name) v4_##name
#include "sequences_body.h"
#undef S
#undef S_FLOAT

#else

V_INLINE v_four v4_exp_core(v_four x) { return V_FOUR_1(v_exp_core, x); }
V_INLINE v_four v4_tanh(v_four x) { return V_FOUR_1(v_tanh, x); }

#endif

/* The nonlinearities of gates i, f, g, o. */
V_INLINE v_four v_bend_gates(v_four x) {
    const v_float zero = v_set(0.0f), one = v_set(1.0f), two = v_set(2.0f), a = v_tanh_clamp(x.c);
    v_four e = v4_exp_core((v_four){v_sigmoid_clamp(x.a), v_sigmoid_clamp(x.b), v_mul(two, a), v_sigmoid_clamp(x.d)});
    v_four above = {v_pick_less(x.a, zero, e.a, one), v_pick_less(x.b, zero, e.b, one), two,
                    v_pick_less(x.d, zero, e.d, one)};
    v_four y = v4_div(above, v4_add(e, v4_all(one)));
    y.c = v_tanh_of(x.c, a, y.c);
    return y;
}

#endif
