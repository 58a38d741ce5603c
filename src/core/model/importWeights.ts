import { byOutputs, foreignModules, invalid, type Layout, type Module } from './foreignModules.ts'
import { modelSpecSchema, type ModelSpec } from '../../shared/contract/modelRules.ts'
import { assertWeights, type FloatArray, type Weights } from './weights.ts'

/** What arrays alone do not say. */
export interface ImportOptions {
  layout: Layout
  family: ModelSpec['family']
  /** of a discriminative model */
  pooling?: 'mean' | 'last'
  /** which module is what, by the names before `.weight`, `/kernel` or `/embeddings`; found by shapes where they leave no choice */
  modules?: Partial<Record<Role, string>>
}

type Role = 'embedding' | 'head' | 'label'
type Assigned = Record<Role, Module | null>

/**
 * A model from another library's arrays: embedding, one LSTM, a linear head, and for a generative model class vectors, the head then being
 * applied to `[h_t ; e_y]`. Row i of the embedding stays the vector of id i.
 *
 * @throws AppError `input-invalid`, `shape-mismatch`, `non-finite-value`
 */
export function importWeights(tensors: Weights, options: ImportOptions): { spec: ModelSpec; weights: Weights } {
  const { lstm, others } = foreignModules(tensors, options.layout)
  const hidden = lstm.bias.data.length / 4
  const embedding = lstm.kernel.shape[0]! - hidden
  const roles = assign(others, options, embedding, hidden)
  const head = byOutputs(roles.head!.matrix, options.layout)
  const common: [string, FloatArray][] = [
    ['embedding', roles.embedding!.matrix],
    ['lstm.kernel', lstm.kernel],
    ['lstm.bias', lstm.bias],
  ]
  const bias = roles.head!.bias ?? zeros(head.shape[0]!)
  const sizes = { embedding, hidden, words: roles.embedding!.matrix.shape[0]! }
  if (options.family === 'discriminative') {
    const shape = { family: 'discriminative', pooling: options.pooling ?? 'last', classes: head.shape[0]! }
    return checked({ ...sizes, ...shape }, [...common, ['head.kernel', head], ['head.bias', bias]])
  }
  const label = roles.label!.matrix
  const [classes, labelEmbedding] = label.shape as [number, number]
  const [hiddenHead, labelHead] = splitColumns(head, hidden)
  return checked({ ...sizes, family: 'generative', classes, labelEmbedding }, [
    ...common,
    ['head.hidden', hiddenHead],
    ['head.bias', bias],
    ['head.label', labelHead],
    ['label', label],
  ])
}

/** The one way to give each module a role in which all shapes fit; more than one way, or none, is the user's to decide. */
function assign(modules: readonly Module[], options: ImportOptions, embedding: number, hidden: number): Assigned {
  const wanted: Role[] = options.family === 'discriminative' ? ['embedding', 'head'] : ['embedding', 'head', 'label']
  const shown = modules.map(({ name, matrix }) => `${name || 'root'} [${matrix.shape.join(', ')}]`).join(', ')
  if (modules.length !== wanted.length) throw invalid(`${modules.length} matrices beside the LSTM: ${shown}`)
  const fitting = arrangements(modules)
    .map(([first, second, third]): Assigned => ({ embedding: first!, head: second!, label: third ?? null }))
    .filter((roles) => fits(roles, options, embedding, hidden))
  if (fitting.length === 1) return fitting[0]!
  const hint = 'Say which one is the embedding, the head and, for a generative model, the class vectors.'
  throw invalid(
    fitting.length === 0
      ? `matrices that do not fit: ${shown}`
      : `matrices of which more than one could be the same: ${shown}`,
    hint,
  )
}

function fits(roles: Assigned, { layout, modules }: ImportOptions, embedding: number, hidden: number): boolean {
  const { embedding: table, head, label } = roles as { embedding: Module; head: Module; label: Module | null }
  for (const role of ['embedding', 'head', 'label'] as const) {
    const named = modules?.[role]
    if (named !== undefined && roles[role]?.name !== named) return false
  }
  if ([table, head, label].some((module) => module !== null && module.matrix.shape.length !== 2)) return false
  if (table.bias !== null || label?.bias) return false
  const [words, width] = table.matrix.shape
  const [outputs, inputs] = byOutputs(head.matrix, layout).shape
  if (width !== embedding) return false
  if (label === null) return inputs === hidden
  return outputs === words && inputs === hidden + label.matrix.shape[1]!
}

function arrangements<T>(items: readonly T[]): T[][] {
  if (items.length === 0) return [[]]
  return items.flatMap((item, k) => arrangements(items.toSpliced(k, 1)).map((rest) => [item, ...rest]))
}

function splitColumns({ shape, data }: FloatArray, at: number): [FloatArray, FloatArray] {
  const [rows, columns] = shape as [number, number]
  const part = (from: number, to: number): FloatArray => {
    const values = new Float32Array(rows * (to - from))
    for (let row = 0; row < rows; row += 1)
      values.set(data.subarray(row * columns + from, row * columns + to), row * (to - from))
    return { shape: [rows, to - from], data: values }
  }
  return [part(0, at), part(at, columns)]
}

function zeros(length: number): FloatArray {
  return { shape: [length], data: new Float32Array(length) }
}

function checked(found: unknown, arrays: readonly [string, FloatArray][]): { spec: ModelSpec; weights: Weights } {
  const parsed = modelSpecSchema.safeParse(found)
  if (!parsed.success) throw invalid(parsed.error.issues[0]?.message ?? 'sizes out of range')
  const weights = new Map(arrays)
  assertWeights(parsed.data, weights)
  return { spec: parsed.data, weights }
}
