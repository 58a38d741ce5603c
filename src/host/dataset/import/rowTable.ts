import { normaliseText, textKey } from '../../../core/dataset/textKey.ts'
import type { KeyedRows } from '../../../core/dataset/leakage.ts'
import { splitNames, type SplitName } from '../../../shared/contract/datasetRules.ts'

/** Marks a row that was taken out. */
export const noSplit = 255

/** What is kept in memory of each row while its text lies in the spool: about a hundred bytes, whatever the text's length. */
export class RowTable {
  /** index of the source */
  readonly source: number[] = []
  /** the record's number in its file, from 1 */
  readonly row: number[] = []
  readonly label: number[] = []
  /** index into `splitNames`, or `noSplit` */
  readonly split: number[] = []
  readonly #exact = { first: [] as number[], second: [] as number[] }
  readonly #normal = { first: [] as number[], second: [] as number[] }

  get length(): number {
    return this.row.length
  }

  add(entry: { source: number; row: number; label: number; split: SplitName; text: string }): void {
    this.source.push(entry.source)
    this.row.push(entry.row)
    this.label.push(entry.label)
    this.split.push(splitNames.indexOf(entry.split))
    const exact = textKey(entry.text)
    const normal = textKey(normaliseText(entry.text))
    this.#exact.first.push(exact.first)
    this.#exact.second.push(exact.second)
    this.#normal.first.push(normal.first)
    this.#normal.second.push(normal.second)
  }

  /** The rows by the text as it is, or as it is after normalisation. */
  keyed(kind: 'exact' | 'normalised', id: (row: number) => string): KeyedRows {
    const { first, second } = kind === 'exact' ? this.#exact : this.#normal
    return {
      length: this.length,
      split: (row) => this.split[row] as number,
      label: (row) => this.label[row] as number,
      first: (row) => first[row] as number,
      second: (row) => second[row] as number,
      id,
    }
  }
}
