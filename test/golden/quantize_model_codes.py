"""Writes quantize_model_codes.json: integers, scales and tables of small models at every width and granularity, with NumPy in float32.

    python3 quantize_model_codes.py > quantize_model_codes.json        (NumPy 2.4)

Written from numerics.md sections 2, 3, 5 and 8: weights symmetric and narrow, the embedding on the grid of the input, the LSTM's kernel
[E + H, 4H] as W_x [4H, E] and W_h [4H, H], the class table summed in float64 and rounded once. Ranges are the least and largest values.
"""

import json

import numpy as np

F = np.float32
E, H, V, K, L = 3, 2, 7, 3, 4
SITES = [
    "input", "hidden", "gate-i", "gate-f", "gate-g", "gate-o", "sigmoid-i", "sigmoid-f", "sigmoid-o", "tanh-g", "tanh-c",
    "cell", "head-input", "head-output",
]  # fmt: skip


def quantize(x, scale, zero, low, high, rounding="reciprocal", zero_point="after"):
    x, scale = np.asarray(x, F), F(scale)
    t = x / scale if rounding == "divide" else x * (F(1) / scale)
    assert t.dtype == F
    if zero_point == "before":
        return np.clip(np.rint(t + F(zero)), low, high).astype(int)
    return np.clip(np.rint(t), low - zero, high - zero).astype(int) + zero


def scale_of(extent, divisor, power_of_two):
    if extent == 0:
        return F(1)
    scale = max(F(extent) / F(divisor), F(2.0**-40))
    return F(2.0 ** np.ceil(np.log2(float(scale)))) if power_of_two else scale


def site_grid(site, low, high, bits, case):
    if bits == "float":
        return {"kind": "float"}
    if site.startswith("sigmoid"):
        if case["sigmoid"] == "fixed":
            return static(F(1) / F(2**bits - 1), 0, 0, 2**bits - 1)
        scheme = "affine"
    else:
        scheme = case["scheme"]
    low, high = min(F(low), F(0)), max(F(high), F(0))
    if scheme == "symmetric":
        divisor = 2 ** (bits - 1) - (1 if case["divisor"] == "narrow" else 0)
        return static(scale_of(max(-low, high), divisor, False), 0, -(2 ** (bits - 1)), 2 ** (bits - 1) - 1)
    scale = scale_of(F(high - low), 2**bits - 1, False)
    zero = int(np.clip(np.rint(-low * (F(1) / scale)), 0, 2**bits - 1))
    return static(scale, zero, 0, 2**bits - 1)


def static(scale, zero, low, high):
    return {"kind": "static", "scale": float(scale), "zero": zero, "low": low, "high": high, "reciprocal": float(F(1) / F(scale))}


