"""Writes training_adam.json: paths of parameters under PyTorch's Adam and AdamW, in float64, with weight decay and clipping.

    python3 training_adam.py > training_adam.json        (PyTorch 2.15)
"""

import json

import torch

STEPS, SIZE = 12, 5


def path(kind, weight_decay, clip, epsilon):
    torch.manual_seed(20260106)
    parameter = torch.nn.Parameter(torch.rand(SIZE, dtype=torch.float64) - 0.5)
    start = parameter.detach().tolist()
    optimizer = getattr(torch.optim, kind)([parameter], lr=0.01, betas=(0.9, 0.99), eps=epsilon, weight_decay=weight_decay)
    gradients, values = [], []
    for step in range(STEPS):
        # A step without a gradient of its own still moves the parameter: the moments fade.
        gradient = torch.zeros(SIZE, dtype=torch.float64) if step in (4, 5) else torch.randn(SIZE, dtype=torch.float64)
        parameter.grad = gradient.clone()
        if clip is not None:
            norm = gradient.norm()
            if norm > clip:
                parameter.grad = gradient * (clip / norm)
        optimizer.step()
        gradients.append(gradient.tolist())
        values.append(parameter.detach().tolist())
    return {"kind": kind.lower(), "weightDecay": weight_decay, "clip": clip, "epsilon": epsilon, "start": start, "gradients": gradients, "values": values}


def main():
    paths = [path("Adam", 0, None, 1e-8), path("Adam", 0, 1.0, 0.1), path("Adam", 0.1, None, 1e-8), path("AdamW", 0.1, None, 1e-8)]
    print(json.dumps({"learningRate": 0.01, "beta1": 0.9, "beta2": 0.99, "paths": paths}, indent=1))


main()
