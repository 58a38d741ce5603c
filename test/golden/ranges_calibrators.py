"""Writes ranges_calibrators.json: ranges by percentile, least squared error and least Kullback-Leibler divergence, with NumPy and SciPy.

    python3 ranges_calibrators.py > ranges_calibrators.json        (NumPy 2.4, SciPy 1.17)

Percentiles are NumPy's (`linear`), of values and of magnitudes. Squared errors are those of numerics.md section 3 in float32, over equal shares of the
widest range, the widest first. Divergences are SciPy's `entropy` of the histogram whose windows the pseudocode of Migacz (GTC 2017) describes: what
lies outside is added to the window's end bins for P, and left out for Q, which is even over the filled bins of each level.
"""

import json

import numpy as np
from scipy.stats import entropy

F = np.float32


def round_trip(x, scale, zero, low, high):
    scale = F(scale)
    t = F(x) * (F(1) / scale)
    v = np.minimum(np.maximum(np.rint(t), F(low - zero)), F(high - zero))
    return v * scale


def symmetric_scale(magnitude, bits, divisor):
    return F(magnitude / divisor) if magnitude > 0 else F(1)


def affine_grid(low, high, bits):
    span = F(F(high) - F(low))
    if span == 0:
        return F(1), 0
    scale = F(span / F(2**bits - 1))
    r = F(1) / scale
    return scale, int(np.clip(np.rint(F(-F(low) * r)), 0, 2**bits - 1))


def squared_error(values, scheme, bits, kind, steps):
    low, high = min(values.min(), 0), max(values.max(), 0)
    magnitude = max(-low, high)
    best, chosen = np.inf, None
    for step in range(steps):
        share = (steps - step) / steps
        if scheme == "symmetric":
            qmax = 2 ** (bits - 1) - 1
            bottom = -qmax if kind == "weights" else -qmax - 1
            found = round_trip(values, symmetric_scale(magnitude * share, bits, qmax), 0, bottom, qmax)
        else:
            scale, zero = affine_grid(low * share, high * share, bits)
            found = round_trip(values, scale, zero, 0, 2**bits - 1)
        error = float(np.sum((values.astype(np.float64) - found.astype(np.float64)) ** 2))
        if error < best:
            best, chosen = error, share
    return chosen, best


def divergence(counts, start, window, levels):
    inside = counts[start : start + window].astype(float)
    p = inside.copy()
    p[0] += counts[:start].sum()
    p[-1] += counts[start + window :].sum()
    q = np.zeros(window)
    level = np.arange(window) * levels // window
    for one in range(levels):
        filled = (level == one) & (inside > 0)
        if filled.any():
            q[filled] = inside[level == one].sum() / filled.sum()
    if inside.sum() == 0:
        return np.inf
    return entropy(p, q)


def best_window(counts, levels, start_of):
    best, chosen = np.inf, len(counts)
    for window in range(len(counts), min(levels, len(counts)) - 1, -1):
        found = divergence(counts, start_of(window), window, levels)
        if found < best - 1e-12:
            best, chosen = found, window
    return chosen


def kl_symmetric(values, bits, bins):
    magnitudes = np.abs(values)
    counts, _ = np.histogram(magnitudes, bins=bins, range=(0, magnitudes.max()))
    return best_window(counts, 2 ** (bits - 1), lambda window: 0) / bins * magnitudes.max()


def kl_affine(values, bits, bins):
    low, high = min(values.min(), 0), max(values.max(), 0)
    counts, edges = np.histogram(values, bins=bins, range=(low, high))
    zero = -low / (high - low) * bins
    start_of = lambda window: int(np.floor(zero * (1 - window / bins) + 0.5))
    window = best_window(counts, 2**bits, start_of)
    start = start_of(window)
    return [min(edges[start], 0), max(edges[start + window], 0)]


def case(values):
    values = values.astype(F)
    wide = values.astype(np.float64)
    qs = [0.9, 0.99, 0.999]
    return {
        "values": [float(x) for x in values],
        "magnitudes": [[q, float(np.quantile(np.abs(wide), q))] for q in qs],
        "quantiles": [[q, [float(min(np.quantile(wide, 1 - q), 0)), float(max(np.quantile(wide, q), 0))]] for q in qs],
        "mse": [
            {"scheme": scheme, "kind": kind, "bits": bits, "share": squared_error(values, scheme, bits, kind, 50)[0]}
            for scheme, kind in [("symmetric", "weights"), ("symmetric", "site"), ("affine", "site")]
            for bits in [2, 3, 4, 8]
        ],
        "kl": [{"bits": bits, "magnitude": float(kl_symmetric(wide, bits, 64)), "range": [float(x) for x in kl_affine(wide, bits, 64)]} for bits in [2, 3, 4, 5]],
    }


def main():
    random = np.random.default_rng(20261122)
    cases = [
        case(random.standard_t(3, 400)),
        case(random.normal(0.5, 1, 300)),
        case(np.abs(random.laplace(0, 1, 300))),
        case(np.concatenate([random.normal(0, 0.1, 300), [2.0, -1.5]])),
    ]
    print(json.dumps(cases))


main()
