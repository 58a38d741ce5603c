/*
 * The kernels that work element by element, and the sums over lanes: written once over a vector of 16 float32 or int32,
 * and compiled for each instruction set. A kernels file includes the vector of its set, then this file:
 *
 *     #include "vector_avx512.h"     one register          #include "vector_avx2.h"     a struct of two
 *     #include "vector_neon.h"       a struct of four      (members, not an array: compilers keep them in registers)
 *
 * A vector has 16 lanes whatever the registers have, because sums are by 16 lanes (docs/format/nonlinearities.md) and
 * every buffer is padded to 16 elements. What a set defines, each function as V_INLINE (static, always inlined), no
 * operation fused:
 *
 *     types      v_float, v_int, v_mask (16 truth values), v_table (256 bytes, or where they stand)
 *
 *     v_float    v_set(float)                        all lanes
 *     v_float    v_load(const float *)               16 elements, at any multiple of 4 bytes
 *     v_float    v_load_first(const float *, size_t n)    n elements, 0 to 16, then +0; reads nothing behind them
 *     void       v_store(float *, v_float)           16 elements, at any multiple of 4 bytes
 *     v_float    v_add(a, b)  v_sub  v_mul  v_div    one rounding, half to even; subnormals kept
 *     v_float    v_min(a, b)  v_max(a, b)            of two zeros either; never NaN
 *     v_float    v_rint(x)                           half to even; |x| < 2^22, elsewhere anything
 *     v_float    v_abs(x)
 *     v_float    v_raise(p, n)                       p * 2^n; n a whole number, -126 to 127, elsewhere anything
 *     v_mask     v_less(a, b)                        a < b
 *     v_mask     v_first(size_t n)                   true in the lanes below n, 0 to 16
 *     int        v_any(v_mask)
 *     v_float    v_pick(v_mask, a, b)                a where true, else b
 *     float      v_tree(p)                           p[j] + p[j + 8], then + p[j + 4], + p[j + 2], p[0] + p[1]
 *     float      v_least(x)  v_largest(x)            of all lanes
 *
 *     v_int      vi_set(int32_t)
 *     v_int      vi_load(const int32_t *)            as v_load
 *     v_int      vi_load_first(const int32_t *, size_t n)
 *     void       vi_store(int32_t *, v_int)
 *     v_int      vi_add(a, b)                        wraps
 *     v_int      vi_mul(a, b)                        wraps
 *     v_int      vi_pick(v_mask, a, b)
 *     v_int      vi_round(v_float)                   nearest integer, half to even; |x| < 2^31, elsewhere anything
 *     v_float    v_number(v_int)                     int32 to float32, one rounding, half to even
 *     v_float    v_of_word(v_int)                    the float32 of a word
 *     v_int      vi_load_bytes(const uint8_t *)      16 bytes at any address: 0 to 255
 *     void       vi_store_bytes(uint8_t *, v_int)    the lowest byte of each lane: 16 bytes at any address
 *     v_table    v_table_load(const uint8_t *)       256 bytes at any address
 *     v_int      vi_lookup(const v_table *, v_int)   lanes 0 to 255: the byte there, 0 to 255
 *     void       vi_deal(a, b, c, d)                 each v_int *: lanes 4 k to 4 k + 3 of the four become the k-th
 *
 * V_OWN_STEP     a file with v_bent and the stages of a step, v_bend_by, v_cell_by and v_hidden_by, where a set has its
 * own.
 *
 * Macros: V_INLINE; V_BESIDE, where four v_float and what a sequence needs of each are in registers at once; V_TILE,
 * how many classes by how many steps class_sums_of_steps keeps in registers at once: 4 (where the registers hold 16
 * v_float and more) or 2.
 */
#ifndef BG_VECTOR_BODY_H
#define BG_VECTOR_BODY_H

#include "kernels.h"
#include "vector_sequences.h"

/* ---- element by element ---- */

/* Elements k to k + 15 of a vector of `count` that need not be padded. */
V_INLINE v_float v_load_within(const float *x, size_t k, size_t count) {
    return k + BG_LANES <= count ? v_load(x + k) : v_load_first(x + k, count - k);
}

