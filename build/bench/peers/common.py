"""What the peers' programs share: reading a model's weights and encoded texts, and being asked for work in blocks.

A question is a line on standard input, its fields with tabs between; the answer is a line of JSON on standard output. The first
line out names the versions.
"""

import gc
import json
import struct
import sys
import time

import numpy as np


def read_model(path):
    """A float model of Bitgauge (docs/format/model.md): its arrays by name, and its description."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    description = json.loads(header.pop("__metadata__")["bitgauge"])
    arrays = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        arrays[name] = np.frombuffer(data[begin:end], "<f4").reshape(entry["shape"]).copy()
    return arrays, description


def read_texts(path):
    """A token file (docs/format/dataset.md): an array of word ids for each text, and the labels."""
    with open(path, "rb") as file:
        data = file.read()
    _, _, rows, token_bytes, tokens, label_bytes, _, _ = struct.unpack_from("<8I", data)
    offsets = np.frombuffer(data, "<u4", rows + 1, 32)
    at = to_eight(32 + 4 * (rows + 1))
    ids = np.frombuffer(data, f"<u{token_bytes}", tokens, at).astype(np.int64)
    labels = np.frombuffer(data, f"<u{label_bytes}", rows, to_eight(at + tokens * token_bytes)).astype(np.int64)
    return [ids[offsets[row] : offsets[row + 1]] for row in range(rows)], labels


def to_eight(at):
    return -(-at // 8) * 8


def of_one_length(texts):
    """[texts, words] of texts that all have the same number of words."""
    return np.stack(texts)


def times(batches, evaluate, count):
    """
    Milliseconds of the processor of each of so many evaluations, the batches in turn. For one thread they are those of the wall on an
    idle machine; on a busy one, what else runs would count most against those whose evaluations take long.
    """
    taken = []
    for call in range(count):
        batch = batches[call % len(batches)]
        start = time.process_time_ns()
        evaluate(batch)
        taken.append((time.process_time_ns() - start) / 1e6)
    return taken


def in_batches(matrix, size):
    return [matrix[at : at + size] for at in range(0, len(matrix), size)]


def answer(first, verbs):
    """Answers until the input ends. `verbs`: name to a function of the other fields."""
    gc.disable()
    say(first)
    for line in sys.stdin:
        verb, *fields = line.rstrip("\n").split("\t")
        say(verbs[verb](*fields))
        gc.collect()


def say(value):
    print(json.dumps(value), flush=True)
