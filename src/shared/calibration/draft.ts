import type { Composition } from '../contract/calibrationRules.ts'
import { apportion } from './apportion.ts'
import { largestSize, partsOf } from './compositionTexts.ts'
import { evenOut, fit, limitsOf, moveShare, shareOut, turnLock, whole, type Sliders } from './sliders.ts'

/** A class of a dataset as a draw sees it. */
export interface PoolClass {
  name: string
  /** in the train split */
  texts: number
  /** of those, the ones that stand in neither dev nor test */
  available: number
}

/** A calibration set as it is being composed. */
export interface Draft {
  readonly sliders: Sliders
  /** what the shares come from while none was moved; null: the shares themselves */
  readonly composition: Composition | null
  /** what was asked for and has too few texts at this size: taken when the size allows it */
  readonly wished: Composition | null
  /** where the slider that moved last began: its way back is exact */
  readonly base: { readonly index: number; readonly sliders: Sliders } | null
  readonly size: number
  readonly draws: number
  readonly seed: number
}

export type Preset = 'balanced' | 'natural' | 'imbalanced' | 'one' | 'all-but-one' | 'unlabelled'

/** How many times the smallest class of the preset `imbalanced` the largest one is. */
export const imbalance = 10

export function newDraft(pool: readonly PoolClass[], of: Pick<Draft, 'size' | 'draws' | 'seed'>): Draft {
  const sliders = { tenths: shareOut(weightsAlike(pool), roomy(pool), whole)!, locked: pool.map(() => false) }
  return compose({ sliders, composition: null, wished: null, base: null, ...of }, pool, 'balanced')
}

/** The composition that a preset stands for; of two, with a class that it is about. */
export function presetComposition(preset: Preset, pool: readonly PoolClass[], about: string): Composition {
  switch (preset) {
    case 'one':
      return { [about]: 1 }
    case 'all-but-one':
      return { leaveOut: about }
    case 'imbalanced':
      return imbalanced(pool)
    default:
      return preset
  }
}

/** From the class with most texts down to the one with fewest, on a geometric line from {@link imbalance} to 1, in hundredths. */
function imbalanced(pool: readonly PoolClass[]): Composition {
  const order = [...pool.keys()].sort((a, b) => pool[b]!.texts - pool[a]!.texts || a - b)
  const shares = order.map((index, rank): [string, number] => [
    pool[index]!.name,
    Math.round(100 * imbalance ** (1 - rank / Math.max(1, pool.length - 1))),
  ])
  return Object.fromEntries(shares)
}

/** Takes a composition over, locks opened; as near to it as the texts allow where there are too few, with the wish kept. */
export function compose(draft: Draft, pool: readonly PoolClass[], composition: Composition): Draft {
  const weights = weightsOf(composition, pool)
  const exact = hasTexts(composition, pool, draft.size)
  const limits = limitsOf(available(pool), draft.size)
  const tenths = shareOut(weights, limits, whole) ?? shareOut(weights, roomy(pool), whole)!
  const sliders = { tenths, locked: pool.map(() => false) }
  return { ...draft, sliders, composition: exact ? composition : null, wished: exact ? null : composition, base: null }
}

/** A slider moved to a share, tenths of a per cent. */
export function setShare(draft: Draft, pool: readonly PoolClass[], index: number, tenths: number): Draft {
  const base = draft.base?.index === index ? draft.base.sliders : draft.sliders
  const sliders = moveShare(base, index, tenths, limitsOf(available(pool), draft.size))
  if (isSame(sliders, draft.sliders)) return draft
  return { ...draft, sliders, base: { index, sliders: base }, composition: null, wished: null }
}

export function lock(draft: Draft, index: number): Draft {
  return { ...draft, sliders: turnLock(draft.sliders, index), base: null }
}

export function even(draft: Draft, pool: readonly PoolClass[]): Draft {
  const sliders = evenOut(draft.sliders, limitsOf(available(pool), draft.size))
  if (isSame(sliders, draft.sliders)) return draft
  return { ...draft, sliders, base: null, composition: null, wished: null }
}

/** Another size: what the shares come from stays where it has texts enough; shares above what the texts are of it come down. */
export function resize(draft: Draft, pool: readonly PoolClass[], size: number): Draft {
  if (size === draft.size) return draft
  const resized = { ...draft, size, base: null }
  const composition = draft.composition ?? draft.wished
  if (composition !== null) return keepLocks(compose(resized, pool, composition), draft)
  return { ...resized, sliders: fit(draft.sliders, limitsOf(available(pool), size)) ?? draft.sliders }
}

function keepLocks(draft: Draft, { sliders: { tenths, locked } }: Draft): Draft {
  return isSame(draft.sliders, { tenths, locked }) ? { ...draft, sliders: { tenths, locked } } : draft
}