V_INLINE v_int vi_load_within(const int32_t *x, size_t k, size_t count) {
    return k + BG_LANES <= count ? vi_load(x + k) : vi_load_first(x + k, count - k);
}

/* x where the vector has elements, `other` in its padding */
V_INLINE v_float v_within(v_float x, size_t k, size_t count, v_float other) {
    return k + BG_LANES <= count ? x : v_pick(v_first(count - k), x, other);
}

static void v_each_scale(const int32_t *acc, const float *m, const float *bias, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES) {
        v_float value = v_mul(v_number(vi_load_within(acc, k, count)), v_load_within(m, k, count));
        v_store(out + k, bias ? v_add(value, v_load_within(bias, k, count)) : value);
    }
}

static void v_each_preactivation(const float *ax, const int32_t *acc, const float *m, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES) {
        v_float ah = v_mul(v_number(vi_load_within(acc, k, count)), v_load_within(m, k, count));
        v_store(out + k, v_add(v_load_within(ax, k, count), ah));
    }
}

static void v_each_multiply(const float *a, const float *b, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES)
        v_store(out + k, v_mul(v_load(a + k), v_load(b + k)));
}

static void v_each_add(const float *a, const float *b, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES)
        v_store(out + k, v_add(v_load(a + k), v_load(b + k)));
}

static void v_each_flush(const float *x, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES) {
        v_float value = v_load(x + k);
        v_store(out + k, v_pick(v_less(v_abs(value), v_set(0x1p-60f)), v_set(0.0f), value));
    }
}

static void v_each_sigmoid(const float *x, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES)
        v_store(out + k, v_sigmoid(v_load(x + k)));
}

static void v_each_tanh(const float *x, float *out, size_t count) {
    for (size_t k = 0; k < count; k += BG_LANES)
        v_store(out + k, v_tanh(v_load(x + k)));
}

static void v_find_range(const float *x, size_t count, float *min, float *max) {
    v_float zero = v_set(0.0f), least = zero, largest = zero;
    for (size_t k = 0; k < count; k += BG_LANES) {
        v_float value = v_within(v_load(x + k), k, count, zero);
        least = v_min(least, value);
        largest = v_max(largest, value);
    }
    *min = v_least(least);
    *max = v_largest(largest);
}

/* ---- grids: a kernel takes its rounding rule as a constant, so that no lane asks for it ---- */

enum { V_DIVIDE = 1, V_BEFORE = 2 };

/*
 * What is rounded and clamped: q - z (zero point after rounding), q (before). The clamp's ends are integers: clamping
 * first gives the same and lets one conversion round.
 */
V_INLINE v_int v_code(const bg_grid *grid, v_float x, int rule) {
    v_float t = rule & V_DIVIDE ? v_div(x, v_set(grid->scale)) : v_mul(x, v_set(grid->reciprocal));
    if (rule & V_BEFORE)
        t = v_add(t, v_set((float)grid->zero));
    return vi_round(v_min(v_max(t, v_set(grid->floor)), v_set(grid->ceiling)));
}

V_INLINE v_int v_code_to_byte(const bg_grid *grid, v_int code, int rule) {
    return vi_add(code, vi_set(rule & V_BEFORE ? -grid->low : grid->zero - grid->low));
}

V_INLINE v_int v_code_less_zero(const bg_grid *grid, v_int code, int rule) {
    return rule & V_BEFORE ? vi_add(code, vi_set(-grid->zero)) : code;
}

/* d(q) of q - z: by way of the integer, in which -0 is 0 */
V_INLINE v_float v_worth(const bg_grid *grid, v_int less_zero) {
    return v_mul(v_number(less_zero), v_set(grid->scale));
}

V_INLINE int v_rule(const bg_grid *grid) { return (grid->divide ? V_DIVIDE : 0) | (grid->before ? V_BEFORE : 0); }

