import type { CalibrationSet, NamedSet } from '../../shared/contract/calibration.ts'
import { AppError } from '../../shared/errors.ts'
import type { CalibrationNameRepository, RunRepository } from '../../store/index.ts'
import { calibrationSetOf } from './calibrationSets.ts'
import { declarationOf, type Declared } from './declaration.ts'

export interface SetNamesOptions {
  runs: RunRepository
  calibrationNames: CalibrationNameRepository
}

/** What people call calibration sets: a name stands for the draws of one declaration, and a declaration has one name. */
export class SetNames {
  readonly #options: SetNamesOptions

  constructor(options: SetNamesOptions) {
    this.#options = options
  }

  /** Sets with their names, asked for at once. */
  named(sets: readonly CalibrationSet[]): NamedSet[] {
    const names = this.#options.calibrationNames.all()
    return sets.map((set) => ({ ...set, name: names.get(set.id) ?? null }))
  }

  /** All draws of a name, by their number; none where it is no name. */
  drawsOf(name: string): CalibrationSet[] {
    const { runs, calibrationNames } = this.#options
    const found = calibrationNames.runsOf(name).flatMap((id) => runs.get(id) ?? [])
    return found.map(calibrationSetOf).sort((a, b) => a.manifest.draw - b.manifest.draw)
  }

  /** Names a draw that has no name yet, or has this one. Errors: `conflict`. */
  give(set: CalibrationSet, name: string | undefined): NamedSet {
    const before = this.named([set])[0]!
    if (name === undefined || before.name === name) return before
    if (before.name !== null) {
      throw new AppError('conflict', `The calibration set is called ${before.name} already.`, {
        expected: before.name,
        found: name,
        hint: `Rename ${before.name} first.`,
      })
    }
    this.assertFree(name, set.manifest)
    this.#options.calibrationNames.give([set.id], name)
    return { ...set, name }
  }

  /** Gives sets of one declaration another name, or none. Errors: `conflict`. */
  rename(sets: readonly CalibrationSet[], name: string | null): void {
    if (name !== null && sets[0] !== undefined) this.assertFree(name, sets[0].manifest)
    this.#options.calibrationNames.give(
      sets.map(({ id }) => id),
      name,
    )
  }

  /** Throws `conflict` where a name is that of another declaration's set. */
  assertFree(name: string, declared: Declared): void {
    const [other] = this.drawsOf(name)
    if (other === undefined || declarationOf(other.manifest) === declarationOf(declared)) return
    const { dataset, size, seed } = other.manifest
    throw new AppError('conflict', `Another calibration set is called ${name}.`, {
      found: `${size} texts of ${dataset.name}, seed ${seed}`,
      hint: 'Take another name, or rename that set.',
    })
  }
}
