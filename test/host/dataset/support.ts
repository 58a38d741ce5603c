import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { root } from '../../../build/tasks/run.ts'
import { DatasetService } from '../../../src/host/dataset/datasetService.ts'
import {
  datasetGenerateSchema,
  datasetImportSchema,
  type DatasetEvent,
  type DatasetMade,
} from '../../../src/shared/contract/dataset.ts'

export type ImportInput = Parameters<typeof datasetImportSchema.parse>[0] & object

/** A home and a folder for files, both gone after the test. */
export function workplace(): {
  home: string
  file: (name: string, content: string | Uint8Array) => string
  service: DatasetService
} {
  const folder = mkdtempSync(join(tmpdir(), 'bitgauge-dataset-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  const home = join(folder, 'home')
  return {
    home,
    service: new DatasetService({ home }),
    file: (name, content) => {
      writeFileSync(join(folder, name), content)
      return join(folder, name)
    },
  }
}

export async function toEnd(events: AsyncIterable<DatasetEvent>): Promise<DatasetMade> {
  for await (const event of events) if (event.type === 'done') return event.made
  throw new Error('no end')
}

export function importWith(service: DatasetService, input: Record<string, unknown>): Promise<DatasetMade> {
  return toEnd(service.import(datasetImportSchema.parse(input)))
}

export function generateWith(service: DatasetService, options: Record<string, unknown>): Promise<DatasetMade> {
  return toEnd(service.generate(datasetGenerateSchema.parse({ options })))
}

/** What lies in the datasets folder, hidden and half-made things included. */
export function leftIn(home: string): string[] {
  return existsSync(join(home, 'datasets')) ? readdirSync(join(home, 'datasets')) : []
}

/** A file of the shared data, which lies beside the checkout, or undefined with a printed reason. */
export function sharedFile(name: string): string | undefined {
  const places = [process.env['BITGAUGE_DATA'] ?? '', join(root, '..', 'shared', 'data')].filter(
    (place) => place !== '',
  )
  const found = places.map((place) => join(place, name)).find((path) => existsSync(path))
  if (found === undefined)
    console.log(`skipped: ${name} is not in ../shared/data beside the checkout (or BITGAUGE_DATA)`)
  return found
}

/** A CSV file with a header: rows of a label and a text. */
export function csv(rows: readonly (readonly [string, string])[], header = 'label,text'): string {
  return [header, ...rows.map(([label, text]) => `${label},${text}`)].join('\n').concat('\n')
}

export const plainRows: (readonly [string, string])[] = Array.from({ length: 40 }, (_, row) => [
  row % 2 === 0 ? 'ham' : 'spam',
  `text number ${row} is here`,
])
