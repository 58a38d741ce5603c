"""Writes calibration_profiles.json: what NumPy and SciPy say of histograms, their quantiles, moments and distances.

    python3 calibration_profiles.py > calibration_profiles.json        (NumPy 2.4, SciPy 1.17)

A histogram has equal bins over [min, max] of the values; the last bin holds the largest value. Quantiles are those of values spread evenly in their
bins; the quantile of magnitudes is found by bisection on F(t) - F(-t). Distances take each value at the middle of its bin.
"""

import json

import numpy as np
from scipy.optimize import brentq
from scipy.stats import wasserstein_distance

BINS = 64


def histogram(values):
    return np.histogram(values, bins=BINS, range=(values.min(), values.max()))


def share_up_to(counts, edges):
    shares = np.concatenate([[0], np.cumsum(counts)]) / counts.sum()
    return lambda x: np.interp(x, edges, shares)


def quantile(counts, edges, q):
    F = share_up_to(counts, edges)
    return brentq(lambda x: F(x) - q, edges[0], edges[-1], xtol=1e-15, rtol=1e-14)


def magnitude_quantile(counts, edges, q):
    F = share_up_to(counts, edges)
    return brentq(lambda t: F(t) - F(-t) - q, 0, np.abs(edges).max(), xtol=1e-15, rtol=1e-14)


def case(values):
    values = values.astype(np.float32)
    wide = values.astype(np.float64)
    counts, edges = histogram(wide)
    qs = [0.0017, 0.1003, 0.5009, 0.7501, 0.9007, 0.9901, 0.9993]  # none of them a whole number of values, where a quantile is an interval
    return {
        "values": [float(x) for x in values],
        "min": wide.min(),
        "max": wide.max(),
        "mean": wide.mean(),
        "deviation": wide.std(),
        "histogram": counts.tolist(),
        "quantiles": [[q, quantile(counts, edges, q)] for q in qs],
        "magnitudes": [[q, magnitude_quantile(counts, edges, q)] for q in qs],
    }


def pair(a, b):
    histograms = [histogram(np.array(one["values"])) for one in (a, b)]
    centres = [(edges[:-1] + edges[1:]) / 2 for _, edges in histograms]
    distance = wasserstein_distance(centres[0], centres[1], histograms[0][0], histograms[1][0])
    F = share_up_to(*histograms[1])
    return {"wasserstein": distance, "outside": float(F(a["min"]) + 1 - F(a["max"]))}


def main():
    random = np.random.default_rng(20261121)
    cases = [
        case(random.normal(0.3, 1, 300)),
        case(random.standard_t(3, 240)),
        case(np.concatenate([random.normal(5, 0.1, 100), [5.9, 4.2]])),
        case(random.uniform(-2, -0.5, 150)),
    ]
    pairs = [{"from": i, "to": j, **pair(cases[i], cases[j])} for i in range(4) for j in range(4)]
    print(json.dumps({"bins": BINS, "cases": cases, "pairs": pairs}))


main()