/** What the host is asked to draw: the composition that was chosen, or the shares by name, reduced. */
export function compositionOf({ sliders: { tenths }, composition }: Draft, pool: readonly PoolClass[]): Composition {
  if (composition !== null) return composition
  const divisor = tenths.reduce(commonDivisor, 0)
  return Object.fromEntries(
    pool.flatMap(({ name }, index) => (tenths[index]! > 0 ? [[name, tenths[index]! / divisor]] : [])),
  )
}

/** Texts of each class that the host draws; null where it does not look at the class. */
export function textsOf(composition: Composition, pool: readonly PoolClass[], size: number): number[] | null {
  const parts = partsOf(
    composition,
    pool.map(({ name }) => name),
    pool.map(({ texts }) => texts),
  )
  return parts === null ? null : apportion(parts, size)
}

/** Whether the pool has what a composition takes. */
export function hasTexts(composition: Composition, pool: readonly PoolClass[], size: number): boolean {
  const texts = textsOf(composition, pool, size)
  if (texts === null) return size <= sum(available(pool))
  return texts.every((count, index) => count <= pool[index]!.available)
}

/** Why a draft is as it is, or cannot be drawn, with the size at which it would be otherwise. */
export type Limit =
  /** every class together has fewer texts than the size */
  | { kind: 'size'; available: number; size: number }
  /** a composition was asked for that a class has too few texts for; `size` 0: no size has */
  | { kind: 'wish'; index: number; needed: number; available: number; size: number }
  /** a locked class has too few texts */
  | { kind: 'locked'; index: number; needed: number; available: number; size: number }
  /** a class is at its limit: all of its texts are drawn */
  | { kind: 'all'; index: number; available: number; tenths: number; size: number; others: number }

/** The first limit that bears on a draft; null where none does. All but `all` keep it from being drawn as it is wished. */
export function limitOf(draft: Draft, pool: readonly PoolClass[]): Limit | null {
  const { size, wished, sliders } = draft
  const all = sum(available(pool))
  if (size > all) return { kind: 'size', available: all, size: all }
  if (wished !== null) return wishLimit(wished, pool, size)
  const composition = compositionOf(draft, pool)
  const texts = textsOf(composition, pool, size)
  if (texts === null) return null
  const short = texts.findIndex((count, index) => count > pool[index]!.available)
  if (short >= 0) {
    const fits = largestSize(partsFor(composition, pool), available(pool), size)
    return { kind: 'locked', index: short, needed: texts[short]!, available: pool[short]!.available, size: fits }
  }
  const full = texts.flatMap((count, index) => (count > 0 && count === pool[index]!.available ? [index] : []))
  const [index] = full
  if (index === undefined || full.length === pool.length) return null
  const smaller = 2 ** Math.floor(Math.log2(Math.max(1, size - 1)))
  const tenths = sliders.tenths[index]!
  return { kind: 'all', index, available: pool[index]!.available, tenths, size: smaller, others: full.length - 1 }
}

function wishLimit(wished: Composition, pool: readonly PoolClass[], size: number): Limit {
  const texts = textsOf(wished, pool, size) ?? []
  const index = texts.findIndex((count, at) => count > pool[at]!.available)
  const fits = largestSize(partsFor(wished, pool), available(pool), size)
  return { kind: 'wish', index, needed: texts[index] ?? 0, available: pool[index]?.available ?? 0, size: fits }
}

/** Whether the host can draw it. */
export function canDraw(draft: Draft, pool: readonly PoolClass[]): boolean {
  return hasTexts(compositionOf(draft, pool), pool, draft.size)
}

function partsFor(composition: Composition, pool: readonly PoolClass[]): number[] {
  const parts = partsOf(
    composition,
    pool.map(({ name }) => name),
    pool.map(({ texts }) => texts),
  )
  return parts ?? pool.map(({ texts }) => texts)
}

/** Whole weights, so that shares of equal parts are equal. */
function weightsOf(composition: Composition, pool: readonly PoolClass[]): number[] {
  const parts = partsFor(composition, pool)
  const largest = Math.max(...parts)
  return parts.every(Number.isInteger) ? parts : parts.map((part) => Math.round((part / largest) * 1e9))
}

function weightsAlike(pool: readonly PoolClass[]): number[] {
  return pool.map(() => 1)
}

function available(pool: readonly PoolClass[]): number[] {
  return pool.map((one) => one.available)
}

function roomy(pool: readonly PoolClass[]): number[] {
  return pool.map(() => whole)
}

function isSame(a: Sliders, b: Sliders): boolean {
  return a.tenths.every((share, index) => share === b.tenths[index])
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0)
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? a : commonDivisor(b, a % b)
}
