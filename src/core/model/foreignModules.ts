import { AppError } from '../../shared/errors.ts'
import type { LstmArrays } from './lstmLayouts.ts'
import { lstmFromKeras, lstmFromTorch, transpose } from './lstmLayouts.ts'
import type { FloatArray, Weights } from './weights.ts'

export const layouts = ['pytorch', 'keras'] as const
export type Layout = (typeof layouts)[number]

/** A matrix, with or without a bias, that is no part of the LSTM: an embedding or a linear layer. */
export interface Module {
  /** what stands before the names of its arrays */
  name: string
  /** as stored: rows are ids of an embedding; of a linear layer outputs in PyTorch, inputs in Keras */
  matrix: FloatArray
  bias: FloatArray | null
}

export interface ForeignModules {
  lstm: LstmArrays
  others: Module[]
}

const names = {
  pytorch: { matrix: ['weight'], bias: 'bias' },
  keras: { matrix: ['kernel', 'embeddings'], bias: 'bias' },
} as const

/**
 * Sorts the arrays of a PyTorch state dict (`lstm.weight_ih_l0`, …) or of Keras weights by their paths (`lstm/lstm_cell/kernel`, …) into the
 * LSTM and the modules around it. What stands before the last name is a module's own; `.` and `/` both part names.
 *
 * @throws AppError `input-invalid` where there is not exactly one LSTM of one layer and one direction, or an array belongs to nothing
 */
export function foreignModules(tensors: Weights, layout: Layout): ForeignModules {
  const rest = new Map(tensors)
  const take = (path: string): FloatArray | null => {
    const found = rest.get(path) ?? null
    rest.delete(path)
    return found
  }
  const lstm = layout === 'pytorch' ? takeTorch([...rest.keys()], take) : takeKeras([...rest.keys()], take)
  const others: Module[] = []
  for (const path of [...rest.keys()]) {
    const [name, last] = partsOf(path)
    if (!(names[layout].matrix as readonly string[]).includes(last)) continue
    others.push({
      name,
      matrix: take(path)!,
      bias: take(path.slice(0, path.length - last.length) + names[layout].bias),
    })
  }
  const [stray] = rest.keys()
  if (stray !== undefined) throw invalid(`the array \`${stray}\`, which belongs to no layer of this model`)
  return { lstm, others }
}

/** A linear layer's matrix with one row an output. */
export function byOutputs(matrix: FloatArray, layout: Layout): FloatArray {
  return layout === 'pytorch' ? matrix : transpose('kernel', matrix)
}

function takeTorch(paths: readonly string[], take: (path: string) => FloatArray | null): LstmArrays {
  const beyond = paths.find((path) => /(weight|bias)_(ih|hh)_l(?!0$)/.test(path))
  if (beyond !== undefined) throw invalid(`\`${beyond}\`: more than one layer or direction`)
  const stem = onlyStem(paths, 'weight_ih_l0')
  return lstmFromTorch({
    weight_ih_l0: take(`${stem}weight_ih_l0`)!,
    weight_hh_l0: needed(take(`${stem}weight_hh_l0`), `${stem}weight_hh_l0`),
    bias_ih_l0: take(`${stem}bias_ih_l0`),
    bias_hh_l0: take(`${stem}bias_hh_l0`),
  })
}

function takeKeras(paths: readonly string[], take: (path: string) => FloatArray | null): LstmArrays {
  const stem = onlyStem(paths, 'recurrent_kernel')
  return lstmFromKeras({
    recurrent_kernel: take(`${stem}recurrent_kernel`)!,
    kernel: needed(take(`${stem}kernel`), `${stem}kernel`),
    bias: take(`${stem}bias`),
  })
}

function onlyStem(paths: readonly string[], last: string): string {
  const found = paths.filter((path) => partsOf(path)[1] === last)
  if (found.length !== 1) throw invalid(`${found.length} arrays of the name \`${last}\``)
  return found[0]!.slice(0, -last.length)
}

function partsOf(path: string): [module: string, last: string] {
  const at = Math.max(path.lastIndexOf('.'), path.lastIndexOf('/'))
  return [path.slice(0, Math.max(0, at)), path.slice(at + 1)]
}

function needed(array: FloatArray | null, path: string): FloatArray {
  if (array === null) throw invalid(`no array \`${path}\``)
  return array
}

export function invalid(found: string, hint?: string): AppError {
  return new AppError('input-invalid', 'The weights are not those of a classifier that can be imported.', {
    expected:
      'an embedding, one LSTM of one layer and one direction, a linear head, and for a generative model class vectors',
    found,
    hint,
  })
}
