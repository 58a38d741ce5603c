import type { Results } from '../contract/results.ts'
import { z } from 'zod'
import { cutText } from './shownName.ts'

/** What a table of adjustments or of activations is about; axes left out: the first that is there. */
export const subjectSchema = z.strictObject({
  model: z.string().optional(),
  seed: z.int().min(0).optional(),
  recipe: z.string().optional(),
  bits: z.string().optional(),
  composition: z.string().optional(),
  draw: z.int().min(0).optional(),
})
export type Subject = z.infer<typeof subjectSchema>

type Named = Omit<Results['adjustments'][number], 'adjustments'>

/** The first entry that has every value asked for. */
export function findSubject<T extends Named>(entries: readonly T[], asked: Subject): T | undefined {
  const wanted = Object.entries(asked) as [keyof Subject, string | number][]
  return entries.find((entry) => wanted.every(([key, value]) => entry[key] === value))
}

/** In words: `balanced, draw 0`; what both have in common is left to the caption. */
export function subjectWords(entry: Named, keys: readonly (keyof Named)[]): string {
  const parts = keys.flatMap((key) => {
    const value = entry[key]
    if (value === null) return []
    return [key === 'seed' || key === 'draw' ? `${key} ${value}` : cutText(String(value))]
  })
  return parts.join(', ')
}

/** The axes on which two entries differ, and those on which they agree. */
export function sameAndOther(a: Named, b: Named | null): { same: (keyof Named)[]; other: (keyof Named)[] } {
  const keys: (keyof Named)[] = ['model', 'recipe', 'bits', 'composition', 'seed', 'draw']
  if (b === null) return { same: keys, other: [] }
  return { same: keys.filter((key) => a[key] === b[key]), other: keys.filter((key) => a[key] !== b[key]) }
}