V_INLINE void v_quantize_by(const bg_grid *grid, const float *x, size_t count, uint8_t *bytes, int32_t *integers,
                            float *values, int rule) {
    for (size_t k = 0; k < count; k += BG_LANES) {
        v_int code = v_code(grid, v_within(v_load(x + k), k, count, v_set(0.0f)), rule);
        v_int less_zero = v_code_less_zero(grid, code, rule);
        if (bytes) {
            v_int byte = v_code_to_byte(grid, code, rule);
            vi_store_bytes(bytes + k, k + BG_LANES <= count ? byte : vi_pick(v_first(count - k), byte, vi_set(0)));
        }
        if (integers)
            vi_store(integers + k, vi_add(less_zero, vi_set(grid->zero)));
        if (values)
            v_store(values + k, v_worth(grid, less_zero));
    }
}

static void v_each_quantize(const bg_grid *grid, const float *x, size_t count, uint8_t *bytes, int32_t *integers,
                            float *values) {
    switch (v_rule(grid)) {
    case 0:
        v_quantize_by(grid, x, count, bytes, integers, values, 0);
        break;
    case V_DIVIDE:
        v_quantize_by(grid, x, count, bytes, integers, values, V_DIVIDE);
        break;
    case V_BEFORE:
        v_quantize_by(grid, x, count, bytes, integers, values, V_BEFORE);
        break;
    default:
        v_quantize_by(grid, x, count, bytes, integers, values, V_DIVIDE | V_BEFORE);
    }
}

/* ---- a step whose sites are all static ---- */

/* d(q) of a byte that is q - low */
V_INLINE v_float v_worth_of_byte(const bg_grid *grid, v_int byte) {
    return v_worth(grid, vi_add(byte, vi_set(grid->low - grid->zero)));
}

/* Units that take a step together: what is known of them stays in registers, or near. */
#define V_UNITS 64

/* What the tables lead to: d(q) of a byte is (2^23 + byte - less) * worth; sites behind them, cell and hidden vector.
 */
typedef struct {
    float less[5], worth[5];
    struct {
        float scale, reciprocal, zero, ceiling;
        int32_t floor, zero_of_code;
        int32_t words_to_byte; /* two words: what makes bytes of codes */
    } site[2];
} v_numbers;

static v_numbers v_numbers_of(const bg_static_step *step) {
    v_numbers numbers;
    for (size_t k = 0; k < 5; k++) {
        const bg_grid *grid = k < 4 ? &step->nonlinear[k] : &step->tanh_c;
        numbers.less[k] = (float)(0x800000 + grid->zero - grid->low);
        numbers.worth[k] = grid->scale;
    }
    for (size_t k = 0; k < 2; k++) {
        const bg_grid *grid = k == 0 ? &step->cell : &step->hidden_grid;
        numbers.site[k].scale = grid->scale;
        numbers.site[k].reciprocal = grid->reciprocal;
        numbers.site[k].zero = (float)grid->zero;
        numbers.site[k].ceiling = grid->ceiling;
        numbers.site[k].floor = (int32_t)grid->floor;
        numbers.site[k].zero_of_code = grid->before ? grid->zero : 0;
        numbers.site[k].words_to_byte = ((grid->before ? 0 : grid->zero) - grid->low) * 0x10001;
    }
    return numbers;
}

/* The grids before the tables as woven rows meet them: four lanes of each gate. */
typedef struct {
    v_float scale, reciprocal, zero, floor, ceiling;
    v_int to_byte;
    v_numbers numbers;
} v_gates;

static v_gates v_gates_of(const bg_static_step *step) {
    float lanes[5][BG_LANES];
    int32_t to_byte[BG_LANES];
    for (size_t k = 0; k < BG_LANES; k++) {
        const bg_grid *grid = &step->gate[k / 4];
        lanes[0][k] = grid->scale;
        lanes[1][k] = grid->reciprocal;
        lanes[2][k] = (float)grid->zero;
        lanes[3][k] = grid->floor;
        lanes[4][k] = grid->ceiling;
        to_byte[k] = (grid->before ? 0 : grid->zero) - grid->low;
    }
    return (v_gates){v_load(lanes[0]), v_load(lanes[1]), v_load(lanes[2]),  v_load(lanes[3]),
                     v_load(lanes[4]), vi_load(to_byte), v_numbers_of(step)};
}

