import type { ResolvedStudy } from '../../core/study/resolveStudy.ts'
import type { EvaluationResult } from '../../shared/contract/evaluation.ts'
import type { StoredProfile } from '../../store/calibration/index.ts'
import type { StoredDataset } from '../../store/datasets/index.ts'
import type { CellEnd } from '../../store/index.ts'
import type { StoredModel } from '../../store/models/index.ts'
import { findProfile } from './calibrate.ts'
import { floatGroups, quantizedGroups, type CellGroup, type NumberedCell, type QuantizedGroup } from './cellGroups.ts'
import { modelKey } from './studyModels.ts'
import type { StudyParts } from './studyParts.ts'

/** Groups that are looked for in one query. */
const chunk = 200

interface Found {
  models: ReadonlyMap<string, StoredModel>
  dataset: StoredDataset
}

/** Of some cells those whose runs the store has, however they came there. Looks only; cells of models that are not there are left out. */
export async function findCells(
  parts: Pick<StudyParts, 'cells' | 'runs' | 'profiles'>,
  study: ResolvedStudy,
  cells: readonly NumberedCell[],
  { models, dataset }: Found,
): Promise<CellEnd[]> {
  const there = cells.filter(({ cell }) => models.has(modelKey(cell.model, cell.seed)))
  const float = floatGroups(
    study,
    there.filter(({ cell }) => cell.recipe === null),
  )
  const quantized = quantizedGroups(
    study,
    there.filter(({ cell }) => cell.recipe !== null),
    (key) => models.get(key)!.record.spec.family,
  )
  const cellOf = (group: CellGroup) => ({
    model: models.get(group.model)!,
    dataset,
    split: study.split,
    inputs: group.inputs.map(({ input }) => input),
  })
  const ends: CellEnd[] = []
  for (const some of inChunks(float)) {
    parts.cells.findFloat(some.map(cellOf)).forEach((found, index) => ends.push(...endsOf(some[index]!, found)))
  }
  const profiles = new ProfileFinder(parts, study, { models, dataset })
  for (const some of inChunks(quantized)) {
    // Thousands of cells are looked for in seconds: who asks something meanwhile is answered in between.
    await new Promise(setImmediate)
    const withProfile: { group: QuantizedGroup; profile: StoredProfile | null }[] = []
    for (const group of some) {
      const profile = await profiles.of(group)
      if (profile !== undefined) withProfile.push({ group, profile })
    }
    const asked = withProfile.map(({ group, profile }) => ({
      ...cellOf(group),
      recipe: group.recipe,
      bits: group.bits,
      profile,
    }))
    parts.cells
      .find(asked)
      .forEach(({ evaluations }, index) => ends.push(...endsOf(withProfile[index]!.group, evaluations)))
  }
  return ends
}

/** A profile serves every recipe and width of its model: it is looked for once. */
class ProfileFinder {
  readonly #parts: Pick<StudyParts, 'runs' | 'profiles'>
  readonly #study: ResolvedStudy
  readonly #found: Found
  readonly #known = new Map<string, Promise<StoredProfile | null | undefined>>()

  constructor(parts: Pick<StudyParts, 'runs' | 'profiles'>, study: ResolvedStudy, found: Found) {
    this.#parts = parts
    this.#study = study
    this.#found = found
  }

  of({ model, calibration }: QuantizedGroup): Promise<StoredProfile | null | undefined> {
    const key = JSON.stringify([model, calibration])
    const { models, dataset } = this.#found
    const known =
      this.#known.get(key) ?? findProfile(this.#parts, this.#study, { dataset, model: models.get(model)!, calibration })
    this.#known.set(key, known)
    return known
  }
}

function* inChunks<T>(all: readonly T[]): Generator<readonly T[]> {
  for (let begin = 0; begin < all.length; begin += chunk) yield all.slice(begin, begin + chunk)
}

function endsOf({ inputs }: CellGroup, found: readonly (EvaluationResult | undefined)[]): CellEnd[] {
  return inputs.flatMap(({ numbers }, index) => {
    const run = found[index]
    return run === undefined ? [] : numbers.map((number) => ({ number, runId: run.id }))
  })
}
