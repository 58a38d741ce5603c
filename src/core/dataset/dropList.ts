import { dropReasons, type DropReason, type DropReport } from '../../shared/contract/datasetRecord.ts'

const namedRows = 100

/** Gathers rows that are left out: every one is counted, and the first hundred of each reason are named. */
export class DropList {
  readonly #byReason = new Map<DropReason, { count: number; rows: { source: string; row: number }[] }>()

  add(reason: DropReason, source: string, row: number): void {
    const entry = this.#byReason.get(reason) ?? { count: 0, rows: [] }
    entry.count += 1
    if (entry.rows.length < namedRows) entry.rows.push({ source, row })
    this.#byReason.set(reason, entry)
  }

  get total(): number {
    return [...this.#byReason.values()].reduce((sum, { count }) => sum + count, 0)
  }

  /** Reasons in the order of the list of reasons. */
  report(): DropReport {
    const reasons = dropReasons.flatMap((reason) => {
      const entry = this.#byReason.get(reason)
      return entry === undefined ? [] : [{ reason, count: entry.count, rows: entry.rows }]
    })
    return { total: this.total, reasons }
  }
}

/** Nothing was left out. */
export const noDrops: DropReport = { total: 0, reasons: [] }
