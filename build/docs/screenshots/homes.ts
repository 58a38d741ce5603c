import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { stream } from '../../../src/core/random/randomStream.ts'
import { root } from '../../tasks/run.ts'

/** Homes that the pictures are taken of. */
export interface Homes {
  /** nothing in it */
  empty: string
  /** eight classes with names of 30 characters, both families, a study with failed texts, noise and two questions */
  small: string
}

/** Eight faults of a machine shop, each name exactly 30 characters long or nearly so, as real ones are. */
const classes = [
  'Lagerschaden an Antriebswelle2',
  'Hydraulic pressure loss, pump1',
  'Kühlmitteltemperatur zu hoch 3',
  'Emergency stop triggered, gate',
  'Sensor drift beyond tolerance4',
  'Lubrication interval overdue 7',
  'Motorwicklung Übertemperatur 2',
  'No fault found on inspection 0',
] as const

const shares = [18, 15, 10, 2, 12, 8, 5, 30] as const

/** How much the small home holds. */
export interface Extent {
  rows: number
  epochs: number
  seeds: number
  draws: number
  bits: readonly number[]
}

/** For the pictures. */
export const whole: Extent = { rows: 6000, epochs: 4, seeds: 2, draws: 6, bits: [8, 6, 4, 3, 2] }
/** Made in a few seconds; every page has something to show. */
export const least: Extent = { rows: 1600, epochs: 1, seeds: 1, draws: 1, bits: [8, 4] }

/**
 * Makes the homes where they are not there yet, by the command line and the real engine.
 *
 * @param folder kept from one run to the next
 */
export async function prepareHomes(
  folder: string,
  say: (line: string) => void,
  extent: Extent = whole,
): Promise<Homes> {
  const homes: Homes = { empty: join(folder, 'empty'), small: join(folder, 'small-4') }
  mkdirSync(homes.empty, { recursive: true })
  if (existsSync(homes.small)) return homes
  const making = `${homes.small}.${process.pid}`
  mkdirSync(making, { recursive: true })
  say('making a small home: data, models, a study …')
  const data = join(making, 'machine-shop.csv')
  writeFileSync(data, machineShop(extent.rows))
  await bitgauge(making, ['dataset', 'import', data, '--name', 'machine-shop'])
  const study = join(making, 'bits-and-balance.yaml')
  writeFileSync(study, studyText(extent))
  await bitgauge(making, ['study', 'run', study])
  renameSync(making, homes.small)
  return homes
}

/** Runs a command on a home; `stop` ends it as Ctrl-C does. */
export async function bitgauge(home: string, given: readonly string[], stop?: AbortSignal): Promise<void> {
  const program = join(root, 'src', 'cli', 'bin.mjs')
  await promisify(execFile)(process.execPath, [program, ...given, '--home', home, '--json'], {
    ...{ maxBuffer: 2 ** 28, killSignal: 'SIGINT' },
    ...(stop === undefined ? {} : { signal: stop }),
  })
}

/** Two models, three compositions, two recipes, noise and two questions. */
export const studyText = ({ epochs, seeds, draws, bits }: Extent): string => `bitgauge: study/1
name: bits-and-balance
seed: 7
dataset: { id: machine-shop }
models:
  reads: { family: discriminative, embedding: 16, hidden: 16, train: { epochs: ${epochs}, batch: 32, seeds: [${seeds === 1 ? '1' : '1, 2'}] } }
  writes: { family: generative, head: shared, embedding: 16, hidden: 16, train: { epochs: ${Math.max(1, epochs - 1)}, batch: 32 } }
calibration:
  size: 128
  draws: ${draws}
  compositions: { balanced: balanced, natural: natural, one class: { "${classes[7]}": 1 } }
recipes: { ours: ours, int16 cell: tflite-micro-like }
grid:
  bits: [${bits.join(', ')}]
  noise: [{ kind: none }, { kind: qwerty, level: 0.05 }, { kind: qwerty, level: 0.2 }]
exclude:
  - { recipe: int16 cell, composition: natural }
  - { recipe: int16 cell, composition: one class }
questions:
  - { name: widths that hold, compare: bits, against: float, within: [model], only: { recipe: [ours], composition: [balanced], draw: [0], noise: [none], seed: [1] }, unit: text, test: tost, smallest: 0.02 }
  - { name: balance matters, compare: composition, against: balanced, within: [model, bits], only: { recipe: [ours], noise: [none], seed: [1] }, unit: draw, test: sign-flip, smallest: 0.01 }
`

/** Words that a fault's report has of its own, and words that all have; a third of the reports is told by their order alone. */
function machineShop(rows: number): string {
  const random = stream(1, 'machine-shop')
  const pick = <T>(from: readonly T[]): T => from[random.below(from.length)]!
  const wheel = shares.flatMap((share, k) => Array<number>(share).fill(k))
  const lines = Array.from({ length: rows }, () => {
    const k = pick(wheel)
    const own = Array.from({ length: 3 }, () => pick(telling[k]!))
    const rest = Array.from({ length: 5 + random.below(9) }, () => pick(plain))
    const hint = random.below(3) === 0 ? [pick(telling[random.below(8)]!)] : own
    return `"${[...rest.slice(0, 4), ...hint, ...rest.slice(4)].join(' ')}","${classes[k]}"`
  })
  return ['text,label', ...lines, ''].join('\n')
}

const plain =
  'line three press station operator reports since monday shift unit after restart again noted during run cell check'.split(
    ' ',
  )
const telling = [
  'bearing grinding shaft vibration spindle rumble',
  'pressure pump hydraulic leak drops cylinder',
  'coolant temperature heat exchanger boiling warm',
  'stop button gate opened light curtain',
  'reading drift sensor offset calibration value',
  'grease lubrication overdue dry interval oil',
  'winding motor overheats insulation smell hot',
  'nothing found normal fine passed ordinary',
].map((words) => words.split(' '))
