import { nearestName } from '../../core/dataset/nearestName.ts'
import { AppError } from '../../shared/errors.ts'
import { nextStep } from '../../shared/nextSteps.ts'
import type { StudyRepository, StudyRow } from '../../store/index.ts'

/** A study by its id or name. @throws AppError `not-found` with the nearest name */
export function findStudy(studies: StudyRepository, reference: string): StudyRow {
  const found = studies.get(reference)
  if (found !== undefined) return found
  const near = nearestName(
    reference,
    studies.list().map(({ name }) => name),
  )
  throw new AppError('not-found', `There is no study ${JSON.stringify(reference)}.`, {
    expected: 'the id or the name of a study',
    hint: near === undefined ? nextStep('list-studies') : `The nearest is ${near}.`,
  })
}
