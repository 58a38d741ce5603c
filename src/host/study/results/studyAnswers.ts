import { answerStudy, type CellWithResult } from '../../../core/study/answerStudy.ts'
import type { PlacedCell } from '../../../core/study/expandStudy.ts'
import { readStudyOrThrow } from '../../../core/study/readStudy.ts'
import type { Answer } from '../../../shared/contract/results.ts'
import { evaluationColumns, type StudyRow } from '../../../store/index.ts'
import type { StudyParts } from '../studyParts.ts'

type Parts = Pick<StudyParts, 'evaluations' | 'runs'>

const place = {
  run: evaluationColumns.indexOf('run_id'),
  fingerprint: evaluationColumns.indexOf('fingerprint'),
  accuracy: evaluationColumns.indexOf('accuracy'),
  n: evaluationColumns.indexOf('n'),
}

/** A study's questions with their answers, of the cells that are done; no result is read but the predictions that a question is about. */
export function studyAnswers(parts: Parts, row: StudyRow): Answer[] {
  const { study } = readStudyOrThrow(row.yaml, row.name)
  if (study.questions.length === 0) return []
  const cells = parts.evaluations.ofStudy(row.id).rows.map((found): CellWithResult => {
    const placed = JSON.parse(found.at(-2) as string) as PlacedCell
    const id = found[place.run] as string | null
    if (id === null) return { ...placed, measured: undefined }
    const [accuracy, n] = [found[place.accuracy] as number, found[place.n] as number]
    const fingerprint = (found[place.fingerprint] as string | null) ?? id
    return { ...placed, measured: { accuracy, n, fingerprint, right: () => rightOf(parts, id) } }
  })
  return study.questions.map((question) => answerStudy(study, question, cells))
}

function rightOf({ runs }: Parts, id: string): Uint8Array {
  const [predicted, labels] = [runs.array(id, 'predicted').data, runs.array(id, 'labels').data]
  return Uint8Array.from(labels, (label, text) => Number(label === predicted[text]))
}
