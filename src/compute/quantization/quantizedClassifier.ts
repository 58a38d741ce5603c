import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import type { PartTrace } from '../../core/quantization/evaluateText.ts'
import type { QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import type { DiscriminativeSpec } from '../../shared/contract/modelRules.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import { AppError } from '../../shared/errors.ts'
import type { DiscriminativeScorer } from '../evaluation/scoreDiscriminative.ts'
import type { Kept } from './kept.ts'
import { largestCode } from './matrixProduct.ts'
import { prefixBatch, type PrefixBatch } from './prefixBatch.ts'
import type { Watch } from './quantizedCell.ts'
import { QuantizedHead } from './quantizedHead.ts'
import { QuantizedLstm } from './quantizedLstm.ts'
import { firstRows, realOf, rowsFrom, type SiteValue } from './siteValue.ts'
import { floatRows, TraceRecorder } from './traceRecorder.ts'

interface ReadTexts {
  /** [texts, hidden] */
  pooled: Tensor
  /** [texts, classes] before the site `head-output` */
  logits: Tensor
  output: SiteValue
}

/** What float32 holds of whole numbers without a gap. */
const exact = 2 ** 24

/** A quantized discriminative model: LSTM, mean or last hidden vector, head. */
export class QuantizedClassifier implements DiscriminativeScorer {
  readonly classes: number
  readonly #kept: Kept
  readonly #spec: DiscriminativeSpec
  readonly #part: QuantizedPart
  readonly #lstm: QuantizedLstm
  readonly #head: QuantizedHead

  /** @throws AppError `bit-width-unsupported` */
  constructor(kept: Kept, spec: DiscriminativeSpec, part: QuantizedPart, recipe: Recipe) {
    this.classes = spec.classes
    this.#kept = kept
    this.#spec = spec
    this.#part = part
    this.#lstm = new QuantizedLstm(kept, part, recipe)
    this.#head = new QuantizedHead(kept, part, recipe)
  }

  /**
   * @param texts the longest first
   * @throws AppError `too-large` for a text whose sum of hidden integers float32 may not hold
   */
  logits(texts: readonly ArrayLike<number>[]): Float32Array {
    const logits = realOf(this.#kept.ops, this.#read(texts, null).output).dataSync<'float32'>() as Float32Array
    // The library has two zeros, the reference one.
    return logits.map((value) => value + 0)
  }

  /** All that was computed of each text, in a scope of the caller's. */
  trace(texts: readonly ArrayLike<number>[]): PartTrace[] {
    const recorder = new TraceRecorder(this.#kept.ops, this.#part)
    const { pooled, logits, output } = this.#read(texts, recorder)
    const vectors = floatRows(pooled)
    return texts.map(({ length }, text) => ({
      steps: recorder.steps(text, length),
      pooled: vectors(text),
      head: [recorder.head(text, logits, [output])],
    }))
  }

  /** Shows a watch all that is computed, in a scope of the caller's. */
  show(texts: readonly ArrayLike<number>[], watch: Watch): void {
    const { output } = this.#read(texts, watch)
    watch.site('head-output', output)
  }

  #read(texts: readonly ArrayLike<number>[], watch: Watch | null): ReadTexts {
    const pooled = this.#pool(prefixBatch(texts), watch)
    const input = this.#head.input(pooled)
    watch?.site('head-input', input)
    const logits = this.#head.logits(input, watch)
    return { pooled, logits, output: this.#head.output(logits) }
  }

  /**
   * `d(h_T)`, or `fround(fround(fround(S) * s_h) / fround(T))` with S the sum of `q - z`; of a hidden vector without one scale the sum of `d(h_t)`. Zeros
   * for a text without words (numerics.md section 7).
   */
  #pool(batch: PrefixBatch, watch: Watch | null): Tensor {
    const { ops } = this.#kept
    const site = this.#part.sites.hidden
    const whole = site.kind === 'static' && this.#spec.pooling === 'mean'
    if (whole) assertExact(largestCode(site) * (batch.lengths[0] ?? 0))
    const use = (hidden: SiteValue, before: Tensor | null): Tensor => {
      const value = whole && hidden.kind === 'integer' ? hidden.codes : realOf(ops, hidden)
      if (before === null || this.#spec.pooling === 'last') return value
      return ops.float('AddV2', firstRows(ops, before, value.shape[0]!), value)
    }
    const vectors = this.#atEnds(batch, this.#lstm.run(batch, use, watch))
    if (this.#spec.pooling === 'last') return vectors
    const sums = whole ? ops.float('Mul', vectors, this.#kept.scalar(site.scale)) : vectors
    const steps = ops.floats(
      batch.lengths.map((length) => Math.max(1, length)),
      [batch.texts, 1],
    )
    return ops.float('RealDiv', sums, steps)
  }

  /** Of each text what its last step gave: the longest come first, so these are the ends of ever earlier steps. */
  #atEnds({ texts, words }: PrefixBatch, steps: readonly Tensor[]): Tensor {
    const { ops } = this.#kept
    const { hidden } = this.#part.lstm
    const ends = steps.flatMap((step, t) => {
      const going = words[t + 1]?.length ?? 0
      const count = words[t]!.length - going
      return count === 0 ? [] : [rowsFrom(ops, step, going, count)]
    })
    const empty = texts - (words[0]?.length ?? 0)
    const zeros = empty === 0 ? [] : [ops.floats(new Float32Array(empty * hidden), [empty, hidden])]
    return ops.concat([...ends.toReversed(), ...zeros], 0)
  }
}

function assertExact(largestSum: number): void {
  if (largestSum <= exact) return
  throw new AppError(
    'too-large',
    'The TensorFlow engine cannot keep the sum of the hidden vectors of so long a text exact.',
    {
      expected: `at most ${exact}`,
      found: String(largestSum),
      hint: 'Take fewer bits for the hidden vector, or shorter texts.',
    },
  )
}
