import { arch, cpus, totalmem } from 'node:os'

/** One contender's samples of one case. `better` says which way is good. */
export interface BenchRecord {
  case: string
  contender: string
  version: string
  recipe: string
  metric: string
  unit: 's' | 'ms' | 'bytes'
  better: 'lower' | 'higher'
  threads: number
  kernel: string
  samples: number[]
  median: number
  min: number
}

/** The same work by two contenders in one run, pair by pair: contender / against. */
export interface BenchRatio {
  case: string
  contender: string
  against: string
  perPair: number[]
  median: number
}

export interface BenchFile {
  schema: 'bitgauge/bench/1'
  machine: { cpu: string; logicalCores: number; memory_bytes: number; arch: string; node: string }
  records: BenchRecord[]
  ratios: BenchRatio[]
}

export function machine(): BenchFile['machine'] {
  const all = cpus()
  return {
    cpu: all[0]?.model ?? 'unknown',
    logicalCores: all.length,
    memory_bytes: totalmem(),
    arch: arch(),
    node: process.versions.node,
  }
}

/** The middle sample, or the mean of the two in the middle. */
export function median(samples: readonly number[]): number {
  if (samples.length === 0) throw new Error('a median needs at least one sample')
  const sorted = [...samples].sort((a, b) => a - b)
  const half = sorted.length >> 1
  const upper = sorted[half]!
  return sorted.length % 2 === 1 ? upper : (sorted[half - 1]! + upper) / 2
}

export function record(
  given: Pick<BenchRecord, 'case' | 'contender' | 'metric' | 'unit' | 'samples'> & Partial<BenchRecord>,
): BenchRecord {
  return {
    version: '',
    recipe: '',
    better: 'lower',
    threads: 1,
    kernel: '',
    ...given,
    median: median(given.samples),
    min: Math.min(...given.samples),
  }
}

export function ratio(name: string, a: BenchRecord, b: BenchRecord): BenchRatio {
  const perPair = a.samples.map((sample, index) => sample / b.samples[index]!)
  return { case: name, contender: a.contender, against: b.contender, perPair, median: median(perPair) }
}
