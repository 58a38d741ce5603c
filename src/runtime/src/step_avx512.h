/*
 * A step of 64 units with the tables of a byte for 64 lanes at once, in three stages.
 *
 * Rows     Block 4 j + l of woven rows has units 16 j + 4 l to 16 j + 4 l + 3. Bytes of 64 units stand by lanes of 128
 * bits: lane l has those of blocks l, 4 + l, 8 + l and 12 + l, so that narrowing and widening go within lanes.
 *
 * Clamping     The upper end is clamped before numbers are rounded, as whole words: an end is not negative, and of
 * floats that are not, and of one that is, the order is that of their words. What lies below the range of 32 bits is
 * rounded to the lowest integer; the lower end, byte 0, is where narrowing saturates.
 */
#ifndef BG_STEP_AVX512_H
#define BG_STEP_AVX512_H

/* Bytes of 64 units behind the tables: i, f, g and o, and tanh of the cell. */
typedef struct {
    __m512i gate[4], cell;
} v_bent;

V_INLINE v_int v_round_below(v_float t, v_float ceiling) {
    return vi_round(v_of_word(_mm512_min_epi32(v_word(t), v_word(ceiling))));
}

/* Codes of four vectors to bytes q - low, `to_byte` words: each lane of 128 bits takes its four from each. */
V_INLINE __m512i v_narrow(__m512i a, __m512i b, __m512i c, __m512i d, __m512i to_byte) {
    __m512i lower = _mm512_adds_epi16(_mm512_packs_epi32(a, b), to_byte);
    __m512i upper = _mm512_adds_epi16(_mm512_packs_epi32(c, d), to_byte);
    return _mm512_packus_epi16(lower, upper);
}

/* d(q) of vector j of bytes q - low behind a table: they become the lowest bits of 2^23. */
V_INLINE v_float v_widen(const v_numbers *numbers, int table, __m512i bytes, int j) {
    const __m512i from = _mm512_broadcast_i32x4(_mm_setr_epi32(4 * j, 4 * j + 1, 4 * j + 2, 4 * j + 3));
    __m512i number = _mm512_mask_shuffle_epi8(_mm512_set1_epi32(0x4b000000), 0x1111111111111111, bytes, from);
    return v_mul(v_sub(v_of_word(number), v_set(numbers->less[table])), v_set(numbers->worth[table]));
}

V_INLINE __m512i v_look_up(const uint8_t *table, __m512i x) {
    __m512i lower = _mm512_permutex2var_epi8(_mm512_loadu_si512(table), x, _mm512_loadu_si512(table + 64));
    __m512i upper = _mm512_permutex2var_epi8(_mm512_loadu_si512(table + 128), x, _mm512_loadu_si512(table + 192));
    return _mm512_mask_blend_epi8(_mm512_movepi8_mask(x), lower, upper);
}

/* Of sums of a block of woven rows, with its factors and input half. */
V_INLINE v_int v_sum_code(const v_gates *gates, v_int sums, const float *m, const float *ax, int rule) {
    v_float a = v_add(v_load(ax), v_mul(v_number(sums), v_load(m)));
    v_float t = rule & V_DIVIDE ? v_div(a, gates->scale) : v_mul(a, gates->reciprocal);
    return v_round_below(rule & V_BEFORE ? v_add(t, gates->zero) : t, gates->ceiling);
}

V_INLINE v_int v_block_codes(const v_gates *gates, const v_step_part *part, size_t block, int rule) {
    return v_round_below(v_gate_numbers(gates, part, block, rule), gates->ceiling);
}

/* Bytes before the tables of the units in lanes l: a lane of 128 bits for each gate. */
V_INLINE __m512i v_lanes_of_gates(const v_gates *gates, const v_step_part *part, size_t blocks, size_t l, int rule) {
    const __m512i none = _mm512_setzero_si512(), words = _mm512_packs_epi32(gates->to_byte, gates->to_byte);
    __m512i a = l < blocks ? v_block_codes(gates, part, l, rule) : none;
    __m512i b = l + 4 < blocks ? v_block_codes(gates, part, l + 4, rule) : none;
    __m512i c = l + 8 < blocks ? v_block_codes(gates, part, l + 8, rule) : none;
    __m512i d = l + 12 < blocks ? v_block_codes(gates, part, l + 12, rule) : none;
    return v_narrow(a, b, c, d, words);
}

V_INLINE void v_bend_codes(const bg_static_step *step, const __m512i lanes[4], v_bent *bent) {
    __m512i a = lanes[0], b = lanes[1], c = lanes[2], d = lanes[3];
    vi_deal(&a, &b, &c, &d);
    bent->gate[0] = v_look_up(step->table[0], a);
    bent->gate[1] = v_look_up(step->table[1], b);
    bent->gate[2] = v_look_up(step->table[2], c);
    bent->gate[3] = v_look_up(step->table[3], d);
}

