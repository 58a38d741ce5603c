import { stream } from '../random/randomStream.ts'
import type { ModelSpec } from '../../shared/contract/modelRules.ts'
import { parametersOf, type Parameter } from './parameters.ts'
import type { FloatArray } from './weights.ts'

/**
 * The weights before training. Each parameter draws from its own stream, so that a change of one leaves the others as they are.
 *
 * `uniform`: in [-limit, limit), limit 0.1 for word vectors, 1 for class vectors, else `1 / sqrt(inputs)`. `lstm-bias`: zero, and 1 for the
 * forget gate, so that a cell keeps its content until it learns otherwise (Jozefowicz, Zaremba, Sutskever, ICML 2015).
 *
 * @param seed 0 to 2^53 - 1
 */
export function initialWeights(spec: ModelSpec, seed: number): Map<string, FloatArray> {
  return new Map(
    parametersOf(spec).map((parameter) => [parameter.name, { shape: parameter.shape, data: draw(parameter, seed) }]),
  )
}

function draw({ name, shape, initial }: Parameter, seed: number): Float32Array {
  const data = new Float32Array(shape.reduce((product, size) => product * size, 1))
  if (initial.rule === 'lstm-bias') data.fill(1, data.length / 4, data.length / 2)
  if (initial.rule !== 'uniform') return data
  const random = stream(seed, 'initial-weights', name)
  const step = (2 * initial.limit) / 0x1_0000_0000
  for (let k = 0; k < data.length; k += 1) data[k] = random.uint32() * step - initial.limit
  return data
}
