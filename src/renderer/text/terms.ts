import type { Term } from './glossary.ts'

/** How sentences of ours speak of what the glossary explains; a longer phrase stands before one that it holds. */
const phrases: readonly (readonly [phrase: string, term: Term])[] = [
  ['two one-sided tests', 'equivalence'],
  ['McNemar mid-p', 'mid-p'],
  ['McNemar exact', 'mcnemar'],
  ['sign-flip permutation', 'sign-flip'],
  ['Wilcoxon signed-rank', 'wilcoxon'],
  ['Holm', 'holm correction'],
  ['Benjamini-Hochberg', 'false discovery rate'],
  ['Benjamini-Yekutieli', 'false discovery rate'],
  ['smallest detectable difference', 'detectable difference'],
  ['margin', 'margin'],
  ['unit', 'unit'],
  ['contrasts', 'contrast'],
  ['contrast', 'contrast'],
]
const pattern = new RegExp(`\\b(${phrases.map(([phrase]) => phrase).join('|')})\\b`, 'gi')
const terms = new Map(phrases.map(([phrase, term]) => [phrase.toLowerCase(), term]))

/** A sentence in parts: where one of the glossary's words stands for the first time, its part names the term. */
export function termsIn(text: string): { text: string; term: Term | null }[] {
  const told = new Set<Term>()
  const parts: { text: string; term: Term | null }[] = []
  let from = 0
  for (const { 0: phrase, index } of text.matchAll(pattern)) {
    const term = terms.get(phrase.toLowerCase())
    if (term === undefined || told.has(term)) continue
    told.add(term)
    if (index > from) parts.push({ text: text.slice(from, index), term: null })
    parts.push({ text: phrase, term })
    from = index + phrase.length
  }
  if (from < text.length) parts.push({ text: text.slice(from), term: null })
  return parts
}
