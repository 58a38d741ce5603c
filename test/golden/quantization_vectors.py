"""Writes quantization_vectors.json: quantized LSTM models by NumPy, one float32 operation at a time, independent of the project's own code.

    python3 quantization_vectors.py > quantization_vectors.json        (NumPy 2.4.6)

Every np.float32 operation here is one rounding; integers are int64. Scales, rounding rules, products, cell, pooling, lane sums and scores follow the
page on numerics; exp, log, sigmoid and tanh the sequences of docs/format/nonlinearities.md.
"""

import json
import math

import numpy as np

F = np.float32
SITES = ["input", "hidden", "gate-i", "gate-f", "gate-g", "gate-o", "sigmoid-i", "sigmoid-f", "sigmoid-o", "tanh-g", "tanh-c", "cell"]
SITES += ["head-input", "head-output"]
WEIGHTS = ["embedding", "lstm-x", "lstm-h", "head", "label"]
BOUND = F(2.0**-40), F(2.0**40)
np.seterr(under="ignore", over="ignore")


# Grids


def make_grid(low, high, width, scheme="symmetric", divisor="narrow", power=False, top=True):
    low, high = F(min(F(low), F(0))), F(max(F(high), F(0)))
    steps = 2**width
    if scheme == "affine":
        ends, extent, parts = (0, steps - 1), F(high - low), steps - 1
    else:
        ends, extent = (-steps // 2, steps // 2 - 1), max(-low, high)
        parts = steps // 2 - (1 if divisor == "narrow" else 0)
    scale = F(1)
    if extent != 0:
        scale = max(F(extent / F(parts)), BOUND[0])
        if power:
            scale = F(2.0 ** math.ceil(math.log2(float(scale))))
        if top:
            scale = min(scale, BOUND[1])
    reciprocal = F(F(1) / scale)
    zero = 0
    if scheme == "affine":
        zero = int(min(max(np.rint(F(-low * reciprocal)), ends[0]), ends[1]))
    return {"kind": "static", "width": width, "low": ends[0], "high": ends[1], "zero": zero, "scale": scale, "reciprocal": reciprocal}


def sigmoid_grid(width):
    scale = F(F(1) / F(2**width - 1))
    return {"kind": "static", "width": width, "low": 0, "high": 2**width - 1, "zero": 0, "scale": scale, "reciprocal": F(F(1) / scale)}


def quantize(values, grid, rounding, zero_point):
    values = np.asarray(values, F)
    steps = values / grid["scale"] if rounding == "divide" else values * grid["reciprocal"]
    assert steps.dtype == F
    low, high, zero = grid["low"], grid["high"], grid["zero"]
    if zero_point == "before":
        return np.clip(np.rint(steps + F(zero)), F(low), F(high)).astype(np.int64)
    return np.clip(np.rint(steps), F(low - zero), F(high - zero)).astype(np.int64) + zero


def real(codes, grid):
    return F(codes - grid["zero"]) * grid["scale"]


def at_site(values, site, rules, flush=False):
    """{codes, scale, zero, values} of a vector."""
    values = np.asarray(values, F)
    if site["kind"] == "float":
        if flush:
            values = np.where(np.abs(values) < F(2.0**-60), F(0), values)
        return {"codes": None, "scale": None, "zero": None, "values": values}
    grid = site
    if site["kind"] == "dynamic":
        extremes = (min(values, default=0), max(values, default=0))
        divisor = "full" if site["divisor"] == 2 ** (site["width"] - 1) else "narrow"
        grid = make_grid(*extremes, site["width"], site["scheme"], divisor, site["powerOfTwo"])
    return on_grid(quantize(values, grid, *rules), grid)


def on_grid(codes, grid):
    return {"codes": codes, "scale": grid["scale"], "zero": grid["zero"], "values": real(codes, grid)}


# Sequences


def word(bits):
    return np.uint32(bits).view(F)


def horner(terms, x):
    total = np.full_like(x, word(terms[-1]))
    for term in terms[-2::-1]:
        total = total * x + word(term)
    return total


def exp_within(x):
    n = np.rint(x * word(0x3FB8AA3B))
    r = (x - n * word(0x3F318000)) - n * word(0xB95E8083)
    bent = (r * r) * horner([0x3EFFFFFE, 0x3E2AAA46, 0x3D2AAC5C, 0x3C091F2C, 0x3AB526BA], r)
    return np.ldexp((bent + r) + F(1), n.astype(np.int32))


def exp32(x):
    x = np.asarray(x, F)
    return np.where(x < word(0xC2AEAC4F), F(0), exp_within(np.minimum(np.maximum(x, word(0xC2AEAC4F)), F(88))))


def log32(x):
    x = np.minimum(np.maximum(np.asarray(x, F), word(0x00800000)), word(0x7F7FFFFF))
    bits = x.view(np.int32)
    n = (bits - np.int32(0x3F3504F3)) >> np.int32(23)
    f = (bits - (n << np.int32(23))).view(F) - F(1)
    n = n.astype(F)
    square = f * f
    terms = [0x3EAAAAA3, 0xBE7FFFFC, 0x3E4CD292, 0xBE2AAFDF, 0x3E11998C, 0xBDFDDF9A, 0x3DF368DC, 0xBDF0108A, 0x3D8B53A5]
    low = (f * square) * horner(terms, f) + n * word(0xB95E8083)
    return (f + (low - F(0.5) * square)) + n * word(0x3F318000)


def sigmoid32(x):
    e = exp_within(-np.minimum(np.abs(x), F(40)))
    return np.where(x < 0, e, F(1)) / (F(1) + e)


def tanh32(x):
    a = np.minimum(np.abs(x), F(10))
    square = a * a
    near = (horner([0xBEAAAAA4, 0x3E08862F, 0xBD5C82E2, 0x3CAC08FB, 0xBBCA2A79], square) * square) * a + a
    far = F(1) - F(2) / (exp_within(F(2) * a) + F(1))
    value = np.where(a < F(0.5625), near, far)
    return np.where(x < 0, -value, value)


# Lanes


def lane_sum(terms):
    terms = np.asarray(terms, F)
    total = F(0)
    for start in range(0, len(terms), 1024):
        partial = np.zeros(16, F)
        for k, term in enumerate(terms[start : start + 1024]):
            partial[k % 16] += term
        partial = partial[:8] + partial[8:]
        partial = partial[:4] + partial[4:]
        partial = partial[:2] + partial[2:]
        total = F(total + F(partial[0] + partial[1]))
    return total


def max_and_log(values):
    largest = values.max()
    return largest, log32(lane_sum(exp32(values - largest)))


# The model


def weight(matrix):
    if matrix["kind"] == "float":
        return matrix["data"]
    return F(matrix["codes"]) * matrix["scales"][:, None]


def product(matrix, vector, bias=None):
    if matrix["kind"] == "float" or vector["codes"] is None:
        sums = [sum((float(w) * float(v) for w, v in zip(row, vector["values"])), 0.0) for row in weight(matrix)]
        return None, np.array(sums, F)
    acc = matrix["codes"].astype(np.int64) @ (vector["codes"] - vector["zero"])
    if bias is not None:
        acc = acc + bias
    return acc, F(acc) * (matrix["scales"] * F(vector["scale"]))


def add_products(a, b, c, d, fused):
    """a * b + c * d: three roundings, or two as where a compiler contracts it."""
    if fused:
        return F(a.astype(float) * b.astype(float) + (c * d).astype(float))
    return a * b + c * d


def step(part, recipe, state, token, fused=False):
    rules = recipe["rounding"], recipe["zeroPoint"]
    sites, hidden = part["sites"], part["hidden"]
    embedding = part["embedding"]
    if embedding["shared"]:
        x = on_grid(embedding["codes"][token].astype(np.int64), sites["input"])
    else:
        x = at_site(weight(embedding["matrix"])[token], sites["input"], rules)
    acc_x, ax = product(part["wx"], x, part["integerBias"])
    if part["integerBias"] is None:
        ax = ax + part["bias"]
    acc_h, ah = product(part["wh"], state["hidden"])
    a = ax + ah
    assert a.dtype == F
    found = {"input": x}
    for k, name in enumerate("ifgo"):
        gate = at_site(a[k * hidden : (k + 1) * hidden], sites[f"gate-{name}"], rules, flush=True)
        out = "tanh-g" if name == "g" else f"sigmoid-{name}"
        found[f"gate-{name}"] = gate
        found[out] = at_site((tanh32 if name == "g" else sigmoid32)(gate["values"]), sites[out], rules)
    keep, before = found["sigmoid-f"]["values"], state["cell"]["values"]
    enter, new = found["sigmoid-i"]["values"], found["tanh-g"]["values"]
    products, cell = None, add_products(keep, before, enter, new, fused)
    if recipe["cellRounds"] == 3:
        products = {"forget": at_site(keep * before, sites["cell"], rules), "input": at_site(enter * new, sites["cell"], rules)}
        cell = products["forget"]["values"] + products["input"]["values"]
    found["cell"] = at_site(cell, sites["cell"], rules, flush=True)
    found["tanh-c"] = at_site(tanh32(found["cell"]["values"]), sites["tanh-c"], rules)
    found["hidden"] = at_site(found["sigmoid-o"]["values"] * found["tanh-c"]["values"], sites["hidden"], rules, flush=True)
    return {"accX": acc_x, "accH": acc_h, "pre": a, "sites": found, "products": products}


def start(part):
    def zeros(site):
        if site["kind"] == "static":
            return on_grid(np.full(part["hidden"], site["zero"], np.int64), site)
        return at_site(np.zeros(part["hidden"], F), site, ("reciprocal", "after"))

    return {"hidden": zeros(part["sites"]["hidden"]), "cell": zeros(part["sites"]["cell"])}


def run(part, recipe, tokens, fused=False):
    state, steps = start(part), []
    for token in tokens:
        steps.append(step(part, recipe, state, token, fused))
        state = steps[-1]["sites"]
    return steps


def head(part, recipe, vector):
    x = at_site(vector, part["sites"]["head-input"], (recipe["rounding"], recipe["zeroPoint"]))
    acc, values = product(part["head"], x)
    return {"input": x, "acc": acc, "values": values + part["headBias"], "outputs": []}


def pooled(part, pooling, steps):
    hidden = [one["sites"]["hidden"] for one in steps]
    if not hidden:
        return np.zeros(part["hidden"], F)
    if pooling == "last":
        return hidden[-1]["values"]
    site = part["sites"]["hidden"]
    if site["kind"] == "static":
        total = sum(one["codes"] - site["zero"] for one in hidden)
        return F(total) * site["scale"] / F(len(hidden))
    total = np.zeros(part["hidden"], F)
    for one in hidden:
        total = total + one["values"]
    return total / F(len(hidden))


def score_word(s, table, target):
    largest = s.max()
    shares = exp32(s - largest)
    relative, guarded = [], 0
    for c in table:
        most = c.max()
        terms = shares * exp32(c - most)
        total = lane_sum(np.where(terms <= F(2.0**-126), F(0), terms))
        if total < F(2.0**-80):
            guarded += 1
            peak, log = max_and_log(s + c)
            log_sum = F(F(F(peak - largest) - most) + log)
        else:
            log_sum = log32(total)
        relative.append(F(F(c[target] - most) - log_sum))
    return np.array(relative, F), F(s[target] - largest), guarded


def evaluate(model, tokens):
    spec, recipe, parts = model["spec"], model["recipe"], model["parts"]
    rules = recipe["rounding"], recipe["zeroPoint"]
    if spec["family"] == "discriminative":
        steps = run(parts[0], recipe, tokens)
        vector = pooled(parts[0], spec["pooling"], steps)
        last = head(parts[0], recipe, vector)
        last["outputs"] = [at_site(last["values"], parts[0]["sites"]["head-output"], rules)]
        logits = last["outputs"][0]["values"]
        result = {"family": spec["family"], "logits": logits, "predicted": int(np.argmax(logits))}
        return {**result, "trace": [{"steps": steps, "pooled": vector, "head": [last]}]}
    targets = tokens + ([3] if spec["predictEnd"] else [])
    relative, common, guarded, form, trace = [], 0.0, 0, "direct", []
    for part in parts:
        steps = run(part, recipe, ([2] + targets)[: len(targets)])
        table = part["labelTable"]
        sums = np.zeros(1 if table is None else len(table))
        factored = table is not None and part["sites"]["head-output"]["kind"] == "float"
        form = "factored" if factored else "direct"
        heads = []
        for one, target in zip(steps, targets):
            heads.append(head(part, recipe, one["sites"]["hidden"]["values"]))
            s = heads[-1]["values"]
            if factored:
                found, shared, count = score_word(s, table, target)
                common, guarded = common + float(shared), guarded + count
            else:
                logits = [s] if table is None else [s + c for c in table]
                heads[-1]["outputs"] = [at_site(one, part["sites"]["head-output"], rules) for one in logits]
                found = []
                for output in heads[-1]["outputs"]:
                    peak, log = max_and_log(output["values"])
                    found.append(F(F(output["values"][target] - peak) - log))
            sums = sums + np.array(found, float)
        relative.extend(sums)
        trace.append({"steps": steps, "pooled": None, "head": heads})
    relative = np.array(relative)
    scores = np.array(model["logPrior"]) + relative
    result = {"family": spec["family"], "form": form, "relative": relative, "common": common, "scores": scores}
    return {**result, "guarded": guarded, "predicted": int(np.argmax(scores)), "trace": trace}


# Random models


def random_grid(rng, site, width, options):
    if width == "float":
        return {"kind": "float"}
    if site.startswith("sigmoid") and options.get("sigmoid", "fixed") == "fixed":
        return sigmoid_grid(width)
    reach = 4 if site.startswith("gate") else 2 if site == "cell" else 1
    low, high = F(-reach * rng.uniform(0.3, 1.2)), F(reach * rng.uniform(0.3, 1.2))
    scheme = str(rng.choice(["symmetric", "affine"]))
    power = bool(rng.integers(4) == 0)
    divisor = options.get("divisor", "narrow")
    if site in options.get("dynamic", []):
        count = 2**width
        parts = count - 1 if scheme == "affine" else count // 2 - (divisor == "narrow")
        ends = (0, count - 1) if scheme == "affine" else (-count // 2, count // 2 - 1)
        return {"kind": "dynamic", "width": width, "scheme": scheme, "low": ends[0], "high": ends[1], "divisor": int(parts), "powerOfTwo": power}
    return make_grid(low, high, width, scheme, divisor, power)


def random_matrix(rng, rows, cols, width):
    if width == "float":
        return {"kind": "float", "rows": rows, "cols": cols, "data": F(rng.uniform(-1, 1, (rows, cols)))}
    most = 2 ** (width - 1) - 1
    codes = rng.integers(-most, most + 1, (rows, cols))
    codes[0] = -most
    scales = F(rng.uniform(0.2, 1.2, rows)) / F(most)
    return {"kind": "integer", "rows": rows, "cols": cols, "width": width, "codes": codes, "scales": scales, "rowSums": codes.sum(axis=1)}


def random_part(rng, spec, recipe, widths, options):
    sites = {site: random_grid(rng, site, widths[site], options) for site in SITES}
    inputs, hidden, words = spec["embedding"], spec["hidden"], spec["words"]
    if options.get("shared", False):
        grid = sites["input"]
        embedding = {"shared": True, "codes": rng.integers(grid["low"], grid["high"] + 1, (words, inputs))}
    else:
        embedding = {"shared": False, "matrix": random_matrix(rng, words, inputs, widths["embedding"])}
    wx = random_matrix(rng, 4 * hidden, inputs, widths["lstm-x"])
    bias = F(rng.uniform(-1, 1, 4 * hidden))
    integer = None
    if recipe["bias"] == "int32":
        integer = np.rint(bias.astype(float) / (wx["scales"].astype(float) * float(sites["input"]["scale"]))).astype(np.int64)
    rows = words if spec["family"] == "generative" else spec["classes"]
    shared = spec["family"] == "generative" and spec["head"] == "shared"
    return {
        "inputs": inputs,
        "hidden": hidden,
        "words": words,
        "sites": sites,
        "embedding": embedding,
        "wx": wx,
        "wh": random_matrix(rng, 4 * hidden, hidden, widths["lstm-h"]),
        "bias": bias,
        "integerBias": integer,
        "head": random_matrix(rng, rows, hidden, widths["head"]),
        "headBias": F(rng.uniform(-1, 1, rows)),
        "labelTable": F(rng.uniform(-1, 1, (spec["classes"], words)) * options.get("offsets", 3)) if shared else None,
    }


def random_model(rng, name, family, sizes, options, texts):
    embedding, hidden, words, classes = sizes
    base = {"embedding": embedding, "hidden": hidden, "words": words, "classes": classes, "family": family}
    if family == "discriminative":
        spec = {**base, "pooling": options.get("pooling", "mean"), "dropout": 0.5}
    else:
        more = {"labelEmbedding": 3, "classBias": False, "prior": "uniform"}
        spec = {**base, **more, "head": options.get("head", "shared"), "predictEnd": options.get("predictEnd", False)}
    usual = options.get("bits", 8)
    widths = {site: "float" if site == "head-output" else usual for site in SITES}
    widths.update({weight: "float" if weight == "label" else options.get("weightBits", usual) for weight in WEIGHTS})
    widths.update(options.get("widths", {}))
    if options.get("shared", False):
        widths["embedding"] = widths["input"]
    keys = {"rounding": "reciprocal", "zeroPoint": "after", "cellRounds": 1, "bias": "float"}
    recipe = {key: options.get(key, value) for key, value in keys.items()}
    parts = classes if spec.get("head") == "independent" else 1
    model = {"spec": spec, "recipe": recipe, "widths": widths, "logPrior": None}
    model["parts"] = [random_part(rng, spec, recipe, widths, options) for _ in range(parts)]
    if family == "generative":
        model["logPrior"] = [math.log((y + 1) / (classes * (classes + 1) / 2)) for y in range(classes)]
    if options.get("tie", False):
        ties = model["parts"][0]
        ties["head"]["codes"][2], ties["head"]["scales"][2] = ties["head"]["codes"][1], ties["head"]["scales"][1]
        ties["head"]["rowSums"][2], ties["headBias"][1:3] = ties["head"]["rowSums"][1], 9
    texts = [[int(token) for token in rng.integers(1, words, length)] for length in texts]
    return {"name": name, "model": model, "texts": [{"tokens": t, "expected": evaluate(model, t)} for t in texts]}


def models(rng):
    inner = [site for site in SITES if site.startswith(("gate", "tanh"))]
    return [
        random_model(rng, "W8 A8, embedding as input, texts of 0, 1 and 4 words", "discriminative", (5, 3, 9, 3), {"shared": True}, [0, 1, 4]),
        random_model(rng, "W4 A4 C8, last, integer biases", "discriminative", (7, 5, 6, 2), {"bits": 4, "pooling": "last", "bias": "int32", "widths": {"cell": 8}, "shared": True}, [0, 5]),
        random_model(rng, "W2 A3, three cell rounds, divide, zero point before", "discriminative", (3, 7, 7, 5), {"bits": 3, "weightBits": 2, "cellRounds": 3, "rounding": "divide", "zeroPoint": "before", "divisor": "full"}, [6]),
        random_model(rng, "two classes with one logit", "discriminative", (2, 3, 6, 4), {"tie": True}, [2]),
        random_model(rng, "dynamic everywhere, divide", "discriminative", (4, 4, 8, 2), {"dynamic": SITES, "sigmoid": "calibrated", "rounding": "divide", "cellRounds": 3}, [0, 3]),
        random_model(rng, "16-bit sites and cell, dynamic hidden, divisor full", "discriminative", (1, 6, 5, 2), {"bits": 16, "weightBits": 8, "dynamic": ["hidden"], "divisor": "full"}, [4]),
        random_model(rng, "16 by 16 bits", "discriminative", (6, 3, 5, 2), {"bits": 16}, [3]),
        random_model(rng, "quantized operands, float elsewhere", "discriminative", (5, 5, 7, 3), {"bits": "float", "weightBits": 6, "widths": {"input": 8, "hidden": 8, "head-input": 8}}, [1, 4]),
        random_model(rng, "shared table, EOS", "generative", (3, 5, 17, 4), {"shared": True, "predictEnd": True, "dynamic": inner}, [0, 4]),
        random_model(rng, "shared table, 61 words", "generative", (2, 3, 61, 2), {"bits": 5}, [2]),
        random_model(rng, "shared table of wide offsets", "generative", (3, 2, 19, 3), {"offsets": 80}, [5]),
        random_model(rng, "quantized head output", "generative", (4, 3, 11, 3), {"widths": {"head-output": 8}, "dynamic": ["head-input"]}, [3]),
        random_model(rng, "independent models", "generative", (3, 3, 8, 3), {"head": "independent", "predictEnd": True, "cellRounds": 3}, [0, 3]),
    ]


# Single formulas


def grids():
    ranges = [(-1, 1), (-0.3, 1.7), (0, 6), (-5, 0), (0, 0), (1, 3), (-1e-42, 1e-42), (-1e-14, 2e-14), (-1e13, 1.3e13), (-100, 27.5)]
    found = []
    for low, high in ranges:
        for width in (2, 3, 8, 16):
            for scheme, divisor in (("symmetric", "narrow"), ("symmetric", "full"), ("affine", "narrow")):
                for power in (False, True):
                    grid = make_grid(low, high, width, scheme, divisor, power, top=False)
                    if grid["scale"] > BOUND[1]:
                        continue
                    rules = {"width": width, "scheme": scheme, "symmetricDivisor": divisor, "powerOfTwo": power}
                    found.append({"min": low, "max": high, "rules": rules, "grid": grid})
    return found


def roundings(rng):
    """Halves between steps with even and odd zero points, subnormals, overflowing steps, both bounds of the scale."""
    found = []
    for scale in (F(0.25), F(0.1), BOUND[0], BOUND[1]):
        for low, high, zero in ((-8, 7, 0), (0, 15, 7), (0, 15, 8), (0, 255, 127), (0, 255, 255), (-128, 127, 0), (0, 65535, 31)):
            width = (high - low + 1).bit_length() - 1
            grid = {"kind": "static", "width": width, "low": low, "high": high, "zero": zero, "scale": scale, "reciprocal": F(F(1) / scale)}
            halves = F((np.arange(-5, 5) + 0.5) * float(scale))
            near = np.concatenate([np.nextafter(halves, F(-np.inf)), np.nextafter(halves, F(np.inf))])
            extreme = F([0, -0.0, 1e-42, -1e-42, 2.0**-126, 3e38, -3e38, 1e30])
            values = np.concatenate([halves, near[rng.integers(0, len(near), 6)], extreme, F(rng.normal(0, 5, 3) * float(scale))])
            for rounding in ("reciprocal", "divide"):
                for zero_point in ("after", "before"):
                    codes = quantize(values, grid, rounding, zero_point)
                    case = {"grid": grid, "rounding": rounding, "zeroPoint": zero_point, "values": values, "codes": codes}
                    found.append({**case, "reals": real(codes, grid)})
    return found


def contracts(rng):
    """[acc, m, b, fround(fround(acc * m) + b)] that a fused multiply-add would round otherwise."""
    found = []
    while len(found) < 40:
        acc, m, b = F(rng.integers(-30000, 30000)), F(rng.uniform(1e-5, 1e-3)), F(rng.uniform(-2, 2))
        if F(F(acc * m) + b) != F(float(acc) * float(m) + float(b)):
            found.append([acc, m, b, F(F(acc * m) + b)])
    return found


def contracted_cells(case):
    """Cells of a model's texts that a contraction of f * c + i * g would change."""
    part, recipe, changed = case["model"]["parts"][0], case["model"]["recipe"], 0
    for text in case["texts"]:
        pairs = zip(run(part, recipe, text["tokens"]), run(part, recipe, text["tokens"], fused=True))
        changed += sum(int((a["sites"]["cell"]["values"] != b["sites"]["cell"]["values"]).sum()) for a, b in pairs)
    return changed


def products(rng):
    """Rows of the least, of the largest and of rising integers, times vectors of one value or of random ones."""
    found = []
    cases = [(4096, 8, 0, 255, 0, True), (4096, 8, 0, 255, 255, True), (1, 2, -2, 1, 0, False), (1999, 8, -128, 127, 0, True)]
    cases += [(17, 5, 0, 7, 3, False), (300, 8, -32768, 32767, 0, False), (33, 16, -32768, 32767, 0, True), (4096, 16, 0, 65535, 65535, True)]
    for cols, weight_bits, low, high, zero, fill in cases:
        most = 2 ** (weight_bits - 1) - 1
        codes = np.stack([np.full(cols, -most), np.full(cols, most), np.arange(cols) * 37 % (2 * most + 1) - most])
        vector = np.full(cols, low if zero == high else high) if fill else rng.integers(low, high + 1, cols)
        scales, scale = F(rng.uniform(0.001, 0.1, 3)), F(rng.uniform(0.001, 0.1))
        acc = codes.astype(np.int64) @ (vector.astype(np.int64) - zero)
        compact = {"cols": cols, "width": weight_bits, "vector": vector[:1] if fill else vector}
        grid = {"low": low, "high": high, "zero": zero, "scale": scale}
        found.append({**compact, "scales": scales, "grid": grid, "acc": acc, "values": F(acc) * (scales * scale)})
    return found


def lanes(rng):
    found = []
    for count in (0, 1, 2, 15, 16, 17, 100, 1023, 1025, 2050):
        terms = F(rng.integers(1, 1000, count)) / F(64 * 3)
        largest, log = max_and_log(terms) if count > 0 else (None, None)
        found.append({"terms": terms, "sum": lane_sum(terms), "max": largest, "log": log})
    return found


def spikes():
    """Two words whose logits and offsets are each other's mirror, a distance apart; then offsets just within and beyond a range of 55."""
    found = []
    for words, distance in [(7, d) for d in (0, 1, 20, 40, 54, 55, 55.4, 56, 60, 80, 87, 88, 120, 200)] + [(1030, 55), (1030, 90)]:
        s, c = np.full(words, F(-distance)), np.full((2, words), F(-distance))
        s[1], c[0, words - 1], c[1, 1] = 0, 0, 0
        for target in (1, words - 1):
            relative, common, guarded = score_word(s, c, target)
            case = {"s": s, "offsets": c.ravel(), "target": target, "range": F(distance)}
            found.append({**case, "relative": relative, "common": common, "guarded": guarded})
    for distance in (np.nextafter(F(55), F(0)), np.nextafter(F(55), F(100))):
        s = np.where(np.arange(5) == 2, F(0), F(-300)).astype(F)
        c = np.where(np.arange(5) == 2, -distance, F(0))[None, :].astype(F)
        relative, common, guarded = score_word(s, c, 2)
        found.append({"s": s, "offsets": c.ravel(), "target": 2, "range": distance, "relative": relative, "common": common, "guarded": guarded})
    return found


def plain(value):
    if isinstance(value, dict):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(inner) for inner in value]
    if isinstance(value, np.ndarray):
        return plain(value.ravel().tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, float) and value == int(value) and abs(value) < 2**53:
        return int(value)
    return value


def main():
    rng = np.random.default_rng(20260101)
    vectors = {
        "grids": grids(),
        "roundings": roundings(rng),
        "contractions": contracts(rng),
        "products": products(rng),
        "lanes": lanes(rng),
        "spikes": spikes(),
        "models": models(rng),
    }
    # Without such cells a build that contracts would pass.
    assert contracted_cells(next(case for case in vectors["models"] if "float elsewhere" in case["name"])) > 0
    print("{")
    for k, (name, cases) in enumerate(vectors.items()):
        lines = cases.items() if isinstance(cases, dict) else enumerate(cases)
        texts = [(f'"{key}": ' if isinstance(cases, dict) else "") + json.dumps(plain(case), separators=(",", ":")) for key, case in lines]
        opening, closing = "{}" if isinstance(cases, dict) else "[]"
        print(f' "{name}": {opening}\n  ' + ",\n  ".join(texts) + f"\n {closing}" + ("," if k + 1 < len(vectors) else ""))
    print("}")


if __name__ == "__main__":
    main()
