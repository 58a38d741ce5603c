import type { BenchFile, BenchRatio, BenchRecord } from '../bench/record.ts'
import { benchmarksNotes } from './benchmarksNotes.ts'
import { figure } from './benchmarkFigures.ts'

/** Sections with tables of their own, by what the names of their cases begin with. */
const sections = {
  discriminative: ['discriminative'],
  generative: ['generative scoring'],
  studyCell: ['study cell'],
  sizes: ['model file', 'board program', 'private memory'],
  window: ['window,', 'page through serve'],
  exactness: ['exactness'],
  profile: ['profile,', 'board leaks'],
  boards: ['boards,'],
  fuzzers: ['fuzzers'],
  sanitizers: ['sanitizers'],
} as const
type Section = keyof typeof sections

/** The page of figures, from the file that `npm run bench` writes. */
export function benchmarksPage(file: BenchFile): string {
  const { machine } = file
  const memory = `${(machine.memory_bytes / 2 ** 30).toFixed(0)} GiB`
  return [
    '# Benchmarks',
    '',
    'Written by `npm run bench` (figures in `benchmarks.json`, every sample kept); `npm run docs:benchmarks` renders this page from them.',
    `Machine: ${machine.cpu}, ${machine.logicalCores} logical cores, ${memory}, ${machine.arch}, Node ${machine.node}. Whole-process times include the start of Node.`,
    '',
    ...rest(file),
    ...discriminative(file),
    ...plain(file, 'generative', '## Generative scoring'),
    ...plain(file, 'studyCell', '## A study cell'),
    ...plain(file, 'sizes', '## Sizes'),
    ...plain(file, 'window', '## The window'),
    ...exactness(file),
    ...plain(file, 'profile', '## Profiles'),
    ...boards(file),
    ...plain(file, 'fuzzers', '## Fuzzers'),
    ...plain(file, 'sanitizers', '## Sanitizers'),
    ...absences(file),
  ].join('\n')
}

function rest({ records, ratios }: BenchFile): string[] {
  const others = <T extends { case: string }>(all: readonly T[]): T[] =>
    all.filter((one) => !(Object.keys(sections) as Section[]).some((section) => isOf(section, one)))
  return [...recordTable(others(records)), ...ratioTable(others(ratios))]
}

function plain(file: BenchFile, section: Section, heading: string): string[] {
  const records = file.records.filter((one) => isOf(section, one))
  if (records.length === 0) return []
  const ratios = file.ratios.filter((one) => isOf(section, one))
  return [heading, '', ...benchmarksNotes[section], '', ...recordTable(records), ...speedTable(file, ratios)]
}

function isOf(section: Section, { case: name }: { case: string }): boolean {
  return sections[section].some((start) => name.startsWith(start))
}

/** A row for each machine, its kernels and what was compared; the recipes of one model together. */
function exactness(file: BenchFile): string[] {
  const records = file.records.filter((one) => isOf('exactness', one))
  if (records.length === 0) return []
  const metrics = ['texts', 'integers', 'accumulators', 'floats', 'results', 'different']
  const key = ({ case: name, version, kernel, contender }: BenchRecord): string =>
    [name.replace('exactness, ', ''), version, kernel, contender].join(' | ')
  const rows = [...new Set(records.map(key))].map((row) => {
    const sums = metrics.map((metric) =>
      records.filter((one) => key(one) === row && one.metric === metric).reduce((sum, { median }) => sum + median, 0),
    )
    return [row, ...sums.map((sum) => figure('count', sum))]
  })
  const head = ['machine', 'run by', 'kernels', 'models', ...metrics]
  return ['## Exactness', '', ...benchmarksNotes.exactness, '', ...table(head, rows)]
}

/** A row for each model on each board. What a board is stands in its version: architecture, what runs it, how the program got there, what it is known as. */
function boards(file: BenchFile): string[] {
  const records = file.records.filter((one) => isOf('boards', one))
  if (records.length === 0) return []
  const metrics = ['texts', 'results', 'different', 'beyond the promise']
  const key = ({ case: name, contender, version, recipe, kernel }: BenchRecord): string =>
    [contender, ...version.split('; '), name.replace('boards, ', ''), recipe, kernel].join(' | ')
  const rows = [...new Set(records.map(key))].map((row) => [
    row,
    ...metrics.map((metric) => shown(records.find((one) => key(one) === row && one.metric === metric))),
  ])
  const head = ['board', 'architecture', 'run by', 'program', 'known as', 'family', 'widths', 'kernels', ...metrics]
  return ['## Boards', '', ...benchmarksNotes.boards, '', ...table(head, rows)]
}

