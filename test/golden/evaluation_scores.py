"""Writes evaluation_scores.json: class scores of language models by the direct form, in 50 digits, for logits `s_v + c_yv`.

    python3 evaluation_scores.py > evaluation_scores.json        (mpmath 1.3, NumPy 2.4)

Two spikes: s and c of one class have their greatest values at different words, d apart, so that the factors of the sum underflow together
for large d. Ranges just under and over 55 are those at which the guard of the factored form may be left out.
"""

import json

import mpmath
import numpy as np

WORDS = 6
mpmath.mp.dps = 50


def log_sum(s, c):
    values = [mpmath.mpf(float(a)) + mpmath.mpf(float(b)) for a, b in zip(s, c)]
    return mpmath.log(sum(mpmath.exp(value) for value in values))


def case(name, s, c, targets):
    log_p = [
        float(sum(mpmath.mpf(float(row[t])) + mpmath.mpf(float(offsets[t])) - log_sum(row, offsets) for row, t in zip(s, targets)))
        for offsets in c
    ]
    return {"name": name, "s": s.tolist(), "c": c.tolist(), "targets": list(targets), "logLikelihoods": log_p}


def two_spikes(distance):
    s, c = np.zeros((2, WORDS)), np.zeros((2, WORDS))
    s[:, 1] = distance
    c[1, 4] = distance
    return case(f"two spikes, {distance} apart", s, c, [1, 4])


def ranged(width):
    s, c = np.zeros((1, WORDS)), np.zeros((2, WORDS))
    s[0, 2] = 300
    c[1, 2] = -width
    return case(f"offsets over a range of {width}", s, c, [2])


def main():
    random = np.random.default_rng(20260105)
    ordinary = case("ordinary", random.normal(0, 2, (5, WORDS)), random.normal(0, 1, (3, WORDS)), [0, 5, 2, 2, 1])
    cases = [ordinary, *[two_spikes(d) for d in (0, 20, 54, 56, 80, 120, 200)], ranged(54.9), ranged(55.1), ranged(56)]
    print(json.dumps({"cases": cases}, indent=1))


main()