def matrix(data, bits, gates, case):
    data = np.asarray(data, F)
    if bits == "float":
        return {"kind": "float", "data": data.ravel().tolist()}
    rows = data.shape[0]
    blocks = {"tensor": 1, "channel": rows, "gate": 4 if gates else 1}[case["granularity"]]
    qmax = 2 ** (bits - 1) - 1
    peaks = np.abs(data).reshape(blocks, -1).max(axis=1)
    scales = np.repeat([scale_of(peak, qmax, case["powerOfTwo"]) for peak in peaks], rows // blocks)
    codes = np.array([quantize(row, scale, 0, -qmax, qmax, case["rounding"]) for row, scale in zip(data, scales)])
    return {
        "kind": "integer",
        "codes": codes.ravel().tolist(),
        "scales": [float(s) for s in scales],
        "rowSums": codes.sum(axis=1).tolist(),
    }


def dequantized(made, cols):
    if made["kind"] == "float":
        return np.array(made["data"], F).reshape(-1, cols)
    return np.array(made["codes"], F).reshape(-1, cols) * np.array(made["scales"], F)[:, None]


def part(weights, prefix, profile, case, family, head):
    w = {name[len(prefix) :]: value for name, value in weights.items() if name.startswith(prefix)}
    bits, weight_bits = case["bits"], case["weightBits"]
    grids = {site: site_grid(site, *profile[site], case["widths"].get(site, bits), case) for site in SITES if site != "head-output"}
    grids["head-output"] = site_grid("head-output", *profile["head-output"], case["widths"].get("head-output", "float"), case)
    kernel = w["lstm.kernel"]
    wx, wh = kernel[:E].T, kernel[E:].T
    x = grids["input"]
    embedding_bits = case["widths"].get("embedding", bits)
    if embedding_bits == bits:
        embedding = {"shared": quantize(w["embedding"], x["scale"], x["zero"], x["low"], x["high"], case["rounding"], case["zeroPoint"]).ravel().tolist()}
    else:
        embedding = matrix(w["embedding"], embedding_bits, False, case)
    made = {"sites": grids, "embedding": embedding, "wx": matrix(wx, weight_bits, True, case), "wh": matrix(wh, weight_bits, True, case)}
    made["head"] = matrix(w["head.kernel" if family == "discriminative" else "head.hidden"], weight_bits, False, case)
    made["integerBias"] = None
    if case["bias"] == "int32":
        scales = np.array(made["wx"]["scales"], np.float64)
        made["integerBias"] = np.rint(w["lstm.bias"].astype(np.float64) / (scales * x["scale"])).astype(int).tolist()
    made["labelTable"] = None
    if family == "generative" and head == "shared":
        label = case["widths"].get("label", "float")
        rows = dequantized(matrix(w["head.label"], label, False, case), L)
        vectors = dequantized(matrix(w["label"], label, False, case), L)
        table = vectors.astype(np.float64) @ rows.astype(np.float64).T + w["head.classBias"].astype(np.float64).T
        made["labelTable"] = [float(F(c)) for c in table.ravel()]
    return made


def recurrent(random):
    return {
        "embedding": random.normal(0, 0.5, (V, E)),
        "lstm.kernel": random.uniform(-0.8, 0.8, (E + H, 4 * H)),
        "lstm.bias": random.normal(0, 0.3, 4 * H),
    }


def draw(random, family, head):
    if family == "discriminative":
        drawn = {**recurrent(random), "head.kernel": random.normal(0, 1, (K, H)), "head.bias": random.normal(0, 1, K)}
    elif head == "shared":
        drawn = {
            **recurrent(random),
            "head.hidden": random.normal(0, 1, (V, H)),
            "head.bias": random.normal(0, 1, V),
            "head.label": random.normal(0, 1, (V, L)),
            "label": random.uniform(-1, 1, (K, L)),
            "head.classBias": random.normal(0, 0.1, (V, K)),
        }
    else:
        drawn = {}
        for y in range(K):
            own = {**recurrent(random), "head.hidden": random.normal(0, 1, (V, H)), "head.bias": random.normal(0, 1, V)}
            drawn |= {f"class.{y}.{name}": value for name, value in own.items()}
    return {name: value.astype(F) for name, value in drawn.items()}


def draw_profile(random):
    profile = {}
    for site in SITES:
        low, high = np.sort(random.uniform(-3, 3, 2))
        if site.startswith("sigmoid"):
            low, high = 0.01, random.uniform(0.8, 1)
        profile[site] = [float(F(low)), float(F(high))]
    return profile


def models():
    random = np.random.default_rng(20261123)
    made = []
    for family, head in [("discriminative", None), ("generative", "shared"), ("generative", "independent")]:
        parts = K if head == "independent" else 1
        weights = draw(random, family, head)
        weights[list(weights)[1]][2] = 0  # a row of zeros in a kernel, so that one column of W_x is 0
        made.append({"family": family, "head": head, "weights": weights, "profiles": [draw_profile(random) for _ in range(parts)]})
    made[0]["weights"]["lstm.kernel"][:, 1] = 0  # a unit whose weights are all 0: scale 1
    return made


def cases():
    usual = {
        "granularity": "channel", "rounding": "reciprocal", "zeroPoint": "after", "powerOfTwo": False, "scheme": "symmetric",
        "divisor": "narrow", "bias": "float", "sigmoid": "fixed", "widths": {},
    }  # fmt: skip
    made = []
    for bits in [2, 3, 4, 5, 6, 7, 8, 16]:
        for granularity in ["tensor", "channel", "gate"]:
            scheme = "affine" if (bits + len(granularity)) % 2 else "symmetric"
            made.append({**usual, "model": 0, "bits": bits, "weightBits": bits, "granularity": granularity, "scheme": scheme})
    brevitas = {"rounding": "divide", "zeroPoint": "before", "divisor": "full", "bias": "int32", "sigmoid": "calibrated"}
    for bits in [2, 4, 8]:
        for model in [0, 1, 2]:
            made.append({**usual, **brevitas, "model": model, "bits": 8, "weightBits": bits, "granularity": "gate", "scheme": "affine"})
            made.append({**usual, "powerOfTwo": True, "model": model, "bits": bits, "weightBits": 8})
    made.append({**usual, "model": 1, "bits": 8, "weightBits": 4, "widths": {"label": 4, "embedding": 4, "head-output": 8}})
    made.append({**usual, "model": 1, "bits": 4, "weightBits": 8, "granularity": "tensor", "widths": {"label": 8, "embedding": "float", "cell": "float"}})
    return made


def main():
    built = models()
    found = []
    for case in cases():
        model = built[case["model"]]
        parts = [
            part(model["weights"], f"class.{y}." if model["head"] == "independent" else "", profile, case, model["family"], model["head"])
            for y, profile in enumerate(model["profiles"])
        ]
        found.append({**case, "parts": parts})
    plain = [
        {**model, "weights": {name: {"shape": value.shape, "data": [float(x) for x in value.ravel()]} for name, value in model["weights"].items()}}
        for model in built
    ]
    print(json.dumps({"sizes": {"embedding": E, "hidden": H, "words": V, "classes": K, "label": L}, "models": plain, "cases": found}))


main()
