import type { Progress } from '../../../shared/contract/jobs.ts'
import type { StudyPlan } from '../../../shared/contract/study.ts'

/** A part of a first look: what is done in it, how long it should take, and how much of it is done. */
export interface Phase {
  id: 'texts' | 'train' | 'measure'
  title: string
  estimate_s: number
  /** 0 to 1 */
  share: number
}

const order = ['texts', 'train', 'measure'] as const
const titles: Readonly<Record<Phase['id'], string>> = {
  texts: 'Texts',
  train: 'Train',
  measure: 'Calibrate, quantize, evaluate',
}

/** Seconds that making and encoding a few thousand texts takes, about. */
const texts_s = 1

/** @param progress of the job under way; null before it has told any */
export function phasesOf(estimate: StudyPlan['estimate'], progress: Progress | null, isDone: boolean): Phase[] {
  const now = progress === null ? -1 : order.indexOf(phaseOf(progress.phase))
  const seconds = { texts: texts_s, train: estimate.training_s, measure: estimate.cells_s }
  return order.map((id, index) => {
    const share = isDone || index < now ? 1 : index === now && progress !== null ? shareOf(progress, id) : 0
    return { id, title: titles[id], estimate_s: seconds[id], share }
  })
}

/** A study says what it does by its phase: the dataset, `training NAME, seed N, 1 of 2: …`, then `cells`. */
function phaseOf(phase: string): Phase['id'] {
  if (phase === 'cells') return 'measure'
  return phase.startsWith('training') ? 'train' : 'texts'
}

/** Of the trainings, those before this one count whole. */
function shareOf({ phase, done, total }: Progress, id: Phase['id']): number {
  const own = total === null || total === 0 ? 0 : Math.min(1, done / total)
  if (id !== 'train') return own
  const [, number = '1', count = '1'] = /, (\d+) of (\d+): /.exec(phase) ?? []
  return (Number(number) - 1 + own) / Number(count)
}
