"""Writes lstm_sequence.json: an LSTM sequence and its gradient by NumPy in float64, independent of the project's own code.

    python3 lstm_sequence.py > lstm_sequence.json        (NumPy 2.4.6)

Gate order i, f, g, o; kernel [inputs + hidden, 4 * hidden]; no peepholes, no clipping, no forget bias. The loss is the weighted sum of all
hidden values; its gradient is worked out by hand-written back-propagation through time, not by differences.
"""

import json

import numpy as np

STEPS, BATCH, INPUTS, HIDDEN = 3, 2, 2, 3


def sigmoid(values):
    return 1 / (1 + np.exp(-values))


def forward(x, cell, hidden, kernel, bias):
    tape, cells, hiddens = [], [], []
    for xt in x:
        joined = np.concatenate([xt, hidden], axis=1)
        pre = joined @ kernel + bias
        i, f, g, o = np.split(pre, 4, axis=1)
        i, f, g, o = sigmoid(i), sigmoid(f), np.tanh(g), sigmoid(o)
        before = cell
        cell = f * before + i * g
        hidden = o * np.tanh(cell)
        tape.append((joined, i, f, g, o, before, cell))
        cells.append(cell)
        hiddens.append(hidden)
    return np.stack(cells), np.stack(hiddens), tape


def backward(kernel, tape, d_hiddens):
    d_kernel, d_bias = np.zeros_like(kernel), np.zeros(kernel.shape[1])
    d_cell, d_hidden = np.zeros((BATCH, HIDDEN)), np.zeros((BATCH, HIDDEN))
    d_x = []
    for (joined, i, f, g, o, before, cell), d_out in zip(reversed(tape), reversed(d_hiddens)):
        d_hidden = d_hidden + d_out
        tanh_cell = np.tanh(cell)
        d_cell = d_cell + d_hidden * o * (1 - tanh_cell**2)
        d_pre = np.concatenate(
            [
                d_cell * g * i * (1 - i),
                d_cell * before * f * (1 - f),
                d_cell * i * (1 - g**2),
                d_hidden * tanh_cell * o * (1 - o),
            ],
            axis=1,
        )
        d_kernel += joined.T @ d_pre
        d_bias += d_pre.sum(axis=0)
        d_joined = d_pre @ kernel.T
        d_x.append(d_joined[:, :INPUTS])
        d_hidden = d_joined[:, INPUTS:]
        d_cell = d_cell * f
    return np.stack(d_x[::-1]), d_cell, d_hidden, d_kernel, d_bias


def main():
    random = np.random.default_rng(20260101)

    def draw(*shape):
        # Values that float32 holds exactly, so that both precisions start from the same numbers.
        return np.float32(random.uniform(-1, 1, shape)).astype(np.float64)

    x, cell, hidden = draw(STEPS, BATCH, INPUTS), draw(BATCH, HIDDEN), draw(BATCH, HIDDEN)
    kernel, bias = draw(INPUTS + HIDDEN, 4 * HIDDEN), draw(4 * HIDDEN)
    weights = draw(STEPS, BATCH, HIDDEN)
    cells, hiddens, tape = forward(x, cell, hidden, kernel, bias)
    d_x, d_cell, d_hidden, d_kernel, d_bias = backward(kernel, tape, weights)

    def flat(array):
        return array.ravel().tolist()

    print(
        json.dumps(
            {
                "sizes": {"steps": STEPS, "batch": BATCH, "inputs": INPUTS, "hidden": HIDDEN},
                "inputs": {"x": flat(x), "cell": flat(cell), "hidden": flat(hidden), "kernel": flat(kernel), "bias": flat(bias)},
                "lossWeights": flat(weights),
                "outputs": {"cells": flat(cells), "hiddens": flat(hiddens)},
                "gradients": {
                    "x": flat(d_x),
                    "cell": flat(d_cell),
                    "hidden": flat(d_hidden),
                    "kernel": flat(d_kernel),
                    "bias": flat(d_bias),
                },
            },
            indent=1,
        )
    )


main()
