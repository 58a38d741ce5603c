import type { Composition } from '../contract/calibrationRules.ts'
import { cutText } from '../charts/shownName.ts'
import { leftOut } from './compositionTexts.ts'

/** A composition in a line: `balanced`, `without Sports`, `World 75 %, Sports 25 %`, at most three classes by name. */
export function compositionWords(composition: Composition): string {
  if (typeof composition === 'string') return composition
  const left = leftOut(composition)
  if (left !== undefined) return `without ${cutText(left)}`
  const shares = Object.entries(composition).filter(([, parts]) => parts > 0)
  const largest = Math.max(...shares.map(([, parts]) => parts))
  const sum = shares.reduce((all, [, parts]) => all + parts / largest, 0)
  if (shares.length === 1) return `${cutText(shares[0]![0])} alone`
  const named = [...shares].sort((a, b) => b[1] - a[1]).slice(0, 3)
  const words = named.map(([name, parts]) => `${cutText(name)} ${percentOf(parts / largest / sum)}`)
  const more = shares.length - named.length
  return `${words.join(', ')}${more > 0 ? ` and ${more} more` : ''}`
}

function percentOf(share: number): string {
  return `${Number((share * 100).toFixed(1))} %`
}
