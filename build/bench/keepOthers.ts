import type { BenchFile } from './record.ts'

/**
 * What was measured now, behind the cases of the file that were not.
 *
 * @param whole beginnings of cases that were measured anew as a whole: one of the file that begins so and was not measured is of an earlier shape
 */
export function keepOthers(now: BenchFile, before: BenchFile, whole: readonly string[] = []): BenchFile {
  const measured = new Set([...now.records, ...now.absent].map((one) => one.case))
  const others = <T extends { case: string }>(all: readonly T[]): T[] =>
    all.filter((one) => !measured.has(one.case) && !whole.some((start) => one.case.startsWith(start)))
  return {
    ...now,
    records: [...others(before.records), ...now.records],
    ratios: [...others(before.ratios), ...now.ratios],
    absent: [...others(before.absent), ...now.absent],
  }
}
