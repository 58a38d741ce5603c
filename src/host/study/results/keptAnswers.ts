import type { Answer } from '../../../shared/contract/results.ts'
import type { Store, StudyRow } from '../../../store/index.ts'
import type { StudyParts } from '../studyParts.ts'
import { studyAnswers } from './studyAnswers.ts'

type Options = Pick<StudyParts, 'evaluations' | 'runs' | 'studies'> & { partChanges: Store['partChanges'] }

interface Kept {
  moment: string
  answers: Answer[]
  /** when the answers were there, and how long that took */
  at_ms: number
  took_ms: number
}

const mostKept = 50
/** While a study runs, its answers are worked out in at most one part in so many of the host's time. */
const share = 20

/** A study's answers, worked out once as long as nothing has come that they are about. */
export class KeptAnswers {
  readonly #options: Options
  readonly #kept = new Map<string, Kept>()

  constructor(options: Options) {
    this.#options = options
  }

  of(study: StudyRow): Answer[] {
    const moment = this.#momentOf(study)
    const known = this.#kept.get(study.id)
    const now = performance.now()
    if (known?.moment === moment) return known.answers
    if (known !== undefined && study.state === 'running' && now - known.at_ms < share * known.took_ms)
      return known.answers
    const answers = studyAnswers(this.#options, study)
    const at_ms = performance.now()
    this.#kept.delete(study.id)
    this.#kept.set(study.id, { moment, answers, at_ms, took_ms: at_ms - now })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    return answers
  }

  /** Changes where the study's file, state or cells do, and where a run was changed or removed, but not with each that is added. */
  #momentOf({ id, state, yaml }: StudyRow): string {
    const { evaluations, partChanges, studies } = this.#options
    const { done, failed } = studies.counts(id)
    return JSON.stringify([yaml, state, done, failed, (partChanges().get('run') ?? 0) - evaluations.additions()])
  }
}
