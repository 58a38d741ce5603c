import type { BoardShares } from '../../shared/contract/boardProtocol.ts'
import type { TimeShares } from '../../shared/contract/profile.ts'

const method =
  "The library's functions timed one by one in a run of its own, step by step where they are usually fused. Unpacking is what a product of the same shape at 8 bits takes less, and " +
  'what laying weights out takes. Reading the clock is subtracted; what it displaces in the caches is not.'

/**
 * Where the time of an inference goes. The parts are timed apart from the whole; where they come to more than it, they are shares of their sum.
 */
export function timeSharesOf(told: BoardShares): TimeShares {
  const found = [
    { name: 'unpacking', ns: told.unpacking_ns },
    { name: 'products', ns: told.products_ns },
    { name: 'non-linearities', ns: told.nonlinearities_ns },
    { name: 'scores', ns: told.scores_ns },
  ]
  const sum = found.reduce((total, { ns }) => total + ns, 0)
  const whole = Math.max(sum, told.ns, 1)
  const inferences = Math.max(1, told.texts * told.passes)
  const parts = [...found, { name: 'other', ns: whole - sum }].map(({ name, ns }) => ({
    name,
    share: ns / whole,
    per_inference_us: ((ns / whole) * told.ns) / inferences / 1000,
  }))
  return { parts, method }
}
