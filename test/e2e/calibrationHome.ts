import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { stream } from '../../src/core/random/randomStream.ts'
import { run } from '../cli/program.ts'

/**
 * Eight classes in the order that an import gives them, three of them as long as names are shown in full, two of which are as wide as names can be, one
 * rare, and four that would do harm where they are not escaped.
 */
export const classNames = [
  '<img src=x onerror=alert(1)>',
  'Emergency stop triggered',
  'Kühlmitteltemperatur zu hoch 2',
  'W'.repeat(30),
  'a,b=c "q\' $(ls) `x`',
  'مستشعر الضغط',
  '\u202eevil mirror\u2066',
  '轴'.repeat(30),
] as const
export const rare = 1
export const rareTexts = 12
const usualTexts = 60

/** A home with a dataset of these classes, and a tiny model that was trained on it. */
export async function makeCalibrationHome(home: string): Promise<void> {
  const file = (name: string, rows: readonly [string, string][]): string => {
    const path = join(home, name)
    writeFileSync(path, ['text,label', ...rows.map((row) => row.map(quoted).join(','))].join('\n'))
    return path
  }
  const train = file(
    'train.csv',
    rowsOf('train', (label) => (label === rare ? rareTexts : usualTexts)),
  )
  const dev = file(
    'dev.csv',
    rowsOf('dev', () => 6),
  )
  const test = file(
    'test.csv',
    rowsOf('test', () => 6),
  )
  await done(['dataset', 'import', train, '--dev', dev, '--test', test, '--name', 'faults', '--home', home])
  const sizes = ['--family', 'discriminative', '--embedding', '4', '--hidden', '6', '--epochs', '1']
  await done(['train', '--dataset', 'faults', ...sizes, '--name', 'tiny', '--home', home])
}

async function done(args: string[]): Promise<void> {
  const { code, stderr } = await run(args)
  if (code !== 0) throw new Error(`bitgauge ${args.join(' ')} ended with ${code}: ${stderr}`)
}

/** Texts of words that each class has more of, no two alike. */
function rowsOf(split: string, count: (label: number) => number): [string, string][] {
  const random = stream(1, 'faults', split)
  return classNames.flatMap((name, label) =>
    Array.from({ length: count(label) }, (_, row): [string, string] => {
      const words = Array.from({ length: 6 + random.below(8) }, () => `w${(label * 5 + random.below(12)) % 40}`)
      return [`${split} ${row} of ${label} ${words.join(' ')}`, name]
    }),
  )
}

function quoted(cell: string): string {
  return `"${cell.replaceAll('"', '""')}"`
}
