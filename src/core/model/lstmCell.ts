/**
 * The LSTM cell in float64, one loop a formula: the readable twin that fused kernels are compared with.
 *
 *     a  = [x, h] W + b                 a[k] of shape [4H], gates in the order i, f, g, o
 *     i  = sigmoid(a_i)                 how much of the candidate enters
 *     f  = sigmoid(a_f)                 how much of the cell stays
 *     g  = tanh(a_g)                    the candidate
 *     o  = sigmoid(a_o)                 how much of the cell is shown
 *     c' = f * c + i * g
 *     h' = o * tanh(c')
 *
 * Hochreiter and Schmidhuber 1997 with the forget gate of Gers et al. 2000; no peepholes, no clipping, no added forget bias. The gate
 * order is the project's own (numerics.md section 5), and that of TensorFlow's `BlockLSTMV2` too.
 */
export interface LstmWeights {
  /** length of the input vector */
  inputs: number
  /** length of the hidden vector and of the cell */
  hidden: number
  /** row-major [inputs + hidden, 4 * hidden]; the rows of x come first */
  kernel: Float64Array
  /** [4 * hidden] */
  bias: Float64Array
}

/** `cell` and `hidden` are [hidden] each. */
export interface LstmState {
  cell: Float64Array
  hidden: Float64Array
}

export function zeroState(hidden: number): LstmState {
  return { cell: new Float64Array(hidden), hidden: new Float64Array(hidden) }
}

/** The state after one step; `x` is [inputs]. The state given is left as it is. */
export function lstmStep(weights: LstmWeights, state: LstmState, x: Float64Array): LstmState {
  const { hidden: size } = weights
  const gates = preActivations(weights, state, x)
  const next = zeroState(size)
  for (let k = 0; k < size; k++) {
    const input = sigmoid(gates[k]!)
    const forget = sigmoid(gates[size + k]!)
    const candidate = Math.tanh(gates[2 * size + k]!)
    const output = sigmoid(gates[3 * size + k]!)
    const cell = forget * state.cell[k]! + input * candidate
    next.cell[k] = cell
    next.hidden[k] = output * Math.tanh(cell)
  }
  return next
}

/** The state after each of the steps; `xs` holds one input vector a step. */
export function lstmSequence(weights: LstmWeights, start: LstmState, xs: readonly Float64Array[]): LstmState[] {
  const states: LstmState[] = []
  let state = start
  for (const x of xs) {
    state = lstmStep(weights, state, x)
    states.push(state)
  }
  return states
}

/** `[x, h] W + b`, [4 * hidden] */
function preActivations(weights: LstmWeights, state: LstmState, x: Float64Array): Float64Array {
  const { inputs, hidden, kernel } = weights
  const sums = Float64Array.from(weights.bias)
  for (let row = 0; row < inputs + hidden; row++) {
    const value = row < inputs ? x[row]! : state.hidden[row - inputs]!
    for (let column = 0; column < 4 * hidden; column++) sums[column]! += value * kernel[row * 4 * hidden + column]!
  }
  return sums
}

function sigmoid(value: number): number {
  return 1 / (1 + Math.exp(-value))
}
