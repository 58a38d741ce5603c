import type { BoardTrace } from '../../shared/contract/boardProtocol.ts'

/** Where two computations of one text part. */
export interface FirstDifference {
  step: number
  site: string
  part: number
  device: string
  host: string
}

/** The first line of two traces of one text that is not the same; null where all are: then it comes of what a trace changes, fused steps above all. */
export function firstDifference(device: readonly BoardTrace[], host: readonly BoardTrace[]): FirstDifference | null {
  const at = host.findIndex((expected, k) => !isSame(device[k], expected))
  if (at < 0) return null
  const expected = host[at]!
  const { step, site, part } = expected
  return { step, site, part, device: device[at]?.checksum ?? 'nothing', host: expected.checksum }
}

function isSame(a: BoardTrace | undefined, b: BoardTrace): boolean {
  return (
    a !== undefined &&
    a.site === b.site &&
    a.part === b.part &&
    a.step === b.step &&
    a.label === b.label &&
    a.checksum === b.checksum
  )
}
