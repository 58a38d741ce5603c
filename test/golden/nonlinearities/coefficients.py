"""Prints the polynomials of docs/format/nonlinearities.md: coefficients as float32 with their hexadecimal words, and their errors.

    python3 coefficients.py        (NumPy 2.4.6)

Least largest error by Lawson's reweighted least squares on Chebyshev points, in float64; then the coefficients are rounded to float32 one by
one, the lowest power first, and those left are fitted again, so that a later one takes up what an earlier one lost.
"""

import numpy as np

POINTS = 4001


def points(low, high):
    k = np.arange(POINTS)
    x = (low + high) / 2 + (high - low) / 2 * np.cos(np.pi * (k + 0.5) / POINTS)
    return x[np.abs(x) > 1e-3 * (high - low)]


def fit(x, target, weight, powers):
    """Coefficients c of least max |weight * (sum c_k x^k - target)|."""
    lawson = np.ones_like(x)
    best, least = None, np.inf
    for _ in range(300):
        scale = np.sqrt(lawson) * weight
        basis = np.stack([x**p for p in powers], axis=1) * scale[:, None]
        found, *_ = np.linalg.lstsq(basis, target * scale, rcond=None)
        error = np.abs(weight * (np.stack([x**p for p in powers], axis=1) @ found - target))
        if error.max() < least:
            best, least = found, error.max()
        lawson = lawson * (error / error.max() + 1e-12)
        lawson /= lawson.sum()
    return best


def rounded(name, x, target, weight, degree):
    left, fixed, rest = list(range(degree + 1)), [], target.copy()
    while left:
        value = np.float32(fit(x, rest, weight, left)[0])
        fixed.append(value)
        rest = rest - float(value) * x ** left[0]
        left = left[1:]
    error = np.abs(weight * (sum(float(c) * x**k for k, c in enumerate(fixed)) - target)).max()
    print(f"{name}: largest error 2^{np.log2(error):.2f} of the value")
    for k, c in enumerate(fixed):
        print(f"  x^{k}  0x{c.view(np.uint32):08x}  {float(c).hex()}  {c:.9g}")


def main():
    half = np.log(2) / 2 * 1.01
    x = points(-half, half)
    # (exp(x) - 1 - x) / x^2
    rounded("exp", x, (np.expm1(x) - x) / x**2, x**2 / np.exp(x), 4)
    # (tanh(x) - x) / x^3 in z = x^2
    for limit in (0.5, 0.5625, 0.625):
        for degree in (3, 4):
            z = points(-(limit**2), limit**2)
            z = z[z > 0]
            x = np.sqrt(z)
            rounded(f"tanh up to {limit}", z, (np.tanh(x) - x) / (x * z), x * z / np.tanh(x), degree)
    # (log(1 + f) - f + f^2 / 2) / f^3
    f = points(np.sqrt(0.5) - 1.001, np.sqrt(2) - 0.999)
    for degree in (7, 8):
        rounded("log", f, (np.log1p(f) - f + f**2 / 2) / f**3, f**3 / np.log1p(f), degree)


main()
