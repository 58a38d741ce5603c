import type { BenchFile, BenchRecord } from '../bench/record.ts'

const units: Record<BenchRecord['unit'], (value: number) => string> = {
  s: (value) => `${value.toFixed(1)} s`,
  ms: (value) => `${value < 100 ? value.toPrecision(3) : Math.round(value)} ms`,
  bytes: (value) => (value >= 1e6 ? `${(value / 1e6).toFixed(1)} MB` : `${(value / 1e3).toFixed(1)} kB`),
}

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
    '| case | contender | metric | median | least | samples |',
    '| --- | --- | --- | --- | --- | --- |',
    ...file.records.map(row),
    '',
    '| case | contender | against | median ratio, pair by pair | pairs |',
    '| --- | --- | --- | --- | --- |',
    ...file.ratios.map(
      (one) => `| ${one.case} | ${one.contender} | ${one.against} | ${one.median.toFixed(2)} | ${one.perPair.length} |`,
    ),
    '',
  ].join('\n')
}

function row(one: BenchRecord): string {
  const show = units[one.unit]
  return `| ${one.case} | ${one.contender} | ${one.metric} | ${show(one.median)} | ${show(one.min)} | ${one.samples.length} |`
}
