"""Writes activation_profile_v1.bin as docs/format/profile.md says, and activation_profile_v1.json, what is in it; without the project's own code.

    python3 activation_profile.py        (Python's standard library)

The values are eighths, so that float32 holds them and every bin can be counted by hand. The sites stand in the header by the alphabet, and their
histograms in the order of SITES: of the four here, no two orders agree.
"""

import json
import math
import pathlib
import statistics
import struct

FOLDER = pathlib.Path(__file__).parent
BINS = 8
SITES = ["input", "gate-f", "cell", "head-output"]


def site(values):
    low, high = min(values), max(values)
    counts = [0] * BINS
    for value in values:
        place = 0 if low == high else math.floor((value - low) / (high - low) * BINS)
        counts[min(BINS - 1, place)] += 1
    figures = {"count": len(values), "min": low, "max": high, "mean": statistics.fmean(values), "deviation": statistics.pstdev(values)}
    return {**{name: number(value) for name, value in figures.items()}, "histogram": counts}


def number(value):
    """As JSON has it: 3, not 3.0."""
    value = float(value)
    return int(value) if value == int(value) else value


def parts():
    first = {
        "input": site([(k * k % 17 - 8) / 8 for k in range(40)]),
        "gate-f": site([(k * 7 % 23 - 11) / 8 for k in range(60)]),
        "cell": site([k / 8 for k in range(-5, 12)]),
        "head-output": site([0.5] * 6),
    }
    return [first, {}, {"cell": site([-0.125, 0, 0.125, 0.125]), "input": site([0.25])}]


def main():
    profile = {"bins": BINS, "texts": 3, "steps": 20, "parts": parts()}
    heads = [{name: {k: v for k, v in of.items() if k != "histogram"} for name, of in part.items()} for part in profile["parts"]]
    header = {**profile, "parts": heads, "kind": "activation-profile", "version": 1}
    text = json.dumps(header, sort_keys=True, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 4)
    counts = [count for part in profile["parts"] for name in SITES if name in part for count in part[name]["histogram"]]
    file = struct.pack("<8s2I", b"BGPROFIL", 1, len(text)) + text + struct.pack(f"<{len(counts)}I", *counts)
    (FOLDER / "activation_profile_v1.bin").write_bytes(file)
    (FOLDER / "activation_profile_v1.json").write_text(json.dumps(profile, indent=1) + "\n")


if __name__ == "__main__":
    main()
