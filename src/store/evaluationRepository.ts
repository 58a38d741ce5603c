/** The columns of a row, in their order. */
export const evaluationColumns = [
  'run_id',
  'fingerprint',
  'model',
  'model_fingerprint',
  'family',
  'dataset',
  'split',
  'noise',
  'shift',
  'recipe',
  'bits',
  'composition',
  'draw',
  'n',
  'accuracy',
  'low',
  'high',
  'bounds',
  'macro_f1',
  'nll',
  'ece',
  'agreement',
  'difference',
  'difference_low',
  'difference_high',
  'difference_bounds',
  'bytes',
  'warnings',
] as const
export type EvaluationColumn = (typeof evaluationColumns)[number]

/** Columns that hold the id of a text. */
export const evaluationTexts = [
  'model',
  'model_fingerprint',
  'family',
  'dataset',
  'split',
  'noise',
  'shift',
  'recipe',
  'bits',
  'composition',
  'bounds',
  'difference_bounds',
  'warnings',
] as const satisfies readonly EvaluationColumn[]

/** What is text in a row; all else is a number, or the id of a text. */
type TextColumn = 'run_id' | 'fingerprint'

type TupleOf<Columns extends readonly EvaluationColumn[]> = {
  -readonly [Index in keyof Columns]: (Columns[Index] extends TextColumn ? string : number) | null
}

/** One evaluation as a tuple in the order of {@link evaluationColumns}: what is read is a table of many, not a hundred thousand objects. */
export type EvaluationRow = TupleOf<typeof evaluationColumns>

/** An evaluation, null in all of its columns where the cell has none, and of the cell `error`, JSON or null, `coordinates`, JSON, and its number. */
export type StudyEvaluationRow = [...EvaluationRow, error: string | null, coordinates: string, number: number]

export interface EvaluationTable<Row> {
  rows: Row[]
  /** JSON by id: what many evaluations have in common */
  texts: ReadonlyMap<number, string>
}

/** Told how many rows come, and the texts; gives what takes each of them. */
export type BeginRows<Row> = (count: number, texts: ReadonlyMap<number, string>) => (row: Row, at: number) => void

/** Figures of the evaluations of a store, without their results being read. */
export interface EvaluationRepository {
  /** All of them, oldest first. */
  all(): EvaluationTable<EvaluationRow>
  /** One for each cell of a study, in its order. */
  ofStudy(id: string): EvaluationTable<StudyEvaluationRow>
  /** The same one after another: a hundred thousand rows that are kept together cost more than they are worth. */
  visitAll(begin: BeginRows<EvaluationRow>): void
  visitStudy(id: string, begin: BeginRows<StudyEvaluationRow>): void
  /** Some of a study's cells, those that follow cell `after`, in their order and without fingerprints; none behind the last. */
  pageOfStudy(id: string, after: number): StudyEvaluationRow[]
  /** The same of the cells of these numbers. */
  cellsOfStudy(id: string, numbers: readonly number[]): StudyEvaluationRow[]
  /** Texts that came after the one of an id: no text is ever changed or taken away. */
  textsAfter(id: number): Map<number, string>
  /** Numbers of a study's cells that have no run, and of those among them that failed. */
  withoutRun(id: string): { open: number[]; failed: number[] }
  /** As many as the part `run` counted changes, had nothing but been added: where the counts grow alike, no run was changed or removed. */
  additions(): number
}
