"""Writes run_key.json: keys of runs worked out without Bitgauge. Run: python3 test/golden/run_key.py > test/golden/run_key.json

RFC 8785 canonical JSON and Python's json.dumps(sort_keys=True, separators=(',', ':'), ensure_ascii=False) give the same text for
the values below, and for these only:
  - keys of ASCII: order by code point (Python) and by UTF-16 code unit (RFC) agree below U+D800;
  - text without control characters other than \\b \\t \\n \\f \\r, which both escape by two characters; other text both leave as it is;
  - whole numbers below 2^53, and floats in [1e-4, 1e16) that are not whole: both print the shortest digits that read back, in
    positional form (repr and ECMAScript's Number::toString agree there; 1.0 and 1e-05 would not).
"""

import hashlib
import json

AB = 'sha256:' + 'ab' * 32
CD = 'sha256:' + 'cd' * 32


def check(value):
    if isinstance(value, dict):
        for key, inner in value.items():
            assert key.isascii(), key
            check(inner)
    elif isinstance(value, list):
        for inner in value:
            check(inner)
    elif isinstance(value, float):
        assert not value.is_integer() and 1e-4 <= abs(value) < 1e16, value
    elif isinstance(value, str):
        assert all(c >= ' ' or c in '\b\t\n\f\r' for c in value), value
    else:
        assert value is None or isinstance(value, (bool, int)) and abs(value) < 2**53, value


def case(name, parts):
    check(parts)
    text = json.dumps(parts, sort_keys=True, separators=(',', ':'), ensure_ascii=False)
    return {'name': name, 'parts': parts, 'canonical': text, 'key': hashlib.sha256(text.encode('utf-8')).hexdigest()}


CASES = [
    case(
        'an evaluation with noise',
        {
            'stage': 'evaluation',
            'stageVersion': 1,
            'inputs': {'model': AB, 'dataset': CD},
            'recipe': {'noise': {'kind': 'qwerty', 'level': 0.05}, 'quantizers': True, 'batch': 64},
            'seed': 7,
        },
    ),
    case(
        'a quantization with nested options in no order',
        {
            'stage': 'quantization',
            'stageVersion': 3,
            'inputs': {'calibration': CD, 'model': AB},
            'recipe': {
                'weights': {'granularity': 'channel', 'algorithm': 'nearest'},
                'calibrator': {'q': 0.99999, 'name': 'percentile'},
                'bits': {'weights': 4, 'cell': 8, 'head': 'float'},
                'Zero': None,
                'a10': [1, 2.5, -3, [], {}],
                'a9': 0.1,
            },
            'seed': 9007199254740991,
        },
    ),
    case(
        'a data set of hostile class names',
        {
            'stage': 'dataset',
            'stageVersion': 1,
            'inputs': {},
            'recipe': {'classes': ['<img onerror=x>', '=cmd|x', '\\input{"x"}', 'a\tb\n\r\b\f', 'é € 😀']},
            'seed': 0,
        },
    ),
]

print(json.dumps(CASES, indent=2, ensure_ascii=False))
