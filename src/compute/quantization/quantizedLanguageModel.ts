import type { Tensor } from '@tensorflow/tfjs-node-gpu'
import { offsetRange } from '../../core/evaluation/factoredScores.ts'
import type { HeadTrace, PartTrace } from '../../core/quantization/evaluateText.ts'
import type { QuantizedModel, QuantizedPart } from '../../core/quantization/quantizedModel.ts'
import type { GenerativeSpec } from '../../shared/contract/modelRules.ts'
import type { Recipe } from '../../shared/contract/quantizationRules.ts'
import { directTexts, factoredTexts, type GenerativeScorer } from '../evaluation/scoreGenerative.ts'
import { classOffsets, rowsAtOnce, type Logits, type SharedRows } from '../evaluation/wordScores.ts'
import { distinctRows } from './distinctRows.ts'
import type { Kept } from './kept.ts'
import { predictingPrefixes } from './prefixBatch.ts'
import type { Watch } from './quantizedCell.ts'
import { QuantizedHead } from './quantizedHead.ts'
import { QuantizedLstm } from './quantizedLstm.ts'
import { joinValues, mapRows, realOf, rowsFrom, type SiteValue } from './siteValue.ts'
import { TraceRecorder } from './traceRecorder.ts'

/** The vectors that the words of some texts are predicted from. */
interface ReadTexts {
  texts: number
  /** [N or more] at the site `head-input`; behind the words zeros, up to a multiple of `rowsAtOnce` */
  input: SiteValue
  /** [N] */
  targets: Int32Array
  /** [N] */
  owners: Int32Array
}

/** One language model: of all classes, or of one. */
export class QuantizedLanguageModel {
  readonly head: QuantizedHead
  readonly #kept: Kept
  readonly #spec: GenerativeSpec
  readonly #part: QuantizedPart
  readonly #lstm: QuantizedLstm

  /** @throws AppError `bit-width-unsupported` */
  constructor(kept: Kept, spec: GenerativeSpec, part: QuantizedPart, recipe: Recipe) {
    this.#kept = kept
    this.#spec = spec
    this.#part = part
    this.#lstm = new QuantizedLstm(kept, part, recipe)
    this.head = new QuantizedHead(kept, part, recipe)
  }

