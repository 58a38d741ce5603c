/*
 * The kernels of a collector, written once over the vector of vector_body.h. What a set defines besides:
 *
 *     v_double                                      16 of float64
 *     v_double   vd_set(double)  vd_load(const double *)  void vd_store(double *, v_double)
 *     v_double   vd_of(v_float)
 *     v_double   vd_add(a, b)  vd_sub  vd_mul  vd_div
 *     v_double   vd_first(x, size_t n)              +0 in the lanes from n on, 0 to 15
 *     v_int      vd_whole(v_double)                 towards 0; from -1 to 2^31 - 1
 *     v_int      vi_whole(v_float)                  the same
 *     int        vi_same(v_int a, v_int b)          all lanes
 *     v_int      vi_least_whole(v_int a, v_int b)   the smaller of two that are not negative; of a negative one the
 * other V_TILE_BLOCKS, V_TILE_VECTORS                 sums of a product that registers hold: 1 or 2 blocks; 12 or 6
 * vectors
 */
#ifndef BG_COLLECTOR_BODY_H
#define BG_COLLECTOR_BODY_H

#include "collector_kernels.h"
#include "parsed_model.h"
#include "vector_four.h"

/* ---- products ---- */

typedef struct {
    const float *data; /* first block, column 0 */
    size_t cols;
    const float *x;
    size_t x_stride;
    float *out;
    size_t out_stride;
} v_turned_tile;

V_INLINE void v_turned_product(const v_turned_tile *tile, int blocks, int vectors) {
    const int count = blocks * vectors;
    const size_t block = tile->cols * BG_LANES;
    const float *data = tile->data, *x = tile->x;
#define V_ZERO(k, next) v_float sum_##k = v_set(0.0f);
#define V_SUM(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        sum_##k = v_add(sum_##k, v_mul(v_load(data + (size_t)((k) % blocks) * block),                                  \
                                       v_set(x[(size_t)((k) / blocks) * tile->x_stride])));
#define V_OUT(k, next)                                                                                                 \
    if ((k) < count)                                                                                                   \
        v_store(tile->out + (size_t)((k) / blocks) * tile->out_stride + BG_LANES * ((k) % blocks), sum_##k);
    V_28_TIMES(V_ZERO)
    for (size_t j = 0; j < tile->cols; j++, data += BG_LANES, x++) {
        V_28_TIMES(V_SUM)
    }
    V_28_TIMES(V_OUT)
#undef V_ZERO
#undef V_SUM
#undef V_OUT
}

V_INLINE void v_turned_vectors(v_turned_tile tile, int blocks, size_t n) {
#define V_TAKE(vectors)                                                                                                \
    for (; (vectors) <= V_TILE_VECTORS && n >= (vectors); n -= (vectors)) {                                            \
        v_turned_product(&tile, blocks, vectors);                                                                      \
        tile.x += (vectors)*tile.x_stride;                                                                             \
        tile.out += (vectors)*tile.out_stride;                                                                         \
    }
    V_TAKE(12)
    V_TAKE(6)
    V_TAKE(3)
    V_TAKE(1)
#undef V_TAKE
}

static void v_product_of_rows(const bg_turned *w, const float *x, size_t x_stride, size_t n, float *out,
                              size_t out_stride) {
    v_turned_tile tile = {w->data, w->cols, x, x_stride, out, out_stride};
    size_t blocks = bg_padded(w->rows) / BG_LANES;
    for (; blocks >= V_TILE_BLOCKS; blocks -= V_TILE_BLOCKS) {
        v_turned_vectors(tile, V_TILE_BLOCKS, n);
        tile.data += V_TILE_BLOCKS * w->cols * BG_LANES;
        tile.out += V_TILE_BLOCKS * BG_LANES;
    }
    if (blocks > 0)
        v_turned_vectors(tile, 1, n);
}

/* ---- a step ---- */

V_INLINE v_float v_flushed(v_float x) { return v_pick(v_less(v_abs(x), v_set(0x1p-60f)), v_set(0.0f), x); }

