import { stream } from '../random/randomStream.ts'

/**
 * The order in which a session measures: every window takes all variants once, each time shuffled anew, so that heat and load that grow with time fall on all of them
 * alike. The same seed gives the same order.
 *
 * @returns for each window the places of the variants
 */
export function variantOrder(variants: number, windows: number, seed: number): number[][] {
  return Array.from({ length: windows }, (_, window) => {
    const order = Array.from({ length: variants }, (_unused, k) => k)
    return stream(seed, 'profile', window).shuffle(order)
  })
}
