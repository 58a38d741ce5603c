"""Writes profile_latency.json: percentiles and their bootstrap intervals by NumPy and SciPy.

    python3 profile_latency.py > profile_latency.json

`interval` is exact: the distribution of an order statistic of n draws with replacement, by SciPy's binomial distribution. `resampled` is the same by
20,000 resamples of NumPy, for a test that the two agree. The numbers belong to the versions below; the script refuses others.
"""

import json
import sys

import numpy as np
import scipy
from scipy import stats

VERSIONS = {"numpy": "2.4.6", "scipy": "1.17.1"}
SHARES = [0.5, 0.9, 0.95, 0.99]


def interval(values, share):
    ordered = np.sort(values)
    n = len(ordered)
    rank = max(1, int(np.ceil(n * share - 1e-9)))
    ks = np.arange(1, n + 1)
    reached = 1 - stats.binom.cdf(rank - 1, n, ks / n)
    return [float(ordered[np.argmax(reached >= chance)]) for chance in (0.025, 0.975)]


def resampled(values, share, generator):
    draws = generator.choice(values, (20_000, len(values)))
    found = np.quantile(draws, share, axis=1, method="inverted_cdf")
    return [float(np.quantile(found, chance, method="inverted_cdf")) for chance in (0.025, 0.975)]


def main():
    found = {"numpy": np.__version__, "scipy": scipy.__version__}
    if found != VERSIONS:
        sys.exit(f"expected {VERSIONS}, found {found}")
    generator = np.random.default_rng(8)
    samples = {
        "latencies": np.round(generator.gamma(6, 40, 400) + 900, 3),
        "ties": generator.integers(20, 26, 101).astype(float),
        "five windows": np.array([3.2, 3.1, 4.2, 3.15, 3.3]),
        "one": np.array([7.5]),
    }
    cases = [
        {
            "name": name,
            "values": values.tolist(),
            "percentiles": [
                {
                    "share": share,
                    "value": float(np.quantile(values, share, method="inverted_cdf")),
                    "interval": interval(values, share),
                    "resampled": resampled(values, share, generator),
                }
                for share in SHARES
            ],
        }
        for name, values in samples.items()
    ]
    json.dump({"versions": VERSIONS, "cases": cases}, sys.stdout)
    print()


main()