static void v_gates(const float *const *ax, const float *ah, size_t ah_stride, size_t n, size_t hidden,
                    float *const *out, size_t stride) {
    for (size_t gate = 0; gate < 4; gate++)
        for (size_t v = 0; v < n; v++) {
            const float *x = ax[v] + gate * hidden, *h = ah + v * ah_stride + gate * hidden;
            for (size_t k = 0; k < hidden; k += BG_LANES)
                v_store(out[gate] + v * stride + k, v_flushed(v_add(v_load(x + k), v_load(h + k))));
        }
}

/* In two loops over few units, each of four vectors side by side. */
enum { V_FEW = 4 * BG_LANES };

V_INLINE void v_bend(float *const *site, size_t k) {
    const v_four gate = v_bend_gates((v_four){v_load(site[BG_GATE_I] + k), v_load(site[BG_GATE_F] + k),
                                              v_load(site[BG_GATE_G] + k), v_load(site[BG_GATE_O] + k)});
    v_float c = v_flushed(v_add(v_mul(gate.b, v_load(site[BG_CELL] + k)), v_mul(gate.a, gate.c)));
    v_store(site[BG_SIGMOID_I] + k, gate.a);
    v_store(site[BG_SIGMOID_F] + k, gate.b);
    v_store(site[BG_TANH_G] + k, gate.c);
    v_store(site[BG_SIGMOID_O] + k, gate.d);
    v_store(site[BG_CELL] + k, c);
}

V_INLINE void v_show(float *const *site, size_t k, v_float shown) {
    v_store(site[BG_TANH_C] + k, shown);
    v_store(site[BG_HIDDEN] + k, v_flushed(v_mul(v_load(site[BG_SIGMOID_O] + k), shown)));
}

static void v_cell(float *const *site, size_t count) {
    const float *c = site[BG_CELL];
    size_t k = 0;
    for (; k + V_FEW <= count; k += V_FEW) {
        for (size_t j = k; j < k + V_FEW; j += BG_LANES)
            v_bend(site, j);
        v_four shown = v4_tanh((v_four){v_load(c + k), v_load(c + k + BG_LANES), v_load(c + k + 2 * BG_LANES),
                                        v_load(c + k + 3 * BG_LANES)});
        v_show(site, k, shown.a);
        v_show(site, k + BG_LANES, shown.b);
        v_show(site, k + 2 * BG_LANES, shown.c);
        v_show(site, k + 3 * BG_LANES, shown.d);
    }
    for (; k < count; k += BG_LANES) {
        v_bend(site, k);
        v_show(site, k, v_tanh(v_load(c + k)));
    }
}

/* ---- what is seen ---- */

static int v_range(const float *x, size_t stride, size_t n, size_t count, float *least, float *largest) {
    v_float low = v_load(least), high = v_load(largest), zero = v_set(0.0f), one = v_set(1.0f), broken = zero;
    const v_float infinite = v_of_word(vi_set(0x7f800000));
    for (size_t v = 0; v < n; v++)
        for (size_t k = 0; k < count; k += BG_LANES) {
            size_t left = count - k;
            v_float value = v_load(x + v * stride + k);
            v_float lower = value, upper = value, tested = value;
            if (left < BG_LANES) {
                v_mask seen = v_first(left);
                lower = v_pick(seen, value, low), upper = v_pick(seen, value, high), tested = v_pick(seen, value, zero);
            }
            broken = v_max(broken, v_pick(v_less(v_abs(tested), infinite), zero, one));
            low = v_min(lower, low);
            high = v_max(upper, high);
        }
    v_store(least, low);
    v_store(largest, high);
    return v_largest(broken) == 0.0f;
}

/*
 * Bins by float32 where what is known of a value's place lies in one bin; else by the division of float64. A place of
 * float32 is off by three roundings, of the difference, the reciprocal and the product, and its neighbourhood by a
 * fourth.
 */
