import { AppError } from '../../shared/errors.ts'
import { shapeError, type FloatArray } from './weights.ts'

/** `lstm.kernel` [E + H, 4H] and `lstm.bias` [4H], gates i, f, g, o. */
export interface LstmArrays {
  kernel: FloatArray
  bias: FloatArray
}

/** PyTorch's nn.LSTM of one layer and one direction: [4H, E], [4H, H], [4H], [4H], gates i, f, g, o, two biases that are added. */
export interface TorchLstm {
  weight_ih_l0: FloatArray
  weight_hh_l0: FloatArray
  bias_ih_l0: FloatArray | null
  bias_hh_l0: FloatArray | null
}

/** Keras' LSTM: [E, 4H], [H, 4H], [4H], gates i, f, c, o, where its c is our g. */
export interface KerasLstm {
  kernel: FloatArray
  recurrent_kernel: FloatArray
  bias: FloatArray | null
}

/** @throws AppError `shape-mismatch` */
export function lstmFromTorch(torch: TorchLstm): LstmArrays {
  const input = transpose('weight_ih_l0', torch.weight_ih_l0)
  const recurrent = transpose('weight_hh_l0', torch.weight_hh_l0)
  const arrays = lstmFromKeras({ kernel: input, recurrent_kernel: recurrent, bias: torch.bias_ih_l0 })
  const second = torch.bias_hh_l0
  if (second === null) return arrays
  assertShape('bias_hh_l0', second, arrays.bias.shape)
  return {
    ...arrays,
    bias: { shape: arrays.bias.shape, data: arrays.bias.data.map((value, k) => value + second.data[k]!) },
  }
}

/** The second bias is zero. */
export function lstmToTorch({ kernel, bias }: LstmArrays): TorchLstm {
  const keras = lstmToKeras({ kernel, bias })
  return {
    weight_ih_l0: transpose('kernel', keras.kernel),
    weight_hh_l0: transpose('recurrent_kernel', keras.recurrent_kernel),
    bias_ih_l0: bias,
    bias_hh_l0: { shape: bias.shape, data: new Float32Array(bias.data.length) },
  }
}

/** @throws AppError `shape-mismatch` */
export function lstmFromKeras({ kernel, recurrent_kernel: recurrent, bias }: KerasLstm): LstmArrays {
  const [inputs] = asMatrix('kernel', kernel)
  const [hidden] = asMatrix('recurrent_kernel', recurrent)
  assertShape('kernel', kernel, [inputs, 4 * hidden])
  assertShape('recurrent_kernel', recurrent, [hidden, 4 * hidden])
  if (bias !== null) assertShape('bias', bias, [4 * hidden])
  const data = new Float32Array((inputs + hidden) * 4 * hidden)
  data.set(kernel.data)
  data.set(recurrent.data, kernel.data.length)
  return {
    kernel: { shape: [inputs + hidden, 4 * hidden], data },
    bias: { shape: [4 * hidden], data: bias?.data ?? new Float32Array(4 * hidden) },
  }
}

export function lstmToKeras({ kernel, bias }: LstmArrays): KerasLstm {
  const [rows, columns] = asMatrix('lstm.kernel', kernel)
  const hidden = columns / 4
  const inputs = rows - hidden
  return {
    kernel: { shape: [inputs, columns], data: kernel.data.slice(0, inputs * columns) },
    recurrent_kernel: { shape: [hidden, columns], data: kernel.data.slice(inputs * columns) },
    bias,
  }
}

/** @throws AppError `shape-mismatch` */
export function transpose(name: string, matrix: FloatArray): FloatArray {
  const [rows, columns] = asMatrix(name, matrix)
  const data = new Float32Array(matrix.data.length)
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) data[column * rows + row] = matrix.data[row * columns + column]!
  }
  return { shape: [columns, rows], data }
}

function asMatrix(name: string, { shape }: FloatArray): [number, number] {
  const [rows, columns] = shape
  if (shape.length !== 2 || rows === undefined || columns === undefined) {
    throw new AppError('shape-mismatch', `\`${name}\` is not a matrix.`, {
      expected: 'two axes',
      found: JSON.stringify(shape),
    })
  }
  return [rows, columns]
}

function assertShape(name: string, { shape }: FloatArray, expected: readonly number[]): void {
  if (shape.join() !== expected.join()) throw shapeError(name, expected, shape)
}