/* A text's share of a step: at most V_UNITS units from a multiple of four on. */
typedef struct {
    const float *ax, *m;
    const int32_t *acc_h;
    size_t units;
    float *cell;
    uint8_t *bytes;
    int32_t *sums;
} v_step_part;

/* What is clamped and rounded, of a block of woven rows. */
V_INLINE v_float v_gate_numbers(const v_gates *gates, const v_step_part *part, size_t block, int rule) {
    const size_t row = BG_LANES * block;
    v_float ah = v_mul(v_number(vi_load(part->acc_h + row)), v_load(part->m + row));
    v_float a = v_add(v_load(part->ax + row), ah);
    v_float t = rule & V_DIVIDE ? v_div(a, gates->scale) : v_mul(a, gates->reciprocal);
    return rule & V_BEFORE ? v_add(t, gates->zero) : t;
}

#ifndef V_OWN_STEP

/* Of 64 units, padded to 16: bytes before the tables, values behind them. */
typedef struct {
    uint8_t bytes[4][V_UNITS];
    float gates[4][V_UNITS];
} v_bent;

V_INLINE v_int v_gate_codes(const v_gates *gates, const v_step_part *part, size_t block, int rule) {
    v_float t = v_gate_numbers(gates, part, block, rule);
    return vi_add(vi_round(v_min(v_max(t, gates->floor), gates->ceiling)), gates->to_byte);
}

/* bytes [4, V_UNITS] of the gates */
V_INLINE void v_gate_bytes(const v_gates *gates, const v_step_part *part, uint8_t bytes[4][V_UNITS], int rule) {
    const size_t blocks = (part->units + 3) / 4;
    for (size_t block = 0; block < blocks; block += 4) {
        v_int none = vi_set(0), a, b = none, c = none, d = none;
        a = v_gate_codes(gates, part, block, rule);
        if (block + 1 < blocks)
            b = v_gate_codes(gates, part, block + 1, rule);
        if (block + 2 < blocks)
            c = v_gate_codes(gates, part, block + 2, rule);
        if (block + 3 < blocks)
            d = v_gate_codes(gates, part, block + 3, rule);
        vi_deal(&a, &b, &c, &d);
        vi_store_bytes(bytes[0] + 4 * block, a);
        vi_store_bytes(bytes[1] + 4 * block, b);
        vi_store_bytes(bytes[2] + 4 * block, c);
        vi_store_bytes(bytes[3] + 4 * block, d);
    }
}

/* out [units, padded] = d of what a gate's table has for its bytes */
V_INLINE void v_bend_gate(const bg_static_step *step, size_t gate, const uint8_t *bytes, size_t units, float *out) {
    const bg_grid after = step->nonlinear[gate];
    const v_table table = v_table_load(step->table[gate]);
    for (size_t k = 0; k < units; k += BG_LANES)
        v_store(out + k, v_worth_of_byte(&after, vi_lookup(&table, vi_load_bytes(bytes + k))));
}

V_INLINE void v_bend_by(const bg_static_step *step, const v_gates *lanes, const v_step_part *part, v_bent *bent,
                        int rule) {
    v_gate_bytes(lanes, part, bent->bytes, rule);
    for (size_t gate = 0; gate < 4; gate++)
        v_bend_gate(step, gate, bent->bytes[gate], part->units, bent->gates[gate]);
}

V_INLINE void v_cell_by(const bg_static_step *step, const v_gates *gates, const v_step_part *part, v_bent *bent,
                        int rule) {
    (void)step, (void)gates, (void)part, (void)bent, (void)rule; /* with the hidden vector */
}

