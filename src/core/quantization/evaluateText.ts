import type { DiscriminativeSpec, GenerativeSpec } from '../../shared/contract/modelRules.ts'
import { AppError } from '../../shared/errors.ts'
import { argmax } from '../evaluation/predictions.ts'
import { reserved } from '../text/vocabulary.ts'
import { assertModel } from './assertModel.ts'
import { cellStep, inputVector, prepareCell, startState, type Cell, type CellStep } from './cell.ts'
import { headStep, pool, type HeadStep } from './head.ts'
import { labelOffsets, widestOffsets, type LabelOffsets } from './labelOffsets.ts'
import type { QuantizedModel, QuantizedPart } from './quantizedModel.ts'
import { scoreDirectly, scoreWord } from './score.ts'
import { quantizeVector, type SiteVector } from './siteVector.ts'

const { fround } = Math

/** A model that was checked, with what is computed once for all texts. */
export interface Prepared {
  model: QuantizedModel
  parts: readonly PreparedPart[]
  /** `max_y (max c_y - min c_y)` of a model with a table of classes; up to 55 no text can be guarded. Null without a table. */
  offsetRange: number | null
}

interface PreparedPart {
  cell: Cell
  part: QuantizedPart
  /** one a class; null without a table */
  classes: readonly LabelOffsets[] | null
}

export type TextEvaluation =
  | {
      family: 'discriminative'
      /** [classes] float32, what the integers stand for where the head's output is quantized */
      logits: Float32Array
      /** lowest class of the largest logit */
      predicted: number
      trace: PartTrace[] | null
    }
  | {
      family: 'generative'
      /** `factored`: one pass scores all classes; `direct`: each class by itself, for independent models or a quantized head output */
      form: 'factored' | 'direct'
      /** [classes] what of `log p(text | class)` depends on the class; `direct`: all of it */
      relative: Float64Array
      /** to be added to `relative` for `log p(text | class)` */
      common: number
      /** [classes] `log p(class) + relative` */
      scores: Float64Array
      /** pairs of word and class whose factored sum was below the guard and that took the direct form */
      guarded: number
      /** lowest class of the largest score */
      predicted: number
      trace: PartTrace[] | null
    }

/** All that one part computed of a text. */
export interface PartTrace {
  steps: CellStep[]
  /** the vector before the head's input site, of a discriminative model */
  pooled: Float32Array | null
  /** one a predicted word, or one a text */
  head: HeadTrace[]
}

export interface HeadTrace extends HeadStep {
  /** at the head's output site; a generative model with a table has one a class, `fround(values + c_y)` on the site; empty where that is factored */
  outputs: SiteVector[]
}

/**
 * @param options.tables whether nonlinearities go by tables where they can; the result is the same
 * @throws AppError as {@link assertModel}
 */
export function prepareModel(model: QuantizedModel, options: { tables?: boolean } = {}): Prepared {
  assertModel(model)
  const parts = model.parts.map((part) => {
    const table = part.head.kind === 'generative' ? part.head.labelTable : null
    const classes = table === null ? null : labelOffsets(table, part.lstm.words)
    return { cell: prepareCell(part, model.recipe, options.tables), part, classes }
  })
  const classes = parts[0]?.classes ?? null
  return { model, parts, offsetRange: classes === null ? null : widestOffsets(classes) }
}

/**
 * What a quantized model says of one text, the definition that every other engine is compared with (numerics.md).
 *
 * @param tokens word ids; a generative model reads BOS before them, and predicts EOS after them where it is made to
 * @param options.trace whether the integers of all sites and all accumulators are kept; a text of T words then holds some 20 T vectors of `hidden`
 * @throws AppError `input-invalid` for an id that the model lacks
 */
export function evaluateText(
  prepared: Prepared,
  tokens: readonly number[],
  options: { trace?: boolean } = {},
): TextEvaluation {
  const { spec } = prepared.model
  const wrong = tokens.find((token) => !Number.isInteger(token) || token < 0 || token >= spec.words)
  if (wrong !== undefined) {
    throw new AppError('input-invalid', 'A text holds a word that the model does not know.', {
      expected: `an id from 0 to ${spec.words - 1}`,
      found: String(wrong),
    })
  }
  const trace = options.trace === true ? prepared.parts.map(() => ({ steps: [], pooled: null, head: [] })) : null
  return spec.family === 'discriminative'
    ? classify(spec, prepared, tokens, trace)
    : score(spec, prepared, tokens, trace)
}

