/** Matrices whose rows are outputs, as the cell multiplies them. */
export interface SplitKernel {
  /** [4 hidden, inputs] */
  wx: Float32Array
  /** [4 hidden, hidden] */
  wh: Float32Array
}

/** Of kernels that are quantized many times; kept as long as they are, which nobody may change. */
const kept = new WeakMap<Float32Array, SplitKernel>()

/** `lstm.kernel`, [inputs + hidden, 4 hidden], as two matrices with a row for each unit of each gate; gates keep their order i, f, g, o. */
export function splitKernel(kernel: Float32Array, inputs: number, hidden: number): SplitKernel {
  const found = kept.get(kernel) ?? split(kernel, inputs, hidden)
  kept.set(kernel, found)
  return found
}

function split(kernel: Float32Array, inputs: number, hidden: number): SplitKernel {
  const rows = 4 * hidden
  const part = (from: number, cols: number): Float32Array => {
    const data = new Float32Array(rows * cols)
    for (let row = 0, k = 0; row < rows; row += 1) {
      for (let col = 0; col < cols; col += 1, k += 1) data[k] = kernel[(from + col) * rows + row]!
    }
    return data
  }
  return { wx: part(0, inputs), wh: part(inputs, hidden) }
}