V_INLINE void v_bend_by(const bg_static_step *step, const v_gates *gates, const v_step_part *part, v_bent *bent,
                        int rule) {
    const size_t blocks = (part->units + 3) / 4;
    __m512i a = v_lanes_of_gates(gates, part, blocks, 0, rule), b = v_lanes_of_gates(gates, part, blocks, 1, rule);
    __m512i c = v_lanes_of_gates(gates, part, blocks, 2, rule), d = v_lanes_of_gates(gates, part, blocks, 3, rule);
    const __m512i lanes[4] = {a, b, c, d};
    v_bend_codes(step, lanes, bent);
}

/* What is rounded of x, clamped; `site` 0 is the cell, 1 the hidden vector. */
V_INLINE v_int v_site_code(const v_numbers *numbers, int site, v_float x, int rule) {
    v_float t =
        rule & V_DIVIDE ? v_div(x, v_set(numbers->site[site].scale)) : v_mul(x, v_set(numbers->site[site].reciprocal));
    if (rule & V_BEFORE)
        t = v_add(t, v_set(numbers->site[site].zero));
    v_int code = v_round_below(t, v_set(numbers->site[site].ceiling));
    return _mm512_max_epi32(code, vi_set(numbers->site[site].floor));
}

V_INLINE v_int v_site_less_zero(const v_numbers *numbers, int site, v_int code, int rule) {
    return rule & V_BEFORE ? _mm512_sub_epi32(code, vi_set(numbers->site[site].zero_of_code)) : code;
}

/* Codes of the cell of units 16 j to 16 j + 15, which is kept. */
V_INLINE v_int v_cell_codes(const v_numbers *numbers, const v_step_part *part, const v_bent *bent, int j, int rule) {
    float *at = part->cell + 16 * j;
    v_float kept = v_mul(v_widen(numbers, 1, bent->gate[1], j), v_load(at));
    v_float added = v_mul(v_widen(numbers, 0, bent->gate[0], j), v_widen(numbers, 2, bent->gate[2], j));
    v_int code = v_site_code(numbers, 0, v_add(kept, added), rule);
    v_store(at, v_mul(v_number(v_site_less_zero(numbers, 0, code, rule)), v_set(numbers->site[0].scale)));
    return code;
}

V_INLINE void v_cell_by(const bg_static_step *step, const v_gates *gates, const v_step_part *part, v_bent *bent,
                        int rule) {
    const v_numbers *numbers = &gates->numbers;
    const size_t units = part->units;
    const __m512i none = _mm512_setzero_si512();
    __m512i a = v_cell_codes(numbers, part, bent, 0, rule);
    __m512i b = units > 16 ? v_cell_codes(numbers, part, bent, 1, rule) : none;
    __m512i c = units > 32 ? v_cell_codes(numbers, part, bent, 2, rule) : none;
    __m512i d = units > 48 ? v_cell_codes(numbers, part, bent, 3, rule) : none;
    bent->cell = v_look_up(step->table[4], v_narrow(a, b, c, d, vi_set(numbers->site[0].words_to_byte)));
}

V_INLINE v_int v_hidden_codes(const v_numbers *numbers, const v_step_part *part, const v_bent *bent, int j, int rule) {
    v_float h = v_mul(v_widen(numbers, 3, bent->gate[3], j), v_widen(numbers, 4, bent->cell, j));
    v_int code = v_site_code(numbers, 1, h, rule);
    if (part->sums) {
        int32_t *sums = part->sums + 16 * j;
        vi_store(sums, vi_add(vi_load(sums), v_site_less_zero(numbers, 1, code, rule)));
    }
    return code;
}

/* Bytes in the order of units, zeros from the end to the next multiple of 16. */
V_INLINE void v_store_units(uint8_t *out, __m512i bytes, size_t units) {
    const __m512i order = _mm512_setr_epi32(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15);
    bytes = _mm512_permutexvar_epi32(order, bytes);
    bytes = _mm512_maskz_mov_epi8(~(__mmask64)0 >> (64 - units), bytes);
    _mm_storeu_si128((__m128i *)out, _mm512_castsi512_si128(bytes));
    if (units > 16)
        _mm_storeu_si128((__m128i *)(out + 16), _mm512_extracti32x4_epi32(bytes, 1));
    if (units > 32)
        _mm_storeu_si128((__m128i *)(out + 32), _mm512_extracti32x4_epi32(bytes, 2));
    if (units > 48)
        _mm_storeu_si128((__m128i *)(out + 48), _mm512_extracti32x4_epi32(bytes, 3));
}

V_INLINE void v_hidden_by(const bg_static_step *step, const v_gates *gates, const v_step_part *part, const v_bent *bent,
                          int rule) {
    const v_numbers *numbers = &gates->numbers;
    const size_t units = part->units;
    const __m512i none = _mm512_setzero_si512();
    __m512i a = v_hidden_codes(numbers, part, bent, 0, rule);
    __m512i b = units > 16 ? v_hidden_codes(numbers, part, bent, 1, rule) : none;
    __m512i c = units > 32 ? v_hidden_codes(numbers, part, bent, 2, rule) : none;
    __m512i d = units > 48 ? v_hidden_codes(numbers, part, bent, 3, rule) : none;
    (void)step;
    v_store_units(part->bytes, v_narrow(a, b, c, d, vi_set(numbers->site[1].words_to_byte)), units);
}

#endif
