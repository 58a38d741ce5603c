import { arch, cpus, totalmem } from 'node:os'
import { z } from 'zod'

export const benchUnitSchema = z.enum(['s', 'ms', 'bytes', 'tokens/s', 'share', 'count'])
export type BenchUnit = z.infer<typeof benchUnitSchema>

/** One contender's samples of one metric of one case. `better` says which way is good. */
export const benchRecordSchema = z.strictObject({
  case: z.string().min(1),
  contender: z.string().min(1),
  version: z.string(),
  /** what it computes with: widths, scales */
  recipe: z.string(),
  metric: z.string().min(1),
  unit: benchUnitSchema,
  better: z.enum(['lower', 'higher']),
  threads: z.int().min(1),
  /** instruction set, where the contender says which */
  kernel: z.string(),
  samples: z.array(z.number()).min(1),
  median: z.number(),
  min: z.number(),
})
export type BenchRecord = z.infer<typeof benchRecordSchema>

/** The same work by two contenders in one run, pair by pair: contender / against. */
export const benchRatioSchema = z.strictObject({
  case: z.string().min(1),
  contender: z.string().min(1),
  against: z.string().min(1),
  perPair: z.array(z.number()).min(1),
  median: z.number(),
})
export type BenchRatio = z.infer<typeof benchRatioSchema>

/** What could not be measured here, and why. */
export const benchAbsenceSchema = z.strictObject({
  case: z.string().min(1),
  contender: z.string().min(1),
  reason: z.string().min(1),
})
export type BenchAbsence = z.infer<typeof benchAbsenceSchema>

/** What one run measured: the data of `--json`. */
export const benchDataSchema = z.strictObject({
  machine: z.strictObject({
    cpu: z.string(),
    logicalCores: z.int().min(1),
    memory_bytes: z.number(),
    arch: z.string(),
    node: z.string(),
  }),
  records: z.array(benchRecordSchema),
  ratios: z.array(benchRatioSchema),
  absent: z.array(benchAbsenceSchema),
})

/** docs/benchmarks.json */
export const benchFileSchema = benchDataSchema.extend({ schema: z.literal('bitgauge/bench/1') })
export type BenchFile = z.infer<typeof benchFileSchema>

export type Measured = Pick<BenchFile, 'records' | 'ratios'> & { absent?: BenchAbsence[] }

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

/** @throws Error where one has more samples than the other: they are no pairs */
export function ratio(name: string, a: BenchRecord, b: BenchRecord): BenchRatio {
  if (a.samples.length !== b.samples.length) {
    throw new Error(`${a.samples.length} samples of ${a.contender} beside ${b.samples.length} of ${b.contender}`)
  }
  const perPair = a.samples.map((sample, index) => sample / b.samples[index]!)
  return { case: name, contender: a.contender, against: b.contender, perPair, median: median(perPair) }
}

export function joinMeasured(all: readonly Measured[]): Measured {
  return {
    records: all.flatMap(({ records }) => records),
    ratios: all.flatMap(({ ratios }) => ratios),
    absent: all.flatMap(({ absent }) => absent ?? []),
  }
}
