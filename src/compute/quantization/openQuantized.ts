import type { PartTrace } from '../../core/quantization/evaluateText.ts'
import type { QuantizedModel } from '../../core/quantization/quantizedModel.ts'
import { scoreDiscriminative } from '../evaluation/scoreDiscriminative.ts'
import { scoreGenerative } from '../evaluation/scoreGenerative.ts'
import { uniformPrior } from '../evaluation/textScores.ts'
import { inScope, Ops } from '../models/ops.ts'
import type { Tensorflow } from '../tensorflow/load.ts'
import { countSignals, type Show } from './countSignals.ts'
import type { QuantizedEngine } from './engine.ts'
import { assertExactProducts } from './exactProducts.ts'
import { Kept } from './kept.ts'
import { QuantizedClassifier } from './quantizedClassifier.ts'
import { quantizedGenerative } from './quantizedLanguageModel.ts'

/** A quantized model whose integers are in the TensorFlow library. */
export interface OpenQuantized extends QuantizedEngine {
  /** all that was computed of each text, part by part, in the shape that core's `evaluateText` gives it */
  trace: (texts: readonly ArrayLike<number>[]) => PartTrace[][]
}

/**
 * The engine on the TensorFlow library: whole numbers in float32, many texts side by side, the same integers as core's `evaluateText`.
 *
 * Whatever the reference defines is had by operations that IEEE 754 rounds once or not at all: `Mul, AddV2, Sub, RealDiv, Rint, Minimum, Maximum`,
 * `MatMul` on whole numbers, comparisons and selection, gathers, `Cast` of whole numbers, `Bitcast`, `Min` and `Max` over lanes. Products with a float
 * operand, and exponentials and sums over the vocabulary, are in the library's own order (numerics.md sections 1 and 4).
 *
 * @param batch texts side by side; left out: as many as are fastest. No result depends on it.
 * @throws AppError `bit-width-unsupported` where a matrix product cannot be exact (16 by 16 bits), `self-test-failed`
 */
export function openQuantized(tensorflow: Tensorflow, model: QuantizedModel, batch = usualBatch(model)): OpenQuantized {
  assertExactProducts(tensorflow)
  const kept = new Kept(new Ops(tensorflow))
  try {
    return open(kept, model, batch)
  } catch (thrown) {
    kept.dispose()
    throw thrown
  }
}

/**
 * Elements of one operation's array: as many as one core passes over before the library wakes a second one, which costs more than it gives.
 */
const elementsAtOnce = 51_200

function usualBatch({ spec }: QuantizedModel): number {
  return Math.min(2048, Math.max(64, Math.floor(elementsAtOnce / spec.hidden)))
}

function open(kept: Kept, model: QuantizedModel, batch: number): OpenQuantized {
  const { ops } = kept
  const { spec, parts, recipe } = model
  const counting =
    (show: Show): OpenQuantized['signals'] =>
    (texts, pause) =>
      countSignals(ops, parts, show, texts, { batch, pause })
  if (spec.family === 'discriminative') {
    const classifier = new QuantizedClassifier(kept, spec, parts[0]!, recipe)
    const scorer = { classes: spec.classes, logits: classifier.logits.bind(classifier) }
    return {
      score: (texts, _prior, after) => scoreDiscriminative(ops, scorer, texts, after, batch),
      signals: counting((texts, [watch]) => classifier.show(texts, watch!)),
      trace: (texts) => inOrder(ops, texts, (some) => classifier.trace(some).map((part) => [part])),
      dispose: () => kept.dispose(),
    }
  }
  const scorer = quantizedGenerative(kept, spec, model)
  return {
    score: (texts, prior, after) =>
      scoreGenerative(ops, scorer, texts, prior ?? uniformPrior(spec.classes), after, batch),
    signals: counting(scorer.show),
    trace: (texts) => inOrder(ops, texts, scorer.trace),
    dispose() {
      scorer.dispose()
      kept.dispose()
    },
  }
}

/** The longest first, and the answers in the order of the texts. */
function inOrder<T>(ops: Ops, texts: readonly ArrayLike<number>[], of: (sorted: ArrayLike<number>[]) => T[]): T[] {
  const order = texts.map((_, text) => text).sort((a, b) => texts[b]!.length - texts[a]!.length || a - b)
  const found = inScope(ops, () => of(order.map((text) => texts[text]!)))
  const answers = new Array<T>(texts.length)
  order.forEach((text, k) => (answers[text] = found[k]!))
  return answers
}
