/*
 * The sequences of docs/format/nonlinearities.md, written once over a type of numbers: S_FLOAT is the type, S(add) its
 * addition and so on, as vector_body.h names them. Included for each type.
 */
V_INLINE S_FLOAT S(term)(uint32_t word) { return S(all)(v_of_word(vi_set((int32_t)word))); }

V_INLINE S_FLOAT S(horner)(S_FLOAT sum, S_FLOAT x, uint32_t term) { return S(add)(S(mul)(sum, x), S(term)(term)); }

/* |x| at most 88; elsewhere anything */
V_INLINE S_FLOAT S(exp_core)(S_FLOAT x) {
    S_FLOAT n = S(rint)(S(mul)(x, S(set)(0x1.715476p+0f)));
    S_FLOAT r = S(sub)(S(sub)(x, S(mul)(n, S(set)(0x1.63p-1f))), S(mul)(n, S(set)(-0x1.bd0106p-13f)));
    S_FLOAT p = S(term)(0x3ab526ba);
    p = S(horner)(p, r, 0x3c091f2c);
    p = S(horner)(p, r, 0x3d2aac5c);
    p = S(horner)(p, r, 0x3e2aaa46);
    p = S(horner)(p, r, 0x3efffffe);
    p = S(add)(S(add)(S(mul)(S(mul)(r, r), p), r), S(set)(1.0f));
    return S(raise)(p, n);
}

/* tanh where a = |x| is below 0.5625 */
V_INLINE S_FLOAT S(tanh_near)(S_FLOAT a) {
    S_FLOAT square = S(mul)(a, a), p = S(term)(0xbbca2a79);
    p = S(horner)(p, square, 0x3cac08fb);
    p = S(horner)(p, square, 0xbd5c82e2);
    p = S(horner)(p, square, 0x3e08862f);
    p = S(horner)(p, square, 0xbeaaaaa4);
    return S(add)(S(mul)(S(mul)(p, square), a), a);
}

V_INLINE S_FLOAT S(tanh_clamp)(S_FLOAT x) { return S(min)(S(abs)(x), S(set)(10.0f)); }

/* tanh from a = min(|x|, 10) and 2 / (exp(2 a) + 1) */
V_INLINE S_FLOAT S(tanh_of)(S_FLOAT x, S_FLOAT a, S_FLOAT quotient) {
    S_FLOAT zero = S(set)(0.0f);
    S_FLOAT y = S(pick_less)(a, S(set)(0.5625f), S(tanh_near)(a), S(sub)(S(set)(1.0f), quotient));
    return S(pick_less)(x, zero, S(sub)(zero, y), y);
}

V_INLINE S_FLOAT S(tanh)(S_FLOAT x) {
    S_FLOAT a = S(tanh_clamp)(x), two = S(set)(2.0f);
    return S(tanh_of)(x, a, S(div)(two, S(add)(S(exp_core)(S(mul)(two, a)), S(set)(1.0f))));
}
