import { readStudy, type ReadStudy } from '../../../src/core/study/readStudy.ts'

/** A study that is in order; a test replaces lines of it. */
export const sampleLines = [
  'bitgauge: study/1',
  'name: sample',
  'seed: 7',
  'dataset: {id: ag-news}',
  'models:',
  '  disc: {family: discriminative, hidden: 50, train: {epochs: 6, seeds: [1, 2]}}',
  '  gen: {family: generative}',
  'calibration: {size: 64, draws: 12, compositions: {balanced: balanced, one: {World: 1}}}',
  'recipes: {ours: ours, mine: {scale: dynamic}}',
  'grid:',
  '  bits: [8, 4, {weights: 4}]',
  '  noise: [{kind: none, level: 0}, {kind: qwerty, level: 0.05}]',
  'exclude: [{model: gen, bits: 4}]',
  'questions:',
  '  - {name: q, compare: composition, against: balanced, within: [model, recipe, bits, noise], unit: draw, test: sign-flip}',
] as const

/** The sample with the line that begins with each key replaced; a key that begins none is added at the end. */
export function sampleYaml(changes: Readonly<Record<string, string>> = {}): string {
  const lines: string[] = [...sampleLines]
  for (const [start, line] of Object.entries(changes)) {
    const index = lines.findIndex((one) => one.startsWith(start))
    if (index < 0) lines.push(line)
    else lines[index] = line
  }
  return `${lines.join('\n')}\n`
}

/** @throws where the study has problems */
export function readSample(changes: Readonly<Record<string, string>> = {}): ReadStudy {
  const reading = readStudy(sampleYaml(changes))
  if (reading.ok) return reading.read
  throw new Error(reading.problems.map(({ line, column, message }) => `${line}:${column} ${message}`).join('\n'))
}
