import { AppError } from '../../shared/errors.ts'
import type { Layout } from './foreignModules.ts'
import { lstmToKeras, lstmToTorch, transpose } from './lstmLayouts.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import type { FloatArray, Weights } from './weights.ts'

/**
 * A model's arrays by the names and in the shapes of another library: PyTorch's (`embedding.weight`, `lstm.weight_ih_l0`, …,
 * `head.weight`, `head.bias`, `label.weight`) or Keras' (`embedding/embeddings`, `lstm/kernel`, …, `head/kernel`, `head/bias`,
 * `label/embeddings`). The head of a generative model is applied to `[h_t ; e_y]`.
 *
 * @throws AppError `input-invalid` for independent language models and class biases, which neither layout has
 */
export function exportWeights(spec: ModelSpec, weights: Weights, layout: Layout): Map<string, FloatArray> {
  if (spec.family === 'generative' && (spec.head === 'independent' || spec.classBias)) {
    throw new AppError('input-invalid', 'This model has no form in the layout of another library.', {
      expected: 'a discriminative model, or a shared generative one without class bias',
      found: spec.head === 'independent' ? 'independent language models' : 'a class bias',
    })
  }
  const get = (name: string): FloatArray => weights.get(name)!
  const lstm = { kernel: get('lstm.kernel'), bias: get('lstm.bias') }
  const head =
    spec.family === 'discriminative' ? get('head.kernel') : joinColumns(get('head.hidden'), get('head.label'))
  const label = spec.family === 'generative' ? get('label') : null
  if (layout === 'pytorch') {
    return new Map([
      ['embedding.weight', get('embedding')],
      ...prefixed('lstm.', lstmToTorch(lstm)),
      ['head.weight', head],
      ['head.bias', get('head.bias')],
      ...(label === null ? [] : [['label.weight', label] as const]),
    ])
  }
  return new Map([
    ['embedding/embeddings', get('embedding')],
    ...prefixed('lstm/', lstmToKeras(lstm)),
    ['head/kernel', transpose('head', head)],
    ['head/bias', get('head.bias')],
    ...(label === null ? [] : [['label/embeddings', label] as const]),
  ])
}

function prefixed(prefix: string, arrays: object): [string, FloatArray][] {
  return Object.entries(arrays).map(([name, array]: [string, FloatArray]) => [prefix + name, array])
}

function joinColumns(left: FloatArray, right: FloatArray): FloatArray {
  const [rows, leftColumns] = left.shape as [number, number]
  const rightColumns = right.shape[1]!
  const data = new Float32Array(rows * (leftColumns + rightColumns))
  for (let row = 0; row < rows; row += 1) {
    data.set(left.data.subarray(row * leftColumns, (row + 1) * leftColumns), row * (leftColumns + rightColumns))
    data.set(
      right.data.subarray(row * rightColumns, (row + 1) * rightColumns),
      row * (leftColumns + rightColumns) + leftColumns,
    )
  }
  return { shape: [rows, leftColumns + rightColumns], data }
}
