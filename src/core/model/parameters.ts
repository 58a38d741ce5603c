import type { GenerativeSpec, ModelSpec } from '../../shared/contract/modelRules.ts'

/** Where a parameter's first values come from; `initialWeights.ts` has the formulas. */
export type Initial = { rule: 'uniform'; limit: number } | { rule: 'lstm-bias' } | { rule: 'zero' }

/** One named array of a model. Parameters of one `group` are trained together and have their own count of steps. */
export interface Parameter {
  name: string
  shape: readonly number[]
  initial: Initial
  group: number
}

/**
 * The parameters of a model in the order in which they are stored and updated. E, H, L are the widths of word, hidden and label vectors,
 * V words, K classes; arrays are row-major.
 *
 * | name | shape | |
 * |---|---|---|
 * | `embedding` | [V, E] | one row a word |
 * | `lstm.kernel` | [E + H, 4H] | rows of x, then rows of h; columns in the gate order i, f, g, o |
 * | `lstm.bias` | [4H] | |
 * | `head.kernel`, `head.bias` | [K, H], [K] | discriminative: one row a class |
 * | `head.hidden`, `head.bias` | [V, H], [V] | generative: one row a word |
 * | `head.label`, `label` | [V, L], [K, L] | generative, shared |
 * | `head.classBias` | [V, K] | generative, shared, where asked for |
 *
 * The independent head has the names of a language model once for each class y, with `class.y.` before them.
 */
export function parametersOf(spec: ModelSpec): Parameter[] {
  if (spec.family === 'discriminative') {
    return [
      ...recurrentPart(spec),
      { name: 'head.kernel', shape: [spec.classes, spec.hidden], initial: byInputs(spec.hidden), group: 0 },
      { name: 'head.bias', shape: [spec.classes], initial: { rule: 'zero' }, group: 0 },
    ]
  }
  if (spec.head === 'shared') return [...languageModel(spec), ...labelPart(spec)]
  return Array.from({ length: spec.classes }, (_, group) =>
    languageModel(spec).map((parameter) => ({ ...parameter, name: classPrefix(group) + parameter.name, group })),
  ).flat()
}

/** What stands before the names of class `group`'s own language model. */
export function classPrefix(group: number): string {
  return `class.${group}.`
}

function languageModel(spec: GenerativeSpec): Parameter[] {
  const { hidden, words } = spec
  return [
    ...recurrentPart(spec),
    { name: 'head.hidden', shape: [words, hidden], initial: byInputs(hidden), group: 0 },
    { name: 'head.bias', shape: [words], initial: { rule: 'zero' }, group: 0 },
  ]
}

function labelPart({ labelEmbedding, words, classes, classBias }: GenerativeSpec): Parameter[] {
  const part: Parameter[] = [
    { name: 'head.label', shape: [words, labelEmbedding], initial: byInputs(labelEmbedding), group: 0 },
    { name: 'label', shape: [classes, labelEmbedding], initial: { rule: 'uniform', limit: 1 }, group: 0 },
  ]
  if (classBias) part.push({ name: 'head.classBias', shape: [words, classes], initial: { rule: 'zero' }, group: 0 })
  return part
}

function recurrentPart({ words, embedding, hidden }: ModelSpec): Parameter[] {
  return [
    { name: 'embedding', shape: [words, embedding], initial: { rule: 'uniform', limit: 0.1 }, group: 0 },
    { name: 'lstm.kernel', shape: [embedding + hidden, 4 * hidden], initial: byInputs(hidden), group: 0 },
    { name: 'lstm.bias', shape: [4 * hidden], initial: { rule: 'lstm-bias' }, group: 0 },
  ]
}

function byInputs(inputs: number): Initial {
  return { rule: 'uniform', limit: 1 / Math.sqrt(inputs) }
}