typedef struct {
    int usable; /* nothing overflows, nothing is lost below */
    float min, share;
} v_reach;

V_INLINE v_reach v_reach_of(const bg_tally *tally) {
    const double extent = tally->extent;
    const int usable = extent > 0x1p-100 && extent < 0x1p+100;
    return (v_reach){usable, (float)tally->min, usable ? (float)(tally->bins / extent) : 0.0f};
}

V_INLINE v_int v_bins(const bg_tally *tally, const v_reach *reach, v_float value) {
    if (reach->usable) {
        v_float place = v_mul(v_sub(value, v_set(reach->min)), v_set(reach->share));
        v_int low = vi_whole(v_mul(place, v_set(1.0f - 0x1.4p-22f))),
              high = vi_whole(v_mul(place, v_set(1.0f + 0x1.8p-22f)));
        if (vi_same(low, high))
            return low;
    }
    v_double at = vd_sub(vd_of(value), vd_set(tally->min));
    return vd_whole(vd_mul(vd_div(at, vd_set(tally->extent)), vd_set(tally->bins)));
}

/* Bins wait for their counts: then each increment reads its place from memory, which takes less than a vector's lane.
 */
enum { V_WAITING = 16 * BG_LANES };

V_INLINE void v_count(uint32_t *histogram, const uint16_t *bins, size_t n) {
    size_t k = 0;
    for (; k + 4 <= n; k += 4) {
        histogram[bins[k]]++;
        histogram[bins[k + 1]]++;
        histogram[bins[k + 2]]++;
        histogram[bins[k + 3]]++;
    }
    for (; k < n; k++)
        histogram[bins[k]]++;
}

/* What a site has shown, and of one text. */
typedef struct {
    v_float least, largest;
    v_double sum, squares;
} v_seen;

V_INLINE void v_see(const bg_tally *tally, const v_reach *reach, v_float value, v_double away, v_seen *seen,
                    uint16_t *bins) {
    seen->least = v_min(value, seen->least);
    seen->largest = v_max(value, seen->largest);
    vi_store_halves(bins, vi_least_whole(v_bins(tally, reach, value), vi_set((int32_t)tally->bins - 1)));
    seen->sum = vd_add(seen->sum, away);
    seen->squares = vd_add(seen->squares, vd_mul(away, away));
}

static int v_tally(const bg_tally *tally, const float *x, size_t stride, size_t n, size_t count, double *sums,
                   size_t sums_stride) {
    const v_reach reach = v_reach_of(tally);
    const v_double middle = vd_set(tally->middle);
    const float first = (float)tally->min;
    const size_t left = count % BG_LANES;
    v_seen seen = {v_set(first), v_set(first), middle, middle};
    uint16_t bins[V_WAITING];
    for (size_t v = 0; v < n; v++, x += stride, sums += sums_stride) {
        seen.sum = vd_load(sums), seen.squares = vd_load(sums + BG_LANES);
        for (size_t from = 0, to; from < count; from = to) {
            to = count - from < V_WAITING ? count : from + V_WAITING;
            size_t k = from;
            for (; k + BG_LANES <= to; k += BG_LANES) {
                v_float value = v_load(x + k);
                v_see(tally, &reach, value, vd_sub(vd_of(value), middle), &seen, bins + (k - from));
            }
            if (k < to) {
                v_float value = v_pick(v_first(left), v_load(x + k), v_set(first));
                v_see(tally, &reach, value, vd_first(vd_sub(vd_of(value), middle), left), &seen, bins + (k - from));
            }
            v_count(tally->histogram, bins, to - from);
        }
        vd_store(sums, seen.sum);
        vd_store(sums + BG_LANES, seen.squares);
    }
    return v_least(seen.least) >= first && (double)v_largest(seen.largest) - tally->min <= tally->extent;
}

static const bg_collector_kernels v_collector_kernels = {V_SET_NAME, v_product_of_rows, v_gates,
                                                         v_cell,     v_range,           v_tally};

#endif