V_INLINE void v_hidden_by(const bg_static_step *step, const v_gates *gates, const v_step_part *part, const v_bent *bent,
                          int rule) {
    (void)gates;
    const bg_grid cell = step->cell, tanh_c = step->tanh_c, hidden = step->hidden_grid;
    const v_table table = v_table_load(step->table[4]);
    for (size_t k = 0; k < part->units; k += BG_LANES) {
        v_float kept = v_mul(v_load(bent->gates[1] + k), v_load(part->cell + k));
        v_float added = v_mul(v_load(bent->gates[0] + k), v_load(bent->gates[2] + k));
        v_int c = v_code(&cell, v_add(kept, added), rule);
        v_store(part->cell + k, v_worth(&cell, v_code_less_zero(&cell, c, rule)));
        v_float shown = v_worth_of_byte(&tanh_c, vi_lookup(&table, v_code_to_byte(&cell, c, rule)));
        v_int h = v_code(&hidden, v_mul(v_load(bent->gates[3] + k), shown), rule),
              byte = v_code_to_byte(&hidden, h, rule);
        size_t left = part->units - k;
        vi_store_bytes(part->bytes + k, left >= BG_LANES ? byte : vi_pick(v_first(left), byte, vi_set(0)));
        if (part->sums)
            vi_store(part->sums + k, vi_add(vi_load(part->sums + k), v_code_less_zero(&hidden, h, rule)));
    }
}

#else
#include V_OWN_STEP
#endif

/* A step of some units, for a rounding rule. */
typedef void v_units(const bg_static_step *step, const v_gates *lanes, const v_step_part *part);

#define V_UNITS_BY(name, rule)                                                                                         \
    static void name(const bg_static_step *step, const v_gates *lanes, const v_step_part *part) {                      \
        v_bent bent;                                                                                                   \
        v_bend_by(step, lanes, part, &bent, rule);                                                                     \
        v_cell_by(step, lanes, part, &bent, rule);                                                                     \
        v_hidden_by(step, lanes, part, &bent, rule);                                                                   \
    }
V_UNITS_BY(v_units_after, 0)
V_UNITS_BY(v_units_divided, V_DIVIDE)
V_UNITS_BY(v_units_before, V_BEFORE)
V_UNITS_BY(v_units_before_divided, V_DIVIDE | V_BEFORE)
#undef V_UNITS_BY

static v_units *v_units_of(const bg_static_step *step) {
    static v_units *const by_rule[] = {v_units_after, v_units_divided, v_units_before, v_units_before_divided};
    return by_rule[v_rule(&step->cell)];
}

static void v_static_step(const bg_static_step *step, size_t n, const float *const *ax, const int32_t *acc_h,
                          size_t acc_stride, float *cell, size_t cell_stride, uint8_t *hidden, size_t hidden_stride,
                          int32_t *sums, size_t sums_stride) {
    const v_gates lanes = v_gates_of(step);
    v_units *const take = v_units_of(step);
    for (size_t text = 0; text < n; text++)
        for (size_t k = 0; k < step->hidden; k += V_UNITS) {
            const v_step_part part = {ax[text] + 4 * k,
                                      step->scale_h + 4 * k,
                                      acc_h + text * acc_stride + 4 * k,
                                      step->hidden - k < V_UNITS ? step->hidden - k : V_UNITS,
                                      cell + text * cell_stride + k,
                                      hidden + text * hidden_stride + k,
                                      sums ? sums + text * sums_stride + k : NULL};
            take(step, &lanes, &part);
        }
}

/* ---- generative scores ---- */

static float v_find_largest(const float *x, size_t count) {
    v_float first = v_set(x[0]), largest = first;
    for (size_t k = 0; k < count; k += BG_LANES)
        largest = v_max(largest, v_within(v_load(x + k), k, count, first));
    return v_largest(largest);
}

static void v_each_exp_share(const float *x, float max, float *out, size_t count) {
    v_float zero = v_set(0.0f), most = v_set(max);
    for (size_t k = 0; k < count; k += BG_LANES)
        v_store(out + k, v_within(v_exp(v_sub(v_load(x + k), most)), k, count, zero));
}