function classify(
  spec: DiscriminativeSpec,
  { model, parts }: Prepared,
  tokens: readonly number[],
  trace: PartTrace[] | null,
): TextEvaluation {
  const { cell, part } = parts[0]!
  const hidden = hiddenVectors(cell, tokens, trace?.[0] ?? null)
  const pooled = pool(spec.pooling, hidden, part.sites.hidden, spec.hidden)
  const head = headStep(part.head, part.sites, pooled, model.recipe)
  const output = quantizeVector(head.values, part.sites['head-output'], model.recipe)
  if (trace !== null) {
    trace[0]!.pooled = pooled
    trace[0]!.head.push({ ...head, outputs: [output] })
  }
  return { family: 'discriminative', logits: output.values, predicted: argmax(output.values), trace }
}

function score(
  spec: GenerativeSpec,
  { model, parts }: Prepared,
  tokens: readonly number[],
  trace: PartTrace[] | null,
): TextEvaluation {
  const targets = spec.predictEnd ? [...tokens, reserved.end] : tokens
  const total: PartScores = { form: 'direct', relative: [], common: 0, guarded: 0 }
  parts.forEach((part, k) => {
    const found = scorePart(model, part, targets, trace?.[k] ?? null)
    total.form = found.form
    total.relative.push(...found.relative)
    total.common = found.common
    total.guarded += found.guarded
  })
  const relative = Float64Array.from(total.relative)
  const scores = relative.map((value, y) => model.logPrior![y]! + value)
  return { family: 'generative', ...total, relative, scores, predicted: argmax(scores), trace }
}

interface PartScores {
  form: 'factored' | 'direct'
  relative: number[]
  common: number
  guarded: number
}

/**
 * The scores of a part's classes: all of them, or one of independent models. A word's share is float32; the shares are summed in float64, word after
 * word, as float32 sums of a few hundred would lose more of a difference between classes than all that was rounded before.
 */
function scorePart(
  model: QuantizedModel,
  { cell, part, classes }: PreparedPart,
  targets: readonly number[],
  trace: PartTrace | null,
): PartScores {
  const { sites, head } = part
  const factored = classes !== null && sites['head-output'].kind === 'float'
  const total: PartScores = {
    form: factored ? 'factored' : 'direct',
    relative: new Array<number>(classes?.length ?? 1).fill(0),
    common: 0,
    guarded: 0,
  }
  const read = [reserved.begin, ...targets.slice(0, -1)].slice(0, targets.length)
  hiddenVectors(cell, read, trace).forEach((hidden, t) => {
    const step = headStep(head, sites, hidden.values, model.recipe)
    const word = targets[t]!
    const outputs = factored ? [] : classLogits(model, part, classes, step.values)
    const found = factored
      ? scoreWord(step.values, classes, word)
      : { relative: outputs.map((output) => scoreDirectly(output.values, word)), common: 0, guarded: 0 }
    total.relative = total.relative.map((sum, y) => sum + found.relative[y]!)
    total.common += found.common
    total.guarded += found.guarded
    trace?.head.push({ ...step, outputs })
  })
  return total
}

/** The words' logits in each class, at the head's output site. */
function classLogits(
  { recipe }: QuantizedModel,
  { sites }: QuantizedPart,
  classes: readonly LabelOffsets[] | null,
  values: Float32Array,
): SiteVector[] {
  const logits = classes?.map(({ offsets }) => values.map((s, v) => fround(s + offsets[v]!))) ?? [values]
  return logits.map((one) => quantizeVector(one, sites['head-output'], recipe))
}

/** h_1 .. h_T of the words read. */
function hiddenVectors(cell: Cell, tokens: readonly number[], trace: PartTrace | null): SiteVector[] {
  let state = startState(cell)
  return tokens.map((token) => {
    const step = cellStep(cell, state, inputVector(cell, token))
    trace?.steps.push(step)
    state = { hidden: step.sites.hidden, cell: step.sites.cell }
    return state.hidden
  })
}
