/** Matrices whose rows are outputs, as the cell multiplies them. */
export interface SplitKernel {
  /** [4 hidden, inputs] */
  wx: Float32Array
  /** [4 hidden, hidden] */
  wh: Float32Array
}

/** `lstm.kernel`, [inputs + hidden, 4 hidden], as two matrices with a row for each unit of each gate; gates keep their order i, f, g, o. */
export function splitKernel(kernel: Float32Array, inputs: number, hidden: number): SplitKernel {
  const rows = 4 * hidden
  const part = (from: number, cols: number): Float32Array =>
    Float32Array.from({ length: rows * cols }, (_, k) => {
      const [row, col] = [Math.floor(k / cols), k % cols]
      return kernel[(from + col) * rows + row]!
    })
  return { wx: part(0, inputs), wh: part(inputs, hidden) }
}