static float v_lane_sum(const float *x, size_t count) {
    float total = 0.0f;
    for (size_t start = 0; start < count; start += BG_BLOCK) {
        size_t end = start + BG_BLOCK < count ? start + BG_BLOCK : count;
        v_float zero = v_set(0.0f), p = zero;
        for (size_t k = start; k < end; k += BG_LANES)
            p = v_add(p, v_within(v_load(x + k), k, end, zero));
        total = total + v_tree(p);
    }
    return total;
}

/* What a tile of sums over a block reads. */
typedef struct {
    const float *a, *b;
    size_t a_stride, b_stride;
} v_shares;

/*
 * totals[s * stride + y] += sum over the block of fround(a[s] * b[y]), for `steps` by `classes` (constants). `careful`
 * (a constant): products up to 2^-126 count as 0; else there are none but 0.
 */
V_INLINE void v_sum_tile(v_shares of, int steps, int classes, size_t start, size_t end, int careful, float *totals,
                         size_t stride) {
    v_float tiny = v_set(0x1p-126f), zero = v_set(0.0f);
    const int count = steps * classes;
#define V_ZERO(k, next) v_float sum_##k = zero;
#define V_SHARE(k, next)                                                                                               \
    if ((k) < count) {                                                                                                 \
        v_float product = v_mul(v_load(of.a + (size_t)((k) / classes) * of.a_stride + at),                             \
                                v_load(of.b + (size_t)((k) % classes) * of.b_stride + at));                            \
        sum_##k = v_add(sum_##k, careful ? v_pick(v_less(tiny, product), product, zero) : product);                    \
    }
#define V_TOTAL(k, next)                                                                                               \
    if ((k) < count)                                                                                                   \
        totals[(size_t)((k) / classes) * stride + (size_t)((k) % classes)] += v_tree(sum_##k);
    V_16_TIMES(V_ZERO)
    for (size_t at = start; at < end; at += BG_LANES) {
        V_16_TIMES(V_SHARE)
    }
    V_16_TIMES(V_TOTAL)
#undef V_ZERO
#undef V_SHARE
#undef V_TOTAL
}

#define V_SUM_TILE(steps, classes)                                                                                     \
    if (careful)                                                                                                       \
        v_sum_tile(of, steps, classes, start, end, 1, totals, stride);                                                 \
    else                                                                                                               \
        v_sum_tile(of, steps, classes, start, end, 0, totals, stride)

V_INLINE void v_sum_classes(v_shares of, int steps, size_t classes, size_t start, size_t end, int careful,
                            float *totals, size_t stride) {
    for (; classes >= V_TILE; classes -= V_TILE, of.b += V_TILE * of.b_stride, totals += V_TILE) {
        V_SUM_TILE(steps, V_TILE);
    }
    if (V_TILE > 3 && classes == 3) {
        V_SUM_TILE(steps, 3);
    } else if (V_TILE > 2 && classes == 2) {
        V_SUM_TILE(steps, 2);
    } else if (classes == 1) {
        V_SUM_TILE(steps, 1);
    }
}

/* Whether a block has shares between 0 and `bound`. */
static int v_has_tiny(const float *a, size_t start, size_t end, float bound) {
    v_float zero = v_set(0.0f), least = v_set(bound);
    for (size_t k = start; k < end; k += BG_LANES) {
        v_float value = v_load(a + k);
        least = v_min(least, v_pick(v_less(zero, value), value, least));
    }
    return v_least(least) < bound;
}

static void v_class_sums_of_steps(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride,
                                  size_t classes, size_t count, float least, float *sums) {
    float bound = 0x1p-124f / least;
    for (size_t k = 0; k < steps * classes; k++)
        sums[k] = 0.0f;
    for (size_t start = 0; start < count; start += BG_BLOCK) {
        size_t end = start + BG_BLOCK < count ? start + BG_BLOCK : count, s = 0;
        int careful = 0;
        for (size_t k = 0; k < steps; k++)
            careful |= v_has_tiny(a + k * a_stride, start, end, bound);
        for (; s + V_TILE <= steps; s += V_TILE)
            v_sum_classes((v_shares){a + s * a_stride, b, a_stride, b_stride}, V_TILE, classes, start, end, careful,
                          sums + s * classes, classes);
        for (; s < steps; s++)
            v_sum_classes((v_shares){a + s * a_stride, b, a_stride, b_stride}, 1, classes, start, end, careful,
                          sums + s * classes, classes);
    }
}

/*
 * lanes[s * classes + y][16] += the products of a tile, by lanes: `steps` and `classes` are constants, `stride` is that
 * of the steps' lanes.
 */
V_INLINE void v_lane_tile(v_shares of, int steps, int classes, size_t count, int careful, float *lanes, size_t stride) {
    v_float tiny = v_set(0x1p-126f), zero = v_set(0.0f);
    const int sums = steps * classes;
#define V_PLACE(k) (lanes + (size_t)((k) / classes) * stride + (size_t)((k) % classes) * BG_LANES)
#define V_BEGIN(k, next) v_float sum_##k = (k) < sums ? v_load(V_PLACE(k)) : zero;
#define V_SHARE(k, next)                                                                                               \
    if ((k) < sums) {                                                                                                  \
        v_float product = v_mul(v_load(of.a + (size_t)((k) / classes) * of.a_stride + at),                             \
                                v_load(of.b + (size_t)((k) % classes) * of.b_stride + at));                            \
        sum_##k = v_add(sum_##k, careful ? v_pick(v_less(tiny, product), product, zero) : product);                    \
    }
#define V_KEEP(k, next)                                                                                                \
    if ((k) < sums)                                                                                                    \
        v_store(V_PLACE(k), sum_##k);
    V_16_TIMES(V_BEGIN)
    for (size_t at = 0; at < count; at += BG_LANES) {
        V_16_TIMES(V_SHARE)
    }
    V_16_TIMES(V_KEEP)
#undef V_PLACE
#undef V_BEGIN
#undef V_SHARE
#undef V_KEEP
}

#define V_LANE_TILE(steps, classes)                                                                                    \
    if (careful)                                                                                                       \
        v_lane_tile(of, steps, classes, count, 1, lanes, stride);                                                      \
    else                                                                                                               \
        v_lane_tile(of, steps, classes, count, 0, lanes, stride)

V_INLINE void v_lanes_of_classes(v_shares of, int steps, size_t classes, size_t count, int careful, float *lanes) {
    const size_t stride = classes * BG_LANES;
    for (; classes >= V_TILE; classes -= V_TILE, of.b += V_TILE * of.b_stride, lanes += V_TILE * BG_LANES) {
        V_LANE_TILE(steps, V_TILE);
    }
    if (V_TILE > 3 && classes == 3) {
        V_LANE_TILE(steps, 3);
    } else if (V_TILE > 2 && classes == 2) {
        V_LANE_TILE(steps, 2);
    } else if (classes == 1) {
        V_LANE_TILE(steps, 1);
    }
}

static void v_class_lanes(const float *a, size_t a_stride, size_t steps, const float *b, size_t b_stride,
                          size_t classes, size_t count, float least, float *lanes) {
    float bound = 0x1p-124f / least;
    size_t s = 0;
    int careful = 0;
    for (size_t k = 0; k < steps; k++)
        careful |= v_has_tiny(a + k * a_stride, 0, count, bound);
    for (; s + V_TILE <= steps; s += V_TILE)
        v_lanes_of_classes((v_shares){a + s * a_stride, b, a_stride, b_stride}, V_TILE, classes, count, careful,
                           lanes + s * classes * BG_LANES);
    for (; s < steps; s++)
        v_lanes_of_classes((v_shares){a + s * a_stride, b, a_stride, b_stride}, 1, classes, count, careful,
                           lanes + s * classes * BG_LANES);
}

static void v_class_sums(const float *a, const float *b, size_t b_stride, size_t classes, size_t count, float *sums) {
    v_class_sums_of_steps(a, 0, 1, b, b_stride, classes, count, 0x1p-126f, sums);
}

#endif
