import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { dequantize, quantizeValue, type RoundingRules } from '../../core/quantization/grid.ts'
import { sigmoid32, sigmoidLimit, tanh32, tanhLimit } from '../../core/quantization/nonlinearities.ts'
import type { SiteGrid } from '../../core/quantization/quantizedModel.ts'
import type { Kept } from './kept.ts'
import { siteQuantizer } from './siteQuantizer.ts'
import { realOf, type SiteValue } from './siteValue.ts'

export type Nonlinear = 'sigmoid' | 'tanh'

/** One site after another, with sigmoid or tanh between them. */
export type Nonlinearity = (value: SiteValue) => SiteValue

const scalarOf: Record<Nonlinear, (x: number) => number> = { sigmoid: sigmoid32, tanh: tanh32 }

/**
 * `quantize_to(phi(d(value)))`. From a static grid it is a table over its integers, made by core's own functions: two bytes at most, and one
 * gather in place of some thirty operations. Otherwise the sequence of core's nonlinearities.ts, operation by operation.
 */
export function nonlinearity(
  kept: Kept,
  phi: Nonlinear,
  from: SiteGrid,
  to: SiteGrid,
  rules: RoundingRules,
): Nonlinearity {
  if (from.kind === 'static') return tabulated(kept, phi, from, to, rules)
  const sequence = phi === 'sigmoid' ? sigmoidSequence : tanhSequence
  const quantize = siteQuantizer(kept, to, rules)
  return (value) => quantize(sequence(kept, realOf(kept.ops, value)))
}

type StaticGrid = Extract<SiteGrid, { kind: 'static' }>

function tabulated(kept: Kept, phi: Nonlinear, from: StaticGrid, to: SiteGrid, rules: RoundingRules): Nonlinearity {
  const { ops } = kept
  const values = Float32Array.from({ length: from.high - from.low + 1 }, (_, k) =>
    scalarOf[phi](dequantize(from.low + k, from)),
  )
  const first = kept.scalar(from.zero - from.low)
  const look = (table: Tensor, value: SiteValue): Tensor => {
    if (value.kind === 'float') throw new Error('an integer site gave no integers')
    return ops.elements(table, ops.toIntegers(ops.float('AddV2', value.codes, first)))
  }
  if (to.kind === 'static') {
    const table = kept.floats(values.map((value) => quantizeValue(value, to, rules) - to.zero))
    const [scale, zero] = [kept.scalar(to.scale), kept.scalar(to.zero)]
    return (value) => ({ kind: 'integer', codes: look(table, value), scale, zero })
  }
  const table = kept.floats(values)
  const quantize = siteQuantizer(kept, to, rules)
  return (value) => quantize(look(table, value))
}

/** `sigmoid32` of core. */
function sigmoidSequence(kept: Kept, x: Tensor): Tensor {
  const { ops } = kept
  const [none, one] = [kept.scalar(0), kept.scalar(1)]
  const a = ops.float('Minimum', magnitude(kept, x), kept.scalar(sigmoidLimit))
  const shrunk = expSequence(kept, ops.float('Sub', none, a))
  const above = ops.select(ops.float('Less', x, none), shrunk, one)
  return ops.float('RealDiv', above, ops.float('AddV2', shrunk, one))
}

/** `tanh32` of core; both of its forms are computed everywhere. */
function tanhSequence(kept: Kept, x: Tensor): Tensor {
  const { ops } = kept
  const [none, one, two] = [kept.scalar(0), kept.scalar(1), kept.scalar(2)]
  const a = ops.float('Minimum', magnitude(kept, x), kept.scalar(tanhLimit))
  const grown = ops.float('AddV2', expSequence(kept, ops.float('Mul', a, two)), one)
  const far = ops.float('Sub', one, ops.float('RealDiv', two, grown))
  const square = ops.float('Mul', a, a)
  const bent = ops.float('Mul', ops.float('Mul', polynomial(kept, tanhTerms, square), square), a)
  const near = ops.float('AddV2', bent, a)
  const value = ops.select(ops.float('Less', a, kept.scalar(tanhSmall)), near, far)
  return ops.select(ops.float('Less', x, none), ops.float('Sub', none, value), value)
}

/** `expWithin` of core, for arguments from -40 to 20. */
function expSequence(kept: Kept, x: Tensor): Tensor {
  const { ops } = kept
  const shift = kept.scalar(12582912)
  const n = ops.float('Sub', ops.float('AddV2', ops.float('Mul', x, kept.scalar(log2e)), shift), shift)
  const high = ops.float('Sub', x, ops.float('Mul', n, kept.scalar(ln2High)))
  const r = ops.float('Sub', high, ops.float('Mul', n, kept.scalar(ln2Low)))
  const bent = ops.float('Mul', ops.float('Mul', r, r), polynomial(kept, expTerms, r))
  const ofRest = ops.float('AddV2', ops.float('AddV2', bent, r), kept.scalar(1))
  return ops.float('Mul', ofRest, powerOfTwo(kept, n))
}

/** 2^n by its exponent's bits: (n + 127) * 2^23 is a whole number that float32 holds. */
function powerOfTwo(kept: Kept, n: Tensor): Tensor {
  const { ops } = kept
  const biased = ops.float('AddV2', n, kept.scalar(127))
  return ops.floatsOfWords(ops.toIntegers(ops.float('Mul', biased, kept.scalar(2 ** 23))))
}

function magnitude(kept: Kept, x: Tensor): Tensor {
  return kept.ops.float('Maximum', x, kept.ops.float('Sub', kept.scalar(0), x))
}

/** By Horner's rule, the highest power first. */
function polynomial(kept: Kept, terms: readonly number[], x: Tensor): Tensor {
  const { ops } = kept
  const [highest, ...lower] = terms.map((term) => kept.scalar(term)).toReversed()
  return lower.reduce((sum, term) => ops.float('AddV2', ops.float('Mul', sum, x), term), highest!)
}

const float = (word: number): number => new Float32Array(Uint32Array.of(word).buffer)[0]!

// The constants of docs/format/nonlinearities.md, as core's nonlinearities.ts and the C runtime have them.
const log2e = float(0x3fb8aa3b)
const ln2High = float(0x3f318000)
const ln2Low = float(0xb95e8083)
const tanhSmall = 0.5625
const expTerms = [0x3efffffe, 0x3e2aaa46, 0x3d2aac5c, 0x3c091f2c, 0x3ab526ba].map(float)
const tanhTerms = [0xbeaaaaa4, 0x3e08862f, 0xbd5c82e2, 0x3cac08fb, 0xbbca2a79].map(float)
