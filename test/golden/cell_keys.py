"""Writes cell_keys.json: keys of calibration sets, profiles, quantizations and evaluations, worked out without Bitgauge from what
docs/format/runs.md says of them. Run: python3 test/golden/cell_keys.py > test/golden/cell_keys.json

Python's json.dumps(sort_keys=True, separators=(',', ':')) is RFC 8785's canonical JSON for these values: keys and texts of ASCII, whole numbers
below 2^53, and floats in [1e-4, 1e16) that are not whole.
"""

import hashlib
import json

MODEL = 'sha256:' + '11' * 32
DATASET = 'sha256:' + '22' * 32
SET = 'sha256:' + '33' * 32
PROFILE = 'sha256:' + '44' * 32

VERSIONS = {'calibration': 2}
CLEAN = {'kind': 'none', 'level': 0}
NOISY = {'kind': 'qwerty', 'level': 0.05}
GROUPS = ['weights', 'input', 'hidden', 'gates', 'sigmoid', 'tanh', 'cell', 'head']
SITES = {
    'input': 'input',
    'hidden': 'hidden',
    **{f'gate-{gate}': 'gates' for gate in 'ifgo'},
    **{f'sigmoid-{gate}': 'sigmoid' for gate in 'ifo'},
    'tanh-g': 'tanh',
    'tanh-c': 'tanh',
    'cell': 'cell',
    'head-input': 'head',
    'head-output': None,
    'embedding': 'input',
    'lstm-x': 'weights',
    'lstm-h': 'weights',
    'head': 'weights',
    'label': None,
}


def recipe(bits, scale='static'):
    """The recipe `ours` with every setting, and the width of every site and array."""
    return {
        'target': 'ours',
        'scale': scale,
        'weights': {
            'granularity': 'channel',
            'calibrator': {'name': 'min-max'},
            'powerOfTwo': False,
            'algorithm': 'nearest',
        },
        'activations': {
            'scheme': 'symmetric',
            'calibrator': {'name': 'percentile', 'q': 0.99999},
            'powerOfTwo': False,
        },
        'sites': {},
        'sigmoid': 'fixed',
        'rounding': 'reciprocal',
        'zeroPoint': 'after',
        'symmetricDivisor': 'narrow',
        'sharedInputHidden': False,
        'cellRounds': 1,
        'bias': 'float',
        'singleWidth': 'all',
        'widths': {name: 'float' if group is None else bits[group] for name, group in SITES.items()},
    }


def case(name, stage, inputs, chosen, seed=0):
    parts = {'stage': stage, 'stageVersion': VERSIONS.get(stage, 1), 'inputs': inputs, 'recipe': chosen, 'seed': seed}
    text = json.dumps(parts, sort_keys=True, separators=(',', ':'))
    return {'name': name, 'key': hashlib.sha256(text.encode()).hexdigest()}


BITS = {**dict.fromkeys(GROUPS, 8), 'weights': 4}
OURS = recipe(BITS)
DYNAMIC = recipe(BITS, 'dynamic')

print(
    json.dumps(
        [
            case(
                'a calibration set',
                'calibration',
                {'dataset': DATASET},
                {'kind': 'set', 'composition': {'World': 3, 'Sports': 1}, 'size': 512, 'draw': 2},
                7,
            ),
            case(
                'a profile',
                'calibration',
                {'model': MODEL, 'set': SET},
                {'kind': 'profile', 'labels': 'true', 'bins': 8192, 'headOutput': False},
            ),
            case(
                'a quantization', 'quantization', {'model': MODEL, 'profile': PROFILE}, {'recipe': OURS, 'bits': BITS}
            ),
            case(
                'a quantization without calibration', 'quantization', {'model': MODEL}, {'recipe': DYNAMIC, 'bits': BITS}
            ),
            case(
                'a float evaluation',
                'evaluation',
                {'model': MODEL, 'dataset': DATASET},
                {'split': 'test', 'noise': NOISY, 'shift': None},
                5,
            ),
            case(
                'a quantized evaluation of clean texts',
                'evaluation',
                {'model': MODEL, 'dataset': DATASET, 'profile': PROFILE},
                {
                    'split': 'dev',
                    'noise': CLEAN,
                    'shift': None,
                    'quantization': {'version': 1, 'recipe': OURS, 'bits': BITS},
                },
            ),
        ],
        indent=2,
    )
)
