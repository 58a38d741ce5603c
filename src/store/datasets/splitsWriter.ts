import { join } from 'node:path'
import type { SplitRecord } from '../../shared/contract/datasetRecord.ts'
import { splitNames, type SplitName } from '../../shared/contract/datasetRules.ts'
import { rowLine, type Row } from '../../core/dataset/rowsFile.ts'
import type { DiskBudget } from './diskBudget.ts'
import { LineFileWriter } from './lineFileWriter.ts'

/** Writes the splits of a new dataset, one packed file each, made when the split's first row comes. */
export class SplitsWriter {
  readonly #folder: string
  readonly #budget: DiskBudget
  readonly #classes: number
  readonly #open = new Map<SplitName, { writer: LineFileWriter; perClass: number[] }>()

  constructor(folder: string, classes: number, budget: DiskBudget) {
    this.#folder = folder
    this.#classes = classes
    this.#budget = budget
  }

  /** Waits where the disk is slower than the caller. */
  write(split: SplitName, row: Row): Promise<void> | undefined {
    const open = this.#open.get(split) ?? this.#start(split)
    open.perClass[row.label] = (open.perClass[row.label] as number) + 1
    return open.writer.write(rowLine(row))
  }

  /** The records of the splits that have rows, in the order train, dev, test. */
  async close(): Promise<SplitRecord[]> {
    const records: SplitRecord[] = []
    for (const split of splitNames) {
      const open = this.#open.get(split)
      if (open === undefined) continue
      const { bytes, sha256 } = await open.writer.close()
      const rows = open.perClass.reduce((sum, count) => sum + count, 0)
      records.push({ split, rows, perClass: open.perClass, file: splitFile(split), bytes, sha256 })
    }
    return records
  }

  async abandon(): Promise<void> {
    await Promise.all([...this.#open.values()].map(({ writer }) => writer.abandon()))
  }

  #start(split: SplitName): { writer: LineFileWriter; perClass: number[] } {
    const writer = new LineFileWriter(join(this.#folder, splitFile(split)), { gzip: true, budget: this.#budget })
    const open = { writer, perClass: new Array<number>(this.#classes).fill(0) }
    this.#open.set(split, open)
    return open
  }
}

function splitFile(split: SplitName): string {
  return `${split}.jsonl.gz`
}
