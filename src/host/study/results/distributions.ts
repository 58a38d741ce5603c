import { decodeProfile } from '../../../core/calibration/profileFile.ts'
import type { Results } from '../../../shared/contract/results.ts'
import type { Warning } from '../../../shared/units.ts'
import { siteSummaries } from '../../calibration/siteSummaries.ts'
import { quantizationOf } from '../../quantization/evaluationRuns.ts'
import type { StudyParts } from '../studyParts.ts'
import { adjustmentsShown } from './adjustments.ts'
import type { DoneCell } from './measuredCell.ts'

/** Quantizations and profiles whose distributions are shown; a picture holds no more, and a study may have thousands. */
const mostShown = { adjustments: 500, profiles: 100 }

type Subject = Omit<Results['adjustments'][number], 'adjustments'>

export interface ShownQuantization {
  subject: Subject
  adjustments: Results['adjustments'][number]['adjustments']
  warnings: Warning[]
}

/** Of each model, recipe, widths and composition the quantization of the first draw. */
export function shownQuantizations(
  { runs }: Pick<StudyParts, 'runs'>,
  cells: readonly DoneCell[],
): ShownQuantization[] {
  const first = new Map<string, { run: string; subject: Subject }>()
  for (const { cell, evaluation } of cells) {
    if (evaluation.quantization === null) continue
    const { model, seed, recipe, bits, composition, draw } = cell
    const subject = { model, seed, recipe, bits: bits.label, composition, draw }
    const key = JSON.stringify({ ...subject, draw: 0 })
    if (!first.has(key) && first.size < mostShown.adjustments)
      first.set(key, { run: evaluation.quantization.run, subject })
  }
  return [...first.values()].flatMap(({ run, subject }) => {
    const stored = runs.get(run)
    if (stored === undefined) return []
    const { adjustments, warnings } = quantizationOf(stored)
    return [{ subject, adjustments: adjustmentsShown(adjustments), warnings }]
  })
}

/** Of each model and composition the profile of the first draw, on the calibration texts themselves. */
export async function shownProfiles(
  { profileStore }: Pick<StudyParts, 'profileStore'>,
  cells: readonly DoneCell[],
): Promise<Results['profiles']> {
  const first = new Map<string, { profile: string; subject: Subject }>()
  for (const { cell, evaluation } of cells) {
    const profile = evaluation.quantization?.calibration?.profile
    if (profile === undefined) continue
    const { model, seed, composition, draw } = cell
    const key = JSON.stringify([model, seed, composition])
    if (first.has(key) || first.size >= mostShown.profiles) continue
    first.set(key, { profile, subject: { model, seed, recipe: null, bits: null, composition, draw } })
  }
  const shown = await Promise.all(
    [...first.values()].map(async ({ profile, subject }) => {
      const stored = await profileStore.byFingerprint(profile)
      if (stored === undefined) return []
      const sites = siteSummaries(decodeProfile(await profileStore.read(stored)))
      return [{ ...subject, texts: 'own' as const, sites }]
    }),
  )
  return shown.flat()
}
