import type { Key } from './figure.ts'
import { stepOutline, type Bins } from './histograms.ts'
import type { Look } from './look.ts'
import { drawn } from './pieces.ts'

/** Two sets laid over each other: the set in hand solid and filled, the reference dashed. */

export function setKeys(look: Look, a: string, b: string | null): Key[] {
  const first: Key = { label: a, colour: look.colour('set-a'), symbol: 'none', dash: [] }
  return b === null ? [first] : [first, { label: b, colour: look.colour('set-b'), symbol: 'none', dash: [4, 3] }]
}

export function outlines(plot: number, look: Look, a: Bins | null, b: Bins | null) {
  const sets = [
    ...(b === null ? [] : [{ bins: b, z: 2, fill: 'none', stroke: look.colour('set-b'), dash: [4, 3] }]),
    ...(a === null
      ? []
      : [{ bins: a, z: 1, fill: look.colour('set-a-band'), stroke: look.colour('set-a'), dash: null }]),
  ]
  return sets.map(({ bins, z, fill, stroke, dash }) =>
    drawn(
      plot,
      [stepOutline(bins)],
      z,
      (corners) => corners[0] as [number, number],
      (corners, place) => {
        const points = corners.map(([x, y]) => place(x, y))
        return {
          type: 'group',
          children: [
            { type: 'polygon', silent: true, shape: { points }, style: { fill, stroke: 'none' } },
            {
              type: 'polyline',
              silent: true,
              shape: { points },
              style: { stroke, fill: 'none', lineWidth: 1.2, ...(dash === null ? {} : { lineDash: dash }) },
            },
          ],
        }
      },
    ),
  )
}