  /** @param texts the longest first */
  read(texts: readonly ArrayLike<number>[], watch: Watch | null = null): ReadTexts {
    const { ops } = this.#kept
    const { batch, targets, owners } = predictingPrefixes(texts, this.#spec.predictEnd)
    const use = (hidden: SiteValue): SiteValue => {
      const input = this.head.input(realOf(ops, hidden))
      watch?.site('head-input', input)
      return input
    }
    const steps = this.#lstm.run(batch, use, watch)
    const none = (): SiteValue => this.head.input(ops.floats([], [0, this.#spec.hidden]))
    const input = mapRows(steps.length === 0 ? none() : joinValues(ops, steps), (rows) => this.#filled(rows))
    return { texts: texts.length, input, targets, owners }
  }

  /**
   * The words' logits, always of as many rows: a sum over the vocabulary is then taken in one order, whatever texts are beside a word.
   *
   * @param of what is made of them
   */
  logits({ input }: ReadTexts, of: (logits: Tensor) => Tensor = (logits) => logits): Logits {
    const { ops } = this.#kept
    return (at) => of(this.head.logits(mapRows(input, (rows) => rowsFrom(ops, rows, at, rowsAtOnce))))
  }

  /** The same texts with each different vector of `head-input` once; null where that is not worth its while. */
  distinct(read: ReadTexts): { read: ReadTexts; shared: SharedRows } | null {
    const { input, targets } = read
    // A scale of its own is part of what a vector stands for.
    if (input.kind !== 'integer' || input.scale.shape.length > 0 || targets.length === 0) return null
    const { ops } = this.#kept
    const { hidden } = this.#spec
    const shared = distinctRows(input.codes.dataSync<'float32'>() as Float32Array, targets.length, hidden)
    if (shared.count > 0.8 * targets.length) return null
    const first = ops.integers(shared.first)
    return { read: { ...read, input: mapRows(input, (rows) => this.#filled(ops.gather(rows, first))) }, shared }
  }

  /** Logits as the integers of `head-output` stand for them. */
  quantized(logits: Tensor): Tensor {
    return realOf(this.#kept.ops, this.head.output(logits))
  }

  /**
   * All that was computed of each text, in a scope of the caller's.
   *
   * @param outputs what is put on `head-output`, given the logits of words: none, or one a class
   */
  trace(texts: readonly ArrayLike<number>[], outputs: (logits: Tensor) => Tensor[]): PartTrace[] {
    const { ops } = this.#kept
    const recorder = new TraceRecorder(ops, this.#part)
    const { input, targets, owners } = this.read(texts, recorder)
    const heads = texts.map((): HeadTrace[] => [])
    for (let at = 0; at < targets.length; at += rowsAtOnce) {
      const some = mapRows(input, (rows) => rowsFrom(ops, rows, at, rowsAtOnce))
      recorder.site('head-input', some)
      const logits = this.head.logits(some, recorder)
      const made = outputs(logits).map((output) => this.head.output(output))
      owners.subarray(at, at + rowsAtOnce).forEach((text, row) => heads[text]!.push(recorder.head(row, logits, made)))
    }
    return heads.map((head, text) => ({ steps: recorder.steps(text, head.length), pooled: null, head }))
  }

  #filled(rows: Tensor): Tensor {
    const { ops } = this.#kept
    const [count, width] = rows.shape as [number, number]
    const missing = (rowsAtOnce - (count % rowsAtOnce)) % rowsAtOnce
    return missing === 0 ? rows : ops.concat([rows, ops.floats(new Float32Array(missing * width), [missing, width])], 0)
  }
}

/**
 * A quantized generative model as a scorer: by factors where classes share it, class by class where they do not or where its logits are quantized.
 *
 * @throws AppError `bit-width-unsupported`
 */
export function quantizedGenerative(kept: Kept, spec: GenerativeSpec, model: QuantizedModel): QuantizedGenerative {
  const parts = model.parts.map((part) => new QuantizedLanguageModel(kept, spec, part, model.recipe))
  const scoring = scoringOf(kept, spec, model, parts)
  return {
    classes: spec.classes,
    ...scoring,
    show: (texts, watches) => parts.forEach((part, k) => void part.read(texts, watches[k]!)),
    trace(texts) {
      const ofParts = parts.map((part) => part.trace(texts, scoring.outputs))
      return texts.map((_, text) => ofParts.map((part) => part[text]!))
    },
  }
}

export interface QuantizedGenerative extends GenerativeScorer {
  /** shows a watch a part all that is computed but the logits, in a scope of the caller's */
  show: (texts: readonly ArrayLike<number>[], watches: readonly Watch[]) => void
  /** of each text its parts, in a scope of the caller's */
  trace: (texts: readonly ArrayLike<number>[]) => PartTrace[][]
}

function scoringOf(
  kept: Kept,
  spec: GenerativeSpec,
  model: QuantizedModel,
  parts: readonly QuantizedLanguageModel[],
): Scoring {
  const { head, sites } = model.parts[0]!
  const table = head.kind === 'generative' ? head.labelTable : null
  if (table === null) return independentScorer(kept, parts)
  const offsets = Array.from({ length: spec.classes }, (_, y) => table.subarray(y * spec.words, (y + 1) * spec.words))
  const scorer = sites['head-output'].kind === 'float' ? factoredScorer : directScorer
  return scorer(kept, parts[0]!, offsets)
}

interface Scoring extends Pick<GenerativeScorer, 'offsetRange' | 'score' | 'dispose'> {
  /** logits as they are put on `head-output`, of each class that has its own */
  outputs: (logits: Tensor) => Tensor[]
}

function factoredScorer({ ops }: Kept, part: QuantizedLanguageModel, rows: readonly Float32Array[]): Scoring {
  const offsets = classOffsets(ops, rows)
  return {
    offsetRange: offsetRange(rows),
    score(texts) {
      const read = part.read(texts)
      const distinct = part.distinct(read)
      return factoredTexts(ops, part.logits(distinct?.read ?? read), offsets, read, distinct?.shared)
    },
    outputs: () => [],
    dispose: () => offsets.exponentials.dispose(),
  }
}

/** Quantized logits do not come apart into what the word and what the class adds. */
function directScorer(kept: Kept, part: QuantizedLanguageModel, rows: readonly Float32Array[]): Scoring {
  const { ops } = kept
  const offsets = rows.map((row) => kept.floats(row))
  const ofClass = (s: Tensor, offset: Tensor): Tensor => ops.float('AddV2', s, offset)
  return {
    offsetRange: null,
    score(texts) {
      const read = part.read(texts)
      const classes = offsets.map((offset) => () => ({
        logits: part.logits(read, (s) => part.quantized(ofClass(s, offset))),
        predicted: read,
      }))
      return directTexts(ops, classes, texts.length)
    },
    outputs: (s) => offsets.map((offset) => ofClass(s, offset)),
    dispose: () => {},
  }
}

function independentScorer({ ops }: Kept, parts: readonly QuantizedLanguageModel[]): Scoring {
  return {
    offsetRange: null,
    score(texts) {
      const classes = parts.map((part) => () => {
        const read = part.read(texts)
        return { logits: part.logits(read, (s) => part.quantized(s)), predicted: read }
      })
      return directTexts(ops, classes, texts.length)
    },
    outputs: (s) => [s],
    dispose: () => {},
  }
}
