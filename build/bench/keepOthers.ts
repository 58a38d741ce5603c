import type { BenchFile } from './record.ts'

/** What was measured now, behind the cases of the file that were not. */
export function keepOthers(now: BenchFile, before: BenchFile): BenchFile {
  const measured = new Set([...now.records, ...now.absent].map((one) => one.case))
  const others = <T extends { case: string }>(all: readonly T[]): T[] => all.filter((one) => !measured.has(one.case))
  return {
    ...now,
    records: [...others(before.records), ...now.records],
    ratios: [...others(before.ratios), ...now.ratios],
    absent: [...others(before.absent), ...now.absent],
  }
}
