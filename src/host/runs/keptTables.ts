import { setImmediate as turn } from 'node:timers/promises'
import { ulid } from 'ulid'
import type { RunTable } from '../../shared/contract/runTable.ts'
import type { EvaluationRow, Store, StudyEvaluationRow, StudyRow } from '../../store/index.ts'
import { modelsOf, TableMaker, type RunTableParts } from './runTable.ts'

export interface KeptTablesOptions extends RunTableParts {
  partChanges: Store['partChanges']
}

/** Tables that are kept: of a hundred thousand rows one is some ten megabytes. */
const mostKept = 2

/**
 * Tables of studies, a row a cell by the study's own names, whether it was run or not. A table is read once, a piece a turn of the event loop, since
 * a study that runs shares it; from then on the cells that have come are read alone, and who has a version is told what came since.
 */
export class KeptTables {
  readonly #options: KeptTablesOptions
  readonly #kept = new Map<string, KeptTable>()
  #last: Promise<unknown> = Promise.resolve()

  constructor(options: KeptTablesOptions) {
    this.#options = options
  }

  /** One after another: two windows that ask at once are not two readings. */
  tell(study: StudyRow, since: string | undefined): Promise<RunTable> {
    const told = this.#last.then(() => this.#tell(study, since))
    this.#last = told.catch(() => undefined)
    return told
  }

  async #tell(study: StudyRow, since: string | undefined): Promise<RunTable> {
    const { id, name, state, dataset, fingerprint } = study
    const known = this.#kept.get(id)
    this.#kept.delete(id)
    const isCurrent = known?.fingerprint === fingerprint && (await known.catchUp())
    const table = isCurrent ? known : await readTable(this.#options, study)
    this.#kept.set(id, table)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > mostKept && oldest !== undefined) this.#kept.delete(oldest)
    const cells = this.#options.studies.counts(id)
    return { ...table.since(since), study: { id, name, state, classes: dataset?.classes ?? [], cells } }
  }
}

/** What the store counted at a moment. */
interface Stamp {
  run: number
  study: number
  additions: number
}

function stampOf({ partChanges, evaluations }: KeptTablesOptions, before?: Stamp): Stamp {
  const counts = partChanges()
  const [run, study] = [counts.get('run') ?? 0, counts.get('study') ?? 0]
  const same = before?.run === run
  return { run, study, additions: same ? before.additions : evaluations.additions() }
}

async function readTable(options: KeptTablesOptions, study: StudyRow): Promise<KeptTable> {
  const table = new KeptTable(options, study)
  await table.read()
  return table
}

class KeptTable {
  readonly fingerprint: string
  readonly #id = ulid()
  readonly #study: string
  readonly #options: KeptTablesOptions
  readonly #maker: TableMaker
  /** the version in which each row came last */
  readonly #cameIn: Uint32Array
  #version = 1
  #stamp: Stamp
  #lastText = 0
  #open = new Set<number>()
  #failed = new Set<number>()
  #whole: ReturnType<TableMaker['table']> | null = null

  constructor(options: KeptTablesOptions, { id, fingerprint, cells }: StudyRow) {
    this.fingerprint = fingerprint
    this.#study = id
    this.#options = options
    this.#maker = new TableMaker(cells, new Map())
    this.#cameIn = new Uint32Array(cells).fill(1)
    this.#stamp = stampOf(options)
  }

  async read(): Promise<void> {
    for (let after = -1; ;) {
      const rows = this.#options.evaluations.pageOfStudy(this.#study, after)
      this.#add(rows)
      const last = rows.at(-1)?.at(-1) as number | undefined
      if (last === undefined) break
      after = last
      await turn()
    }
    await this.#addModels()
  }

  /** Reads what has come. False where a run was changed or removed, or the study is another: then nothing less than a new reading tells. */
  async catchUp(): Promise<boolean> {
    const now = stampOf(this.#options, this.#stamp)
    if (now.run === this.#stamp.run && now.study === this.#stamp.study) return true
    if (now.run - this.#stamp.run !== now.additions - this.#stamp.additions) return false
    const { open, failed } = this.#options.evaluations.withoutRun(this.#study)
    if (open.some((number) => !this.#open.has(number))) return false
    const [stillOpen, nowFailed] = [new Set(open), new Set(failed)]
    const came = [...this.#open].filter(
      (number) => !stillOpen.has(number) || this.#failed.has(number) !== nowFailed.has(number),
    )
    this.#stamp = now
    if (came.length > 0) await this.#came(came)
    return true
  }

  since(version: string | undefined): Omit<RunTable, 'study'> {
    const [id, number] = version?.split('.') ?? []
    const rows = id === this.#id ? this.#rowsSince(Number(number)) : null
    const own = { version: `${this.#id}.${this.#version}` }
    if (rows !== null && rows.length * 2 <= this.#cameIn.length)
      return { ...this.#maker.table(this.#options, rows), ...own }
    this.#whole ??= this.#maker.table(this.#options, null)
    return { ...this.#whole, ...own }
  }

  #rowsSince(version: number): Uint32Array {
    const rows: number[] = []
    this.#cameIn.forEach((came, row) => {
      if (!(came <= version)) rows.push(row)
    })
    return Uint32Array.from(rows)
  }

  async #came(numbers: readonly number[]): Promise<void> {
    const { families } = this.#maker
    this.#version += 1
    this.#whole = null
    for (const number of numbers) {
      this.#open.delete(number)
      this.#failed.delete(number)
    }
    this.#add(this.#options.evaluations.cellsOfStudy(this.#study, numbers))
    await this.#addModels()
    if (this.#maker.families > families) this.#cameIn.fill(this.#version)
  }

  #add(rows: readonly StudyEvaluationRow[]): void {
    const texts = this.#options.evaluations.textsAfter(this.#lastText)
    this.#lastText = Math.max(this.#lastText, ...texts.keys())
    this.#maker.addTexts(texts)
    for (const row of rows) {
      const [error, coordinates, number] = row.slice(-3) as [string | null, string, number]
      this.#maker.addCell(row as unknown as EvaluationRow, error, coordinates, number)
      this.#cameIn[number] = this.#version
      if (row[0] !== null) continue
      this.#open.add(number)
      if (error !== null) this.#failed.add(number)
    }
  }

  async #addModels(): Promise<void> {
    this.#maker.addModels(await modelsOf(this.#options, this.#maker.modelFingerprints()))
  }
}
