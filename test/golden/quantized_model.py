"""Writes quantized_model_v1.bgq: a model of quantization_vectors.json as docs/format/quantized-model.md says, without the project's own code.

    python3 quantized_model.py        (Python's standard library and NumPy 2.4.6, beside quantization_vectors.json)
"""

import json
import pathlib
import struct
import zlib

import numpy as np

import quantization_vectors as vectors

FOLDER = pathlib.Path(__file__).parent
NAME = "shared table, EOS"
SITES = ["input", "hidden", "gate-i", "gate-f", "gate-g", "gate-o", "sigmoid-i", "sigmoid-f", "sigmoid-o", "tanh-g", "tanh-c", "cell"]
SITES += ["head-input", "head-output"]
WEIGHTS = ["embedding", "lstm-x", "lstm-h", "head", "label"]
RECIPE = {
    "target": "ours",
    "scale": "static",
    "weights": {"granularity": "channel", "calibrator": {"name": "min-max"}, "powerOfTwo": False, "algorithm": "nearest"},
    "activations": {"scheme": "symmetric", "calibrator": {"name": "percentile", "q": 0.99999}, "powerOfTwo": False},
    "sites": {},
    "sigmoid": "fixed",
    "rounding": "reciprocal",
    "zeroPoint": "after",
    "symmetricDivisor": "narrow",
    "sharedInputHidden": False,
    "cellRounds": 1,
    "bias": "float",
    "singleWidth": "all",
    "widths": {},
}
BITS = {name: 8 for name in ["weights", "input", "hidden", "gates", "sigmoid", "tanh", "cell", "head"]}


def width_byte(width):
    return 0 if width == "float" else width


def structure(model):
    spec, recipe = model["spec"], model["recipe"]
    family = [1, 0, int(spec["head"] == "independent"), int(spec["predictEnd"])]
    rules = [int(recipe["rounding"] == "divide"), int(recipe["zeroPoint"] == "before"), recipe["cellRounds"]]
    sizes = [spec["words"], spec["embedding"], spec["hidden"], spec["classes"], len(model["parts"])]
    widths = bytes(width_byte(model["widths"][name]) for name in SITES + WEIGHTS)
    return struct.pack("<7B5x5I", *family, *rules, *sizes) + widths.ljust(32, b"\0")


def description(model):
    whole = {
        "kind": "quantized-model",
        "version": 1,
        "spec": model["spec"],
        "recipe": RECIPE,
        "bits": {**BITS, "label": "W8 A8 C8"},
        "classes": ["World", "Sports", "Business", "Sci/Tech"],
        "vocabulary": {"fingerprint": "sha256:" + "0" * 64, "file": None},
        "tokenizer": None,
        "maxLength": 60,
        "origin": {"model": "sha256:" + "1" * 64},
    }
    return json.dumps(whole, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def grid(site):
    if site["kind"] == "float":
        return bytes(32)
    if site["kind"] == "static":
        return struct.pack("<4B3i2f8x", 1, site["width"], 0, 0, site["low"], site["high"], site["zero"], site["scale"], site["reciprocal"])
    flags = int(site["scheme"] == "affine"), int(site["powerOfTwo"])
    return struct.pack("<4B2i12xi4x", 2, site["width"], *flags, site["low"], site["high"], site["divisor"])


def packed(codes, cols, width):
    """By way of one large number a row: bit k * width + n of it is bit n of element k."""
    rows = []
    for start in range(0, len(codes), cols):
        number = sum((code % 2**width) << (k * width) for k, code in enumerate(codes[start : start + cols]))
        rows.append(number.to_bytes((cols * width + 7) // 8, "little"))
    return b"".join(rows)


def floats(values):
    return np.array(values, "<f4").tobytes()


def matrix(kind, values):
    return [(kind, packed(values["codes"], values["cols"], values["width"])), (kind + 1, floats(values["scales"]))]


def table(case, site, before):
    """By the functions of the vectors' script."""
    grids = case["model"]["parts"][0]["sites"]
    source, target = ({**grids[name], "scale": np.float32(grids[name]["scale"])} for name in (before, site))
    target["reciprocal"] = np.float32(target["reciprocal"])
    function = vectors.tanh32 if site.startswith("tanh") else vectors.sigmoid32
    values = function(vectors.real(np.arange(source["low"], source["high"] + 1), source))
    rules = case["model"]["recipe"]["rounding"], case["model"]["recipe"]["zeroPoint"]
    return (vectors.quantize(values, target, *rules) & 0xFFFF).astype("<u2").tobytes()


def part(case):
    one = case["model"]["parts"][0]
    sites = one["sites"]
    flags = bytes([int(one["embedding"]["shared"]), int(one["integerBias"] is not None)]).ljust(32, b"\0")
    found = [(16, flags + b"".join(grid(sites[site]) for site in SITES))]
    found.append((17, packed(one["embedding"]["codes"], one["inputs"], sites["input"]["width"])))
    found += matrix(19, one["wx"]) + matrix(21, one["wh"]) + [(23, floats(one["bias"]))]
    found += matrix(25, one["head"]) + [(27, floats(one["headBias"])), (28, floats(one["labelTable"]))]
    pairs = [("sigmoid-i", "gate-i"), ("sigmoid-f", "gate-f"), ("tanh-g", "gate-g"), ("sigmoid-o", "gate-o"), ("tanh-c", "cell")]
    for kind, (site, before) in enumerate(pairs, 32):
        if sites[before]["kind"] == "static" and sites[site]["kind"] == "static":
            found.append((kind, table(case, site, before)))
    return found


def main():
    cases = json.loads((FOLDER / "quantization_vectors.json").read_text())["models"]
    case = next(case for case in cases if case["name"] == NAME)
    prior = np.array(case["model"]["logPrior"], "<f8").tobytes()
    sections = [(1, structure(case["model"])), (2, description(case["model"])), (3, prior)] + part(case)
    end, entries, body = 64 + 32 * len(sections), b"", b""
    for kind, content in sections:
        gap = -(end + len(body)) % 64
        body += bytes(gap)
        entries += struct.pack("<2HI3Q", kind, 0, zlib.crc32(content), end + len(body), len(content), 0)
        body += content
    length = end + len(body)
    header = struct.pack("<8s2IQI32x", b"BGQM\r\n\x1a\n", 1, len(sections), length, zlib.crc32(entries))
    file = header + struct.pack("<I", zlib.crc32(header)) + entries + body
    (FOLDER / "quantized_model_v1.bgq").write_bytes(file)


if __name__ == "__main__":
    main()
