import { ulid } from 'ulid'
import { AppError } from '../../shared/errors.ts'
import type { RunRepository } from '../../store/index.ts'

/** Ids that runs of a bundle have here, by those that they have in it, where they differ. */
export type BundledIds = ReadonlyMap<string, string>

/**
 * Finds out under which ids a bundle's runs will be here: one that is here under the same key keeps its id, and one whose id another run has
 * gets a new one.
 */
export class IdPlan {
  readonly #runs: Pick<RunRepository, 'byKey' | 'get'>
  readonly #seen = new Set<string>()
  readonly ids = new Map<string, string>()

  constructor(runs: Pick<RunRepository, 'byKey' | 'get'>) {
    this.#runs = runs
  }

  /** Errors: `input-invalid` where the bundle has the run, or another one of its id, twice. */
  add({ id, key }: { id: string; key: string }): void {
    if (this.#seen.has(id) || this.#seen.has(key)) {
      throw new AppError('input-invalid', `The bundle holds the run ${id} twice.`, { found: key })
    }
    this.#seen.add(id).add(key)
    const here = this.#runs.byKey(key)?.id ?? (this.#runs.get(id) === undefined ? id : ulid())
    if (here !== id) this.ids.set(id, here)
  }
}

/** A value with the ids that its runs have here; all else, and its order, as it was. A ULID stands for nothing but the run that has it. */
export function withIds<T>(value: T, ids: BundledIds): T {
  if (ids.size === 0) return value
  if (typeof value === 'string') return (ids.get(value) ?? value) as T
  if (Array.isArray(value)) return value.map((item: unknown) => withIds(item, ids)) as T
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, withIds(inner as unknown, ids)])) as T
}
