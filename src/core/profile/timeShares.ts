import type { BoardShares } from '../../shared/contract/boardProtocol.ts'
import type { TimeShares } from '../../shared/contract/profile.ts'

const method =
  "The library's functions timed one by one in passes of their own, step by step where they are usually fused; the quickest such pass counts. Unpacking is what a product of the same shape " +
  'at 8 bits takes less, and what laying weights out takes. Reading the clock is subtracted; what it displaces in the caches is not.'

/**
 * Where the time of an inference goes: shares of a pass that is taken apart, and as many of the time that an inference takes as it always is. Where the parts come to more than
 * that pass, they are shares of their sum.
 */
export function timeSharesOf(told: BoardShares): TimeShares {
  const found = [
    { name: 'unpacking', ns: told.unpacking_ns },
    { name: 'products', ns: told.products_ns },
    { name: 'non-linearities', ns: told.nonlinearities_ns },
    { name: 'scores', ns: told.scores_ns },
  ]
  const sum = found.reduce((total, { ns }) => total + ns, 0)
  const whole = Math.max(sum, told.apart_ns, 1)
  const inference_us = told.ns / Math.max(1, told.texts) / 1000
  const parts = [...found, { name: 'other', ns: whole - sum }].map(({ name, ns }) => ({
    name,
    share: ns / whole,
    per_inference_us: (ns / whole) * inference_us,
  }))
  return { parts, method: told.ns === 0 ? method : `${method} ${takenApart(told.apart_ns / told.ns)}` }
}

function takenApart(times: number): string {
  return `Taken apart, a pass took ${times.toFixed(2)} times as long as it always does.`
}