/** One table a size: a row a contender, its figures side by side. */
function discriminative(file: BenchFile): string[] {
  const records = file.records.filter((one) => isOf('discriminative', one))
  if (records.length === 0) return []
  const sizes = [...new Set(records.map(({ case: name }) => sizeOf(name)))].sort(
    (a, b) => Number(/\d+/.exec(a)) - Number(/\d+/.exec(b)),
  )
  const tables = sizes.flatMap((size) => {
    const of = records.filter(({ case: name }) => sizeOf(name) === size)
    const ratios = file.ratios.filter(({ case: name }) => sizeOf(name) === size)
    return [`### ${size.replace('discriminative, ', '')}`, '', ...sizeTable(of), ...speedTable(file, ratios)]
  })
  return ['## Discriminative inference', '', ...benchmarksNotes.discriminative, '', ...tables]
}

/** `discriminative, H = 100` of `discriminative, H = 100, batch 1` */
function sizeOf(name: string): string {
  return name.split(', ').slice(0, 2).join(', ')
}

function sizeTable(records: readonly BenchRecord[]): string[] {
  const contenders = [...new Set(records.map(({ contender }) => contender))]
  const accurate = records.some(({ metric }) => metric === 'accuracy')
  const head = ['contender', 'recipe', 'kernels', 'batch 1, a text', 'least', 'batch 64']
  const rows = contenders.map((contender) => {
    const of = (end: string, metric: string): BenchRecord | undefined =>
      records.find((one) => one.contender === contender && one.case.endsWith(end) && one.metric === metric)
    const [one, many] = [of('batch 1', 'time a text'), of('batch 64', 'throughput')]
    const { recipe, kernel, version } = (one ?? many)!
    const who = contender.startsWith('bitgauge') ? contender : `${contender} ${version}`
    const shares = ['accuracy', 'agreement with float'].map((metric) => shown(of('texts', metric)))
    const times = [shown(one), one === undefined ? '' : figure(one.unit, one.min), shown(many)]
    return [who, recipe, kernel, ...times, ...(accurate ? shares : [])]
  })
  return table([...head, ...(accurate ? ['accuracy', 'agreement with float'] : [])], rows)
}

function shown(one: BenchRecord | undefined): string {
  return one === undefined ? '' : figure(one.unit, one.median)
}

function recordTable(records: readonly BenchRecord[]): string[] {
  if (records.length === 0) return []
  const recipes = records.some(({ recipe }) => recipe !== '')
  const rows = records.map((one) => {
    const best = one.better === 'lower' ? one.min : Math.max(...one.samples)
    const figures = [shown(one), figure(one.unit, best), String(one.samples.length)]
    return [one.case, one.contender, ...(recipes ? [one.recipe] : []), one.metric, ...figures]
  })
  return table(['case', 'contender', ...(recipes ? ['recipe'] : []), 'metric', 'median', 'best', 'samples'], rows)
}

function ratioTable(ratios: readonly BenchRatio[]): string[] {
  if (ratios.length === 0) return []
  const rows = ratios.map((one) => [
    one.case,
    one.contender,
    one.against,
    one.median.toFixed(2),
    String(one.perPair.length),
  ])
  return table(['case', 'contender', 'against', 'median ratio, pair by pair', 'pairs'], rows)
}

/** How many times as fast: the ratio of throughputs, or the inverse of that of times. */
function speedTable({ records }: BenchFile, ratios: readonly BenchRatio[]): string[] {
  if (ratios.length === 0) return []
  const rows = ratios.map(({ case: name, contender, against, median, perPair }) => {
    const { better } = records.find((one) => one.case === name && one.contender === contender)!
    const times = better === 'higher' ? median : 1 / median
    return [name, contender, against, `${times.toFixed(2)} x`, String(perPair.length)]
  })
  return table(['case', 'contender', 'against', 'as fast, pair by pair', 'pairs'], rows)
}

function absences({ absent }: BenchFile): string[] {
  if (absent.length === 0) return []
  const rows = absent.map(({ case: name, contender, reason }) => [name, contender, reason])
  return ['## Left out', '', ...table(['case', 'contender', 'why'], rows)]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line), '']
}
