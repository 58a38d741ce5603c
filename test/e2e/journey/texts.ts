import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { stream } from '../../../src/core/random/randomStream.ts'

const agNews = fileURLToPath(new URL('../../../../shared/data/ag_news_train_43k.csv.gz', import.meta.url))

/** A file of texts to import, and what an import of it must come to. */
export interface TextFile {
  readonly path: string
  /** of the import page, or none: the columns say it */
  readonly preset: string | null
  readonly classes: readonly string[]
  /** texts that the import lays aside to be tested on */
  readonly tested: number
  /** why these texts and not others */
  readonly reason: string | null
}

/**
 * The first rows of AG News where the data lie beside the project, else as many rows made here.
 *
 * @param folder to write the file into
 */
export function textFile(folder: string, rows: number): TextFile {
  const path = join(folder, 'news.csv')
  if (!existsSync(agNews)) {
    writeFileSync(path, madeTexts(rows))
    const classes = made.map(([name]) => name)
    return { path, preset: null, classes, tested: rows * 0.2, reason: `there is no ${agNews}` }
  }
  const lines = gunzipSync(readFileSync(agNews)).toString('utf8').split('\n', rows)
  writeFileSync(path, `${lines.join('\n')}\n`)
  const classes = ['World', 'Sports', 'Business', 'Sci/Tech']
  return { path, preset: 'AG News', classes, tested: rows * 0.15, reason: null }
}

const made = [
  ['pump', 'pressure leak seal hydraulic hose'],
  ['motor', 'winding bearing noise rotor brush'],
  ['sensor', 'reading drift offset signal cable'],
  ['door', 'gate lock hinge open shut'],
] as const
const plain = 'line station shift report again noted unit check since morning after restart'.split(' ')

/** Four classes of reports, told apart by words of their own; columns `text` and `label`. */
export function madeTexts(rows: number): string {
  const random = stream(1, 'journey')
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!
  const lines = Array.from({ length: rows }, () => {
    const [label, words] = pick(made)
    const own = words.split(' ')
    return `${[pick(plain), pick(own), pick(plain), pick(own), pick(plain), pick(plain)].join(' ')},${label}`
  })
  return ['text,label', ...lines, ''].join('\n')
}
